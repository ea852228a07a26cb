"""Speech model folders: what one must contain, its digest, import, list and check.

- A model is read from its own folder only; nothing is ever fetched. Without `tokenizer.json` the
  engine would go to the network for another model's tokenizer, so its absence is refused.
- Only files of known names are copied, with links followed; nothing in a folder is executed.
- The digest covers exactly the files the engine reads. It is pinned at import and in the journal.
- How a model likes to be asked (prompts, short windows) is a property of its sidecar.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from signing.digest import digest_file
from signing.digest import digest_of as digest_of_bytes
from speech.problem import ModelProblem
from speech.trial import Trial

SIDECAR = "shilu-model.json"
CARD = "MODEL_CARD.md"
REQUIRED = ("config.json", "model.bin", "tokenizer.json")
OPTIONAL = ("preprocessor_config.json", "vocabulary.json", "vocabulary.txt")
CARDS = (CARD, "README.md", "LICENSE")
MULTILINGUAL_ENTRIES = 51_865  # Whisper's vocabulary with languages; one less is English only
LARGE_V3_ENTRIES = 51_866  # the same and Cantonese; needs 128 mel bands
BLOCK_BYTES = 1 << 20
VERSION = 2  # of the sidecar; trials in 1 were timed in another way

Progress = Callable[[int, int], None]


class ModelFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sidecar: what is known of a model and how it is asked."""

    name: str
    digest: str
    multilingual: bool
    size_bytes: int
    demonstration: bool = False  # synthetic voice only; never for people
    prompts: bool = True  # was trained with prompts: primer and names may be given
    partials: bool = True  # makes sense of cut-off sentences
    short_windows: bool = False  # passed the check with trimmed windows
    trial: Trial | None = None  # on this machine
    version: int = VERSION


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """One model folder that passed `inspect`."""

    folder: Path
    facts: ModelFacts


def engine_files(folder: Path) -> list[Path]:
    """The files the engine reads, in the digest's order.

    Raises:
        ModelProblem: `model_not_found`, `model_file_missing`.
    """
    if not folder.is_dir():
        raise ModelProblem("model_not_found", name=str(folder))
    for name in REQUIRED:
        if not (folder / name).is_file():
            raise ModelProblem("model_file_missing", name=folder.name, file=name)
    if not any((folder / name).is_file() for name in OPTIONAL[1:]):
        raise ModelProblem("model_file_missing", name=folder.name, file="vocabulary.json")
    return sorted(folder / name for name in (*REQUIRED, *OPTIONAL) if (folder / name).is_file())


