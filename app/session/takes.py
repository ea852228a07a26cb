"""What the session tells the recorder for a take, and how it reads the recorder's own log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.errors import SetupProblem, StorageProblem
from app.ipc import messages as ms
from app.paths import Paths
from app.session.proceeding import Proceeding
from app.settings import Settings
from app.store.logfile import read_log

LOG_NAME = "recorder"
LOG_FILE = "recorder.enc"
_log = logging.getLogger(__name__)

KINDS: dict[str, type[ms.TakeOpened | ms.TakeClosed | ms.FragmentKept | ms.GapNoticed]] = {
    "take_opened": ms.TakeOpened,
    "take_closed": ms.TakeClosed,
    "fragment": ms.FragmentKept,
    "gap": ms.GapNoticed,
}


@dataclass(frozen=True, slots=True)
class TakePlan:
    """The room's devices and folders for one record."""

    record_id: str
    room: str
    record_folder: Path
    media_folders: tuple[Path, ...]  # each gets `<record id>/media`
    microphone: ms.MicrophoneChoice
    cameras: tuple[ms.CameraChoice, ...]
    production: bool
    climate_sensor: str = ""

    @classmethod
    def of_room(cls, settings: Settings, paths: Paths, record_id: str) -> TakePlan:
        """The plan that the settings make for a record.

        Raises:
            SetupProblem: `same_folder_twice` when the two media folders are one.
        """
        first = Path(settings.media_folder) if settings.media_folder else paths.interrogations
        folders = [first]
        if settings.second_media_folder:
            second = Path(settings.second_media_folder)
            if second.absolute() == first.absolute():
                raise SetupProblem("same_folder_twice", folder=str(second))
            folders.append(second)
        cameras = tuple(
            ms.CameraChoice(
                name=f"camera-{number}",
                source=camera.source,
                width=camera.width,
                height=camera.height,
                frame_rate=camera.frame_rate,
                copy=camera.copy,
            )
            for number, camera in enumerate(settings.cameras, start=1)
        )
        return cls(
            record_id=record_id,
            room=settings.room,
            record_folder=paths.interrogations / record_id,
            media_folders=tuple(folders),
            microphone=ms.MicrophoneChoice(
                source=settings.microphone,
                second_source=settings.second_microphone,
                swap_channels=settings.swap_channels,
            ),
            cameras=cameras,
            production=settings.production,
            climate_sensor=settings.climate_sensor,
        )

    @property
    def sound_stream(self) -> str:
        """The stream that carries the sound: the first camera's, or one of its own."""
        return self.cameras[0].name if self.cameras else "sound"

    def start_take(self, command_id: str, take: int, offset_ms: int) -> ms.StartTake:
        """The command that opens take number `take` at `offset_ms` from recording start."""
        return ms.StartTake(
            id=command_id,
            record_id=self.record_id,
            room=self.room,
            take=take,
            record_folder=str(self.record_folder),
            media_folders=tuple(str(folder) for folder in self.media_folders),
            microphone=self.microphone,
            cameras=self.cameras,
            overlay_label=f"{self.room}  {self.record_id}",
            offset_ms=offset_ms,
            production=self.production,
            climate_sensor=self.climate_sensor,
        )


def take_lost(reason: str, media_folders: tuple[Path, ...]) -> StorageProblem:
    """Why the recorder itself closed a take, as the problem it is for a person."""
    code = "both_folders_lost" if reason == "both_folders_lost" else "disk_full"
    return StorageProblem(code, path=", ".join(str(folder) for folder in media_folders))


def read_recorder_log(
    proceeding: Proceeding,
) -> Iterator[ms.TakeOpened | ms.TakeClosed | ms.FragmentKept | ms.GapNoticed]:
    """What the recorder wrote down itself, oldest first; lines of other kinds are passed over."""
    keys = proceeding.keys
    path = proceeding.folder / LOG_FILE
    if not path.exists():
        return
    key = keys.derive(LOG_NAME)
    for line in read_log(path, keys.record_id, LOG_NAME, key, keys.signing_key.public_key()):
        kind = KINDS.get(str(line.body.get("kind")))
        if kind is None:
            continue
        told = {name: value for name, value in line.body.items() if name != "kind"}
        yield msgspec.convert({"record_id": keys.record_id, **told}, kind)
