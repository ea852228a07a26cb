"""What a finished upload holds is what was announced, whatever broke on the way (tus 1.0)."""

from __future__ import annotations

import base64
import hashlib
import random
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from app.errors import StorageProblem, SyncProblem
from app.sync.client import CenterClient
from app.sync.upload import Pace, Sender, Upload
from signing.keys import WorkstationKeys
from tests.center.test_request import signed_headers
from tests.fakes.center import RunningCenter, wait_until

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


class Line:
    """A workstation speaking raw tus to a center."""

    def __init__(self, center: RunningCenter, device: str = "desk-1") -> None:
        _, self.keys = center.enrol(device)
        self.url = center.url

    def ask(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> httpx.Response:
        told = {**headers, **signed_headers(self.keys, method, target, body)}
        return httpx.request(method, self.url + target, headers=told, content=body, trust_env=False)

    def announce(
        self, data: bytes, path: str = "data/media/a.mp4", record: str = "r1", length: int = -1
    ) -> httpx.Response:
        told = {"record": record, "path": path, "sha256": hashlib.sha256(data).hexdigest()}
        pairs = (f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in told.items())
        size = len(data) if length < 0 else length
        headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": ",".join(pairs)}
        return self.ask("POST", "/v1/uploads", headers)

    def put(self, location: str, offset: int, piece: bytes, **headers: str) -> httpx.Response:
        return self.ask(
            "PATCH", location, {**PIECE, "Upload-Offset": str(offset), **headers}, piece
        )

    def offset(self, location: str) -> int:
        return int(self.ask("HEAD", location, TUS).headers["Upload-Offset"])


@pytest.fixture
def line(running_center: RunningCenter) -> Line:
    return Line(running_center)


def stored(center: RunningCenter, location: str) -> bytes:
    return (center.folder / "uploads" / location.rsplit("/", 1)[1]).read_bytes()


def test_a_file_arrives_in_pieces(running_center: RunningCenter, line: Line) -> None:
    data = random.Random(1).randbytes(300_000)
    answer = line.announce(data)
    location = answer.headers["Location"]
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "0")
    assert line.put(location, 0, data[:200_000]).headers["Upload-Offset"] == "200000"
    assert line.offset(location) == 200_000
    assert line.put(location, 200_000, data[200_000:]).status_code == 204
    assert stored(running_center, location) == data
    again = line.announce(data)
    assert (again.status_code, again.headers["Location"]) == (200, location)
    assert again.headers["Upload-Offset"] == "300000"


def test_an_empty_file_arrives(line: Line) -> None:
    answer = line.announce(b"", path="data/empty.vtt")
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "0")


def test_what_is_spoken_is_told(running_center: RunningCenter) -> None:
    answer = httpx.request("OPTIONS", running_center.url + "/v1/uploads", trust_env=False)
    assert answer.status_code == 204
    assert answer.headers["Tus-Extension"] == "creation,checksum"
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha256"


def test_another_version_of_tus_is_refused(line: Line) -> None:
    answer = line.ask("POST", "/v1/uploads", {"Tus-Resumable": "0.2.2"})
    assert (answer.status_code, answer.json()["code"]) == (412, "protocol_version")


def test_a_wrong_offset_is_refused_with_the_right_one(line: Line) -> None:
    location = line.announce(b"0123456789" * 9).headers["Location"]
    answer = line.put(location, 10, b"0123456789")
    assert answer.status_code == 409
    assert answer.json() == {"code": "offset_wrong", "details": {"offset_bytes": 0}}


def test_a_piece_past_the_length_is_refused(running_center: RunningCenter, line: Line) -> None:
    location = line.announce(b"x" * 10).headers["Location"]
    answer = line.put(location, 0, b"x" * 11)
    assert (answer.status_code, answer.json()["code"]) == (413, "upload_too_large")
    assert line.offset(location) == 0
    assert stored(running_center, location) == b""


def test_a_file_past_the_limit_is_refused(line: Line) -> None:
    answer = line.announce(b"huge", length=1 << 50)
    assert (answer.status_code, answer.json()["code"]) == (413, "upload_too_large")


