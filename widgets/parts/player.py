"""Plays short pieces of sound: a line of the transcript, or the loop-back of the device check.

- Sound goes to the machine's default output; without one, `play` says no and nothing breaks.
- A new piece ends the one that plays.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QTimer, Signal, Slot
from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices

from widgets.ports import Sound


class SoundPlayer(QObject):
    """One piece at a time."""

    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sink: QAudioSink | None = None
        self._buffer: QBuffer | None = None
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.timeout.connect(self.stop)

    @property
    def playing(self) -> bool:
        """Whether a piece is playing."""
        return self._sink is not None

    def play(self, sound: Sound, rate: int) -> bool:
        """Begin a piece (frames by channels, -1..1); False if there is no output or no sound."""
        self.stop()
        output = QMediaDevices.defaultAudioOutput()
        if output.isNull() or not len(sound):
            return False
        form = QAudioFormat()
        form.setSampleRate(rate)
        form.setChannelCount(sound.shape[1])
        form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        whole = (np.clip(sound, -1, 1) * 32_767).astype("<i2").tobytes()
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(whole))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._sink = QAudioSink(output, form, self)
        self._sink.start(self._buffer)
        # Qt 6.9 to 6.11 cannot tell a Python slot that a sink is idle: the length is known instead.
        self._end.start(int(len(sound) / rate * 1000) + 200)
        return True

    @Slot()
    def stop(self) -> None:
        """End the piece that plays, if one does."""
        self._end.stop()
        if self._sink is None or self._buffer is None:
            return
        self._sink.stop()
        self._sink.deleteLater()
        self._buffer.close()
        self._buffer.deleteLater()
        self._sink = self._buffer = None
        self.ended.emit()
