"""The editable copy says what the paper says."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree as ET

import docx
import pytest
from docx.oxml.ns import qn

from app.export.docx import write_docx
from tests.widgets.paper.samples import RIGHTS, paper

CORRECTED = {3: "那天晚上大概八点多，我从公司出来。"}


def test_it_has_the_official_form() -> None:
    document = docx.Document(io.BytesIO(write_docx(paper(8, rights=RIGHTS))))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for words in ("讯问笔录（第 1 次）", "被讯问人： 𠮷䶮", "周明远", "权利义务告知", *RIGHTS):
        assert words in text
    assert "问：你把当天的经过详细讲一遍。" in text
    assert "答：我叫𠮷䶮，今年三十六岁，在一家快递公司当分拣员。" in text
    assert text.index("（09时06分35秒") < text.index("答：我叫𠮷䶮")


def test_every_run_names_a_chinese_typeface() -> None:
    document = docx.Document(io.BytesIO(write_docx(paper(3))))
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs]
    assert runs
    assert all(run._r.rPr.rFonts.get(qn("w:eastAsia")) in ("仿宋", "黑体") for run in runs)


def test_the_footer_counts_its_pages() -> None:
    with zipfile.ZipFile(io.BytesIO(write_docx(paper(3)))) as file:
        footers = [name for name in file.namelist() if "footer" in name and name.endswith(".xml")]
        root = ET.fromstring(file.read(footers[0]))
    codes = [(node.text or "").strip() for node in root.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]
    kinds = [node.get(qn("w:fldCharType")) for node in root.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"] * 2


def test_a_correction_keeps_the_former_wording_struck() -> None:
    """L16."""
    document = docx.Document(io.BytesIO(write_docx(paper(8, corrected=CORRECTED))))
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs]
    struck = "".join(run.text for run in runs if run.font.strike)
    assert "七" in struck
    assert "骑电动车" in struck
    assert any(run.underline and "八" in run.text for run in runs)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_closing_sentence_is_never_prefilled(language: str) -> None:
    """L17."""
    document = docx.Document(io.BytesIO(write_docx(paper(3, language=language))))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for words in ("以上笔录", "我看过", "相符", "read the above"):
        assert words not in text
    assert ("核对意见" if language == "zh" else "Statement on checking") in text
