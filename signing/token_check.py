"""Whether a time stamp token is as its authority made it, whoever that is.

- One signer, whose certificate is inside; the token names it by digest (RFC 3161, RFC 5816).
- The signature covers the signed attributes, and those the stamped content (RFC 5652 section 5.4).
- Whom to believe is not judged here: that needs roots, and `timestamp` asks for them.
"""

from __future__ import annotations

import hashlib

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
UNREADABLE = (  # what the parsers raise on bytes that are no token
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


def is_unchanged(response: bytes) -> bool:
    """Whether the token in a DER TimeStampResp bears its own signer's signature."""
    try:
        _check(tsp.TimeStampResp.load(response, strict=True)["time_stamp_token"]["content"])
    except UNREADABLE:
        return False
    return True


def _check(data: cms.SignedData) -> None:
    (info,) = data["signer_infos"]
    content = data["encap_content_info"]["content"].contents
    told = {one["type"].native: one["values"][0] for one in info["signed_attrs"]}
    algorithm = info["digest_algorithm"]["algorithm"].native
    state = hashes.Hash(HASHES[algorithm]())
    state.update(content)
    if told["message_digest"].native != state.finalize():
        raise ValueError("content")
    if told["content_type"].native != data["encap_content_info"]["content_type"].native:
        raise ValueError("content type")
    certificate = _named(data, told)
    _check_frame(data, info, certificate, algorithm)
    signed = info["signed_attrs"].untag().dump()
    _check_signature(certificate, info["signature"].native, signed, HASHES[algorithm]())


def _named(data: cms.SignedData, told: dict[str, object]) -> x509.Certificate:
    """The embedded certificate whose digest the signed attributes carry."""
    if "signing_certificate_v2" in told:
        first = told["signing_certificate_v2"]["certs"][0]  # type: ignore[index]
        name, digest = first["hash_algorithm"]["algorithm"].native, first["cert_hash"].native
    else:  # the older form that many authorities still send; the signature protects it
        first = told["signing_certificate"]["certs"][0]  # type: ignore[index]
        name, digest = "sha1", first["cert_hash"].native
    for one in data["certificates"]:
        der = one.chosen.dump()
        if hashlib.new(name, der, usedforsecurity=False).digest() == digest:
            return x509.load_der_x509_certificate(der)
    raise ValueError("certificate")


def _check_frame(
    data: cms.SignedData, info: cms.SignerInfo, certificate: x509.Certificate, algorithm: str
) -> None:
    """What no signature covers still has to fit: versions, algorithms, the signer's name."""
    signer = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    name = cms.IssuerAndSerialNumber(
        {"issuer": signer.issuer, "serial_number": signer.serial_number}
    )
    is_ec = isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    signatures = {f"{algorithm}_ecdsa"} if is_ec else {"rsassa_pkcs1v15", f"{algorithm}_rsa"}
    algorithms = [one["algorithm"].native for one in data["digest_algorithms"]]
    plain = [data["digest_algorithms"][0], info["digest_algorithm"]]
    fits = (
        (data["version"].native, info["version"].native) == ("v3", "v1")
        and info["sid"].chosen.dump() == name.dump()
        and algorithms == [algorithm]
        and all(one["parameters"].native is None for one in plain)
        and info["signature_algorithm"]["algorithm"].native in signatures
    )
    if not fits:
        raise ValueError("form")


def _check_signature(
    certificate: x509.Certificate, signature: bytes, data: bytes, algorithm: hashes.HashAlgorithm
) -> None:
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, data, ec.ECDSA(algorithm))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, data, padding.PKCS1v15(), algorithm)
    else:
        raise UnsupportedAlgorithm("key")
