"""The receipt for the person: what was sealed, its root digest in fours, and the same as a code.

- The code holds record id and digest and nothing about the person.
"""

from __future__ import annotations

import segno
from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QTextDocument
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.slip import slip_text
from app.session.snapshot import SealedRecord
from widgets import fonts
from widgets.parts import figures

QUIET = 4  # modules of white around a code (ISO/IEC 18004)


def code_text(record: SealedRecord) -> str:
    """What the code says."""
    return slip_text(record.record_id, record.root_digest)


def code_image(text: str) -> QImage:
    """A QR code, one pixel a module, with its quiet zone."""
    rows = tuple(segno.make(text, error="m", micro=False).matrix)
    side = len(rows) + 2 * QUIET
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                image.setPixelColor(x + QUIET, y + QUIET, QColor("black"))
    return image


class CodeView(QWidget):
    """Shows a QR code sharply, black on white in either theme."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(176, 176)

    def show_text(self, text: str) -> None:
        """The code for this text."""
        self._image = code_image(text)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._image.isNull():
            painter.drawImage(QRectF(self.rect()), self._image)
        painter.end()


def document(record: SealedRecord, room: str) -> QTextDocument:
    """The receipt as a page to print."""
    made = QTextDocument()
    made.setDefaultFont(fonts.for_paper(11))
    code = code_image(code_text(record)).scaled(
        220, 220, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation
    )
    made.addResource(QTextDocument.ResourceType.ImageResource, QUrl("code"), code)
    rows = (
        (QCoreApplication.translate("Receipt", "Record"), record.record_id),
        (QCoreApplication.translate("Receipt", "Room"), room),
        (QCoreApplication.translate("Receipt", "Began"), figures.local_day(record.started_utc)),
        (QCoreApplication.translate("Receipt", "Ended"), figures.local_day(record.ended_utc)),
        (QCoreApplication.translate("Receipt", "Pages"), str(record.pages)),
    )
    table = "".join(f"<tr><td>{name}&nbsp;&nbsp;</td><td>{value}</td></tr>" for name, value in rows)
    title = QCoreApplication.translate("Receipt", "Receipt for a sealed interrogation record")
    told = QCoreApplication.translate(
        "Receipt",
        "These 64 characters stand for the whole record: sound, picture, transcript and marks. "
        "Whoever shows you the record later can be asked to show the same characters.",
    )
    digest = figures.in_fours(record.root_digest, 4).replace("\n", "<br>")
    made.setHtml(
        f"<h2>{title}</h2><table>{table}</table><p>{told}</p>"
        f"<p><font size='5'><tt>{digest}</tt></font></p><p><img src='code'></p>"
    )
    return made
