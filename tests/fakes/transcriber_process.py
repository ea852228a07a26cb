"""The real transcriber process, with a record's keys from a test instead of an OS key store."""

import sys
from pathlib import Path

from app import log
from app.paths import Paths
from app.settings import Settings
from app.transcriber import service
from tests.fakes.records import keys_of


def media_key(record_folder: Path) -> bytes:
    return keys_of(record_folder).derive(service.MEDIA_PURPOSE)


def main() -> int:
    home, room = Path(sys.argv[1]), sys.argv[2]
    paths = Paths(home / "data", home / "config", home / "run")
    log.start("transcriber", paths.logs)
    return service.run(paths, room, Settings(), key_of=media_key)


if __name__ == "__main__":
    sys.exit(main())
