"""What every test stands on: no screen, no network model hub, no one's own settings, patience.

- A limit here is only reached where something hangs: no test asserts how fast a loaded machine is.
"""

import os

import pytest
from hypothesis import settings
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.pop("SHILU_LANGUAGE", None)

PATIENCE_MS = 60_000
settings.register_profile("shilu", deadline=None)
settings.load_profile("shilu")


class PatientBot(QtBot):
    """The Qt robot with limits for a machine that others use too."""

    def waitUntil(self, callback, *, timeout=PATIENCE_MS):
        super().waitUntil(callback, timeout=timeout)

    def waitActive(self, widget, *, timeout=PATIENCE_MS):
        return super().waitActive(widget, timeout=timeout)

    def waitSignal(self, signal, *, timeout=PATIENCE_MS, **more):
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp, request):
    return PatientBot(request)
