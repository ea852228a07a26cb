"""The stock check: a demo record's exports, checked on a bare Debian by the README's own commands.

`python -m tests.stock [DEMO]` (`make stock-check`; DEMO is build/demo) prints two tables, which
tool accepts which good export and which tool notices which damage, and writes them to
build/stock.json and docs/benchmarks/stock.md. Exit 1 when a tool refuses a good export or nobody
notices a damage.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from signing.certificates import to_pem
from signing.seal import add_timestamp
from tests.fakes.time_authority import TimeAuthority
from tests.stock.bare import SUITE, Machine
from tests.stock.evidence import MEDIA, Bench, Opened, flip, flip_inside
from tests.stock.reading import TOOLS, accepts, command_for, listed_in

ROOT = Path(__file__).parents[2]
BARE = ROOT / "build" / "stock" / "root"
REPORT = ROOT / "build" / "stock.json"
TABLE = ROOT / "docs" / "benchmarks" / "stock.md"
STRICT, STAMP = "python", "openssl ts"
STOCK = tuple(tool for tool in TOOLS if tool != STRICT)
DISC = "sha256sum DIGESTS.txt"
YES, NO, NONE = "accepts", "**refuses**", "-"


@dataclass
class Found:
    """Both tables: row -> tool -> answer."""

    good: dict[str, dict[str, str]] = field(default_factory=dict)
    damaged: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def wrong(self) -> list[str]:
        """Good exports that a tool refused, and damages that nobody noticed."""
        refused = [row for row, told in self.good.items() if NO in told.values()]
        missed = [row for row, told in self.damaged.items() if NO not in told.values()]
        return refused + missed


@dataclass(frozen=True, slots=True)
class Demo:
    """What a demo left."""

    record: Path
    zip: Path
    iso: Path
    authority: Path

    @classmethod
    def find(cls, out: Path) -> Demo:
        """The exports in a demo's folder; ends with a sentence where there are none."""
        try:
            told = json.loads((out / "report.json").read_text(encoding="utf-8"))
            record, packed, image = (Path(told[name]) for name in ("record", "zip", "iso"))
        except (OSError, KeyError) as error:
            raise SystemExit(f"There is no finished demo in {out}; run make demo.") from error
        return cls(record, packed, image, out / "center-ca.pem")


def ask_tools(machine: Machine, opened: Opened) -> dict[str, str]:
    """What each command of the record's README says of it."""
    told = {"opening": NONE if not opened.how.startswith(("ZIP", "ISO")) else YES}
    if opened.said:
        told["opening"] = NO
    listed = listed_in(opened.beside)
    for tool in STOCK:
        if tool == STAMP and not (opened.beside / "seal.tsr").exists():
            told[tool] = NONE
            continue
        command = command_for(opened.beside, tool, "/evidence")
        said = machine.run(command, opened.folder)
        told[tool] = YES if accepts(tool, said.status, said.text, listed) else NO
    if (opened.beside.parent / "DIGESTS.txt").exists():
        command = "sha256sum --check --strict --quiet DIGESTS.txt"
        said = machine.run(command, str(Path(opened.folder).parent))
        told[DISC] = YES if said.status == 0 else NO
    return told


DAMAGE: dict[str, Callable[[Path], None]] = {
    "a bit of a film": flip(MEDIA),
    "a bit of the journal": flip("data/journal.jsonl"),
    "a bit of the recorder's log": flip("data/recorder.jsonl"),
    "a bit of the transcript": flip("data/transcript/transcript.pdf"),
    "a bit of the signature's drawing": flip("data/marks/*.inkml"),
    "a bit of a fingerprint": flip("data/marks/*.png"),
    "a bit of seal.json": flip("seal.json"),
    "a bit of the manifest": flip("manifest-sha256.txt"),
    "a bit of the tag manifest": flip("tagmanifest-sha256.txt"),
    "a bit of the seal": flip("seal.p7s"),
    "a bit of the time stamp": flip("seal.tsr"),
    "a film deleted": lambda record: min(record.glob(MEDIA)).unlink(),
    "a file put beside the record's": lambda record: _write(record / "data" / "extra.txt"),
    "fetch.txt put in": lambda record: _write(record / "fetch.txt"),
}


def _write(path: Path) -> None:
    path.write_text("http://example.org/ - data/x\n", encoding="utf-8")


