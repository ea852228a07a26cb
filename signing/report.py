"""What the strict check found in a record, for a judge to read and a machine to keep.

- The answer is the strict verifier's own; nothing here judges anything once more.
- What the record says of itself is told as its own words: proven only when every check passed.
- A part that cannot be read is left out; why is told by the check that failed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from cryptography import x509

from signing import certificates, cms, manifest
from signing.digest import Progress, digest_of, key_id
from signing.problem import Detail, KeyProblem, SealProblem
from signing.receipt import parse_receipt, utc_text
from signing.record_files import RecordFiles, read_whole
from signing.revocation import RevocationList
from signing.seal import Seal, parse_seal
from signing.timestamp import check_token, claimed_time
from signing.verify import STEPS, Told, examine_files
from signing.verify_logs import Gap, RecorderFacts, check_recorder

Trust = Sequence[x509.Certificate] | None


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the check: `passed`, `failed` or `not_reached`."""

    name: str
    result: str
    found: dict[str, int] = {}  # figures of what was checked


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong; `path` among the details names the file."""

    code: str
    details: dict[str, Detail]


class Sealer(msgspec.Struct, frozen=True, kw_only=True):
    """The workstation whose key sealed the record."""

    key: str
    name: str
    authority: str
    signed_utc: str  # by its own clock
    valid_from_utc: str
    valid_until_utc: str


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody expected to sign the transcript."""

    role: str
    name: str
    signatures: int
    refused: bool


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A witness from outside: `none`, `proven`, `unjudged` (nobody to trust was named), `wrong`."""

    state: str
    utc: str = ""
    by: str = ""


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What the record says of itself."""

    record_id: str
    room: str
    simulated: bool
    sealed_utc: str
    suite: str
    pages: int
    counts: dict[str, int]
    people: tuple[Person, ...]
    previous_record: str
    recorded_ms: int | None  # the latest fragment's end; None when the log cannot be read
    gaps: tuple[Gap, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is told about one check; `code` is empty for a valid record."""

    valid: bool
    trusted: bool  # certificates to trust were given
    code: str
    details: dict[str, Detail]
    problems: tuple[Fault, ...]
    path: str
    checked_utc: str
    files: int
    bytes: int
    root_digest: str
    checks: tuple[Check, ...]
    sealer: Sealer | None
    time_proof: Proof
    receipt: Proof
    content: Content | None


def examine_record(
    files: RecordFiles,
    path: str,
    trust: Trust = None,
    progress: Progress | None = None,
    *,
    require_receipt: bool = False,
    revoked: Sequence[RevocationList] = (),
    officers: Sequence[x509.Certificate] = (),
) -> Report:
    """Check the record in `files` strictly and tell all that was found.

    Args:
        files: The opened record.
        path: What the report calls it.
        trust: Certificates of authorities; None checks integrity only.
        progress: Told the bytes read; it may raise to cancel.
        require_receipt: Refuse a record that no center has acknowledged.
        revoked: Lists of certificates that the authorities in `trust` took back.
        officers: Authorities of officers' own tokens, believed of the paper only.
    """
    passed: list[str] = []
    read: list[RecorderFacts] = []  # an hour's log takes a second: not twice
    problems = examine_files(
        files, trust, progress=progress, told=Told(passed.append, read.append),
        require_receipt=require_receipt, revoked=revoked, officers=officers,
    )  # fmt: skip
    listed = _whole(files, manifest.TAG_MANIFEST)
    seal = _seal(files)
    return Report(
        valid=not problems,
        trusted=trust is not None,
        code=problems[0].code if problems else "",
        details=problems[0].details if problems else {},
        problems=tuple(Fault(code=one.code, details=one.details) for one in problems),
        path=path,
        checked_utc=utc_text(datetime.now(UTC)),
        files=len(files.sizes),
        bytes=sum(files.sizes.values()),
        root_digest=digest_of(listed) if listed else "",
        checks=_checks(passed, files, seal),
        sealer=_sealer(files),
        time_proof=_time_proof(files, trust),
        receipt=_receipt(files, trust, passed),
        content=None
        if seal is None
        else _content(seal, read[0] if read else _recorder(files, seal)),
    )


def _checks(passed: Sequence[str], files: RecordFiles, seal: Seal | None) -> tuple[Check, ...]:
    counts = msgspec.to_builtins(seal.counts) if seal is not None else {}
    media = [size for name, size in files.sizes.items() if name.endswith(".mp4")]
    figures: dict[str, dict[str, int]] = {
        "files": {"files": len(files.sizes), "bytes": sum(files.sizes.values())},
        "journal": {"lines": counts.get("events", 0)},
        "recorder": {"lines": counts.get("recorder_lines", 0)},
        "media": {
            "files": len(media),
            "bytes": sum(media),
            "fragments": counts.get("fragments", 0),
        },
        "marks": {"marks": counts.get("marks", 0)},
        "exhibits": {"exhibits": counts.get("exhibits", 0)},
        "transcript": {"utterances": counts.get("utterances", 0)},
        "paper": {
            "signatures": counts.get("paper_signatures", 0),
            "pages": seal.pages if seal is not None else 0,
        },
    }

    def result(step: str) -> str:
        if step in passed:
            return "passed"
        return "failed" if STEPS.index(step) == len(passed) else "not_reached"

    return tuple(
        Check(name=step, result=result(step), found=figures.get(step, {})) for step in STEPS
    )


def _whole(files: RecordFiles, name: str) -> bytes:
    """A small file, or nothing when it is not there or not readable."""
    try:
        return read_whole(files, name)
    except SealProblem:
        return b""


def _seal(files: RecordFiles) -> Seal | None:
    try:
        return parse_seal(_whole(files, manifest.SEAL))
    except SealProblem:
        return None


def _sealer(files: RecordFiles) -> Sealer | None:
    try:
        signature = cms.read(_whole(files, manifest.SIGNATURE))
        key = key_id(certificates.public_key(signature.signer))
    except (SealProblem, KeyProblem):
        return None
    return Sealer(
        key=key,
        name=signature.signer.subject.rfc4514_string(),
        authority=signature.signer.issuer.rfc4514_string(),
        signed_utc=utc_text(signature.signed_at),
        valid_from_utc=utc_text(signature.signer.not_valid_before_utc),
        valid_until_utc=utc_text(signature.signer.not_valid_after_utc),
    )


def _time_proof(files: RecordFiles, trust: Trust) -> Proof:
    if manifest.TIMESTAMP not in files.sizes:
        return Proof(state="none")
    token = _whole(files, manifest.TIMESTAMP)
    try:
        proven = check_token(token, _whole(files, manifest.SIGNATURE), trust)
        return Proof(state="proven" if proven else "unjudged", utc=utc_text(claimed_time(token)))
    except SealProblem:
        return Proof(state="wrong")


def _receipt(files: RecordFiles, trust: Trust, passed: Sequence[str]) -> Proof:
    """The center's receipt; whether it holds was decided by the step `seal`."""
    if manifest.RECEIPT not in files.sizes:
        return Proof(state="none")
    try:
        receipt = parse_receipt(_whole(files, manifest.RECEIPT))
    except SealProblem:
        return Proof(state="wrong")
    holds = "seal" in passed
    state = "wrong" if not holds else "unjudged" if trust is None else "proven"
    return Proof(state=state, utc=receipt.received_utc, by=receipt.center)


def _content(seal: Seal, recorder: RecorderFacts | None) -> Content:
    pieces = [] if recorder is None else [one for of in recorder.fragments.values() for one in of]
    return Content(
        record_id=seal.record_id,
        room=seal.room,
        simulated=seal.simulated,
        sealed_utc=seal.created_utc,
        suite=seal.suite,
        pages=seal.pages,
        counts=msgspec.to_builtins(seal.counts),
        people=tuple(
            Person(role=one.role, name=one.name, signatures=len(one.fields), refused=one.refused)
            for one in seal.signers
        ),
        previous_record=seal.previous_record,
        recorded_ms=max((one.t1_ms for one in pieces), default=0) if recorder else None,
        gaps=tuple(recorder.gaps) if recorder else (),
    )


def _recorder(files: RecordFiles, seal: Seal) -> RecorderFacts | None:
    try:
        return check_recorder(files, seal)
    except SealProblem:
        return None
