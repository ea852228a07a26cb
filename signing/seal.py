"""Sealing: from a folder with `data/` to a record that nobody can change unseen.

- `seal.json` says what the record is and how much of everything there is, so that a part taken
  away together with its traces is still missed.
- The suite is pinned: a record of another one is another format, never a weaker reading of this.
- A record may have the GM suite besides its own (`signing.gm`); which one, both hands signed.
- Order: manifest, tag files, tag manifest, signature, time stamp; each is on disk before the next.
- A record is sealed once. Time stamp and receipt may come later; nothing else may.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from signing import certificates, cms, gm, manifest, readme, timestamp
from signing.digest import Progress, canonical, digest_of, parse_canonical
from signing.keys import WorkstationKeys
from signing.problem import SealProblem
from signing.receipt import Receipt, to_bytes, utc_text

VERSION = 1
SUITE = "SHA256-P256-ED25519"
SOFTWARE = "Shilu record format 1"


class Counts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many of each there are in the record."""

    events: int  # lines of data/journal.jsonl
    recorder_lines: int  # lines of data/recorder.jsonl
    takes: int  # that the recorder opened
    fragments: int  # of all streams and takes
    utterances: int  # in the agreed text
    marks: int  # ink and fingerprints ever given, voided ones too
    exhibits: int  # different files under data/exhibits
    paper_signatures: int  # on the transcript as sealed


class Signer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person expected to sign, and the fields of the transcript that carry their signature."""

    id: str
    role: str
    name: str
    fields: tuple[str, ...]
    refused: bool = False  # then `fields` is empty


class Seal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of `seal.json`, record format version 1."""

    version: int
    suite: str
    record_id: str
    room: str
    simulated: bool
    created_utc: str
    journal_head: str
    recorder_head: str
    journal_key: str  # raw Ed25519 public key, Base64
    counts: Counts
    pages: int  # of the transcript
    signers: tuple[Signer, ...]
    paper_digest: str
    previous_record: str  # of the same interrogation, "" when there is none

    @property
    def fields(self) -> tuple[str, ...]:
        """Every signature field that must be signed."""
        return tuple(field for signer in self.signers for field in signer.fields)

    @property
    def public_key(self) -> Ed25519PublicKey:
        """The key that signed journal and recorder log."""
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(self.journal_key, validate=True))

    @property
    def created(self) -> datetime:
        """The moment of sealing by the workstation's clock."""
        return datetime.fromisoformat(self.created_utc)


def key_text(key: Ed25519PublicKey) -> str:
    """A journal key as `seal.json` tells it."""
    return base64.b64encode(key.public_bytes_raw()).decode("ascii")


def parse_seal(raw: bytes) -> Seal:
    """The seal in `raw`.

    Raises:
        SealProblem: `seal_malformed`, or `suite_refused` for another version or suite.
    """
    try:
        value = parse_canonical(raw)
        if isinstance(value, dict):
            _check_suite(value.get("version"), value.get("suite"))
        seal = msgspec.convert(value, Seal, strict=True)
        _ = seal.public_key, seal.created.astimezone(UTC)
    except (ValueError, UnsupportedAlgorithm) as error:  # msgspec's ValidationError is the former
        raise SealProblem("seal_malformed", path=manifest.SEAL) from error
    if any(signer.refused and signer.fields for signer in seal.signers):
        raise SealProblem("seal_malformed", path=manifest.SEAL, why="refused")
    if len(set(seal.fields)) != len(seal.fields):
        raise SealProblem("seal_malformed", path=manifest.SEAL, why="fields")
    return seal


def _check_suite(version: object, suite: object) -> None:
    if version != VERSION or suite not in (SUITE, gm.SUITE):
        told = f"{version} {suite}"[:80]
        raise SealProblem("suite_refused", path=manifest.SEAL, suite=told)


def make_record(
    folder: Path,
    seal: Seal,
    keys: WorkstationKeys,
    *,
    progress: Progress | None = None,
) -> str:
    """Seal the record whose payload lies in `folder/data`; returns its root digest.

    The payload must be complete and on disk: each digest is taken from the file as it lies there.

    Raises:
        SealProblem: A name or link that no record may hold, or a seal that cannot be read back.
        KeyProblem: `gm_missing` or `key_malformed`: the GM suite without its key or library.
        FileExistsError: It is sealed already.
        OSError: A file cannot be read or written; call again.
    """
    if (folder / manifest.SIGNATURE).exists():
        raise FileExistsError(folder / manifest.SIGNATURE)
    raw = canonical(msgspec.to_builtins(seal))
    parse_seal(raw)
    manifest.write_manifest(folder, progress)
    day = seal.created.astimezone(UTC).date().isoformat()
    manifest.write_bag_info(folder, seal.record_id, day, SOFTWARE)
    manifest.write_file(folder / manifest.CERTIFICATES, certificates.to_pem(keys.chain))
    is_gm = seal.suite == gm.SUITE
    text = readme.write_readme(seal.record_id) + (gm.README.encode("utf-8") if is_gm else b"")
    manifest.write_file(folder / readme.NAME, text)
    manifest.write_file(folder / manifest.SEAL, raw)
    if is_gm:
        gm.write_lists(folder, keys.sm2_key)
        gm.write_signature(folder, keys.sm2_key)
    listed = manifest.write_tag_manifest(folder)
    signature = cms.sign(listed, keys.seal_key, keys.certificate, seal.created)
    manifest.write_file(folder / manifest.SIGNATURE, signature)
    return digest_of(listed)


def add_timestamp(
    folder: Path, ask: timestamp.Transport, roots: Sequence[x509.Certificate] | None = None
) -> None:
    """Fetch and keep a time stamp over the seal's signature.

    Raises:
        SealProblem: `timestamp_wrong`: no usable token came, the record stays "time unproven".
    """
    signature = (folder / manifest.SIGNATURE).read_bytes()
    token = timestamp.request_token(signature, ask, roots)
    manifest.write_file(folder / manifest.TIMESTAMP, token)


def add_receipt(folder: Path, receipt: Receipt) -> None:
    """Keep the center's receipt, which the caller has checked."""
    manifest.write_file(folder / manifest.RECEIPT, to_bytes(receipt))


def now_text() -> str:
    """This moment as `seal.json` tells it."""
    return utc_text(datetime.now(UTC))
