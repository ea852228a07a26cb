"""Signed paper: valid for a stock reader, and refused after any change."""

from __future__ import annotations

import io
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from PySide6.QtCore import QBuffer, QIODevice, QSizeF
from PySide6.QtGui import QFont, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QApplication

from signing import paper
from signing.certificates import Authority
from signing.keys import WorkstationKeys
from signing.problem import SealProblem
from widgets import fonts

NAMES = ("suspect-1-page-1", "suspect-1-page-2", "investigator-1-last", "workstation")
BOX = (60.0, 60.0, 200.0, 118.0)
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
REFUSALS = {
    "paper_malformed",
    "paper_signature_wrong",
    "paper_not_covered",
    "paper_changed",
    "signer_missing",
}

needs_pdfsig = pytest.mark.skipif(shutil.which("pdfsig") is None, reason="no poppler-utils")


def stamp(writer: Any) -> None:
    from pyhanko.pdf_utils.content import RawContent

    RawContent(b"0 0 200 50 re f").add_to_page(writer, 0)


def replace_another_drawing(writer: Any) -> None:
    from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject, pdf_name

    field = writer.root["/AcroForm"]["/Fields"][1].get_object()
    drawing = writer.add_object(StreamObject(stream_data=b"0 0 5 5 re f"))
    field["/AP"] = DictionaryObject({pdf_name("/N"): drawing})
    writer.update_container(field)


def add_another_field(writer: Any) -> None:
    from pyhanko.sign.fields import SigFieldSpec, append_signature_field

    append_signature_field(writer, SigFieldSpec("another", on_page=0, box=(1, 1, 9, 9)))


def move_the_field(writer: Any) -> None:
    from pyhanko.pdf_utils.generic import NumberObject

    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    field["/Rect"][0] = NumberObject(1)
    writer.update_container(field)


def drawn(text: str, pages: int = 2, size: QSizeF | None = None) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    if size is not None:
        writer.setPageSize(QPageSize(size, QPageSize.Unit.Point))
    with QPainter(writer) as painter:
        painter.setFont(QFont(fonts.load(), 14))
        for number in range(pages):
            if number:
                writer.newPage()
            painter.drawText(400, 800, f"{text}{number + 1}")
    return bytes(buffer.data().data())


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.create("某市中心", now=NOW)


@pytest.fixture(scope="module")
def keys(authority: Authority) -> WorkstationKeys:
    made = WorkstationKeys.generate("讯问室 1", now=NOW)
    return made.with_certificate(
        [
            authority.issue(made.make_csr(), "讯问室 1", made.device, 365, now=NOW),
            authority.certificate,
        ]
    )


@pytest.fixture(scope="module")
def blank(qapp: QApplication) -> bytes:
    fields = [paper.Field(name, page, BOX) for name, page in zip(NAMES[:3], (1, 2, 2), strict=True)]
    fields[2] = replace(fields[2], box=(220.0, 60.0, 320.0, 118.0))
    return paper.prepare(drawn("讯问笔录"), [*fields, paper.Field(NAMES[3], 2)])


Signer = Callable[[bytes, str], bytes]


@pytest.fixture(scope="module")
def sign(keys: WorkstationKeys, qapp: QApplication) -> Signer:
    look = drawn("𠮷䶮", 1, QSizeF(140, 58))

    def do(pdf: bytes, field: str) -> bytes:
        act = paper.Signing(
            field=field,
            signer_name="𠮷䶮",
            reason="核对笔录",
            moment=NOW,
            appearance=b"" if field == "workstation" else look,
            lock=field == "workstation",
        )
        return paper.sign(pdf, act, keys.seal_key, keys.chain)

    return do


@pytest.fixture(scope="module")
def signed(blank: bytes, sign: Signer) -> bytes:
    pdf = blank
    for name in NAMES:
        pdf = sign(pdf, name)
    return pdf


def test_a_whole_paper_is_good(signed: bytes, authority: Authority) -> None:
    paper.check(signed, NAMES, [authority.certificate])
    paper.check(signed, NAMES, [])


