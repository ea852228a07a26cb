"""What a killed recorder left on disk without a line is found, and nothing else is."""

import pytest

from app.recorder.adoption import unlogged
from app.recorder.fragment import FragmentWriter, TakeName, part_files
from tests.app.recorder.test_film import KEY, NAME, encode

OFFSET_MS = 5000


@pytest.fixture(scope="module")
def cuts():
    return encode()


def write(folder, cuts, *, part_at=()):
    """The log's lines, as the recorder writes them, and the folder's pieces."""
    writer = FragmentWriter(folder, NAME, KEY)
    lines = [{"kind": "take_opened", "take": 1, "streams": ["camera-1"], "offset_ms": OFFSET_MS}]
    for index, cut in enumerate(cuts):
        if index in part_at:
            writer.new_part()
        piece = writer.append(cut.plain)
        lines.append({
            "kind": "fragment", "take": 1, "stream": "camera-1", "index": index,
            "head": piece.head.hex(), "bytes": len(cut.plain),
            "t0_ms": OFFSET_MS + cut.t0_ms, "t1_ms": OFFSET_MS + cut.t1_ms,
        })  # fmt: skip
    writer.close()
    return lines


def found(lines, *folders):
    told = list(unlogged(lines, NAME.record_id, folders, KEY))
    return [{"kind": "fragment", **line} for line in told]


def marked(lines):
    return [{**line, "adopted": True} for line in lines]


@pytest.mark.parametrize("logged", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("part_at", [(), (2,), (1, 2, 3)])
def test_every_piece_after_the_last_line_gets_the_line_it_would_have_had(
    tmp_path, cuts, logged, part_at
):
    lines = write(tmp_path, cuts, part_at=part_at)
    assert found(lines[:logged], tmp_path) == marked(lines[logged:])


def test_the_folder_that_has_it_is_enough(tmp_path, cuts):
    folders = tmp_path / "first", tmp_path / "second"
    lines = write(folders[0], cuts)
    write(folders[1], cuts[:-1])
    assert found(lines[:-1], *folders) == marked(lines[-1:])
    assert found(lines[:-1], tmp_path / "gone", folders[0]) == marked(lines[-1:])


def test_a_torn_or_changed_piece_is_not_adopted(tmp_path, cuts):
    lines = write(tmp_path, cuts)
    (part,) = part_files(NAME.folder(tmp_path))
    data = bytearray(part.read_bytes())
    data[-20] ^= 1
    part.write_bytes(data)
    assert found(lines[:-1], tmp_path) == []
    part.write_bytes(data[:-5])
    assert found(lines[:-1], tmp_path) == []


def test_a_piece_of_another_take_is_not_adopted(tmp_path, cuts):
    lines = write(tmp_path, cuts)
    other = TakeName(NAME.record_id, "camera-1", 2)
    NAME.folder(tmp_path).rename(other.folder(tmp_path))
    assert found([{**line, "take": 2} for line in lines[:-1]], tmp_path) == []
    assert found([], tmp_path) == []
