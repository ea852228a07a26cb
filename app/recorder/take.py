"""One take: from devices that deliver to a film that is closed, with everything in between.

- It begins at one moment for all streams, see `app.recorder.readiness`.
- One that goes on after a loss or an adjournment begins where it does, not where it was asked to:
  its offset includes the time that the devices took.
- Sound goes into the first camera's stream, or into one of its own when there is no camera.
- One that stands by holds its last seconds in memory, see `app.recorder.pre_roll`, until it joins
  an interrogation or is dismissed; until then it has no record, no folder and no log.
- What begins or ceases to fail is a line in the recorder's log before anybody is told.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec

from app.clock import iso
from app.ipc import messages as ms
from app.recorder.camera_stream import CameraStream
from app.recorder.climate import SUBJECT as CLIMATE
from app.recorder.climate import ClimateFeed, ClimateSensor, facts_at, open_climate_sensor
from app.recorder.copied_stream import CopiedStream
from app.recorder.feed import FIRST_LIMIT_S
from app.recorder.folder import FolderWriter
from app.recorder.fragment import TakeName
from app.recorder.keeper import Keeper, Kept
from app.recorder.meter import Meter, Waveform
from app.recorder.overlay import Plane
from app.recorder.pre_roll import PreRoll
from app.recorder.preview import PreviewMaker
from app.recorder.readiness import wait_for_all, wait_for_any
from app.recorder.report import MICROPHONE, PICTURE_LOST, Report, Surroundings
from app.recorder.sound_source import SoundSource
from app.recorder.sound_stream import SoundStream
from app.recorder.stream import Beginning, Stream, StreamEvents
from app.recorder.take_state import folder_states, stream_states

CLOSE_LIMIT_S = 3.0


class Take:
    """A running take; `open` it once, `close` it once."""

    def __init__(
        self,
        command: ms.StartTake,
        number: int,
        around: Surroundings,
        asked_ns: int,
        *,
        pre_roll_s: int = 0,
    ) -> None:
        self.command = command
        self.number = number
        self._asked_ns = asked_ns  # when the command came
        self._around = around
        self._report = Report(command, number, around)
        self._sound = SoundSource(command.microphone, production=command.production)
        self._streams = _streams_of(command)
        self._climate = ClimateFeed(_sensor_of(command))
        self._stands_by = pre_roll_s > 0
        self._pre_roll = PreRoll((stream.name for stream in self._streams), pre_roll_s * 1000)
        self.pre_roll_ms = 0  # of the take's beginning
        self._copied = {choice.name for choice in command.cameras if choice.copy}
        self.is_lost = False  # no folder takes anything any more
        self.started_utc = ""
        self._t0_ns = 0

    # --- beginning ------------------------------------------------------------

    def open(self) -> None:
        """Open the devices, then begin.

        Raises:
            DeviceProblem: which device does not deliver; nothing was recorded.
        """
        self._start_devices()
        self._open_folders()
        self._set_beginning()
        self._open_film()
        self._begin()

    def stand_by(self) -> None:
        """Open the devices and hold what they deliver; nothing is written.

        Raises:
            DeviceProblem: which device does not deliver.
        """
        self._start_devices()
        self._t0_ns = time.monotonic_ns()
        self._preview = PreviewMaker(self._around.is_watched, self._on_preview)
        self._begin()

    def settle(self, asked_ns: int) -> bool:
        """Whether what is held can be the beginning of a take that was asked for then."""
        return self._pre_roll.settle((asked_ns - self._t0_ns) // 1_000_000)

    def join(self, command: ms.StartTake, number: int, around: Surroundings, asked_ns: int) -> None:
        """The interrogation begins: all that is held is its beginning, and it goes on from there.

        It has settled before.

        Args:
            command: as in `stand_by`, but for its id.
            number: of the take.
            around: with the record's own log and key.
            asked_ns: when the command came.
        """
        zero_ms = self._pre_roll.zero_ms
        self._t0_ns += zero_ms * 1_000_000
        self.pre_roll_ms = max(0, (asked_ns - self._t0_ns) // 1_000_000)
        self.command, self.number, self._around = command, number, around
        self._report = Report(command, number, around)
        ago = timedelta(milliseconds=(time.monotonic_ns() - self._t0_ns) // 1_000_000)
        self.started_utc = iso(datetime.now(UTC) - ago)
        self._preview.close()
        self._stands_by = False
        self._open_folders()
        self._open_film()
        for stream in self._streams:
            stream.count_from(zero_ms)

    def dismiss(self) -> None:
        """No interrogation begins: let go of the devices and forget what was held."""
        self._pre_roll.forget()
        self._close_devices()
        self._preview.close()

    def _close_devices(self) -> None:
        for stream in self._streams:
            stream.stop()
        self._sound.stop()
        self._climate.stop()
        for stream in self._streams:
            stream.close()

    def _start_devices(self) -> None:
        try:
            self._sound.start()
            for stream in self._streams:
                stream.start()
            deadline = time.monotonic() + FIRST_LIMIT_S
            wait = wait_for_any if self._goes_on else wait_for_all
            wait(self._sound, self._streams, deadline)
        except BaseException:
            for stream in self._streams:
                stream.stop()
            self._sound.stop()
            raise
        self._climate.start()

    def _open_film(self) -> None:
        self._report.opened(self._opening())
        self.log_clock()
        self._pre_roll.release(self._keeper.put_all)

    @property
    def _goes_on(self) -> bool:
        return self.command.offset_ms > 0

    def _set_beginning(self) -> None:
        now_ns = self._t0_ns = time.monotonic_ns()
        if self._goes_on:
            # What it gave while its times were found out is not thrown away.
            self._t0_ns = min(now_ns, max(self._sound.first_ns or now_ns, self._asked_ns))
            waited_ms = (self._t0_ns - self._asked_ns) // 1_000_000
            offset_ms = self.command.offset_ms + waited_ms
            self.command = msgspec.structs.replace(self.command, offset_ms=offset_ms)
            self._report = Report(self.command, self.number, self._around)
        ago = timedelta(milliseconds=(now_ns - self._t0_ns) // 1_000_000)
        self.started_utc = iso(datetime.now(UTC) - ago)

    def _open_folders(self) -> None:
        command = self.command
        self.folders = [
            FolderWriter(Path(folder), reserve_bytes=self._around.reserve_bytes // 2)
            for folder in command.media_folders
        ]
        names = [TakeName(command.record_id, stream.name, self.number) for stream in self._streams]
        self._keeper = Keeper(
            self.folders, names, self._around.media_key, self._on_kept, self._on_lost
        )
        self._keeper.start()
        self._preview = PreviewMaker(self._around.is_watched, self._on_preview)

    def _begin(self) -> None:
        beginning = Beginning(
            self._t0_ns,
            self.command.offset_ms,
            self.command.overlay_label,
            self._goes_on,
            self._climate.text,
            self._stands_by,
        )
        first = self._streams[0]
        for stream in self._streams:
            events = StreamEvents(
                on_cut=partial(self._pre_roll.put, stream.name),
                on_gap=partial(self._on_gap, stream, PICTURE_LOST),
                on_trouble=partial(self._on_trouble, stream.name),
                on_preview=partial(self._offer_preview, stream.name),
            )
            stream.begin(beginning, events, sound=stream is first)
        self._sound.begin(
            self._t0_ns,
            first.add_sound,
            partial(self._on_gap, first),
            Meter(self._on_levels, self._on_silent),
        )

    # --- the end --------------------------------------------------------------

    def close(self, reason: str) -> ms.TakeClosed:
        """Stop the devices, write what is left, and say so in the log."""
        self._close_devices()
        self._keeper.close()
        self._preview.close()
        for folder in self.folders:
            folder.close(CLOSE_LIMIT_S)
        progress = self._keeper.streams
        return self._report.closed(
            reason,
            max(stream.written_ms for stream in progress.values()),
            {name: stream.head for name, stream in progress.items() if stream.head},
        )

    def join_devices(self, limit_s: float) -> None:
        """Wait for camera threads that were still in a driver when the take closed."""
        for stream in self._streams:
            stream.join(limit_s)

    # --- meanwhile ------------------------------------------------------------

    @property
    def elapsed_ms(self) -> int:
        """From recording start, so with the take's offset."""
        return self.command.offset_ms + (time.monotonic_ns() - self._t0_ns) // 1_000_000

    @property
    def held_ms(self) -> int:
        """How much a take that stands by holds."""
        return self._pre_roll.held_ms

    @property
    def code(self) -> str:
        """What is wrong with one of its devices now, or ""."""
        return self._sound.code or next((one.code for one in self._streams if one.code), "")

    @property
    def gaps(self) -> int:
        """Holes so far."""
        return self._report.gaps

    @property
    def microphone(self) -> str:
        """What delivers the sound."""
        return self._sound.description

    @property
    def dbfs(self) -> tuple[float, float]:
        """Peak level of both channels."""
        return self._sound.dbfs

    def tick(self) -> None:
        """A few times a second: tell which devices and folders began or ceased to fail."""
        self._report.compare(self._sound.troubles, subjects=self._sound.subjects)
        self._report.compare(
            [("one_folder_lost", str(folder.path)) for folder in self.folders if folder.code],
            subjects=[str(folder.path) for folder in self.folders],
        )
        code = self._climate.code
        self._report.compare([(code, CLIMATE)] if code else [], subjects=[CLIMATE])

    def log_clock(self) -> None:
        """Pair the two clocks in the log, with the microphone's own count of samples."""
        self._report.clock(self.elapsed_ms, self._sound.samples)

    def stream_states(self) -> tuple[ms.StreamState, ...]:
        """All streams, as the heartbeat tells them."""
        offset_ms = self.command.offset_ms
        return stream_states(self._streams, self._keeper.streams, self._sound.code, offset_ms)

    def folder_states(self) -> tuple[ms.FolderState, ...]:
        """Both folders, as the heartbeat tells them."""
        seconds = (time.monotonic_ns() - self._t0_ns) / 1e9
        return folder_states(self.folders, seconds, self._around.reserve_bytes)

    @property
    def is_at_reserve(self) -> bool:
        """Whether no folder that still works has more than the reserve."""
        reserve = self._around.reserve_bytes
        return all(folder.code or folder.free_bytes < reserve for folder in self.folders)

    # --- what the parts report ------------------------------------------------

    def _opening(self) -> ms.TakeOpened:
        return ms.TakeOpened(
            record_id=self.command.record_id,
            take=self.number,
            streams=tuple(stream.name for stream in self._streams),
            started_utc=self.started_utc,
            microphone=self.microphone,
            cameras=tuple(stream.description for stream in self._streams if stream.description),
            offset_ms=self.command.offset_ms,
            pre_roll_ms=self.pre_roll_ms,
        )

    def _on_kept(self, kept: Kept) -> None:
        notice = self._report.kept(kept, self._facts_of(kept))
        if all(progress.fragments for progress in self._keeper.streams.values()):
            self._report.on_disk(self._opening())
        self._report.tell(notice)

    def _on_gap(self, stream: Stream, reason: str, t0_ms: int, t1_ms: int) -> None:
        stream.show_gap(t0_ms, t1_ms)
        self._pre_roll.when_begun(partial(self._tell_gap, stream.name, reason, t0_ms, t1_ms))

    def _tell_gap(self, stream: str, reason: str, t0_ms: int, t1_ms: int) -> None:
        zero_ms = self._pre_roll.zero_ms
        if t1_ms > zero_ms:  # else it is forgotten together with what was around it
            self._report.gap(stream, reason, max(0, t0_ms - zero_ms), t1_ms - zero_ms)

    def _on_trouble(self, subject: str, code: str, over: bool) -> None:
        self._pre_roll.when_begun(partial(self._tell_trouble, subject, code, over))

    def _tell_trouble(self, subject: str, code: str, over: bool) -> None:
        self._report.trouble(subject, code, over)

    def _facts_of(self, kept: Kept) -> dict[str, object]:
        """What is burnt into other pictures, for a piece of a camera that is copied."""
        if kept.stream not in self._copied:
            return {}
        age_ms = self.elapsed_ms - self.command.offset_ms - kept.t0_ms
        return facts_at(datetime.now(UTC) - timedelta(milliseconds=age_ms), self._climate.now)

    def _on_lost(self) -> None:
        self.is_lost = True

    def _on_silent(self, channel: int, over: bool) -> None:
        self._on_trouble(f"{MICROPHONE} channel {channel}", "device_silent", over)

    def _on_levels(self, dbfs: tuple[float, float], waveform: Waveform) -> None:
        self._report.tell(ms.Levels(at_ms=self.elapsed_ms, dbfs=dbfs, waveform=waveform))

    def _offer_preview(self, stream: str, planes: Plane, at_ms: int) -> None:
        self._preview.offer(stream, planes, at_ms - self._pre_roll.zero_ms)

    def _on_preview(self, stream: str, picture: bytes, at_ms: int) -> None:
        at_ms += self.command.offset_ms
        self._report.tell(ms.Preview(stream=stream, jpeg=picture, at_ms=at_ms))


def _streams_of(command: ms.StartTake) -> tuple[Stream, ...]:
    cameras = tuple(_camera_stream(choice, command.production) for choice in command.cameras)
    return cameras or (SoundStream(),)


def _camera_stream(choice: ms.CameraChoice, production: bool) -> Stream:
    if choice.copy:
        return CopiedStream(choice, production=production)
    return CameraStream(choice, production=production)


def _sensor_of(command: ms.StartTake) -> ClimateSensor | None:
    if not command.climate_sensor:
        return None
    return open_climate_sensor(command.climate_sensor, production=command.production)
