"""Whose speech a microphone hears: its own person's, or the other's across the table.

- Speech detection is blind to level, so with two open microphones each sentence appears twice.
  A frame is a channel's own when it stands above that channel's noise floor and is not clearly
  quieter than the other channel.
- How much quieter the other person is (the attenuation) is measured while it happens.
- Below 4 dB of attenuation the microphones cannot tell the speakers apart: lines say so.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from speech.activity import FRAME

Levels = npt.NDArray[np.float64]  # power or dB, [channels, frames]
Mask = npt.NDArray[np.bool_]

SMOOTHING = 5  # frames, centred
DELAY = SMOOTHING // 2  # frames by which decisions lag behind the sound
RISE_DB = 8.0  # own speech above the floor
FLOOR_FRAMES = 938  # 30 s
FLOOR_RENEWED = 16  # frames between two estimates of the floor
FLOOR_RANGE_DB = (-80.0, -40.0)
EARLY_TOP_DB = -48.0  # while hardly anything was heard, speech itself could pass for the floor
MARGIN_RANGE_DB = (3.0, 6.0)
UNSURE_DB = 4.0
SAME_SOUND_DB = 0.5  # below this both channels carry one microphone
SAME_AFTER = 5  # frames of speech until that is believed
KNOWN_AFTER = 60  # frames of speech (2 s) until the attenuation is believed
TINY = 1e-10


def decibels(power: Levels) -> Levels:
    """Power to dBFS."""
    return np.asarray(10.0 * np.log10(power + TINY))


def frame_power(sound: npt.NDArray[np.float32]) -> Levels:
    """Mean square of each whole frame, [channels, frames]."""
    frames = sound.reshape(len(sound), -1, FRAME).astype(np.float64)
    return np.asarray((frames**2).mean(axis=2))


class Attribution:
    """Decides, frame by frame and `DELAY` frames late, which channels carry their own speech."""

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._power: Levels = np.full((channels, SMOOTHING - 1), TINY)
        self._speech: Mask = np.zeros((channels, DELAY), np.bool_)
        self._past: deque[Levels] = deque(maxlen=FLOOR_FRAMES)
        self._floors = np.full(channels, -60.0)
        self._until_renewal = 0
        self._differences: deque[float] = deque(maxlen=600)

    @property
    def floors_db(self) -> tuple[float, ...]:
        """Noise floor of each channel, dBFS."""
        return tuple(float(floor) for floor in self._floors)

    @property
    def attenuation_db(self) -> float | None:
        """How much quieter a person is in the other's microphone; None until measured."""
        if self._channels < 2 or len(self._differences) < KNOWN_AFTER:
            return None
        return float(np.median(self._differences))

    @property
    def is_unsure(self) -> bool:
        """Whether the microphones cannot tell the speakers apart."""
        known = self.attenuation_db
        return known is not None and known < UNSURE_DB

    def own(self, power: Levels, speech: Mask) -> tuple[Mask, Mask, Levels]:
        """Own-speech and others'-speech masks, and level in dB, of the frames now decided.

        Args:
            power: mean square per frame, [channels, n].
            speech: speech per frame as detected, [channels, n].

        Returns:
            All [channels, n], for the n frames ending `DELAY` frames before the last one given.
        """
        wide = np.hstack([self._power, power])
        said = np.hstack([self._speech, speech])
        count = power.shape[1]
        kernel = np.ones(SMOOTHING) / SMOOTHING
        smooth = np.vstack([np.convolve(row, kernel, "valid") for row in wide])
        self._power = wide[:, -(SMOOTHING - 1) :]
        self._speech = said[:, -DELAY:]
        levels, said = decibels(smooth), said[:, :count]
        return *self._decide(levels, said), levels

    def _decide(self, levels: Levels, said: Mask) -> tuple[Mask, Mask]:
        own = np.zeros(levels.shape, np.bool_)
        others = np.zeros(levels.shape, np.bool_)
        for place in range(levels.shape[1]):
            now = levels[:, place]
            self._past.append(now)
            self._renew_floors()
            loud = (now > self._floors + RISE_DB) & said[:, place]
            mine = self._dominates(now) if self._channels == 2 else loud
            own[:, place], others[:, place] = loud & mine, loud & ~mine
            if self._channels == 2 and loud.any():
                self._differences.append(abs(float(now[0] - now[1])))
        return own, others

    def _dominates(self, now: Levels) -> Mask:
        if self._is_same_sound():
            return np.array([True, False])
        known = self.attenuation_db
        low, high = MARGIN_RANGE_DB
        margin = low if known is None else min(high, max(low, known / 2))
        difference = now[0] - now[1]
        return np.array([difference > -margin, -difference > -margin])

    def _is_same_sound(self) -> bool:
        # Believed sooner than LEAST_FRAMES of speech, so that not even one line comes twice.
        told = self._differences
        return len(told) >= SAME_AFTER and float(np.median(told)) < SAME_SOUND_DB

    def _renew_floors(self) -> None:
        self._until_renewal -= 1
        if self._until_renewal > 0:
            return
        self._until_renewal = FLOOR_RENEWED
        heard = np.percentile(np.stack(self._past), 10, axis=0)
        top = FLOOR_RANGE_DB[1] if len(self._past) > FLOOR_FRAMES // 6 else EARLY_TOP_DB
        self._floors = np.clip(heard, FLOOR_RANGE_DB[0], top)
