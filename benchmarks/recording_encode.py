"""Processor time of the recorder beside the ffmpeg command line doing the same encode.

- Both decode the same film and the same two sounds, burn a clock into every picture and write
  fragmented MP4 with the same settings; they take turns in the same run.
- The encoding path alone runs as fast as it can, so that a busy machine drops no picture; it
  chains, encrypts and keeps in two folders as a take does.
- The whole recorder process runs in real time, beside `ffmpeg -re`.
"""

from __future__ import annotations

import io
import itertools
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np

from app.ipc import messages as ms
from app.ipc.supervisor import holder
from app.recorder.encoder import PICTURE_TICKS, PictureShape, StreamEncoder
from app.recorder.folder import FolderWriter
from app.recorder.fragment import TakeName
from app.recorder.keeper import Keeper
from app.recorder.overlay import Strip, frame_of, planes_of
from app.recorder.simulated import read_mono
from app.recorder.stretcher import Stretcher
from benchmarks.recording_source import HEIGHT, RATE, WIDTH, Cost, cpu_s, middle, run, write_tones
from tests.fakes.recording_room import RECORD, RecordingRoom

SETTLE_S = 4.0
PRESET, CRF = "veryfast", 26
TRIALS = 3
PATH, PATH_THEIRS = "encoding path", "ffmpeg"
OURS, OURS_WATCHED, THEIRS = "recorder", "recorder with previews", "ffmpeg -re"
FONTS = ("/usr/share/fonts", str(Path(__file__).parents[1] / "resources" / "fonts"))
SOUND_BLOCK = 960


@dataclass(frozen=True)
class Encoded:
    """One run: what a second of 1080p25 and two microphones costs, and what came out."""

    cpu_s: float  # for 25 pictures, so that a picture left out on a busy machine saves nothing
    pictures_per_s: float
    bits_per_s: float


def film_camera(film: Path) -> ms.CameraChoice:
    """The film as a camera of 1080p25."""
    return ms.CameraChoice(
        name="camera-1", source=f"file:{film}", width=WIDTH, height=HEIGHT, frame_rate=RATE
    )


def compare(film: Path, scratch: Path, seconds: float) -> dict[str, Encoded]:
    """The middle of three runs of each, by turns."""
    tones = write_tones(scratch, seconds + 1)
    runs: dict[str, list[Encoded]] = {}
    for _ in range(TRIALS):
        runs.setdefault(PATH, []).append(by_path(film, tones, scratch, seconds))
        runs.setdefault(PATH_THEIRS, []).append(by_ffmpeg(film, tones, scratch, seconds))
        ours, watched = by_recorder(film, scratch, seconds)
        runs.setdefault(OURS, []).append(ours)
        runs.setdefault(OURS_WATCHED, []).append(watched)
        runs.setdefault(THEIRS, []).append(by_ffmpeg(film, tones, scratch, seconds, "-re"))
    return {
        name: Encoded(*(middle([getattr(one, field) for one in told]) for field in FIELDS))
        for name, told in runs.items()
    }


FIELDS = ("cpu_s", "pictures_per_s", "bits_per_s")


def by_path(film: Path, tones: tuple[Path, Path], scratch: Path, seconds: float) -> Encoded:
    """Decoder, overlay, encoder, chain, encryption and both folders, in a process of their own."""
    with tempfile.TemporaryDirectory(dir=scratch, prefix="p-") as home:
        command = [sys.executable, "-m", __name__, film, *tones, home, seconds]
        told = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
        return Encoded(**json.loads(told.stdout))


