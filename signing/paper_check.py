"""Checks the signatures of a transcript PDF, stricter than a PDF reader does.

- A signed paper is one laid-out revision and then one revision for each signature, nothing else:
  each step may fill exactly one signature field and change nothing that is printed elsewhere.
- The last signature covers every byte of the file; what follows it, or lies between, is refused.
- A reader that compares each signature with the end needs N x N / 2 comparisons; here each
  revision is read once (`paper_step`), and the file digested once, however many signed it.
- A time stamp inside a signature is not judged: the record's own seal has one that is.
- A file cut back to an earlier signature is found by its missing fields, so `fields` must come
  from somewhere else than the PDF (the seal, the journal).
"""

from __future__ import annotations

import hashlib
import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import cms
from asn1crypto.core import VOID
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import UnacceptableSignerError
from pyhanko.sign.validation import SignatureCoverageLevel
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing import certificates
from signing.digest import digest_of
from signing.paper_step import fills_only, laid_out_fields
from signing.problem import SealProblem

PATH = "data/transcript/transcript.pdf"  # what problems name
# What pyHanko and asn1crypto raise on bytes that are no proper PDF or CMS.
UNREADABLE = (
    PdfError,
    SignatureValidationError,
    UnacceptableSignerError,
    UnsupportedAlgorithm,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    ArithmeticError,
    RecursionError,
)


@dataclass(frozen=True, slots=True)
class PaperRevision:
    """The file as it stood after one signature; the first has no field: the paper unsigned."""

    field: str
    bytes: int
    digest: str  # of the first `bytes` bytes, as the journal told it


def check(pdf: bytes, fields: Sequence[str], roots: Sequence[x509.Certificate]) -> None:
    """Check the whole paper.

    Args:
        pdf: The file.
        fields: Names of exactly the signature fields that must be signed.
        roots: Certificates that are trusted; empty checks integrity only.

    Raises:
        SealProblem: `paper_malformed`, `paper_signature_wrong`, `paper_not_covered`,
            `paper_changed`, `signer_missing`, `signer_untrusted` or `signer_expired`.
    """
    reader = open_reader(pdf)
    signatures = read_signatures(reader)
    running = _RunningDigest(pdf)
    for signature in signatures:
        check_signature(signature, running.of(signature))
    if signatures:
        _check_coverage(reader, signatures)
        _check_steps(reader, signatures)
    elif reader.xrefs.total_revisions != 1:
        raise _problem("paper_not_covered")
    for earlier in signatures[:-1]:
        if locks(earlier.sig_object):
            raise _problem("paper_changed", field=earlier.field_name)
    _check_fields([signature.field_name for signature in signatures], fields)
    for signature in signatures if roots else ():
        _check_signer(signature, roots)


def read_revisions(pdf: bytes) -> tuple[PaperRevision, ...]:
    """The states the file went through, unsigned first; compare them with the journal.

    Call `check` first. Raises SealProblem `paper_malformed`.
    """
    reader = open_reader(pdf)
    found: list[PaperRevision] = []
    running, read_bytes = hashlib.sha256(), 0
    for signature in read_signatures(reader):
        _, _, start, rest = signature.byte_range
        length = int(start) + int(rest)
        running.update(memoryview(pdf)[read_bytes:length])
        read_bytes = length
        found.append(PaperRevision(signature.field_name, length, running.hexdigest()))
    first = found[0].bytes if found else len(pdf)
    if found:
        first = _length_before(reader, pdf)
    return PaperRevision("", first, digest_of(pdf[:first])), *found


