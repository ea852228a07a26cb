"""What lies beside a mark's original in a record."""

from __future__ import annotations

import struct

from app.domain.signers import MarkKind
from app.session.documents import copies_of
from signing.marks import to_inkml, to_png
from signing.pads.simulated import print_of
from tests.signing.test_ink_iso import an_ink


def test_ink_has_a_copy_for_experts() -> None:
    (copy,) = copies_of(MarkKind.INK, to_inkml(an_ink())).items()
    assert copy[0] == "sdi"
    assert copy[1].startswith(b"SDI\0")


def test_a_print_has_a_packed_copy_of_its_size() -> None:
    picture = print_of(3)
    (copy,) = copies_of(MarkKind.FINGERPRINT, to_png(picture)).items()
    assert copy[0] == "wsq"
    frame = copy[1].index(b"\xff\xa2")  # start of frame: length, white, black, height, width
    assert struct.unpack(">HH", copy[1][frame + 6 : frame + 10]) == (picture.height, picture.width)
