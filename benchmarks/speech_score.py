"""What a contestant's text is worth: errors, delay, ghosts and flicker, found by alignment alone.

- Peers tell no times, or times of another clock: the moment of a text is when it arrived.
- All final texts of a channel are aligned with all that was said in it, so that nobody is punished
  for cutting lines elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from benchmarks.speech_scenes import Scene
from speech.guards import bare
from tests.fakes.demo_sound import Spoken

HEARD = 0.5  # of an utterance's characters: below, it counts as missed
GHOST = 0.6  # share of a line that the other person said
LATEST_MS = 60_000  # after which a text belongs to nothing that was said


@dataclass(frozen=True)
class Told:
    """One text of a contestant, `at_ms` after the scene began."""

    kind: str  # "partial" or "final"
    channel: int
    text: str
    at_ms: int


@dataclass(frozen=True)
class Score:
    """One contestant in one scene."""

    characters: int
    wrong: int
    latencies_ms: tuple[int, ...]  # of each utterance heard
    first_partial_ms: tuple[int, ...]  # from the beginning of each utterance
    missed: int
    ghosts: int
    lines: int
    flicker: float

    @property
    def error_rate(self) -> float:
        """Edit distance by characters said."""
        return self.wrong / max(1, self.characters)


def score(scene: Scene, told: Sequence[Told]) -> Score:
    """Judge everything that was told in a scene."""
    characters = wrong = missed = 0
    latencies: list[int] = []
    partials: list[int] = []
    finals = [one for one in told if one.kind == "final" and bare(one.text)]
    for channel in (0, 1):
        said = [one for one in scene.spoken if one.channel == channel]
        own = [one for one in finals if one.channel == channel]
        truth = "".join(bare(one.text) for one in said)
        heard = "".join(bare(one.text) for one in own)
        arrivals = [one.at_ms for one in own for _ in bare(one.text)]
        pairs, distance = align(truth, heard)
        characters += len(truth)
        wrong += distance
        place = 0
        for one in said:
            length = len(bare(one.text))
            matched = [pairs[i] for i in range(place, place + length) if pairs[i] >= 0]
            place += length
            if len(matched) < HEARD * length:
                missed += 1
            else:
                latencies.append(max(0, arrivals[matched[-1]] - one.t1_ms))
        partials += _first_partials(said, [one for one in told if one.channel == channel])
    return Score(
        characters,
        wrong,
        tuple(latencies),
        tuple(partials),
        missed,
        _ghosts(scene, finals),
        len(finals),
        _flicker(told),
    )


def align(truth: str, heard: str) -> tuple[list[int], int]:
    """For each character of `truth` its place in `heard` or -1, and the edit distance."""
    rows, columns = len(truth) + 1, len(heard) + 1
    cost = np.zeros((rows, columns), np.int32)
    cost[:, 0], cost[0, :] = np.arange(rows), np.arange(columns)
    codes = np.array([ord(character) for character in heard], np.int32)
    for row in range(1, rows):
        change = cost[row - 1, :-1] + (codes != ord(truth[row - 1]))
        best = np.minimum(change, cost[row - 1, 1:] + 1)
        current = row
        for column, value in enumerate(best.tolist(), 1):  # insertions run along the row
            current = min(value, current + 1)
            cost[row, column] = current
    pairs = [-1] * len(truth)
    row, column = rows - 1, columns - 1
    while row and column:
        same = truth[row - 1] == heard[column - 1]
        if cost[row, column] == cost[row - 1, column - 1] + (not same):
            if same:
                pairs[row - 1] = column - 1
            row, column = row - 1, column - 1
        elif cost[row, column] == cost[row - 1, column] + 1:
            row -= 1
        else:
            column -= 1
    return pairs, int(cost[-1, -1])


def _ghosts(scene: Scene, finals: Sequence[Told]) -> int:
    """Lines that rather say what the other person said, or that come when nobody had spoken."""
    count = 0
    for line in finals:
        before = [one for one in scene.spoken if line.at_ms - LATEST_MS < one.t0_ms < line.at_ms]
        own = share(line.text, [one for one in before if one.channel == line.channel])
        other = share(line.text, [one for one in before if one.channel != line.channel])
        if not before or (other >= GHOST and own < other):
            count += 1
    return count


def share(text: str, said: Sequence[Spoken]) -> float:
    """How much of a line stands in one of these utterances, in order: 0 to 1."""
    text = bare(text)
    best = 0
    for one in said:
        matcher = SequenceMatcher(None, text, bare(one.text), autojunk=False)
        best = max(best, sum(block.size for block in matcher.get_matching_blocks()))
    return best / max(1, len(text))


def _flicker(told: Sequence[Told]) -> float:
    """Characters shown and then changed, by final characters; 0 where nothing is shown early."""
    shown = ["", ""]
    changed = final = 0
    for one in told:
        text = bare(one.text)
        before = shown[one.channel]
        kept = 0
        while kept < min(len(before), len(text)) and before[kept] == text[kept]:
            kept += 1
        changed += len(before) - kept
        shown[one.channel] = text if one.kind == "partial" else ""
        final += len(text) if one.kind == "final" else 0
    return changed / max(1, final)


def _first_partials(said: Sequence[Spoken], told: Sequence[Told]) -> list[int]:
    """From the beginning of an utterance to the first running text of it."""
    partials = [one.at_ms for one in told if one.kind == "partial" and one.text]
    out = []
    for one in said:
        after = [at_ms for at_ms in partials if one.t0_ms < at_ms < one.t1_ms + 5_000]
        if after:
            out.append(after[0] - one.t0_ms)
    return out
