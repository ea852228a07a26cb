"""Tells a redacted working copy by its file names, so that it never passes for a record.

- Such a copy is no evidence and no record: whoever is given one asks for the sealed original.
- Each of its files bears the name of its original and `MARK`; a file without it proves nothing
  anyway and is refused as whatever else it is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from signing.problem import SealProblem

MARK: Final = "redacted-working-copy"
SEAL: Final = "seal.json"  # as signing.manifest names it, which stands above this module


def refuse_working_copy(names: Iterable[str]) -> None:
    """Refuse files of which one is a redacted working copy and none is a seal.

    A copy's file beside a seal is left to the strict check, which finds it in no list.

    Raises:
        SealProblem: `redacted_copy`, with the id of the original as the file's name tells it.
    """
    parts = [PurePosixPath(name.replace("\\", "/")).name for name in names]
    if SEAL in parts:
        return
    for name in parts:
        at = name.lower().find(MARK)
        if at >= 0:
            raise SealProblem("redacted_copy", path=name, record=name[:at].rstrip("-_. "))
