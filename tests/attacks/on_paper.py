"""Attack 6: on the signed transcript itself, in a record that its own key sealed anew."""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from tests.attacks.attack import add_attack
from tests.attacks.ground import PAPER, Ground
from tests.fakes.record import Draft, sign_paper
from tests.signing.test_paper import stamped


def _annotated(pdf: bytes) -> bytes:
    from pyhanko.pdf_utils import generic

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Rect"): generic.ArrayObject(
                [generic.NumberObject(n) for n in (100, 600, 300, 640)]
            ),
            generic.pdf_name("/Contents"): generic.TextStringObject("he confessed"),
        }
    )
    page = writer.root["/Pages"]["/Kids"][0]
    page.setdefault(generic.pdf_name("/Annots"), generic.ArrayObject()).append(
        writer.add_object(note)
    )
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _by_qpdf(pdf: bytes, *options: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "in.pdf", Path(folder) / "out.pdf"
        source.write_bytes(pdf)
        subprocess.run(["qpdf", *options, source, made], check=True, capture_output=True)
        return made.read_bytes()


def _resaved_by_qpdf(pdf: bytes) -> bytes:
    return _by_qpdf(pdf)


def _cut_by_qpdf(pdf: bytes) -> bytes:
    return _by_qpdf(pdf, "--pages", ".", "1", "--")


def _resaved(pdf: bytes) -> bytes:
    out = io.BytesIO()
    copy_into_new_writer(PdfFileReader(io.BytesIO(pdf))).write(out)
    return out.getvalue()


def _changed_inside(pdf: bytes) -> bytes:
    return pdf.replace(b"(Page 1)", b"(Page 7)")


def _pdfsig_says(ground: Ground, pdf: bytes) -> str:
    """As the README's reader: all valid and the last over the whole file, or not."""
    file = ground.new_folder() / "transcript.pdf"
    file.write_bytes(pdf)
    told = subprocess.run(
        ["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False
    ).stdout
    parts = [part for part in told.split("Signature #")[1:] if "not signed" not in part]
    valid = bool(parts) and all("Signature is Valid." in part for part in parts)
    whole = valid and "Total document signed" in parts[-1]
    if whole and "Not total document signed" not in parts[-1]:
        return "pdfsig accepts"
    return "pdfsig: valid, not total" if valid else "pdfsig refuses"


def _paper(change: Callable[[bytes], bytes]) -> Callable[[Ground], str]:
    def act(ground: Ground) -> str:
        made: list[bytes] = []

        def put(draft: Draft) -> None:
            made.append(change(draft.files["transcript/transcript.pdf"]))
            draft.files["transcript/transcript.pdf"] = made[0]

        return f"{ground.judge_draft(put)}; {_pdfsig_says(ground, made[0])}"

    return act


def _earlier(pdf: bytes) -> bytes:
    return next(state for _, state in sign_paper(Draft().keys)[2:3] if pdf.startswith(state))


for _what, _code, _change, _stock in (
    ("text stamped on page 1 after signing", "paper_not_covered", stamped,
     "pdfsig: valid, not total"),
    ("a note added after signing", "paper_not_covered", _annotated, "pdfsig: valid, not total"),
    ("bytes after the end", "paper_not_covered", lambda pdf: pdf + b"\n% more\n",
     "pdfsig: valid, not total"),
    ("cut back to an earlier signature", "signer_missing", _earlier, "pdfsig accepts"),
    ("a word changed on a signed page", "paper_signature_wrong", _changed_inside,
     "pdfsig refuses"),
    ("saved anew by a PDF library", "paper_signature_wrong", _resaved, "pdfsig refuses"),
    ("saved anew by qpdf", "paper_signature_wrong", _resaved_by_qpdf, "pdfsig refuses"),
    ("cut to page 1 by qpdf", "paper_signature_wrong", _cut_by_qpdf, "pdfsig refuses"),
):  # fmt: skip
    add_attack(6, f"{_what}, sealed anew", f"{_code} {PAPER}; {_stock}", _paper(_change))
