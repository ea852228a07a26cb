"""Figures as people read them: durations, clocks, sizes and digests."""

from __future__ import annotations

from datetime import datetime


def clock(ms: int) -> str:
    """`00:42:17` for an offset into the recording; nothing before it began."""
    if ms < 0:
        return "--:--:--"
    seconds = ms // 1000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def short_clock(ms: int) -> str:
    """`42:17`, or with hours where there are any."""
    told = clock(ms)
    return told[3:] if told.startswith("00:") else told


def hours_minutes(ms: int) -> str:
    """`11:17` hours and minutes, cut and not rounded; negative time keeps its sign."""
    minutes = abs(ms) // 60_000
    return f"{'-' if ms < 0 else ''}{minutes // 60}:{minutes % 60:02d}"


def local_time(utc: str) -> str:
    """`14:03:22` in the room's own time zone for an ISO moment."""
    return datetime.fromisoformat(utc).astimezone().strftime("%H:%M:%S") if utc else ""


def local_day(utc: str) -> str:
    """`2026-11-22 14:03` in the room's own time zone for an ISO moment."""
    return datetime.fromisoformat(utc).astimezone().strftime("%Y-%m-%d %H:%M") if utc else ""


def in_fours(digest: str, groups_in_row: int = 8) -> str:
    """A digest in groups of four, some groups a row, as it is read out and compared."""
    groups = [digest[at : at + 4].upper() for at in range(0, len(digest), 4)]
    rows = [groups[at : at + groups_in_row] for at in range(0, len(groups), groups_in_row)]
    return "\n".join(" ".join(row) for row in rows)
