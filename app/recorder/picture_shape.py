"""The size at which a camera is recorded, and its pictures brought to it.

- Never larger than the room asks for, never out of proportion: what is left over is black.
"""

from __future__ import annotations

import numpy as np
from av.video.frame import VideoFrame

from app.recorder.encoder import PictureShape
from app.recorder.overlay import GROUND, Plane, fitted, planes_of

TOLERANCE = 0.02  # of the proportion; sizes are multiples of four


def shape_of(first: VideoFrame, asked: PictureShape) -> PictureShape:
    """How a camera with such pictures is recorded."""
    width, height = fitted(first.width, first.height, asked.width, asked.height)
    return PictureShape(width, height, asked.frame_rate)


def planes_within(frame: VideoFrame, shape: PictureShape) -> Plane:
    """A picture as yuv420p planes [height * 3 / 2, width] of this shape, ready to be drawn on."""
    whole = frame.width / frame.height
    if abs(shape.width / shape.height - whole) <= TOLERANCE * whole:
        return planes_of(frame, shape.width, shape.height)
    scale = min(shape.width / frame.width, shape.height / frame.height)
    width, height = int(frame.width * scale) // 4 * 4, int(frame.height * scale) // 4 * 4
    inner = planes_of(frame, width, height)
    planes = np.full((shape.height * 3 // 2, shape.width), 128, np.uint8)
    planes[: shape.height] = GROUND
    top, left = (shape.height - height) // 4 * 2, (shape.width - width) // 4 * 2
    planes[top : top + height, left : left + width] = inner[:height]
    targets = planes[shape.height :].reshape(2, shape.height // 2, shape.width // 2)
    colours = inner[height:].reshape(2, height // 2, width // 2)
    for target, colour in zip(targets, colours, strict=True):
        target[top // 2 : (top + height) // 2, left // 2 : (left + width) // 2] = colour
    return planes
