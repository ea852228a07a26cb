"""What a center recovered of a record that its workstation never sealed: a bag of its own kind.

- It never passes for a sealed record: `recovery.json` stands where `seal.json` would, and the
  certificate that signs it is marked for this and seals nothing.
- It says what is whole, what is damaged and what was never there; it adds nothing.
- The lines of both logs are those the workstation signed; who checks them uses the key named here.
- Form: BagIt 1.0, `recovery.p7s` over `tagmanifest-sha256.txt`; stock tools check it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from signing import certificates, cms, manifest
from signing.chain import read_lines
from signing.digest import Progress, canonical, digest_of, parse_canonical
from signing.problem import KeyProblem, SealProblem
from signing.receipt import utc_time
from signing.record_files import RecordFiles, open_record, read_blocks, read_whole

VERSION = 1
ABOUT = "recovery.json"
SIGNATURE = "recovery.p7s"
README = "README.txt"
SOFTWARE = "Shilu recovered record 1"
LOGS = {"journal": "data/journal.jsonl", "recorder": "data/recorder.jsonl"}
TAG_FILES = frozenset(
    {"bagit.txt", "bag-info.txt", manifest.CERTIFICATES, manifest.MANIFEST, README, ABOUT}
)


class LogState(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of a log could be read."""

    lines: int
    head: str  # digest of the last line, "" when there is none
    torn_bytes: int = 0  # behind the last whole line, as a power cut leaves them
    damage: str = ""  # code of what ended the reading before its end


class MediaState(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of one stream's take could be read."""

    path: str
    pieces: int  # in the file
    logged: int  # that the recorder's log tells of, the opening included
    head: str  # digest of the film, which is the recorder's head after its last piece
    damage: str = ""


class Recovery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of `recovery.json`, version 1."""

    version: int
    record_id: str
    center: str
    recovered_utc: str
    officer: str
    approved_by: str
    reason: str
    device: str  # of the workstation, as it was enrolled
    room: str
    revoked_utc: str  # when its key was revoked, "" when it was not
    journal_key: str  # raw Ed25519 public key, Base64
    logs: dict[str, LogState]
    media: tuple[MediaState, ...]
    unreadable: tuple[str, ...]  # other encrypted files that do not open


@dataclass(frozen=True, slots=True)
class RecoverySigner:
    """A key made for one recovered record, its certificates (leaf first), the center's name."""

    key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...]
    center: str


def finish(
    folder: Path, told: Recovery, signer: RecoverySigner, progress: Progress | None = None
) -> str:
    """Make the bag around `folder/data` and sign it; returns its root digest.

    Raises:
        SealProblem: a name that no record may hold.
        OSError: a file cannot be read or written.
    """
    at = utc_time(told.recovered_utc)
    manifest.write_manifest(folder, progress)
    manifest.write_bag_info(folder, told.record_id, at.date().isoformat(), SOFTWARE)
    manifest.write_file(folder / manifest.CERTIFICATES, certificates.to_pem(signer.chain))
    manifest.write_file(folder / README, README_TEXT.format(**_told(told)).encode("utf-8"))
    manifest.write_file(folder / ABOUT, canonical(msgspec.to_builtins(told)))
    listed = manifest.write_tag_manifest(folder)
    manifest.write_file(folder / SIGNATURE, cms.sign(listed, signer.key, signer.chain[0], at))
    return digest_of(listed)


