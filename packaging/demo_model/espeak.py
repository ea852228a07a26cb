"""eSpeak NG in this process, with the times of its words and sounds.

- Mandarin is the voice `cmn-latn-pinyin`: `cmn` of version 1.51 reads Chinese characters as
  English letters.
- The library is a tool here: its sound is learned from, none of its data is kept.
- One library, one voice at a time: never from two threads.
"""

# ruff: noqa: SIM905  (words in a line are read at a glance, lists of strings are not)
from __future__ import annotations

import ctypes as c
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RATE = 22_050
BASE = {"zh": ("cmn-latn-pinyin",), "en": ("en-us",)}
VARIANTS = (
    " m1 m2 m3 m4 m5 m6 m7 m8 f1 f2 f3 f4 f5 klatt klatt2 klatt3 adam Alex Alicia Andrea Andy "
    "Annie antonio aunty belinda benjamin caleb david Denis Diogo ed edward Gene Henrique Hugo "
    "iven Jacky john Lee linda Marcelo Marco Mario max michael michel miguel mike pablo paul pedro "
    "quincy rob robert sandro shelby steph travis zac norbert"
).split(" ")
KEPT_OUT_VARIANTS = ("anika", "boris", "gustave", "victor")
_WORD, _END, _PHONEME = 1, 5, 7  # espeak_EVENT_TYPE
_SYNCHRONOUS, _PHONEME_EVENTS, _UTF8 = 2, 1, 1
_SPEED, _PITCH = 1, 3  # espeak_PARAMETER


class _Told(c.Union):
    _fields_ = (("number", c.c_int), ("name", c.c_char_p), ("sound", c.c_char * 8))


class _Event(c.Structure):
    _fields_ = (
        ("type", c.c_int),
        ("id", c.c_uint),
        ("position", c.c_int),
        ("length", c.c_int),
        ("time_ms", c.c_int),
        ("sample", c.c_int),
        ("user", c.c_void_p),
        ("told", _Told),
    )


_HEARER = c.CFUNCTYPE(c.c_int, c.POINTER(c.c_short), c.c_int, c.POINTER(_Event))


@dataclass(frozen=True, slots=True)
class Speech:
    """A sentence said: samples at `RATE`, words as (first character, begin s, end s), sounds."""

    samples: npt.NDArray[np.int16]
    words: tuple[tuple[int, float, float], ...]
    sounds: tuple[tuple[str, float], ...]  # each from its time to the next one's


class Speaker:
    """The library, opened once."""

    def __init__(self) -> None:
        self._library = c.CDLL("libespeak-ng.so.1")
        rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, _PHONEME_EVENTS)
        if rate != RATE:
            raise OSError(f"eSpeak NG 1.51 with its data is needed; it answered {rate}")
        self._sound: list[bytes] = []
        self._events: list[tuple[int, int, int, float, str]] = []
        self._hearer = _HEARER(self._heard)
        self._library.espeak_SetSynthCallback(self._hearer)

    def say(self, text: str, voice: str, speed: int, pitch: int) -> Speech:
        """Say it: `speed` in words per minute, `pitch` 0..99.

        Raises:
            OSError: the voice is unknown or the library failed.
        """
        self._sound.clear()
        self._events.clear()
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise OSError(f"no voice {voice}")
        self._library.espeak_SetParameter(_SPEED, speed, 0)
        self._library.espeak_SetParameter(_PITCH, pitch, 0)
        told = text.encode() + b"\0"
        if self._library.espeak_Synth(told, len(told), 0, 1, 0, _UTF8, None, None):
            raise OSError(f"not said: {text}")
        samples = np.frombuffer(b"".join(self._sound), "<i2")
        return Speech(samples, tuple(self._words()), tuple(self._sounds()))

    def _heard(self, samples: object, count: int, events: object) -> int:
        if count and samples:
            self._sound.append(c.string_at(samples, 2 * count))  # type: ignore[arg-type]
        index = 0
        while (event := events[index]).type:  # type: ignore[index]
            sound = event.told.sound.decode() if event.type == _PHONEME else ""
            time_s = event.time_ms / 1000
            self._events.append((event.type, event.position, event.length, time_s, sound))
            index += 1
        return 0

    def _words(self) -> list[tuple[int, float, float]]:
        begins = [(p - 1, t) for kind, p, n, t, _ in self._events if kind == _WORD and n]
        pauses = [t for kind, _, _, t, s in self._events if kind == _END or s == "_:"]
        ends = sorted([t for _, t in begins] + pauses)
        return [(p, t, next((e for e in ends if e > t), t + 0.05)) for p, t in begins]

    def _sounds(self) -> list[tuple[str, float]]:
        return [
            (sound if not sound.startswith("_") or sound == "_|" else "_", t)
            for kind, _, _, t, sound in self._events
            if kind == _PHONEME
        ]
