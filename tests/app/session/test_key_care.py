"""A workstation whose certificate is over or taken back: told before work, refused at the seal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.errors import KeyProblem
from app.session.preflight import Preflight
from app.store import keystore
from app.store.keystore import KeyRing
from app.sync.enrolment import save_revocations
from signing.certificates import Authority
from signing.keys import WorkstationKeys
from signing.revocation import RevocationList, make_list
from tests.fakes.bench import SETTINGS, Bench

NOW = datetime.now(UTC)
Make = Callable[[WorkstationKeys], Bench]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Make]:
    with ExitStack() as stack:

        def make(keys: WorkstationKeys) -> Bench:
            bench = Bench(tmp_path, keys=keys)
            stack.callback(bench.close)
            bench.ring.folder.mkdir(parents=True)
            return bench

        yield make


def certified(authority: Authority, days: int, age_days: int) -> WorkstationKeys:
    keys = WorkstationKeys.generate("desk-1")
    began = NOW - timedelta(days=age_days)
    leaf = authority.issue(keys.make_csr(), "room-1", "desk-1", days, now=began)
    return keys.with_certificate([leaf, authority.certificate])


def ignore(_step: object) -> None:
    """No bar to draw."""


@pytest.mark.parametrize("is_revoked", [False, True])
def test_an_expired_or_revoked_workstation_seals_nothing_and_keeps_the_record_open(
    made: Make, is_revoked: bool
) -> None:
    authority = Authority.create("中心")
    keys = certified(authority, 365, age_days=10 if is_revoked else 400)
    bench = made(keys)
    code = "certificate_expired"
    if is_revoked:
        crl = make_list(authority, {keys.certificate.serial_number: NOW - timedelta(days=1)})
        save_revocations(bench.ring.folder, RevocationList.read(crl))
        code = "certificate_revoked"
    before = (bench.folder / "journal.enc").read_bytes()
    with pytest.raises(KeyProblem, match=code):
        bench.session._sealing.seal(ignore)
    assert (bench.folder / "journal.enc").read_bytes() == before
    assert not bench.paths.records.exists()


@pytest.mark.parametrize(
    ("age_days", "state", "code"),
    [
        (10, "good", ""),
        (300, "warning", "certificate_ending"),
        (400, "failed", "certificate_expired"),
    ],
)
def test_the_device_check_tells_how_long_the_certificate_is_good(
    made: Make, monkeypatch: pytest.MonkeyPatch, age_days: int, state: str, code: str
) -> None:
    bench = made(certified(Authority.create("中心"), 365, age_days))
    monkeypatch.setattr(keystore, "open_keks", lambda *_, **__: (bench.ring.kek,))
    bench.ring.save(bench.ring.workstation)
    assert KeyRing.open(bench.paths, "desk-1").workstation.device == bench.ring.workstation.device
    preflight = Preflight(bench.paths, SETTINGS)
    check = preflight._checked("keys", preflight._keys)
    assert (check.state, check.code) == (state, code)
