"""Keeps the screens' translations: gathers new sentences, and compiles every catalogue.

python packaging/translations.py            compile resources/i18n/*.ts to *.qm
python packaging/translations.py gather     take new sentences into desk_zh_CN.ts
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "i18n"
CATALOGUE = FOLDER / "desk_zh_CN.ts"


def sources() -> list[Path]:
    """The modules whose sentences stand in the desk's catalogue."""
    found = sorted((ROOT / "widgets").rglob("*.py"))
    found = [path for path in found if "tablet" not in path.parts and "paper" not in path.parts]
    return [*found, ROOT / "app" / "desk.py"]


def tool(name: str) -> str:
    """The tool of this environment's PySide6."""
    beside = Path(sys.executable).with_name(f"pyside6-{name}")
    return str(beside) if beside.exists() else f"pyside6-{name}"


def gather(catalogue: Path = CATALOGUE) -> None:
    """Take new sentences in and drop those that are gone; never touches a translation."""
    names = [path.relative_to(ROOT).as_posix() for path in sources()]
    options = ["-locations", "none", "-no-obsolete", "-source-language", "en"]
    subprocess.run(
        [tool("lupdate"), *names, *options, "-target-language", "zh_CN", "-ts", str(catalogue)],
        check=True,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )


def compile_all() -> None:
    """Write the .qm beside every .ts that is newer."""
    for source in sorted(FOLDER.glob("*.ts")):
        target = source.with_suffix(".qm")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        subprocess.run(
            [tool("lrelease"), "-silent", str(source), "-qm", str(target)], check=True, cwd=ROOT
        )


def main() -> None:
    """Gather when asked to, and compile."""
    if sys.argv[1:] == ["gather"]:
        gather()
    compile_all()


if __name__ == "__main__":
    main()
