"""A sealed record as disc images: ISO 9660 with Rock Ridge, and UDF for Windows, one content.

- Each image carries a label (L39) and `DIGESTS.txt`, with which `sha256sum` checks that disc.
- The whole set is read back from the images by the strict verifier before it gets its names.
- Nothing is overwritten; cancelled or not as it should be, nothing is left. Cut off, it goes on
  when it is asked for again.
"""

from __future__ import annotations

import errno
import io
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from app.errors import SealProblem, StorageProblem
from app.export.copy import remove_partial, total_bytes
from app.export.disc_plan import Piece, plan_discs
from app.export.label import Label
from app.export.partial import PartialFile, partial_path
from app.export.work import ExportCancelled, Progress, Work
from signing import manifest
from signing.digest import digest_file, digest_of
from signing.disc_files import DiscFiles, disc_path
from signing.record_files import FolderFiles, read_whole
from signing.verify import examine_files
from signing.window import Stretch, Window

if TYPE_CHECKING:
    from pycdlib import PyCdlib

Told = Callable[[int], None]


def export_discs(
    folder: Path,
    target: Path,
    label: Label,
    disc_bytes: int,
    progress: Progress,
    cancel: threading.Event | None = None,
) -> tuple[Path, ...]:
    """Write the record in `folder` to `target` (ending in .iso), or to a set beside it.

    Args:
        folder: The sealed record; it is only read.
        target: The image; of several, `NAME.disc-1-of-3.iso` and so on.
        label: What every disc says of itself.
        disc_bytes: Capacity of one disc; no image is larger.
        progress: Told the share done, 0 to 1.
        cancel: Set to stop.

    Returns:
        The images, in order.

    Raises:
        InputProblem: `argument_wrong`: the discs are too small.
        StorageProblem: `target_exists`, `disk_full` or `folder_unwritable`.
        SealProblem: What was written does not verify; it was removed again.
        ExportCancelled: `cancel` was set.
    """
    plan = plan_discs(FolderFiles(folder).sizes, disc_bytes)
    targets = [disc_path(target, number, len(plan)) for number in range(1, len(plan) + 1)]
    for path in targets:
        if path.exists():
            raise StorageProblem("target_exists", path=str(path))
    partials = [partial_path(path) for path in targets]
    work = Work(sum(piece.length for disc in plan for piece in disc), progress, cancel)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_discs(partials, folder, plan, label, work)
        assert max(path.stat().st_size for path in partials) <= disc_bytes, "too little spared"
        for partial, path in zip(partials, targets, strict=True):
            partial.replace(path)
    except OSError as error:
        code = "disk_full" if error.errno == errno.ENOSPC else "folder_unwritable"
        if code == "disk_full":
            _remove(partials)  # the room is worth more than the work
        raise StorageProblem(code, path=str(target), why=str(error)) from error
    except (SealProblem, ExportCancelled):
        _remove(partials)
        raise
    progress(1.0)
    return tuple(targets)


def _remove(partials: Sequence[Path]) -> None:
    for partial in partials:
        remove_partial(partial)


def _write_discs(
    paths: Sequence[Path],
    folder: Path,
    plan: Sequence[Sequence[Piece]],
    label: Label,
    work: Work,
) -> None:
    """Write every image, then read the whole set back."""
    for number, (path, pieces) in enumerate(zip(paths, plan, strict=True), 1):
        _write_disc(path, folder, pieces, (number, len(plan)), label, work.wrote)
    work.begin_reading(total_bytes(folder))
    _read_back(paths, label.root_digest, work.read)


def _write_disc(
    path: Path,
    folder: Path,
    pieces: Sequence[Piece],
    place: tuple[int, int],
    label: Label,
    told: Told,
) -> None:
    from pycdlib import PyCdlib

    number, of = place
    image = PyCdlib()
    image.new(
        interchange_level=3,
        rock_ridge="1.09",
        udf="2.60",
        vol_ident=f"SHILU_{number}_OF_{of}",
    )
    tree = _Tree(image)
    digests = _digests(folder, pieces, label.record_id)
    tree.add("LABEL.txt", _in_memory(label.write(number, of)))
    tree.add("DIGESTS.txt", _in_memory(digests))
    for piece in pieces:
        stretch = Stretch(folder / piece.name, piece.offset, piece.length)
        tree.add(f"{label.record_id}/{piece.disc_name}", Window([stretch], told))
    try:
        with PartialFile(path) as file:
            image.write_fp(cast("BinaryIO", file), blocksize=1 << 20)
    finally:
        image.close()


@dataclass(slots=True)
class _Tree:
    """The folders and files of an image, each under its full name and under a short one."""

    image: PyCdlib
    _short: dict[str, str] = field(default_factory=lambda: {"": ""})

    def add(self, name: str, content: io.RawIOBase | io.BytesIO) -> None:
        parent, _, own = name.rpartition("/")
        length = content.seek(0, io.SEEK_END)
        content.seek(0)
        number = len(self._short)
        self._short[name] = f"{self._folder(parent)}/F{number:07d}.;1"
        self.image.add_fp(
            cast("BinaryIO", content),
            length,
            iso_path=self._short[name],
            rr_name=own,
            udf_path=f"/{name}",
        )

    def _folder(self, name: str) -> str:
        if name not in self._short:
            parent, _, own = name.rpartition("/")
            above = self._folder(parent)
            self._short[name] = f"{above}/D{len(self._short):07d}"
            self.image.add_directory(self._short[name], rr_name=own, udf_path=f"/{name}")
        return self._short[name]


def _in_memory(data: bytes) -> io.BytesIO:
    return io.BytesIO(data)


def _digests(folder: Path, pieces: Sequence[Piece], record_id: str) -> bytes:
    """`DIGESTS.txt`: what `sha256sum --check` reads, for the files of one disc."""
    listed = manifest.parse_manifest((folder / manifest.MANIFEST).read_bytes(), manifest.MANIFEST)

    def lines() -> Iterator[str]:
        for piece in pieces:
            known = listed.get(piece.name) if piece.of == 1 else None
            yield f"{known or _digest(folder, piece)}  {record_id}/{piece.disc_name}\n"

    return "".join(lines()).encode("ascii")


def _digest(folder: Path, piece: Piece) -> str:
    if piece.of == 1:
        return digest_file(folder / piece.name)
    import hashlib

    state = hashlib.sha256()
    with Window([Stretch(folder / piece.name, piece.offset, piece.length)]) as part:
        while block := part.read(1 << 20):
            state.update(block)
    return state.hexdigest()


def _read_back(discs: Sequence[Path], root_digest: str, told: Told) -> None:
    files = DiscFiles(discs)
    for problem in examine_files(files, progress=told):
        raise problem
    if digest_of(read_whole(files, manifest.TAG_MANIFEST)) != root_digest:
        raise SealProblem("record_mismatch", path=manifest.TAG_MANIFEST)
