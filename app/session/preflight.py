"""The check before a session: what works, what warns, and what would refuse a real one.

- Each row is one finding with a problem code; sentences are made where it is shown.
- A simulated device is good in a simulated room and failed in a production room.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app import settings as settings_file
from app.errors import (
    Detail,
    DeviceProblem,
    KeyProblem,
    PadProblem,
    Problem,
    SetupProblem,
    SyncProblem,
)
from app.paths import RESOURCES, Paths
from app.session import clocks, loopback, ntp
from app.session.snapshot import Check
from app.session.takes import TakePlan
from app.session.workstation import device_name
from app.settings import Settings
from app.store.keystore import KeyRing
from app.sync.enrolment import Enrolment, load_revocations
from signing.pads import registry
from speech import models

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from signing.pads.pad import FingerprintPad

BYTES_PER_HOUR = 3_800_000_000  # two 1080p streams and sound, domain.md E
Details = dict[str, Detail]
CLOCK_LIMIT_MS = 1000
LEAST_HOURS = 13.0  # the longest summons without approval, and some


class Preflight:
    """Checks one room."""

    def __init__(self, paths: Paths, settings: Settings) -> None:
        self._paths = paths
        self._settings = settings
        self._pad: FingerprintPad | None = None

    def run(self) -> list[Check]:
        """All rows, in the order of the Prepare page; slow, never on the GUI thread."""
        rows: tuple[tuple[str, Callable[[], Check | None]], ...] = (
            ("microphone", self._microphone),
            ("camera", self._camera),
            ("climate", self._climate),
            ("disk", self._disk),
            ("clock", self._clock),
            ("keys", self._keys),
            ("model", self._model),
            ("pads", self._pads),
            ("center", self._center),
        )
        wanted = [row for row in rows if row[0] != "climate" or self._settings.climate_sensor]
        return [self._checked(name, check) for name, check in wanted]

    def _checked(self, name: str, check: Callable[[], Check | None]) -> Check:
        try:
            return check() or Check(name=name, state="good")
        except Problem as problem:
            return _failed(name, problem)

    # --- devices ------------------------------------------------------------------

    def microphones(self) -> list[str]:
        """Names of the microphones this machine offers, as the settings take them."""
        from app.recorder import preflight

        return [found.source for found in preflight.list_microphones()]

    def camera_frame(self) -> bytes | None:
        """One JPEG of the first camera; None when the room has none.

        Raises:
            DeviceProblem: `camera_unreachable` or `device_not_found`.
        """
        from app.recorder import preflight

        plan = self._plan()
        if not plan.cameras:
            return None
        return preflight.probe_camera(plan.cameras[0], production=plan.production).jpeg

    def test_microphone(
        self, seconds: float, on_level: Callable[[tuple[float, float]], None]
    ) -> tuple[npt.NDArray[np.float32], int]:
        """Record a few seconds; float32 [frames, 2] and its rate in Hz."""
        plan = self._plan()
        return loopback.listen(plan.microphone, seconds, on_level, production=plan.production)

    def pad(self) -> FingerprintPad:
        """The fingerprint pad of the settings, opened once.

        Raises:
            PadProblem: `pad_not_found` or `simulated_in_production`.
        """
        if self._pad is None:
            self._pad = registry.open_fingerprint_pad(
                self._settings.fingerprint_pad, production=self._settings.production
            )
        return self._pad

    # --- rows ---------------------------------------------------------------------

    def _plan(self) -> TakePlan:
        return TakePlan.of_room(self._settings, self._paths, "check")

    def _microphone(self) -> Check | None:
        from app.recorder import preflight

        plan = self._plan()
        heard = preflight.probe_microphone(plan.microphone, production=plan.production, seconds=0.3)
        choice = plan.microphone
        roles = (choice.source, choice.second_source or choice.source)
        silent = [source for source, zero in zip(roles, heard.is_zero, strict=True) if zero]
        if len(silent) == 2 or (silent and choice.second_source):  # one of two devices is enough
            details: Details = {"device": silent[0]}
            return Check(name="microphone", state="warning", code="device_silent", details=details)
        return None

    def _camera(self) -> Check | None:
        if not self._settings.cameras:
            return Check(name="camera", state="warning", code="device_not_found")
        from app.recorder import preflight

        plan = self._plan()
        for camera in plan.cameras:  # each one, or an interrogation begins with half its pictures
            seen = preflight.probe_camera(camera, production=plan.production)
            if seen.is_black:
                told: Details = {"device": seen.device}
                return Check(name="camera", state="warning", code="picture_black", details=told)
        return None

    def _climate(self) -> Check | None:
        from app.recorder.climate import checked, open_climate_sensor

        sensor = open_climate_sensor(
            self._settings.climate_sensor, production=self._settings.production
        )
        try:
            checked(sensor.read(), sensor.description)
        except DeviceProblem as problem:  # an interrogation does without it
            details = problem.details
            return Check(name="climate", state="warning", code=problem.code, details=details)
        finally:
            sensor.close()
        return None

    def _disk(self) -> Check | None:
        folders = self._plan().media_folders
        for folder in folders:
            free = shutil.disk_usage(_existing(folder)).free
            hours = free / BYTES_PER_HOUR
            if hours < LEAST_HOURS:
                details: Details = {
                    "path": str(folder),
                    "hours": round(hours, 1),
                }
                return Check(name="disk", state="warning", code="disk_short", details=details)
        if len(folders) < 2:
            state = "failed" if self._settings.production else "warning"
            return Check(name="disk", state=state, code="second_folder_missing")
        return None

    def _clock(self) -> Check | None:
        enrolment = Enrolment.load(self._paths.keys)
        return compare_clock(self._settings.ntp_server, enrolment.url if enrolment else "")

    def _keys(self) -> Check | None:
        keys = KeyRing.open(self._paths, device_name()).workstation
        revoked = load_revocations(self._paths.keys)
        since = revoked.revoked_at(keys.certificate) if revoked else None
        if since is not None:
            raise KeyProblem("certificate_revoked", device=keys.device, since=since.isoformat())
        keys.check_valid()
        now = datetime.now(UTC)
        if keys.is_enrolled and keys.is_renewal_due(now):
            told: Details = {"days": keys.days_left(now)}
            return Check(name="keys", state="warning", code="certificate_ending", details=told)
        return None

    def _model(self) -> Check | None:
        found = models.find(self._settings.model, self._paths.models, RESOURCES / "models")
        models.require_language(found, self._settings.speech_language)
        if found.facts.demonstration and self._settings.production:
            return Check(name="model", state="warning", code="model_for_demonstration")
        return None

    def _pads(self) -> Check | None:
        if self._settings.fingerprint_pad == "none":
            return Check(name="pads", state="warning", code="pad_not_found")
        try:
            self.pad()
        except PadProblem as problem:
            return _failed("pads", problem)
        return None

    def _center(self) -> Check | None:
        if Enrolment.load(self._paths.keys) is None:
            return Check(name="center", state="warning", code="not_enrolled")
        return None


def examine(paths: Paths) -> list[Check]:
    """The check of `shilu doctor`: settings first, then the room."""
    try:
        settings = settings_file.load(paths.machine_settings, paths.room_settings)
    except Problem as problem:
        return [_failed("settings", problem)]
    return Preflight(paths, settings).run()


def _failed(name: str, problem: Problem) -> Check:
    return Check(name=name, state="failed", code=problem.code, details=problem.details)


def _existing(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def compare_clock(ntp_server: str, center_url: str) -> Check:
    """How far this machine's clock is off the time server, or without one the center."""
    reference = ntp_server or center_url
    if not reference:
        return Check(name="clock", state="warning", code="clock_not_compared")
    try:
        offset_ms = ntp.ask(ntp_server) if ntp_server else clocks.ask_center(center_url)
    except (SetupProblem, SyncProblem) as problem:  # recording does not need it
        return Check(name="clock", state="warning", code=problem.code, details=problem.details)
    details: Details = {"offset_ms": offset_ms, "reference": reference}
    if abs(offset_ms) > CLOCK_LIMIT_MS:
        return Check(name="clock", state="warning", code="clock_wrong", details=details)
    return Check(name="clock", state="good", code="clock_compared", details=details)
