"""Where Shilu keeps its files: data, configuration, sockets; nothing else decides a place.

- `SHILU_HOME` moves everything (tests, the demo); otherwise the platform's own folders.
- Socket paths stay short: a Unix socket's name may have 107 bytes.
- Folders are made with mode 0700.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

RESOURCES = Path(__file__).resolve().parent.parent / "resources"


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one installation."""

    data: Path
    config: Path
    runtime: Path

    @property
    def interrogations(self) -> Path:
        """Open records, one folder each, all content encrypted."""
        return self.data / "interrogations"

    @property
    def records(self) -> Path:
        """Sealed records, one folder each."""
        return self.data / "records"

    @property
    def keys(self) -> Path:
        """Wrapped workstation keys and certificates."""
        return self.data / "keys"

    @property
    def models(self) -> Path:
        """Imported speech models, one folder each."""
        return self.data / "models"

    @property
    def logs(self) -> Path:
        """Developers' logs: ids only, never a name or an utterance."""
        return self.data / "logs"

    @property
    def machine_settings(self) -> Path:
        """Settings of the machine."""
        return self.config / "machine.toml"

    @property
    def room_settings(self) -> Path:
        """Settings of the room, over those of the machine."""
        return self.config / "room.toml"


def find() -> Paths:
    """The folders of this installation; not created yet."""
    home = os.environ.get("SHILU_HOME")
    if home:
        base = Path(home).absolute()
        key = hashlib.sha256(str(base).encode()).hexdigest()[:10]
        runtime = Path(tempfile.gettempdir()) / f"shilu-{key}"
        return Paths(base / "data", base / "config", runtime)
    dirs = platformdirs.PlatformDirs("shilu", appauthor=False)
    return Paths(Path(dirs.user_data_dir), Path(dirs.user_config_dir), Path(dirs.user_runtime_dir))


def make(folder: Path) -> Path:
    """Create `folder` for this user alone, so that a power cut cannot take it away; return it."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)
        sync_folder(place.parent)
    return folder


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable (POSIX fsync); Windows does this with each file."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