def test_each_signature_only_appends(blank: bytes, sign: Signer) -> None:
    """L23: what the former signers signed stays byte for byte."""
    one = sign(blank, NAMES[0])
    two = sign(one, NAMES[1])
    assert two.startswith(one)
    assert one.startswith(blank)
    paper.check(one, NAMES[:1], [])
    states = paper.read_revisions(two)
    assert [state.field for state in states] == ["", NAMES[0], NAMES[1]]
    assert [state.bytes for state in states] == [len(blank), len(one), len(two)]


def test_an_unsigned_paper_has_no_missing_signer_but_the_expected(blank: bytes) -> None:
    paper.check(blank, [], [])
    with pytest.raises(SealProblem, match="signer_missing"):
        paper.check(blank, NAMES, [])


def test_another_center_is_not_trusted(signed: bytes) -> None:
    other = Authority.create("别处")
    with pytest.raises(SealProblem, match="signer_untrusted"):
        paper.check(signed, NAMES, [other.certificate])


def test_a_workstation_not_enrolled_is_trusted_by_its_own_certificate(
    blank: bytes, sign: Signer
) -> None:
    own = WorkstationKeys.generate("没有入网")
    act = paper.Signing(field=NAMES[0], signer_name="甲", reason="", moment=datetime.now(UTC))
    pdf = paper.sign(blank, act, own.seal_key, own.chain)
    paper.check(pdf, NAMES[:1], [own.certificate])
    with pytest.raises(SealProblem, match="signer_untrusted"):
        paper.check(pdf, NAMES[:1], [WorkstationKeys.generate("甲").certificate])


def test_text_stamped_after_signing_is_refused(signed: bytes, keys: WorkstationKeys) -> None:
    """pdfsig alone calls such a file valid."""
    with pytest.raises(SealProblem) as caught:
        paper.check(stamped(signed), NAMES, [])
    assert caught.value.code == "paper_not_covered"


def test_text_stamped_between_two_signatures_is_refused(blank: bytes, sign: Signer) -> None:
    forged = sign(stamped(sign(blank, NAMES[0])), NAMES[1])
    with pytest.raises(SealProblem) as caught:
        paper.check(forged, NAMES[:2], [])
    assert caught.value.code in {"paper_changed", "paper_not_covered"}


def test_text_stamped_within_a_signatures_own_revision_is_refused(
    blank: bytes, keys: WorkstationKeys
) -> None:
    forged = signed_with_stamp(blank, keys)
    with pytest.raises(SealProblem) as caught:
        paper.check(forged, [NAMES[0]], [])
    assert caught.value.code == "paper_changed"


@pytest.mark.parametrize("act", [stamp, replace_another_drawing, add_another_field, move_the_field])
def test_a_signature_that_changes_more_than_its_field_is_never_given_out(
    blank: bytes, keys: WorkstationKeys, act: Callable[[Any], None]
) -> None:
    with pytest.raises(SealProblem) as caught:
        signed_while(act, blank, keys)
    assert caught.value.code == "paper_changed"


