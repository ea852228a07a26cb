"""What a recording wrote is never written over, shortened, renamed or taken away (L30, L43).

Every operation of the recorder's own code on its disks is looked at while a take is recorded.
"""

from __future__ import annotations

from pathlib import Path

from tests.crash import media
from tests.crash.tape import Tape


def test_a_running_recording_only_ever_grows(tmp_path: Path) -> None:
    tape = Tape(tmp_path)
    media.play(tmp_path, tape, fragments=12)
    sizes: dict[int, int] = {}
    for operation in tape.operations:
        size = sizes.get(operation.file, 0)
        match operation.kind:
            case "write":
                assert operation.at == size, "written over"
                sizes[operation.file] = size + len(operation.data)
            case "cut":
                assert operation.at == size, "shortened"
            case "rename" | "remove":
                raise AssertionError(operation)
    assert sum(sizes.values()) > 50_000
    assert any(operation.path.endswith(".frag") for operation in tape.operations)
