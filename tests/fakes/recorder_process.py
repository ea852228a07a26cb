"""The real recorder process, with a record's keys from a test instead of an OS key store."""

import sys
from pathlib import Path

from app import log
from app.paths import Paths
from app.recorder import service
from app.settings import Settings
from tests.fakes.records import open_record


def main() -> int:
    home, room, reserve_bytes = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    paths = Paths(home / "data", home / "config", home / "run")
    log.start("recorder", paths.logs)
    return service.run(
        paths, room, Settings(), open_record=open_record, reserve_bytes=reserve_bytes
    )


if __name__ == "__main__":
    sys.exit(main())
