"""The person's receipt: what was sealed and the digest by which a record can be known again.

- The code holds record number and digest, as the printed slip's does (C6).
"""

from __future__ import annotations

from datetime import datetime

import segno
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from app.domain.slip import slip_text
from app.session.snapshot import SealedRecord
from widgets.parts import figures
from widgets.tablet.page import TabletPage

CODE_PX = 288
QUIET = 4  # modules of margin that readers need (ISO/IEC 18004)


class ReceiptPage(TabletPage):
    """Number, times, pages and root digest, with a code to take away."""

    KIND = "receipt"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = self._label("receipt_heading", "heading")
        self._lead = self._label("receipt_lead")
        self._code = QLabel(self)
        self._code.setFixedSize(CODE_PX, CODE_PX)
        self._names: list[QLabel] = []
        self._values: list[QLabel] = []
        self._lay_out()
        self._printed = self._label("receipt_printed", "soft")
        self._all.addWidget(self._printed)

    def show_record(self, sealed: SealedRecord, objections: int) -> None:
        """Fill the receipt."""
        told = (
            sealed.record_id,
            f"{local(sealed.started_utc)} – {local(sealed.ended_utc)}",
            str(sealed.pages),
            str(objections),
            figures.in_fours(sealed.root_digest),
        )
        for label, value in zip(self._values, told, strict=True):
            label.setText(value)
        self._code.setPixmap(
            QPixmap.fromImage(code(slip_text(sealed.record_id, sealed.root_digest)))
        )

    def _lay_out(self) -> None:
        facts = QGridLayout()
        facts.setHorizontalSpacing(32)
        facts.setVerticalSpacing(12)
        facts.setColumnStretch(1, 1)
        fields = ("number", "times", "pages", "objections", "digest")
        for row, field in enumerate(fields):
            name = self._label(f"receipt_{field}", "soft")
            name.setWordWrap(False)
            value = self._label(kind="digest" if field in ("number", "digest") else "")
            value.setObjectName(f"receipt_{field}")
            facts.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            facts.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
            self._names.append(name)
            self._values.append(value)
        body = QHBoxLayout()
        body.setSpacing(48)
        body.addLayout(facts, 1)
        body.addWidget(self._code, 0, Qt.AlignmentFlag.AlignTop)
        column = self._all = self._column()
        column.addWidget(self._heading)
        column.addWidget(self._lead)
        column.addSpacing(8)
        column.addLayout(body)
        column.addStretch(1)


def local(utc: str) -> str:
    """A moment on the wall clock, to the minute."""
    return datetime.fromisoformat(utc).astimezone().strftime("%Y-%m-%d %H:%M") if utc else "–"


def code(text: str, size_px: int = CODE_PX) -> QImage:
    """A QR code with its quiet margin, black on white, scaled by whole pixels."""
    modules = [list(row) for row in segno.make(text, error="m").matrix]
    across = len(modules) + 2 * QUIET
    image = QImage(across, across, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    for down, row in enumerate(modules):
        for along, is_dark in enumerate(row):
            if is_dark:
                image.setPixelColor(along + QUIET, down + QUIET, QColor(Qt.GlobalColor.black))
    whole = max(1, size_px // across) * across
    return image.scaled(whole, whole)