def test_a_piece_that_differs_from_its_digest_counts_for_nothing(
    running_center: RunningCenter, line: Line
) -> None:
    data = b"the piece as it was"
    location = line.announce(data).headers["Location"]
    wrong = base64.b64encode(hashlib.sha256(b"another").digest()).decode()
    answer = line.put(location, 0, data, **{"Upload-Checksum": f"sha256 {wrong}"})
    assert (answer.status_code, answer.json()["code"]) == (460, "digest_wrong")
    headers = {**PIECE, "Upload-Offset": "0", **signed_headers(line.keys, "PATCH", location, data)}
    changed = httpx.patch(
        line.url + location, headers=headers, content=data[:-1] + b"X", trust_env=False
    )
    assert (changed.status_code, changed.json()["code"]) == (460, "digest_wrong")
    assert line.offset(location) == 0
    assert stored(running_center, location) == b""


def test_a_whole_that_differs_from_its_digest_starts_anew(line: Line) -> None:
    location = line.announce(b"what was announced").headers["Location"]
    answer = line.put(location, 0, b"what has been sent")
    assert (answer.status_code, answer.json()["code"]) == (460, "digest_wrong")
    assert line.offset(location) == 0
    assert line.put(location, 0, b"what was announced").status_code == 204


def test_two_files_of_one_size_and_beginning_never_mix(
    running_center: RunningCenter, line: Line
) -> None:
    head = random.Random(2).randbytes(100_000)
    one, other = head + b"A" * 1000, head + b"B" * 1000
    first = line.announce(one).headers["Location"]
    line.put(first, 0, one[:50_000])
    second = line.announce(other).headers["Location"]
    third = line.announce(one, path="data/media/b.mp4").headers["Location"]
    assert len({first, second, third}) == 3
    assert line.put(second, 0, other).status_code == 204
    assert line.put(first, 50_000, one[50_000:]).status_code == 204
    assert stored(running_center, first) == one
    assert stored(running_center, second) == other


@pytest.mark.parametrize(
    "path",
    ["../outside", "/etc/passwd", "data/../../x", "data//x", "data/con.txt", "data/x.", "数据", ""],
)
def test_an_unsafe_name_is_refused(line: Line, path: str) -> None:
    answer = line.announce(b"x", path=path)
    assert answer.status_code == 400
    assert answer.json()["code"] in {"name_unsafe", "request_malformed"}


def test_an_unsafe_record_id_is_refused(line: Line) -> None:
    assert line.announce(b"x", record="../r").json()["code"] == "name_unsafe"


def test_another_workstation_sees_no_upload(running_center: RunningCenter, line: Line) -> None:
    location = line.announce(b"private").headers["Location"]
    other = Line(running_center, "desk-2")
    assert other.ask("HEAD", location, TUS).status_code == 404
    assert other.put(location, 0, b"private").status_code == 404


class HalfSent:
    """A piece of which only the beginning has been sent, over a socket of its own."""

    def __init__(self, line: Line, location: str, offset: int, piece: bytes, sent: int) -> None:
        target = urlsplit(line.url)
        assert target.hostname is not None
        headers = {
            **PIECE,
            **signed_headers(line.keys, "PATCH", location, piece),
            "Upload-Offset": str(offset),
            "Content-Length": str(len(piece)),
            "Host": target.netloc,
        }
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._socket = socket.create_connection((target.hostname, target.port or 80), timeout=20)
        self._socket.sendall(f"PATCH {location} HTTP/1.1\r\n{told}\r\n".encode() + piece[:sent])
        self._rest = piece[sent:]

    def finish(self) -> bytes:
        """Send the rest and read the answer's first line."""
        self._socket.sendall(self._rest)
        return self._socket.recv(4096).split(b"\r\n")[0]

    def close(self) -> None:
        self._socket.close()


def wait_for_bytes(center: RunningCenter, location: str, count: int) -> None:
    """Until the server has written at least `count` bytes of an upload."""
    file = center.folder / "uploads" / location.rsplit("/", 1)[1]
    wait_until(lambda: file.stat().st_size >= count)


def test_a_second_writer_is_refused(running_center: RunningCenter, line: Line) -> None:
    data = random.Random(3).randbytes(3 << 20)
    location = line.announce(data).headers["Location"]
    with closing(HalfSent(line, location, 0, data, 2 << 20)) as first:
        wait_for_bytes(running_center, location, 1 << 20)
        second = line.put(location, 0, data)
        assert (second.status_code, second.json()["code"]) == (423, "writer_busy")
        assert first.finish() == b"HTTP/1.1 204 No Content"
    assert stored(running_center, location) == data


