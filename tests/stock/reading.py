"""How a reader of README.txt judges what its commands say; exit status alone is not enough.

- Steps 3 and 4 of the README ask the reader to look: at the last signature, and for other files.
- Nothing of `signing` but the README's own list of commands is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from signing.readme import NAME, commands

TOOLS = ("sha256sum", "bagit.py", "openssl cms", "pdfsig", "find", "openssl ts", "python")
LATER = frozenset({"tagmanifest-sha256.txt", "seal.p7s", "seal.tsr", "receipt.json"})
LISTS = ("manifest-sha256.txt", "tagmanifest-sha256.txt")


def command_for(record: Path, tool: str, certificates: str) -> str:
    """The README's command that begins with `tool`, certificates filled in from that folder."""
    readme = (record / NAME).read_bytes()
    (line,) = (line for line in commands(readme) if line.startswith(tool))
    for name in ("center-ca.pem", "tsa-ca.pem"):
        line = line.replace(f"<{name}>", f"{certificates}/{name}")
    return line


def accepts(tool: str, status: int, said: str, listed: Iterable[str]) -> bool:
    """Whether somebody who follows the README takes this answer for a good one."""
    if tool == "pdfsig":
        return status == 0 and _signatures_hold(said.split("Signature #")[1:])
    if tool == "find":
        names = {name.removeprefix("./") for name in said.splitlines()}
        return status == 0 and names <= {*listed, *LATER}
    return status == 0


def _signatures_hold(parts: Sequence[str]) -> bool:
    # A spare field that nobody signed is listed too, and is no signature.
    signed = [part for part in parts if "not signed" not in part]
    last = signed[-1].replace("Not total document signed", "") if signed else ""
    all_valid = all("Signature is Valid." in part for part in signed)
    return all_valid and "Total document signed" in last


def listed_in(record: Path) -> set[str]:
    """Every name in the record's two lists, as anybody reads them."""
    return {
        line[66:].rstrip("\n")
        for name in LISTS
        for line in (record / name).read_text("utf-8", "replace").splitlines()
    }
