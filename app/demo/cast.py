"""Who is in the demo's room: an invented case; names, numbers and places belong to nobody."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from app.domain.people import Case, Participant, Person, Preparation, Procedure, Role

OPINION = "以上笔录我看过和我说的相符"
"""What the person writes by hand; the program never fills it in (L17)."""

PREPARATION = Preparation(
    procedure=Procedure.CRIMINAL,
    case=Case(number="江公（刑）立字〔2026〕1187号", name="刘建国电动车被盗案", offence="盗窃"),
    suspect=Person(
        name="陈志强",
        sex="male",
        birth="1988-03-07",
        id_number="320102198803070010",
        ethnicity="汉族",
        education="大专",
        occupation="个体经营",
        household="江宁市鼓楼区中山路118号2幢301室",
        address="江宁市鼓楼区中山路118号2幢301室",
        contact="139 0000 0000",
    ),
    participants=(
        Participant(
            role=Role.INVESTIGATOR, name="李建国", unit="江宁市公安局鼓楼分局", number="031120"
        ),
        Participant(
            role=Role.INVESTIGATOR, name="周敏", unit="江宁市公安局鼓楼分局", number="031245"
        ),
    ),
    place="江宁市公安局执法办案管理中心讯问室 1",
    vocabulary=("刘建国", "超市门口"),
)


def exhibit_picture(folder: Path) -> Path:
    """A drawn picture of the thing in question, made on the spot and labelled as such."""
    from PySide6.QtCore import QPointF, QRectF, Qt
    from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

    from widgets import fonts

    image = QImage(960, 640, QImage.Format.Format_RGB32)
    image.fill(QColor("#e9ecef"))
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor("#2b4a6f"), 10, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for x in (280.0, 680.0):
            painter.drawEllipse(QPointF(x, 430), 95, 95)
        frame = [(280, 430), (400, 300), (600, 300), (680, 430), (480, 430), (400, 300)]
        for (x0, y0), (x1, y1) in pairwise(frame):
            painter.drawLine(QPointF(x0, y0), QPointF(x1, y1))
        painter.drawLine(QPointF(600, 300), QPointF(580, 210))
        painter.drawLine(QPointF(580, 210), QPointF(640, 200))
        painter.drawLine(QPointF(370, 270), QPointF(440, 270))
        painter.setFont(QFont(fonts.FAMILY, 24))
        painter.drawText(
            QRectF(0, 560, 960, 60), Qt.AlignmentFlag.AlignCenter, "演示物证图片（绘制） DEMO"
        )
    path = folder / "exhibit.png"
    image.save(str(path))
    return path