def open_reader(pdf: bytes) -> PdfFileReader:
    """A strict reader; raises SealProblem `paper_malformed`."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        reader.root.get("/AcroForm")
        hybrid = reader.xrefs.hybrid_xrefs_present
    except UNREADABLE as error:
        raise _problem("paper_malformed") from error
    if hybrid or reader.encrypted:
        raise _problem("paper_malformed")
    return reader


def read_signatures(reader: PdfFileReader) -> list[EmbeddedPdfSignature]:
    """All signatures in the order they were given; raises SealProblem `paper_malformed`."""
    try:
        if reader.embedded_timestamp_signatures:
            raise _problem("paper_changed")
        return sorted(reader.embedded_regular_signatures, key=_revision_of)
    except UNREADABLE as error:
        raise _problem("paper_malformed") from error


def check_signed_by(pdf: bytes, sealer: x509.Certificate) -> None:
    """Check that whoever sealed the record signed its paper too; unsigned paper passes.

    Otherwise another workstation could list and sign what this one recorded. Call `check` first.

    Raises:
        SealProblem: `signer_untrusted` when no signature is by the key of `sealer`.
    """
    wanted = certificates.public_key(sealer)
    found = [one.signer_cert.dump() for one in read_signatures(open_reader(pdf))]
    keys = (x509.load_der_x509_certificate(one).public_key() for one in found)
    if found and wanted not in keys:
        raise _problem("signer_untrusted", why="sealer")


def locks(signature: DictionaryObject) -> bool:
    """Whether nothing may be added after this signature."""
    terms = [one["/TransformParams"] for one in signature.get("/Reference", ())]
    return any(term.get("/Action") == "/All" for term in terms)


def _check_steps(reader: PdfFileReader, signatures: Sequence[EmbeddedPdfSignature]) -> None:
    """Check that the n-th revision fills the field of the n-th signature, and nothing else."""
    at = signatures[0].field_name
    try:
        fields = laid_out_fields(reader)
        for revision, signature in enumerate(signatures, start=1):
            at = signature.field_name
            if not fills_only(reader, revision, fields[at]):
                raise _problem("paper_changed", field=at)
    except UNREADABLE as error:
        raise _problem("paper_changed", field=at) from error


def _revision_of(signature: EmbeddedPdfSignature) -> int:
    return int(signature.signed_revision)


class _RunningDigest:
    """SHA-256 of what each signature covers; asked in their order, reads the file once."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf, self._read_bytes = memoryview(pdf), 0
        self._sum = hashlib.sha256()

    def of(self, signature: EmbeddedPdfSignature) -> bytes | None:
        """None where a byte range is not as usual; pyHanko then says what it is worth."""
        try:
            start, before, behind, rest = (int(one) for one in signature.byte_range)
        except UNREADABLE:
            return None
        is_usual = start == 0 and self._read_bytes <= before <= behind
        if not is_usual or rest < 0 or behind + rest > len(self._pdf):
            return None
        self._sum.update(self._pdf[self._read_bytes : before])
        self._read_bytes = before
        whole = self._sum.copy()
        whole.update(self._pdf[behind : behind + rest])
        return whole.digest()


def check_signature(signature: EmbeddedPdfSignature, sha256_digest: bytes | None = None) -> None:
    """Check one signature's own bytes.

    Args:
        signature: The signature.
        sha256_digest: Of the bytes it covers, where the caller has it.

    Raises:
        SealProblem: `paper_signature_wrong`.
    """
    try:
        digest = sha256_digest or signature.compute_digest()
        attributed = signature.signer_info["signed_attrs"] is not VOID
        is_pades = signature.sig_object.get("/SubFilter") == "/ETSI.CAdES.detached"
        intact, valid = validate_sig_integrity(
            signature.signer_info, signature.signer_cert, "data", digest
        )
        plain = _is_written_plainly(signature) and _has_whole_chain(signature)
    except UNREADABLE as error:
        raise _problem("paper_signature_wrong", field=signature.field_name) from error
    strong = signature.md_algorithm == "sha256" and attributed and is_pades and plain
    if not (intact and valid and strong):
        raise _problem("paper_signature_wrong", field=signature.field_name)