def digest_of(folder: Path, progress: Progress | None = None) -> str:
    """SHA-256 over `<sha256 of file>  <name>` lines of the engine's files, as sha256sum prints.

    Raises:
        ModelProblem: `model_not_found`, `model_file_missing`.
    """
    files = engine_files(folder)
    total = sum(file.stat().st_size for file in files)
    done = 0

    def on_bytes(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(done, total)

    lines = "".join(f"{digest_file(file, on_bytes)}  {file.name}\n" for file in files)
    return digest_of_bytes(lines.encode())


def _read_json(file: Path) -> object:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelProblem(
            "model_file_malformed", name=file.parent.name, file=file.name, why=str(error)[:200]
        ) from error


def vocabulary_of(folder: Path) -> list[str]:
    """The tokens of a model by id, from either form of file.

    Raises:
        ModelProblem: `model_file_malformed`.
    """
    told = folder / "vocabulary.json"
    if told.is_file():
        tokens = _read_json(told)
        if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
            raise ModelProblem("model_file_malformed", name=folder.name, file=told.name)
        return tokens
    return (folder / "vocabulary.txt").read_text(encoding="utf-8").split("\n")


def _check_tokenizer(folder: Path, vocabulary: list[str]) -> None:
    """A tokenizer whose special tokens stand elsewhere makes the engine translate or babble."""
    told = _read_json(folder / "tokenizer.json")
    added = told.get("added_tokens") if isinstance(told, dict) else None
    if not isinstance(added, list):
        raise ModelProblem("model_file_malformed", name=folder.name, file="tokenizer.json")
    ids = {token["content"]: token["id"] for token in added}
    for special in ("<|startoftranscript|>", "<|transcribe|>", "<|notimestamps|>"):
        place = ids.get(special)
        if place is None or place >= len(vocabulary) or vocabulary[place] != special:
            raise ModelProblem("model_tokenizer_wrong", name=folder.name, token=special)


def _check_features(folder: Path, vocabulary: list[str]) -> None:
    """Large-v3 hears 128 mel bands; without the file the engine would take 80 and fail."""
    file = folder / "preprocessor_config.json"
    if not file.is_file():
        if len(vocabulary) >= LARGE_V3_ENTRIES:
            raise ModelProblem("model_file_missing", name=folder.name, file=file.name)
        return
    told = _read_json(file)
    if not isinstance(told, dict) or told.get("feature_size", 80) not in {80, 128}:
        raise ModelProblem("model_file_malformed", name=folder.name, file=file.name)


def inspect(folder: Path, progress: Progress | None = None) -> Model:
    """Check a folder's structure without loading it; the sidecar's digest must still be true.

    Raises:
        ModelProblem: any code but those of import and of running.
    """
    files = engine_files(folder)
    if not isinstance(_read_json(folder / "config.json"), dict):
        raise ModelProblem("model_file_malformed", name=folder.name, file="config.json")
    vocabulary = vocabulary_of(folder)
    _check_tokenizer(folder, vocabulary)
    _check_features(folder, vocabulary)
    digest = digest_of(folder, progress)
    known = read_facts(folder)
    if known is not None:
        if known.digest != digest:
            raise ModelProblem("model_changed", name=known.name)
        return Model(folder=folder, facts=known)
    facts = ModelFacts(
        name=folder.name,
        digest=digest,
        multilingual=len(vocabulary) >= MULTILINGUAL_ENTRIES and "" in vocabulary,
        size_bytes=sum(file.stat().st_size for file in files),
    )
    return Model(folder=folder, facts=facts)


def read_facts(folder: Path) -> ModelFacts | None:
    """The sidecar of an imported model, or None.

    Raises:
        ModelProblem: `model_file_malformed`.
    """
    file = folder / SIDECAR
    if not file.is_file():
        return None
    try:
        told = msgspec.json.decode(file.read_bytes())
        if isinstance(told, dict) and told.get("version") == 1:
            told = {**told, "trial": None, "version": VERSION}
        return msgspec.convert(told, ModelFacts)
    except msgspec.MsgspecError as error:
        raise ModelProblem(
            "model_file_malformed", name=folder.name, file=SIDECAR, why=str(error)[:200]
        ) from error


def require_language(model: Model, language: str) -> None:
    """Refuse a model that cannot hear `language`.

    Raises:
        ModelProblem: `model_english_only`.
    """
    if not model.facts.multilingual and language != "en":
        raise ModelProblem("model_english_only", name=model.facts.name, language=language)


def import_model(
    folder: Path, into: Path, progress: Progress | None = None, name: str = ""
) -> Model:
    """Check `folder`, copy it to `into/<name>` and pin its digest; all or nothing.

    `progress(done_bytes, total_bytes)` counts the checking and the copying.

    Raises:
        ModelProblem: why it is not a usable model, `model_exists`, `model_name_unsafe` or
            `model_too_large` (the disk).
    """
    name = name or folder.resolve().name
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise ModelProblem("model_name_unsafe", name=name)
    found = inspect(folder, progress)
    target = into / name
    if target.exists():
        raise ModelProblem("model_exists", name=name)
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(into).free < found.facts.size_bytes + (64 << 20):
        raise ModelProblem("model_too_large", name=name, bytes=found.facts.size_bytes)
    half = into / f".{name}.importing"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    for file in (*engine_files(folder), *(folder / card for card in CARDS)):
        if file.is_file():
            _copy(file, half / file.name)
    facts = msgspec.structs.replace(found.facts, name=name)
    _write(half / SIDECAR, msgspec.json.format(msgspec.json.encode(facts)))
    if digest_of(half) != facts.digest:  # a bad disk or a folder that changed under the copy
        raise ModelProblem("model_changed", name=name)
    half.rename(target)
    return Model(folder=target, facts=facts)


def keep_trial(model: Model, trial: Trial) -> Model:
    """Write what a trial found into an imported model's sidecar; returns the model with it.

    A demonstration model's ways of being asked are its card's, not this machine's.
    """
    facts = msgspec.structs.replace(model.facts, trial=trial)
    if not facts.demonstration:
        facts = msgspec.structs.replace(
            facts, short_windows=trial.short_windows, prompts=trial.prompts
        )
    half = model.folder / f".{SIDECAR}"
    _write(half, msgspec.json.format(msgspec.json.encode(facts)))
    half.replace(model.folder / SIDECAR)
    return Model(folder=model.folder, facts=facts)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as reading, target.open("wb") as writing:
        shutil.copyfileobj(reading, writing, BLOCK_BYTES)
        writing.flush()
        os.fsync(writing.fileno())


def _write(file: Path, content: bytes) -> None:
    with file.open("wb") as writing:
        writing.write(content)
        writing.flush()
        os.fsync(writing.fileno())


def folders(*places: Path) -> Iterator[Path]:
    """Model folders in these places; a name in an earlier place hides the same in a later one."""
    seen: set[str] = set()
    for place in places:
        if not place.is_dir():
            continue
        for folder in sorted(place.iterdir()):
            if folder.is_dir() and not folder.name.startswith(".") and folder.name not in seen:
                seen.add(folder.name)
                yield folder


def list_models(*places: Path) -> list[Model | ModelProblem]:
    """Each model in these places, or what is wrong with it."""
    found: list[Model | ModelProblem] = []
    for folder in folders(*places):
        try:
            found.append(inspect(folder))
        except ModelProblem as problem:
            found.append(problem)
    return found


def find(name: str, *places: Path) -> Model:
    """The model of that name in these places, or the model at that path.

    Raises:
        ModelProblem: `model_not_found`, or what is wrong with it.
    """
    for folder in folders(*places):
        if folder.name == name:
            return inspect(folder)
    if os.sep in name and Path(name).is_dir():
        return inspect(Path(name))
    raise ModelProblem("model_not_found", name=name)
