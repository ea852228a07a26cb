"""Time stamps: a second witness, never a condition for sealing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing import timestamp
from signing.problem import SealProblem
from tests.fakes.record import center
from tests.fakes.time_authority import TimeAuthority

DATA = b"the bytes of seal.p7s"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TimeAuthority:
    return TimeAuthority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def token(authority: TimeAuthority) -> bytes:
    return timestamp.request_token(DATA, authority.ask, [authority.root])


def why_of(response: bytes, data: bytes, *roots: object) -> object:
    with pytest.raises(SealProblem, match="timestamp_wrong") as caught:
        timestamp.check_token(response, data, roots or None)  # type: ignore[arg-type]
    return caught.value.details["why"]


def test_a_token_over_http_proves_the_moment(authority: TimeAuthority) -> None:
    with authority.serve() as server:
        ask = timestamp.over_http(server.url)
        response = timestamp.request_token(DATA, ask, [authority.root])
    moment = timestamp.check_token(response, DATA, [authority.root])
    assert moment is not None
    assert abs(datetime.now(UTC) - moment) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("has_rsa_key", "ess"), [(True, "sha256"), (True, "sha1"), (False, "sha1")]
)
def test_authorities_with_other_keys_are_read(tmp_path: Path, has_rsa_key: bool, ess: str) -> None:
    other = TimeAuthority(tmp_path, has_rsa_key=has_rsa_key, ess=ess)
    response = timestamp.request_token(DATA, other.ask, [other.root])
    changed = bytearray(response)
    changed[-20] ^= 1
    assert why_of(bytes(changed), DATA) == "signature"


def test_without_a_root_nothing_is_proved(token: bytes) -> None:
    assert timestamp.check_token(token, DATA, None) is None


def test_a_token_of_other_bytes_or_another_authority_is_refused(
    authority: TimeAuthority, token: bytes
) -> None:
    assert why_of(token, b"other", authority.root) == "imprint"
    assert why_of(token, b"other") == "imprint"
    with pytest.raises(SealProblem, match="authority"):
        timestamp.request_token(DATA, authority.ask, center().roots)


def test_a_token_of_an_authority_not_trusted_proves_nothing(token: bytes) -> None:
    assert timestamp.check_token(token, DATA, center().roots) is None


@pytest.mark.parametrize("is_trusted", [True, False])
def test_a_changed_byte_is_seen_by_who_trusts_the_authority_and_who_does_not(
    authority: TimeAuthority, token: bytes, is_trusted: bool
) -> None:
    roots = [authority.root] if is_trusted else []
    for place in range(0, len(token), 23):
        changed = bytearray(token)
        changed[place] ^= 0x15
        why_of(bytes(changed), DATA, *roots)


def test_a_replayed_answer_is_refused(token: bytes) -> None:
    def replay(request: bytes) -> bytes:
        return token

    with pytest.raises(SealProblem, match="nonce"):
        timestamp.request_token(DATA, replay)


@pytest.mark.parametrize("raw", [b"", b"\x30\x05\x30\x03\x02\x01\x02", b"<html>", b"x" * 70_000])
def test_an_answer_that_is_no_token_is_refused(raw: bytes) -> None:
    assert why_of(raw, DATA) in {"form", "length", "refused"}


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "not a url"])
def test_an_authority_that_does_not_answer_is_named(url: str) -> None:
    with pytest.raises(SealProblem, match="timestamp_wrong"):
        timestamp.request_token(DATA, timestamp.over_http(url, timeout_s=2))
