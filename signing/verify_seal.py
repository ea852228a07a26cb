"""Second part of the check: what the seal says, who sealed, and when that is proved.

- Version and suite are exactly those of format 1; nothing weaker is read.
- Without certificates to trust, the check is of integrity only and proves nobody.
- With them, the signer leads to one of them, valid at the moment that a time stamp or a receipt
  proves; where neither does, valid now (or at the moment asked about).
- A signer taken back before that moment is refused, where a revocation list was given.
- The receipt is for this record and no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509

from signing import certificates, manifest
from signing.digest import key_id
from signing.problem import KeyProblem, SealProblem
from signing.receipt import check_receipt, parse_receipt, utc_time
from signing.record_files import RecordFiles, read_whole
from signing.revocation import RevocationList, check_not_revoked
from signing.seal import Seal, parse_seal
from signing.timestamp import check_token
from signing.verify_bag import Bag


@dataclass(frozen=True, slots=True)
class Question:
    """How strictly to check."""

    trust: Sequence[x509.Certificate] | None = None  # None: integrity only
    require_receipt: bool = False
    at: datetime | None = None  # where no proof of time is; None means now
    revoked: Sequence[RevocationList] = ()  # of the authorities in `trust`
    officers: Sequence[x509.Certificate] = ()  # authorities of who may sign a paper, never seal

    @property
    def paper_roots(self) -> Sequence[x509.Certificate] | None:
        """What a signature on the transcript may lead to."""
        return None if self.trust is None else (*self.trust, *self.officers)


def check_seal(files: RecordFiles, bag: Bag, question: Question) -> Seal:
    """Check `seal.json`, the signer, the time stamp and the receipt; returns the seal.

    Raises:
        SealProblem: `seal_malformed`, `suite_refused`, `signer_untrusted`, `signer_expired`,
            `signer_revoked`, `timestamp_wrong`, `receipt_wrong`, `inclusion_wrong` or
            `file_missing`.
    """
    seal = parse_seal(read_whole(files, manifest.SEAL))
    signer = bag.signature.signer
    chain = _chain(files)
    if chain[0] != signer or not certificates.signs_records(signer):
        raise SealProblem("signer_untrusted", path=manifest.SIGNATURE)
    moments = [_stamped(files, question), _received(files, bag, seal, question)]
    proven = [moment for moment in moments if moment is not None]
    if question.trust is not None:
        moment = min(proven) if proven else question.at or datetime.now(UTC)
        certificates.check_path(signer, chain[1:], question.trust, moment, path=manifest.SIGNATURE)
        check_not_revoked(signer, question.trust, question.revoked, moment, path=manifest.SIGNATURE)
    return seal


def _chain(files: RecordFiles) -> tuple[x509.Certificate, ...]:
    try:
        return certificates.from_pem(read_whole(files, manifest.CERTIFICATES))
    except KeyProblem as problem:
        raise SealProblem("seal_malformed", path=manifest.CERTIFICATES) from problem


def _stamped(files: RecordFiles, question: Question) -> datetime | None:
    if manifest.TIMESTAMP not in files.sizes:
        return None
    token = read_whole(files, manifest.TIMESTAMP)
    return check_token(token, read_whole(files, manifest.SIGNATURE), question.trust)


def _received(files: RecordFiles, bag: Bag, seal: Seal, question: Question) -> datetime | None:
    if manifest.RECEIPT not in files.sizes:
        if question.require_receipt:
            raise SealProblem("file_missing", path=manifest.RECEIPT)
        return None
    receipt = parse_receipt(read_whole(files, manifest.RECEIPT))
    check_receipt(
        receipt,
        record_id=seal.record_id,
        root_digest=bag.root_digest,
        device=key_id(certificates.public_key(bag.signature.signer)),
        roots=question.trust,
    )
    return utc_time(receipt.received_utc)
