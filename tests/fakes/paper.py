"""A plain PDF of the transcript for the fake session: real pages, without the form's rules."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from app.domain.interrogation import Interrogation
from app.domain.people import Role
from widgets import fonts


def lay_out(state: Interrogation) -> tuple[bytes, int, tuple[float, float, float, float]]:
    """The PDF, its number of pages and where a signature would stand."""
    fonts.load()
    lines = "".join(
        f"<p>{'问' if u.role is Role.INVESTIGATOR else '答'}：{u.text}</p>"
        for u in state.utterances
    )
    preparation = state.preparation
    document = QTextDocument()
    document.setDefaultFont(QFont(fonts.FAMILY, 14))
    document.setHtml(
        f"<h2 align='center'>讯 问 笔 录</h2><p>案件：{preparation.case.name}　"
        f"{preparation.case.number}</p><p>被讯问人：{preparation.suspect.name}</p>{lines}"
    )
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(72)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(20, 20, 20, 30),
            QPageLayout.Unit.Millimeter,
        )
    )
    document.setPageSize(QSizeF(writer.width(), writer.height()))
    document.print_(writer)
    pages = document.pageCount()
    del writer
    buffer.close()
    return bytes(buffer.data().data()), pages, (80.0, 40.0, 240.0, 80.0)
