"""Plays a line again with its picture while recording goes on, and returns to the live picture.

- What is played again stands large with its time over it; the live picture stays in sight beside.
- One line at a time; it ends with its page; the recording is not touched by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtMultimedia import QVideoFrame

from widgets.background import plainly
from widgets.parts import figures
from widgets.parts.film_player import FilmPlayer
from widgets.parts.picture import Picture
from widgets.problems import NoticeKind
from widgets.workplace import Workplace

if TYPE_CHECKING:
    from app.session.looking import Scene
    from widgets.ports import SessionPort

MOMENT_MS = 15_000  # how long a moment of the time line plays
BEFORE_MS = 80  # a word's beginning is not cut off: a recogniser's times are rough
AFTER_MS = 250  # nor a line's end


class Replay(QObject):
    """Of the running interrogation, into one picture."""

    ended = Signal()

    def __init__(self, place: Workplace, picture: Picture, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._picture = picture
        self._asked = (0, 0)
        self._scene: Scene | None = None
        picture.installEventFilter(self)
        place.model.attached_changed.connect(self.stop)
        self.player = FilmPlayer(self)
        self.player.shown.connect(self._on_frame)
        self.player.moved.connect(self._on_moved)
        self.player.ended.connect(self.stop)

    @property
    def playing(self) -> bool:
        """Whether something is played again now."""
        return self._scene is not None

    @Slot(str)
    def play(self, line_id: str) -> None:
        """Play a line; one without a length of its own is only a moment."""
        line = self._place.model.snapshot.state.utterance(line_id)
        if line.t1_ms <= line.t0_ms:
            self.stop()
            return
        self._ask(line.t0_ms, line.t1_ms + AFTER_MS)

    @Slot(str, int)
    def play_word(self, line_id: str, at_ms: int) -> None:
        """Play a line from one of its words on."""
        line = self._place.model.snapshot.state.utterance(line_id)
        self._ask(max(line.t0_ms, at_ms - BEFORE_MS), max(line.t1_ms, at_ms) + AFTER_MS)

    @Slot(int)
    def play_moment(self, at_ms: int) -> None:
        """Play a while from here."""
        self._ask(at_ms, at_ms + MOMENT_MS)

    @Slot()
    def stop(self) -> None:
        """Back to the live picture."""
        self._asked = (0, 0)
        if self._scene is None:
            return
        self._scene = None
        self.player.close()
        self._picture.end_replay()
        self.ended.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Nothing is played where nobody sees it."""
        if event.type() == QEvent.Type.Hide and not event.spontaneous():
            self.stop()
        return super().eventFilter(watched, event)

    def _ask(self, t0_ms: int, t1_ms: int) -> None:
        self._asked = (t0_ms, t1_ms)
        self._place.background.start(
            plainly(_scene_of, self._place.model.session, t0_ms, t1_ms),
            then=self._on_scene,
            failed=self._place.notices.problem,
        )

    @Slot(object)
    def _on_scene(self, told: tuple[tuple[int, int], Scene]) -> None:
        asked, scene = told
        if asked != self._asked:
            return  # another line was asked for meanwhile
        self._scene = scene
        self.player.show({scene.stream: scene.film}, scene.in_film_ms(asked[0]), play=True)
        self._picture.show_replay(self._words(asked[0]))
        if not self.player.has_sound_output:
            self._place.notices.say(
                NoticeKind.LOOK,
                self.tr(
                    "There is no loudspeaker to play this line. Recording goes on. "
                    "Connect one and click the line again."
                ),
            )

    @Slot(str, QVideoFrame)
    def _on_frame(self, _stream: str, frame: QVideoFrame) -> None:
        if self._scene is not None:
            self._picture.show_replay(self._words(self._now_ms()), frame.toImage())

    @Slot(int)
    def _on_moved(self, _at_ms: int) -> None:
        if self._scene is None:
            return
        self._picture.show_replay(self._words(self._now_ms()))
        if self._now_ms() >= self._asked[1]:
            self.stop()

    def _now_ms(self) -> int:
        assert self._scene is not None
        return self._scene.begins_ms + self.player.position_ms

    def _words(self, at_ms: int) -> str:
        return self.tr("Playback %1").replace("%1", figures.short_clock(at_ms))


def _scene_of(session: SessionPort, t0_ms: int, t1_ms: int) -> tuple[tuple[int, int], Scene]:
    return (t0_ms, t1_ms), session.scene(t0_ms, t1_ms)