def check(
    path: Path | str,
    trust: Sequence[x509.Certificate] | None,
    *,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> Recovery:
    """Check a recovered record whole; returns what it says of itself.

    Args:
        path: Folder or stored ZIP.
        trust: Certificates of centers; None checks integrity only.
        at: The moment for the certificate; now by default.
        progress: Told the bytes of `data/` read.

    Raises:
        SealProblem: The first thing that is wrong, naming the file.
    """
    with open_record(Path(path)) as files:
        if ABOUT not in files.sizes:
            raise SealProblem("not_a_record", path=ABOUT, why="missing")
        listed = _check_listed(files, progress)
        told = _read_about(files)
        _check_signer(files, trust, at or datetime.now(UTC))
        for name, state in told.logs.items():
            _check_log(files, name, state, told)
        for film in told.media:
            if film.pieces and listed.get(film.path) != film.head:
                raise SealProblem("fragment_changed", path=film.path, fragment=film.pieces)
        return told


def _check_listed(files: RecordFiles, progress: Progress | None) -> Mapping[str, str]:
    """The digests of the payload, all as they lie there and as they were signed."""
    raw = read_whole(files, manifest.TAG_MANIFEST)
    tags = manifest.parse_manifest(raw, manifest.TAG_MANIFEST)
    listed = manifest.parse_manifest(read_whole(files, manifest.MANIFEST), manifest.MANIFEST)
    outside = {manifest.TAG_MANIFEST, SIGNATURE}
    for name in sorted({*TAG_FILES, *tags, *listed, *outside}):
        if name not in files.sizes:
            raise SealProblem("file_missing", path=name)
    for name in sorted(files.sizes):
        known = name in listed if name.startswith(manifest.PAYLOAD) else name in TAG_FILES
        if not known and name not in outside:
            raise SealProblem("file_unlisted", path=name)
    if set(tags) != TAG_FILES:
        raise SealProblem("manifest_malformed", path=manifest.TAG_MANIFEST, line=0)
    _check_digests(files, {**tags, **listed}, progress)
    signature = cms.read(read_whole(files, SIGNATURE), SIGNATURE)
    if signature.content_digest != digest_of(raw):
        raise SealProblem("file_changed", path=manifest.TAG_MANIFEST)
    return listed


def _check_digests(
    files: RecordFiles, listed: Mapping[str, str], progress: Progress | None
) -> None:
    for name, digest in sorted(listed.items()):
        state = hashlib.sha256()
        told = progress if name.startswith(manifest.PAYLOAD) else None
        for block in read_blocks(files, name, told):
            state.update(block)
        if state.hexdigest() != digest:
            raise SealProblem("file_changed", path=name)


def _read_about(files: RecordFiles) -> Recovery:
    try:
        told = msgspec.convert(parse_canonical(read_whole(files, ABOUT)), Recovery, strict=True)
        journal_key(told)
    except ValueError as error:
        raise SealProblem("seal_malformed", path=ABOUT) from error
    if told.version != VERSION or set(told.logs) - set(LOGS):
        raise SealProblem("suite_refused", path=ABOUT, suite=str(told.version))
    return told


def journal_key(told: Recovery) -> Ed25519PublicKey:
    """The key that signed the logs. Raises `ValueError`."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(told.journal_key, validate=True))


def _check_signer(
    files: RecordFiles, trust: Sequence[x509.Certificate] | None, at: datetime
) -> None:
    signer = cms.read(read_whole(files, SIGNATURE), SIGNATURE).signer
    try:
        chain = certificates.from_pem(read_whole(files, manifest.CERTIFICATES))
    except KeyProblem as problem:
        raise SealProblem("seal_malformed", path=manifest.CERTIFICATES) from problem
    if not chain or chain[0] != signer or not certificates.signs_recovered(signer):
        raise SealProblem("signer_untrusted", path=SIGNATURE)
    if trust is not None:
        certificates.check_path(signer, chain[1:], trust, at, path=SIGNATURE)


def _check_log(files: RecordFiles, name: str, state: LogState, told: Recovery) -> None:
    path = LOGS[name]
    raw = read_whole(files, path) if path in files.sizes else b""
    count, head = 0, ""
    for line in read_lines(raw.split(b"\n")[:-1], journal_key(told), path=path):
        count, head = line.seq + 1, line.digest
    if (count, head) != (state.lines, state.head):
        raise SealProblem("chain_head_wrong", path=path)


def _told(told: Recovery) -> dict[str, str]:
    names = ("record_id", "center", "recovered_utc", "officer", "approved_by", "reason", "device")
    # On one line each: what a person wrote must not look like a command of the text around it.
    return {name: " ".join(str(getattr(told, name)).split()) for name in names}


README_TEXT = """\
实录 · 中心恢复的讯问内容 {record_id}
====================================

这【不是】封存的记录。工作站 {device} 未能封存它；{center} 用托管密钥打开了其加密内容，
于 {recovered_utc} 由 {officer} 恢复，{approved_by} 批准，理由：{reason}
签名只证明中心恢复出了这些内容、此后未变，不代替工作站的封存，也不代替任何人的签名。
日志各行仍带有工作站当时的签名；哪些完整、哪些损坏，见 recovery.json。

1. 每个文件都与清单一致：
    $ sha256sum --check --strict --quiet manifest-sha256.txt tagmanifest-sha256.txt
    $ bagit.py --validate .
2. 清单由中心签名（<center-ca.pem> 须从中心另行取得）：
    $ openssl cms -verify -binary -inform DER -in recovery.p7s \
-content tagmanifest-sha256.txt -CAfile <center-ca.pem> -out /dev/null


Shilu - what a center recovered of the interrogation {record_id}

This is NO sealed record. The workstation {device} did not seal it; {center} opened its
encrypted content with the escrow key at {recovered_utc}, by {officer}, approved by
{approved_by}: {reason}
The signature shows that the center recovered this and that it has not changed since. It stands
for neither the workstation's seal nor anybody's signature. The lines of the logs still bear the
workstation's own signatures; what is whole and what is damaged stands in recovery.json.
The commands above check the files and the center's signature.
"""
