"""What one stream of a take is to it, whichever way its film comes about.

- A stream gives its film in pieces, the opening first; it knows nothing of disks or keys.
- The first stream of a take carries the sound as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from app.recorder.boxes import Cut
from app.recorder.overlay import Plane


@dataclass(frozen=True, slots=True)
class Beginning:
    """When a take begins, on the clocks that matter to its streams."""

    t0_ns: int  # `time.monotonic_ns()` that becomes 0 in the film
    offset_ms: int  # of that moment from recording start
    label: str  # room and record, as burnt in
    goes_on: bool  # after a loss or an adjournment: what is not there yet joins late
    climate: Callable[[], str] = str  # temperature and humidity now, as burnt in
    is_pre_roll: bool = False  # nothing has begun yet, and the picture says so


@dataclass(frozen=True, slots=True)
class StreamEvents:
    """Whom a stream tells; times are milliseconds from the take's beginning."""

    on_cut: Callable[[Cut], None]
    on_gap: Callable[[int, int], None]
    on_trouble: Callable[[str, bool], None]  # code, and whether it is over
    on_preview: Callable[[Plane, int], None]


class Stream(Protocol):
    """One film of a take."""

    name: str
    description: str  # of its device; "" when it has none of its own
    joins_late: bool  # whether it can begin before its device delivers

    @property
    def is_ready(self) -> bool:
        """Whether its device delivers, or has nothing to deliver."""

    @property
    def code(self) -> str:
        """What is wrong with it now, or ""."""

    def start(self) -> None:
        """Open the device and go on in a thread; nothing is recorded yet."""

    def wait_until_ready(self, deadline: float) -> None:
        """Until the device delivers.

        Args:
            deadline: of `time.monotonic()`.

        Raises:
            DeviceProblem: why it does not deliver.
        """

    def begin(self, beginning: Beginning, events: StreamEvents, *, sound: bool) -> None:
        """Record from now on; with room for sound when this is the take's first stream."""

    def add_sound(self, samples: npt.NDArray[np.float32]) -> None:
        """The next samples, planar float [2, n] at 48 kHz; only for the first stream."""

    def show_gap(self, t0_ms: int, t1_ms: int) -> None:
        """Let whoever looks at the film see that something was missing until now."""

    def count_from(self, zero_ms: int) -> None:
        """The pre-roll has become a take's beginning: burn in the time since `zero_ms`."""

    def stop(self) -> None:
        """No more pictures."""

    def close(self) -> None:
        """Give out what is left; after `stop`, and after the last sound."""

    def join(self, limit_s: float) -> None:
        """Wait for a device's thread that may still be in a driver."""
