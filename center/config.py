"""The center's typed, frozen settings, read once from `center.toml` in its folder.

- An unknown name is an error; every default stands beside its field; secrets never live here.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import msgspec

from center.problem import CenterProblem

FILE_NAME = "center.toml"


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an operator may set."""

    name: str  # of the center, in its CA certificate
    max_file_bytes: int = 64 << 30  # one take of a long day stays far below
    max_record_files: int = 20_000
    max_piece_bytes: int = 64 << 20  # one PATCH
    idle_s: float = 30.0  # a sender silent for so long gives up its lock
    skew_s: int = 300  # how far a workstation's clock may differ
    attempts: int = 10  # failed enrolments in `attempts_window_s` before all are refused
    attempts_window_s: int = 60
    database_url: str = ""  # empty: center.sqlite in the folder
    key_file: str = ""  # the key-encryption key; empty: keys/kek in the folder
    officer_authorities: str = ""  # PEM of who certifies officers' tokens, for papers only
    tls_certificate: str = ""  # PEM files; both empty: plain HTTP behind a TLS proxy
    tls_key: str = ""


def load(folder: Path) -> Config:
    """Read the settings of the center in `folder`.

    Raises:
        CenterProblem: `folder_not_a_center` or `settings_wrong`.
    """
    file = folder / FILE_NAME
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Config)
    except FileNotFoundError as error:
        raise CenterProblem("folder_not_a_center", folder=str(folder)) from error
    except (OSError, ValueError) as error:
        raise CenterProblem("settings_wrong", file=str(file), why=str(error)) from error


def write(folder: Path, name: str) -> None:
    """Write the first settings; a JSON string is also a TOML string."""
    text = f"name = {json.dumps(name, ensure_ascii=False)}\n"
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
