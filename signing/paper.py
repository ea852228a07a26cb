"""Makes a laid-out transcript PDF signable and signs it, one PAdES signature after another.

- All fields are made before the first signature: later ones would break the earlier signatures.
- A signature only appends; the bytes that were there are never touched, which is checked.
- What `sign` returns was read back and verified; the caller writes it away, atomically.
- The signature that locks is the last: nothing may follow it.
- This and its neighbours `paper_*` are the only importers of pyHanko.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.generic import NumberObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import (
    AxisAlignment,
    BoxConstraints,
    InnerScaling,
    SimpleBoxLayoutRule,
)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import Signer
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigAppearanceSetup,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.paper_check import (
    UNREADABLE,
    PaperRevision,
    check,
    check_signed_by,
    open_reader,
    read_revisions,
)
from signing.paper_newest import check_newest, is_locked
from signing.problem import SealProblem

__all__ = [
    "Field",
    "PaperRevision",
    "Signing",
    "check",
    "check_signed_by",
    "prepare",
    "read_revisions",
    "sign",
]

Box = tuple[float, float, float, float]
Transport = Callable[[bytes], bytes]
"""Sends a DER TimeStampReq to an authority and returns its DER TimeStampResp (RFC 3161)."""

ROOM_BYTES = 1024  # attributes and signature value of a CMS, without certificates
TIMESTAMP_ROOM_BYTES = 12288  # a token with its authority's certificates
DIGEST = "sha256"
SIGNED_AND_APPENDED = 3  # ISO 32000-2 table 225: SignaturesExist, AppendOnly


class SigningKey(Protocol):
    """What signs a paper: a P-256 key in memory or in a token (`signing.token.TokenKey`)."""

    def sign(self, data: bytes, signature_algorithm: ec.ECDSA) -> bytes:
        """A DER signature of `data`."""


@dataclass(frozen=True, slots=True)
class Field:
    """A signature field to be made: no dot in its name, page from 1, box in PDF points."""

    name: str
    page: int
    box: Box | None = None  # x0, y0, x1, y1 from the page's lower left; None is invisible


@dataclass(frozen=True, slots=True)
class Signing:
    """One act of signing: which field, for whom, what it looks like."""

    field: str
    signer_name: str
    reason: str
    moment: datetime  # aware; what the signature states, not what proves its time
    appearance: bytes = b""  # a one-page PDF of the field's size
    lock: bool = False  # the last signature of the paper


def prepare(pdf: bytes, fields: Sequence[Field]) -> bytes:
    """The same pages with empty signature fields, as one clean revision.

    Raises:
        SealProblem: `paper_malformed` when `pdf` is none or a field cannot stand on it.
    """
    try:
        writer = copy_into_new_writer(open_reader(pdf))
        for field in fields:
            spec = SigFieldSpec(
                field.name,
                on_page=field.page - 1,
                box=field.box,  # type: ignore[arg-type]  # fractions of points are allowed
                empty_field_appearance=False,
            )
            append_signature_field(writer, spec)
        if fields:
            # The first signature would set it; its revision would then differ by more than itself.
            writer.root["/AcroForm"][pdf_name("/SigFlags")] = NumberObject(  # type: ignore[no-untyped-call]
                SIGNED_AND_APPENDED
            )
        out = io.BytesIO()
        writer.write(out)  # type: ignore[no-untyped-call]
    except UNREADABLE as error:
        raise SealProblem("paper_malformed") from error
    return out.getvalue()


def sign(
    pdf: bytes,
    signing: Signing,
    key: SigningKey,
    chain: Sequence[x509.Certificate],
    timestamper: Transport | None = None,
) -> bytes:
    """The paper with one more signature, verified.

    Args:
        pdf: A paper of `prepare`, with or without signatures; its own signatures must have been
            checked when it was read from a disk.
        signing: The act.
        key: P-256 key of the first certificate of `chain`.
        chain: Certificates, leaf first; all go into the signature.
        timestamper: Where to get a time stamp; None leaves the time to the outer seal.

    Raises:
        SealProblem: `signer_missing` when there is no such empty field, `paper_changed` when the
            paper is locked, `timestamp_wrong` when no usable time stamp came (nothing is lost:
            sign without), otherwise as `check`.
        KeyProblem: `token_*` of a key in a token; the paper is as it was.
    """
    reader = open_reader(pdf)
    if is_locked(reader):
        raise SealProblem("paper_changed", field=signing.field)
    try:
        signed = _signed(reader, signing, _KeySigner(key, chain), timestamper)
    except (TimestampRequestError, OSError) as error:
        raise SealProblem("timestamp_wrong", field=signing.field) from error
    except SigningError as error:
        raise SealProblem("signer_missing", field=signing.field) from error
    except UNREADABLE as error:
        raise SealProblem("paper_malformed", field=signing.field) from error
    if not signed.startswith(pdf):
        raise SealProblem("paper_changed", field=signing.field)
    check_newest(signed, signing.field)
    return signed


def _signed(
    reader: PdfFileReader, signing: Signing, signer: _KeySigner, timestamper: Transport | None
) -> bytes:
    writer = IncrementalPdfFileWriter.from_reader(reader)
    writing = PdfCMSEmbedder().write_cms(signing.field, writer, existing_fields_only=True)
    next(writing)  # finds the field
    room = signer.room_bytes + (TIMESTAMP_ROOM_BYTES if timestamper else 0)
    placeholder = SignatureObject(
        timestamp=signing.moment,
        name=signing.signer_name,
        reason=signing.reason,
        subfilter=SigSeedSubFilter.PADES,
        bytes_reserved=2 * room,  # in hexadecimal digits
    )
    writing.send(SigObjSetup(placeholder, _lock(signing), _appearance(signing)))
    digest, out = writing.send(SigIOSetup(md_algorithm=DIGEST))
    # Only this needs a loop: one that ran it all would print the whole paper when it ends.
    token = asyncio.run(
        signer.async_sign(
            digest.document_digest,
            DIGEST,
            use_pades=True,
            timestamper=_Stamper(timestamper) if timestamper else None,
        )
    )
    writing.send(token)
    return bytes(out.getvalue())


def _lock(signing: Signing) -> SigMDPSetup | None:
    if not signing.lock:
        return None
    return SigMDPSetup(
        md_algorithm=DIGEST,
        field_lock=FieldMDPSpec(FieldMDPAction.ALL),
        docmdp_perms=MDPPerm.NO_CHANGES,
    )


def _appearance(signing: Signing) -> SigAppearanceSetup | None:
    if not signing.appearance:
        return None
    fitted = SimpleBoxLayoutRule(
        x_align=AxisAlignment.ALIGN_MID,
        y_align=AxisAlignment.ALIGN_MID,
        inner_content_scaling=InnerScaling.SHRINK_TO_FIT,
    )
    style = StaticStampStyle(
        border_width=0,
        background=_Page(signing.appearance),
        background_layout=fitted,
        background_opacity=1.0,
    )
    return SigAppearanceSetup(style=style, timestamp=signing.moment, name=signing.signer_name)


class _Page(PdfContent):
    """The first page of a PDF in memory; pyHanko's own import reads files only."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        assert self.writer is not None
        drawn = self.writer.import_page_as_xobject(open_reader(self._pdf))
        self.resources.xobject[pdf_name("/Mark")] = drawn
        x0, y0, x1, y1 = drawn.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(x1 - x0), height=abs(y1 - y0))
        return b"/Mark Do"


class _KeySigner(Signer):
    """Signs with a key object, which never leaves the process's memory as bytes."""

    def __init__(self, key: SigningKey, chain: Sequence[x509.Certificate]) -> None:
        ders = [certificate.public_bytes(Encoding.DER) for certificate in chain]
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple([asn1.Certificate.load(der) for der in ders[1:]])
        super().__init__(signing_cert=asn1.Certificate.load(ders[0]), cert_registry=store)
        self.room_bytes = ROOM_BYTES + sum(map(len, ders))
        self._key = key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """DER ECDSA signature of `data`."""
        assert digest_algorithm == DIGEST
        return self._key.sign(data, ec.ECDSA(SHA256())) if not dry_run else bytes(72)


class _Stamper(TimeStamper):
    """Asks for time stamps through a transport the caller owns."""

    def __init__(self, transport: Transport) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._transport = transport

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """One request and its answer."""
        return tsp.TimeStampResp.load(self._transport(req.dump()), strict=True)

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A token, or TimestampRequestError for any answer that is none."""
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except (ValueError, TypeError, LookupError) as error:
            raise TimestampRequestError("no time stamp response") from error
