"""The two clocks: a monotonic one that orders everything, and the wall clock people read.

- Offsets in the record come from the monotonic clock; a stepped wall clock changes no order.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the session asks for time; tests own a fake."""

    def monotonic_ns(self) -> int:
        """Nanoseconds that never step back."""

    def utc_now(self) -> str:
        """ISO 8601 with milliseconds and Z."""


class SystemClock:
    """The machine's clocks."""

    def monotonic_ns(self) -> int:
        """Nanoseconds since an arbitrary start; the same for all processes of this boot."""
        return time.monotonic_ns()

    def utc_now(self) -> str:
        """The wall clock in UTC."""
        return iso(datetime.now(UTC))


def iso(moment: datetime) -> str:
    """`2026-11-22T03:04:05.678Z` for an aware moment."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
