"""A record to look at and listen to: picture, time line with both channels, and the lines beside.

- A click on a line or on the time line goes there; everything has a key.
- What cannot be read is said with its time and drawn; what follows it plays.
- Nothing is changed by looking; no film lies anywhere in plain.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtMultimedia import QVideoFrame
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.interrogation import Interrogation, Take
from app.errors import Problem, StorageProblem
from widgets.background import Work, plainly
from widgets.icons import IconButton, IconLabel
from widgets.parts import figures, layouts
from widgets.parts.film_jobs import draw_all, open_take
from widgets.parts.film_player import FilmPlayer
from widgets.parts.picture import Picture
from widgets.parts.task_bar import TaskBar
from widgets.parts.time_line import TimeLine
from widgets.parts.transcript_view import TranscriptView
from widgets.problems import NoticeKind, sentence
from widgets.workplace import Translated, Workplace

if TYPE_CHECKING:
    from app.recorder.film import Film
    from app.recorder.pyramid import Pyramid
    from app.session.films import RecordFilms

SMALL_EVERY_MS = 120
BEFORE_MS = 80  # a word's beginning is not cut off
SHORT_STEP_MS, LONG_STEP_MS = 5000, 10_000
RATES = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)


class FilmPane(Translated):
    """One record at a time."""

    closed = Signal()

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._films: RecordFilms | None = None
        self._state = Interrogation()
        self._take: Take | None = None
        self._sounds: list[tuple[int, Pyramid]] = []
        self._holes: dict[int, list[tuple[int, int]]] = {}
        self._problems: list[StorageProblem] = []
        self._works: list[Work] = []
        self._loading: tuple[Take, int, bool] | None = None
        self._record_id = ""
        self._silence_said = False
        self._small_ms = 0.0  # when the small picture was drawn last
        self.player = FilmPlayer(self)
        self.back = IconButton("back", "plain")
        self.title = layouts.label("title")
        self.task = TaskBar()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 16)
        outer.setSpacing(12)
        outer.addLayout(layouts.row(self.back, 8, self.title, None))
        outer.addWidget(self.task)
        outer.addWidget(self._build_damage())
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(self._build_left(), 3)
        columns.addWidget(self._build_right(), 2)
        outer.addLayout(columns, 1)
        self._connect()
        self._add_keys()
        self.retranslate()

    def _build_damage(self) -> QFrame:
        self.damage, line = layouts.banner("stop")
        self.damage_text = layouts.label("strong", wrap=True)
        line.addWidget(IconLabel("look", "red", 20))
        line.addWidget(self.damage_text, 1)
        self.damage.hide()
        return self.damage

    def _build_left(self) -> QFrame:
        frame, column = layouts.card()
        column.setContentsMargins(12, 12, 12, 12)
        self.picture = Picture(live=False)
        self.time_line = TimeLine()
        self.names = (layouts.label("caption"), layouts.label("caption"))
        self.step_back = IconButton("rewind")
        self.toggle = IconButton("play", "primary")
        self.step_on = IconButton("forward")
        self.clock = layouts.label("value")
        self.rate = QComboBox()
        for rate in RATES:
            self.rate.addItem(f"{rate:g} ×", rate)
        self.rate.setCurrentIndex(RATES.index(1.0))
        self.rate_name = layouts.label("soft")
        column.addWidget(self.picture, 1)
        column.addLayout(layouts.row(self.names[0], None, self.names[1]))
        column.addWidget(self.time_line)
        column.addLayout(
            layouts.row(
                self.step_back, self.toggle, self.step_on, 8, self.clock, None,
                self.rate_name, self.rate,
            )
        )  # fmt: skip
        return frame

    def _build_right(self) -> QFrame:
        frame, column = layouts.card()
        column.setContentsMargins(1, 8, 1, 1)
        self.lines_title = layouts.label("section")
        self.lines_title.setContentsMargins(15, 4, 15, 4)
        self.lines = TranscriptView(editable=False)
        column.addWidget(self.lines_title)
        column.addWidget(layouts.rule())
        column.addWidget(self.lines, 1)
        frame.setMinimumWidth(320)
        return frame

    def _connect(self) -> None:
        self.back.clicked.connect(self.leave)
        self.toggle.clicked.connect(self.toggle_playing)
        self.step_back.clicked.connect(self._on_step_back)
        self.step_on.clicked.connect(self._on_step_on)
        self.rate.currentIndexChanged.connect(self._on_rate)
        self.lines.play_asked.connect(self.play_line)
        self.lines.word_asked.connect(self.play_word)
        self.time_line.sought.connect(self.go_to)
        self.player.shown.connect(self._on_frame)
        self.player.moved.connect(self._on_moved)
        self.player.playing_changed.connect(self._on_playing)
        self.player.ended.connect(self._on_ended)

    def _add_keys(self) -> None:
        keys = {
            "Space": self.toggle_playing,
            "K": self.toggle_playing,
            "Left": self._on_short_back,
            "Right": self._on_short_on,
            "J": self._on_step_back,
            "L": self._on_step_on,
            "Up": self._on_line_before,
            "Down": self._on_line_after,
            "Home": self._on_home,
            "Esc": self.leave,
        }
        for key, slot in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    def retranslate(self) -> None:
        """Set every word anew."""
        self.back.setText(self.tr("Back to the list (Esc)"))
        self.names[0].setText(self.tr("Above: investigator"))
        self.names[1].setText(self.tr("Below: suspect"))
        self.step_back.setText(self.tr("10 s (J)"))
        self.step_on.setText(self.tr("10 s (L)"))
        self.rate_name.setText(self.tr("Speed"))
        self.lines_title.setText(self.tr("Lines"))
        self.lines.redraw()
        self._on_playing(self.player.playing)
        self._show_damage()

    # --- opening and leaving ----------------------------------------------------

    def show_record(self, record_id: str, title: str) -> None:
        """Open the films of a record."""
        self._forget()
        self._record_id = record_id
        self.title.setText(title)
        self._start(
            plainly(self._place.room.films, record_id),
            self._on_films,
            self.tr("Opening the record"),
        )

    @Slot()
    def leave(self) -> None:
        """Back to where one came from."""
        self._forget()
        self.closed.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.player.halt()

    def _forget(self) -> None:
        for work in self._works:
            work.cancel()
        self._works.clear()
        self.player.close()
        self.picture.forget()
        self._films, self._take, self._loading = None, None, None
        self._sounds, self._holes, self._problems = [], {}, []
        self.time_line.show_sounds([])
        self.time_line.show_damage([])
        self.time_line.show_state(Interrogation(), 0)
        self.lines.show_lines(())
        self._show_damage()
        self._on_moved(0)

    def _start(self, job: Any, then: Callable[[Any], None], words: str) -> Work:
        work = self._place.background.start(
            job, then=then, failed=self._on_failed, progress=self.task.show_share
        )
        self._works.append(work)
        self.task.watch(work, words, cancellable=False)
        return work

    @Slot(object)
    def _on_films(self, films: RecordFilms) -> None:
        self._films, self._state = films, films.state
        takes = films.state.takes
        length_ms = max((take.offset_ms + (take.duration_ms or 0) for take in takes), default=0)
        self.time_line.show_state(films.state, length_ms)
        self.lines.show_lines(films.state.utterances)
        self._clock_of(0)
        if takes:
            self._load(takes[0], 0, play=False)

    def _load(self, take: Take, at_ms: int, *, play: bool) -> None:
        if self._films is None:
            return
        is_loading = self._loading is not None and self._loading[0] == take
        self._loading = (take, at_ms, play)
        if not is_loading:
            job = partial(open_take, self._films, take)
            self._start(job, self._on_take, self.tr("Reading the film"))

    @Slot(object)
    def _on_take(self, opened: tuple[Take, dict[str, Film]]) -> None:
        take, films = opened
        if self._loading is None or self._loading[0] != take or not films:
            return
        _, at_ms, play = self._loading
        self._loading, self._take = None, take
        self.picture.forget()
        self._tell_damage(take, films)
        self.player.show(dict(films), max(0, at_ms - take.offset_ms), play=play)
        if play:
            self._tell_silence()
        if not self._sounds:
            self._draw_sounds(take, next(iter(films.values())))

    def _draw_sounds(self, loaded: Take, film: Film) -> None:
        from app.recorder.pyramid import Pyramid

        assert self._films is not None
        takes = self._state.takes
        self._sounds = [(take.offset_ms, Pyramid()) for take in takes]
        self.time_line.show_sounds(self._sounds)
        jobs = list(zip(takes, [sound for _, sound in self._sounds], strict=True))
        job = partial(draw_all, self._films, jobs, loaded, film.another())
        work = self._place.background.start(job, progress=self._on_drawn)
        self._works.append(work)

    @Slot(object)
    def _on_drawn(self, _share: float) -> None:
        self.time_line.renew()

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        self._loading = None
        self.damage_text.setText(sentence(problem, self._place.languages.code))
        self.damage.show()

    def _tell_damage(self, take: Take, films: dict[str, Film]) -> None:
        from app.session.films import damage_of

        if take.number in self._holes:
            return
        holes = [hole for film in films.values() for hole in film.damage]
        self._holes[take.number] = [
            (take.offset_ms + hole.t0_ms, take.offset_ms + hole.t1_ms) for hole in holes
        ]
        unproven = [f.unproven_from_ms for f in films.values() if f.unproven_from_ms >= 0]
        first = min(unproven, default=-1)
        self._problems += damage_of(dict.fromkeys(holes), first)
        self.time_line.show_damage([hole for told in self._holes.values() for hole in told])
        self._show_damage()

    def _show_damage(self) -> None:
        told = [sentence(problem, self._place.languages.code) for problem in self._problems]
        self.damage_text.setText("\n".join(told))
        self.damage.setVisible(bool(told))

    # --- going about ------------------------------------------------------------

    @Slot()
    def toggle_playing(self) -> None:
        """Play, or stand still."""
        if self.player.playing:
            self.player.halt()
        elif self.player.loaded:
            self._tell_silence()
            self.player.play()

    @Slot(int)
    def go_to(self, at_ms: int) -> None:
        """Go to a moment of the recording; what plays goes on playing."""
        self._go(at_ms, play=self.player.playing)

    @Slot(str)
    def play_line(self, line_id: str) -> None:
        """Play from the beginning of a line."""
        self._tell_silence()
        self._go(self._state.utterance(line_id).t0_ms, play=True)

    @Slot(str, int)
    def play_word(self, _line_id: str, at_ms: int) -> None:
        """Play from a word on."""
        self._tell_silence()
        self._go(max(0, at_ms - BEFORE_MS), play=True)

    def _go(self, at_ms: int, *, play: bool) -> None:
        take = self._films.take_at(at_ms) if self._films is not None else None
        if take is None:
            return
        at_ms = max(at_ms, take.offset_ms)
        if take != self._take:
            self._load(take, at_ms, play=play)
            return
        self.player.seek(at_ms - take.offset_ms)
        if play:
            self.player.play()
        self._on_moved(at_ms - take.offset_ms)

    @property
    def at_ms(self) -> int:
        """Where it is in the recording."""
        offset_ms = self._take.offset_ms if self._take is not None else 0
        return offset_ms + self.player.position_ms

    def _by(self, step_ms: int) -> None:
        self._go(max(0, self.at_ms + step_ms), play=self.player.playing)

    @Slot()
    def _on_short_back(self) -> None:
        self._by(-SHORT_STEP_MS)

    @Slot()
    def _on_short_on(self) -> None:
        self._by(SHORT_STEP_MS)

    @Slot()
    def _on_step_back(self) -> None:
        self._by(-LONG_STEP_MS)

    @Slot()
    def _on_step_on(self) -> None:
        self._by(LONG_STEP_MS)

    @Slot()
    def _on_home(self) -> None:
        self.go_to(0)

    @Slot()
    def _on_line_before(self) -> None:
        self._to_line(self._line_now() - 1)

    @Slot()
    def _on_line_after(self) -> None:
        self._to_line(self._line_now() + 1)

    def _line_now(self) -> int:
        return bisect_right([line.t0_ms for line in self._state.utterances], self.at_ms + 50) - 1

    def _to_line(self, number: int) -> None:
        if 0 <= number < len(self._state.utterances):
            line = self._state.utterances[number]
            self.go_to(line.t0_ms)
            self.lines.choose(line.id)

    @Slot(int)
    def _on_rate(self, _index: int) -> None:
        self.player.set_rate(float(self.rate.currentData()))

    @Slot()
    def _on_ended(self) -> None:
        """The next take follows by itself; the hole between them is on the time line."""
        takes = self._state.takes
        at = takes.index(self._take) + 1 if self._take in takes else len(takes)
        if at < len(takes):
            self._load(takes[at], takes[at].offset_ms, play=True)

    # --- showing ----------------------------------------------------------------

    @Slot(str, QVideoFrame)
    def _on_frame(self, stream: str, frame: QVideoFrame) -> None:
        shown = self.picture.streams
        is_small = bool(shown) and stream != shown[0]
        now_ms = time.monotonic() * 1000
        # A small picture that moves a little less costs the screen a good deal less.
        rests = self.player.playing and now_ms - self._small_ms < SMALL_EVERY_MS
        if not self.isVisible() or (is_small and rests):
            return
        if is_small:
            self._small_ms = now_ms
        self.picture.show_image(stream, frame.toImage())

    @Slot(int)
    def _on_moved(self, at_ms: int) -> None:
        offset_ms = self._take.offset_ms if self._take is not None else 0
        self.time_line.go_to(offset_ms + at_ms)
        self._clock_of(offset_ms + at_ms)
        if self.player.playing:
            number = self._line_now()
            if number >= 0 and self.lines.chosen_id != self._state.utterances[number].id:
                self.lines.choose(self._state.utterances[number].id)

    def _clock_of(self, at_ms: int) -> None:
        takes = self._state.takes if self._films is not None else ()
        length_ms = max((take.offset_ms + (take.duration_ms or 0) for take in takes), default=0)
        self.clock.setText(f"{figures.clock(at_ms)} / {figures.clock(length_ms)}")

    @Slot(bool)
    def _on_playing(self, playing: bool) -> None:
        self.toggle.setText(self.tr("Halt (Space)") if playing else self.tr("Play (Space)"))
        self.toggle.show_icon("halt" if playing else "play")

    def _tell_silence(self) -> None:
        if self._silence_said or self.player.has_sound_output:
            return
        self._silence_said = True
        told = self._silence_words
        self._place.notices.say(NoticeKind.LOOK, told(), again=told)

    def _silence_words(self) -> str:
        return self.tr(
            "There is no loudspeaker: the film plays without sound. Connect one to hear it."
        )
