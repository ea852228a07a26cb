"""Receipts and tree heads: for one record, by one center, provable for ever (L39, L44)."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing import receipt
from signing.certificates import Authority, to_pem
from signing.digest import canonical, parse_canonical
from signing.keys import WorkstationKeys
from signing.merkle import Log
from signing.problem import KeyProblem, SealProblem

NOW = receipt.utc_text(datetime.now(UTC))
RECORD = {"record_id": "r-1", "root_digest": "a" * 64, "device": "d" * 16}


class Center:
    def __init__(self) -> None:
        self.authority = Authority.create("中心")
        key = Ed25519PrivateKey.generate()
        certificate = self.authority.issue_for_receipts(key.public_key(), "log")
        self.signer = receipt.ReceiptSigner(key, certificate)
        self.log = Log()
        self.log.append(b"somebody else's")

    def receive(self, **record: str) -> receipt.Receipt:
        index = self.log.append(receipt.make_leaf(**record, received_utc=NOW))
        self.log.append(b"later")
        return self.signer.make_receipt(self.log, index, **record, received_utc=NOW)


@pytest.fixture(scope="module")
def center() -> Center:
    return Center()


@pytest.fixture(scope="module")
def given(center: Center) -> receipt.Receipt:
    return center.receive(**RECORD)


def code_of(center: Center, given: receipt.Receipt, **changes: str) -> str:
    roots = [center.authority.certificate]
    with pytest.raises(SealProblem) as caught:
        receipt.check_receipt(given, **{**RECORD, **changes}, roots=roots)
    return caught.value.code


def test_a_receipt_reads_back_and_holds(center: Center, given: receipt.Receipt) -> None:
    again = receipt.parse_receipt(receipt.to_bytes(given))
    assert again == given
    receipt.check_receipt(again, **RECORD, roots=[center.authority.certificate])
    receipt.check_receipt(again, **RECORD, roots=None)


@pytest.mark.parametrize("member", ["record_id", "root_digest", "device"])
def test_a_receipt_of_another_record_is_refused(
    center: Center, given: receipt.Receipt, member: str
) -> None:
    assert code_of(center, given, **{member: "other"}) == "receipt_wrong"


@pytest.mark.parametrize(
    "change",
    [
        {"received_utc": "2020-01-01T00:00:00.000Z"},
        {"received_utc": "yesterday"},
        {"leaf_index": 0},
        {"tree_size": 99},
        {"tree_root": "b" * 64},
        {"path": ()},
        {"center": "0" * 16},
        {"certificate": "no certificate"},
        {"signature": "AAAA"},
        {"signature": "?"},
        {"version": 2},
    ],
)
def test_no_member_can_be_changed(
    center: Center, given: receipt.Receipt, change: dict[str, object]
) -> None:
    changed = msgspec.structs.replace(given, **change)
    assert code_of(center, changed) == "receipt_wrong"


def test_a_signed_lie_about_the_log_is_refused(center: Center) -> None:
    other = Center()
    other.log.append(b"x")
    index = other.log.append(b"not the leaf")
    lie = other.signer.make_receipt(other.log, index, **RECORD, received_utc=NOW)
    assert code_of(other, lie) == "inclusion_wrong"


def test_another_center_is_not_trusted(center: Center) -> None:
    assert code_of(center, Center().receive(**RECORD)) == "signer_untrusted"


def test_a_workstation_certificate_makes_no_receipts(center: Center) -> None:
    keys = WorkstationKeys.generate("desk")
    leaf = center.authority.issue(keys.make_csr(), "room", "desk", 30)
    with pytest.raises(KeyProblem, match="key_wrong"):
        receipt.ReceiptSigner(Ed25519PrivateKey.generate(), leaf)
    given = center.receive(**RECORD)
    changed = msgspec.structs.replace(given, certificate=to_pem([leaf]).decode())
    assert code_of(center, changed) == "receipt_wrong"


@pytest.mark.parametrize(
    "change", [{"more": 1}, {"leaf_index": "1"}, {"path": None}, {"leaf_index": True}]
)
def test_json_of_another_form_is_refused(given: receipt.Receipt, change: dict[str, object]) -> None:
    value = parse_canonical(receipt.to_bytes(given))
    assert isinstance(value, dict)
    for raw in (canonical({**value, **change}), b'{"version":1}', b"{}\n", b""):
        with pytest.raises(SealProblem, match="receipt_wrong"):
            receipt.parse_receipt(raw)


def test_tree_heads_are_signed_and_must_agree(center: Center) -> None:
    roots = [center.authority.certificate]
    old = center.signer.make_tree_head(center.log, NOW)
    center.log.append(b"more")
    new = center.signer.make_tree_head(center.log, NOW)
    path = [step.hex() for step in center.log.consistency_path(old.tree_size)]
    for head in (old, new):
        receipt.check_tree_head(receipt.parse_tree_head(receipt.to_bytes(head)), roots)
    receipt.check_grown(old, new, path)
    for pair, steps in (((new, old), path), ((old, new), path[1:]), ((old, new), ["x"])):
        with pytest.raises(SealProblem, match="inclusion_wrong"):
            receipt.check_grown(*pair, steps)
    forked = Center()
    with pytest.raises(SealProblem, match="inclusion_wrong"):
        receipt.check_grown(old, forked.signer.make_tree_head(forked.log, NOW), path)
    with pytest.raises(SealProblem, match="receipt_wrong"):
        receipt.check_tree_head(msgspec.structs.replace(new, tree_size=1), roots)


@pytest.mark.parametrize(
    "change",
    [{"version": 2}, {"center": "0" * 16}, {"path": ["x"]}, {"path": ["0" * 64] * 65}],
)
def test_even_the_center_cannot_sign_another_form(
    center: Center, given: receipt.Receipt, change: dict[str, object]
) -> None:
    told = {**msgspec.to_builtins(given), **change}
    for name in ("signature", "certificate"):
        del told[name]
    if "center" not in change:
        signed = center.signer._sign(told)
    else:
        honest, center.signer.center = center.signer.center, "0" * 16
        signed = center.signer._sign(told)
        center.signer.center = honest
    assert code_of(center, msgspec.convert(signed, receipt.Receipt)) == "receipt_wrong"


def test_a_tree_head_without_a_tree_is_refused(center: Center) -> None:
    told = {"version": 1, "tree_size": -1, "tree_root": "0" * 64, "issued_utc": NOW}
    head = msgspec.convert(center.signer._sign(told), receipt.TreeHead)
    with pytest.raises(SealProblem, match="receipt_wrong"):
        receipt.check_tree_head(head, [center.authority.certificate])


def test_times_have_one_form() -> None:
    assert receipt.utc_time(NOW) == datetime.fromisoformat(NOW)
    with pytest.raises(ValueError, match="2026"):
        receipt.utc_time("2026-11-22T10:00:00+08:00")
