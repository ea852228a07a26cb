"""The demo's report: steps with their seconds, what the judges said, what was heard."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.demo.checks import Verdict


@dataclass(slots=True)
class Step:
    """One step of the demo."""

    name: str
    seconds: float = 0.0
    ok: bool = False


@dataclass(slots=True)
class LanguageHeard:
    """How one language of the script was heard, in the interrogation or clip by clip."""

    where: str  # "interview" or "clips"
    characters: int
    errors: int

    @property
    def cer(self) -> float:
        """Share of wrong characters."""
        return round(self.errors / self.characters, 4)


@dataclass(slots=True)
class Heard:
    """What the recogniser made of the spoken script; `lines` and `cer` are the interview's."""

    lines: int
    cer: float
    model: str
    languages: dict[str, LanguageHeard] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """What `build/demo/report.json` holds."""

    steps: list[Step] = field(default_factory=list)
    record: str = ""
    zip: str = ""
    iso: str = ""
    verified: Verdict | None = None
    tampered_refused: Verdict | None = None
    heard: Heard | None = None
    screens: list[str] = field(default_factory=list)
    delivery: str = ""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step; it is not ok when it raises."""
        step = Step(name)
        self.steps.append(step)
        begun = time.monotonic()
        try:
            yield
            step.ok = True
        finally:
            step.seconds = round(time.monotonic() - begun, 2)

    @property
    def good(self) -> bool:
        """Whether every step was done, all judges accepted and all refused the damaged copy."""
        verdicts = (self.verified, self.tampered_refused)
        judged = all(verdict and all(asdict(verdict).values()) for verdict in verdicts)
        return bool(judged) and bool(self.steps) and all(step.ok for step in self.steps)

    def write(self, path: Path) -> None:
        """Keep the report as JSON."""
        told = asdict(self)
        if self.heard:
            for name, language in self.heard.languages.items():
                told["heard"]["languages"][name]["cer"] = language.cer
        path.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")

    def show(self) -> None:
        """Print the report as a table."""
        console = Console()
        table = Table("step", "seconds", "")
        for step in self.steps:
            table.add_row(step.name, f"{step.seconds:.2f}", "✓" if step.ok else "✗")
        console.print(table)
        judges = Table("judge", "good record", "one flipped byte")
        for name in ("strict", "bagit", "cms", "pdfsig"):
            accepted = bool(self.verified and getattr(self.verified, name))
            refused = bool(self.tampered_refused and getattr(self.tampered_refused, name))
            judges.add_row(
                name, "accepted" if accepted else "REFUSED", "refused" if refused else "ACCEPTED"
            )
        console.print(judges)
        if self.heard:
            rates = ", ".join(
                f"{name} {language.cer:.1%} of {language.characters} ({language.where})"
                for name, language in self.heard.languages.items()
            )
            console.print(
                f"heard {self.heard.lines} lines, wrong characters: {rates}; "
                f"model {self.heard.model}; delivery: {self.delivery}"
            )
        console.print(f"record {self.record}\nzip {self.zip}\niso {self.iso}")
