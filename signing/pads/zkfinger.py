"""ZKTeco readers through the maker's own library (ZKFinger SDK for Linux and Windows, `libzkfp`).

It is also the example that `docs/writing-a-pad-driver.md` explains.

- The library is loaded only when a room names this pad; a machine without it has no such pad.
- The library cannot be told to stop waiting, so it is asked for an image again and again, which
  returns at once when no finger lies there.
- Written from the library's published interface and tested against a stand-in of that interface;
  no device of the maker was at hand.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from pathlib import Path
from typing import Final

from signing.marks import Fingerprint
from signing.pads.pad import Hint, HintSink, PadInfo, check_cancel, refuse_in_production
from signing.pads.quality import rate
from signing.problem import PadProblem

LIBRARY: Final = "libzkfp.dll" if sys.platform == "win32" else "libzkfp.so"
OK, ALREADY_OPEN, NO_FINGER = 0, 1, -8  # return values of the library
WIDTH, HEIGHT, RESOLUTION, PRODUCT, SERIAL = 1, 2, 3, 1102, 1103  # numbers of parameters
TEXT_BYTES: Final = 64
POLL_S: Final = 0.05
MAX_PIXELS: Final = 4096 * 4096


class ZkFingerPad:
    """The first reader the library finds."""

    def __init__(self, *, production: bool, library: Path | str = LIBRARY) -> None:
        """Open it.

        Raises:
            PadProblem: `pad_not_found` without library or device, `pad_busy` when it does not open.
        """
        self._device: int | None = None
        try:
            self._library = ctypes.CDLL(str(library))
        except OSError as error:
            raise PadProblem("pad_not_found", pad="zkfinger") from error
        _declare(self._library)
        if self._library.ZKFPM_Init() not in (OK, ALREADY_OPEN):
            raise PadProblem("pad_not_found", pad="zkfinger")
        if self._library.ZKFPM_GetDeviceCount() < 1:
            self._library.ZKFPM_Terminate()
            raise PadProblem("pad_not_found", pad="zkfinger")
        self._open()
        self._info = PadInfo(
            name=self._text(PRODUCT) or "ZKFinger",
            maker="ZKTeco",
            serial=self._text(SERIAL),
            dpi=self._number(RESOLUTION),
            simulated=False,
        )
        refuse_in_production(self._info, production=production)

    @property
    def info(self) -> PadInfo:
        """What the device is."""
        return self._info

    def capture(self, hint: HintSink, cancel: threading.Event) -> Fingerprint:
        """One good print; see `FingerprintPad.capture`."""
        check_cancel(cancel)
        if self._device is None:
            self._open()
        hint(Hint.WAITING)
        last = Hint.WAITING
        while True:
            image = self._image()
            rating = Hint.WAITING if image is None else rate(image)
            if rating is not last:
                hint(rating)
                last = rating
            if image is not None and rating is Hint.GOOD:
                return image
            cancel.wait(POLL_S)
            check_cancel(cancel)

    def close(self) -> None:
        """Let the device and the library go."""
        device, self._device = self._device, None
        if device is not None:
            self._library.ZKFPM_CloseDevice(device)
            self._library.ZKFPM_Terminate()

    def _open(self) -> None:
        self._library.ZKFPM_Init()
        self._device = self._library.ZKFPM_OpenDevice(0)
        if not self._device:
            self._device = None
            self._library.ZKFPM_Terminate()
            raise PadProblem("pad_busy", pad="zkfinger")

    def _image(self) -> Fingerprint | None:
        """What lies on the glass, None for nothing."""
        width, height = self._number(WIDTH), self._number(HEIGHT)
        if not 0 < width * height <= MAX_PIXELS:
            raise self._lost()
        gray = ctypes.create_string_buffer(width * height)
        answer = self._library.ZKFPM_AcquireFingerprintImage(self._device, gray, width * height)
        if answer == NO_FINGER:
            return None
        if answer != OK:
            raise self._lost()
        return Fingerprint(
            gray=gray.raw,
            width=width,
            height=height,
            dpi=self._info.dpi,
            device=self._info.name,
            serial=self._info.serial,
            simulated=False,
        )

    def _lost(self) -> PadProblem:
        self.close()
        return PadProblem("pad_unplugged", pad=self._info.name)

    def _number(self, parameter: int) -> int:
        return int.from_bytes(self._parameter(parameter, 4), "little")

    def _text(self, parameter: int) -> str:
        return self._parameter(parameter, TEXT_BYTES).split(b"\0")[0].decode("utf-8", "replace")

    def _parameter(self, parameter: int, room_bytes: int) -> bytes:
        """A parameter's bytes; none when the library does not know it."""
        value, size = ctypes.create_string_buffer(room_bytes), ctypes.c_uint(room_bytes)
        answer = self._library.ZKFPM_GetParameters(
            self._device, parameter, value, ctypes.byref(size)
        )
        return value.raw[: size.value] if answer == OK else b""


def _declare(library: ctypes.CDLL) -> None:
    """Handles are pointers: without this, ctypes would cut them to an int."""
    library.ZKFPM_OpenDevice.restype = ctypes.c_void_p
    library.ZKFPM_OpenDevice.argtypes = [ctypes.c_int]
    library.ZKFPM_CloseDevice.argtypes = [ctypes.c_void_p]
    library.ZKFPM_GetParameters.argtypes = [
        ctypes.c_void_p,
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.POINTER(ctypes.c_uint),
    ]
    library.ZKFPM_AcquireFingerprintImage.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_uint,
    ]
