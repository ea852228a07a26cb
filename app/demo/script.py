"""What is said in the demo: turns of a script, spoken by synthetic voices from sound files.

- A turn is put into the simulated microphone's folder; it plays in real time from there.
- The wording in the script is only compared with what was heard, never shown as heard.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.domain.people import Role
from app.paths import RESOURCES

DEMO = RESOURCES / "demo"
CHANNELS = {Role.INVESTIGATOR: "0", Role.SUSPECT: "1"}
IGNORED = " ，。？！、,.?!：:；;'\"“”‘’"


class Turn(msgspec.Struct, frozen=True):
    """One spoken sentence."""

    role: Role
    language: str
    text: str
    file: str


class Script(msgspec.Struct, frozen=True):
    """The whole conversation."""

    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Microphone:
    """The folder that the simulated microphone plays from."""

    folder: Path

    def say(self, turn: Turn, number: int) -> Path:
        """Put a turn in; returns the file, which is renamed when it has been played."""
        place = self.folder / CHANNELS[turn.role]
        place.mkdir(parents=True, exist_ok=True)
        target = place / f"{number:02}{Path(turn.file).suffix}"
        partial = target.with_suffix(".part")
        shutil.copyfile(DEMO / turn.file, partial)
        partial.rename(target)
        return target


def read_script() -> Script:
    """The script that ships."""
    return msgspec.json.decode((DEMO / "script.json").read_bytes(), type=Script)


def character_errors(said: str, heard: str) -> tuple[int, int]:
    """Edit distance and length of `said`, both without punctuation and spaces."""
    said, heard = _plain(said), _plain(heard)
    row = list(range(len(heard) + 1))
    for i, wanted in enumerate(said, start=1):
        diagonal, row[0] = row[0], i
        for j, found in enumerate(heard, start=1):
            kept = diagonal + (wanted != found)
            diagonal, row[j] = row[j], min(kept, row[j] + 1, row[j - 1] + 1)
    return row[-1], len(said)


def _plain(text: str) -> str:
    return "".join(character for character in text.lower() if character not in IGNORED)
