"""One canonical form of JSON and one digest algorithm, for everything that is signed.

- Canonical JSON is RFC 8785: one value has exactly one byte sequence.
- Bytes that are not their own canonical form are refused, never repaired: no duplicate keys,
  no NaN, no byte order mark, no integer beyond 2**53.
- A digest is SHA-256, told as 64 lowercase hexadecimal characters (suite SHA256-P256-ED25519).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import rfc8785
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

# Where msgspec's sorted form may differ from RFC 8785: escapes, the order of names beyond the basic
# plane, integers beyond 2**53; floats are told by the decoder.
_DIFFERS = re.compile(rb"[\\\xf0-\xff]|[0-9]{16}")
DIGEST_PATTERN = re.compile(r"[0-9a-f]{64}")
BLOCK_BYTES = 1 << 18  # fits a core's own cache; 1 MiB was slower in most trials

Progress = Callable[[int], None]  # told the number of bytes digested since the last call
PublicKey = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes of a JSON value (dict, list, str, int, float, bool or None).

    Raises:
        ValueError: the value has no canonical form (NaN, an integer beyond 2**53, a lone
            surrogate, a key that is no string). That is a bug of the caller.
    """
    return rfc8785.dumps(value)  # type: ignore[arg-type]


def parse_canonical(raw: bytes) -> object:
    """The value of canonical JSON.

    Raises:
        ValueError: `raw` is not JSON, or not in its canonical form.
    """
    try:
        if not _DIFFERS.search(raw):
            value: object = _quick.decode(raw)
            with suppress(TypeError):  # a float in it
                if msgspec.json.encode(value, order="sorted") == raw:
                    return value
        value = msgspec.json.decode(raw)
        again = canonical(value)
    except rfc8785.IntegerDomainError:  # a float such as 1e17 is written without a point
        value = json.loads(raw, parse_int=_number)
        again = canonical(value)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise ValueError("not canonical JSON") from error
    if again != raw:
        raise ValueError("not canonical JSON")
    return value


class _Float:
    """Stands where a float was; msgspec writes some of them in another way than RFC 8785."""

    def __init__(self, _text: str) -> None:
        pass


_quick = msgspec.json.Decoder(float_hook=_Float)


def _number(text: str) -> int | float:
    number = int(text)
    return number if abs(number) < 2**53 else float(text)


def digest_of(data: bytes | bytearray | memoryview) -> str:
    """SHA-256 of bytes in memory, 64 hexadecimal characters."""
    return hashlib.sha256(data).hexdigest()


def digest_file(path: Path | str, progress: Progress | None = None) -> str:
    """SHA-256 of a file, read in blocks; releases the interpreter lock, so threads help.

    Args:
        path: The file.
        progress: Called with the bytes of each block; it may raise to end the work.

    Raises:
        OSError: The file cannot be read.
    """
    state = hashlib.sha256()
    block = bytearray(BLOCK_BYTES)
    view = memoryview(block)
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        while count := file.readinto(block):
            state.update(view[:count])
            if progress is not None:
                progress(count)
    return state.hexdigest()


def is_digest(text: object) -> bool:
    """Whether `text` has the form of a digest."""
    return isinstance(text, str) and DIGEST_PATTERN.fullmatch(text) is not None


def raw_public_key(key: PublicKey) -> bytes:
    """32 bytes of an Ed25519 key, or the 65-byte uncompressed point of a P-256 key."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key.public_bytes_raw()
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def key_id(key: PublicKey) -> str:
    """The name of a public key: the first 16 hexadecimal characters of its digest."""
    return digest_of(raw_public_key(key))[:16]
