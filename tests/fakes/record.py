"""A small sealed record made by the real sealing code: logs, media, marks, exhibit, signed PDF.

`build_record(folder)` for one that is whole; a `Draft` to change before it is sealed, so that a
test can forge what only the workstation's own keys could forge.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing import chain, cms, manifest, paper, receipt, seal
from signing.certificates import Authority, to_pem
from signing.digest import digest_of
from signing.keys import WorkstationKeys
from signing.merkle import Log

Body = dict[str, Any]
RECORD_ID = "r-20261122-0001"
MOMENT = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
STREAMS = ("camera-1", "camera-2")
PIECES = 4  # of each stream and take, the opening included
SIGNERS = (("suspect-1", "suspect", "张三"), ("investigator-1", "investigator", "李四"))
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
INKML = b'<ink xmlns="http://www.w3.org/2003/InkML"><trace>0 0, 9 9</trace></ink>'


class CenterInMemory:
    """A center's keys and log without its server."""

    def __init__(self, name: str = "测试中心") -> None:
        self.authority = Authority.create(name)
        key = Ed25519PrivateKey.generate()
        certificate = self.authority.issue_for_receipts(key.public_key(), "log")
        self.signer = receipt.ReceiptSigner(key, certificate)
        self.log = Log()

    @property
    def roots(self) -> list[x509.Certificate]:
        return [self.authority.certificate]

    def enrol(self, keys: WorkstationKeys, *, days: int = 30) -> WorkstationKeys:
        leaf = self.authority.issue(keys.make_csr(), "room-1", keys.name, days)
        return keys.with_certificate([leaf, self.authority.certificate])

    def receive(self, built: BuiltRecord, received_utc: str = "") -> receipt.Receipt:
        told = {
            "record_id": built.seal.record_id,
            "root_digest": built.root_digest,
            "device": built.keys.device,
            "received_utc": received_utc or seal.now_text(),
        }
        index = self.log.append(receipt.make_leaf(**told))
        return self.signer.make_receipt(self.log, index, **told)


@dataclass(frozen=True)
class BuiltRecord:
    folder: Path
    keys: WorkstationKeys
    seal: seal.Seal
    root_digest: str


@cache
def center() -> CenterInMemory:
    """One center for all tests of a run: making keys takes time."""
    return CenterInMemory()


@cache
def workstation() -> WorkstationKeys:
    return center().enrol(WorkstationKeys.generate("desk-1"))


def build_record(folder: Path, **changes: Any) -> BuiltRecord:
    """A whole record in `folder`; `changes` are fields of `Draft`."""
    return Draft(**changes).seal_into(folder)


