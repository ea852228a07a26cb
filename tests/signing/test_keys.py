"""A workstation's keys: kept wrapped, certified for themselves only."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from signing import envelope
from signing.certificates import Authority, to_pem
from signing.digest import canonical, key_id
from signing.keys import WRAPPED_AAD, WorkstationKeys, check_signature
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


def test_a_renewed_workstation_still_has_the_keys_its_open_records_began_with(
    keys: WorkstationKeys,
) -> None:
    second = keys.next_generation()
    third = second.next_generation()
    again = WorkstationKeys.from_wrapped(KEK, third.to_wrapped(KEK))
    assert len({one.device for one in (keys, second, again)}) == 3
    for wanted in (keys, second, third):
        found = again.as_of(wanted.journal_key_id)
        assert (found.device, found.journal_key_id) == (wanted.device, wanted.journal_key_id)
    assert again.first.journal_key_id == keys.journal_key_id
    assert again.custody_key == keys.custody_key
    with pytest.raises(KeyProblem, match="key_wrong"):
        keys.as_of(third.journal_key_id)


def test_keys_of_the_first_form_are_read(keys: WorkstationKeys) -> None:
    private = keys.seal_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    told = {
        "chain": to_pem(keys.chain).decode(),
        "journal_key": base64.b64encode(keys.journal_key.private_bytes_raw()).decode(),
        "name": keys.name,
        "seal_key": base64.b64encode(private).decode(),
        "version": 1,
    }
    again = WorkstationKeys.from_wrapped(KEK, envelope.wrap(KEK, canonical(told), WRAPPED_AAD))
    assert again.device == keys.device
    assert again.custody_key == envelope.derive(KEK, "custody")
    assert not again.former


def test_a_certificate_is_renewed_in_its_last_third_and_refused_after_its_end() -> None:
    now = datetime.now(UTC)
    authority, keys = Authority.create("中心"), WorkstationKeys.generate("desk-1")
    leaf = authority.issue(keys.make_csr(), "room-1", "desk-1", 30)
    certified = keys.with_certificate([leaf])
    assert not certified.is_renewal_due(now + timedelta(days=19))
    assert certified.is_renewal_due(now + timedelta(days=21))
    certified.check_valid(now + timedelta(days=29))
    assert certified.days_left(now + timedelta(days=31)) < 0
    with pytest.raises(KeyProblem, match="certificate_expired"):
        certified.check_valid(now + timedelta(days=31))