def check(machine: Machine, demo: Demo) -> Found:
    """Lay everything on the machine and ask."""
    bench, found, record_id = Bench(machine), Found(), demo.record.name
    shutil.copyfile(demo.authority, bench.folder / "center-ca.pem")
    stamped = _stamped(demo.record, bench.folder)
    try:
        good = [bench.lay_folder(demo.record), bench.lay_zip(demo.zip, record_id),
                *bench.lay_disc(demo.iso, record_id)]  # fmt: skip
        for opened in good:
            found.good[opened.how] = ask_tools(machine, opened)
        opened = bench.lay_folder(stamped, "stamped")
        found.good["folder with a time stamp"] = ask_tools(machine, opened)
        for row, told in _damage(bench, demo, stamped):
            found.damaged[row] = told
    finally:
        bench.unmount("disc-mounted")
        bench.unmount("damaged-disc-mounted")
        shutil.rmtree(stamped.parent)
    return found


def _stamped(record: Path, evidence: Path) -> Path:
    """The record as it is when an authority stamped it; the demo has none."""
    folder = Path(tempfile.mkdtemp())
    (folder / "tsa").mkdir()
    authority = TimeAuthority(folder / "tsa")
    (evidence / "tsa-ca.pem").write_bytes(to_pem([authority.root]))
    shutil.copytree(record, folder / record.name)
    add_timestamp(folder / record.name, authority.ask)
    return folder / record.name


def _damage(bench: Bench, demo: Demo, stamped: Path) -> Iterator[tuple[str, dict[str, str]]]:
    for number, (row, damage) in enumerate(DAMAGE.items()):
        opened = bench.lay_folder(stamped, f"damaged-{number}")
        damage(opened.beside)
        yield row, ask_tools(bench.machine, opened)
        shutil.rmtree(opened.beside)
    with tempfile.TemporaryDirectory() as scratch:
        packed = Path(shutil.copy(demo.zip, scratch))
        flip_inside(packed, demo.record)
        opened = bench.lay_zip(packed, demo.record.name, "damaged-zip")
        yield "a bit of a film inside the ZIP", ask_tools(bench.machine, opened)
        image = Path(shutil.copy(demo.iso, scratch))
        flip_inside(image, demo.record)
        for opened in bench.lay_disc(image, demo.record.name, "damaged-disc"):
            row = f"a bit of a film inside the {opened.how.replace(', ', ', read by ')}"
            yield row, ask_tools(bench.machine, opened)


def lines_of(rows: dict[str, dict[str, str]], head: str) -> Iterator[str]:
    """A Markdown table."""
    columns = ("opening", *STOCK, DISC)
    yield f"| {head} | {' | '.join(columns)} |"
    yield "|---" * (len(columns) + 1) + "|"
    for row, told in rows.items():
        yield f"| {row} | {' | '.join(told.get(column, NONE) for column in columns)} |"


def text_of(found: Found, machine: Machine, mounted: bool) -> str:
    """The report for people."""
    versions = ", ".join(f"{name} {number}" for name, number in sorted(machine.versions().items()))
    lines = [
        "# Stock check",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, a bare Debian ({SUITE}, minimal) without network and",
        "without any program of ours: neither `signing` nor a library it needs is on it.",
        "`make stock-check` builds it and makes this page.",
        "",
        f"Installed: {versions}.",
        "",
        "The record is the demo's, as it was exported. Each column is a command of the record's",
        "own README.txt, run as printed there; `opening` is unzip, xorriso or bsdtar laying the",
        "files open, and the last column the digests that lie on each disc. `-`: does not apply.",
        "A disc image can" + (" be" if mounted else "not be") + " mounted by this machine's kernel"
        + ("." if mounted else ", so the image is read by xorriso and by bsdtar."),
        "",
        "## Good exports",
        "",
        *lines_of(found.good, "export"),
        "",
        "The demo asks no time-stamping authority; one stamped a copy of the record for that row.",
        "",
        "## Damage",
        "",
        "No single command notices everything, which is why README.txt asks for all of them.",
        "",
        *lines_of(found.damaged, "damage"),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> int:
    """Check and write both reports."""
    demo = Demo.find(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "demo")
    machine = Machine(BARE)
    machine.set_up()
    if traces := machine.traces_of_ours():
        raise SystemExit(f"The bare machine is not bare:\n{traces}")
    found = check(machine, demo)
    text = text_of(found, machine, any("mounted" in row for row in found.good))
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps({**vars(found), "wrong": found.wrong}, indent=1) + "\n")
    TABLE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
