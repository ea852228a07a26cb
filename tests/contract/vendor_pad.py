"""The contract for a maker's own driver, with a person's finger; started by hand, never by chance.

`SHILU_PAD=NAME python -m pytest tests/contract/vendor_pad.py -s` where NAME is the driver's name in
the entry-point group `shilu.fingerprint_pads`. It asks for fingers on the screen.
"""

from __future__ import annotations

import os
import sys
import threading

import pytest

from signing.pads.pad import FingerprintPad
from signing.pads.registry import open_fingerprint_pad
from tests.contract.fingerprint_pad import FingerprintPadContract

NAME = os.environ.get("SHILU_PAD", "")

pytestmark = pytest.mark.skipif(not NAME, reason="SHILU_PAD names no driver")


class TestNamedPad(FingerprintPadContract):
    def open(self) -> FingerprintPad:
        return open_fingerprint_pad(NAME, production=False)

    def offer_finger(self, over: threading.Event) -> None:
        """A person's part: lay a finger on the pad, and lift it after each image."""
        assert not over.is_set()
        sys.stderr.write("\nlay a finger on the pad; lift it when the next test begins\n")
