"""The payload of a sealed record: everything under `data/`, written from the open one.

- Media are the plain fragments one after another, so that anyone can recompute their chain.
- The logs leave as the very lines that were signed when they happened.
- Every file is synced before the seal counts it.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from app.domain.captions import web_vtt
from app.domain.compliance import sheet
from app.domain.interrogation import Interrogation
from app.domain.signers import MarkKind
from app.ipc.messages import FragmentKept
from app.session.exhibits import KIND as EXHIBITS
from app.session.facts import FactTracks
from app.session.paperwork import MARKS, Paperwork
from app.session.proceeding import Proceeding
from app.session.takes import LOG_FILE, LOG_NAME, TakePlan, read_recorder_log
from app.store.blobs import Blobs
from app.store.journal import read_lines
from app.store.logfile import read_log
from signing.chain import Line
from signing.digest import canonical
from signing.ink_iso import to_iso
from signing.marks import read_inkml, read_png

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


class Documents:
    """Writes the payload of one record."""

    def __init__(
        self, proceeding: Proceeding, paperwork: Paperwork, blobs: Blobs, takes: TakePlan
    ) -> None:
        self._proceeding = proceeding
        self._paperwork = paperwork
        self._blobs = blobs
        self._takes = takes

    @property
    def media_folders(self) -> tuple[Path, ...]:
        """Where the fragments lie, the first medium first."""
        return self._takes.media_folders

    def write_media(self, data: Path, on_bytes: Callable[[int], None]) -> None:
        """One MP4 per stream and take, its captions, and the facts of a copied picture."""
        from app.recorder.playback import assemble

        keys = self._proceeding.keys
        state = self._proceeding.state
        folder = data / "media"
        folder.mkdir(parents=True)
        recorded = self._recorded()
        facts = FactTracks(self._proceeding)
        label = f"{state.room}  {state.record_id}"
        for take in state.takes:
            for stream in take.streams:
                fragments = recorded[stream, take.number]
                if not fragments:
                    continue  # it died before its first fragment; the log says so
                name = f"{stream}-take-{take.number:03}"
                pieces = assemble(
                    self._takes.media_folders,
                    keys.record_id,
                    stream,
                    take.number,
                    keys,
                    fragments=fragments,
                )
                _write_pieces(folder / f"{name}.mp4", pieces, on_bytes)
                write_synced(folder / f"{name}.vtt", web_vtt(take, state.utterances).encode())
                told = facts.track(stream, take.number, label)
                if told:
                    write_synced(folder / f"{name}.facts.vtt", told.encode())

    def _recorded(self) -> Counter[tuple[str, int]]:
        """How many pieces each stream of a take has, by the recorder's own log."""
        return Counter(
            (notice.stream, notice.take)
            for notice in read_recorder_log(self._proceeding)
            if isinstance(notice, FragmentKept)
        )

    def write_logs(self, data: Path) -> tuple[list[Line], list[Line]]:
        """The journal and the recorder's log; returns their lines."""
        keys = self._proceeding.keys
        journal = list(read_lines(self._proceeding.folder, keys))
        path = self._proceeding.folder / LOG_FILE
        public_key = keys.signing_key.public_key()
        recorder = list(read_log(path, keys.record_id, LOG_NAME, keys.derive(LOG_NAME), public_key))
        write_synced(data / "journal.jsonl", _joined(journal))
        write_synced(data / "recorder.jsonl", _joined(recorder))
        return journal, recorder

    def write_transcript(self, data: Path) -> None:
        """The signed PDF, its DOCX twin and the whole history as JSON."""
        from app.export.docx import write_docx

        folder = data / "transcript"
        folder.mkdir()
        write_synced(folder / "transcript.pdf", self._paperwork.pdf())
        write_synced(folder / "transcript.docx", write_docx(self._paperwork.model()))
        write_synced(folder / "transcript.json", self._transcript_json())

    def write_marks(self, data: Path) -> None:
        """Every mark that counts, and those a correction voided, as given and as copies.

        A file that a crash left before its mark was journaled is nobody's mark and stays behind.
        """
        folder = data / "marks"
        folder.mkdir()
        state = self._proceeding.state
        for mark in (*state.marks, *state.voided_marks):
            original = self._blobs.get(MARKS, mark_file(mark.id, mark.kind))
            write_synced(folder / mark_file(mark.id, mark.kind), original)
            sensor = f"{mark.id}.json"
            write_synced(folder / sensor, self._blobs.get(MARKS, sensor))
            for extension, copy in copies_of(mark.kind, original).items():
                write_synced(folder / f"{mark.id}.{extension}", copy)

    def write_exhibits(self, data: Path) -> None:
        """What was shown, under its digest."""
        folder = data / "exhibits"
        for exhibit in self._proceeding.state.exhibits:
            folder.mkdir(exist_ok=True)
            extension = EXTENSIONS.get(exhibit.media_type, "bin")
            path = folder / f"{exhibit.digest}.{extension}"
            if path.exists():  # shown more than once
                continue
            write_synced(path, self._blobs.get(EXHIBITS, exhibit.digest))

    def write_compliance(self, data: Path) -> None:
        """The compliance sheet, computed from the journal alone."""
        told = msgspec.to_builtins(sheet(self._proceeding.state))
        write_synced(data / "compliance.json", canonical(told))

    def _transcript_json(self) -> bytes:
        state = self._proceeding.state
        told = {
            "version": 1,
            "record_id": state.record_id,
            "preparation": msgspec.to_builtins(state.preparation),
            "utterances": msgspec.to_builtins(state.utterances),
            "breaks": msgspec.to_builtins(state.breaks),
            "gaps": msgspec.to_builtins(state.gaps),
            "bookmarks": msgspec.to_builtins(state.bookmarks),
            "objections": msgspec.to_builtins(state.objections),
            "readings": msgspec.to_builtins(state.readings),
            "models": msgspec.to_builtins(state.models),
        }
        return json.dumps(told, ensure_ascii=False, indent=1).encode()


def count_of(state: Interrogation, recorder: Iterable[Line]) -> dict[str, int]:
    """The counts that the seal states and the verifier compares."""
    fragments = sum(1 for line in recorder if line.body.get("kind") == "fragment")
    return {
        "takes": len(state.takes),
        "fragments": fragments,
        "utterances": len(state.utterances),
        "marks": len(state.marks) + len(state.voided_marks),
        "exhibits": len({exhibit.digest for exhibit in state.exhibits}),
        "paper_signatures": len(state.signed_fields),
    }


def mark_file(mark_id: str, kind: MarkKind) -> str:
    """The file of a mark's original."""
    return f"{mark_id}.inkml" if kind is MarkKind.INK else f"{mark_id}.png"


def copies_of(kind: MarkKind, original: bytes) -> dict[str, bytes]:
    """What other programs read instead of an original, by file extension."""
    if kind is MarkKind.INK:
        return {"sdi": to_iso(read_inkml(original))}
    from app.export.wsq import to_wsq

    packed = to_wsq(read_png(original))
    return {} if packed is None else {"wsq": packed}


def write_synced(path: Path, data: bytes) -> None:
    """Write a new file and sync it; the folder as a whole is renamed into place later."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _write_pieces(path: Path, pieces: Iterable[bytes], on_bytes: Callable[[int], None]) -> None:
    with path.open("xb") as file:
        for piece in pieces:
            file.write(piece)
            on_bytes(len(piece))
        file.flush()
        os.fsync(file.fileno())


def _joined(lines: Iterable[Line]) -> bytes:
    return b"".join(line.raw + b"\n" for line in lines)
