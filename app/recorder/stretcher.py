"""Samples at stated positions in, an unbroken stream out: what is a little off is stretched.

- By at most two per cent, and a difference under a tenth of a second is never cut or filled.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as Ended
from av.filter import Graph

from app.recorder.capture import Samples

RATE = 48_000


class Stretcher:
    """Gives planar floats [2, n]."""

    def __init__(self, on_samples: Callable[[npt.NDArray[np.float32]], None]) -> None:
        self._on_samples = on_samples
        graph = Graph()
        source = graph.add_abuffer(
            format="s16", sample_rate=RATE, layout="stereo", time_base=Fraction(1, RATE)
        )
        stretch = graph.add("aresample", f"{RATE}:async=1000:min_hard_comp=0.1:first_pts=0")
        shape = graph.add("aformat", "sample_fmts=fltp:channel_layouts=stereo")
        sink = graph.add("abuffersink")
        source.link_to(stretch)
        stretch.link_to(shape)
        shape.link_to(sink)
        graph.configure()
        self._graph: Any = graph

    def add(self, samples: Samples, position: int) -> None:
        """Add samples whose first one belongs at `position`."""
        if not len(samples):
            return
        frame = AudioFrame.from_ndarray(
            np.ascontiguousarray(samples).reshape(1, -1), format="s16", layout="stereo"
        )
        frame.sample_rate = RATE
        frame.pts = position
        frame.time_base = Fraction(1, RATE)
        self._graph.push(frame)
        self._pull()

    def close(self) -> None:
        """Give out what is left."""
        self._graph.push(None)
        self._pull()

    def _pull(self) -> None:
        while True:
            try:
                frame = self._graph.pull()
            except (NothingYet, Ended):
                return
            self._on_samples(frame.to_ndarray())
