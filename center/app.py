"""The center's HTTP interface, version 1: who may ask what, and how it is answered.

- Only health, time, enrolment and the revocation list need no signature; enrolment needs a one-time
  code.
- A refusal is JSON `{"code", "details"}`; there are no sentences and no tracebacks.
- Work that touches disk or database runs in threads; the loop only moves bytes.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from center.accounts import Accounts, Application, Renewal
from center.config import Config
from center.database import Database, Upload
from center.heads import Heads, Pin
from center.ledger import Ledger
from center.problem import CenterProblem, told
from center.records import Parcel, Records
from center.request import RequestCheck, blocks
from center.upload import Uploads, check_piece_digest, read_metadata
from signing.problem import Problem
from signing.receipt import to_bytes

TUS_VERSION = "1.0.0"
SPARED_BYTES = 16 << 20  # of a refused body, received and dropped so that the answer is read
Form = TypeVar("Form")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Center:
    """All parts of an opened center."""

    config: Config
    database: Database
    accounts: Accounts
    check: RequestCheck
    uploads: Uploads
    heads: Heads
    ledger: Ledger
    records: Records

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def build(center: Center) -> Starlette:
    """The ASGI application of an opened center."""
    app = Starlette(
        routes=[
            Route("/v1/health", health),
            Route("/v1/time", tell_time),
            Route("/v1/enroll", enrol, methods=["POST"]),
            Route("/v1/renew", renew, methods=["POST"]),
            Route("/v1/revoked.crl", give_revocations),
            Route("/v1/uploads", describe_uploads, methods=["OPTIONS"]),
            Route("/v1/uploads", create_upload, methods=["POST"]),
            Route("/v1/uploads/{upload}", tell_offset, methods=["HEAD"]),
            Route("/v1/uploads/{upload}", receive_piece, methods=["PATCH"]),
            Route("/v1/records/{record}/complete", complete_record, methods=["POST"]),
            Route("/v1/records/{record}/receipt", give_receipt),
            Route("/v1/heads/{name}", tell_end),
            Route("/v1/heads/{name}", pin_end, methods=["POST"]),
            Route("/v1/log/head", give_head),
            Route("/v1/log/consistency", prove_consistency),
        ],
        exception_handlers={
            Problem: _refuse,
            HTTPException: _refuse_route,
            ClientDisconnect: _give_up,
            Exception: _fail,
        },
    )
    app.state.center = center
    return app


async def health(request: Request) -> Response:
    """Whether the center works: its name and the size of its log."""
    center = _center(request)
    head = await run_in_threadpool(center.ledger.head)
    return _json({"center": center.config.name, "tree_size": head.tree_size})


async def tell_time(request: Request) -> Response:  # noqa: ARG001 - whoever asks may know
    """The center's clock, so that workstations can state how far theirs is off."""
    return _json({"unix_ms": time.time_ns() // 1_000_000})


async def enrol(request: Request) -> Response:
    """A one-time code and a certificate request in; certificate and public keys out."""
    center = _center(request)
    body = bytearray()
    async for block in blocks(request, center.config.idle_s):
        body += block
        if len(body) > 1 << 16:
            raise CenterProblem("upload_too_large", limit_bytes=1 << 16)
    application = _parse(bytes(body), Application)
    return _json(await run_in_threadpool(center.accounts.enrol, application))


async def renew(request: Request) -> Response:
    """A request for the next keys, signed by the present one; certificate and public keys out."""
    center = _center(request)
    sender = await center.check.admit(request)
    renewal = _parse(await center.check.read_body(request, sender), Renewal)
    return _json(await run_in_threadpool(center.accounts.renew, sender, renewal))


async def give_revocations(request: Request) -> Response:
    """The list of certificates taken back; anyone may ask, because it is signed."""
    crl = await run_in_threadpool(_center(request).accounts.revocations)
    return Response(crl, media_type="application/pkix-crl")


async def describe_uploads(request: Request) -> Response:
    """What of tus is spoken here (tus 1.0, OPTIONS)."""
    limit = _center(request).config.max_file_bytes
    return _tus(
        204,
        {
            "Tus-Version": TUS_VERSION,
            "Tus-Extension": "creation,checksum",
            "Tus-Max-Size": str(limit),
            "Tus-Checksum-Algorithm": "sha256",
        },
    )


async def create_upload(request: Request) -> Response:
    """Announce a file (tus creation): 201 when new, 200 when it goes on; both tell the offset."""
    center = _center(request)
    _check_version(request)
    sender = await center.check.admit(request)
    await center.check.read_body(request, sender)
    headers = request.headers
    length = headers.get("upload-length", "")
    announced = read_metadata(headers.get("upload-metadata", ""), length)
    upload, is_new = await run_in_threadpool(center.uploads.create, sender.device, announced)
    location = f"/v1/uploads/{upload.id}"
    return _tus(201 if is_new else 200, {"Location": location, **_told_upload(upload)})


async def tell_offset(request: Request) -> Response:
    """How far an upload is (tus HEAD)."""
    center = _center(request)
    _check_version(request)
    sender = await center.check.admit(request)
    upload = await run_in_threadpool(
        center.uploads.find, sender.device, request.path_params["upload"]
    )
    return _tus(200, {"Cache-Control": "no-store", **_told_upload(upload)})


async def receive_piece(request: Request) -> Response:
    """Take one piece of a file (tus PATCH with checksum)."""
    center = _center(request)
    _check_version(request)
    sender = await center.check.admit(request)
    headers = request.headers
    if headers.get("content-type") != "application/offset+octet-stream":
        raise CenterProblem("media_type_wrong")
    check_piece_digest(headers.get("upload-checksum"), sender)
    told_offset = headers.get("upload-offset", "")
    if not told_offset.isdecimal():
        raise CenterProblem("request_malformed", field="Upload-Offset")
    offset_bytes = await center.uploads.receive(
        request, sender, request.path_params["upload"], int(told_offset)
    )
    return _tus(204, {"Upload-Offset": str(offset_bytes)})


async def complete_record(request: Request) -> Response:
    """All files are here: verify, store, log; answers the receipt."""
    center = _center(request)
    sender = await center.check.admit(request)
    parcel = _parse(await center.check.read_body(request, sender), Parcel)
    record_id = request.path_params["record"]
    return _canonical(await run_in_threadpool(center.records.complete, sender, record_id, parcel))


async def give_receipt(request: Request) -> Response:
    """The receipt of a record this device delivered."""
    center = _center(request)
    sender = await center.check.admit(request)
    record_id = request.path_params["record"]
    return _canonical(await run_in_threadpool(center.records.receipt, sender, record_id))


async def tell_end(request: Request) -> Response:
    """The last known end of a log that this device keeps."""
    center = _center(request)
    sender = await center.check.admit(request)
    return _json(await run_in_threadpool(center.heads.last, sender, request.path_params["name"]))


async def pin_end(request: Request) -> Response:
    """The end of a log that this device keeps; it must go on from the last known one."""
    center = _center(request)
    sender = await center.check.admit(request)
    pin = _parse(await center.check.read_body(request, sender), Pin)
    name = request.path_params["name"]
    return _json(await run_in_threadpool(center.heads.pin, sender, name, pin))


async def give_head(request: Request) -> Response:
    """The signed tree head of this moment."""
    center = _center(request)
    await center.check.admit(request)
    return _canonical(to_bytes(await run_in_threadpool(center.ledger.head)))


async def prove_consistency(request: Request) -> Response:
    """That the log of size `to` only added to that of size `from`."""
    center = _center(request)
    await center.check.admit(request)
    try:
        old_size, size = (int(request.query_params[name]) for name in ("from", "to"))
    except (KeyError, ValueError) as error:
        raise CenterProblem("request_malformed", field="from") from error
    path = await run_in_threadpool(center.ledger.consistency, old_size, size)
    return _json({"from": old_size, "to": size, "path": path})


def _center(request: Request) -> Center:
    center = request.app.state.center
    assert isinstance(center, Center)
    return center


def _parse(body: bytes, form: type[Form]) -> Form:
    try:
        return msgspec.json.decode(body, type=form)
    except msgspec.DecodeError as error:
        raise CenterProblem("request_malformed", field=str(error)) from error


def _check_version(request: Request) -> None:
    if request.headers.get("tus-resumable") != TUS_VERSION:
        raise CenterProblem("protocol_version", version=TUS_VERSION)


def _told_upload(upload: Upload) -> dict[str, str]:
    return {
        "Upload-Offset": str(upload.offset_bytes),
        "Upload-Length": str(upload.length_bytes),
    }


def _tus(status: int, headers: dict[str, str]) -> Response:
    return Response(status_code=status, headers={"Tus-Resumable": TUS_VERSION, **headers})


def _json(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _canonical(body: bytes) -> Response:
    return Response(body, media_type="application/json")


async def _refuse(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    status = problem.status if isinstance(problem, CenterProblem) else 422
    log.info("refused %s %s: %s", request.method, request.url.path, problem)
    await _drop_body(request)
    return _json(told(problem), status)


async def _refuse_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = "method_wrong" if error.status_code == 405 else "not_found"
    await _drop_body(request)
    return _json(told(CenterProblem(code)), error.status_code)


async def _give_up(_request: Request, _error: Exception) -> Response:
    """The sender is gone; nobody reads this."""
    return _json(told(CenterProblem("sender_silent")), 408)


async def _fail(_request: Request, _error: Exception) -> Response:
    """A bug: the server logs its stack, the sender gets a code."""
    return _json(told(CenterProblem("center_failed")), 500)


async def _drop_body(request: Request) -> None:
    """Receive the rest of a small refused body: a sender cut off while writing reads no answer."""
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > SPARED_BYTES:
        return
    try:
        async for _ in blocks(request, 5.0):
            pass
    except (CenterProblem, ClientDisconnect, RuntimeError):
        return  # partly read before, or the sender is gone
