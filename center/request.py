"""Admits a request only when an enrolled workstation signed exactly it, now, and once.

- What is signed is told in `signing.request`; a body that differs from its digest is refused.
- A nonce counts only after its signature was found good, and outlives a restart.
- TLS lies below this and admits; it does not identify.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from center.config import Config
from center.database import Database, Nonce, Workstation
from center.problem import CenterProblem
from signing import request as signed

NONCE = re.compile(r"[0-9a-f]{32}")
SMALL_BODY_BYTES = 4 << 20  # every body but that of a PATCH


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who sent a request, and the digest its body must have."""

    key_id: str
    device: str
    room: str
    body_digest: str


@dataclass(frozen=True, slots=True)
class _Claim:
    key_id: str
    time_ms: int
    nonce: str
    body_digest: str
    signature: bytes


class RequestCheck:
    """The door of the center."""

    def __init__(self, database: Database, config: Config) -> None:
        self._database = database
        self._config = config

    async def admit(self, request: Request) -> Admitted:
        """Judge the headers; the body is judged by `read_body` or while it is received.

        Raises:
            CenterProblem: `request_unsigned`, `key_unknown`, `signature_wrong`, `key_revoked`,
                `key_expired`, `time_skewed` (with the center's time) or `nonce_replayed`.
        """
        claim = _read_claim(request)
        return await run_in_threadpool(self._judge, request.method, _target(request), claim)

    async def read_body(self, request: Request, admitted: Admitted) -> bytes:
        """A small body, whole. Raises `upload_too_large`, `digest_wrong` or `sender_silent`."""
        body = bytearray()
        async for block in blocks(request, self._config.idle_s):
            body += block
            if len(body) > SMALL_BODY_BYTES:
                raise CenterProblem("upload_too_large", limit_bytes=SMALL_BODY_BYTES)
        if hashlib.sha256(body).hexdigest() != admitted.body_digest:
            raise CenterProblem("digest_wrong")
        return bytes(body)

    def _judge(self, method: str, target: str, claim: _Claim) -> Admitted:
        with self._database.reading() as session:
            workstation = session.get(Workstation, claim.key_id)
        if workstation is None:
            raise CenterProblem("key_unknown", key=claim.key_id)
        message = signed.request_message(
            method, target, claim.body_digest, claim.time_ms, claim.nonce
        )
        certificate = load_pem_x509_certificate(workstation.certificate_pem.encode())
        key = certificate.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        try:
            key.verify(claim.signature, message, ec.ECDSA(SHA256()))
        except InvalidSignature as error:
            raise CenterProblem("signature_wrong") from error
        if workstation.revoked_utc is not None:
            raise CenterProblem("key_revoked", key=claim.key_id)
        end = certificate.not_valid_after_utc
        if datetime.now(UTC) > end:
            raise CenterProblem("key_expired", key=claim.key_id, at=end.date().isoformat())
        self._judge_time(claim)
        return Admitted(claim.key_id, workstation.device, workstation.room, claim.body_digest)

    def _judge_time(self, claim: _Claim) -> None:
        now_ms = time.time_ns() // 1_000_000
        skew_ms = self._config.skew_s * 1000
        if abs(now_ms - claim.time_ms) > skew_ms:
            raise CenterProblem("time_skewed", center_time_ms=now_ms)
        try:
            with self._database.writing() as session:
                session.execute(delete(Nonce).where(Nonce.time_ms < now_ms - 2 * skew_ms))
                session.add(Nonce(key_id=claim.key_id, value=claim.nonce, time_ms=claim.time_ms))
        except IntegrityError as error:
            raise CenterProblem("nonce_replayed") from error


async def blocks(request: Request, idle_s: float) -> AsyncIterator[bytes]:
    """The body as it comes in; a sender silent for `idle_s` is `sender_silent`."""
    stream = aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(idle_s):
                block = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise CenterProblem("sender_silent", idle_s=idle_s) from error
        yield block


def _read_claim(request: Request) -> _Claim:
    headers = request.headers
    body_digest = signed.read_digest(headers.get(signed.DIGEST_HEADER, ""))
    nonce = headers.get(signed.NONCE_HEADER, "")
    try:
        signature = base64.b64decode(headers.get(signed.SIGNATURE_HEADER, ""), validate=True)
        time_ms = int(headers.get(signed.TIME_HEADER, ""))
    except (ValueError, binascii.Error) as error:
        raise CenterProblem("request_unsigned") from error
    if body_digest is None or not signature or NONCE.fullmatch(nonce) is None:
        raise CenterProblem("request_unsigned")
    return _Claim(headers.get(signed.KEY_HEADER, ""), time_ms, nonce, body_digest, signature)


def _target(request: Request) -> str:
    path: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    return (path + b"?" + query if query else path).decode("ascii", "replace")
