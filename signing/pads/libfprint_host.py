"""The process that talks to libfprint, run by the system's Python, which has its bindings.

It imports nothing of ours, so that any Python with `gi` can run it as a plain file.

- Standard input: one JSON object a line, `{"do": "capture"}`, `{"do": "cancel"}`, `{"do": "quit"}`.
- Standard output: one JSON object a line, told by "is": `ready` (name, maker, serial, simulated),
  `finger` (whether one lies on the pad), `image` (width, height, dpi, gray in Base64),
  `retry` (libfprint's number), `cancelled` or `problem` (a code of PadProblem).
- It ends when its input ends, so it never outlives who started it.
"""

from __future__ import annotations

import base64
import importlib
import json
import sys
import threading
from typing import Any

MM_PER_INCH = 25.4


def tell(**what: object) -> None:
    """Write one line of the answer."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Host:
    """One open device and at most one capture at a time."""

    def __init__(self, fprint: Any, gio: Any, glib: Any) -> None:
        self._fprint, self._gio, self._glib = fprint, gio, glib
        self._cancel = gio.Cancellable()
        self._device: Any = None

    def open(self) -> bool:
        """Open the first device that gives images; False after a problem was told."""
        self._context = self._fprint.Context()
        devices = [d for d in self._context.get_devices() if self._captures(d)]
        if not devices:
            tell(**{"is": "problem"}, code="pad_not_found")
            return False
        self._device = devices[0]
        try:
            self._device.open_sync()
        except self._glib.Error as error:
            tell(**{"is": "problem"}, code="pad_busy", why=error.message)
            return False
        self._device.connect("notify::finger-status", self._on_finger)
        driver = self._device.get_driver()
        tell(
            **{"is": "ready"},
            name=self._device.get_name(),
            maker=driver,
            serial=self._device.get_device_id(),
            simulated=driver.startswith("virtual"),
        )
        return True

    def _captures(self, device: Any) -> bool:
        return bool(device.has_feature(self._fprint.DeviceFeature.CAPTURE))

    def _on_finger(self, device: Any, _property: object) -> None:
        present = self._fprint.FingerStatusFlags.PRESENT
        tell(**{"is": "finger"}, present=bool(device.get_finger_status() & present))

    def start(self) -> None:
        """Begin a capture on a thread of its own."""
        self._cancel = self._gio.Cancellable()
        threading.Thread(target=self._capture, args=(self._cancel,), daemon=True).start()

    def stop(self) -> None:
        """Give up the capture that runs."""
        self._cancel.cancel()

    def _capture(self, cancel: Any) -> None:
        try:
            image = self._device.capture_sync(True, cancel)
        except self._glib.Error as error:
            self._tell_error(error, cancel)
            return
        tell(
            **{"is": "image"},
            width=image.get_width(),
            height=image.get_height(),
            dpi=round(image.get_ppmm() * MM_PER_INCH),
            gray=base64.b64encode(bytes(image.get_data())).decode("ascii"),
        )

    def _tell_error(self, error: Any, cancel: Any) -> None:
        if cancel.is_cancelled():
            tell(**{"is": "cancelled"})
        elif "retry" in error.domain:
            tell(**{"is": "retry"}, code=error.code)
        else:
            tell(**{"is": "problem"}, code="pad_unplugged", why=error.message)

    def close(self) -> None:
        """Let the device go."""
        self._cancel.cancel()
        if self._device is not None and self._device.is_open():
            self._device.close_sync()


def main() -> int:
    """Serve until the input ends."""
    try:
        importlib.import_module("gi").require_version("FPrint", "2.0")
        fprint, gio, glib = (
            importlib.import_module(f"gi.repository.{name}") for name in ("FPrint", "Gio", "GLib")
        )
    except (ImportError, ValueError) as error:
        tell(**{"is": "problem"}, code="pad_not_found", why=str(error))
        return 1
    host = Host(fprint, gio, glib)
    if not host.open():
        return 1
    for line in sys.stdin:
        wanted = json.loads(line)["do"]
        if wanted == "capture":
            host.start()
        elif wanted == "cancel":
            host.stop()
        else:
            break
    host.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
