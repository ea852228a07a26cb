"""Plausible handwriting for simulated rooms: a typeface's characters thinned to pen strokes.

- Only simulated pads and the demo write with it, and what they write says `simulated`.
- The same words and seed give the same strokes.
Source of the thinning: Zhang and Suen, Communications of the ACM 27 (1984) 236.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Grid = npt.NDArray[np.bool_]

EM = 56  # pixels a character is drawn with
SHORTEST = 4  # pixels; shorter branches are spurs of the thinning
PEN_SPEED = 0.16  # pixels in a millisecond
LIFT_MS = 90
TURN_DEG = 42  # a pen goes on through a crossing that bends less

Spot = tuple[int, int]
Trail = list[Spot]


@dataclass(frozen=True, slots=True)
class PenPoint:
    """A place in the unit square of the writing area, with force, tilt and time from the start."""

    x: float
    y: float
    pressure: float
    tilt_x_deg: int
    tilt_y_deg: int
    t_ms: int


PenStroke = tuple[PenPoint, ...]


def write(text: str, font: Path, *, aspect: float = 3.0, seed: int = 0) -> tuple[PenStroke, ...]:
    """Strokes that write `text` on one or more lines of an area `aspect` times as wide as high.

    Args:
        text: The words; spaces and characters the typeface lacks leave a hole.
        font: An OpenType file.
        aspect: Width of the area over its height.
        seed: Another seed, another hand.
    """
    hand = random.Random(f"{text}|{seed}")  # noqa: S311 - no secret
    columns, rows = _grid(len(text), aspect)
    cell = min(aspect / columns, 1 / rows) * 0.94
    left = (aspect - columns * cell) / 2 / aspect
    top = (1 - rows * cell) / 2
    strokes: list[PenStroke] = []
    now_ms = 0.0
    for place, character in enumerate(text):
        row, column = divmod(place, columns)
        x, y = left + column * cell / aspect, top + row * cell
        shear, sink = hand.uniform(0.02, 0.12), hand.uniform(-0.05, 0.05)
        for trail in _trails(character, font):
            stroke: list[PenPoint] = []
            for number, (px, py) in enumerate(_eased(trail, hand)):
                u, v = px / EM, py / EM + sink + shear * (px / EM - 0.5)
                if number:
                    now_ms += hand.uniform(1.2, 2.2) / PEN_SPEED
                force = _force(number / max(len(trail) - 1, 1), hand)
                point = PenPoint(
                    x=min(max(x + u * cell / aspect, 0.0), 1.0),
                    y=min(max(y + v * cell, 0.0), 1.0),
                    pressure=round(force, 4),
                    tilt_x_deg=round(22 + 4 * math.sin(now_ms / 400)),
                    tilt_y_deg=round(-31 + 3 * math.cos(now_ms / 500)),
                    t_ms=round(now_ms),
                )
                stroke.append(point)
            strokes.append(tuple(stroke))
            now_ms += LIFT_MS * hand.uniform(0.7, 1.6)
    return tuple(strokes)


def _grid(count: int, aspect: float) -> tuple[int, int]:
    """Columns and rows that leave the characters largest."""
    best = max(
        range(1, max(count, 1) + 1),
        key=lambda columns: min(aspect / columns, 1 / math.ceil(max(count, 1) / columns)),
    )
    return best, math.ceil(max(count, 1) / best)


def _force(along: float, hand: random.Random) -> float:
    """Soft at both ends of a stroke, firm between."""
    return min(1.0, max(0.05, 0.22 + 0.5 * math.sin(math.pi * along) + hand.uniform(-0.04, 0.04)))


def _eased(trail: Trail, hand: random.Random) -> Iterator[tuple[float, float]]:
    """Every second pixel, averaged with its neighbours, slightly unsteady."""
    wander = 0.0
    for number in range(0, len(trail), 2):
        near = trail[max(0, number - 2) : number + 3]
        wander = 0.85 * wander + hand.uniform(-0.22, 0.22)
        x = sum(spot[0] for spot in near) / len(near) + wander
        y = sum(spot[1] for spot in near) / len(near) + wander / 2
        yield x, y


def _trails(character: str, font: Path) -> list[Trail]:
    """The pen's ways through a character in about the order a hand takes."""
    spots = _thinned(character, font)
    branches = _joined(_branches(spots))
    whole = [_from_top_left(branch) for branch in branches if len(branch) >= SHORTEST]
    return sorted(whole, key=lambda trail: (trail[0][1] // 10, trail[0][0]))


def _from_top_left(trail: Trail) -> Trail:
    (x0, y0), (x1, y1) = trail[0], trail[-1]
    return trail if (x0 + y0 * 1.2) <= (x1 + y1 * 1.2) else trail[::-1]


def _thinned(character: str, font: Path) -> set[Spot]:
    """The character's middle lines, one pixel wide."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("L", (EM, EM), 0)
    face = ImageFont.truetype(str(font), int(EM * 0.9))
    ImageDraw.Draw(picture).text((EM / 2, EM / 2), character, fill=255, font=face, anchor="mm")
    grid = np.asarray(picture) > 127
    while True:
        before = grid.sum()
        for half in (0, 1):
            grid = grid & ~_peel(grid, half)
        if grid.sum() == before:
            break
    return {(int(x), int(y)) for y, x in np.argwhere(grid)}


def _peel(grid: Grid, half: int) -> Grid:
    """The border pixels one half-step of the thinning takes away."""
    import numpy as np

    padded = np.pad(grid, 1)
    rows, columns = grid.shape
    steps = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
    ring = [padded[1 + dy : 1 + dy + rows, 1 + dx : 1 + dx + columns] for dy, dx in steps]
    neighbours = sum(part.astype(int) for part in ring)
    turns = sum((~a & b).astype(int) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))
    north, east, south, west = ring[0], ring[2], ring[4], ring[6]
    if half == 0:
        outer = ~(north & east & south) & ~(east & south & west)
    else:
        outer = ~(north & east & west) & ~(north & south & west)
    peeled: Grid = grid & (neighbours >= 2) & (neighbours <= 6) & (turns == 1) & outer
    return peeled


def _around(spot: Spot, spots: set[Spot]) -> list[Spot]:
    """Neighbours that are drawn; a diagonal one only where no straight way leads there."""
    x, y = spot
    straight = [s for s in ((x + 1, y), (x, y + 1), (x - 1, y), (x, y - 1)) if s in spots]
    slanted = [
        (x + dx, y + dy)
        for dx in (-1, 1)
        for dy in (-1, 1)
        if (x + dx, y + dy) in spots and (x + dx, y) not in spots and (x, y + dy) not in spots
    ]
    return straight + slanted


def _branches(spots: set[Spot]) -> list[Trail]:
    """Ways between ends and crossings; a closed ring is one way."""
    nodes = {spot for spot in spots if len(_around(spot, spots)) != 2}
    done: set[frozenset[Spot]] = set()
    found: list[Trail] = []
    for start in [*sorted(nodes), *sorted(spots - nodes)]:  # the latter only for rings
        if start not in nodes and any(start in trail for trail in found):
            continue
        for second in _around(start, spots):
            trail = _followed(start, second, spots, nodes, done)
            if len(trail) > 1:
                found.append(trail)
    return found


def _followed(
    start: Spot, second: Spot, spots: set[Spot], nodes: set[Spot], done: set[frozenset[Spot]]
) -> Trail:
    trail, here = [start], second
    if frozenset((start, second)) in done:
        return []
    while True:
        done.add(frozenset((trail[-1], here)))
        trail.append(here)
        if here in nodes or here == start:
            return trail
        ahead = [spot for spot in _around(here, spots) if spot != trail[-2]]
        ahead = [spot for spot in ahead if frozenset((here, spot)) not in done]
        if not ahead:
            return trail
        here = ahead[0]


def _joined(branches: list[Trail]) -> list[Trail]:
    """Branches that go straight through a crossing become one stroke."""
    trails = [branch for branch in branches if len(branch) > 1]
    while True:
        pair = _straightest(trails)
        if pair is None:
            return trails
        first, second = pair
        trails = [trail for trail in trails if trail is not first and trail is not second]
        trails.append(_end_to_end(first, second))


def _straightest(trails: list[Trail]) -> tuple[Trail, Trail] | None:
    best, least = None, math.radians(TURN_DEG)
    for number, first in enumerate(trails):
        for second in trails[number + 1 :]:
            if {first[0], first[-1]} & {second[0], second[-1]}:
                bend = _bend(_end_to_end(first, second), len(first))
                if bend < least:
                    best, least = (first, second), bend
    return best


def _end_to_end(first: Trail, second: Trail) -> Trail:
    """Both as one trail; they share an end."""
    if first[-1] not in (second[0], second[-1]):
        first = first[::-1]
    return first + (second if second[0] == first[-1] else second[::-1])[1:]


def _bend(trail: Trail, length: int) -> float:
    """Change of direction, in radians, at the place where the first trail ended."""
    at = min(max(length - 1, 1), len(trail) - 2)
    (ax, ay), (bx, by), (cx, cy) = (
        trail[max(0, at - 6)],
        trail[at],
        trail[min(len(trail) - 1, at + 6)],
    )
    turn = math.atan2(cy - by, cx - bx) - math.atan2(by - ay, bx - ax)
    return abs(math.remainder(turn, math.tau))
