"""Attacks 4 and 5 on a record that is still open: encrypted fragments and logs on the disk."""

from __future__ import annotations

import itertools
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.recorder.fragment import (
    FragmentWriter,
    Opener,
    TakeName,
    open_any,
    part_files,
    take_places,
)
from app.store.logfile import LogFile, read_log
from tests.attacks.attack import add_attack, answer_of, attack
from tests.attacks.ground import MEDIA, Ground
from tests.fakes.record import PIECES, Draft, make_piece

KEY = bytes(range(32))
SIGNING_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
NAME = TakeName("r-1", "camera-1", 1)


def _frames(raw: bytes) -> list[bytes]:
    """The frames of a part file: ciphertext length, index, nonce, head, ciphertext."""
    found, at = [], 0
    while at < len(raw):
        size = 4 + 4 + 12 + 32 + struct.unpack_from(">I", raw, at)[0]
        found.append(raw[at : at + size])
        at += size
    return found


def _write(folder: Path, name: TakeName = NAME) -> Path:
    writer = FragmentWriter(folder, name, KEY)
    for index in range(PIECES):
        writer.append(make_piece("camera-1", 1, index))
    writer.close()
    return part_files(name.folder(folder))[0]


def _film(folder: Path, name: TakeName) -> bytes:
    """What of a take can be opened, as sealing reads it; raises what refuses it."""
    opener = Opener(name, KEY)
    return b"".join(open_any(opener, copies) for copies in take_places([folder], name))


def _seal(ground: Ground, folder: Path, name: TakeName = NAME) -> str:
    """What refuses the take: reading it, or the check of the record sealed from it."""
    films: list[bytes] = []
    said = answer_of(lambda: films.append(_film(folder, name)), "fragment")
    if said != "accepted":
        return said

    def put(draft: Draft) -> None:
        draft.files["media/camera-1-take-001.mp4"] = films[0]

    return ground.judge_draft(put)


Change = Callable[[list[bytes]], list[bytes]]


def _changed(change: Change) -> Callable[[Ground], str]:
    def act(ground: Ground) -> str:
        folder = ground.new_folder()
        part = _write(folder)
        part.write_bytes(b"".join(change(_frames(part.read_bytes()))))
        return _seal(ground, folder)

    return act


def _flipped(frame: bytes) -> bytes:
    return frame[:-1] + bytes([frame[-1] ^ 1])


for _row, _what, _answer, _change in (
    (4, "one bit of an encrypted fragment", "media_damaged 1",
     lambda frames: [frames[0], _flipped(frames[1]), *frames[2:]]),
    (4, "an encrypted file torn in its last fragment, then sealed", f"fragment_changed {MEDIA}",
     lambda frames: [*frames[:-1], frames[-1][:-9]]),
    (4, "an encrypted fragment cut out of the middle, then sealed", f"fragment_changed {MEDIA}",
     lambda frames: [frames[0], *frames[2:]]),
    (5, "two encrypted fragments swapped (put right by their bound number)", "accepted",
     lambda frames: [frames[0], frames[2], frames[1], frames[3]]),
    (5, "an encrypted fragment doubled (read once)", "accepted",
     lambda frames: [*frames[:2], frames[1], *frames[2:]]),
    (5, "an encrypted fragment under another one's number", "media_damaged 2",
     lambda frames: [*frames[:2], frames[1][:4] + struct.pack(">I", 2) + frames[1][8:],
                     frames[3]]),
):  # fmt: skip
    add_attack(_row, _what, _answer, _changed(_change))


@attack(5, "an encrypted fragment of another record", "media_damaged 0")
def _of_another_record(ground: Ground) -> str:
    folder = ground.new_folder()
    _write(folder)
    other = TakeName("r-2", "camera-1", 1)
    shutil.copytree(NAME.folder(folder), other.folder(folder))
    return _seal(ground, folder, other)


def _log(folder: Path) -> Path:
    path = folder / "journal.enc"
    with LogFile.open(path, "R1", "journal", KEY, SIGNING_KEY) as log:
        log.append_many([{"n": 1}, {"n": 2}, {"n": 3}])
    return path


def _read_log(path: Path) -> str:
    seen = itertools.count()

    def read() -> None:
        for _ in read_log(path, "R1", "journal", KEY, SIGNING_KEY.public_key()):
            next(seen)

    said = answer_of(read, "none")
    count = next(seen)
    return f"{said} after {count}" if said != "accepted" else f"{count} lines"


@attack(4, "the open journal torn in its last line (repaired, and told)", "2 lines, told")
def _torn(ground: Ground) -> str:
    path = _log(ground.new_folder())
    path.write_bytes(path.read_bytes()[:-7])
    with LogFile.open(path, "R1", "journal", KEY, SIGNING_KEY) as log:
        is_told = log.repaired_bytes > 0
    return f"{_read_log(path)}, {'told' if is_told else 'silent'}"


@attack(4, "one bit in the middle of the open journal (never repaired)", "journal_damaged, kept")
def _flipped_log(ground: Ground) -> str:
    path = _log(ground.new_folder())
    raw = bytearray(path.read_bytes())
    raw[40] ^= 1
    path.write_bytes(raw)
    said = answer_of(lambda: LogFile.open(path, "R1", "journal", KEY, SIGNING_KEY), "none")
    return f"{said}, {'kept' if path.read_bytes() == bytes(raw) else 'overwritten'}"


@attack(5, "two lines of the open journal swapped", "journal_damaged after 0")
def _swapped_log(ground: Ground) -> str:
    path = _log(ground.new_folder())
    raw, frames, at = path.read_bytes(), [], 0
    while at < len(raw):
        size = 4 + struct.unpack_from(">I", raw, at)[0]
        frames.append(raw[at : at + size])
        at += size
    path.write_bytes(b"".join([frames[1], frames[0], *frames[2:]]))
    return _read_log(path)
