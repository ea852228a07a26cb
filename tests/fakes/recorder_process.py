"""The real recorder process, with a record's keys from a test instead of an OS key store.

A fourth argument makes every sync of a file take so many seconds longer: a slow disk.
"""

import os
import sys
import time
from pathlib import Path

from app import log
from app.paths import Paths
from app.recorder import service
from tests.fakes.records import open_record


def slow_down(seconds: float) -> None:
    sync, sync_data = os.fsync, os.fdatasync

    def slow(file: int) -> None:
        time.sleep(seconds)
        sync(file)

    def slow_data(file: int) -> None:
        time.sleep(seconds)
        sync_data(file)

    os.fsync, os.fdatasync = slow, slow_data


def main() -> int:
    home, room, reserve_bytes = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    paths = Paths(home / "data", home / "config", home / "run")
    log.start("recorder", paths.logs)
    if len(sys.argv) > 4:
        slow_down(float(sys.argv[4]))
    return service.run(paths, room, open_record=open_record, reserve_bytes=reserve_bytes)


if __name__ == "__main__":
    sys.exit(main())
