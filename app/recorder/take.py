"""One take: from devices that deliver to a film that is closed, with everything in between.

- It begins at one moment for all streams: when the microphone and every camera have delivered.
- Sound goes into the first camera's stream, or into one of its own when there is no camera.
- What begins or ceases to fail is a line in the recorder's log before anybody is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.clock import SystemClock
from app.errors import SetupProblem
from app.ipc import messages as ms
from app.recorder.capture import open_camera, open_microphone
from app.recorder.encoder import StreamEncoder
from app.recorder.feed import FIRST_LIMIT_S, CameraFeed, MicrophoneFeed
from app.recorder.folder import FolderWriter
from app.recorder.fragment import TakeName
from app.recorder.keeper import Keeper, Kept
from app.recorder.logbook import Logbook
from app.recorder.meter import Meter, Waveform
from app.recorder.overlay import Plane, Strip, frame_of, planes_of
from app.recorder.picture import PictureEvents, PictureTrack, shape_of
from app.recorder.preview import PreviewMaker
from app.recorder.sound import SoundTrack

SOUND_STREAM = "sound"
MICROPHONE = "microphone"
CLOSE_LIMIT_S = 3.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a take uses and does not own."""

    logbook: Logbook
    media_key: bytes
    tell: Callable[[ms.Message], None]
    is_watched: Callable[[], bool]
    reserve_bytes: int


