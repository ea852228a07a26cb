"""Typed, frozen settings of the machine and the room, read once and passed down.

- `machine.toml` is read first, `room.toml` over it; an unknown name is an error, not a guess.
- Every default stands beside its field. Secrets never live here.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from app.errors import SetupProblem


class Camera(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One camera of the room; sources as in `app.ipc.messages.CameraChoice`."""

    source: str
    width: int = 1280
    height: int = 720
    frame_rate: int = 25
    copy: bool = False  # keep a network camera's own coding; the facts go into a caption track


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything a person may set; field names are the names in the files."""

    room: str = "讯问室 1"
    place: str = ""  # full address as printed in the header (L3)
    agency: str = ""  # the unit whose name heads the transcript
    production: bool = True  # simulated devices are refused
    microphone: str = "default"  # two channels: investigator and suspect
    second_microphone: str = ""  # then the first hears the investigator, this one the suspect
    swap_channels: bool = False  # exchanges the two
    cameras: tuple[Camera, ...] = ()  # the close shot first: it carries the sound
    # Seconds before Start that are held in memory and join the recording, 3 to 60; 0: none are.
    pre_roll_s: Annotated[int, msgspec.Meta(ge=0, le=60)] = 0
    climate_sensor: str = ""  # temperature and humidity; sources in docs/devices.md
    media_folder: str = ""  # empty: the data folder
    second_media_folder: str = ""  # another disk; required in production
    model: str = "demo"
    speech_language: str = "zh"
    language: str = "zh"  # of the screens
    theme: str = "light"
    ink_pad: str = "screen"  # pen, touch or mouse on the tablet window
    fingerprint_pad: str = "none"
    gm_profile: bool = False  # SM3 digests and an SM2 signature beside the others
    officer_token_library: str = ""  # PKCS#11 module of officers' tokens; empty: none are used
    officer_token_label: str = ""  # empty takes the only token that is plugged in
    officer_authorities: str = ""  # PEM file of the authorities that certify those tokens
    timestamp_url: str = ""
    ntp_server: str = ""  # name or address; empty: the clock is compared with the center alone
    center_url: str = ""

    def __post_init__(self) -> None:
        if 0 < self.pre_roll_s < 3:
            raise ValueError("pre_roll_s is 0 or 3 to 60")


def load(*files: Path) -> Settings:
    """Read TOML files in order, later over earlier; missing files are skipped.

    Raises:
        SetupProblem: `settings_unreadable`, `setting_unknown` or `setting_wrong`, naming file.
    """
    merged: dict[str, object] = {}
    for file in files:
        if not file.exists():
            continue
        try:
            told = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SetupProblem("settings_unreadable", file=str(file), why=str(error)) from error
        for name in told:
            if name not in Settings.__struct_fields__:
                raise SetupProblem("setting_unknown", file=str(file), name=name)
        try:
            msgspec.convert(told, Settings)
        except msgspec.ValidationError as error:
            raise SetupProblem("setting_wrong", file=str(file), why=str(error)) from error
        merged.update(told)
    return msgspec.convert(merged, Settings)


def without_secret(source: str) -> str:
    """A device's source as it may be shown and logged: an address without name and password."""
    scheme, separator, rest = source.partition("://")
    if not separator or "@" not in rest:
        return source
    return f"{scheme}://{rest.rpartition('@')[2]}"
