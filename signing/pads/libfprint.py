"""Fingerprint pads that libfprint knows and that give images (few do: uru4000 and kin).

- libfprint lives in a short-lived process of the system's Python, because its bindings cannot be
  installed beside ours; when it dies the pad is unplugged, and the next capture starts it anew.
- A virtual device is a simulated one: a production room refuses it.
- Sensors that only compare on their own chip give no image and are not used.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import queue
import shutil
import subprocess
import threading
import time
from pathlib import Path
from typing import Any, Final

from signing.marks import Fingerprint
from signing.pads.pad import (
    CANCEL_POLL_S,
    Hint,
    HintSink,
    PadInfo,
    check_cancel,
    refuse_in_production,
)
from signing.pads.quality import rate
from signing.problem import PadProblem

HOST: Final = Path(__file__).with_name("libfprint_host.py")
SYSTEM_FOLDERS: Final = "/usr/bin:/bin"
OPEN_S: Final = 10.0
OBEY_S: Final = 0.12  # how long a cancelled host may take before it is ended
USUAL_DPI: Final = 500  # libfprint's own assumption where a driver tells none
RETRY_HINTS: Final = {2: Hint.OFF_CENTER, 3: Hint.LIFT_FINGER}  # FpDeviceRetry
NOT_FOR_HOST: Final = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


class LibfprintPad:
    """The first image-giving device libfprint finds."""

    def __init__(self, *, production: bool) -> None:
        self._production = production
        self._process: subprocess.Popen[str] | None = None
        self._told: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._info = self._start()

    @property
    def info(self) -> PadInfo:
        """What the device is."""
        return self._info

    def capture(self, hint: HintSink, cancel: threading.Event) -> Fingerprint:
        """One good print; see `FingerprintPad.capture`."""
        check_cancel(cancel)
        if self._process is None or self._process.poll() is not None:
            self._info = self._start()
        hint(Hint.WAITING)
        while True:
            self._ask("capture")
            told = self._answer(hint, cancel)
            if told["is"] == "retry":
                hint(RETRY_HINTS.get(int(told["code"]), Hint.PRESS_HARDER))
                continue
            image = self._image(told)
            rating = rate(image)
            hint(rating)
            if rating is Hint.GOOD:
                return image

    def close(self) -> None:
        """Let the device go and end the process."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            with contextlib.suppress(OSError):  # a dead host takes no more of what was asked
                process.stdin.close()
        try:
            process.wait(1)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _start(self) -> PadInfo:
        """Start the host and wait for its device."""
        self.close()
        python = shutil.which("python3", path=SYSTEM_FOLDERS)
        if python is None:
            raise PadProblem("pad_not_found", pad="libfprint")
        self._told = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [python, "-s", str(HOST)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={name: value for name, value in os.environ.items() if name not in NOT_FOR_HOST},
        )
        threading.Thread(
            target=_listen, args=(self._process, self._told), name="libfprint", daemon=True
        ).start()
        told = self._next(time.monotonic() + OPEN_S)
        if told is None or told["is"] != "ready":
            self.close()
            code = "pad_not_found" if told is None or told["is"] == "ended" else str(told["code"])
            raise PadProblem(code, pad="libfprint")
        info = PadInfo(
            told["name"], told["maker"], told["serial"], USUAL_DPI, bool(told["simulated"])
        )
        try:
            refuse_in_production(info, production=self._production)
        except PadProblem:
            self.close()
            raise
        return info

    def _next(self, deadline: float) -> dict[str, Any] | None:
        """The next line of the host, or None at the deadline."""
        try:
            return self._told.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            return None

    def _ask(self, wanted: str) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise PadProblem("pad_unplugged", pad=self._info.name)
        try:
            process.stdin.write(json.dumps({"do": wanted}) + "\n")
            process.stdin.flush()
        except (OSError, ValueError) as error:  # the pipe is broken, or closed by us
            raise PadProblem("pad_unplugged", pad=self._info.name) from error

    def _answer(self, hint: HintSink, cancel: threading.Event) -> dict[str, Any]:
        """An image or a retry."""
        while True:
            told = self._next(time.monotonic() + CANCEL_POLL_S)
            if cancel.is_set():
                self._give_up()
                check_cancel(cancel)
            if told is None or told["is"] == "cancelled":
                continue
            if told["is"] == "finger":
                if not told["present"]:
                    hint(Hint.WAITING)
            elif told["is"] in ("image", "retry"):
                return told
            else:
                self.close()
                code = str(told["code"]) if told["is"] == "problem" else "pad_unplugged"
                raise PadProblem(code, pad=self._info.name)

    def _give_up(self) -> None:
        """End the capture; a host that does not obey is ended itself."""
        self._ask("cancel")
        deadline = time.monotonic() + OBEY_S
        while (told := self._next(deadline)) is not None:
            if told["is"] in ("cancelled", "image", "retry", "problem", "ended"):
                return
        if self._process is not None:
            self._process.kill()
            self._process.wait()  # or the next capture would ask the dying one

    def _image(self, told: dict[str, Any]) -> Fingerprint:
        gray = base64.b64decode(told["gray"])
        width, height = int(told["width"]), int(told["height"])
        if not gray or len(gray) != width * height:
            raise PadProblem("image_unreadable", pad=self._info.name)
        return Fingerprint(
            gray=gray,
            width=width,
            height=height,
            dpi=int(told["dpi"]) or USUAL_DPI,
            device=self._info.name,
            serial=self._info.serial,
            simulated=self._info.simulated,
        )


def _listen(process: subprocess.Popen[str], told: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Hand the host's lines over until it ends, and that it ended."""
    assert process.stdout is not None
    with process.stdout as lines:
        for line in lines:
            if line.endswith("\n"):  # a killed host leaves half a line
                told.put(json.loads(line))
    told.put({"is": "ended"})
