"""Changing the key-encryption key: everything still opens, nothing recorded moves, no cut loses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import KeyProblem, SetupProblem
from app.paths import Paths
from app.store import keystore, rewrap
from app.store.keystore import KeyRing, RecordKeys
from app.store.rewrap import change_kek


class Store:
    """A secret store in memory, as the platform's would answer."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.refuses = False

    def ask(self, account: str) -> str | None:
        return self.kept.get(account)

    def tell(self, account: str, secret: str) -> None:
        if not self.refuses:
            self.kept[account] = secret


class Machine:
    """One workstation with two open records, one of them on a second disk too."""

    def __init__(self, folder: Path) -> None:
        self.paths = Paths(folder / "data", folder / "config", folder / "run")
        self.second = folder / "second"
        self.ring = KeyRing.open(self.paths, "room-1")
        self.deks = {}
        for name in ("R1", "R2"):
            place = self.paths.interrogations / name
            self.deks[name] = RecordKeys.create(place, name, self.ring, None).dek
        (self.second / "R2").mkdir(parents=True)
        copied = (self.paths.interrogations / "R2" / "keys.json").read_bytes()
        (self.second / "R2" / "keys.json").write_bytes(copied)

    def change(self, ring: KeyRing) -> rewrap.Rewrapped:
        return change_kek(ring, self.paths.data, [self.paths.interrogations, self.second])

    def opened(self) -> tuple[KeyRing, dict[str, bytes]]:
        """As the next start of the program would find it."""
        ring = KeyRing.open(self.paths, "room-1")
        folders = [*self.paths.interrogations.glob("R*"), *self.second.glob("R*")]
        return ring, {path.name: RecordKeys.open(path, ring).dek for path in folders}


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    made = Store()
    monkeypatch.setattr(keystore, "_ask", made.ask)
    monkeypatch.setattr(keystore, "_tell", made.tell)
    return made


@pytest.fixture
def machine(store: Store, tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_new_kek_opens_every_record_and_the_old_one_none(machine: Machine) -> None:
    before = machine.ring
    done = machine.change(before)
    assert (done.records, done.strange) == (3, ())
    ring, deks = machine.opened()
    assert deks == machine.deks
    assert ring.kek != before.kek
    assert not ring.former_keks
    assert ring.workstation.device == before.workstation.device
    with pytest.raises(KeyProblem, match="key_wrong"):
        RecordKeys.open(machine.paths.interrogations / "R1", before)


@pytest.mark.parametrize("writes", [1, 2, 3, 4])
def test_a_power_cut_at_any_file_loses_nothing_and_the_next_call_goes_on(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    class PowerCutError(Exception):
        pass

    whole, left = keystore.write_synced, writes

    def cut(path: Path, data: bytes) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise PowerCutError
        whole(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(keystore, "write_synced", cut)
        patch.setattr(rewrap, "write_synced", cut)
        with pytest.raises(PowerCutError):
            machine.change(machine.ring)
    ring, deks = machine.opened()
    assert deks == machine.deks
    assert ring.former_keks
    machine.change(ring)
    ring, deks = machine.opened()
    assert deks == machine.deks
    assert not ring.former_keks


def test_a_key_store_that_keeps_nothing_changes_nothing(machine: Machine, store: Store) -> None:
    store.refuses = True
    with pytest.raises(SetupProblem, match="key_store_not_kept"):
        machine.change(machine.ring)
    assert machine.opened()[0].kek == machine.ring.kek


def test_a_program_that_still_holds_the_old_key_begins_no_record(machine: Machine) -> None:
    """Its record would open for nobody."""
    machine.change(machine.ring)
    with pytest.raises(KeyProblem, match="key_wrong"):
        RecordKeys.create(machine.paths.interrogations / "R3", "R3", machine.ring, None)
    assert not (machine.paths.interrogations / "R3" / "keys.json").exists()


def test_a_record_of_another_machine_is_left_as_it_is(machine: Machine) -> None:
    stranger = replace(machine.ring, kek=bytes(32), folder=machine.second / "none")
    RecordKeys.create(machine.second / "R9", "R9", stranger, None)
    before = (machine.second / "R9" / "keys.json").read_bytes()
    assert [path.parent.name for path in machine.change(machine.ring).strange] == ["R9"]
    assert (machine.second / "R9" / "keys.json").read_bytes() == before
