"""Which certificates a center has taken back, and since when: an X.509 list (RFC 5280, CRL).

- A list counts only when the authority that issued the certificate signed it.
- What was sealed before the revocation, and is proved to have been by a time stamp or a receipt,
  stays good: only the moment of sealing is compared.
- A list says nothing about certificates of another authority.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from signing.certificates import Authority
from signing.problem import KeyProblem, SealProblem

NEXT_UPDATE = timedelta(days=30)  # told to stock tools; an older list is still believed here


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A list that was read; not yet judged by anybody's key."""

    crl: x509.CertificateRevocationList

    @classmethod
    def read(cls, raw: bytes) -> RevocationList:
        """Read DER or PEM. Raises `KeyProblem` `certificate_malformed`."""
        try:
            is_pem = raw.lstrip().startswith(b"-----")
            crl = (x509.load_pem_x509_crl if is_pem else x509.load_der_x509_crl)(raw)
            for _ in crl:  # entries are read only now
                pass
        except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
            raise KeyProblem("certificate_malformed") from error
        return cls(crl)

    @property
    def number(self) -> int:
        """Counts the lists of one authority; a smaller one is older."""
        number = self.crl.extensions.get_extension_for_class(x509.CRLNumber)
        return number.value.crl_number

    def is_signed_by(self, authority: x509.Certificate) -> bool:
        """Whether `authority` made this list."""
        try:
            allowed = authority.extensions.get_extension_for_class(x509.KeyUsage).value
            key = authority.public_key()
            is_named = self.crl.issuer == authority.subject and allowed.crl_sign
            return is_named and self.crl.is_signature_valid(key)  # type: ignore[arg-type]
        except (x509.ExtensionNotFound, InvalidSignature, ValueError, TypeError):
            return False

    def revoked_at(self, certificate: x509.Certificate) -> datetime | None:
        """Since when `certificate` is taken back; None when it is not."""
        if certificate.issuer != self.crl.issuer:
            return None
        entry = self.crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        return None if entry is None else entry.revocation_date_utc


def make_list(
    authority: Authority, revoked: Mapping[int, datetime], *, now: datetime | None = None
) -> bytes:
    """The authority's list of this moment, DER.

    Args:
        authority: Who signs.
        revoked: Serial number of each certificate, and since when.
        now: When it is made; its number counts seconds since 1970, so that it only grows.
    """
    at = (now or datetime.now(UTC)).replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(at)
        .next_update(at + NEXT_UPDATE)
        .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
            critical=False,
        )
    )
    for serial, since in sorted(revoked.items()):
        entry = x509.RevokedCertificateBuilder().serial_number(serial)
        entry = entry.revocation_date(_next_second(since))
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(authority.key, SHA256()).public_bytes(Encoding.DER)


def _next_second(moment: datetime) -> datetime:
    """Lists tell whole seconds; what was received within the same one was received before."""
    whole = moment.replace(microsecond=0)
    return whole if whole == moment else whole + timedelta(seconds=1)


def check_not_revoked(
    certificate: x509.Certificate,
    authorities: Sequence[x509.Certificate],
    lists: Sequence[RevocationList],
    at: datetime,
    *,
    path: str,
) -> None:
    """Check that `certificate` was not taken back at the moment `at`.

    Lists that none of `authorities` signed are passed over.

    Raises:
        SealProblem: `signer_revoked`, with `path` naming the file that was signed.
    """
    for one in lists:
        if any(one.is_signed_by(authority) for authority in authorities):
            since = one.revoked_at(certificate)
            if since is not None and since <= at:
                raise SealProblem(
                    "signer_revoked", path=path, since=since.isoformat(), at=at.isoformat()
                )
