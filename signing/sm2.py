"""SM2 signatures with SM3 (GB/T 32918.2, GM/T 0009): a second hand under the seal.

- Signing and making keys is OpenSSL's, reached in its own library: it works on secrets, and a
  Python implementation would leak them by its timing.
- Checking is done here, in whole numbers: it works on public values only, so that a record can be
  checked where no such library is.
- A signature and a public key each have one form; any other is refused.
- The signer's identity is the standard's default, as the openssl command line uses it.
"""

from __future__ import annotations

import base64
import ctypes
import ctypes.util
import sys
import textwrap
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SM3, Hash

from signing.problem import KeyProblem

IDENTITY = b"1234567812345678"  # GM/T 0009-2012, section 10
# SubjectPublicKeyInfo of an uncompressed point on the curve 1.2.156.10197.1.301.
SPKI_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
POINT_BYTES = 65
# GB/T 32918.5-2017, the recommended curve.
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
Point = tuple[int, int]


def sm3(data: bytes) -> bytes:
    """The 32-byte SM3 digest (GB/T 32905) of bytes in memory."""
    state = Hash(SM3())
    state.update(data)
    return state.finalize()


def check(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `signature` (DER) is one of `data` by the key whose SPKI is `public_key` (DER)."""
    try:
        point = _point(public_key)
        r, s = decode_dss_signature(signature)
    except ValueError:
        return False
    if encode_dss_signature(r, s) != signature or not (0 < r < N and 0 < s < N):
        return False
    t = (r + s) % N
    if not t:
        return False
    found = _sum(_times(G, s), _times(point, t))
    e = int.from_bytes(sm3(_identity(point) + data), "big")
    return found is not None and (e + found[0]) % N == r


def to_pem(public_key: bytes) -> bytes:
    """The one PEM form of a public key."""
    _point(public_key)
    lines = textwrap.wrap(base64.b64encode(public_key).decode("ascii"), 64)
    return "\n".join(
        ["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""]
    ).encode()


def from_pem(pem: bytes) -> bytes:
    """The public key of `to_pem`. Raises `KeyProblem` `key_malformed` for any other bytes."""
    try:
        body = b"".join(pem.splitlines()[1:-1])
        public_key = base64.b64decode(body, validate=True)
        if to_pem(public_key) == pem:
            return public_key
    except ValueError as error:
        raise KeyProblem("key_malformed") from error
    raise KeyProblem("key_malformed")


def _point(public_key: bytes) -> Point:
    """The point of an SPKI. Raises `ValueError` when it is not on the curve."""
    raw = public_key[len(SPKI_HEAD) :]
    if not public_key.startswith(SPKI_HEAD) or len(raw) != POINT_BYTES or raw[0] != 4:
        raise ValueError("form")
    x, y = int.from_bytes(raw[1:33], "big"), int.from_bytes(raw[33:], "big")
    if x >= P or y >= P or (y * y - (x * x * x + A * x + B)) % P:
        raise ValueError("not on the curve")
    return x, y


def _identity(point: Point) -> bytes:
    """Z of the signer: GB/T 32918.2, 5.5."""
    values = (A, B, *G, *point)
    told = (8 * len(IDENTITY)).to_bytes(2, "big") + IDENTITY
    return sm3(told + b"".join(value.to_bytes(32, "big") for value in values))


def _sum(one: Point | None, other: Point | None) -> Point | None:
    """Addition on the curve in affine coordinates; None is the point at infinity."""
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if (one[1] + other[1]) % P == 0:
            return None
        slope = (3 * one[0] * one[0] + A) * pow(2 * one[1], -1, P) % P
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P) % P
    x = (slope * slope - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def _times(point: Point, factor: int) -> Point | None:
    found: Point | None = None
    double: Point | None = point
    while factor:
        if factor & 1:
            found = _sum(found, double)
        double = _sum(double, double)
        factor >>= 1
    return found


# --- what works on secrets: OpenSSL 3 ------------------------------------------


def new_key() -> bytes:
    """A new private key, DER (RFC 5915). Raises `KeyProblem` `gm_missing`."""
    library = _library()
    key = library.EVP_PKEY_Q_keygen(None, None, b"SM2")
    if not key:
        raise KeyProblem("gm_missing")
    try:
        return _der(library.i2d_PrivateKey, key)
    finally:
        library.EVP_PKEY_free(key)


def public_key_of(private_key: bytes) -> bytes:
    """The public key (SPKI, DER) of a private one. Raises `KeyProblem`."""
    library = _library()
    key = _load(private_key)
    try:
        return _der(library.i2d_PUBKEY, key)
    finally:
        library.EVP_PKEY_free(key)


def sign(private_key: bytes, data: bytes) -> bytes:
    """A DER signature of `data`, checked here before it is given out.

    Raises:
        KeyProblem: `gm_missing` without a library, `key_malformed` for another key, `key_wrong`
            when the library made no good signature.
    """
    library, key = _library(), _load(private_key)
    context = library.EVP_PKEY_CTX_new(key, None)
    digest = library.EVP_MD_CTX_new()
    try:
        library.EVP_MD_CTX_set_pkey_ctx(digest, context)
        size = ctypes.c_size_t(256)
        out = ctypes.create_string_buffer(size.value)
        is_done = (
            library.EVP_PKEY_CTX_set1_id(context, IDENTITY, len(IDENTITY)) == 1
            and library.EVP_DigestSignInit(digest, None, library.EVP_sm3(), None, key) == 1
            and library.EVP_DigestSign(digest, out, ctypes.byref(size), data, len(data)) == 1
        )
    finally:
        library.EVP_MD_CTX_free(digest)
        library.EVP_PKEY_CTX_free(context)
        library.EVP_PKEY_free(key)
    signature = out.raw[: size.value]
    if not is_done or not check(public_key_of(private_key), signature, data):
        raise KeyProblem("key_wrong")
    return signature


def _load(private_key: bytes) -> ctypes.c_void_p:
    library = _library()
    place = ctypes.c_char_p(private_key)
    key = library.d2i_AutoPrivateKey(None, ctypes.byref(place), len(private_key))
    if not key:
        raise KeyProblem("key_malformed")
    return ctypes.c_void_p(key)


def _der(function: Any, key: Any) -> bytes:
    """What an i2d function writes."""
    length = function(key, None)
    if length <= 0:
        raise KeyProblem("key_malformed")
    out = ctypes.create_string_buffer(length)
    function(key, ctypes.byref(ctypes.cast(out, ctypes.c_char_p)))
    return out.raw


@cache
def _library() -> Any:
    """OpenSSL's libcrypto with the argument types set. Raises `KeyProblem` `gm_missing`."""
    try:
        library = ctypes.CDLL(_file())
        for name, result, arguments in FUNCTIONS:
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError, TypeError) as error:
        raise KeyProblem("gm_missing") from error
    return library


