"""What is copied out of a PDF of ours is what stands in it: no two letters become one (L23)."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication, QPageSize, QPdfWriter
from PySide6.QtWidgets import QApplication

from app.session.snapshot import SealedRecord
from widgets.paper.content import Page, Text
from widgets.paper.draw import draw
from widgets.parts import receipt

DIGEST = "ffeeff00ff11fffa" * 4
WORDS = "The office staff found five offers; a waffle, a flat, a shuffled file."


def copied(pdf: Path) -> str:
    told = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, check=True)
    return " ".join(told.stdout.decode().split())


@pytest.mark.parametrize("bold", [False, True])
def test_a_digest_and_english_words_read_back_from_paper(
    qapp: QGuiApplication, tmp_path: Path, bold: bool
) -> None:
    texts = tuple(
        Text(x=60, y=100 + 20 * row, text=text, size=9, bold=bold)
        for row, text in enumerate((DIGEST, WORDS))
    )
    file = tmp_path / "paper.pdf"
    file.write_bytes(draw([Page(items=texts, fields=())], "paper"))
    assert copied(file) == f"{DIGEST} {WORDS}"


def test_a_digest_reads_back_from_the_receipt(qapp: QApplication, tmp_path: Path) -> None:
    record = SealedRecord(
        record_id=f"R-{DIGEST[:16]}", folder="", root_digest=DIGEST, pages=3, time_proven=True,
        started_utc="2026-11-22T02:00:00Z", ended_utc="2026-11-22T03:00:00Z",
    )  # fmt: skip
    writer = QPdfWriter(str(tmp_path / "receipt.pdf"))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    receipt.document(record, "Staff office").print_(writer)
    said = copied(tmp_path / "receipt.pdf")
    assert record.record_id in said
    assert "Staff office" in said
    assert DIGEST in said.replace(" ", "").lower()
