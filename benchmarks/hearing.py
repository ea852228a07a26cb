"""What is heard of scenes where recognisers go wrong, and what each guard says; writes one table.

    make bench-hearing [ARGS="--minutes 10 --lines 40"]

- The whole pipeline on the shipped model, as fast as it goes: whose line, what is missing, what was
  made up. Time is measured by `make bench-speech`, at the pace of the clock.
- A ghost is a line that the other person said, or that nobody did.
- Guards are shown with what a recogniser answered and what stands on the page then.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import hearing_scenes
from benchmarks.hearing_guards import guard_rows
from benchmarks.speech_scenes import Scene
from benchmarks.speech_score import GHOST, Told, score, share
from speech import models
from speech.engine import Engine
from speech.guards import bare
from speech.recognition import Options
from speech.service import Hearing, Line
from speech.sound import ArraySound
from speech.whisper import load

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "resources" / "models" / "demo"
TABLE = ROOT / "docs" / "benchmarks" / "hearing.md"
BAD_LINES = 16
HEAD = (
    "| scene | length | lines | missed | ghosts | wrong role | characters wrong | flags |\n"
    "|---|---|---|---|---|---|---|---|\n"
)


@dataclass(frozen=True)
class Heard:
    """What became of one scene."""

    scene: Scene
    lines: tuple[Line, ...]


def hear(engine: Engine, scene: Scene, options: Options) -> Heard:
    """The scene through the whole pipeline."""
    told = Hearing(engine, ArraySound(scene.sound), options).lines()
    return Heard(scene, tuple(one for one in told if isinstance(one, Line)))


def row(heard: Heard) -> str:
    """One line of the table."""
    scene, lines = heard.scene, heard.lines
    finals = [Told("final", one.channel, one.answer.text, one.t1_ms) for one in lines]
    judged = score(scene, finals)
    flags = Counter(str(flag) for one in lines for flag in one.flags)
    told = ", ".join(f"{name} {count}" for name, count in sorted(flags.items())) or "-"
    wrong = f"{judged.error_rate:.1%}" if judged.characters else "-"
    return (
        f"| {scene.name} | {scene.seconds / 60:.1f} min | {len(lines)} of {len(scene.spoken)} "
        f"| {judged.missed} | {_ghosts(scene, lines)} | {_wrong_roles(scene, lines)} | {wrong} "
        f"| {told} |\n"
    )


def _ghosts(scene: Scene, lines: Sequence[Line]) -> int:
    """Lines with words at a time when nobody spoke, or that repeat what the other said then."""
    count = 0
    for line in lines:
        if not bare(line.answer.text):
            continue
        then = [one for one in scene.spoken if one.t0_ms < line.t1_ms and line.t0_ms < one.t1_ms]
        own = share(line.answer.text, [one for one in then if one.channel == line.channel])
        other = share(line.answer.text, [one for one in then if one.channel != line.channel])
        is_twice = (
            other >= GHOST
            and own < other
            and any(
                one.channel != line.channel and share(one.answer.text, then) >= GHOST
                for one in lines
                if one.t0_ms < line.t1_ms and line.t0_ms < one.t1_ms
            )
        )
        count += not then or is_twice
    return count


def _wrong_roles(scene: Scene, lines: Sequence[Line]) -> int:
    """Lines that stand with the other person, and nowhere with their own."""
    count = 0
    for line in lines:
        then = [one for one in scene.spoken if one.t0_ms < line.t1_ms and line.t0_ms < one.t1_ms]
        if then and all(one.channel != line.channel for one in then):
            count += 1
    return count


def main() -> None:
    """Hear everything, print the table and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="of each empty room")
    parser.add_argument("--lines", type=int, default=hearing_scenes.LINES)
    parser.add_argument("--out", type=Path, default=TABLE)
    asked = parser.parse_args()
    model = models.inspect(MODEL)
    options = Options(prompts=model.facts.prompts, short_windows=model.facts.short_windows)
    engine = load(model, "cpu", 1)
    page = [_heading(model.facts.name, model.facts.digest)]
    for title, scenes in (
        ("Whose line it is", [*hearing_scenes.bleeding(asked.lines),
                              hearing_scenes.overlapping(asked.lines)]),
        ("Where nobody speaks", hearing_scenes.empty_rooms(asked.minutes)),
        ("Bad sound", hearing_scenes.bad_sound(min(BAD_LINES, asked.lines))),
    ):  # fmt: skip
        page.append(f"\n## {title}\n\n{HEAD}")
        page += [row(hear(engine, scene, options)) for scene in scenes]
    page += ["\n## Guards\n\n", *guard_rows(), NOTES]
    asked.out.write_text("".join(page), encoding="utf-8")
    print("".join(page))


def _heading(name: str, digest: str) -> str:
    return (
        "# What is heard, and what is not made up\n\n"
        f"`make bench-hearing` on {datetime.now(UTC):%Y-%m-%d}: the whole pipeline with model "
        f"`{name}` (SHA-256 `{digest[:16]}`…). Both microphones hear both people, the other "
        "one weaker, 6 ms later and with twelve reflections; noise at -55 dBFS.\n\n"
        "One synthetic voice family: the figures are about lines and roles, not about accuracy "
        "with people.\n"
    )


NOTES = (
    "\nLines are what stands on the page; missed are utterances of which under half was heard "
    "anywhere in their channel; a ghost stands on the page twice or was said by nobody. With one "
    "microphone on both channels every line is the first channel's and flagged: people tell who "
    "spoke. A dead microphone is told by the recorder within three seconds and by `shilu "
    "transcribe`; its person's lines then stand with the other's, unflagged. Where "
    "both speak at once a person's next utterance joins the line before when under half a second "
    "lies between, and the demonstration model is weak at several sentences in one window (see "
    "demo-model.md): that is where those words are missing.\n"
)

if __name__ == "__main__":
    main()
