"""A model folder that is not what it must be is refused with the file's name; import pins it."""

import json
import shutil
from pathlib import Path

import pytest

from speech import models
from speech.problem import ModelProblem
from tests.speech.conftest import DEMO_MODEL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model as somebody would bring it: no sidecar."""
    made = tmp_path / "brought" / "small"
    shutil.copytree(DEMO_MODEL, made, ignore=shutil.ignore_patterns(models.SIDECAR))
    return made


def refused(folder: Path) -> str:
    with pytest.raises(ModelProblem) as told:
        models.inspect(folder)
    return told.value.code


def test_the_shipped_model_is_what_its_sidecar_says() -> None:
    found = models.inspect(DEMO_MODEL)
    assert found.facts.demonstration
    assert found.facts.multilingual
    card = (DEMO_MODEL / models.CARD).read_text(encoding="utf-8")
    assert card.startswith("demonstration, synthetic voice only\n")


def test_a_trial_that_an_earlier_program_timed_in_another_way_is_forgotten(folder: Path) -> None:
    facts = json.loads((DEMO_MODEL / models.SIDECAR).read_bytes())
    facts |= {"version": 1, "trial": {"answer_p50_ms": 1600, "trimmed_p50_ms": 700}}
    (folder / models.SIDECAR).write_text(json.dumps(facts))
    found = models.inspect(folder).facts
    assert (found.trial, found.short_windows) == (None, facts["short_windows"])
    (folder / models.SIDECAR).write_text(json.dumps(facts | {"version": 2}))
    assert refused(folder) == "model_file_malformed"


def test_import_copies_pins_and_lists(folder: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    into = tmp_path / "models"
    made = models.import_model(folder, into, lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] == made.facts.size_bytes
    assert made.facts.digest == models.inspect(DEMO_MODEL).facts.digest
    assert models.find("small", into).facts == made.facts
    assert [model.facts.name for model in models.list_models(into)] == ["small"]
    assert not list(into.glob(".*"))
    with pytest.raises(ModelProblem, match="model_exists"):
        models.import_model(folder, into)


@pytest.mark.parametrize("name", ["config.json", "model.bin", "tokenizer.json", "vocabulary.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelProblem) as told:
        models.inspect(folder)
    assert (told.value.code, told.value.details["file"]) == ("model_file_missing", name)


def test_a_tokenizer_of_another_model_is_refused(folder: Path) -> None:
    file = folder / "tokenizer.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    for token in told["added_tokens"]:
        token["id"] += 1  # as large-v3 beside the others: it would translate
    file.write_text(json.dumps(told), encoding="utf-8")
    assert refused(folder) == "model_tokenizer_wrong"


def test_a_torn_tokenizer_is_refused(folder: Path) -> None:
    file = folder / "tokenizer.json"
    file.write_bytes(file.read_bytes()[:1000])
    assert refused(folder) == "model_file_malformed"


def test_an_english_model_is_refused_for_mandarin_only(folder: Path) -> None:
    file = folder / "vocabulary.json"
    tokens = json.loads(file.read_text(encoding="utf-8"))
    tokens[tokens.index("")] = "<unused>"
    file.write_text(json.dumps(tokens), encoding="utf-8")
    found = models.inspect(folder)
    models.require_language(found, "en")
    with pytest.raises(ModelProblem, match="model_english_only"):
        models.require_language(found, "zh")


def test_a_changed_model_is_noticed(folder: Path, tmp_path: Path) -> None:
    made = models.import_model(folder, tmp_path / "models")
    with (made.folder / "model.bin").open("r+b") as file:
        file.seek(5_000_000)
        file.write(b"\x00\x01\x02\x03")
    assert refused(made.folder) == "model_changed"


def test_an_unsafe_name_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelProblem, match="model_name_unsafe"):
        models.import_model(folder, tmp_path / "models", name="../out")


def test_a_model_that_is_nowhere(tmp_path: Path) -> None:
    with pytest.raises(ModelProblem, match="model_not_found"):
        models.find("large", tmp_path)