def _file() -> str | None:
    """The library's name; on Windows the one that comes with Python."""
    if sys.platform == "win32":
        beside = sorted(Path(sys.base_prefix, "DLLs").glob("libcrypto-3*.dll"))
        return str(beside[0]) if beside else None
    return ctypes.util.find_library("crypto")


_VOID, _INT, _SIZE, _TEXT = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t, ctypes.c_char_p
_TEXT_AT = ctypes.POINTER(ctypes.c_char_p)
FUNCTIONS: tuple[tuple[str, Any, list[Any]], ...] = (
    ("EVP_PKEY_Q_keygen", _VOID, [_VOID, _TEXT, _TEXT]),
    ("EVP_PKEY_free", None, [_VOID]),
    ("i2d_PrivateKey", _INT, [_VOID, _TEXT_AT]),
    ("i2d_PUBKEY", _INT, [_VOID, _TEXT_AT]),
    ("d2i_AutoPrivateKey", _VOID, [_VOID, _TEXT_AT, ctypes.c_long]),
    ("EVP_PKEY_CTX_new", _VOID, [_VOID, _VOID]),
    ("EVP_PKEY_CTX_free", None, [_VOID]),
    ("EVP_PKEY_CTX_set1_id", _INT, [_VOID, _TEXT, _INT]),
    ("EVP_MD_CTX_new", _VOID, []),
    ("EVP_MD_CTX_free", None, [_VOID]),
    ("EVP_MD_CTX_set_pkey_ctx", None, [_VOID, _VOID]),
    ("EVP_sm3", _VOID, []),
    ("EVP_DigestSignInit", _INT, [_VOID, _VOID, _VOID, _VOID, _VOID]),
    ("EVP_DigestSign", _INT, [_VOID, _TEXT, ctypes.POINTER(_SIZE), _TEXT, _SIZE]),
)
