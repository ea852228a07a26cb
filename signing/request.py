"""What a workstation signs in every request to the center, told once for both sides.

- The signature covers method, path with query, digest of the body, time and nonce; nothing that
  decides what a request does is outside it.
- The body's digest travels in `Content-Digest` (RFC 9530), so that the signature can be judged
  before the body is received and the body while it is.
"""

from __future__ import annotations

import base64
import binascii

KEY_HEADER = "Shilu-Key"  # key id of the workstation's P-256 key
TIME_HEADER = "Shilu-Time"  # milliseconds since 1970 UTC
NONCE_HEADER = "Shilu-Nonce"  # 32 hexadecimal characters, never used twice
SIGNATURE_HEADER = "Shilu-Signature"  # Base64 of a DER ECDSA signature with SHA-256
DIGEST_HEADER = "Content-Digest"

CONTEXT = "shilu/1/request"


def request_message(method: str, target: str, body_digest: str, time_ms: int, nonce: str) -> bytes:
    """The bytes to sign.

    Args:
        method: Upper case, such as "PATCH".
        target: Path and query exactly as on the wire.
        body_digest: SHA-256 of the body, hexadecimal; of the empty body where there is none.
        time_ms: The sender's clock.
        nonce: The sender's random text.
    """
    return "\n".join((CONTEXT, method, target, body_digest, str(time_ms), nonce)).encode()


def tell_digest(body_digest: str) -> str:
    """The `Content-Digest` field for a hexadecimal SHA-256."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(body_digest)).decode()}:"


def read_digest(field: str) -> str | None:
    """The hexadecimal SHA-256 of a `Content-Digest` field, or None when there is none."""
    for member in field.split(","):
        name, _, value = member.strip().partition("=")
        if name == "sha-256" and value.startswith(":") and value.endswith(":"):
            try:
                raw = base64.b64decode(value[1:-1], validate=True)
            except binascii.Error:
                return None
            return raw.hex() if len(raw) == 32 else None
    return None
