"""Asks the center: every request is signed, every answer is a value or a problem.

- Nothing waits for ever: connecting, reading and writing each have a limit.
- No proxy and no certificate from the environment is used; TLS trust is given, or the system's.
- A clock that is wrong is told by the center once and allowed for; it never stops a delivery.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx
import msgspec

from app.errors import Detail, KeyProblem, SyncProblem
from signing import request as signed

CONNECT_S = 5.0
MOVE_S = 30.0  # for any read or write
VERIFY_S = 900.0  # the center checks a whole record before it answers
PASSED_ON = {"offset_wrong", "writer_busy", "upload_too_large", "digest_wrong", "code_wrong"}
OWN_KEY = {"key_revoked": "certificate_revoked", "key_expired": "certificate_expired"}
TRANSIENT_STATUS = {408, 500, 502, 503, 504}


class Signer(Protocol):
    """What signs requests; `signing.keys.WorkstationKeys` does."""

    @property
    def device(self) -> str:
        """Key id of the signing key."""

    def sign(self, data: bytes) -> bytes:
        """ECDSA P-256 with SHA-256, DER."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carries; `content` may come in parts, when its sender may stop midway."""

    content: bytes | Iterable[bytes]
    length_bytes: int
    digest: str


class Refusal(msgspec.Struct, frozen=True):
    """The JSON body of an answer that is no success."""

    code: str
    details: dict[str, Detail] = {}


class CenterClient:
    """One center, asked by one workstation; for one thread at a time."""

    def __init__(self, url: str, signer: Signer | None, *, trust: Path | None = None) -> None:
        """Prepare to ask the center at `url`; nothing is sent yet.

        Args:
            url: Such as `https://center.example:8443`.
            signer: None before enrolment.
            trust: PEM of the authority for TLS; None trusts the system's.
        """
        self._signer = signer
        self._ahead_ms = 0  # of the center's clock over ours
        self._http = httpx.Client(
            base_url=url,
            timeout=httpx.Timeout(MOVE_S, connect=CONNECT_S),
            verify=ssl.create_default_context(cafile=trust),
            trust_env=False,
        )

    def ask(
        self,
        method: str,
        target: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        timeout_s: float = MOVE_S,
    ) -> httpx.Response:
        """Send one signed request and return the successful answer.

        Args:
            method: Upper case.
            target: Path and query.
            body: All of it.
            headers: Besides the signature.
            timeout_s: For reading the answer.

        Raises:
            SyncProblem: `center_unreachable`, `center_refused` (with `reason`, the center's
                code) or one of the codes both sides share.
            KeyProblem: `certificate_revoked` or `certificate_expired`: of this workstation.
        """
        digest = hashlib.sha256(body).hexdigest()
        try:
            return self.send(method, target, Body(body, len(body), digest), headers, timeout_s)
        except SyncProblem as problem:
            ahead_ms = problem.details.get("center_time_ms")
            if not isinstance(ahead_ms, int):
                raise
            self._ahead_ms = ahead_ms - time.time_ns() // 1_000_000
            return self.send(method, target, Body(body, len(body), digest), headers, timeout_s)

    def close(self) -> None:
        """Close the connections; a request in another thread fails as unreachable."""
        self._http.close()

    def send(
        self,
        method: str,
        target: str,
        body: Body,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = MOVE_S,
    ) -> httpx.Response:
        """As `ask`, once, and with a body whose digest is known."""
        request = self._http.build_request(
            method,
            target,
            content=body.content,
            headers={**(headers or {}), "Content-Length": str(body.length_bytes)},
            timeout=httpx.Timeout(MOVE_S, connect=CONNECT_S, read=timeout_s),
        )
        request.headers.update(self._signature(request, body.digest))
        try:
            answer = self._http.send(request)
        except (httpx.HTTPError, ssl.SSLError, RuntimeError) as error:  # closed: RuntimeError
            told = {"url": _base(request), "why": type(error).__name__}
            raise SyncProblem("center_unreachable", **told) from error
        if answer.is_success:
            return answer
        raise _problem(answer)

    def _signature(self, request: httpx.Request, body_digest: str) -> dict[str, str]:
        told = {signed.DIGEST_HEADER: signed.tell_digest(body_digest)}
        if self._signer is None:
            return told
        target = request.url.raw_path.decode("ascii")
        time_ms = time.time_ns() // 1_000_000 + self._ahead_ms
        nonce = secrets.token_hex(16)
        message = signed.request_message(request.method, target, body_digest, time_ms, nonce)
        signature = self._signer.sign(message)
        return {
            **told,
            signed.KEY_HEADER: self._signer.device,
            signed.TIME_HEADER: str(time_ms),
            signed.NONCE_HEADER: nonce,
            signed.SIGNATURE_HEADER: base64.b64encode(signature).decode("ascii"),
        }


def _base(request: httpx.Request) -> str:
    """Where a request went, without its path."""
    return f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"


def _problem(answer: httpx.Response) -> SyncProblem | KeyProblem:
    """What an answer that is no success means here."""
    try:
        refusal = msgspec.json.decode(answer.content, type=Refusal)
    except msgspec.DecodeError:
        refusal = Refusal(code="", details={})
    details = {name: value for name, value in refusal.details.items() if name != "reason"}
    if refusal.code in OWN_KEY:
        return KeyProblem(OWN_KEY[refusal.code], **details)
    if refusal.code in PASSED_ON:
        return SyncProblem(refusal.code, **details)
    if answer.status_code in TRANSIENT_STATUS or not refusal.code:
        url = _base(answer.request)
        return SyncProblem(
            "center_unreachable", url=url, status=answer.status_code, why=refusal.code
        )
    return SyncProblem("center_refused", reason=refusal.code, **details)
