"""Writes the model's card and sidecar from its figures: `python -m demo_model.card`.

- The card's first line says what the model is for; the figures stand with their counts.
- Partial text and trimmed windows are allowed in the sidecar only where the figures bear them out.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import msgspec

from demo_model.espeak import KEPT_OUT_VARIANTS, VARIANTS
from speech import models
from speech.models import ModelFacts

FIRST_LINE = "demonstration, synthetic voice only"
GATES = {"sentences": 0.03, "voices": 0.12}
MOST_WRONG_CUT_OFF = 0.15  # partial text that is worse than this does more harm than good
MOST_ADDED_BY_TRIMMING = 0.02
NAMES = {
    "sentences": "template sentences it never saw, voices it knows",
    "voices": "the same by four voices it never heard",
    "speeds": "slower and faster than it ever heard",
    "pitches": "lower and higher than it ever heard",
    "free": "sentences outside the templates",
    "demo": "the demonstration's own lines",
    "trimmed windows": "the first set with trimmed windows",
    "cut off": "the first set broken off after a word",
    "several in a window": "three of the first set in one window",
}


def rate(figures: dict[str, Any], name: str) -> float:
    """Error rate over both languages."""
    told = [figures[name][language] for language in ("zh", "en") if language in figures[name]]
    return float(sum(t["errors"] for t in told) / sum(t["characters"] for t in told))


def gates_missed(figures: dict[str, Any]) -> list[str]:
    """What the figures fall short of, in words; empty when all gates are passed."""
    missed = [
        f"{NAMES[name]}: {rate(figures, name):.1%} wrong, {most:.0%} is asked for"
        for name, most in GATES.items()
        if rate(figures, name) > most
    ]
    spoken = [place for place, text in figures["silence"].items() if text]
    return missed + [f"words in silence ({place})" for place in spoken]


def table(figures: dict[str, Any]) -> str:
    """The figures as a table: wrong characters of all, per language."""
    lines = ["| heard | Chinese | English |", "|---|---|---|"]
    for name, words in NAMES.items():
        cells = []
        for language in ("zh", "en"):
            told = figures[name].get(language)
            cells.append(
                f"{told['error_rate']:.1%} ({told['errors']} of {told['characters']} characters, "
                f"{told['sentences']} sentences)"
                if told
                else "not tried"
            )
        lines.append(f"| {words} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def card(figures: dict[str, Any], run: dict[str, Any], facts: ModelFacts) -> str:
    """The card's text."""
    missed = gates_missed(figures)
    times = figures["word times"]
    reached = (
        "It reaches what it was asked to reach."
        if not missed
        else "**It falls short of what was asked of it:** " + "; ".join(missed) + "."
    )
    when = (
        f"A Chinese character's time is off by {times['median_s']:.2f} s in the median "
        f"({times['p95_s']:.2f} s at the 95th percentile of {times['characters']})."
        if times["characters"]
        else ""
    )
    return f"""{FIRST_LINE}

A speech model of {run["parameters"] / 1e6:.1f} million parameters in the architecture of Whisper
(CTranslate2, int8), trained from nothing for this project so that the demonstration, the install
check and the tests run the true path with no network. **It does not understand people.** It knows
one synthetic speaker family (eSpeak NG, voices `cmn-latn-pinyin` and `en-us`, {len(VARIANTS)}
variants) and sentences built from templates of questions and answers.

Wrong characters, punctuation and spaces aside, as Shilu's own engine hears them. None of these
sentences was trained; the demonstration's lines are in no training text, alone or inside another.

{table(figures)}

{reached}
Unheard voices: {", ".join(KEPT_OUT_VARIANTS)}. {when}
These figures say nothing about the accuracy of Shilu with a real model and a real voice.

Training: {run["texts"]:,} texts (SHA-256 of the list
`{run["digest"]}`), {run["step"]:,} steps of two
processes, about {2 * run["windows"]:,} windows, {2 * run["spent_s"] / 60:.0f} processor minutes.
The recipe is `packaging/demo_model`; `make demo-model` repeats it or goes on with it. Partial text
is {"on" if facts.partials else "off"} and trimmed windows are
{"on" if facts.short_windows else "off"} by the figures above. It never saw a prompt.

Files: SHA-256 over the engine's files `{facts.digest}`, {facts.size_bytes:,} bytes.

Rights: weights and text are ours (GPL-3.0-or-later, as the project). eSpeak NG made the training
sound as a tool; none of its data is included.
"""


def sidecar(folder: Path, figures: dict[str, Any]) -> ModelFacts:
    """The model's facts, by its figures."""
    told = models.inspect(folder).facts
    trimmed = rate(figures, "trimmed windows") - rate(figures, "sentences")
    return msgspec.structs.replace(
        told,
        name="demo",
        demonstration=True,
        prompts=False,
        partials=rate(figures, "cut off") <= MOST_WRONG_CUT_OFF,
        short_windows=trimmed <= MOST_ADDED_BY_TRIMMING,
    )


def main() -> None:
    """Write the card and the sidecar of the model built under a folder."""
    asked = argparse.ArgumentParser(description=main.__doc__)
    asked.add_argument("folder", type=Path)
    given = asked.parse_args()
    figures, run = (
        json.loads((given.folder / name).read_text(encoding="utf-8"))
        for name in ("figures.json", "run.json")
    )
    folder = given.folder / "demo"
    (folder / models.SIDECAR).unlink(missing_ok=True)  # pins the files of an earlier build
    facts = sidecar(folder, figures)
    if figures["digest"] != facts.digest:
        raise SystemExit("the figures are another model's: evaluate again")
    (folder / models.SIDECAR).write_bytes(msgspec.json.format(msgspec.json.encode(facts)))
    (folder / models.CARD).write_text(card(figures, run, facts), encoding="utf-8")
    for one in gates_missed(figures):
        print("short of the gate:", one)


if __name__ == "__main__":
    main()
