"""The real process of the second hearing, with a record's keys from a test."""

import sys

from app.transcriber import again
from tests.fakes.transcriber_process import media_key

if __name__ == "__main__":
    sys.exit(again.run(sys.stdin.buffer.read(), sys.stdout.buffer, media_key))
