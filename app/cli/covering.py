"""What to cover in a redacted working copy: reads the list, shows the text, lends the press.

- Words to be covered come from a file only, never from the command line, which a shell keeps.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import InputProblem

if TYPE_CHECKING:
    from app.domain.covering import Cover
    from app.domain.paper import TranscriptPaper
    from widgets.paper.content import DrawnPaper


def read_cover(file: Path | None) -> Cover:
    """The list in a TOML file; an empty one without a file.

    Raises:
        InputProblem: `file_not_found`, `file_unreadable` or `cover_list_wrong`.
    """
    import msgspec

    from app.domain.covering import Cover

    if file is None:
        return Cover()
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Cover)
    except FileNotFoundError as error:
        raise InputProblem("file_not_found", file=str(file)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputProblem("file_unreadable", file=str(file), why=str(error)) from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputProblem("cover_list_wrong", file=str(file), why=str(error)) from error


def show_covered(paper: TranscriptPaper, cover: Cover) -> None:
    """Print what the copy would say, each line behind its id; nothing is written.

    Raises:
        Refused: `cover_*`.
    """
    from app.domain.covering import Cover as Empty
    from app.domain.covering import cover_paper, name_lines
    from app.export.working_copy import text_of

    names = [name for name, _ in name_lines(paper.lines)]
    shown = paper if cover == Empty() else cover_paper(paper, cover).paper
    for row in shown.header:
        print("  ".join(f"{item.label}{shown.words.colon}{item.value}" for item in row))
    for text in shown.rights:
        print(text)
    for name, line in zip(names, shown.lines, strict=True):
        print(f"[{name}] {text_of(line, shown)}")


def press() -> Callable[[TranscriptPaper], DrawnPaper]:
    """Lays transcripts out without a display."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from widgets.paper.press import QtPress

    drawing = QGuiApplication.instance() or QGuiApplication([])

    def lay_out(paper: TranscriptPaper) -> DrawnPaper:
        assert drawing is not None  # lives as long as somebody draws
        return QtPress().lay_out(paper)

    return lay_out
