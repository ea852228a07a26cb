"""What lies on the bare machine: a record as folder, ZIP and disc image, opened by stock tools.

- Damage is done to the carrier itself: a byte of the film changes inside the ZIP or the image.
- A disc image is mounted where the kernel knows its format; xorriso and bsdtar read it anyway.
"""

from __future__ import annotations

import mmap
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.stock.bare import Machine

EVIDENCE = "evidence"
SAMPLE_BYTES = 64
MEDIA = "data/media/*.mp4"


@dataclass(frozen=True, slots=True)
class Opened:
    """A record that a stock tool laid open on the machine."""

    how: str
    folder: str  # as the machine names it
    beside: Path  # the same, from outside
    said: str = ""  # what the opening tool noticed, "" for nothing


class Bench:
    """The folder `/evidence` of a machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.folder = machine.root / EVIDENCE
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

    def lay_folder(self, record: Path, name: str = "folder") -> Opened:
        """A copied folder."""
        shutil.copytree(record, self.folder / name)
        return self._opened("folder", name)

    def lay_zip(self, packed: Path, record_id: str, name: str = "zip") -> Opened:
        """A ZIP, unpacked by unzip."""
        shutil.copyfile(packed, self.folder / f"{name}.zip")
        said = self.machine.run(f"unzip -q {name}.zip -d {name}", f"/{EVIDENCE}")
        return self._opened("ZIP, unzip", f"{name}/{record_id}", said.text if said.status else "")

    def lay_disc(self, image: Path, record_id: str, name: str = "disc") -> list[Opened]:
        """A disc image, by each way there is to read it."""
        shutil.copyfile(image, self.folder / f"{name}.iso")
        xorriso = f"xorriso -osirrox on -indev {name}.iso -extract / {name}-xorriso"
        bsdtar = f"mkdir {name}-bsdtar && bsdtar -xf {name}.iso -C {name}-bsdtar"
        found = []
        for tool, command in (("xorriso", xorriso), ("bsdtar", bsdtar)):
            said = self.machine.run(command, f"/{EVIDENCE}")
            inside = f"{name}-{tool}/{record_id}"
            found.append(self._opened(f"ISO, {tool}", inside, said.text if said.status else ""))
        if self.mount(image, f"{name}-mounted"):
            found.append(self._opened("ISO, mounted", f"{name}-mounted/{record_id}"))
        return found

    def mount(self, image: Path, name: str) -> bool:
        """Mount an image; False where this kernel cannot."""
        (self.folder / name).mkdir()
        command = ["mount", "-o", "loop,ro", str(image), str(self.folder / name)]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0

    def unmount(self, name: str) -> None:
        """Give a mounted image back."""
        where = str(self.folder / name)
        subprocess.run(["umount", where], check=False, capture_output=True)

    def _opened(self, how: str, name: str, said: str = "") -> Opened:
        return Opened(how, f"/{EVIDENCE}/{name}", self.folder / name, said)


def flip(name: str) -> Callable[[Path], None]:
    """One bit in the middle of the first file that the pattern `name` finds."""

    def damage(record: Path) -> None:
        _flip_at(_first(record, name), None)

    return damage


def flip_inside(carrier: Path, record: Path) -> None:
    """One bit of the first film, where it lies inside a ZIP or a disc image."""
    film = _first(record, MEDIA).read_bytes()
    middle = len(film) // 2
    with carrier.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        place = view.find(film[middle : middle + SAMPLE_BYTES])
        once = view.find(film[middle : middle + SAMPLE_BYTES], place + 1) < 0
    assert place >= 0 and once, "the film does not lie plain in its carrier"  # noqa: PT018
    _flip_at(carrier, place)


def _first(record: Path, pattern: str) -> Path:
    return min(record.glob(pattern))


def _flip_at(path: Path, place: int | None) -> None:
    with path.open("r+b") as file:
        at = path.stat().st_size // 2 if place is None else place
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))
