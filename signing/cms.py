"""The seal's signature: a detached CMS (RFC 5652) with the CAdES baseline attributes, in DER.

- One signer, P-256 with SHA-256; the content is bytes and never text, so no line end is turned.
- Signed are: content type, signing time, digest of the content and the signer's certificate
  (ESS signing-certificate-v2, RFC 5035), so that no other certificate can be put in its place.
- Only the signer's certificate is inside; its authority's lie in `certificates.pem`, listed.
- Reading builds the same structure again and compares: a signature file has one form, and no
  unsigned part of it can be changed unseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from signing.digest import digest_of
from signing.problem import SealProblem

PATH = "seal.p7s"
UNREADABLE = (  # what the two parsers raise on bytes that are no CMS or no certificate
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RecursionError,
    InvalidSignature,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
)
SIGNED = ["content_type", "message_digest", "signing_certificate_v2", "signing_time"]


@dataclass(frozen=True, slots=True)
class Signature:
    """What a CMS says, its own signature checked; whom to trust is not its matter."""

    signer: x509.Certificate
    content_digest: str
    signed_at: datetime  # as the signer says


def sign(
    content: bytes,
    key: ec.EllipticCurvePrivateKey,
    certificate: x509.Certificate,
    at: datetime,
) -> bytes:
    """A detached signature of `content` by the certificate's key, DER."""
    signer = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    attributes = _signed_attributes(digest_of(content), signer, at)
    signature = key.sign(attributes.dump(), ec.ECDSA(SHA256()))
    return _assemble(signer, attributes, signature)


def read(der: bytes, path: str = PATH) -> Signature:
    """Read a signature and check it by the certificate it names.

    Raises:
        SealProblem: `signature_wrong`, with `path`.
    """
    try:
        return _read(der)
    except UNREADABLE as error:
        raise SealProblem("signature_wrong", path=path) from error


def _read(der: bytes) -> Signature:
    data = cms.ContentInfo.load(der, strict=True)["content"]
    (signer,) = (one.chosen for one in data["certificates"])
    (info,) = data["signer_infos"]
    attributes, signature = info["signed_attrs"].untag(), info["signature"].native
    if sorted(one["type"].native for one in attributes) != SIGNED:
        raise ValueError("signed attributes")
    told = {one["type"].native: one["values"][0] for one in attributes}
    digest, at = told["message_digest"].native.hex(), told["signing_time"].native
    # Built again from what it says; any difference, signed or not, is a change.
    if _signed_attributes(digest, signer, at).dump() != attributes.dump():
        raise ValueError("signed attributes")
    if _assemble(signer, attributes, signature) != der:
        raise ValueError("form")
    certificate = x509.load_der_x509_certificate(signer.dump())
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise ValueError("key")
    key.verify(signature, attributes.dump(), ec.ECDSA(SHA256()))
    return Signature(certificate, digest, at)


def _signed_attributes(
    content_digest: str, signer: asn1_x509.Certificate, at: datetime
) -> cms.CMSAttributes:
    certificate_digest = bytes.fromhex(digest_of(signer.dump()))
    ess = tsp.SigningCertificateV2({"certs": [tsp.ESSCertIDv2({"cert_hash": certificate_digest})]})
    moment = cms.Time({"utc_time": core.UTCTime(at.astimezone(UTC).replace(microsecond=0))})
    values = {
        "content_type": cms.ContentType("data"),
        "message_digest": core.OctetString(bytes.fromhex(content_digest)),
        "signing_certificate_v2": ess,
        "signing_time": moment,
    }
    return cms.CMSAttributes(
        [cms.CMSAttribute({"type": name, "values": [value]}) for name, value in values.items()]
    )


def _assemble(
    signer: asn1_x509.Certificate,
    attributes: cms.CMSAttributes,
    signature: bytes,
) -> bytes:
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": _identifier(signer)}),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signed_attrs": cms.CMSAttributes.load(attributes.dump()),
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": signature,
        }
    )
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {"content_type": "data"},
            "certificates": [asn1_x509.Certificate.load(signer.dump())],
            "signer_infos": [info],
        }
    )
    der: bytes = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
    return der


def _identifier(certificate: asn1_x509.Certificate) -> cms.IssuerAndSerialNumber:
    return cms.IssuerAndSerialNumber(
        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    )
