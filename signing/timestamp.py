"""A second witness of time: RFC 3161 tokens over the seal's signature.

- Asking needs a network and may fail; a record is then sealed with its time unproven, and says so.
- An answer is checked before it is kept: its nonce, what it stamps, and its authority when known.
- The whole response is kept, as `openssl ts -verify` reads it.
- A token counts as proof of time only for who trusts its authority.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import rfc3161_client
from cryptography import x509

from signing.digest import digest_of
from signing.problem import SealProblem
from signing.token_check import is_unchanged

PATH = "seal.tsr"
SHA256_OID = "2.16.840.1.101.3.4.2.1"
TIMEOUT_S = 10.0
MAX_RESPONSE_BYTES = 1 << 16

Transport = Callable[[bytes], bytes]
"""Sends a DER TimeStampReq to an authority and returns its DER TimeStampResp."""


def over_http(url: str, *, timeout_s: float = TIMEOUT_S) -> Transport:
    """The authority at `url` (RFC 3161 section 3.4).

    What is returned raises `SealProblem` `timestamp_wrong` when no answer comes.
    """

    def ask(request: bytes) -> bytes:
        import httpx

        headers = {"Content-Type": "application/timestamp-query"}
        try:
            answer = httpx.post(url, content=request, headers=headers, timeout=timeout_s)
            answer.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SealProblem("timestamp_wrong", path=PATH, why=type(error).__name__) from error
        return answer.content

    return ask


def request_token(
    data: bytes, ask: Transport, roots: Sequence[x509.Certificate] | None = None
) -> bytes:
    """A time stamp response over `data`, checked; DER.

    Args:
        data: What to stamp: the bytes of `seal.p7s`.
        ask: How to reach the authority.
        roots: Authorities to trust; None keeps a token nobody here can judge yet.

    Raises:
        SealProblem: `timestamp_wrong`. Nothing is lost: seal without, and ask again later.
    """
    builder = rfc3161_client.TimestampRequestBuilder().data(data)
    request = builder.hash_algorithm(rfc3161_client.HashAlgorithm.SHA256).build()
    response = ask(request.as_bytes())
    if _parse(response).tst_info.nonce != request.nonce:
        raise SealProblem("timestamp_wrong", path=PATH, why="nonce")
    if check_token(response, data, roots) is None and roots is not None:
        raise SealProblem("timestamp_wrong", path=PATH, why="authority")
    return response


def check_token(
    response: bytes, data: bytes, roots: Sequence[x509.Certificate] | None
) -> datetime | None:
    """Check that `response` stamps `data` and is as its authority made it.

    Returns the proven moment, or None when the authority is not among `roots`: the token then
    proves nothing to who asks, and takes nothing away.

    Raises:
        SealProblem: `timestamp_wrong`: for other bytes, or changed.
    """
    parsed = _parse(response)
    imprint = parsed.tst_info.message_imprint
    is_sha256 = imprint.hash_algorithm.dotted_string == SHA256_OID
    if not is_sha256 or imprint.message.hex() != digest_of(data):
        raise SealProblem("timestamp_wrong", path=PATH, why="imprint")
    if not is_unchanged(response):
        raise SealProblem("timestamp_wrong", path=PATH, why="signature")
    if not roots:
        return None
    try:
        rfc3161_client.VerifierBuilder(roots=list(roots)).build().verify_message(parsed, data)
    except (rfc3161_client.VerificationError, ValueError):
        return None
    return parsed.tst_info.gen_time.replace(tzinfo=UTC)


def claimed_time(response: bytes) -> datetime:
    """The moment a token tells, whoever made it. Raises `SealProblem` `timestamp_wrong`."""
    return _parse(response).tst_info.gen_time.replace(tzinfo=UTC)


def _parse(response: bytes) -> rfc3161_client.TimeStampResponse:
    if len(response) > MAX_RESPONSE_BYTES:
        raise SealProblem("timestamp_wrong", path=PATH, why="length")
    try:
        parsed = rfc3161_client.decode_timestamp_response(response)
        is_granted = parsed.status == rfc3161_client.PKIStatus.GRANTED
        # A refusal carries no token; asking for it raises.
        has_token = is_granted and bool(parsed.tst_info.gen_time)
    except ValueError as error:
        raise SealProblem("timestamp_wrong", path=PATH, why="form") from error
    if not has_token:
        raise SealProblem("timestamp_wrong", path=PATH, why="refused")
    return parsed
