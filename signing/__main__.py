"""`python -m signing verify PATH`: the strict check, standing alone, for whoever gets a record.

- Exit status 0: valid. 1: invalid, each file named. 2: not a record, or nothing to check with.
- Sentences go to standard output and name the file; `--json` gives codes and details instead.
- Without `--trust` it says that it proves no sealer.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import msgspec
from cryptography import x509

from signing import sentences
from signing.certificates import from_pem
from signing.problem import KeyProblem, SealProblem
from signing.verify import examine

VALID, INVALID, UNUSABLE = 0, 1, 2
SAYS = {
    "valid": {
        "zh": "记录有效：全部文件与封存时一致，签名者受信任。",
        "en": "The record is valid: every file is as sealed, by a signer you trust.",
    },
    "intact": {
        "zh": "记录完整：全部文件与封存时一致。未给出信任的根证书（--trust），故不能证明由谁封存。",
        "en": "The record is intact: every file is as sealed. No root certificate was given "
        "(--trust), so who sealed it is not proved.",
    },
    "trust_unreadable": {
        "zh": "读不出根证书文件 {path}。未作核验。请指定 PEM 格式的根证书。",
        "en": "The root certificates in {path} cannot be read. Nothing was checked. Name a PEM "
        "file.",
    },
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    languages = sentences.LANGUAGES if options.lang is None else (options.lang,)
    try:
        trust = _read_trust(options.trust)
    except (OSError, KeyProblem):
        for language in languages:
            _say(SAYS["trust_unreadable"][language].format(path=options.trust), sys.stderr)
        return UNUSABLE
    problems = examine(options.path, trust, require_receipt=options.require_receipt)
    status = _status(problems)
    if options.json:
        _say(_told_to_machines(problems, trust is not None))
        return status
    for language in languages:
        if not problems:
            _say(SAYS["intact" if trust is None else "valid"][language])
        for problem in problems:
            stream = sys.stderr if status == UNUSABLE else sys.stdout
            _say(sentences.tell(problem, language), stream)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="signing", description="Check a sealed record.")
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="check a record: a folder or a ZIP")
    verify.add_argument("path", type=Path)
    verify.add_argument("--trust", type=Path, help="PEM file of root certificates")
    verify.add_argument("--require-receipt", action="store_true", help="refuse without a receipt")
    verify.add_argument("--json", action="store_true", help="codes and details for machines")
    verify.add_argument("--lang", choices=sentences.LANGUAGES, help="one language instead of both")
    return parser


def _read_trust(path: Path | None) -> tuple[x509.Certificate, ...] | None:
    return None if path is None else from_pem(path.read_bytes())


def _status(problems: Sequence[SealProblem]) -> int:
    if not problems:
        return VALID
    return UNUSABLE if problems[0].code == "not_a_record" else INVALID


def _told_to_machines(problems: Sequence[SealProblem], trusted: bool) -> str:
    told = {
        "valid": not problems,
        "signer_proved": trusted and not problems,
        "problems": [{"code": one.code, **one.details} for one in problems],
    }
    return msgspec.json.encode(told).decode("utf-8")


def _say(text: str, stream: TextIO | None = None) -> None:
    (stream or sys.stdout).write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
