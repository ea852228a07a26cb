"""`python -m signing verify PATH`: the strict check, standing alone, for whoever gets a record.

- Exit status 0: valid. 1: invalid, each file named. 2: not a record, or nothing to check with.
- On a terminal a line says how far the check is; `--report` writes one page for a judge.
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
from signing.disc_files import open_copy
from signing.manifest import PAYLOAD
from signing.problem import KeyProblem, SealProblem
from signing.progress_line import ProgressLine
from signing.report import Report, examine_record
from signing.report_page import write_page
from signing.revocation import RevocationList

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
    "report_unwritable": {
        "zh": "报告 {path} 已经存在，或写不进去。记录未受影响。请另指定一个新文件。",
        "en": "The report {path} is there already or cannot be written. The record is unaffected. "
        "Name a new file.",
    },
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    languages = sentences.LANGUAGES if options.lang is None else (options.lang,)
    try:
        trust = _read_trust(options.trust)
        officers = _read_trust(options.officers) or ()
        revoked = [RevocationList.read(path.read_bytes()) for path in options.crl]
    except (OSError, KeyProblem):
        return _refuse("trust_unreadable", languages, options.trust)
    if options.report is not None and options.report.exists():
        return _refuse("report_unwritable", languages, options.report)
    problems, report = _check(options, trust, revoked, officers)
    try:
        if report is not None and options.report is not None:
            options.report.write_text(write_page(report), encoding="utf-8")
    except OSError:
        return _refuse("report_unwritable", languages, options.report)
    status = _status(problems)
    if options.json:
        _say(_told_to_machines(problems, trust is not None))
    else:
        _tell(problems, languages, status, "intact" if trust is None else "valid")
    return status


def _check(
    options: argparse.Namespace,
    trust: tuple[x509.Certificate, ...] | None,
    revoked: Sequence[RevocationList],
    officers: Sequence[x509.Certificate],
) -> tuple[tuple[SealProblem, ...], Report | None]:
    """What is wrong with the record, and the report on it unless it could not be opened."""
    try:
        with open_copy(options.path) as files:
            payload = sum(size for name, size in files.sizes.items() if name.startswith(PAYLOAD))
            with ProgressLine(payload, sys.stderr) as progress:
                report = examine_record(
                    files,
                    str(options.path),
                    trust,
                    progress,
                    require_receipt=options.require_receipt,
                    revoked=revoked,
                    officers=officers,
                )
    except SealProblem as problem:
        return (problem,), None
    return tuple(SealProblem(one.code, **one.details) for one in report.problems), report


def _tell(
    problems: Sequence[SealProblem], languages: Sequence[str], status: int, fine: str
) -> None:
    for language in languages:
        if not problems:
            _say(SAYS[fine][language])
        for problem in problems:
            stream = sys.stderr if status == UNUSABLE else sys.stdout
            _say(sentences.tell(problem, language), stream)


def _refuse(what: str, languages: Sequence[str], path: Path) -> int:
    for language in languages:
        _say(SAYS[what][language].format(path=path), sys.stderr)
    return UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="signing", description="Check a sealed record.")
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="check a record: a folder, a ZIP or a disc image")
    verify.add_argument("path", type=Path)
    verify.add_argument("--trust", type=Path, help="PEM file of root certificates")
    verify.add_argument("--officers", type=Path, help="PEM file of roots of officers' tokens")
    verify.add_argument(
        "--crl", type=Path, action="append", default=[], help="what the center took back"
    )
    verify.add_argument("--require-receipt", action="store_true", help="refuse without a receipt")
    verify.add_argument("--report", type=Path, help="write one HTML page that a judge can read")
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
