"""A one-time code lets one workstation in, once, in time, at the place it was made for."""

from __future__ import annotations

from pathlib import Path

import pytest

import center
from app.errors import SyncProblem
from app.sync.enrolment import Enrolment, enrol
from center.accounts import Application
from center.problem import CenterProblem
from center.service import open_center
from signing.keys import WorkstationKeys
from tests.fakes.center import RunningCenter


def refusal(running_center: RunningCenter, code: str, device: str, room: str = "room-1") -> str:
    with pytest.raises(SyncProblem) as caught:
        enrol(running_center.url, code, device, room, WorkstationKeys.generate(device))
    return caught.value.code


def test_an_enrolled_workstation_has_a_certificate_naming_device_and_room(
    running_center: RunningCenter, tmp_path: Path
) -> None:
    enrolment, keys = running_center.enrol("desk-7", "讯问室 7")
    assert keys.is_enrolled
    assert "desk-7" in keys.certificate.subject.rfc4514_string()
    assert "讯问室 7" in keys.certificate.subject.rfc4514_string()
    assert len(enrolment.escrow) == 32
    enrolment.save(tmp_path)
    assert Enrolment.load(tmp_path) == enrolment


def test_a_code_lets_in_one_workstation(running_center: RunningCenter) -> None:
    code = center.make_code(running_center.folder, "desk-8", "")
    keys = WorkstationKeys.generate("desk-8")
    first, _ = enrol(running_center.url, code.lower(), "desk-8", "room-1", keys)
    # The same request again is a lost answer, not a second workstation.
    again, _ = enrol(running_center.url, code, "desk-8", "room-1", keys)
    assert again == first
    assert refusal(running_center, code, "desk-8") == "code_wrong"


def test_a_code_is_for_its_device_and_room(running_center: RunningCenter) -> None:
    code = center.make_code(running_center.folder, "desk-9", "room-1")
    assert refusal(running_center, code, "desk-10") == "code_wrong"
    assert refusal(running_center, code, "desk-9", "room-2") == "code_wrong"
    enrol(running_center.url, code, "desk-9", "room-1", WorkstationKeys.generate("desk-9"))


def test_a_code_runs_out(running_center: RunningCenter) -> None:
    code = center.make_code(running_center.folder, "desk-11", "", minutes=0)
    assert refusal(running_center, code, "desk-11") == "code_wrong"


def test_guessing_stops_for_everybody(tmp_path: Path) -> None:
    center.init(tmp_path / "center", "Test center")
    opened = open_center(tmp_path / "center")
    try:
        code = opened.accounts.make_code("", "", 15)
        keys = WorkstationKeys.generate("desk-1")
        wrong = Application(
            "AAAA-AAAA-AAAA", "desk-1", "room-1", keys.make_csr().decode(), "A" * 43 + "="
        )
        codes = []
        for _ in range(12):
            with pytest.raises(CenterProblem) as caught:
                opened.accounts.enrol(wrong)
            codes.append(caught.value.code)
        assert codes == ["code_wrong"] * 10 + ["too_many_attempts"] * 2
        with pytest.raises(CenterProblem, match="too_many_attempts"):
            opened.accounts.enrol(Application(code, *[""] * 4))
    finally:
        opened.close()


def test_a_center_is_made_once(tmp_path: Path) -> None:
    center.init(tmp_path / "center", "县办案中心")
    with pytest.raises(CenterProblem, match="folder_in_use"):
        center.init(tmp_path / "center", "another")


def test_no_private_key_lies_open_on_the_centers_disk(tmp_path: Path) -> None:
    center.init(tmp_path / "center", "Test center")
    for file in (tmp_path / "center" / "keys").iterdir():
        assert b"PRIVATE" not in file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0
