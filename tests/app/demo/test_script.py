"""The demo's script: its sound is what was rendered, and errors are counted honestly."""

import hashlib
import json

import pytest

from app.demo.checks import LAST_SIGNATURE, VALID_SIGNATURE, _pdfsig
from app.demo.script import DEMO, character_errors, read_script


def test_every_turn_has_its_sound() -> None:
    told = json.loads((DEMO / "script.json").read_text(encoding="utf-8"))
    for turn in told["turns"]:
        sound = (DEMO / turn["file"]).read_bytes()
        assert hashlib.sha256(sound).hexdigest() == turn["digest"], turn["file"]
    assert len(read_script().turns) == len(told["turns"])


@pytest.mark.parametrize(
    ("said", "heard", "wrong"),
    [
        ("你叫什么名字？", "你叫什么名字", 0),
        ("八百元", "九百元", 1),
        ("八百元", "八百块元", 1),
        ("八百元", "", 3),
        ("What is this?", "what is this", 0),
    ],
)
def test_character_errors_count_changes_without_punctuation(
    said: str, heard: str, wrong: int
) -> None:
    assert character_errors(said, heard)[0] == wrong


def signature(number: int, *lines: str) -> str:
    return f"Signature #{number}:\n" + "\n".join(f"  - {line}" for line in lines) + "\n"


def test_a_paper_whose_last_signature_does_not_cover_it_is_refused() -> None:
    """A page stamped after signing still has only valid signatures for pdfsig."""
    valid = f"Signature Validation: {VALID_SIGNATURE}"
    good = signature(1, "Not total document signed", valid) + signature(2, LAST_SIGNATURE, valid)
    stamped = good.replace(f"- {LAST_SIGNATURE}", "- Not total document signed")
    broken = good.replace(VALID_SIGNATURE, "Digest Mismatch.", 1)
    spare = signature(3, "Signature Field Name: spare-1\n  The signature form field is not signed.")
    assert _pdfsig(good)
    assert _pdfsig(spare + good)
    assert not _pdfsig(stamped)
    assert not _pdfsig(broken)
    assert not _pdfsig("File 'x.pdf' does not contain any signatures")
