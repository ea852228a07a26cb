"""The developers' log: one rotating file per process, ids only, never a name or an utterance."""

from __future__ import annotations

import logging
import logging.handlers
import os
from pathlib import Path

FORMAT = "%(asctime)s %(process)d %(name)s %(levelname)s %(message)s"


def start(process: str, folder: Path, level: int = logging.INFO) -> None:
    """Log this process to `<folder>/<process>.log`, at most five files of 1 MiB.

    `SHILU_LOG=debug` also writes to standard error.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = logging.handlers.RotatingFileHandler(
        folder / f"{process}.log", maxBytes=1 << 20, backupCount=4, encoding="utf-8"
    )
    file.setFormatter(logging.Formatter(FORMAT))
    # A full disk must not make a process complain about its log instead of doing its work.
    logging.raiseExceptions = False
    root = logging.getLogger()
    root.setLevel(level)
    root.addHandler(file)
    if os.environ.get("SHILU_LOG") == "debug":
        root.addHandler(logging.StreamHandler())
        root.setLevel(logging.DEBUG)
