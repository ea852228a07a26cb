"""Plays the sound of a line while recording goes on; shared by Interview and Read-back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.errors import Problem
from widgets.background import plainly
from widgets.parts.player import SoundPlayer
from widgets.ports import Sound
from widgets.problems import NoticeKind
from widgets.workplace import Workplace


class LinePlayer(QObject):
    """One line at a time; a line without sound says so."""

    def __init__(self, place: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self.player = SoundPlayer(self)

    @Slot(str)
    def play(self, utterance_id: str) -> None:
        """Fetch the line's sound and play it."""
        model = self._place.model
        line = model.snapshot.state.utterance(utterance_id)
        if line.t1_ms <= line.t0_ms:
            self.player.stop()
            return
        self._place.background.start(
            plainly(model.session.sound, line.t0_ms, line.t1_ms),
            then=self._on_sound,
            failed=self._on_failed,
        )

    @Slot(object)
    def _on_sound(self, told: tuple[Sound, int]) -> None:
        if not self.player.play(*told):
            self._place.notices.say(
                NoticeKind.LOOK,
                self.tr(
                    "There is no loudspeaker to play this line. Recording goes on. "
                    "Connect one and click the line again."
                ),
            )

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        self._place.notices.problem(problem)
