"""What the center gives for a record it has stored: a signed receipt with a proof of its place.

- The leaf is the canonical JSON of record id, root digest, device and time of arrival.
- A receipt proves that leaf in a tree, and the center's key signs the whole receipt.
- The key's certificate travels along; it is marked for receipts, and who trusts the center's
  authority follows it there. A workstation's certificate never makes a receipt.
- A tree head is the signed root of one moment; two of one center must be consistent.
- Every member is required and none is ignored: a receipt has exactly one reading.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from signing import certificates, merkle
from signing.digest import canonical, is_digest, key_id, parse_canonical
from signing.problem import KeyProblem, SealProblem

VERSION = 1
RECEIPT_NAME = "receipt.json"
MAX_PATH = 64  # a log of 2**64 records


class Receipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The center's word that it keeps a record; digests are hexadecimal."""

    version: int
    record_id: str
    root_digest: str  # of the record's tagmanifest-sha256.txt
    device: str  # key id of the workstation's seal key
    received_utc: str
    leaf_index: int
    tree_size: int
    tree_root: str
    path: tuple[str, ...]
    center: str  # key id of the center's receipt key
    certificate: str  # its certificate, PEM
    signature: str  # Ed25519 over the canonical form without this member, Base64


class TreeHead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The center's signed root of one moment."""

    version: int
    tree_size: int
    tree_root: str
    issued_utc: str
    center: str
    certificate: str
    signature: str


Signed = TypeVar("Signed", Receipt, TreeHead)


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z, as everywhere in a record."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc_time(text: str) -> datetime:
    """The moment of `utc_text`. Raises `ValueError` for any other form."""
    moment = datetime.fromisoformat(text)
    if utc_text(moment) != text:
        raise ValueError(text)
    return moment


def make_leaf(record_id: str, root_digest: str, device: str, received_utc: str) -> bytes:
    """The log entry of a record."""
    return canonical(
        {
            "device": device,
            "received_utc": received_utc,
            "record_id": record_id,
            "root_digest": root_digest,
        }
    )


class ReceiptSigner:
    """Signs receipts and tree heads with the center's Ed25519 key."""

    def __init__(self, key: Ed25519PrivateKey, certificate: x509.Certificate) -> None:
        if certificates.public_key(certificate) != key.public_key():
            raise KeyProblem("key_wrong")
        self.center = key_id(key.public_key())
        self._key = key
        self._certificate = certificate.public_bytes(Encoding.PEM).decode("ascii")

    def make_receipt(
        self,
        log: merkle.Log,
        index: int,
        *,
        record_id: str,
        root_digest: str,
        device: str,
        received_utc: str,
    ) -> Receipt:
        """The receipt of entry `index`, whose leaf `make_leaf` gave, in the log as it is now."""
        unsigned = {
            "version": VERSION,
            "record_id": record_id,
            "root_digest": root_digest,
            "device": device,
            "received_utc": received_utc,
            "leaf_index": index,
            "tree_size": log.size,
            "tree_root": log.root().hex(),
            "path": [step.hex() for step in log.inclusion_path(index)],
        }
        return msgspec.convert(self._sign(unsigned), Receipt)

    def make_tree_head(self, log: merkle.Log, issued_utc: str) -> TreeHead:
        """The signed root of the log as it is now."""
        unsigned = {
            "version": VERSION,
            "tree_size": log.size,
            "tree_root": log.root().hex(),
            "issued_utc": issued_utc,
        }
        return msgspec.convert(self._sign(unsigned), TreeHead)

    def _sign(self, unsigned: dict[str, object]) -> dict[str, object]:
        told = {**unsigned, "center": self.center, "certificate": self._certificate}
        signature = base64.b64encode(self._key.sign(canonical(told))).decode("ascii")
        return {**told, "signature": signature}


def to_bytes(signed: Receipt | TreeHead) -> bytes:
    """Canonical JSON, as it travels and as it lies in a record."""
    return canonical(msgspec.to_builtins(signed))


