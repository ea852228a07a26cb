"""Cards, rows and headings on the 8 px grid."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

GRID = 8


def label(kind: str = "", wrap: bool = False) -> QLabel:
    """A label in a role of the style sheet; its words are set by whoever translates it."""
    made = QLabel()
    if kind:
        made.setProperty("kind", kind)
    made.setWordWrap(wrap)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


def rule() -> QFrame:
    """A thin line between two parts."""
    made = QFrame()
    made.setProperty("kind", "rule")
    return made


def card(kind: str = "card") -> tuple[QFrame, QVBoxLayout]:
    """A surface with an edge, and the column inside it."""
    frame = QFrame()
    frame.setProperty("kind", kind)
    column = QVBoxLayout(frame)
    column.setContentsMargins(16, 12, 16, 16)
    column.setSpacing(GRID)
    return frame, column


def banner(kind: str) -> tuple[QFrame, QHBoxLayout]:
    """A coloured row over a page: kind `look`, `info`, `good` or `stop`."""
    frame = QFrame()
    frame.setProperty("kind", f"banner-{kind}")
    line = QHBoxLayout(frame)
    line.setContentsMargins(12, 6, 12, 6)
    line.setSpacing(GRID)
    return frame, line


def row(*items: QWidget | int | None, spacing: int = GRID) -> QHBoxLayout:
    """Widgets beside each other; a number is a gap in px, None takes the room that is left."""
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(spacing)
    for item in items:
        if item is None:
            line.addStretch(1)
        elif isinstance(item, int):
            line.addSpacing(item)
        else:
            line.addWidget(item)
    return line


def column(*items: QWidget | QLayout | int | None, spacing: int = GRID) -> QVBoxLayout:
    """Widgets and layouts under each other; as `row`."""
    stack = QVBoxLayout()
    stack.setContentsMargins(0, 0, 0, 0)
    stack.setSpacing(spacing)
    for item in items:
        if item is None:
            stack.addStretch(1)
        elif isinstance(item, int):
            stack.addSpacing(item)
        elif isinstance(item, QLayout):
            stack.addLayout(item)
        else:
            stack.addWidget(item)
    return stack


def page_column(page: QWidget) -> QVBoxLayout:
    """The outer column of a page."""
    stack = QVBoxLayout(page)
    stack.setContentsMargins(24, 16, 24, 16)
    stack.setSpacing(16)
    return stack


def scrolled(inner: QWidget) -> QScrollArea:
    """A page part that scrolls up and down when it is higher than its place."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    return area


def grow(widget: QWidget) -> QWidget:
    """Let a widget take the room in both directions."""
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    return widget


def clear(layout: QLayout) -> None:
    """Take every widget out of a layout and let it go."""
    while layout.count():
        item = layout.takeAt(0)
        inner, widget = (item.layout(), item.widget()) if item else (None, None)
        if widget is not None:
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
