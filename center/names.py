"""Which names a client may give to a record and to a file in it: generated ASCII, no traversal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from center.problem import CenterProblem
from signing.problem import SealProblem
from signing.record_files import check_name, check_names

RECORD_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
MAX_PATH_CHARACTERS = 200


def check_record_id(name: str) -> str:
    """The name, when it may name a record. Raises `name_unsafe`."""
    if RECORD_ID.fullmatch(name) is None:
        raise CenterProblem("name_unsafe", name=_told(name))
    return name


def check_path(path: str) -> str:
    """The path, when it may name a file in a record. Raises `name_unsafe`."""
    try:
        check_name(path)
    except SealProblem as problem:
        raise CenterProblem("name_unsafe", name=_told(path)) from problem
    if len(path) > MAX_PATH_CHARACTERS:
        raise CenterProblem("name_unsafe", name=_told(path))
    return path


def check_paths(paths: Sequence[str]) -> None:
    """All paths of one record: each safe, no twins, none both a file and a folder.

    Raises:
        CenterProblem: `name_unsafe`, naming the path.
    """
    for path in paths:
        check_path(path)
    try:
        check_names(paths)
    except SealProblem as problem:
        raise CenterProblem("name_unsafe", name=_told(str(problem.details["path"]))) from problem
    files = {path.casefold() for path in paths}
    for path in files:
        for parent in PurePosixPath(path).parents:
            if str(parent) in files:
                raise CenterProblem("name_unsafe", name=_told(path))


def _told(name: str) -> str:
    return name[:MAX_PATH_CHARACTERS].encode("unicode_escape").decode("ascii")
