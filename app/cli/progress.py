"""Progress on a terminal: a bar with a figure, on standard error, silent when nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def share_bar(title: str) -> Iterator[Callable[[float], None]]:
    """A bar that is told the share done, 0 to 1."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f}%"))
    console = Console(file=sys.stderr)
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task(title, total=1.0)

        def told(share: float) -> None:
            bar.update(task, completed=share)

        yield told


@contextmanager
def seconds_bar(title: str) -> Iterator[Callable[[float, float], None]]:
    """A bar that is told seconds of sound done and in all."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f} s"),
    )
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(title, total=1.0)

        def told(done_s: float, total_s: float) -> None:
            bar.update(task, completed=done_s, total=total_s)

        yield told