@dataclass
class Draft:
    """Everything that goes into a record, to be changed before `seal_into`."""

    record_id: str = RECORD_ID
    keys: WorkstationKeys = field(default_factory=workstation)
    takes: int = 1
    simulated: bool = True
    journal: list[Body] = field(default_factory=list)  # event bodies
    recorder: list[Body] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)  # by name under data/
    seal_changes: Body = field(default_factory=dict)
    count_changes: Body = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._event("opened", record_id=self.record_id, room="room-1", simulated=self.simulated,
                    software="0.1.0", schema=1)  # fmt: skip
        for take in range(1, self.takes + 1):
            self._record_take(take)
        self._speak()
        self._show_exhibit()
        self._sign_paper()
        self.files["transcript/transcript.docx"] = b"PK-docx"
        self.files["compliance.json"] = b'{"rules":[]}'

    def seal_into(self, folder: Path) -> BuiltRecord:
        journal, journal_head = self._log(
            {"actor": "desk", "event": body, "offset_ms": 1000 * n, "utc": receipt.utc_text(MOMENT)}
            for n, body in enumerate(self.journal)
        )
        recorder, recorder_head = self._log(self.recorder)
        files = {"journal.jsonl": journal, "recorder.jsonl": recorder, **self.files}
        for name, data in files.items():
            path = folder / "data" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        made = self._seal(files, journal_head, recorder_head)
        return BuiltRecord(folder, self.keys, made, seal.make_record(folder, made, self.keys))

    def _seal(self, files: dict[str, bytes], journal_head: str, recorder_head: str) -> seal.Seal:
        fields = tuple(name for name, _ in fields_of())
        kinds = [body["kind"] for body in self.recorder]
        counts = {
            "events": len(self.journal),
            "recorder_lines": len(self.recorder),
            "takes": kinds.count("take_opened"),
            "fragments": kinds.count("fragment"),
            "utterances": len(json.loads(files["transcript/transcript.json"])["utterances"]),
            "marks": sum(event_kind(body) == "mark_given" for body in self.journal),
            "exhibits": sum(name.startswith("exhibits/") for name in files),
            "paper_signatures": len(fields),
            **self.count_changes,
        }
        told = {
            "version": seal.VERSION,
            "suite": seal.SUITE,
            "record_id": self.record_id,
            "room": "room-1",
            "simulated": self.simulated,
            "created_utc": receipt.utc_text(MOMENT),
            "journal_head": journal_head,
            "recorder_head": recorder_head,
            "journal_key": seal.key_text(self.keys.journal_key.public_key()),
            "counts": counts,
            "pages": 2,
            "signers": [
                {"id": one, "role": role, "name": name, "refused": False,
                 "fields": [field for field in fields if field.startswith(one)]}
                for one, role, name in SIGNERS
            ],
            "paper_digest": digest_of(files["transcript/transcript.pdf"]),
            "previous_record": "",
            **self.seal_changes,
        }  # fmt: skip
        return msgspec.convert(told, seal.Seal)

    def _event(self, kind: str, **details: Any) -> None:
        self.journal.append({"kind": kind, **details})

    def _record_take(self, take: int) -> None:
        start_ms = (take - 1) * 10_000
        self._event("take_started", take=take, streams=list(STREAMS), started_utc="",
                    microphone="test", cameras=list(STREAMS), offset_ms=start_ms)  # fmt: skip
        self.recorder.append({"kind": "take_opened", "take": take, "offset_ms": start_ms})
        heads = {stream: self._record_stream(stream, take, start_ms) for stream in STREAMS}
        self.recorder.append({"kind": "take_closed", "take": take, "heads": heads})
        self._event("take_ended", take=take, reason="stopped", duration_ms=3000, heads=heads)

    def _record_stream(self, stream: str, take: int, start_ms: int) -> str:
        film = b""
        for index in range(PIECES):
            plain = make_piece(stream, take, index)
            film += plain
            head = digest_of(film)
            t0_ms = start_ms + max(0, index - 1) * 1000
            self.recorder.append(
                {"kind": "fragment", "stream": stream, "take": take, "index": index,
                 "head": head, "bytes": len(plain), "t0_ms": t0_ms,
                 "t1_ms": t0_ms + (1000 if index else 0)}
            )  # fmt: skip
        self._event("media_pinned", take=take, stream=stream, index=PIECES - 1, head=head,
                    t1_ms=start_ms + 3000)  # fmt: skip
        self.files[f"media/{stream}-take-{take:03d}.mp4"] = film
        self.files[f"media/{stream}-take-{take:03d}.vtt"] = b"WEBVTT\n"
        return head

    def _speak(self) -> None:
        """Lines through all that can happen to them; three are left."""
        hearing = {"raw_text": "", "model": "m"}
        lines = (
            ("u1", "investigator", "姓名？"),
            ("u2", "suspect", "张三"),
            ("u3", "suspect", "男"),
        )
        for at, (line, role, text) in enumerate(lines):
            self._event("utterance_heard", utterance_id=line, role=role, t0_ms=at * 1000,
                        t1_ms=at * 1000 + 900, text=text, hearing=hearing)  # fmt: skip
        self._event("line_added", utterance_id="u4", role="suspect", t0_ms=3000,
                    text="住址不记得了", origin="typed")  # fmt: skip
        self._event("speaker_changed", utterance_id="u4", role="investigator")
        self._event("speaker_changed", utterance_id="u4", role="suspect")
        self._event("lines_merged", utterance_id="u2", absorbed_id="u3")
        self._event("line_split", utterance_id="u4", new_id="u5", at=2, at_ms=3500)
        self._event("lines_merged", utterance_id="u4", absorbed_id="u5")
        self._event("line_revised", utterance_id="u2", text="张三，男。", origin="corrected",
                    by="张三")  # fmt: skip
        agreed = (("u1", "investigator", "姓名？"), ("u2", "suspect", "张三，男。"),
                  ("u4", "suspect", "住址不记得了"))  # fmt: skip
        utterances = [
            {"id": line, "role": role, "t0_ms": 0, "t1_ms": 0, "revisions": [{"text": text}]}
            for line, role, text in agreed
        ]
        told = {"version": 1, "record_id": self.record_id, "utterances": utterances}
        self.files["transcript/transcript.json"] = json.dumps(told, ensure_ascii=False).encode()

    def _show_exhibit(self) -> None:
        digest = digest_of(b"a photograph")
        self.files[f"exhibits/{digest}.jpg"] = b"a photograph"
        self._event("exhibit_shown", exhibit_id="e1", name="照片", media_type="image/jpeg",
                    digest=digest)  # fmt: skip

    def _sign_paper(self) -> None:
        states = sign_paper(self.keys)
        pages = [digest_of(b"page 1"), digest_of(b"page 2")]
        self._event("paper_made", paper_digest=digest_of(states[0][1]), page_digests=pages,
                    fields=[{"name": name, "signer_id": name.rpartition("-p")[0], "page": page,
                             "box": [10, 10, 90, 40]} for name, page in fields_of()])  # fmt: skip
        for number, (name, pdf) in enumerate(states[1:], 1):
            signer = name.rpartition("-p")[0]
            for kind, extension, data in (("ink", "inkml", INKML), ("fingerprint", "png", PNG)):
                mark = f"m{number}-{kind}"
                self.files[f"marks/{mark}.{extension}"] = data
                self._event("mark_given", mark_id=mark, mark_kind=kind, signer=signer, field=name,
                            page=1, page_digest=pages[0], digest=digest_of(data), device="pad",
                            simulated=True, take=1, media_ms=2000)  # fmt: skip
            self.files[f"marks/m{number}-ink.png"] = PNG
            self._event("paper_signed", field=name, signer=signer, bytes=len(pdf),
                        digest=digest_of(pdf))  # fmt: skip
        self.files["transcript/transcript.pdf"] = states[-1][1]

    def _log(self, bodies: Any) -> tuple[bytes, str]:
        raw, head = b"", chain.GENESIS
        for seq, body in enumerate(bodies):
            line = chain.make_line(seq, head, body, self.keys.journal_key)
            raw, head = raw + line + b"\n", chain.line_digest(line)
        return raw, head