def test_a_cut_line_leaves_the_last_checked_offset(
    running_center: RunningCenter, line: Line
) -> None:
    data = random.Random(4).randbytes(4 << 20)
    location = line.announce(data).headers["Location"]
    assert line.put(location, 0, data[: 1 << 20]).status_code == 204
    cut = HalfSent(line, location, 1 << 20, data[1 << 20 :], 2 << 20)
    wait_for_bytes(running_center, location, 2 << 20)
    cut.close()
    assert line.offset(location) == 1 << 20
    wait_until(lambda: line.put(location, 1 << 20, data[1 << 20 :]).status_code == 204)
    assert stored(running_center, location) == data


@pytest.fixture
def own_center(tmp_path: Path) -> Iterator[RunningCenter]:
    """A center of this test alone, which may be killed."""
    center = RunningCenter(tmp_path / "center")
    yield center
    if center.is_running():
        center.stop()


def test_a_server_killed_in_the_middle_of_a_piece_goes_on_right(
    own_center: RunningCenter, tmp_path: Path
) -> None:
    """The case in which a widely used tus server kept a file that was too long, with 204."""
    line = Line(own_center)
    data = random.Random(5).randbytes(24 << 20)
    location = line.announce(data).headers["Location"]
    assert line.put(location, 0, data[: 8 << 20]).status_code == 204
    with closing(HalfSent(line, location, 8 << 20, data[8 << 20 :], 10 << 20)):
        wait_for_bytes(own_center, location, 16 << 20)
        own_center.kill()
    assert len(stored(own_center, location)) >= 16 << 20
    own_center.start()
    assert line.offset(location) == 8 << 20
    file = tmp_path / "file"
    file.write_bytes(data)
    send(own_center, line.keys, file)
    assert stored(own_center, location) == data


def send(center: RunningCenter, keys: WorkstationKeys, file: Path) -> list[int]:
    """Send a file as the delivery does; returns what it was told of progress."""
    data = file.read_bytes()
    upload = Upload("r1", "data/media/a.mp4", file, hashlib.sha256(data).hexdigest(), len(data))
    told: list[int] = []
    with closing(CenterClient(center.url, keys)) as client:
        Sender(client).send(upload, told.append)
    return told


def test_the_client_sends_only_what_is_missing(
    running_center: RunningCenter, line: Line, tmp_path: Path
) -> None:
    data = random.Random(6).randbytes(1 << 20)
    location = line.announce(data).headers["Location"]
    line.put(location, 0, data[:1000])
    file = tmp_path / "file"
    file.write_bytes(data)
    told = send(running_center, line.keys, file)
    assert told[0] == 1000
    assert sum(told) == len(data)
    assert stored(running_center, location) == data


def test_a_file_that_shrank_is_told_and_not_padded(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"short")
    upload = Upload("r1", "data/a", file, hashlib.sha256(b"long").hexdigest(), 10)
    with (
        closing(CenterClient(line.url, line.keys)) as client,
        pytest.raises(StorageProblem, match="media_damaged"),
    ):
        Sender(client).send(upload, int)


def test_a_center_that_is_away_is_a_problem_with_a_code(tmp_path: Path) -> None:
    keys = WorkstationKeys.generate("desk-1")
    pace = Pace()
    file = tmp_path / "file"
    file.write_bytes(b"x")
    upload = Upload("r1", "data/a", file, hashlib.sha256(b"x").hexdigest(), 1)
    with (
        closing(CenterClient("http://127.0.0.1:9", keys)) as client,
        pytest.raises(SyncProblem) as caught,
    ):
        Sender(client, pace=pace).send(upload, int)
    assert caught.value.code == "center_unreachable"


def test_pieces_shrink_on_a_bad_line_and_grow_on_a_good_one() -> None:
    pace = Pace()
    for _ in range(20):
        pace.note_failure()
    assert pace.piece_bytes == 64 << 10
    for _ in range(20):
        pace.note_success(0.1)
    assert pace.piece_bytes == 32 << 20
