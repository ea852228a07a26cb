"""Only an enrolled workstation's signature over exactly this request, now and once, is let in."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time

import httpx
import pytest

import center
from app.sync.client import CenterClient
from signing import request as signed
from signing.keys import WorkstationKeys
from signing.problem import KeyProblem
from tests.fakes.center import RunningCenter


def signed_headers(
    keys: WorkstationKeys, method: str, target: str, body: bytes = b"", *, ahead_ms: int = 0
) -> dict[str, str]:
    """The headers of a rightly signed request."""
    digest = hashlib.sha256(body).hexdigest()
    time_ms, nonce = time.time_ns() // 1_000_000 + ahead_ms, secrets.token_hex(16)
    message = signed.request_message(method, target, digest, time_ms, nonce)
    return {
        signed.DIGEST_HEADER: signed.tell_digest(digest),
        signed.KEY_HEADER: keys.device,
        signed.TIME_HEADER: str(time_ms),
        signed.NONCE_HEADER: nonce,
        signed.SIGNATURE_HEADER: base64.b64encode(keys.sign(message)).decode(),
    }


def ask(url: str, headers: dict[str, str], target: str = "/v1/log/head") -> httpx.Response:
    return httpx.get(url + target, headers=headers, trust_env=False, timeout=60)


def test_a_signed_request_is_answered(running_center: RunningCenter) -> None:
    _, keys = running_center.enrol()
    answer = ask(running_center.url, signed_headers(keys, "GET", "/v1/log/head"))
    assert answer.status_code == 200


def test_an_unsigned_request_is_refused_with_a_code_and_nothing_else(
    running_center: RunningCenter,
) -> None:
    answer = ask(running_center.url, {})
    assert answer.status_code == 401
    assert answer.json() == {"code": "request_unsigned", "details": {}}


def test_a_request_is_good_once(running_center: RunningCenter) -> None:
    _, keys = running_center.enrol()
    headers = signed_headers(keys, "GET", "/v1/log/head")
    assert ask(running_center.url, headers).status_code == 200
    again = ask(running_center.url, headers)
    assert (again.status_code, again.json()["code"]) == (401, "nonce_replayed")


def test_a_signature_is_for_one_target_only(running_center: RunningCenter) -> None:
    _, keys = running_center.enrol()
    headers = signed_headers(keys, "GET", "/v1/log/consistency?from=0&to=0")
    answer = ask(running_center.url, headers, "/v1/log/consistency?from=0&to=1")
    assert answer.json()["code"] == "signature_wrong"


def test_another_workstations_key_does_not_sign_for_this_one(
    running_center: RunningCenter,
) -> None:
    _, keys = running_center.enrol("desk-1")
    _, other = running_center.enrol("desk-2")
    headers = signed_headers(other, "GET", "/v1/log/head")
    headers[signed.KEY_HEADER] = keys.device
    assert ask(running_center.url, headers).json()["code"] == "signature_wrong"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_request_from_another_time_is_refused(
    running_center: RunningCenter, minutes: int
) -> None:
    _, keys = running_center.enrol()
    headers = signed_headers(keys, "GET", "/v1/log/head", ahead_ms=minutes * 60_000)
    answer = ask(running_center.url, headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "time_skewed")


def test_a_wrong_clock_does_not_stop_a_workstation(
    running_center: RunningCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, keys = running_center.enrol()
    right = time.time_ns
    monkeypatch.setattr("app.sync.client.time.time_ns", lambda: right() - 86_400 * 10**9)
    client = CenterClient(running_center.url, keys)
    try:
        assert client.ask("GET", "/v1/log/head").status_code == 200
    finally:
        client.close()


def test_a_body_that_is_not_the_signed_one_is_refused(running_center: RunningCenter) -> None:
    _, keys = running_center.enrol()
    target = "/v1/records/r1/complete"
    headers = signed_headers(keys, "POST", target, b'{"files":[]}')
    answer = httpx.post(
        running_center.url + target, headers=headers, content=b'{"files":[1]}', trust_env=False
    )
    assert (answer.status_code, answer.json()["code"]) == (460, "digest_wrong")


def test_a_revoked_key_is_out(running_center: RunningCenter) -> None:
    _, keys = running_center.enrol()
    center.revoke(running_center.folder, keys.device)
    client = CenterClient(running_center.url, keys)
    try:
        with pytest.raises(KeyProblem, match="certificate_revoked") as caught:
            client.ask("GET", "/v1/log/head")
    finally:
        client.close()
    assert caught.value.details["key"] == keys.device
    accounts = {one.key_id: one for one in center.list_accounts(running_center.folder)}
    assert accounts[keys.device].revoked_utc is not None
