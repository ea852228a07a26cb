"""Checks the signatures of a transcript PDF, stricter than a PDF reader does.

- A signed paper is one laid-out revision and then one revision for each signature, nothing else:
  each step may fill exactly one signature field and change nothing that is printed elsewhere.
- The last signature covers every byte of the file; what follows it, or lies between, is refused.
- A reader that compares each signature with the end needs N x N / 2 comparisons; here each
  revision is compared with the one before it once, which says the same.
- A time stamp inside a signature is not judged: the record's own seal has one that is.
- A file cut back to an earlier signature is found by its missing fields, so `fields` must come
  from somewhere else than the PDF (the seal, the journal).
"""

from __future__ import annotations

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
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    ModificationLevel,
    SuspiciousModification,
)
from pyhanko.sign.general import UnacceptableSignerError
from pyhanko.sign.validation import SignatureCoverageLevel
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing import certificates
from signing.digest import digest_of
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
    for signature in signatures:
        check_signature(signature)
    if signatures:
        _check_coverage(reader, signatures)
        for signature in signatures:
            _check_step(reader, signature)
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
    for signature in read_signatures(reader):
        _, _, start, rest = signature.byte_range
        length = int(start) + int(rest)
        found.append(PaperRevision(signature.field_name, length, digest_of(pdf[:length])))
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


def _check_step(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> None:
    """Compare a signature's revision with the one before."""
    revision = signature.signed_revision
    try:
        result = DEFAULT_DIFF_POLICY.apply(
            old=reader.get_historical_resolver(revision - 1),
            new=reader.get_historical_resolver(revision),
        )
    except (SuspiciousModification, *UNREADABLE) as error:
        raise _problem("paper_changed", field=signature.field_name) from error
    only_this_field = result.changed_form_fields <= {signature.field_name}
    if result.modification_level > ModificationLevel.FORM_FILLING or not only_this_field:
        raise _problem("paper_changed", field=signature.field_name)


def _revision_of(signature: EmbeddedPdfSignature) -> int:
    return int(signature.signed_revision)


def check_signature(signature: EmbeddedPdfSignature) -> None:
    """Check one signature's own bytes; raises SealProblem `paper_signature_wrong`."""
    try:
        digest = signature.compute_digest()
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