def test_the_twentieth_signature_reads_no_more_than_the_second(
    keys: WorkstationKeys, sign: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What signing costs does not grow with those who signed before."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    fields = [paper.Field(f"signer-{n}", n % 2 + 1, BOX) for n in range(20)]
    pdf = paper.prepare(drawn("讯问笔录"), fields)
    values: list[int] = []
    read = PdfFileReader._read_object

    def counted(reader: object, *arguments: object, **options: object) -> object:
        found = read(reader, *arguments, **options)
        values[-1] += isinstance(found, dict) and "/ByteRange" in found
        return found

    monkeypatch.setattr(PdfFileReader, "_read_object", counted)
    for field in fields:
        values.append(0)
        pdf = sign(pdf, field.name)
    assert max(values[2:]) <= values[1]


@pytest.mark.parametrize("tail", [b"\n", b"%", b"0 0 obj", b"\n%%EOF\n", b"\x00" * 100])
def test_trailing_bytes_are_refused(signed: bytes, tail: bytes) -> None:
    with pytest.raises(SealProblem) as caught:
        paper.check(signed + tail, NAMES, [])
    assert caught.value.code in {"paper_not_covered", "paper_malformed"}


def test_an_earlier_revision_is_missing_its_signers(signed: bytes) -> None:
    """Nothing inside a PDF shows that it was cut back."""
    for state in paper.read_revisions(signed)[:-1]:
        with pytest.raises(SealProblem) as caught:
            paper.check(signed[: state.bytes], NAMES, [])
        assert caught.value.code == "signer_missing"


def test_a_cut_in_the_middle_is_refused(signed: bytes) -> None:
    for share in (0.1, 0.5, 0.9, 0.999):
        with pytest.raises(SealProblem) as caught:
            paper.check(signed[: int(len(signed) * share)], NAMES, [])
        assert caught.value.code in REFUSALS


def test_any_modified_byte_is_refused(signed: bytes) -> None:
    """L23: each flipped byte shows, with a problem of the closed set."""
    dice = random.Random(20261122)
    places = [dice.randrange(len(signed)) for _ in range(60)]
    inside = [match.start() + 40 for match in re.finditer(rb"/Contents <", signed)]
    unchecked = zero_padding(signed)
    for place in (*places, *inside):
        if place in unchecked:
            continue  # hexadecimal zeros behind a CMS object are no content
        changed = bytearray(signed)
        changed[place] ^= 0x01
        with pytest.raises(SealProblem) as caught:
            paper.check(bytes(changed), NAMES, [])
        assert caught.value.code in REFUSALS, place


def test_bytes_hidden_behind_a_signature_are_refused(signed: bytes) -> None:
    place = min(zero_padding(signed))
    changed = bytearray(signed)
    changed[place : place + 8] = b"48656c6c"
    with pytest.raises(SealProblem) as caught:
        paper.check(bytes(changed), NAMES, [])
    assert caught.value.code in REFUSALS


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7\n", b"not a pdf", b"\x00" * 2000])
def test_junk_is_malformed(junk: bytes) -> None:
    with pytest.raises(SealProblem, match="paper_malformed"):
        paper.check(junk, [], [])
    with pytest.raises(SealProblem, match="paper_malformed"):
        paper.prepare(junk, [])


def test_a_signature_nobody_expects_is_refused(signed: bytes) -> None:
    with pytest.raises(SealProblem, match="paper_changed"):
        paper.check(signed, NAMES[:3], [])


def test_a_locked_paper_takes_no_further_signature(
    blank: bytes, sign: Signer, keys: WorkstationKeys
) -> None:
    locked = sign(sign(blank, NAMES[0]), "workstation")
    with pytest.raises(SealProblem, match="paper_changed"):
        sign(locked, NAMES[1])
    act = paper.Signing(field=NAMES[0], signer_name="甲", reason="", moment=NOW)
    with pytest.raises(SealProblem, match="signer_missing"):
        paper.sign(sign(blank, NAMES[0]), act, keys.seal_key, keys.chain)


@needs_pdfsig
def test_a_stock_reader_calls_every_signature_valid(signed: bytes, tmp_path: Path) -> None:
    file = tmp_path / "transcript.pdf"
    file.write_bytes(signed)
    told = subprocess.run(
        ["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False
    ).stdout
    assert told.count("Signature is Valid") == len(NAMES)
    assert told.count("ETSI.CAdES.detached") == len(NAMES)
    blocks = told.split("Signature #")[1:]
    assert "Total document signed" in blocks[-1]
    assert "Not total document signed" not in blocks[-1]


def test_pyhankos_own_rules_accept_every_signature(signed: bytes, authority: Authority) -> None:
    """Our step by step comparison is no laxer than comparing each signature with the end."""
    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    root = x509.Certificate.load(authority.certificate.public_bytes(Encoding.DER))
    context = ValidationContext(trust_roots=[root], moment=NOW)
    signatures = PdfFileReader(io.BytesIO(signed)).embedded_regular_signatures
    assert len(signatures) == len(NAMES)
    for signature in signatures:
        assert validate_pdf_signature(signature, context).bottom_line


def test_a_time_stamp_goes_into_the_signature(
    blank: bytes, keys: WorkstationKeys, tmp_path: Path
) -> None:
    stamps = LocalStamps(tmp_path)
    act = paper.Signing(field=NAMES[0], signer_name="甲", reason="", moment=NOW)
    pdf = paper.sign(blank, act, keys.seal_key, keys.chain, stamps.answer)
    paper.check(pdf, NAMES[:1], [])
    assert stamps.asked == 1
    assert "1.2.840.113549.1.9.16.2.14" in token_types(pdf)


def test_no_time_stamp_loses_nothing(blank: bytes, keys: WorkstationKeys) -> None:
    def down(_request: bytes) -> bytes:
        raise ConnectionError

    act = paper.Signing(field=NAMES[0], signer_name="甲", reason="", moment=NOW)
    with pytest.raises(SealProblem, match="timestamp_wrong"):
        paper.sign(blank, act, keys.seal_key, keys.chain, down)
    with pytest.raises(SealProblem, match="timestamp_wrong"):
        paper.sign(blank, act, keys.seal_key, keys.chain, bytes)
    paper.check(paper.sign(blank, act, keys.seal_key, keys.chain), NAMES[:1], [])


def stamped(pdf: bytes) -> bytes:
    """An attacker's text on page 1, as one more revision."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    stamp(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def signed_with_stamp(pdf: bytes, keys: WorkstationKeys) -> bytes:
    """An attacker who has the workstation's key adds text and signs in one revision."""
    check = paper.check_newest
    paper.check_newest = lambda *_: None  # type: ignore[assignment]
    try:
        return signed_while(stamp, pdf, keys)
    finally:
        paper.check_newest = check


def signed_while(act: Callable[[Any], None], pdf: bytes, keys: WorkstationKeys) -> bytes:
    """Sign the first field, with something else done to the paper in the same revision."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class Writer(IncrementalPdfFileWriter):
        def __init__(self, stream: object, prev: object) -> None:
            super().__init__(stream, prev=prev)
            act(self)

    signing = paper.Signing(field=NAMES[0], signer_name="甲", reason="", moment=NOW)
    original = paper.IncrementalPdfFileWriter
    paper.IncrementalPdfFileWriter = Writer  # type: ignore[misc]
    try:
        return paper.sign(pdf, signing, keys.seal_key, keys.chain)
    finally:
        paper.IncrementalPdfFileWriter = original  # type: ignore[misc]


def zero_padding(pdf: bytes) -> set[int]:
    """Places of the zeros behind each CMS object."""
    found: set[int] = set()
    for match in re.finditer(rb"/Contents <([0-9a-fA-F]+)>", pdf):
        content = match.group(1)
        used = len(content.rstrip(b"0"))
        found.update(range(match.start(1) + used + 2, match.end(1)))
    return found


def token_types(pdf: bytes) -> set[str]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    signature = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[0]
    return {one["type"].dotted for one in signature.signer_info["unsigned_attrs"]}


class LocalStamps:
    """A time-stamping authority made of the openssl command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked = 0
        (folder / "serial").write_text("01\n")
        (folder / "openssl.cnf").write_text(
            "[tsa]\ndefault_tsa = tsa1\n[tsa1]\n"
            f"serial = {folder}/serial\ncrypto_device = builtin\n"
            f"signer_cert = {folder}/tsa.pem\nsigner_key = {folder}/tsa.key\n"
            "signer_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256\n"
            "ess_cert_id_alg = sha256\n[req]\ndistinguished_name = dn\n[dn]\n"
            "[ext]\nextendedKeyUsage = critical,timeStamping\n"
            "keyUsage = critical,digitalSignature\n"
        )
        self._openssl(
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=tsa",
            "-days",
            "30",
            "-config",
            "openssl.cnf",
            "-extensions",
            "ext",
            "-keyout",
            "tsa.key",
            "-out",
            "tsa.pem",
        )

    def answer(self, request: bytes) -> bytes:
        self.asked += 1
        (self.folder / "request").write_bytes(request)
        self._openssl(
            "ts", "-reply", "-config", "openssl.cnf", "-queryfile", "request", "-out", "reply"
        )
        return (self.folder / "reply").read_bytes()

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)
