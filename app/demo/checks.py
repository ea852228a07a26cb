"""The demo's judges: the strict verifier and the stock tools, on a good and on a damaged record.

- The stock commands are those printed in the record's own README.txt, run as they stand there.
- A tool that accepts a damaged record it should notice fails the demo.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from app.errors import SealProblem
from signing import manifest, readme
from signing.certificates import to_pem
from signing.verify import verify

LAST_SIGNATURE = "Total document signed"
VALID_SIGNATURE = "Signature is Valid."
NOT_SIGNED = "not signed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What each judge said; True means accepted."""

    strict: bool
    bagit: bool
    cms: bool
    pdfsig: bool


def judge(record: Path, authority: x509.Certificate, work: Path) -> Verdict:
    """Ask all four judges about the record in `record`."""
    ca = work / "center-ca.pem"
    ca.write_bytes(to_pem([authority]))
    commands = tuple(readme.commands((record / readme.NAME).read_bytes()))
    return Verdict(
        strict=_strict(record, authority),
        bagit=_run(_the(commands, "bagit.py"), record, ca).returncode == 0,
        cms=_run(_the(commands, "openssl cms"), record, ca).returncode == 0,
        pdfsig=_pdfsig(_run(_the(commands, "pdfsig"), record, ca).stdout),
    )


def refusals(record: Path, authority: x509.Certificate, work: Path) -> Verdict:
    """Damage one byte where each judge must look; True means that it refused.

    `bagit` must notice a byte of the recording, `cms` one of the signed list, `pdfsig` one of the
    paper, and the strict verifier each of the three.
    """
    media = next((record / "data" / "media").glob("*.mp4"))
    paper = record / "data" / "transcript" / "transcript.pdf"
    listed = record / manifest.TAG_MANIFEST
    seen: dict[str, list[bool]] = {"strict": []}
    for name, damaged in (("bagit", media), ("cms", listed), ("pdfsig", paper)):
        copy = work / f"damaged-{name}"
        shutil.copytree(record, copy)
        _flip(copy / damaged.relative_to(record))
        verdict = judge(copy, authority, work)
        seen[name] = [not getattr(verdict, name)]
        seen["strict"].append(not verdict.strict)
        shutil.rmtree(copy)
    return Verdict(**{name: all(answers) for name, answers in seen.items()})


def _strict(record: Path, authority: x509.Certificate) -> bool:
    try:
        verify(record, [authority])
    except SealProblem:
        return False
    return True


def _the(commands: tuple[str, ...], start: str) -> str:
    return next(command for command in commands if command.startswith(start))


def _run(command: str, record: Path, ca: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(command.replace("<center-ca.pem>", shlex.quote(str(ca))))
    beside = Path(sys.executable).with_name(words[0])
    if beside.exists():  # bagit.py comes with the locked packages
        words[0] = str(beside)
    return subprocess.run(
        words, cwd=record, capture_output=True, text=True, check=False, errors="replace"
    )


def _pdfsig(said: str) -> bool:
    """Every signature valid, and the last one over the whole file (README step 3).

    A spare field that nobody signed is listed too, and is no signature.
    """
    parts = [part for part in said.split("Signature #")[1:] if NOT_SIGNED not in part]
    if not parts or not all(VALID_SIGNATURE in part for part in parts):
        return False
    return LAST_SIGNATURE in parts[-1]


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
