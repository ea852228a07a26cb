"""The session in memory with real paper: its pages are those the desk would print."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from app.domain import events as ev
from app.domain.paper import from_interrogation
from tests.fakes import scenes
from tests.fakes.session import FakeSession
from widgets.paper.layout import lay_out


class TabletSession(FakeSession):
    """Lays its transcript out as the real one does, and shows the files it was given."""

    def _make_paper(self) -> None:
        drawn = lay_out(
            from_interrogation(
                record_id=self.record_id,
                agency="江宁市公安局刑侦支队",
                preparation=self.state.preparation,
                utterances=self.state.utterances,
                started=datetime(2026, 11, 22, 6, 0, tzinfo=UTC),
                breaks=self.state.breaks,
                simulated=True,
            )
        )
        self._pdf = drawn.pdf
        self.tell(
            ev.PaperMade(
                paper_digest=hashlib.sha256(drawn.pdf).hexdigest(),
                page_digests=drawn.page_digests,
                fields=tuple(field for field in drawn.fields if field.signer_id),
            )
        )

    def exhibit_bytes(self, exhibit_id: str) -> tuple[bytes, str]:
        shown = next(one for one in self.state.exhibits if one.exhibit_id == exhibit_id)
        path = next(path for path in self.exhibit_paths if path.suffix in shown.name)
        return path.read_bytes(), shown.media_type


def at(name: str) -> TabletSession:
    """An interrogation in the phase of that name: prepare, rights or interview."""
    session = TabletSession()
    session.prepare(scenes.PREPARATION)
    if name == "prepare":
        return session
    session.begin()
    session.show(scenes.live(74_000))
    if name == "rights":
        return session
    session.acknowledge_rights(None)
    session.begin_interview()
    session.now_ms = 110_000
    for role, text, _weak in scenes.TALK:
        session.hear(role, text, session.now_ms, session.now_ms + 900)
        session.now_ms += 3_000
    session.show(scenes.live(session.now_ms))
    return session


def with_exhibit(session: TabletSession, path: Path, name: str) -> None:
    """Show a file on the tablet."""
    session.show_exhibit(path, name)
