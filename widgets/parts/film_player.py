"""Plays the films of one take together: the first with its sound, the others in step with it.

- Bytes are asked for while it plays and decrypted by piece; nothing plain is written.
- Without a loudspeaker it plays in silence, and says so once.
- Times are milliseconds of the take.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QIODevice, QObject, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtMultimedia import (
    QAudioOutput,
    QMediaDevices,
    QMediaPlayer,
    QVideoFrame,
    QVideoSink,
)

APART_MS = 120  # so far films may be out of step
STEP_EVERY_MS = 1000


class FilmPort(Protocol):
    """A film that can be read anywhere; `app.recorder.film.Film` is one."""

    size: int
    duration_ms: int

    def read_at(self, position: int, count: int) -> bytes:
        """At most so many bytes from there."""


class FilmDevice(QIODevice):
    """A film as a player's device; read on the player's own threads."""

    def __init__(self, film: FilmPort, parent: QObject) -> None:
        super().__init__(parent)
        self._film = film
        self.open(QIODevice.OpenModeFlag.ReadOnly | QIODevice.OpenModeFlag.Unbuffered)

    def isSequential(self) -> bool:
        return False

    def size(self) -> int:
        return self._film.size

    def bytesAvailable(self) -> int:
        return max(0, self._film.size - self.pos())

    def readData(self, count: int) -> bytes:
        return self._film.read_at(self.pos(), count)

    def writeData(self, _data: object, _count: int) -> int:
        return -1


class _Reel(QObject):
    """One film with its player."""

    shown = Signal(str, QVideoFrame)
    run = Signal()
    stand = Signal()
    go = Signal("qlonglong")  # type: ignore[arg-type]  # ms; a C++ name
    rate = Signal(float)
    let_go = Signal(QUrl)

    def __init__(self, stream: str, film: FilmPort, *, sound: bool, parent: QObject) -> None:
        super().__init__(parent)
        self.stream = stream
        self.device = FilmDevice(film, self)
        self.sink = QVideoSink(self)
        self.sink.videoFrameChanged.connect(self._on_frame)
        self.player = QMediaPlayer(self)
        self.player.setVideoSink(self.sink)
        if sound and not QMediaDevices.defaultAudioOutput().isNull():
            self.player.setAudioOutput(QAudioOutput(self))
        self.player.setSourceDevice(self.device, QUrl("film.mp4"))
        # The player may wait for its thread, which may be reading our device and so waits for the
        # interpreter: it is spoken to from the event loop, which does not hold the interpreter.
        queued = Qt.ConnectionType.QueuedConnection
        self.run.connect(self.player.play, queued)
        self.stand.connect(self.player.pause, queued)
        self.go.connect(self.player.setPosition, queued)
        self.rate.connect(self.player.setPlaybackRate, queued)
        self.let_go.connect(self.player.setSource, queued)

    @Slot(QVideoFrame)
    def _on_frame(self, frame: QVideoFrame) -> None:
        if frame.isValid():
            self.shown.emit(self.stream, frame)

    def close(self) -> None:
        self.sink.videoFrameChanged.disconnect(self._on_frame)
        self.let_go.emit(QUrl())
        self.deleteLater()  # comes after it


class FilmPlayer(QObject):
    """One take at a time."""

    shown = Signal(str, QVideoFrame)  # stream, picture
    moved = Signal(int)  # where it plays
    playing_changed = Signal(bool)
    ended = Signal()  # the take's end was reached
    failed = Signal(str)  # what the player said; for the log

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reels: list[_Reel] = []
        self._wanted_ms = -1  # until the film is loaded
        self._rate = 1.0
        self._runs = False  # as asked; the player follows
        self._step = QTimer(self)
        self._step.setInterval(STEP_EVERY_MS)
        self._step.timeout.connect(self._keep_step)

    @property
    def loaded(self) -> bool:
        """Whether there is a film."""
        return bool(self._reels)

    @property
    def playing(self) -> bool:
        """Whether it runs."""
        return self._runs

    @property
    def has_sound_output(self) -> bool:
        """Whether anybody could hear it."""
        return not QMediaDevices.defaultAudioOutput().isNull()

    @property
    def position_ms(self) -> int:
        """Where it is."""
        if not self.loaded:
            return 0
        return self._wanted_ms if self._wanted_ms >= 0 else self._first.position()

    @property
    def _first(self) -> QMediaPlayer:
        return self._reels[0].player

    def show(self, films: dict[str, FilmPort], at_ms: int = 0, *, play: bool = False) -> None:
        """Load the films of a take by stream, the one with the sound first."""
        self.close()
        for number, (stream, film) in enumerate(films.items()):
            reel = _Reel(stream, film, sound=number == 0, parent=self)
            reel.shown.connect(self.shown)
            self._reels.append(reel)
        self._wanted_ms = at_ms
        self._tell_running(play)
        first = self._first
        first.positionChanged.connect(self._on_position)
        first.mediaStatusChanged.connect(self._on_status)
        first.errorOccurred.connect(self._on_error)
        for reel in self._reels[1:]:
            reel.player.mediaStatusChanged.connect(self._on_other_status)
        self.set_rate(self._rate)

    def close(self) -> None:
        """Let the films go."""
        self._step.stop()
        self._wanted_ms = -1
        self._tell_running(False)
        if self._reels:
            first = self._first
            first.positionChanged.disconnect(self._on_position)
            first.mediaStatusChanged.disconnect(self._on_status)
            first.errorOccurred.disconnect(self._on_error)
            for reel in self._reels[1:]:
                reel.player.mediaStatusChanged.disconnect(self._on_other_status)
        for reel in self._reels:
            reel.close()
        self._reels.clear()

    def play(self) -> None:
        """Run from here."""
        if not self.loaded:
            return
        if self._wanted_ms < 0:
            for reel in self._reels:
                reel.run.emit()
            self._step.start()
        self._tell_running(True)

    def halt(self) -> None:
        """Stand still here; the recording is not touched by it."""
        self._step.stop()
        for reel in self._reels:
            reel.stand.emit()
        self._tell_running(False)

    def seek(self, at_ms: int) -> None:
        """Go there."""
        if self._wanted_ms >= 0 and self._first.mediaStatus() not in _LOADED:
            self._wanted_ms = at_ms
            return
        for reel in self._reels:
            reel.go.emit(max(0, min(at_ms, max(0, reel.player.duration() - 40))))

    def set_rate(self, rate: float) -> None:
        """How fast it runs; 1 is as it was."""
        self._rate = rate
        for reel in self._reels:
            reel.rate.emit(rate)

    @Slot()
    def _keep_step(self) -> None:
        at_ms = self._first.position() if self.loaded else 0
        for reel in self._reels[1:]:
            is_apart = abs(reel.player.position() - at_ms) > APART_MS
            if is_apart and at_ms < reel.player.duration() - APART_MS:
                reel.go.emit(at_ms)

    @Slot(object)
    def _on_status(self, status: QMediaPlayer.MediaStatus) -> None:
        if status in _LOADED and self._wanted_ms >= 0:
            wanted, self._wanted_ms = self._wanted_ms, -1
            if not self._runs:
                # A player that never ran shows no picture: standing still is running and halting.
                for reel in self._reels:
                    reel.stand.emit()
            self.seek(wanted)
            if self._runs:
                self.play()
        elif status == QMediaPlayer.MediaStatus.EndOfMedia:
            self._step.stop()
            self._tell_running(False)
            self.ended.emit()

    @Slot(object)
    def _on_other_status(self, status: QMediaPlayer.MediaStatus) -> None:
        if status == QMediaPlayer.MediaStatus.LoadedMedia and self._wanted_ms < 0:
            at_ms = self._first.position()
            for reel in self._reels[1:]:
                reel.go.emit(at_ms)
                if self.playing:
                    reel.run.emit()
                else:
                    reel.stand.emit()

    @Slot(int)
    def _on_position(self, at_ms: int) -> None:
        if self._wanted_ms < 0:
            self.moved.emit(at_ms)

    @Slot(object, str)
    def _on_error(self, _error: object, told: str) -> None:
        self._step.stop()
        self._tell_running(False)
        self.failed.emit(told)

    def _tell_running(self, runs: bool) -> None:
        if runs != self._runs:
            self._runs = runs
            self.playing_changed.emit(runs)


_LOADED = (
    QMediaPlayer.MediaStatus.LoadedMedia,
    QMediaPlayer.MediaStatus.BufferedMedia,
    QMediaPlayer.MediaStatus.BufferingMedia,
)