def _is_written_plainly(signature: EmbeddedPdfSignature) -> bool:
    """Whether the bytes no signature can cover are its own content in one form and nothing else."""
    _, end, start, _ = signature.byte_range
    stream = signature.reader.stream
    stream.seek(int(end))
    written: bytes = stream.read(int(start) - int(end))
    content = bytes(signature.pkcs7_content)
    parsed = cms.ContentInfo.load(content)
    digests = parsed["content"]["digest_algorithms"].native
    return (
        written == b"<" + content.hex().upper().encode() + b">"
        and not any(content[len(parsed.dump()) :])
        and digests == [{"algorithm": "sha256", "parameters": None}]
    )


def _has_whole_chain(signature: EmbeddedPdfSignature) -> bool:
    """Whether each certificate that lies in the signature vouches for the one before it."""
    try:
        way = [x509.load_der_x509_certificate(signature.signer_cert.dump())]
        others = [x509.load_der_x509_certificate(c.dump()) for c in signature.other_embedded_certs]
        while others:
            issuer = next(one for one in others if one.subject == way[-1].issuer)
            way[-1].verify_directly_issued_by(issuer)
            others.remove(issuer)
            way.append(issuer)
        if certificates.is_self_signed(way[-1]):
            way[-1].verify_directly_issued_by(way[-1])
    except (StopIteration, InvalidSignature, *UNREADABLE):
        return False
    return True


def _check_coverage(reader: PdfFileReader, signatures: Sequence[EmbeddedPdfSignature]) -> None:
    try:
        levels = [signature.evaluate_signature_coverage() for signature in signatures]
    except UNREADABLE as error:
        raise _problem("paper_not_covered") from error
    for signature, level in zip(signatures, levels, strict=True):
        if level < SignatureCoverageLevel.ENTIRE_REVISION:
            raise _problem("paper_not_covered", field=signature.field_name)
    if levels[-1] is not SignatureCoverageLevel.ENTIRE_FILE:
        raise _problem("paper_not_covered", field=signatures[-1].field_name)
    expected = list(range(1, reader.xrefs.total_revisions))
    if [signature.signed_revision for signature in signatures] != expected:
        raise _problem("paper_changed")  # a revision that nobody signed as the last thing in it


def _check_fields(signed: Sequence[str], wanted: Sequence[str]) -> None:
    for field in wanted:
        if field not in signed:
            raise _problem("signer_missing", field=field)
    for field in signed:
        if field not in wanted:
            raise _problem("paper_changed", field=field)


def _check_signer(signature: EmbeddedPdfSignature, roots: Sequence[x509.Certificate]) -> None:
    try:
        leaf = x509.load_der_x509_certificate(signature.signer_cert.dump())
        others = [
            x509.load_der_x509_certificate(one.dump()) for one in signature.other_embedded_certs
        ]
        told = signature.self_reported_timestamp
    except UNREADABLE as error:
        raise _problem("signer_untrusted", field=signature.field_name) from error
    if told is None or told.tzinfo is None or not certificates.signs_records(leaf):
        raise _problem("signer_untrusted", field=signature.field_name)
    # The stated time is only the signer's word; the record's own seal and receipt prove it.
    moment: datetime = told.astimezone(UTC)
    certificates.check_path(leaf, others, roots, moment, path=PATH)


def _length_before(reader: PdfFileReader, pdf: bytes) -> int:
    """Length of the file before the first signature: up to the end of its first revision."""
    start = reader.xrefs.get_startxref_for_revision(0)
    marker = b"startxref\n%d\n%%%%EOF" % start
    return pdf.index(marker, start) + len(marker) + _newline_after(pdf, start, marker)


def _newline_after(pdf: bytes, start: int, marker: bytes) -> int:
    end = pdf.index(marker, start) + len(marker)
    rest = itertools.takewhile(lambda byte: byte in b"\r\n", pdf[end : end + 2])
    return len(list(rest))


def _problem(code: str, **details: str) -> SealProblem:
    return SealProblem(code, path=PATH, **details)
