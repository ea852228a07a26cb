"""Every sentence of the desk is translated, and the catalogue follows the code."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def translations() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "translations", ROOT / "packaging" / "translations.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_gathering_changes_nothing(translations: ModuleType, tmp_path: Path) -> None:
    copy = tmp_path / translations.CATALOGUE.name
    shutil.copyfile(translations.CATALOGUE, copy)
    translations.gather(copy)
    assert copy.read_text("utf-8") == translations.CATALOGUE.read_text("utf-8"), (
        "run packaging/translations.py gather and translate what is new"
    )


def test_nothing_is_left_untranslated(translations: ModuleType) -> None:
    tree = ET.parse(translations.CATALOGUE)
    left = []
    for message in tree.getroot().iter("message"):
        told = message.find("translation")
        assert told is not None
        words = "".join(told.itertext()).strip()
        if told.get("type") == "unfinished" or not words:
            left.append(message.findtext("source"))
    assert left == []


def test_placeholders_are_kept(translations: ModuleType) -> None:
    tree = ET.parse(translations.CATALOGUE)
    for message in tree.getroot().iter("message"):
        source = message.findtext("source") or ""
        told = "".join(message.find("translation").itertext())  # type: ignore[union-attr]
        for placeholder in ("%1", "%2", "%3", "%4", "%n"):
            assert (placeholder in source) == (placeholder in told), source
