"""An open record's keys and log as the recorder needs them, without an OS key store."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.recorder.logbook import LOG_FILE
from app.recorder.service import LAST_LINES, LOG_NAME, MEDIA_PURPOSE, OpenRecord
from app.store.keystore import RecordKeys
from app.store.logfile import LogFile, read_log

DEK = bytes(range(32))
SIGNING_KEY = Ed25519PrivateKey.from_private_bytes(bytes(reversed(range(32))))


def keys_of(record_folder: Path) -> RecordKeys:
    """The record is named like its folder."""
    return RecordKeys(record_folder.name, DEK, SIGNING_KEY)


def open_record(record_folder: Path) -> OpenRecord:
    keys = keys_of(record_folder)
    log = LogFile.open(
        record_folder / LOG_FILE,
        keys.record_id,
        LOG_NAME,
        keys.derive(LOG_NAME),
        SIGNING_KEY,
        tail=LAST_LINES,
    )
    last_lines = [line.body for line in log.tail]
    return OpenRecord(keys.record_id, keys.derive(MEDIA_PURPOSE), log, last_lines)


def log_bodies(record_folder: Path, kind: str = "") -> list[dict]:
    """Checked lines of the recorder's log, all or of one kind."""
    keys = keys_of(record_folder)
    lines = read_log(
        record_folder / LOG_FILE,
        keys.record_id,
        LOG_NAME,
        keys.derive(LOG_NAME),
        SIGNING_KEY.public_key(),
    )
    return [line.body for line in lines if not kind or line.body["kind"] == kind]
