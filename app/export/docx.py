"""The transcript as an editable DOCX of the official form, from the same model as the paper.

- It is a copy for work and says so; the signed PDF is the document.
- Corrections keep their former wording struck, as on the paper (L16).
- The closing sentence and all signatures are empty lines: nothing is filled in for anybody (L17).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from app.domain.corrections import RunStyle
from app.domain.paper import HeaderRow, LineKind, PaperLine, TranscriptPaper
from app.domain.people import Role

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

BODY_FONT: Final = "仿宋"
HEAD_FONT: Final = "黑体"
LATIN_FONT: Final = "Times New Roman"
BODY_PT: Final = 12.0
HEADER_PT: Final = 10.5
LONGEST_PROPERTY: Final = 255  # characters, a limit of the library


def write_docx(paper: TranscriptPaper) -> bytes:
    """The DOCX file of a transcript."""
    document = new_document()
    _set_properties(document, paper)
    _heading(document, paper)
    for row in paper.header:
        _header_row(document, row, paper.words.colon)
    if paper.rights:
        _rights(document, paper)
    for line in paper.lines:
        _line(document, line, paper.words.colon)
    if paper.signers:
        _closing(document, paper)
    _footer(document, paper)
    _notice(document, paper)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def new_document() -> Document:
    """An empty document with the form's page and type."""
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(28), Mm(22)
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN_FONT, Pt(BODY_PT)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FONT)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = Pt(21)
    return document


def _set_properties(document: Document, paper: TranscriptPaper) -> None:
    properties = document.core_properties
    properties.title, properties.identifier = paper.title, paper.record_id
    properties.author, properties.comments = "", "\n".join(paper.notice)[:LONGEST_PROPERTY]
    properties.created = properties.modified = datetime.now(UTC)
    properties.language = "en" if paper.language == "en" else "zh-CN"


def _notice(document: Document, paper: TranscriptPaper) -> None:
    """What a copy says of itself, in the head of every page."""
    from docx.shared import Pt

    for line in paper.notice:
        head = document.sections[0].header
        told = head.paragraphs[0] if line == paper.notice[0] else head.add_paragraph()
        told.paragraph_format.line_spacing = Pt(11)
        _run(told, line, size=7.5, bold=True)


def _heading(document: Document, paper: TranscriptPaper) -> None:
    if paper.simulated:
        say(document, paper.words.simulated, size=9, bold=True, align="RIGHT")
    if paper.agency:
        say(document, paper.agency, size=14, bold=True, font=HEAD_FONT, align="CENTER")
    title = say(document, paper.title, size=20, bold=True, font=HEAD_FONT, align="CENTER")
    title.paragraph_format.line_spacing = 1.5


def _header_row(document: Document, row: HeaderRow, colon: str) -> None:
    """Labels with underlined values; tab stops keep the columns of the form."""
    from docx.shared import Mm, Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing = Pt(19)
    place = 0.0
    for item in row:
        if place:
            _run(paragraph, "\t", size=HEADER_PT)
        _run(paragraph, item.label + colon, size=HEADER_PT)
        value = _run(paragraph, f" {item.value or '　' * round(14 * item.share)} ", size=HEADER_PT)
        value.underline = True
        place += item.share
        if place < 0.99:
            paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(160 * place))


def _rights(document: Document, paper: TranscriptPaper) -> None:
    from docx.shared import Pt

    say(document, paper.words.rights, bold=True, align="CENTER")
    for paragraph in paper.rights:
        said = say(document, paragraph, size=HEADER_PT)
        said.paragraph_format.first_line_indent = Pt(2 * HEADER_PT)


def _line(document: Document, line: PaperLine, colon: str) -> None:
    from docx.shared import Pt

    if line.kind is LineKind.NOTE:
        note = say(document, line.text, size=HEADER_PT)
        note.paragraph_format.left_indent = Pt(2 * BODY_PT)
        return
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Pt(2 * BODY_PT)
    paragraph.paragraph_format.first_line_indent = Pt(-2 * BODY_PT)
    _run(paragraph, line.speaker + colon, bold=True)
    for said in line.runs:
        run = _run(paragraph, said.text)
        run.font.strike = said.style is RunStyle.STRUCK
        run.underline = said.style is RunStyle.ADDED


def _closing(document: Document, paper: TranscriptPaper) -> None:
    """Empty lines to write on, one for each person who signs."""
    words = paper.words
    say(document, words.blank_below, size=HEADER_PT, align="CENTER")
    say(document, words.opinion + words.opinion_hint + words.colon)
    _blank(document)
    for signer in paper.signers:
        hint = words.sign_and_print if signer.prints else words.sign
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.keep_together = True
        _run(paragraph, words.label(signer.role) + hint + words.colon)
        _run(paragraph, "　" * 14).underline = True
        if signer.role is not Role.SUSPECT:
            _run(paragraph, f"  {signer.name}", size=HEADER_PT)


def _blank(document: Document) -> None:
    """A whole underlined line: a tab with a leader to the right margin."""
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Mm

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.tab_stops.add_tab_stop(
        Mm(160), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES
    )
    _run(paragraph, "\t")


def _footer(document: Document, paper: TranscriptPaper) -> None:
    """Page N of M as fields, which the word processor fills in, and the record's id."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    footer = document.sections[0].footer
    paragraph = footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, middle, after = paper.words.page.split("{}")
    for text, field in ((before, "PAGE"), (middle, "NUMPAGES"), (after, "")):
        _run(paragraph, text, size=9)
        if field:
            _field(paragraph, field)
    record = footer.add_paragraph()
    record.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _run(record, paper.words.record.format(paper.record_id), size=6.5)


def _field(paragraph: Paragraph, code: str) -> None:
    for element in _field_elements(code):
        run = _run(paragraph, "", size=9)
        run._r.append(element)  # noqa: SLF001 - python-docx has no other way to make a field


def _field_elements(code: str) -> Iterator[Any]:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind in ("begin", "code", "separate", "text", "end"):
        if kind == "code":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {code} "
        elif kind == "text":
            element = OxmlElement("w:t")
            element.text = "1"
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        yield element


def say(
    document: Document,
    text: str,
    *,
    size: float = BODY_PT,
    bold: bool = False,
    font: str = BODY_FONT,
    align: str = "LEFT",
) -> Paragraph:
    """A paragraph of one run; `align` is a name of WD_ALIGN_PARAGRAPH."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = document.add_paragraph()
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align)
    _run(paragraph, text, size=size, bold=bold, font=font)
    return paragraph


def _run(
    paragraph: Paragraph,
    text: str,
    *,
    size: float = BODY_PT,
    bold: bool = False,
    font: str = BODY_FONT,
) -> Any:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.size, run.font.name, run.bold = Pt(size), LATIN_FONT, bold
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001
    return run
