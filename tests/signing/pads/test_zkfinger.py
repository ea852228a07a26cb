"""The driver for a maker's library, against a stand-in of that library's interface."""

from __future__ import annotations

import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from signing.pads.pad import FingerprintPad, Hint
from signing.pads.simulated import print_of
from signing.pads.zkfinger import ZkFingerPad
from signing.problem import PadProblem
from tests.contract.fingerprint_pad import FingerprintPadContract, beside, wait_for

COMPILER = shutil.which("cc")
# One device whose image lies in a file; no file is no finger, an empty one a pulled cable.
STAND_IN = r"""
#include <stdio.h>
#include <string.h>
static int opened;
int ZKFPM_Init(void) { return 0; }
int ZKFPM_Terminate(void) { return 0; }
int ZKFPM_GetDeviceCount(void) { FILE *f = fopen(PLACE "/none", "rb"); return f ? 0 : 1; }
void *ZKFPM_OpenDevice(int index) { opened = 1; return index ? 0 : &opened; }
int ZKFPM_CloseDevice(void *device) { opened = 0; return device == &opened ? 0 : -7; }
static int number(unsigned char *value, unsigned *size, int what) {
  *size = 4; memcpy(value, &what, 4); return 0;
}
int ZKFPM_GetParameters(void *device, int code, unsigned char *value, unsigned *size) {
  if (device != &opened || !opened) return -7;
  if (code == 1) return number(value, size, 256);
  if (code == 2) return number(value, size, 288);
  if (code == 3) return number(value, size, 500);
  if (code == 1102) { strcpy((char *)value, "ZK9500"); *size = 7; return 0; }
  if (code == 1103) { strcpy((char *)value, "A1"); *size = 3; return 0; }
  return -5;
}
int ZKFPM_AcquireFingerprintImage(void *device, unsigned char *gray, unsigned bytes) {
  FILE *f = fopen(PLACE "/finger", "rb");
  if (device != &opened) return -7;
  if (!f) return -8;
  size_t got = fread(gray, 1, bytes, f);
  fclose(f);
  return got == bytes ? 0 : -6;
}
"""

pytestmark = pytest.mark.skipif(COMPILER is None, reason="no C compiler")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("zk")
    (folder / "lib.c").write_text(STAND_IN)
    assert COMPILER is not None
    subprocess.run(
        [COMPILER, "-shared", "-fPIC", f'-DPLACE="{folder}"', "-o", "libzkfp.so", "lib.c"],
        cwd=folder,
        check=True,
    )
    return folder


class TestStandIn(FingerprintPadContract):
    @pytest.fixture(autouse=True)
    def library(self, place: Path) -> None:
        self.place = place
        for name in ("finger", "none"):
            (place / name).unlink(missing_ok=True)

    def open(self) -> FingerprintPad:
        return ZkFingerPad(production=True, library=self.place / "libzkfp.so")

    def offer_finger(self, over: threading.Event) -> None:
        lay(self.place, print_of(5).gray)

    def capture(self, pad: FingerprintPad):  # type: ignore[no-untyped-def]
        try:
            return super().capture(pad)
        finally:
            (self.place / "finger").unlink(missing_ok=True)

    def test_the_image_and_the_device_are_the_librarys(self, pad: FingerprintPad) -> None:
        image, _ = self.capture(pad)
        assert image.gray == print_of(5).gray
        assert (pad.info.name, pad.info.maker, pad.info.serial) == ("ZK9500", "ZKTeco", "A1")

    def test_a_light_touch_is_asked_for_again(self, pad: FingerprintPad) -> None:
        hints: list[Hint] = []
        pressed = threading.Event()

        def hint(told: Hint) -> None:
            hints.append(told)
            if told is Hint.PRESS_HARDER:
                pressed.set()

        def finger(over: threading.Event) -> None:
            lay(self.place, print_of(5, touch=0.42).gray)
            wait_for(pressed, over)
            lay(self.place, print_of(5).gray)

        with beside(finger) as hand:
            assert pad.capture(hint, hand.failed).gray == print_of(5).gray
        assert hints == [Hint.WAITING, Hint.PRESS_HARDER, Hint.GOOD]

    def test_a_pulled_cable_is_a_problem_and_the_pad_comes_back(self, pad: FingerprintPad) -> None:
        lay(self.place, b"")
        with pytest.raises(PadProblem, match="pad_unplugged"):
            pad.capture(lambda _hint: None, threading.Event())
        (self.place / "finger").unlink()
        assert self.capture(pad)[0].gray

    def test_no_device_is_a_problem(self, place: Path) -> None:
        (place / "none").touch()
        with pytest.raises(PadProblem, match="pad_not_found"):
            self.open()


def lay(place: Path, gray: bytes) -> None:
    """The file appears whole."""
    (place / "part").write_bytes(gray)
    (place / "part").rename(place / "finger")


def test_a_machine_without_the_library_has_no_such_pad(tmp_path: Path) -> None:
    with pytest.raises(PadProblem, match="pad_not_found"):
        ZkFingerPad(production=True, library=tmp_path / "libzkfp.so")
