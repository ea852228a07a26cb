"""A workstation's keys: kept wrapped, certified for themselves only."""

from __future__ import annotations

import pytest

from signing.certificates import Authority
from signing.digest import key_id
from signing.keys import WorkstationKeys, check_signature
from signing.problem import KeyProblem

KEK = bytes(range(32))


@pytest.fixture(scope="module")
def keys() -> WorkstationKeys:
    return WorkstationKeys.generate("讯问室一")


def test_keys_come_back_from_their_wrapping(keys: WorkstationKeys) -> None:
    blob = keys.to_wrapped(KEK)
    again = WorkstationKeys.from_wrapped(KEK, blob)
    assert again.name == keys.name
    assert again.device == keys.device == key_id(keys.seal_key.public_key())
    assert again.journal_key_id == keys.journal_key_id
    assert again.chain == keys.chain
    assert keys.journal_key.private_bytes_raw() not in blob


def test_another_kek_opens_nothing(keys: WorkstationKeys) -> None:
    with pytest.raises(KeyProblem, match="ciphertext_changed"):
        WorkstationKeys.from_wrapped(b"x" * 32, keys.to_wrapped(KEK))


def test_enrolment_gives_the_same_keys_another_certificate(keys: WorkstationKeys) -> None:
    authority = Authority.create("中心")
    leaf = authority.issue(keys.make_csr(), "room-1", "desk-1", 30)
    enrolled = keys.with_certificate([leaf, authority.certificate])
    assert not keys.is_enrolled
    assert enrolled.is_enrolled
    assert enrolled.device == keys.device
    assert WorkstationKeys.from_wrapped(KEK, enrolled.to_wrapped(KEK)).chain == enrolled.chain


def test_a_certificate_that_does_not_fit_is_refused(keys: WorkstationKeys) -> None:
    authority, other = Authority.create("中心"), WorkstationKeys.generate("other")
    foreign = authority.issue(other.make_csr(), "room-1", "desk-1", 30)
    with pytest.raises(KeyProblem, match="key_wrong"):
        keys.with_certificate([foreign])
    own = authority.issue(keys.make_csr(), "room-1", "desk-1", 30)
    stranger = Authority.create("中心")
    for chain in ([], [authority.certificate], [own, stranger.certificate]):
        with pytest.raises(KeyProblem, match="certificate_malformed"):
            keys.with_certificate(chain)


def test_a_request_signature_stands_for_its_data_and_key_only(keys: WorkstationKeys) -> None:
    signature = keys.sign(b"PUT /records")
    check_signature(keys.certificate, signature, b"PUT /records")
    other = WorkstationKeys.generate("other")
    for certificate, data in (
        (keys.certificate, b"PUT /other"),
        (other.certificate, b"PUT /records"),
    ):
        with pytest.raises(KeyProblem, match="key_wrong"):
            check_signature(certificate, signature, data)
