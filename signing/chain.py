"""Chained, signed log lines: a line taken out, put in, moved or changed shows.

- A line is the canonical JSON of {"body","key","prev","seq","sig"} with no newline in it.
- "sig" is Ed25519 over the canonical form of the line without "sig", in Base64.
- "prev" is the digest of the whole line before; the first line has 64 zeros and seq 0.
- A log is signed by one key; "key" names it, and a line of another key is refused.
- A log's end is not in the log: whoever checks one compares `head` and `count` to the seal.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from signing.digest import canonical, digest_of, is_digest, key_id, parse_canonical
from signing.problem import SealProblem

GENESIS = "0" * 64
MAX_LINE_BYTES = 4 << 20  # an hour-long utterance with all its words stays far below
MEMBERS = ["body", "key", "prev", "seq", "sig"]  # in canonical order

Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """One line that was checked: its place, its content and its exact bytes."""

    seq: int
    prev: str
    key: str
    body: Body
    raw: bytes  # without the newline

    @property
    def digest(self) -> str:
        """What the next line's `prev` must be."""
        return line_digest(self.raw)


def make_line(seq: int, prev: str, body: Body, private_key: Ed25519PrivateKey) -> bytes:
    """The bytes of line number `seq` after the line whose digest is `prev`, without newline."""
    unsigned = {"body": body, "key": key_id(private_key.public_key()), "prev": prev, "seq": seq}
    signature = private_key.sign(canonical(unsigned))
    return canonical({**unsigned, "sig": base64.b64encode(signature).decode("ascii")})


def line_digest(raw: bytes) -> str:
    """The digest of a line, over its full canonical bytes without the newline."""
    return digest_of(raw)


class Reader:
    """Checks lines one after another; holds the head and the count so far.

    `path` only goes into problems, so that they name the file.
    """

    def __init__(
        self, public_key: Ed25519PublicKey, *, path: str = "", head: str = GENESIS, count: int = 0
    ) -> None:
        self.head = head
        self.count = count
        self._public_key = public_key
        self._key = key_id(public_key)
        self._path = path

    def read(self, raw: bytes) -> Line:
        """Check the next line.

        Raises:
            SealProblem: `chain_malformed`, `chain_broken` or `chain_signature_wrong`, with
                `path` and `seq` (the expected number of the line).
        """
        line, signature = self._parse(raw)
        if line.seq != self.count or line.prev != self.head:
            raise self._problem("chain_broken")
        self._check_signature(line, signature)
        self.head = line.digest
        self.count += 1
        return line

    def _parse(self, raw: bytes) -> tuple[Line, bytes]:
        if len(raw) > MAX_LINE_BYTES:
            raise self._problem("chain_malformed")
        try:
            value = parse_canonical(raw)
        except ValueError as error:
            raise self._problem("chain_malformed") from error
        if not isinstance(value, dict) or list(value) != MEMBERS:
            raise self._problem("chain_malformed")
        seq, prev, key, body = value["seq"], value["prev"], value["key"], value["body"]
        if type(seq) is not int or not is_digest(prev) or not isinstance(key, str):
            raise self._problem("chain_malformed")
        if not isinstance(body, dict) or not isinstance(value["sig"], str):
            raise self._problem("chain_malformed")
        try:
            signature = base64.b64decode(value["sig"], validate=True)
        except (binascii.Error, ValueError) as error:
            raise self._problem("chain_malformed") from error
        if base64.b64encode(signature).decode("ascii") != value["sig"]:
            raise self._problem("chain_malformed")
        return Line(seq, cast("str", prev), key, cast("Body", body), raw), signature

    def _check_signature(self, line: Line, signature: bytes) -> None:
        # `raw` is known to be canonical and "sig" sorts last, so what was signed is its beginning.
        unsigned = line.raw[: line.raw.rindex(b',"sig":"')] + b"}"
        try:
            self._public_key.verify(signature, unsigned)
        except InvalidSignature as error:
            raise self._problem("chain_signature_wrong") from error
        if line.key != self._key:
            raise self._problem("chain_signature_wrong")

    def _problem(self, code: str) -> SealProblem:
        return SealProblem(code, path=self._path, seq=self.count)


def read_lines(
    lines: Iterable[bytes], public_key: Ed25519PublicKey, *, path: str = ""
) -> Iterator[Line]:
    """Check a whole log line by line (a trailing newline on each is allowed).

    Raises:
        SealProblem: As `Reader.read`, at the first line that is wrong.
    """
    reader = Reader(public_key, path=path)
    for raw in lines:
        yield reader.read(raw.removesuffix(b"\n"))
