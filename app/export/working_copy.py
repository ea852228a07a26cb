"""A redacted working copy leaves: PDF, DOCX and TXT of a covered transcript, and what it links to.

- It is made of the covered model alone; nothing of the record's own files is copied. No media, no
  marks, no journal, no exhibits: each of them could tell what was covered.
- Every file says in its name, on every page and inside that it is a copy and no evidence; the
  verifier and the center refuse it by name (`redacted_copy`). It bears no seal and no signature.
- `LINK.json` tells the sealed original and how much was covered, never what.
- It is noted in the custody log like any export (L40).
"""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from app.clock import iso
from app.domain.corrections import RunStyle
from app.domain.covering import CoveredPaper, cover_text
from app.domain.paper import LineKind, PaperLine, TranscriptPaper
from app.errors import StorageProblem
from app.export.copy import remove_partial
from app.export.docx import write_docx
from app.export.handover import Order, account
from app.export.partial import PartialFile, partial_path
from app.export.work import ExportCancelled, Progress, unwatched
from signing.working_copy import MARK

VERSION: Final = 1
LINK: Final = "LINK.json"
KIND: Final = {
    "zh": "涂黑工作副本，不是证据，不能代替封存的原件。",
    "en": "Redacted working copy: no evidence, and no replacement for the sealed original.",
}
LEFT_OUT: Final = {
    "zh": "录音录像、签名捺印、日志和出示的材料未列入，因其可能透露被涂黑的内容。",
    "en": "Media, marks, logs and exhibits are left out: they could tell what was covered.",
}


@dataclass(frozen=True, slots=True)
class Original:
    """The sealed record that a copy is made of."""

    record_id: str
    root_digest: str
    sealed_utc: str

    @property
    def stem(self) -> str:
        """The name of the copy, its folder and all its files begin with."""
        return f"{self.record_id}-{MARK}-no-evidence"

    @property
    def notice(self) -> tuple[str, ...]:
        """What each page says."""
        digest = self.root_digest.upper()  # as on the slip; small letters may print "ff" as one
        grouped = " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))
        return (
            f"{KIND['zh']}  {KIND['en']}",
            f"封存原件 Sealed original: {self.record_id}    封存于 sealed {self.sealed_utc}",
            f"SHA-256 {grouped}",
        )


def write_working_copy(
    folder: Path,
    original: Original,
    covered: CoveredPaper,
    pdf: bytes,
    order: Order,
    progress: Progress = unwatched,
) -> Path:
    """Write the copy as a folder of its own inside `folder`.

    Args:
        folder: Made where it is missing.
        original: What the copy links to.
        covered: The transcript without what is covered, its notice set.
        pdf: That transcript on pages.
        order: Who makes the copy, why, and who approved; told in `LINK.json`.
        progress: Told the share written; may raise `ExportCancelled` until the copy has its name.

    Returns:
        The copy's folder.

    Raises:
        StorageProblem: `target_exists`; `disk_full` or `folder_unwritable` as the disk has it.
        ExportCancelled: As `progress` raised it; nothing is left.
    """
    target = folder / original.stem
    if target.exists():
        raise StorageProblem("target_exists", path=str(target))
    files = {
        f"{original.stem}.pdf": pdf,
        f"{original.stem}.docx": write_docx(covered.paper),
        f"{original.stem}.txt": "\n".join((*_text(covered.paper), "")).encode(),
    }
    files[f"{original.stem}-{LINK}"] = _link(original, covered, order, files)
    partial = partial_path(target)
    try:
        _write(partial, files, progress)
        partial.replace(target)
    except ExportCancelled:
        remove_partial(partial)
        raise
    except OSError as error:
        code = "disk_full" if error.errno == errno.ENOSPC else "folder_unwritable"
        with suppress(OSError):  # a folder that could not be made has nothing in it
            remove_partial(partial)
        raise StorageProblem(code, path=str(target), why=str(error)) from error
    return target


def _write(folder: Path, files: Mapping[str, bytes], progress: Progress) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, data) in enumerate(files.items()):
        progress(number / len(files))
        with PartialFile(folder / name) as file:
            file.write(data)
    progress(1.0)


def _link(
    original: Original, covered: CoveredPaper, order: Order, files: Mapping[str, bytes]
) -> bytes:
    """The file that says what this is; made last, of everything else."""

    def told(text: str) -> str:  # a reason may name whom it protects
        return cover_text(text.strip(), covered.words)

    link = {
        "version": VERSION,
        "what": KIND,
        "left_out": LEFT_OUT,
        "original": {
            "record_id": original.record_id,
            "root_digest": original.root_digest,
            "sealed_utc": original.sealed_utc,
        },
        "made_utc": iso(datetime.now(UTC)),
        "made_by": told(order.officer or account()),
        "reason": told(order.reason),
        "approved_by": told(order.approved_by),
        "covered": msgspec.to_builtins(covered.places),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    return json.dumps(link, ensure_ascii=False, indent=1).encode()


def _text(paper: TranscriptPaper) -> Iterator[str]:
    """The paper as plain lines; what was changed at read-back in words."""
    yield from paper.notice
    yield ""
    if paper.simulated:
        yield paper.words.simulated
    yield from (line for line in (paper.agency, paper.title, "") if line or paper.title)
    for row in paper.header:
        yield "　".join(f"{item.label}{paper.words.colon}{item.value}" for item in row)
    yield ""
    yield from paper.rights
    for line in paper.lines:
        yield text_of(line, paper)
    yield ""
    yield from paper.notice


def text_of(line: PaperLine, paper: TranscriptPaper) -> str:
    """A line of the body as plain text."""
    is_english = paper.language == "en"
    marks = {
        RunStyle.PLAIN: "{}",
        RunStyle.STRUCK: "[struck: {}]" if is_english else "〔划去：{}〕",
        RunStyle.ADDED: "[added: {}]" if is_english else "〔改为：{}〕",
    }
    said = "".join(marks[run.style].format(run.text) for run in line.runs)
    label = "" if line.kind is LineKind.NOTE else line.speaker + paper.words.colon
    return label + said
