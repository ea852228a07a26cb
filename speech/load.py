"""How busy the engine is, so that what can be left out is left out before text is late.

- Running guesses are left out; no sound ever is.
- The load must fall well below the limit before they come back, so that they do not flicker on and
  off at the edge.
"""

from __future__ import annotations

SPAN_MS = 30_000  # over which the load is averaged
NO_PARTIALS = 0.60  # of real time
BACK = 0.75  # of the limit, until they come back


class Load:
    """Engine time by sound time, averaged over the last half minute of sound."""

    def __init__(self) -> None:
        self._share = 0.0
        self.sheds_partials = False

    @property
    def share(self) -> float:
        """1.0: the engine needs exactly as long as people speak."""
        return self._share

    def add(self, sound_ms: float, busy_ms: float) -> None:
        """Account for `sound_ms` of recording that took `busy_ms` to hear."""
        if sound_ms <= 0:
            return
        weight = min(1.0, sound_ms / SPAN_MS)
        self._share += weight * (busy_ms / sound_ms - self._share)
        limit = NO_PARTIALS * BACK if self.sheds_partials else NO_PARTIALS
        self.sheds_partials = self._share > limit