def parse_receipt(raw: bytes) -> Receipt:
    """The receipt of `to_bytes`. Raises `SealProblem` `receipt_wrong`."""
    return _parse(raw, Receipt)


def parse_tree_head(raw: bytes) -> TreeHead:
    """The tree head of `to_bytes`. Raises `SealProblem` `receipt_wrong`."""
    return _parse(raw, TreeHead)


def check_receipt(
    receipt: Receipt,
    *,
    record_id: str,
    root_digest: str,
    device: str,
    roots: Sequence[x509.Certificate] | None,
) -> None:
    """Check that this receipt is for this record, rightly signed and proved.

    Args:
        receipt: What the center gave.
        record_id: As `seal.json` tells it.
        root_digest: Digest of the record's tag manifest.
        device: Key id of the key that signed the record.
        roots: Certificates to trust; None checks the signature by the receipt's own certificate
            only, which shows that nothing changed and not who signed.

    Raises:
        SealProblem: `receipt_wrong`, `inclusion_wrong`, `signer_untrusted`, `signer_expired`.
    """
    wanted = (record_id, root_digest, device)
    if (receipt.record_id, receipt.root_digest, receipt.device) != wanted:
        raise _wrong("record")
    _check_signed(receipt, receipt.received_utc, roots)
    if len(receipt.path) > MAX_PATH or not all(map(is_digest, (receipt.tree_root, *receipt.path))):
        raise _wrong("path")
    leaf = make_leaf(record_id, root_digest, device, receipt.received_utc)
    steps = [bytes.fromhex(step) for step in receipt.path]
    root = bytes.fromhex(receipt.tree_root)
    merkle.check_inclusion(leaf, receipt.leaf_index, receipt.tree_size, steps, root)


def check_tree_head(head: TreeHead, roots: Sequence[x509.Certificate] | None) -> None:
    """Check a tree head's signature. Raises `SealProblem` as `check_receipt`."""
    _check_signed(head, head.issued_utc, roots)
    if head.tree_size < 0 or not is_digest(head.tree_root):
        raise _wrong("tree")


def check_grown(old: TreeHead, new: TreeHead, path: Sequence[str]) -> None:
    """Check that `new` only added to `old`; `path` is the consistency proof in hexadecimal.

    Raises:
        SealProblem: `inclusion_wrong` when the center's log forked, shrank or changed.
    """
    if old.center != new.center or len(path) > MAX_PATH or not all(map(is_digest, path)):
        raise SealProblem("inclusion_wrong", index=old.tree_size, size=new.tree_size)
    roots = bytes.fromhex(old.tree_root), bytes.fromhex(new.tree_root)
    steps = [bytes.fromhex(step) for step in path]
    merkle.check_consistency(old.tree_size, new.tree_size, *roots, steps)


def _check_signed(
    signed: Receipt | TreeHead, moment: str, roots: Sequence[x509.Certificate] | None
) -> None:
    told = msgspec.to_builtins(signed)
    del told["signature"]
    try:
        certificate = certificates.from_pem(signed.certificate.encode())[0]
        key = certificates.public_key(certificate)
        signature = base64.b64decode(signed.signature, validate=True)
        at = utc_time(moment)
        if not isinstance(key, Ed25519PublicKey):
            raise _wrong("certificate")
        key.verify(signature, canonical(told))
    except (KeyProblem, ValueError, binascii.Error, InvalidSignature) as error:
        raise _wrong("signature") from error
    if signed.version != VERSION or signed.center != key_id(key):
        raise _wrong("center")
    if not certificates.signs_receipts(certificate):
        raise _wrong("certificate")
    if roots is not None:
        certificates.check_path(certificate, [], roots, at, path=RECEIPT_NAME)


def _parse(raw: bytes, form: type[Signed]) -> Signed:
    try:
        return msgspec.convert(parse_canonical(raw), form, strict=True)
    except ValueError as error:  # msgspec.ValidationError is one
        raise _wrong("form") from error


def _wrong(why: str) -> SealProblem:
    return SealProblem("receipt_wrong", path=RECEIPT_NAME, why=why)
