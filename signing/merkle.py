"""An append-only log whose every entry and whose whole history can be proved (RFC 6962).

- A leaf's digest is SHA-256(0x00 || leaf), a node's SHA-256(0x01 || left || right).
- The tree over n leaves splits at the largest power of two below n (RFC 6962 section 2.1).
- Proofs are checked by code that holds no tree; a proof that fails is `inclusion_wrong`.
- Digests are raw 32 bytes here; `receipt` tells them in hexadecimal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from signing.problem import SealProblem

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_digest(leaf: bytes) -> bytes:
    """The digest of an entry (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_digest(left: bytes, right: bytes) -> bytes:
    """The digest of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Log:
    """The whole tree in memory: level 0 holds leaf digests, level k full subtrees of 2**k.

    Appending costs one digest on average; a root or a proof costs log2(n).
    """

    def __init__(self, leaf_digests: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for digest in leaf_digests:
            self.append_digest(digest)

    @property
    def size(self) -> int:
        """Number of entries."""
        return len(self._levels[0])

    def append(self, leaf: bytes) -> int:
        """Add an entry; returns its index."""
        return self.append_digest(leaf_digest(leaf))

    def append_digest(self, digest: bytes) -> int:
        """Add an entry by its leaf digest; returns its index."""
        index = self.size
        level = 0
        self._levels[0].append(digest)
        while len(self._levels[level]) % 2 == 0:
            left, right = self._levels[level][-2:]
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(node_digest(left, right))
        return index

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` entries (all by default)."""
        size = self.size if size is None else self._checked(size)
        return self._subtree(0, size) if size else EMPTY_ROOT

    def inclusion_path(self, index: int, size: int | None = None) -> list[bytes]:
        """The audit path of entry `index` in the tree of `size` (RFC 6962 section 2.1.1)."""
        size = self.size if size is None else self._checked(size)
        if not 0 <= index < size:
            raise IndexError(index)
        start, end, path = 0, size, []
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._subtree(middle, end))
                end = middle
            else:
                path.append(self._subtree(start, middle))
                start = middle
        return path[::-1]

    def consistency_path(self, old_size: int, size: int | None = None) -> list[bytes]:
        """That the first `old_size` entries still begin the log (RFC 6962 section 2.1.2)."""
        size = self.size if size is None else self._checked(size)
        if not 0 <= old_size <= size:
            raise IndexError(old_size)
        if old_size in {0, size}:
            return []
        start, end, path, is_whole = 0, size, [], True
        while old_size != end:
            middle = start + _split(end - start)
            if old_size <= middle:
                path.append(self._subtree(middle, end))
                end = middle
            else:
                path.append(self._subtree(start, middle))
                start, is_whole = middle, False
        if not is_whole:  # the old root itself is known to whoever asks
            path.append(self._subtree(start, end))
        return path[::-1]

    def _checked(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise IndexError(size)
        return size

    def _subtree(self, start: int, end: int) -> bytes:
        """The root over entries [start, end), `start` being a multiple of its span."""
        count = end - start
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            return self._levels[level][start >> level]
        middle = start + _split(count)
        return node_digest(self._subtree(start, middle), self._subtree(middle, end))


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that `leaf` is entry `index` of the tree of `size` with `root` (RFC 9162 2.1.3.2).

    Raises:
        SealProblem: `inclusion_wrong`.
    """
    if not 0 <= index < size:
        raise SealProblem("inclusion_wrong", index=index, size=size)
    node, last, digest = index, size - 1, leaf_digest(leaf)
    for step in path:
        if last == 0:
            raise SealProblem("inclusion_wrong", index=index, size=size)
        if node & 1 or node == last:
            digest = node_digest(step, digest)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            digest = node_digest(digest, step)
        node, last = node >> 1, last >> 1
    if last != 0 or digest != root:
        raise SealProblem("inclusion_wrong", index=index, size=size)


def check_consistency(
    old_size: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]
) -> None:
    """Check that the tree of `size` only added to the tree of `old_size` (RFC 9162 2.1.4.2).

    Raises:
        SealProblem: `inclusion_wrong`: something was removed, changed or forked.
    """
    if old_size > size or old_size < 0:
        raise SealProblem("inclusion_wrong", index=old_size, size=size)
    if old_size == size:
        is_right = not path and old_root == root
    elif old_size == 0:
        is_right = not path and old_root == EMPTY_ROOT
    else:
        is_right = _grown_roots(old_size, size, old_root, path) == (old_root, root)
    if not is_right:
        raise SealProblem("inclusion_wrong", index=old_size, size=size)


def _grown_roots(
    old_size: int, size: int, old_root: bytes, path: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Both roots that a consistency path of 0 < old_size < size leads to; None if ill-formed."""
    steps = list(path)
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return None
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old, new = node_digest(step, old), node_digest(step, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_digest(new, step)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None


def _split(count: int) -> int:
    """The largest power of two below `count`, for `count` > 1."""
    return 1 << ((count - 1).bit_length() - 1)