class Take:
    """A running take; `open` it once, `close` it once."""

    def __init__(self, command: ms.StartTake, number: int, around: Surroundings) -> None:
        self.command = command
        self.number = number
        self._around = around
        production = command.production
        self._microphone = MicrophoneFeed(
            open_microphone(command.microphone, production=production)
        )
        self._cameras = {
            camera.name: CameraFeed(open_camera(camera, production=production))
            for camera in command.cameras
        }
        self.streams = tuple(self._cameras) or (SOUND_STREAM,)
        self._encoders: dict[str, StreamEncoder] = {}
        self._tracks: dict[str, PictureTrack] = {}
        self._told_opened = False
        self._troubles: set[tuple[str, str]] = set()
        self.gaps = 0
        self.is_lost = False  # no folder takes anything any more
        self.started_utc = ""
        self._t0_ns = 0

    # --- beginning ------------------------------------------------------------

    def open(self) -> None:
        """Open the devices, then begin.

        Raises:
            DeviceProblem: which device does not deliver; nothing was recorded.
        """
        feeds: list[MicrophoneFeed | CameraFeed] = [self._microphone, *self._cameras.values()]
        try:
            for feed in feeds:
                feed.start()
            deadline = time.monotonic() + FIRST_LIMIT_S
            firsts = {name: feed.wait_for_first(deadline) for name, feed in self._cameras.items()}
            self._microphone.wait_until_settled(deadline)
        except BaseException:
            for feed in feeds:
                feed.stop()
            raise
        self._open_folders()
        self._t0_ns = time.monotonic_ns()
        self.started_utc = SystemClock().utc_now()
        opened = self._opening()
        self._log(
            "take_opened",
            streams=list(opened.streams),
            started_utc=opened.started_utc,
            microphone=opened.microphone,
            cameras=list(opened.cameras),
            offset_ms=opened.offset_ms,
        )
        self.log_clock()
        for camera in self.command.cameras:
            first = firsts[camera.name].frame
            self._open_camera(camera, planes_of(first, first.width, first.height))
        if not self._cameras:
            cut = partial(self._keeper.put, SOUND_STREAM)
            self._encoders[SOUND_STREAM] = StreamEncoder(cut, picture=None, sound=True)
        self._open_sound()

    def _open_folders(self) -> None:
        command = self.command
        self.folders = [
            FolderWriter(Path(folder), reserve_bytes=self._around.reserve_bytes // 2)
            for folder in command.media_folders
        ]
        names = [TakeName(command.record_id, stream, self.number) for stream in self.streams]
        self._keeper = Keeper(
            self.folders, names, self._around.media_key, self._on_kept, self._on_lost
        )
        self._keeper.start()
        self._preview = PreviewMaker(self._around.is_watched, self._on_preview)

    def _open_camera(self, camera: ms.CameraChoice, first: Plane) -> None:
        height, width = first.shape[0] * 2 // 3, first.shape[1]
        shape = shape_of(width, height, (camera.width, camera.height), camera.frame_rate)
        encoder = StreamEncoder(
            partial(self._keeper.put, camera.name),
            picture=shape,
            sound=camera.name == self.streams[0],
        )
        self._encoders[camera.name] = encoder
        track = self._tracks[camera.name] = PictureTrack(
            self._cameras[camera.name],
            shape,
            Strip(self.command.overlay_label, shape.width, shape.height),
            self._t0_ns,
            self.command.offset_ms,
            PictureEvents(
                on_picture=partial(_encode, encoder),
                on_gap=partial(self._on_gap, camera.name, "picture_lost"),
                on_trouble=partial(self._on_trouble, camera.name),
                on_preview=partial(self._preview.offer, camera.name),
            ),
        )
        track.start(planes_of(frame_of(first), shape.width, shape.height))

    def _open_sound(self) -> None:
        stream = self.streams[0]
        self.meter = Meter(self._on_levels, self._on_silent)
        self._sound = SoundTrack(
            self._microphone.blocks,
            self._t0_ns,
            self._encoders[stream].add_sound,
            partial(self._on_gap, stream, "sound_lost"),
            self.meter,
            swap_channels=self.command.microphone.swap_channels,
        )
        self._sound.start()

    # --- the end --------------------------------------------------------------

    def close(self, reason: str) -> ms.TakeClosed:
        """Stop the devices, write what is left, and say so in the log."""
        for feed in self._cameras.values():
            feed.stop()
        for track in self._tracks.values():
            track.stop()
        self._sound.stop()
        self._microphone.stop()
        for encoder in self._encoders.values():
            encoder.close()
        self._keeper.close()
        self._preview.close()
        for folder in self.folders:
            folder.close(CLOSE_LIMIT_S)
        progress = self._keeper.streams
        closed = ms.TakeClosed(
            record_id=self.command.record_id,
            take=self.number,
            reason=reason,
            duration_ms=max(stream.written_ms for stream in progress.values()),
            heads={name: stream.head for name, stream in progress.items()},
        )
        self._log(
            "take_closed", reason=reason, duration_ms=closed.duration_ms, heads=dict(closed.heads)
        )
        return closed

    def join_devices(self, limit_s: float) -> None:
        """Wait for camera threads that were still in a driver when the take closed."""
        for feed in self._cameras.values():
            feed.join(limit_s)

    # --- meanwhile ------------------------------------------------------------

    @property
    def elapsed_ms(self) -> int:
        """From recording start, so with the take's offset."""
        return self.command.offset_ms + (time.monotonic_ns() - self._t0_ns) // 1_000_000

    def tick(self) -> None:
        """A few times a second: tell which devices and folders began or ceased to fail."""
        now = {(code, MICROPHONE) for code in (self._microphone.code,) if code}
        now |= {("one_folder_lost", str(folder.path)) for folder in self.folders if folder.code}
        before = {known for known in self._troubles if known[1] == MICROPHONE}
        before |= {known for known in self._troubles if known[0] == "one_folder_lost"}
        for code, subject in sorted(now - before):
            self._on_trouble(subject, code, over=False)
        for code, subject in sorted(before - now):
            self._on_trouble(subject, code, over=True)

    def log_clock(self) -> None:
        """Pair the two clocks in the log, with the microphone's own count of samples."""
        self._log(
            "clock",
            monotonic_ms=time.monotonic_ns() // 1_000_000,
            utc=SystemClock().utc_now(),
            elapsed_ms=self.elapsed_ms,
            samples=self._sound.samples if hasattr(self, "_sound") else 0,
        )

    def stream_states(self) -> tuple[ms.StreamState, ...]:
        """All streams, as the heartbeat tells them."""
        states = []
        for name, progress in self._keeper.streams.items():
            track = self._tracks.get(name)
            code = "device_lost" if track is not None and track.is_lost else ""
            if name == self.streams[0]:
                code = code or self._microphone.code
            states.append(
                ms.StreamState(
                    name=name,
                    healthy=not code,
                    fragments=progress.fragments,
                    head=progress.head,
                    written_ms=self.command.offset_ms + progress.written_ms,
                    code=code,
                )
            )
        return tuple(states)

    def folder_states(self) -> tuple[ms.FolderState, ...]:
        """Both folders, as the heartbeat tells them."""
        seconds = max(1.0, (time.monotonic_ns() - self._t0_ns) / 1e9)
        fastest = max((folder.bytes / seconds for folder in self.folders), default=0.0)
        rate = max(fastest, 20_000.0)  # at the very beginning nothing is known yet
        states = []
        for folder in self.folders:
            free = folder.free_bytes
            usable = max(0, free - self._around.reserve_bytes)
            states.append(
                ms.FolderState(
                    path=str(folder.path),
                    healthy=not folder.code,
                    free_bytes=free,
                    hours_left=round(usable / rate / 3600, 1),
                    code=folder.code,
                )
            )
        return tuple(states)

    @property
    def is_at_reserve(self) -> bool:
        """Whether no folder that still works has more than the reserve."""
        reserve = self._around.reserve_bytes
        return all(folder.code or folder.free_bytes < reserve for folder in self.folders)

    @property
    def microphone(self) -> str:
        """What delivers the sound."""
        return self._microphone.microphone.description

    # --- what the parts report ------------------------------------------------

    def _opening(self) -> ms.TakeOpened:
        return ms.TakeOpened(
            record_id=self.command.record_id,
            take=self.number,
            streams=self.streams,
            started_utc=self.started_utc,
            microphone=self.microphone,
            cameras=tuple(feed.camera.description for feed in self._cameras.values()),
            offset_ms=self.command.offset_ms,
        )

    def _on_kept(self, kept: Kept) -> None:
        offset_ms = self.command.offset_ms
        t0_ms, t1_ms = offset_ms + kept.t0_ms, offset_ms + kept.t1_ms
        self._log(
            "fragment",
            stream=kept.stream,
            index=kept.index,
            head=kept.head,
            bytes=kept.plain_bytes,
            t0_ms=t0_ms,
            t1_ms=t1_ms,
        )
        if not self._told_opened and all(p.fragments for p in self._keeper.streams.values()):
            self._told_opened = True
            self._around.tell(self._opening())
        self._around.tell(
            ms.FragmentKept(
                record_id=self.command.record_id,
                take=self.number,
                stream=kept.stream,
                index=kept.index,
                head=kept.head,
                t0_ms=t0_ms,
                t1_ms=t1_ms,
            )
        )

    def _on_lost(self) -> None:
        self.is_lost = True

    def _on_gap(self, stream: str, reason: str, t0_ms: int, t1_ms: int) -> None:
        self.gaps += 1
        gap = ms.GapNoticed(
            record_id=self.command.record_id,
            take=self.number,
            stream=stream,
            t0_ms=self.command.offset_ms + t0_ms,
            t1_ms=self.command.offset_ms + t1_ms,
            reason=reason,
        )
        self._log("gap", stream=stream, t0_ms=gap.t0_ms, t1_ms=gap.t1_ms, reason=reason)
        self._around.tell(gap)

    def _on_trouble(self, subject: str, code: str, over: bool) -> None:
        if over:
            self._troubles.discard((code, subject))
        else:
            self._troubles.add((code, subject))
        self._log("trouble", code=code, subject=subject, over=over)
        self._around.tell(
            ms.TroubleNoticed(
                record_id=self.command.record_id, code=code, subject=subject, over=over
            )
        )

    def _on_silent(self, channel: int, over: bool) -> None:
        self._on_trouble(f"{MICROPHONE} channel {channel}", "device_silent", over)

    def _on_levels(self, dbfs: tuple[float, float], waveform: Waveform) -> None:
        self._around.tell(ms.Levels(at_ms=self.elapsed_ms, dbfs=dbfs, waveform=waveform))

    def _on_preview(self, stream: str, picture: bytes, at_ms: int) -> None:
        at_ms += self.command.offset_ms
        self._around.tell(ms.Preview(stream=stream, jpeg=picture, at_ms=at_ms))

    def _log(self, kind: str, **fields: object) -> None:
        self._around.logbook.write(kind, take=self.number, **fields)


def _encode(encoder: StreamEncoder, planes: Plane, pts: int, is_key: bool) -> None:
    encoder.add_picture(frame_of(planes), pts, is_key=is_key)


def check_folders(command: ms.StartTake) -> None:
    """Refuse a production take that would lie on one folder only.

    Raises:
        SetupProblem: `setting_wrong` when there is one folder, `same_folder_twice`.
    """
    folders = [Path(folder).absolute() for folder in command.media_folders]
    if len(set(folders)) != len(folders):
        raise SetupProblem("same_folder_twice", folder=str(folders[0]))
    if not folders or (command.production and len(folders) < 2):
        raise SetupProblem("setting_wrong", name="second_media_folder")


def free_number(command: ms.StartTake) -> int:
    """The take's number, or the first one after it that has no files yet.

    A recorder killed before its first piece was reported leaves a take that nobody counted.
    """
    number = command.take
    streams = [camera.name for camera in command.cameras] or [SOUND_STREAM]
    while any(
        TakeName(command.record_id, stream, number).folder(Path(folder)).exists()
        for stream in streams
        for folder in command.media_folders
    ):
        number += 1
    return number
