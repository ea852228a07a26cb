"""Reads the rights notices of `resources/rights`: one file for each procedure and language.

- A file is `<procedure>.<language code>.toml`; adding a language is adding files.
- A language without a file falls back to Chinese, which an interpreter then reads out (L10).
- What a page says has a digest, so that a journal tells which wording a person saw.
- An unknown or missing field is an error that names the file, never a page left out.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from app.domain.people import Procedure
from app.domain.rights import RightsNotice
from app.errors import SetupProblem
from app.paths import RESOURCES
from signing.digest import canonical, digest_of

FOLDER = RESOURCES / "rights"
FALLBACK = "zh"


def languages(procedure: Procedure, folder: Path = FOLDER) -> tuple[tuple[str, str], ...]:
    """Code and own name of each language the notice of `procedure` is written in.

    Chinese comes first, the others by code. Raises SetupProblem as `read` does.
    """
    codes = [file.name.split(".")[1] for file in folder.glob(f"{procedure.value}.*.toml")]
    codes.sort(key=lambda code: (code != FALLBACK, code))
    return tuple((code, read(procedure, code, folder).language_name) for code in codes)


@cache
def read(procedure: Procedure, language: str, folder: Path = FOLDER) -> RightsNotice:
    """The notice of `procedure` in `language`, or in Chinese where there is no such file.

    Raises:
        SetupProblem: `settings_unreadable` or `setting_wrong`, naming the file.
    """
    file = folder / f"{procedure.value}.{language}.toml"
    if not file.exists():
        file = folder / f"{procedure.value}.{FALLBACK}.toml"
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        return msgspec.convert(told, RightsNotice)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SetupProblem("settings_unreadable", file=str(file), why=str(error)) from error
    except msgspec.ValidationError as error:
        raise SetupProblem("setting_wrong", file=str(file), why=str(error)) from error


def page_digest(notice: RightsNotice, number: int) -> str:
    """Digest of all that page `number` shows: its words, the law and the notice's version.

    "" for a page the notice does not have. Anyone can compute it from the file in `resources`:
    SHA-256 of the canonical JSON (RFC 8785) of what is put together here.
    """
    if not 1 <= number <= len(notice.pages):
        return ""
    page = notice.page(number)
    shown: dict[str, object] = {
        "procedure": notice.procedure.value,
        "language": notice.language,
        "version": notice.version,
        "title": notice.title,
        "law": notice.law,
        "page": number,
        "page_title": page.title,
        "items": list(page.items),
        "basis": page.basis,
    }
    return digest_of(canonical(shown))


def acknowledged_digest(notice: RightsNotice, pages: tuple[str, ...]) -> str:
    """Digest of what is acknowledged by hand: the sentence, and the pages shown before it."""
    told: dict[str, object] = {"acknowledgement": notice.acknowledgement, "pages": list(pages)}
    return digest_of(canonical(told))
