"""The model that ships is the one its card and sidecar tell of, and says first what it is for."""

import re

import pytest
from demo_model import card

from app.paths import RESOURCES
from speech import models

FOLDER = RESOURCES / "models" / "demo"
MOST_BYTES = 15_000_000


@pytest.fixture(scope="module")
def text() -> str:
    return (FOLDER / models.CARD).read_text(encoding="utf-8")


def test_the_card_says_first_what_the_model_is_for(text: str) -> None:
    assert text.splitlines()[0] == card.FIRST_LINE == "demonstration, synthetic voice only"
    assert "does not understand people" in text


def test_the_card_and_the_sidecar_tell_of_these_files(text: str) -> None:
    facts = models.inspect(FOLDER).facts
    assert facts.digest == models.digest_of(FOLDER)
    assert facts.digest in text
    assert facts.demonstration
    assert facts.multilingual


def test_the_model_is_small_enough_to_ship() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) <= MOST_BYTES


def test_the_card_tells_each_language_with_its_counts(text: str) -> None:
    for name in card.NAMES.values():
        row = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
        cells = re.findall(r"([\d.]+)% \((\d+) of (\d+) characters", row)
        assert len(cells) == 2, row
        for told, wrong, length in cells:
            assert abs(float(told) - 100 * int(wrong) / int(length)) < 0.06


def test_the_card_is_told_from_figures() -> None:
    told = {"sentences": 2, "characters": 50, "errors": 5, "error_rate": 0.1}
    figures: dict[str, dict[str, object]] = {n: {"zh": told, "en": told} for n in card.NAMES}
    figures["silence"] = {"zh digital silence": "", "en -35.0": "Yes."}
    missed = card.gates_missed(figures)
    assert len(missed) == 2  # 10 % is too much for known voices, not for unheard ones; and "Yes."
    assert "10.0% (5 of 50 characters, 2 sentences)" in card.table(figures)
