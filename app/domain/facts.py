"""What stands beside a copied picture instead of in it: date, time, place, climate by the second.

- One line for each second of the wall clock, in the room's own time with its offset.
- Where no picture came, the line says so.
- Source: W3C WebVTT; times count from the take's own beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LOST_NOTICE = "画面中断 NO PICTURE"
Span = tuple[int, int]  # milliseconds from the take's beginning


@dataclass(frozen=True, slots=True)
class Fact:
    """What the recorder's log says of one piece of a copied stream."""

    t0_ms: int  # from the take's beginning
    t1_ms: int
    at: datetime  # of `t0_ms`, local, with its offset
    temperature_c: float | None = None
    humidity_percent: float | None = None

    @property
    def climate(self) -> str:
        """`23.4°C 45%`; "" when nothing is known."""
        parts = []
        if self.temperature_c is not None:
            parts.append(f"{self.temperature_c:.1f}°C")
        if self.humidity_percent is not None:
            parts.append(f"{self.humidity_percent:.0f}%")
        return " ".join(parts)


def facts_vtt(label: str, offset_ms: int, facts: Sequence[Fact], gaps: Iterable[Span]) -> str:
    """The caption track of one copied stream of a take.

    Args:
        label: room and record id.
        offset_ms: of the take from recording start.
        facts: of its pieces, in order.
        gaps: where it has no picture.
    """
    holes = tuple(gaps)
    lines = ["WEBVTT", ""]
    for t0, t1, fact, second in _seconds(facts):
        elapsed = (offset_ms + t0) // 1000
        told = [
            f"{second:%Y-%m-%d %H:%M:%S} {_offset(second)}",
            f"{elapsed // 3600:02}:{elapsed // 60 % 60:02}:{elapsed % 60:02}",
            label,
            fact.climate,
            LOST_NOTICE if any(a < t1 and t0 < b for a, b in holes) else "",
        ]
        text = _plain("  ".join(part for part in told if part))
        lines += [f"{_time(t0)} --> {_time(t1)} line:-1", text, ""]
    return "\n".join(lines)


def _seconds(facts: Sequence[Fact]) -> Iterator[tuple[int, int, Fact, datetime]]:
    """Every second of the wall clock, cut where a piece begins late or the clock was set."""
    for number, fact in enumerate(facts):
        until = facts[number + 1].t0_ms if number + 1 < len(facts) else fact.t1_ms
        t0, at = fact.t0_ms, fact.at
        while t0 < until:
            whole = at.replace(microsecond=0)
            left_ms = 1000 - at.microsecond // 1000
            t1 = min(until, t0 + left_ms)
            yield t0, t1, fact, whole
            t0, at = t1, at + timedelta(milliseconds=t1 - t0)


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _offset(moment: datetime) -> str:
    told = f"{moment:%z}"
    return f"{told[:3]}:{told[3:5]}" if told else ""


def _time(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