def event_kind(body: Body | str) -> str:
    """The kind of an event, or "" for what a test put there instead of one."""
    return body["kind"] if isinstance(body, dict) else ""


def make_piece(stream: str, take: int, index: int) -> bytes:
    """The bytes of a piece: two MP4 boxes with nothing of use inside."""
    kinds = (b"moof", b"mdat") if index else (b"ftyp", b"moov")
    content = hashlib.sha256(f"{stream}|{take}|{index}".encode()).digest() * (20 + index)
    return b"".join((8 + len(content)).to_bytes(4, "big") + kind + content for kind in kinds)


def fields_of() -> list[tuple[str, int]]:
    """Field names and their pages: the suspect signs both, the investigator the last."""
    return [("suspect-1-p1", 1), ("suspect-1-p2", 2), ("investigator-1-p2", 2)]


@cache
def sign_paper(keys: WorkstationKeys) -> tuple[tuple[str, bytes], ...]:
    """The paper before and after each signature; the last one locks."""
    fields = [
        paper.Field(name, page, (50.0 + 100 * n, 50.0, 140.0 + 100 * n, 90.0))
        for n, (name, page) in enumerate(fields_of())
    ]
    pdf = paper.prepare(plain_pdf(2), fields)
    states = [("", pdf)]
    for n, one in enumerate(fields, 1):
        act = paper.Signing(one.name, "somebody", "signed", MOMENT, lock=n == len(fields))
        pdf = paper.sign(pdf, act, keys.seal_key, keys.chain)
        states.append((one.name, pdf))
    return tuple(states)


def plain_pdf(pages: int) -> bytes:
    """A PDF of `pages` pages with one line of Latin text each."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (pages, b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(pages))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for n in range(pages):
        text = b"BT /F1 12 Tf 72 720 Td (Page %d) Tj ET" % (n + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * n)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text))
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return out + trailer % (len(objects) + 1, start)


def sign_again(folder: Path, keys: WorkstationKeys, authority: Authority | None = None) -> None:
    """Put another signature in the place of the record's, by `keys` or by an authority's key."""
    key, certificate = (
        (keys.seal_key, keys.certificate)
        if authority is None
        else (authority.key, authority.certificate)
    )
    if authority is not None:
        manifest.write_file(folder / manifest.CERTIFICATES, to_pem([certificate]))
    listed = manifest.write_tag_manifest(folder)
    manifest.write_file(folder / manifest.SIGNATURE, cms.sign(listed, key, certificate, MOMENT))
