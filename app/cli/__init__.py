"""The command line: a table of names; each process is imported only when it is asked for.

- Exit 0 done, 1 the answer is no, 2 bad input or a problem; one sentence on standard error.
- No traceback reaches a person: what is not a `Problem` is logged and told as a fault.
- A full or unwritable disk is named as such, wherever it was noticed.
"""

from __future__ import annotations

import errno
import logging
import os
import sys

from app.cli.table import app
from app.errors import Problem

__all__ = ["app", "main"]
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def main() -> None:
    """Run one command and leave with its status."""
    language = "en" if os.environ.get("SHILU_LANGUAGE", "") == "en" else "zh"
    try:
        app()
    except Problem as problem:
        _tell(problem, language)
        sys.exit(2)
    except OSError as error:
        is_of_disk = bool(error.filename) or error.errno in FULL
        _tell(_of_disk(error), language) if is_of_disk else _tell_fault(error, language)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as fault:  # noqa: BLE001 - the last net of a process
        _tell_fault(fault, language)
        sys.exit(2)


def _tell(problem: Problem, language: str) -> None:
    from app.sentences import tell

    print(tell(problem, language), file=sys.stderr)
    print(f"[{problem.code}]", file=sys.stderr)


def _of_disk(error: OSError) -> Problem:
    """What the operating system refused, as the problem it is for a person."""
    from app import paths
    from app.errors import StorageProblem

    code = "disk_full" if error.errno in FULL else "folder_unwritable"
    place = str(error.filename or paths.find().data)
    return StorageProblem(code, path=place, why=str(error.strerror))


def _tell_fault(fault: Exception, language: str) -> None:
    from app import log, paths

    folder = paths.find().logs
    try:
        log.start("command", folder)
        logging.getLogger(__name__).exception("fault")
    except OSError as error:
        _tell(_of_disk(error), language)
    sentence = (
        f"程序出现故障（{type(fault).__name__}），已保存的内容不受影响；详情见日志 {folder}。"
        if language == "zh"
        else f"The program failed ({type(fault).__name__}); what was kept is safe. See {folder}."
    )
    print(sentence, file=sys.stderr)
