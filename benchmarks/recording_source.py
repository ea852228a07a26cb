"""What the recording benchmarks record and measure with: a numbered film, two tones, /proc.

- Every picture of the film carries its number as black and white squares, so that one that is
  missing in a recording is seen, whatever the time stamps say.
- The two tones fit no block of a sound card: a lost one shifts their phase.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT, RATE = 1920, 1080, 25
SOUND_RATE = 48_000
SQUARE = 32  # pixels: survives any sensible encoding
BITS = 11
FILM_S = 40
PICTURES = FILM_S * RATE  # fewer than 2 ** BITS; then the numbers begin anew
TONES_HZ = (601.0, 611.0)  # at least one is no whole number of turns in any block of a card
DARK, BRIGHT = 16, 235


class NotPossible(SystemExit):
    """The machine lacks something; one sentence says what."""


def require_tools(*names: str) -> None:
    """End with a sentence when a program is missing."""
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        raise NotPossible(f"missing: {' '.join(missing)} (Debian packages of packaging/debian)")


def make_film(path: Path) -> Path:
    """Forty seconds of moving 1080p25 pictures with a camera's noise, numbered, H.264 in MP4."""
    graph = av.filter.Graph()
    source = graph.add("testsrc2", f"size={WIDTH}x{HEIGHT}:rate={RATE}:duration={FILM_S}")
    noisy = graph.add("noise", "alls=2:allf=t")
    shape = graph.add("format", "yuv420p")
    sink = graph.add("buffersink")
    for before, after in ((source, noisy), (noisy, shape), (shape, sink)):
        before.link_to(after)
    graph.configure()
    with av.open(str(path), "w") as film:
        options = {"preset": "veryfast", "crf": "21", "g": str(RATE * 2), "bf": "0"}
        stream: Any = film.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(PICTURES):
            frame: Any = graph.pull()
            write_number(luma_of(frame), number)
            frame.pts = number
            frame.pict_type = 0
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return path


def luma_of(frame: Any) -> npt.NDArray[np.uint8]:
    """The brightness of a picture [height, width], not copied."""
    plane = frame.planes[0]
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return rows[: frame.height, : frame.width]


def write_number(luma: npt.NDArray[np.uint8], number: int) -> None:
    """Squares along the upper edge: the number's bits, the lowest first, then their parity."""
    bits = [number >> bit & 1 for bit in range(BITS)]
    for place, bit in enumerate([*bits, sum(bits) & 1]):
        luma[:SQUARE, place * SQUARE : (place + 1) * SQUARE] = BRIGHT if bit else DARK


def read_number(luma: npt.NDArray[np.uint8]) -> int | None:
    """The number in a picture; None when there is none (a dark picture has a wrong parity)."""
    inner = luma[8 : SQUARE - 8, : (BITS + 1) * SQUARE].reshape(SQUARE - 16, BITS + 1, SQUARE)
    means = inner[:, :, 8:-8].mean(axis=(0, 2))
    if np.any((means > 80) & (means < 170)):
        return None
    bits = (means > 125).astype(int)
    number = int(sum(bit << place for place, bit in enumerate(bits[:BITS])))
    return number if number < PICTURES and bits[BITS] == bits[:BITS].sum() & 1 else None


def repeated(film: Path, times: int, into: Path) -> Path:
    """The film so many times, one after the other, without encoding it again."""
    run("ffmpeg", "-stream_loop", str(times - 1), "-i", film, "-c", "copy", "-y", into)
    return into


def write_tones(folder: Path, seconds: float) -> tuple[Path, Path]:
    """The two tones as WAV files, 48 kHz, mono."""
    import wave

    found = []
    for number, pitch in enumerate(TONES_HZ):
        turns = 2 * np.pi * pitch * np.arange(int(SOUND_RATE * seconds)) / SOUND_RATE
        path = folder / f"tone-{number}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SOUND_RATE)
            file.writeframes((8192 * np.sin(turns)).astype("<i2").tobytes())
        found.append(path)
    return found[0], found[1]


@dataclass(frozen=True)
class Cost:
    """What a program took."""

    cpu_s: float
    wall_s: float


def run(program: str, *arguments: object) -> Cost:
    """Run a program quietly to its end; it must succeed."""
    import time

    quiet = ("-hide_banner", "-loglevel", "error", "-nostdin") if program == "ffmpeg" else ()
    command = [program, *quiet, *map(str, arguments)]
    began = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        _, status, usage = os.wait4(child.pid, 0)
    except BaseException:
        child.kill()
        child.wait()
        raise
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise NotPossible(f"{command[0]} ended with {child.returncode}: {command}")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - began)


def cpu_s(pid: int) -> float:
    """Processor time of all threads of a running process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mib(pid: int) -> float:
    """Resident memory that is the process's own (anonymous), in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    return 0.0


def middle(values: Sequence[float]) -> float:
    """The median."""
    return sorted(values)[len(values) // 2]
