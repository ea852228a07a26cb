"""Makes a redacted working copy of a sealed record of this workstation.

- The record is checked whole first: a copy is never made of what is not as it was sealed.
- Nothing is ever written into a record: a target inside the records is refused.
- A record is only read; there is no way to cover anything in a record itself (principle 3).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from app.domain.covering import Cover, closing_note, cover_paper
from app.domain.paper import TranscriptPaper
from app.errors import Refused
from app.export.copy import total_bytes
from app.export.handover import Order, Subject, noted
from app.export.work import Progress, unwatched
from app.export.working_copy import Original, write_working_copy
from app.session.films import sealed_films
from app.session.printed import printed
from app.store.custody import CustodyLog
from signing import manifest
from signing.record_files import check_name
from signing.seal import parse_seal
from signing.verify import verify

WHAT = "redacted_copy"
LAID_OUT_SHARE = 0.8  # of making a copy; the rest is writing


class Pages(Protocol):
    """A transcript on pages."""

    @property
    def pdf(self) -> bytes:
        """The pages."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed record, checked, and its transcript as it was printed."""

    folder: Path
    original: Original
    paper: TranscriptPaper
    simulated: bool


def read_sealed(folder: Path, agency: str, progress: Progress) -> Sealed:
    """The sealed record in `folder`, checked whole.

    Args:
        folder: Of the record.
        agency: Heads the form; that of the investigators when empty.
        progress: Told the share checked; may raise `ExportCancelled`.

    Raises:
        SealProblem: It is not as it was sealed.
        StorageProblem: `record_not_found`.
    """
    total, done = total_bytes(folder), 0

    def read(count: int) -> None:
        nonlocal done
        done += count
        progress(min(1.0, done / total))

    verify(folder, progress=read)
    state = sealed_films(folder).state
    seal = parse_seal((folder / manifest.SEAL).read_bytes())
    check_name(seal.record_id)
    original = Original(seal.record_id, manifest.root_digest(folder), seal.created_utc)
    return Sealed(folder, original, printed(state, agency), seal.simulated)


def make_working_copy(
    sealed: Sealed,
    cover: Cover,
    to: Path,
    order: Order,
    custody: CustodyLog | None,
    lay_out: Callable[[TranscriptPaper], Pages],
    progress: Progress = unwatched,
) -> Path:
    """Write the copy into `to` and note it; returns its folder.

    `progress` may raise `ExportCancelled`: then nothing is left, and the log says so.

    Raises:
        Refused: `reason_missing` or `approval_missing` for a real record; `cover_*`;
            `sealed_is_final` for a target among the records.
        SetupProblem: `key_store_missing`: a real record and no custody log.
        StorageProblem: `target_exists`, `disk_full` or `folder_unwritable`.
    """
    records = sealed.folder.resolve().parent
    if records in (to.resolve(), *to.resolve().parents):
        raise Refused("sealed_is_final")
    covered = cover_paper(sealed.paper, cover)
    note = closing_note(covered.paper)
    paper = replace(
        covered.paper, notice=sealed.original.notice, lines=(*covered.paper.lines, note)
    )
    original = sealed.original
    subject = Subject(original.record_id, original.root_digest, sealed.simulated, WHAT)
    with noted(subject, to / original.stem, order, custody):
        progress(0.0)
        pages = lay_out(paper)

        def written(share: float) -> None:
            progress(LAID_OUT_SHARE + (1 - LAID_OUT_SHARE) * share)

        what = replace(covered, paper=paper)
        return write_working_copy(to, original, what, pages.pdf, order, written)
