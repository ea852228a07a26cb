"""Encryption at rest: AES-256-GCM under derived keys, and wrapping of the keys themselves.

- A sealed blob is nonce (12 bytes, random) + ciphertext + tag; the AAD binds it to its place.
- No key encrypts two kinds of data: each purpose has its own key by HKDF-SHA256 (RFC 5869).
- A record's key is wrapped for this workstation and, once enrolled, for the center (X25519),
  so that a dead workstation loses nothing.
- A blob that does not open is `ciphertext_changed`: which byte or which key is never told.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from signing.problem import KeyProblem

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
PUBLIC_BYTES = 32
CENTER_VERSION = b"\x01"  # X25519, HKDF-SHA256, AES-256-GCM
CENTER_AAD = b"shilu/1/wrapped-for-center"


def new_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plain: bytes, aad: bytes) -> bytes:
    """Encrypt `plain` under a 32-byte key: nonce + ciphertext + tag."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, plain, aad)


def open_sealed(key: bytes, blob: bytes, aad: bytes) -> bytes:
    """The plain bytes of a blob made by `seal` with the same key and AAD.

    Raises:
        KeyProblem: `ciphertext_changed`, or `key_malformed` for a key of the wrong length.
    """
    cipher = _cipher(key)
    if len(blob) < NONCE_BYTES + TAG_BYTES:
        raise KeyProblem("ciphertext_changed")
    try:
        return cipher.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], aad)
    except InvalidTag as error:
        raise KeyProblem("ciphertext_changed") from error


def wrap(kek: bytes, secret: bytes, aad: bytes) -> bytes:
    """A key or other secret under the workstation's key-encrypting key."""
    return seal(derive(kek, "wrap"), secret, aad)


def unwrap(kek: bytes, blob: bytes, aad: bytes) -> bytes:
    """The secret of `wrap`. Raises `KeyProblem` as `open_sealed`."""
    return open_sealed(derive(kek, "wrap"), blob, aad)


def wrap_for_center(public_key: bytes, secret: bytes) -> bytes:
    """A secret only the center can open: version, ephemeral public key, sealed blob.

    Args:
        public_key: The center's raw X25519 public key, 32 bytes.
        secret: What to wrap.

    Raises:
        KeyProblem: `key_malformed` when `public_key` is not usable.
    """
    ephemeral = X25519PrivateKey.generate()
    ephemeral_public = ephemeral.public_key().public_bytes_raw()
    key = _agree(ephemeral, public_key, ephemeral_public + public_key)
    return CENTER_VERSION + ephemeral_public + seal(key, secret, CENTER_AAD)


def unwrap_at_center(private_key: X25519PrivateKey, blob: bytes) -> bytes:
    """The secret of `wrap_for_center`.

    Raises:
        KeyProblem: `ciphertext_changed`: changed, or wrapped for another center.
    """
    header = len(CENTER_VERSION) + PUBLIC_BYTES
    if len(blob) < header or not blob.startswith(CENTER_VERSION):
        raise KeyProblem("ciphertext_changed")
    ephemeral_public = blob[len(CENTER_VERSION) : header]
    own_public = private_key.public_key().public_bytes_raw()
    key = _agree(private_key, ephemeral_public, ephemeral_public + own_public)
    return open_sealed(key, blob[header:], CENTER_AAD)


def derive(key: bytes, purpose: str) -> bytes:
    """The 32-byte key for one purpose, such as "journal" or "media/camera-1/take-001"."""
    if len(key) != KEY_BYTES:
        raise KeyProblem("key_malformed")
    info = b"shilu/1/" + purpose.encode("utf-8")
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(key)


def _agree(own: X25519PrivateKey, other_raw: bytes, salt: bytes) -> bytes:
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(other_raw))
    except ValueError as error:  # wrong length, or a point of low order
        raise KeyProblem("key_malformed") from error
    return HKDF(SHA256(), KEY_BYTES, salt=salt, info=CENTER_AAD).derive(shared)


def _cipher(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise KeyProblem("key_malformed")
    return AESGCM(key)
