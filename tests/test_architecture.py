"""The architecture as a test: layers, sizes, sentences, and no way to take anything away."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app.domain import events
from app.ipc import messages
from app.sentences import LANGUAGES, table
from signing.problem import Problem

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("app", "widgets", "speech", "signing", "center")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
LONGEST_MODULE = 400
LONGEST_FUNCTION = 50
FORBIDDEN_NAMES = re.compile(r"(manager|helper|utils|common)", re.IGNORECASE)


def subclasses(of: type) -> Iterator[type]:
    for kind in of.__subclasses__():
        yield kind
        yield from subclasses(kind)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_the_import_layers_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    command = [linter, "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_for_and_stays_one_thing(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(lines) <= LONGEST_MODULE
    module = tree(path)
    if lines:
        assert ast.get_docstring(module), "a module opens with a sentence"
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name}: {length} lines"
        if isinstance(node, ast.ClassDef):
            assert not FORBIDDEN_NAMES.search(node.name), node.name
    assert not FORBIDDEN_NAMES.search(path.stem), path.stem


ONE_DOOR = {
    "faster_whisper": r"speech/whisper\.py",
    "pyhanko": r"signing/paper\w*\.py",
    "keyring": r"app/store/keystore\.py",
    "sounddevice": r"app/recorder/(microphone|preflight)\.py",
    "docx": r"app/export/docx\.py",
    "pkcs11": r"signing/token\.py",
}
"""A library and the only modules that may import it."""


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("library", ONE_DOOR)
def test_a_library_has_one_door(library: str) -> None:
    users = [str(path.relative_to(ROOT)) for path in MODULES if library in imported(path)]
    assert users, "nobody uses it any more"
    assert not [name for name in users if not re.fullmatch(ONE_DOOR[library], name)]


def families() -> list[type[Problem]]:
    import center.problem
    import speech.problem  # noqa: F401

    return [
        kind
        for kind in subclasses(Problem)
        if kind.__module__.split(".")[0] in PACKAGES and kind is not center.problem.CenterProblem
    ]


@pytest.mark.parametrize("family", families(), ids=lambda kind: kind.__name__)
def test_every_problem_has_a_sentence_in_both_languages(family: type[Problem]) -> None:
    missing = [
        f"{code}.{language}"
        for code in sorted(family.CODES)
        for language in LANGUAGES
        if not table().get(code, {}).get(language, "").strip()
    ]
    assert not missing


def test_a_code_outside_its_family_is_a_fault() -> None:
    from app.errors import Refused

    with pytest.raises(ValueError, match="no_such_code"):
        Refused("no_such_code")


TAKES_AWAY = re.compile(
    r"(delete|remove|erase|trim|mask|mute|pause|cut_out|redact|purge|wipe)", re.IGNORECASE
)


def test_no_event_or_message_can_pause_mask_trim_or_delete() -> None:
    """Principle 3, L30, L43."""
    for base in (events.Event, messages.Message):
        for kind in subclasses(base):
            names = [kind.__name__, *msgspec.structs.fields(kind)]
            told = [name if isinstance(name, str) else name.name for name in names]
            assert not [name for name in told if TAKES_AWAY.search(name)], kind


def test_no_command_of_the_session_or_the_command_line_takes_anything_away() -> None:
    from app.cli import app as commands
    from app.session.room import Room
    from app.session.session import Session

    methods = [name for kind in (Session, Room) for name in vars(kind) if name[0] != "_"]
    groups = [
        command.name or ""
        for group in commands.registered_groups
        for command in group.typer_instance.registered_commands
        if group.typer_instance
    ]
    named = [command.name or "" for command in commands.registered_commands]
    assert not [name for name in (*methods, *groups, *named) if TAKES_AWAY.search(name)]


def unlinking_calls(path: Path) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{node.attr}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("unlink", "rmtree", "remove", "rmdir")
    ]


def test_files_are_only_taken_away_where_it_is_known_to_be_safe() -> None:
    """A new unlink anywhere needs its reason in this list."""
    known = {
        "app/export/copy.py",  # the half-written copy of a cancelled export
        "app/export/disc.py",  # the half-written images of a cancelled export
        "app/cli/escrow.py",  # plain text half-recovered, which must not stay
        "app/recorder/film.py",  # the half-written film of a cancelled export
        "app/session/sealing.py",  # the half-built bag of an earlier try
        "app/demo/checks.py",  # the copy that was damaged on purpose
        "app/demo/surroundings.py",  # what an earlier demo left in its own folder
        "app/ipc/address.py",  # a socket whose process is dead
        "app/ipc/server.py",  # its own socket when it leaves
        "center/storage.py",  # a second name of a stored file, an assembled staging folder
        "speech/models.py",  # a half-copied model
        "speech/draft.py",  # the kept lines of a file whose text is written
    }
    found = {
        call.split(":")[0]
        for path in MODULES
        for call in unlinking_calls(path)
        if not call.endswith(":remove")
    }
    assert not found - known


def test_the_binding_keeps_its_hands_off_none() -> None:
    """PySide6 6.12.0 lowers None's reference count on Python 3.11 (decision 6)."""
    if sys.version_info >= (3, 12):
        pytest.skip("None is immortal from 3.12 on")
    from PySide6.QtGui import QImage, QPainter, QPen

    image = QImage(8, 8, QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    before = sys.getrefcount(None)
    for _ in range(200):
        painter.setPen(QPen())
    after = sys.getrefcount(None)
    painter.end()
    assert after - before > -50
