"""The center's log: RFC 6962 roots and proofs, and nothing forged passes."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.merkle import (
    EMPTY_ROOT,
    Log,
    check_consistency,
    check_inclusion,
    leaf_digest,
    node_digest,
)
from signing.problem import SealProblem

# The test vectors of RFC 6962 implementations (certificate-transparency-go, "testdata").
VECTOR = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
VECTOR_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def plain_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962 section 2.1, word for word."""
    if len(leaves) < 2:
        return leaf_digest(leaves[0]) if leaves else hashlib.sha256().digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_digest(plain_root(leaves[:k]), plain_root(leaves[k:]))


def log_of(count: int) -> tuple[Log, list[bytes]]:
    leaves = [f"leaf {n}".encode() for n in range(count)]
    log = Log()
    assert [log.append(leaf) for leaf in leaves] == list(range(count))
    return log, leaves


def test_roots_are_those_of_the_published_vectors() -> None:
    log = Log()
    assert log.root() == EMPTY_ROOT
    for count, leaf in enumerate(VECTOR, 1):
        log.append(leaf)
        if count in VECTOR_ROOTS:
            assert log.root().hex() == VECTOR_ROOTS[count]


def test_every_size_has_the_root_of_the_definition() -> None:
    log, leaves = log_of(40)
    assert all(log.root(size) == plain_root(leaves[:size]) for size in range(41))


def test_every_entry_of_every_size_is_proved() -> None:
    log, leaves = log_of(33)
    for size in range(1, 34):
        for index in range(size):
            path = log.inclusion_path(index, size)
            check_inclusion(leaves[index], index, size, path, log.root(size))


def test_every_growth_is_proved() -> None:
    log, _ = log_of(33)
    for size in range(34):
        for old in range(size + 1):
            path = log.consistency_path(old, size)
            check_consistency(old, size, log.root(old), log.root(size), path)


def test_a_log_is_built_again_from_leaf_digests() -> None:
    log, leaves = log_of(11)
    assert Log(map(leaf_digest, leaves)).root() == log.root()


@given(st.integers(1, 64), st.data())
@settings(max_examples=150, deadline=None)
def test_a_changed_inclusion_proof_is_refused(size: int, data: st.DataObject) -> None:
    log, leaves = log_of(size)
    index = data.draw(st.integers(0, size - 1))
    path = log.inclusion_path(index)
    root = log.root()
    wrong_index = data.draw(st.integers(-1, size))
    forged = [
        (b"other", index, size, path, root),
        (leaves[index], index, size, [*path, root], root),
        (leaves[index], index, size, path, EMPTY_ROOT),
    ]
    if wrong_index != index:
        forged.append((leaves[index], wrong_index, size, path, root))
    if path:
        forged.append((leaves[index], index, size, path[:-1], root))
        forged.append((leaves[index], index, size, [EMPTY_ROOT, *path[1:]], root))
    for proof in forged:
        with pytest.raises(SealProblem, match="inclusion_wrong"):
            check_inclusion(*proof)


@given(st.integers(2, 64), st.data())
@settings(max_examples=150, deadline=None)
def test_a_forked_or_shrunk_log_is_refused(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    log, _ = log_of(size)
    path = log.consistency_path(old)
    roots = log.root(old), log.root()
    forged = [
        (old, size, EMPTY_ROOT, roots[1], path),
        (old, size, roots[0], EMPTY_ROOT, path),
        (old, size, *roots, [*path, EMPTY_ROOT]),
        (old, size, *roots, path[:-1]),
        (old, size, *roots, []),
        (size, old, roots[1], roots[0], path),
        (size, size, roots[0], roots[1], []),
        (size, size, roots[1], roots[1], [EMPTY_ROOT]),
        (0, size, roots[0], roots[1], []),
        (-1, size, *roots, path),
    ]
    for proof in forged:
        with pytest.raises(SealProblem, match="inclusion_wrong"):
            check_consistency(*proof)


@pytest.mark.parametrize(("index", "size"), [(3, 3), (-1, 3), (0, 4)])
def test_no_proof_beyond_the_log(index: int, size: int) -> None:
    log, _ = log_of(3)
    with pytest.raises(IndexError):
        log.inclusion_path(index, size)
    with pytest.raises(IndexError):
        log.consistency_path(4)
