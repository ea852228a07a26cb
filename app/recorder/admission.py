"""What is looked at before a take may begin: its folders, their room, and its number."""

from __future__ import annotations

from pathlib import Path

from app.errors import SetupProblem, StorageProblem
from app.ipc import messages as ms
from app.recorder.folder import free_bytes
from app.recorder.fragment import TakeName
from app.recorder.sound_stream import SOUND_STREAM


def stream_names(command: ms.StartTake) -> tuple[str, ...]:
    """The streams of a take, the one with the sound first."""
    return tuple(camera.name for camera in command.cameras) or (SOUND_STREAM,)


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


def check_room(command: ms.StartTake, reserve_bytes: int) -> None:
    """Refuse a take that would be ended at once; one folder with room is enough to begin.

    Raises:
        StorageProblem: `disk_full`.
    """
    folders = [Path(folder) for folder in command.media_folders]
    if all(free_bytes(folder) < reserve_bytes for folder in folders):
        raise StorageProblem("disk_full", path=str(folders[0]))


def free_number(command: ms.StartTake) -> int:
    """The take's number, or the first one after it that has no files yet.

    A recorder killed before its first piece was reported leaves a take that nobody counted.
    """
    number = command.take
    while any(
        TakeName(command.record_id, stream, number).folder(Path(folder)).exists()
        for stream in stream_names(command)
        for folder in command.media_folders
    ):
        number += 1
    return number