def encode(film: Path, tones: tuple[Path, Path], home: Path, seconds: float) -> Encoded:
    """In that process; `cpu_s` is without Python's own start."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    folders = [FolderWriter(home / name, reserve_bytes=0) for name in ("first", "second")]
    name = TakeName(RECORD, "camera-1", 1)
    keeper = Keeper(folders, [name], bytes(32), _nothing, _lost)
    keeper.start()
    shape = PictureShape(WIDTH, HEIGHT, RATE)
    encoder = StreamEncoder(partial(keeper.put, name.stream), picture=shape, sound=True)
    stretcher, strip = Stretcher(encoder.add_sound), Strip("room  record", WIDTH, HEIGHT)
    heard = np.stack([read_mono(tone) for tone in tones], axis=1)
    start, blocks = datetime.now(UTC).astimezone(), 0
    for number, frame in enumerate(itertools.islice(_pictures(film), int(seconds * RATE))):
        planes = planes_of(frame, WIDTH, HEIGHT)
        at = start + timedelta(seconds=number / RATE)
        strip.burn(planes, at, number // RATE)
        encoder.add_picture(
            frame_of(planes), number * PICTURE_TICKS // RATE, is_key=number % RATE == 0
        )
        while blocks * SOUND_BLOCK <= number * 48_000 // RATE:
            at_sample = blocks * SOUND_BLOCK
            stretcher.add(heard[at_sample : at_sample + SOUND_BLOCK], at_sample)
            blocks += 1
    stretcher.close()
    encoder.close()
    keeper.close()
    for folder in folders:
        folder.close(10)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Encoded(cpu / seconds, RATE, 8 * folders[0].bytes / seconds)


def _pictures(film: Path) -> Iterator[Any]:
    while True:
        with av.open(str(film)) as container:
            yield from container.decode(video=0)


def _nothing(kept: object) -> None:
    """The log is no part of this."""


def _lost() -> None:
    raise SystemExit("no folder took the pieces")


def by_recorder(film: Path, scratch: Path, seconds: float) -> tuple[Encoded, Encoded]:
    """The real recorder process, first with nobody at its previews, then with a desk there."""
    with (
        tempfile.TemporaryDirectory(dir=scratch, prefix="r-") as name,
        RecordingRoom(Path(name)) as room,
    ):
        tones = write_tones(Path(name), 2 * seconds + 6 * SETTLE_S)
        for channel, tone in enumerate(tones):
            folder = room.microphone_folder / str(channel)
            folder.mkdir(parents=True)
            tone.rename(folder / "tone.wav")
        room.start(cameras=(film_camera(film),))
        room.record_until(1000)
        found = holder(room.client.address)
        assert found is not None
        room.client.close()
        alone = _measure(found.pid, seconds)
        room.watch()
        watched = _measure(found.pid, seconds)
        room.client.stop_take(RECORD)
        return _told(room, *alone), _told(room, *watched)


def _measure(pid: int, seconds: float) -> tuple[float, float, float]:
    time.sleep(SETTLE_S)
    before, began = cpu_s(pid), time.monotonic()
    time.sleep(seconds)
    return cpu_s(pid) - before, began, time.monotonic()


def _told(room: RecordingRoom, cpu: float, began: float, ended: float) -> Encoded:
    """Pictures and bytes between two moments, by the take's own time stamps."""
    clock = room.log("clock")[0]
    from_s = began - (clock["monotonic_ms"] - clock["elapsed_ms"]) / 1000
    until_s = from_s + ended - began
    pictures = bits = 0
    with av.open(io.BytesIO(room.film_bytes())) as film:
        for packet in film.demux():
            if packet.pts is None or not from_s <= packet.pts * packet.time_base < until_s:
                continue
            pictures += packet.stream.type == "video"
            bits += 8 * packet.size
    return Encoded(cpu * RATE / pictures, pictures / (ended - began), bits / (ended - began))


def by_ffmpeg(
    film: Path, tones: tuple[Path, Path], scratch: Path, seconds: float, *pace: str
) -> Encoded:
    """The command line with the recorder's own encoder settings."""
    out = scratch / "ffmpeg.mp4"
    font = next(path for place in FONTS for path in sorted(Path(place).rglob("*.[to]t[fc]")))
    clock = (
        f"drawtext=fontfile={font}:fontsize=28:fontcolor=white:box=1:boxcolor=black:"
        "x=w-tw-20:y=h-40:text='%{localtime}'"
    )
    cost: Cost = run(
        "ffmpeg", *pace, "-stream_loop", "-1", "-i", film, "-i", tones[0], "-i", tones[1],
        "-filter_complex", f"[0:v]{clock}[v];[1:a][2:a]join=inputs=2,aresample=async=1000[a]",
        "-map", "[v]", "-map", "[a]", "-t", seconds,
        "-c:v", "libx264", "-preset", PRESET, "-tune", "zerolatency", "-crf", CRF,
        "-forced-idr", "1", "-sc_threshold", "0", "-bf", "0", "-threads", "2",
        "-g", RATE * 10, "-force_key_frames", "expr:gte(t,n_forced)",
        "-c:a", "aac", "-b:a", "192k", "-aac_is", "0", "-aac_ms", "0", "-aac_pns", "0",
        "-movflags", "frag_keyframe+empty_moov+default_base_moof+skip_trailer",
        "-flush_packets", "1", "-y", out,
    )  # fmt: skip
    with av.open(str(out)) as film_made:
        pictures = sum(packet.size > 0 for packet in film_made.demux(video=0))
    told = Encoded(
        cost.cpu_s * RATE / pictures, pictures / seconds, 8 * out.stat().st_size / seconds
    )
    out.unlink()
    return told


if __name__ == "__main__":
    film_path, one, other, place, length = sys.argv[1:]
    made = encode(Path(film_path), (Path(one), Path(other)), Path(place), float(length))
    sys.stdout.write(json.dumps(vars(made)))
