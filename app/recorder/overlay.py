"""Burns room, record, climate, date, time and elapsed time into every picture's lower edge.

- Digits are drawn once as masks; per picture they are only copied, so it costs next to nothing.
- Everything is at even offsets, because the colour planes have half the size.
- The length of a hole that just ended stands in the upper left corner for a moment.
- A lost picture is never papered over: its place is dark and says so, with the time running on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from PIL import Image, ImageDraw

from app.recorder.typeface import typeface

Plane = npt.NDArray[np.uint8]
CHARACTERS = "0123456789-: "
LOST_NOTICE = "画面中断  NO PICTURE"
GAP_NOTICE = "缺 GAP {}"
PRE_ROLL_NOTICE = "预录 PRE-ROLL"
GROUND = 16  # video black
INK = 235  # video white


def _mask(text: str, height: int, width: int | None = None) -> Plane:
    """White text on video black, `height` rows, an even number of columns."""
    face = typeface(max(10, int(height * 0.66)))
    needed = int(face.getlength(text)) + 2 if width is None else width
    needed += needed % 2
    image = Image.new("L", (needed, height), GROUND)
    # Set by the line's middle, so that digits and Chinese stand on one line whatever their form.
    ImageDraw.Draw(image).text((needed / 2, height / 2), text, INK, face, anchor="mm")
    return np.asarray(image)


class Strip:
    """The strip of one stream; not shared between threads."""

    def __init__(
        self, label: str, width: int, height: int, climate: Callable[[], str] = str
    ) -> None:
        """Make the strip.

        Args:
            label: room and record.
            width: of the picture, in pixels.
            height: of the picture, in pixels.
            climate: gives temperature and humidity as they are now, "" when they are not known.
        """
        self._width = width
        self._climate = climate
        self._climate_mask = ("", _mask(" ", 16))
        self.rows = max(16, height // 24 // 2 * 2)
        room = 2 * self.rows // 4 * 2
        digit = int(typeface(max(10, int(self.rows * 0.66))).getlength("0")) + 1
        digit += digit % 2
        self._glyphs = {one: _mask(one, self.rows, digit) for one in CHARACTERS}
        self._label = _mask(label, self.rows)[:, : max(2, width // 2)]
        self._margin = room // 2 // 2 * 2
        self._lost = _mask(LOST_NOTICE, self.rows * 2)[:, : width // 2 * 2]
        self._gap = ("", _mask(" ", self.rows))
        self._pre_roll = _mask(PRE_ROLL_NOTICE, self.rows)

    def burn(self, planes: Plane, at: datetime, elapsed_s: int | None) -> None:
        """Write the strip into a picture.

        Args:
            planes: yuv420p as one array [height * 3 / 2, width]; changed in place.
            at: local date and time of the picture.
            elapsed_s: seconds since recording began; None in a pre-roll, which is named.
        """
        height = planes.shape[0] * 2 // 3
        luma = planes[:height]
        top = height - self.rows
        luma[top:] = GROUND
        for plane in _colours(planes, height):
            plane[top // 2 :] = 128
        label = self._label
        luma[top:, self._margin : self._margin + label.shape[1]] = label
        drawn = self._clock(at, elapsed_s)
        left = max(0, self._width - self._margin - drawn.shape[1]) // 2 * 2
        luma[top:, left : left + drawn.shape[1]] = drawn[:, : self._width - left]
        self._burn_climate(luma[top:], self._margin + label.shape[1], left)

    def _clock(self, at: datetime, elapsed_s: int | None) -> Plane:
        clock = f"{at:%Y-%m-%d %H:%M:%S}  "
        if elapsed_s is not None:
            clock += f"{elapsed_s // 3600:02d}:{elapsed_s // 60 % 60:02d}:{elapsed_s % 60:02d}"
        drawn = [self._glyphs[one] for one in clock]
        return np.hstack(drawn if elapsed_s is not None else [*drawn, self._pre_roll])

    def _burn_climate(self, strip: Plane, after: int, before: int) -> None:
        """Between label and clock; left out where there is no room for it."""
        text = self._climate()
        if not text:
            return
        if self._climate_mask[0] != text:
            self._climate_mask = (text, _mask(text, self.rows))
        mask = self._climate_mask[1]
        left = (before - mask.shape[1] - self.rows) // 2 * 2
        if left >= after:
            strip[:, left : left + mask.shape[1]] = mask

    def gap(self, planes: Plane, length_ms: int) -> None:
        """Write the length of a hole into a picture's upper left corner; changed in place."""
        text = gap_text(length_ms)
        if self._gap[0] != text:
            self._gap = (text, _mask(text, self.rows * 2)[:, : self._width // 2 * 2])
        notice = self._gap[1]
        height = planes.shape[0] * 2 // 3
        rows, columns = notice.shape
        planes[:rows, :columns] = notice
        for plane in _colours(planes, height):
            plane[: rows // 2, : columns // 2] = 128

    def lost(self, height: int) -> Plane:
        """A dark picture that says it is none, without the strip."""
        planes = np.full((height * 3 // 2, self._width), 128, np.uint8)
        planes[:height] = GROUND
        notice = self._lost
        top = (height - notice.shape[0]) // 2
        left = max(0, self._width - notice.shape[1]) // 4 * 2
        planes[top : top + notice.shape[0], left : left + notice.shape[1]] = notice
        return planes


def gap_text(length_ms: int) -> str:
    """`缺 GAP 00:01.3`: minutes, seconds and tenths; never 0 for a hole that is there."""
    tenths = max(1, (length_ms + 50) // 100)
    return GAP_NOTICE.format(f"{tenths // 600:02d}:{tenths // 10 % 60:02d}.{tenths % 10}")


def _colours(planes: Plane, height: int) -> tuple[Plane, Plane]:
    quarter = height // 4
    width = planes.shape[1]
    below = planes[height:]
    return (
        below[:quarter].reshape(height // 2, width // 2),
        below[quarter:].reshape(height // 2, width // 2),
    )


def fitted(width: int, height: int, into_width: int, into_height: int) -> tuple[int, int]:
    """The size at which a picture is recorded: its own, or smaller to fit; multiples of four."""
    scale = min(1.0, into_width / width, into_height / height)
    return max(64, int(width * scale) // 4 * 4), max(64, int(height * scale) // 4 * 4)


def planes_of(frame: VideoFrame, width: int, height: int) -> Plane:
    """A copy of the picture as yuv420p planes [height * 3 / 2, width], ready to be drawn on."""
    shaped = frame.reformat(width=width, height=height, format="yuv420p")
    return shaped.to_ndarray().astype(np.uint8)  # astype copies


def frame_of(planes: Plane) -> VideoFrame:
    """The picture of yuv420p planes."""
    return VideoFrame.from_ndarray(planes, format="yuv420p")
