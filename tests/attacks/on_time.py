"""Attacks 13 and 14: clocks, certificates out of their time, and time-stamping authorities."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

from signing import timestamp
from signing.keys import WorkstationKeys
from signing.receipt import utc_text
from signing.seal import add_receipt
from signing.verify import verify
from tests.attacks.attack import (
    NOT_RUN,
    PROVED_BY_TEST,
    NotRun,
    ProvedByTest,
    add_attack,
    answer_of,
    attack,
)
from tests.attacks.ground import Ground
from tests.fakes.record import Draft, build_record, center
from tests.fakes.time_authority import TimeAuthority

DATA = b"the bytes of seal.p7s"


def _checked(days: float, *without: str) -> Callable[[Ground], str]:
    def act(ground: Ground) -> str:
        record = ground.copy(*without)
        at = datetime.now(UTC) + timedelta(days=days)
        return answer_of(lambda: verify(record, ground.trust, at=at))

    return act


BARE = ("receipt.json", "seal.tsr")
for _what, _answer, _days, _without in (
    ("no proof of time, asked 10 years later", "signer_expired seal.p7s", 3650, BARE),
    ("no proof of time, asked a year before", "signer_expired seal.p7s", -365, BARE),
    ("with a receipt, asked 10 years later", "accepted", 3650, ("seal.tsr",)),
    ("with a time stamp, asked 10 years later", "accepted", 3650, ("receipt.json",)),
):
    add_attack(13, _what, _answer, _checked(_days, *_without))


@attack(13, "a receipt from after the certificate's end", "signer_expired seal.p7s")
def _late_receipt(ground: Ground) -> str:
    record = ground.copy(*BARE)
    late = utc_text(datetime.now(UTC) + timedelta(days=400))
    add_receipt(record, center().receive(ground.master, late))
    return ground.judge(record)


@attack(13, "a hole in the media that the recorder does not state",
        "gap_unstated data/media/camera-1-take-001.mp4")  # fmt: skip
def _silent_hole(ground: Ground) -> str:
    def change(draft: Draft) -> None:
        pieces = [body for body in draft.recorder if body["kind"] == "fragment"]
        for piece in pieces[2:4]:
            piece["t0_ms"] += 3000
            piece["t1_ms"] += 3000

    return ground.judge_draft(change)


@attack(13, "media times that run backwards", "chain_malformed data/recorder.jsonl")
def _backwards(ground: Ground) -> str:
    def change(draft: Draft) -> None:
        pieces = [body for body in draft.recorder if body["kind"] == "fragment"]
        pieces[3].update(t0_ms=0, t1_ms=5)

    return ground.judge_draft(change)


PROVED_BY_TEST.append(
    ProvedByTest(13, "a workstation's clock a day behind does not stop delivery", "delivered",
                 "tests/center/test_request.py::test_a_wrong_clock_does_not_stop_a_workstation")
)  # fmt: skip
NOT_RUN.append(
    NotRun(13, "the system clock set while recording; leap second",
           "setting the clock needs a machine of its own")
)  # fmt: skip


# 14. Authorities.


def _refused(ask: timestamp.Transport, *roots: object) -> str:
    trust = list(roots) or None
    return answer_of(lambda: timestamp.request_token(DATA, ask, trust), "why")  # type: ignore[arg-type]


@attack(14, "the authority is down", "timestamp_wrong ConnectError")
def _down(ground: Ground) -> str:
    return _refused(timestamp.over_http("http://127.0.0.1:1/", timeout_s=2))


@attack(14, "the authority never answers", "timestamp_wrong ReadTimeout")
def _slow(ground: Ground) -> str:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        return _refused(timestamp.over_http(url, timeout_s=0.5))


@attack(14, "an answer to another question (nonce)", "timestamp_wrong nonce")
def _replayed(ground: Ground) -> str:
    token = timestamp.request_token(DATA, ground.time_authority.ask)
    return _refused(lambda _: token)


@attack(14, "a stamp over other bytes (imprint)", "timestamp_wrong imprint")
def _imprint(ground: Ground) -> str:
    token = timestamp.request_token(DATA, ground.time_authority.ask)
    roots = [ground.time_authority.root]
    return answer_of(lambda: timestamp.check_token(token, b"other", roots), "why")


@attack(14, "an authority nobody trusts", "timestamp_wrong authority")
def _untrusted(ground: Ground) -> str:
    other = TimeAuthority(ground.new_folder())
    return _refused(other.ask, ground.time_authority.root)


@attack(14, "a page in place of a stamp", "timestamp_wrong form")
def _page(ground: Ground) -> str:
    return _refused(lambda _: b"<html>please log in</html>")


@attack(14, "the stamp of another record", "timestamp_wrong seal.tsr")
def _of_another(ground: Ground) -> str:
    record = ground.copy("receipt.json")
    token = timestamp.request_token(DATA, ground.time_authority.ask)
    (record / "seal.tsr").write_bytes(token)
    return ground.judge(record)


@attack(14, "no stamp at all: sealed with its time unproven", "accepted")
def _without(ground: Ground) -> str:
    built = build_record(ground.new_folder())
    return ground.judge(built.folder)


NOT_RUN.append(
    NotRun(
        14,
        "a token whose certificates are not in DER order",
        "openssl ts writes them sorted here; no other authority at hand",
    )
)


@attack(19, "a certificate that was not valid when it sealed", "signer_expired seal.p7s")
def _expired(ground: Ground) -> str:
    keys = center().enrol(WorkstationKeys.generate("old"), days=1)
    built = Draft(keys=keys).seal_into(ground.new_folder())
    at = datetime.now(UTC) + timedelta(days=2)
    return answer_of(lambda: verify(built.folder, ground.trust, at=at))
