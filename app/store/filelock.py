"""One writer per file: an advisory lock that dies with its process.

- POSIX uses flock; Windows locks the first byte. Proven on Linux only.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

from app.errors import SetupProblem

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def lock_exclusively(file: IO[bytes], path: Path) -> None:
    """Hold `file` until it is closed.

    Raises:
        SetupProblem: `room_taken` when another process holds it.
    """
    try:
        _lock(file)
    except OSError as error:
        raise SetupProblem("room_taken", path=str(path)) from error
