"""Draws a calm interview room with a wall clock, for trials: no photograph, no real person."""

from __future__ import annotations

import math
import time

from PIL import Image, ImageDraw

from app.recorder.typeface import typeface

WALL = (201, 205, 203)
WALL_LOW = (176, 182, 181)
FLOOR = (139, 136, 130)
RAIL = (150, 156, 155)
TABLE = (147, 118, 88)
TABLE_EDGE = (118, 93, 68)
DARK = (62, 70, 78)
PALE = (236, 237, 233)
RED = (166, 58, 48)
LABEL = "模拟画面  SIMULATED"
SUPERSAMPLING = 2
Box = tuple[float, float, float, float]


class RoomPicture:
    """The room at one size; the furniture is drawn once, the clock's hands each second."""

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        self._unit = height / 720 * SUPERSAMPLING
        self._left = width * SUPERSAMPLING / 2 - 640 * self._unit
        big = Image.new("RGB", (width * SUPERSAMPLING, height * SUPERSAMPLING), WALL)
        self._draw_room(ImageDraw.Draw(big))
        self._base = big.resize(self._size, Image.Resampling.LANCZOS)

    def at(self, second: int) -> Image.Image:
        """The room at a moment of the wall clock, in seconds since the epoch."""
        image = self._base.copy()
        local = time.localtime(second)
        scale = SUPERSAMPLING * 2
        radius = int(46 * self._unit / SUPERSAMPLING)
        face = Image.new("RGB", (radius * 2 * scale, radius * 2 * scale), WALL)
        draw = ImageDraw.Draw(face)
        middle = radius * scale
        draw.ellipse((0, 0, middle * 2 - 1, middle * 2 - 1), PALE, DARK, scale * 3)
        for hour in range(12):
            self._hand(draw, middle, hour / 12, (0.8, 0.9), DARK, scale)
        self._hand(draw, middle, (local.tm_hour % 12 + local.tm_min / 60) / 12, (0, 0.5), DARK, 12)
        self._hand(draw, middle, local.tm_min / 60, (0, 0.75), DARK, 8)
        self._hand(draw, middle, local.tm_sec / 60, (-0.15, 0.82), RED, 4)
        face = face.resize((radius * 2, radius * 2), Image.Resampling.LANCZOS)
        x, y = self._point(640, 130)
        image.paste(face, (int(x / SUPERSAMPLING) - radius, int(y / SUPERSAMPLING) - radius))
        return image

    @staticmethod
    def _hand(
        draw: ImageDraw.ImageDraw,
        middle: int,
        turn: float,
        reach: tuple[float, float],
        colour: tuple[int, int, int],
        width: int,
    ) -> None:
        x, y = math.sin(turn * math.tau), -math.cos(turn * math.tau)
        ends = [(middle + x * middle * part, middle + y * middle * part) for part in reach]
        draw.line(ends, colour, width)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        return self._left + x * self._unit, y * self._unit

    def _box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        return (*self._point(x0, y0), *self._point(x1, y1))

    def _draw_room(self, draw: ImageDraw.ImageDraw) -> None:
        width, height = draw.im.size
        unit = self._unit
        draw.rectangle((0, 330 * unit, width, 470 * unit), WALL_LOW)
        draw.rectangle((0, 326 * unit, width, 334 * unit), RAIL)
        draw.rectangle((0, 470 * unit, width, height), FLOOR)
        draw.rectangle((0, 466 * unit, width, 474 * unit), RAIL)
        for x in (300, 980):
            self._draw_person(draw, x, facing=1 if x < 640 else -1)
        self._draw_table(draw)
        face = typeface(int(30 * unit))
        draw.text(self._point(640, 240), LABEL, DARK, face, anchor="mm")

    def _draw_person(self, draw: ImageDraw.ImageDraw, x: float, *, facing: int) -> None:
        unit = self._unit
        back = x - facing * 78
        draw.rounded_rectangle(self._box(back - 14, 330, back + 14, 640), 8 * unit, TABLE_EDGE)
        draw.rounded_rectangle(self._box(x - 85, 560, x + 85, 590), 8 * unit, TABLE_EDGE)
        shade = (104, 116, 127) if facing > 0 else (128, 121, 113)
        draw.rounded_rectangle(self._box(x - 70, 375, x + 70, 575), 58 * unit, shade)
        draw.ellipse(self._box(x - 45, 258, x + 45, 362), shade)

    def _draw_table(self, draw: ImageDraw.ImageDraw) -> None:
        unit = self._unit
        draw.rounded_rectangle(self._box(380, 500, 900, 530), 6 * unit, TABLE)
        draw.rectangle(self._box(380, 522, 900, 534), TABLE_EDGE)
        for x in (410, 850):
            draw.rectangle(self._box(x, 534, x + 22, 690), TABLE_EDGE)
        sheet = ((470, 500), (570, 500), (560, 488), (482, 488))
        draw.polygon([self._point(*corner) for corner in sheet], PALE)
        for x in (610, 690):
            draw.rectangle(self._box(x - 3, 455, x + 3, 500), DARK)
            draw.ellipse(self._box(x - 11, 438, x + 11, 462), DARK)
            draw.rounded_rectangle(self._box(x - 22, 494, x + 22, 501), 3 * unit, DARK)
