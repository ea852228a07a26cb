"""The key store: a real Secret Service keeps one key; without one there is no real session."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import KeyProblem, SetupProblem
from app.paths import Paths
from app.store.keystore import KeyRing, RecordKeys, open_kek
from tests.fakes.key_store import private_bus, unlocked_key_store


@pytest.fixture
def key_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with unlocked_key_store(tmp_path / "bus") as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield


def paths(folder: Path) -> Paths:
    return Paths(folder / "data", folder / "config", folder / "run")


@pytest.mark.usefixtures("key_store")
def test_keys_made_once_are_opened_again(tmp_path: Path) -> None:
    ring = KeyRing.open(paths(tmp_path), "room-1")
    folder = tmp_path / "R1"
    made = RecordKeys.create(folder, "R1", ring, None)
    again = KeyRing.open(paths(tmp_path), "room-1")
    assert again.kek == ring.kek
    assert RecordKeys.open(folder, again).dek == made.dek
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".keyring"]
    assert not [
        path for path in files if ring.kek in path.read_bytes() or made.dek in path.read_bytes()
    ]


@pytest.mark.usefixtures("key_store")
def test_an_emptied_key_store_is_said_and_makes_no_new_key(tmp_path: Path) -> None:
    """A new key would make every record on the disk unreadable, and nobody would know why."""
    ring = KeyRing.open(paths(tmp_path), "room-1")
    elsewhere = paths(tmp_path / "moved")
    elsewhere.keys.mkdir(parents=True)
    file = elsewhere.keys / "workstation.bin"
    file.write_bytes(ring.workstation.to_wrapped(ring.kek))
    with pytest.raises(SetupProblem, match="key_store_emptied"):
        KeyRing.open(elsewhere, "room-1")


@pytest.mark.usefixtures("key_store")
def test_another_machine_cannot_open_a_record(tmp_path: Path) -> None:
    ring = KeyRing.open(paths(tmp_path), "room-1")
    RecordKeys.create(tmp_path / "R1", "R1", ring, None)
    stranger = KeyRing.open(paths(tmp_path / "other"), "room-2")
    with pytest.raises(KeyProblem, match="key_wrong"):
        RecordKeys.open(tmp_path / "R1", stranger)


@pytest.mark.usefixtures("key_store")
def test_a_null_backend_named_in_the_environment_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    assert open_kek(tmp_path, create=True) == open_kek(tmp_path)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # jeepney leaves a refused socket open
def test_without_a_key_store_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with private_bus(tmp_path / "bus") as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SetupProblem, match=r"key_store_(missing|locked)"):
            KeyRing.open(paths(tmp_path), "room-1")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    with pytest.raises(SetupProblem, match="key_store_missing"):
        KeyRing.open(paths(tmp_path), "room-1")
    assert not (tmp_path / "data").exists()
    gc.collect()
