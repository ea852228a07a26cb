"""Tells problems to people: which icon a code wears, and the whole sentence for it.

- Sentences stand in resources/i18n/problems.toml and are told by `app.sentences`.
- Red is for what is being lost; most problems are amber: look at this.
- Every notice goes over one bridge, `Notices`; only the window's notice bar shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from app.domain.interrogation import STOPS_SIGNING
from app.errors import Problem
from app.sentences import tell

LOSING = frozenset(
    STOPS_SIGNING
    | {"disk_full", "folder_unwritable", "media_damaged", "journal_damaged", "one_folder_lost"}
)
"""Codes under which something of the record is, or soon will be, lost."""


class NoticeKind(StrEnum):
    """How much a notice asks of the reader."""

    INFO = "info"
    GOOD = "good"
    LOOK = "look"
    STOP = "stop"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to tell; a problem is kept as such, so that it follows the language."""

    kind: NoticeKind
    text: str = ""
    again: Callable[[], str] | None = None  # tells the text anew in another language
    problem: Problem | None = None
    is_bug: bool = False


def kind_of(code: str) -> NoticeKind:
    """Stop for what loses something, look for all else."""
    return NoticeKind.STOP if code in LOSING else NoticeKind.LOOK


def sentence(problem: Problem, language: str) -> str:
    """What happened, what is safe and what to do now."""
    return tell(problem, language)


class Notices(QObject):
    """The bridge: anyone says it, the notice bar shows it."""

    posted = Signal(object)  # Notice

    def say(self, kind: NoticeKind, text: str, again: Callable[[], str] | None = None) -> None:
        """Tell a whole, translated sentence; with `again` it follows the language."""
        self.posted.emit(Notice(kind=kind, text=text, again=again))

    @Slot(object)
    def problem(self, problem: Problem) -> None:
        """Tell a problem."""
        self.posted.emit(Notice(kind=kind_of(problem.code), problem=problem))

    @Slot(object)
    def bug(self, _error: object) -> None:
        """Tell that something unexpected happened; its details are in the log."""
        self.posted.emit(Notice(kind=NoticeKind.LOOK, is_bug=True))
