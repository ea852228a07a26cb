"""A fingerprint from a picture: a scanner's file, or a folder a scanner puts its files into.

- A folder gives the first picture that appears after the capture began and is complete.
- The picture becomes 8-bit grey as it is; its resolution is the file's, or 500 dpi.
- A file pad shows no living finger; its device name says so in every mark.
"""

from __future__ import annotations

import threading
import warnings
from pathlib import Path
from typing import Final

from signing.marks import MAX_PIXELS, Fingerprint
from signing.pads.pad import CANCEL_POLL_S, Hint, HintSink, PadInfo, check_cancel
from signing.pads.quality import rate
from signing.problem import PadProblem

USUAL_DPI: Final = 500
SUFFIXES: Final = frozenset({".png", ".bmp", ".tif", ".tiff", ".jpg", ".jpeg", ".pgm"})
LEAST_PX: Final = 120
QUIET_POLLS: Final = 3  # a file that did not grow for so many looks is complete


class FilePad:
    """Reads a picture of a print."""

    def __init__(self, place: Path, *, production: bool) -> None:
        del production  # a scanner is a device like others
        if not place.exists():
            raise PadProblem("pad_not_found", pad=f"file:{place}")
        self._place = place
        self._info = PadInfo(f"scanned file ({place.name})", "", "", 0, simulated=False)

    @property
    def info(self) -> PadInfo:
        """What the device is."""
        return self._info

    def capture(self, hint: HintSink, cancel: threading.Event) -> Fingerprint:
        """One good print; see `FingerprintPad.capture`."""
        check_cancel(cancel)
        passed_over = self._pictures() if self._place.is_dir() else {}
        hint(Hint.WAITING)
        while True:
            file = self._next(set(passed_over), cancel)
            image = self._read(file)
            rating = rate(image)
            if rating is not Hint.WAITING:
                hint(rating)
            if rating is Hint.GOOD:
                return image
            passed_over = self._pictures() if self._place.is_dir() else {}
            cancel.wait(CANCEL_POLL_S)

    def close(self) -> None:
        """Nothing is held."""

    def _next(self, passed_over: set[Path], cancel: threading.Event) -> Path:
        """The next complete picture."""
        quiet, size = 0, -1
        while True:
            check_cancel(cancel)
            if not self._place.exists():
                raise PadProblem("pad_unplugged", pad=self._info.name)
            if self._place.is_file():
                return self._place
            new = {file: n for file, n in self._pictures().items() if file not in passed_over}
            if new:
                file = min(new)
                quiet = quiet + 1 if new[file] == size else 0
                size = new[file]
                if quiet >= QUIET_POLLS:
                    return file
            cancel.wait(CANCEL_POLL_S)

    def _pictures(self) -> dict[Path, int]:
        try:
            return {
                file: file.stat().st_size
                for file in self._place.iterdir()
                if file.suffix.lower() in SUFFIXES and file.is_file()
            }
        except OSError:
            return {}

    def _read(self, file: Path) -> Fingerprint:
        from PIL import Image

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                with Image.open(file) as picture:
                    dpi = round(float(picture.info.get("dpi", (USUAL_DPI,))[0])) or USUAL_DPI
                    if picture.width * picture.height > MAX_PIXELS:
                        raise PadProblem("image_unreadable", pad=self._info.name)
                    gray = picture.convert("L")
        except (OSError, ValueError, TypeError, SyntaxError, Image.DecompressionBombError) as error:
            raise PadProblem("image_unreadable", pad=self._info.name) from error
        if min(gray.size) < LEAST_PX:
            raise PadProblem("image_unreadable", pad=self._info.name)
        return Fingerprint(
            gray=gray.tobytes(),
            width=gray.width,
            height=gray.height,
            dpi=dpi,
            device=self._info.name,
            serial="",
            simulated=False,
        )
