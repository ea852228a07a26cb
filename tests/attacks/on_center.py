"""Attacks 7 to 9, 17, 20 and 21: on the way to the center, by strangers, and by the center."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import msgspec

import center as center_service
from app.store.outbox import Delivery
from app.sync.client import CenterClient
from app.sync.delivery import Courier, Parcel, TreeHeads
from app.sync.enrolment import enrol
from app.sync.upload import Pace, Sender, Upload
from signing import receipt as receipts
from signing import request as signed
from signing.keys import WorkstationKeys
from signing.receipt import check_grown, to_bytes
from signing.seal import add_receipt
from tests.attacks.attack import NOT_RUN, PROVED_BY_TEST, NotRun, ProvedByTest, answer_of, attack
from tests.attacks.ground import MEDIA, Ground
from tests.center.test_request import ask, signed_headers
from tests.center.test_upload import HalfSent, Line, send, stored, wait_for_bytes
from tests.fakes.record import CenterInMemory, build_record, center

# 7. Replays.


def _delivery(found: Delivery) -> str:
    details = [str(found.details[name]) for name in ("reason", "path") if name in found.details]
    return " ".join([found.state.value, found.code, *details]).strip()


@attack(7, "another record delivered under a sealed one's id", "record_conflict")
def _same_id(ground: Ground) -> str:
    desk = ground.desk()
    first = desk.seal("a7")
    desk.deliver("a7", first.folder)
    other = desk.seal("a7", into="other", media_bytes=10)
    files = [{"path": "tagmanifest-sha256.txt", "digest": other.root_digest}]
    body = msgspec.json.encode({"files": files})
    with ground.client(desk) as client:
        return answer_of(
            lambda: client.ask("POST", "/v1/records/a7/complete", body=body), "reason"
        ).removeprefix("center_refused ")


@attack(7, "a delivered record delivered again (same receipt)", "acknowledged, same receipt")
def _again(ground: Ground) -> str:
    desk = ground.desk()
    built = desk.seal("a7b")
    desk.deliver("a7b", built.folder)
    first = (built.folder / "receipt.json").read_bytes()
    desk.outbox.mark_rejected("a7b", "center_refused", {})
    desk.outbox.retry("a7b")
    said = _delivery(desk.deliver("a7b", built.folder))
    is_same = (built.folder / "receipt.json").read_bytes() == first
    return f"{said}, {'same' if is_same else 'another'} receipt"


@attack(7, "the receipt of an older record", "receipt_wrong receipt.json")
def _old_receipt(ground: Ground) -> str:
    record = ground.copy("receipt.json")
    other = build_record(ground.new_folder(), record_id="r-older")
    add_receipt(record, center().receive(other))
    return ground.judge(record)


@attack(7, "an older tree head", "inclusion_wrong")
def _old_head(ground: Ground) -> str:
    one = CenterInMemory()
    one.log.append(b"first")
    old = one.signer.make_tree_head(one.log, receipts.utc_text(_now()))
    one.log.append(b"second")
    new = one.signer.make_tree_head(one.log, receipts.utc_text(_now()))
    path = [step.hex() for step in one.log.consistency_path(1)]
    check_grown(old, new, path)
    return answer_of(lambda: check_grown(new, old, path))


@attack(7, "a signed request sent twice", "401 nonce_replayed")
def _nonce(ground: Ground) -> str:
    headers = signed_headers(ground.line().keys, "GET", "/v1/log/head")
    first = ask(ground.center.url, headers)
    assert first.status_code == 200
    return _said(ask(ground.center.url, headers))


def _now() -> datetime:
    return datetime.now(UTC)


def _said(answer: httpx.Response) -> str:
    if answer.is_success:
        return str(answer.status_code)
    return f"{answer.status_code} {answer.json()['code']}"


# 8. Yesterday's disk.

PROVED_BY_TEST.append(
    ProvedByTest(8, "yesterday's database put back at the center", "log_inconsistent",
                 "tests/app/sync/test_delivery.py::test_a_center_that_took_its_log_back_is_noticed")
)  # fmt: skip
PROVED_BY_TEST.append(
    ProvedByTest(8, "yesterday's custody log put back at the workstation", "custody_cut",
                 "tests/app/sync/test_pins.py::"
                 "test_an_end_that_was_cut_off_is_told_at_once_and_after_new_lines")
)  # fmt: skip
NOT_RUN.append(
    NotRun(
        8,
        "yesterday's disk put back with an open interrogation",
        "ends of journals are not pinned at the center during the session yet",
    )
)

# 9. A center that lies.


def _courier_says(ground: Ground, forge: Callable[[receipts.Receipt], bytes], name: str) -> str:
    """A receipt of the real center, changed before it is accepted."""
    desk = ground.desk()
    built = desk.seal(name)
    with ground.client(desk) as client:
        heads = TreeHeads(desk.database)
        courier = Courier(client, desk.enrolment.authority, heads, threading.Event(), Pace())
        parcel = Parcel.open(name, built.folder)
        raw = courier.send(parcel, lambda _done, _total: None)
        forged = forge(receipts.parse_receipt(raw))
        said = answer_of(lambda: courier.accept(parcel, forged), "none")
    return said + (", receipt kept" if (built.folder / "receipt.json").exists() else "")


@attack(9, "a receipt with another root", "receipt_wrong")
def _wrong_root(ground: Ground) -> str:
    def forge(given: receipts.Receipt) -> bytes:
        return to_bytes(msgspec.structs.replace(given, tree_root="b" * 64))

    return _courier_says(ground, forge, "a9-root")


@attack(9, "a receipt of a center nobody enrolled at", "receipt_wrong")
def _foreign_receipt(ground: Ground) -> str:
    desk = ground.desk()
    built = desk.seal("a9-foreign")
    with ground.client(desk) as client:
        heads = TreeHeads(desk.database)
        courier = Courier(client, desk.enrolment.authority, heads, threading.Event(), Pace())
        parcel = Parcel.open("a9-foreign", built.folder)
        forged = to_bytes(CenterInMemory().receive(built))
        return answer_of(lambda: courier.accept(parcel, forged), "none")


@attack(9, "a signed receipt for a leaf that is not in the log", "inclusion_wrong receipt.json",
        "inclusion_wrong")  # fmt: skip
def _not_stored(ground: Ground) -> str:
    liar = CenterInMemory()
    told = {"record_id": "r", "root_digest": "a" * 64, "device": "d" * 16,
            "received_utc": receipts.utc_text(_now())}  # fmt: skip
    index = liar.log.append(b"something else")
    lie = liar.signer.make_receipt(liar.log, index, **told)
    del told["received_utc"]
    return answer_of(lambda: receipts.check_receipt(lie, **told, roots=liar.roots))


@attack(9, "a log forked for two clients", "inclusion_wrong")
def _forked(ground: Ground) -> str:
    one = CenterInMemory()
    one.log.append(b"shared")
    one.log.append(b"told to the first client")
    first = one.signer.make_tree_head(one.log, receipts.utc_text(_now()))
    one.log = type(one.log)()
    for leaf in (b"shared", b"told to the second client", b"more"):
        one.log.append(leaf)
    second = one.signer.make_tree_head(one.log, receipts.utc_text(_now()))
    path = [step.hex() for step in one.log.consistency_path(2)]
    return answer_of(lambda: check_grown(first, second, path))


class _Liar(BaseHTTPRequestHandler):
    """Announces uploads rightly and says that less, or nothing, was kept."""

    def do_POST(self) -> None:
        self._answer(201, {"Location": "/v1/uploads/1", "Upload-Offset": "0"})

    def do_PATCH(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(204, {"Upload-Offset": "3"})

    def _answer(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": "0"}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@attack(9, "204 with less data than was sent", "offset_wrong 3")
def _less(ground: Ground) -> str:
    file = ground.new_folder() / "file"
    file.write_bytes(b"ten bytes.")
    upload = Upload("r", "data/a", file, hashlib.sha256(b"ten bytes.").hexdigest(), 10)
    with HTTPServer(("127.0.0.1", 0), _Liar) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        with closing(CenterClient(url, WorkstationKeys.generate("desk"))) as client:
            said = answer_of(lambda: Sender(client).send(upload, int), "told")
        server.shutdown()
        thread.join()
    return said


NOT_RUN.append(
    NotRun(
        9,
        "a receipt whose record was thrown away afterwards",
        "the client's later reading back of stored records is not built yet",
    )
)

# 17. Uploads.


def _location(line: Line, data: bytes, record: str) -> str:
    return str(line.announce(data, record=record).headers["Location"])


@attack(17, "two uploads of one file at a time", "423 writer_busy, then whole")
def _two_writers(ground: Ground) -> str:
    line, data = ground.line(), b"0123456789abcdef" * (3 << 16)
    location = _location(line, data, "a17-two")
    with closing(HalfSent(line, location, 0, data, 2 << 20)) as first:
        wait_for_bytes(ground.center, location, 1 << 20)
        said = _said(line.put(location, 0, data))
        first.finish()
    is_whole = stored(ground.center, location) == data
    return f"{said}, then {'whole' if is_whole else 'broken'}"


@attack(17, "a piece past the announced length", "413 upload_too_large, nothing kept")
def _past(ground: Ground) -> str:
    line = ground.line()
    location = _location(line, b"x" * 10, "a17-past")
    return _kept(ground, location, _said(line.put(location, 0, b"x" * 11)))


@attack(17, "a piece at a wrong offset", "409 offset_wrong, nothing kept")
def _offset(ground: Ground) -> str:
    line = ground.line()
    location = _location(line, b"x" * 30, "a17-offset")
    return _kept(ground, location, _said(line.put(location, 10, b"x" * 10)))


@attack(17, "a piece with another digest", "460 digest_wrong, nothing kept")
def _digest(ground: Ground) -> str:
    line = ground.line()
    location = _location(line, b"as announced", "a17-digest")
    wrong = base64.b64encode(hashlib.sha256(b"another").digest()).decode()
    answer = line.put(location, 0, b"as announced", **{"Upload-Checksum": f"sha256 {wrong}"})
    return _kept(ground, location, _said(answer))


@attack(17, "a whole that is not what was announced", "460 digest_wrong, offset 0")
def _whole(ground: Ground) -> str:
    line = ground.line()
    location = _location(line, b"what was announced", "a17-whole")
    said = _said(line.put(location, 0, b"what has been sent"))
    return f"{said}, offset {line.offset(location)}"


@attack(17, "two files of one size and beginning", "both whole")
def _twins(ground: Ground) -> str:
    line, head = ground.line(), b"the same header " * 8000
    files = [head + b"A" * 1000, head + b"B" * 1000]
    places = [_location(line, data, "a17-twins") for data in files]
    line.put(places[0], 0, files[0][:60_000])
    line.put(places[1], 0, files[1])
    line.put(places[0], 60_000, files[0][60_000:])
    found = [stored(ground.center, place) for place in places]
    return "both whole" if found == files else "mixed"


@attack(17, "a file of no bytes", "201 at offset 0")
def _empty(ground: Ground) -> str:
    answer = ground.line().announce(b"", path="data/empty.vtt", record="a17-empty")
    return f"{_said(answer)} at offset {answer.headers['Upload-Offset']}"


@attack(17, "another workstation writes into the upload", "404 not_found")
def _strangers_upload(ground: Ground) -> str:
    location = _location(ground.line(), b"private", "a17-private")
    return _said(ground.line("desk-2").put(location, 0, b"private"))


@attack(17, "an upload that breaks off is taken up again", "whole")
def _resumed(ground: Ground) -> str:
    line, data = ground.line(), bytes(range(256)) * 4096
    location = _location(line, data, "r1")
    line.put(location, 0, data[:1000])
    file = ground.new_folder() / "file"
    file.write_bytes(data)
    send(ground.center, line.keys, file)
    return "whole" if stored(ground.center, location) == data else "broken"


@attack(17, "a changed record arrives whole", f"rejected center_refused file_changed {MEDIA}")
def _changed(ground: Ground) -> str:
    desk = ground.desk()
    built = desk.seal("a17-changed")
    media = built.folder / MEDIA
    media.write_bytes(media.read_bytes()[:-1] + b"X")
    return _delivery(desk.deliver("a17-changed", built.folder))


def _kept(ground: Ground, location: str, said: str) -> str:
    is_empty = stored(ground.center, location) == b""
    return f"{said}, {'nothing' if is_empty else 'something'} kept"


# 20. Enrolment.


def _enrols(ground: Ground, code: str, device: str, room: str = "room-1") -> str:
    keys = WorkstationKeys.generate(device)
    return answer_of(lambda: enrol(ground.center.url, code, device, room, keys), "none")


@attack(20, "a code used twice", "code_wrong")
def _code_twice(ground: Ground) -> str:
    code = center_service.make_code(ground.center.folder, "desk-20", "")
    assert _enrols(ground, code, "desk-20") == "accepted"
    return _enrols(ground, code, "desk-20")


@attack(20, "a code that ran out", "code_wrong")
def _code_late(ground: Ground) -> str:
    code = center_service.make_code(ground.center.folder, "desk-21", "", minutes=0)
    return _enrols(ground, code, "desk-21")


@attack(20, "a code for another device", "code_wrong")
def _code_device(ground: Ground) -> str:
    code = center_service.make_code(ground.center.folder, "desk-22", "room-1")
    return _enrols(ground, code, "desk-23")


PROVED_BY_TEST.append(
    ProvedByTest(20, "codes guessed one after another", "code_wrong, then too_many_attempts",
                 "tests/center/test_accounts.py::test_guessing_stops_for_everybody")
)  # fmt: skip
PROVED_BY_TEST.append(
    ProvedByTest(20, "a workstation's keys cloned to a second machine", "custody_cut",
                 "tests/app/sync/test_pins.py::"
                 "test_two_machines_with_one_key_cannot_both_go_on")
)  # fmt: skip


@attack(20, "a record sealed by another enrolled workstation",
        "rejected center_refused signer_differs")  # fmt: skip
def _other_sealer(ground: Ground) -> str:
    desk = ground.desk()
    own = desk.keys
    _, desk.keys = ground.center.enrol("desk-2", "room-2")
    built = desk.seal("a20-other")
    desk.keys = own
    return _delivery(desk.deliver("a20-other", built.folder))


# 21. Strangers at the door.


@attack(21, "no signature", "401 request_unsigned")
def _unsigned(ground: Ground) -> str:
    return _said(ask(ground.center.url, {}))


@attack(21, "a key that was never enrolled", "401 key_unknown")
def _stranger(ground: Ground) -> str:
    keys = WorkstationKeys.generate("stranger")
    return _said(ask(ground.center.url, signed_headers(keys, "GET", "/v1/log/head")))


@attack(21, "another workstation's name in the headers", "401 signature_wrong")
def _spoofed(ground: Ground) -> str:
    headers = signed_headers(ground.line("desk-2").keys, "GET", "/v1/log/head")
    headers[signed.KEY_HEADER] = ground.line().keys.device
    return _said(ask(ground.center.url, headers))


@attack(21, "a proxy's identity headers without a signature", "401 request_unsigned")
def _proxy(ground: Ground) -> str:
    device = ground.line().keys.device
    headers = {"X-Client-Cert": device, "X-SSL-Client-Verify": "SUCCESS",
               "X-Forwarded-For": "127.0.0.1", signed.KEY_HEADER: device}  # fmt: skip
    return _said(ask(ground.center.url, headers))


@attack(21, "a signature for another target", "401 signature_wrong")
def _target(ground: Ground) -> str:
    headers = signed_headers(ground.line().keys, "GET", "/v1/log/consistency?from=0&to=0")
    return _said(ask(ground.center.url, headers, "/v1/log/consistency?from=0&to=1"))


@attack(21, "a signature from another hour", "401 time_skewed")
def _hour(ground: Ground) -> str:
    headers = signed_headers(ground.line().keys, "GET", "/v1/log/head", ahead_ms=3_600_000)
    return _said(ask(ground.center.url, headers))


@attack(19, "a workstation whose key was revoked", "403 key_revoked")
def _revoked(ground: Ground) -> str:
    keys = ground.line().keys
    center_service.revoke(ground.center.folder, keys.device)
    return _said(ask(ground.center.url, signed_headers(keys, "GET", "/v1/log/head")))


PROVED_BY_TEST.append(
    ProvedByTest(21, "a center whose TLS certificate another authority made", "center_unreachable",
                 "tests/center/test_service.py::test_tls_is_checked_against_the_given_authority_only")
)  # fmt: skip
NOT_RUN.append(
    NotRun(
        21,
        "a TLS client certificate of another authority",
        "identity comes from signed requests; mutual TLS is left to a proxy",
    )
)


@attack(17, "an unsafe path in an announcement", "400 name_unsafe", "400 request_malformed")
def _unsafe(ground: Ground) -> str:
    return _said(ground.line().announce(b"x", path="data/../../etc/passwd", record="a17-unsafe"))
