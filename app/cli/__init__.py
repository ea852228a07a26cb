"""The command line: a table of names; each process is imported only when it is asked for.

- Exit 0 done, 1 the answer is no, 2 bad input or a problem; one sentence on standard error.
- No traceback reaches a person: what is not a `Problem` is logged and told as a fault.
"""

from __future__ import annotations

import logging
import os
import sys

from app.cli.table import app
from app.errors import Problem

__all__ = ["app", "main"]


def main() -> None:
    """Run one command and leave with its status."""
    language = "en" if os.environ.get("SHILU_LANGUAGE", "") == "en" else "zh"
    try:
        app()
    except Problem as problem:
        from app.sentences import tell

        print(tell(problem, language), file=sys.stderr)
        print(f"[{problem.code}]", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as fault:  # noqa: BLE001 - the last net of a process
        _tell_fault(fault, language)
        sys.exit(2)


def _tell_fault(fault: Exception, language: str) -> None:
    from app import log, paths

    folder = paths.find().logs
    try:
        log.start("command", folder)
        logging.getLogger(__name__).exception("fault")
    except OSError:
        folder = None  # type: ignore[assignment]
    sentence = (
        f"程序出现故障（{type(fault).__name__}），已保存的内容不受影响；详情见日志 {folder}。"
        if language == "zh"
        else f"The program failed ({type(fault).__name__}); what was kept is safe. See {folder}."
    )
    print(sentence, file=sys.stderr)
