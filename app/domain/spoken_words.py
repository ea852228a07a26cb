"""Which recognised word stands at a character of a line, and when what stands there was spoken.

- A changed wording has no words of its own in the recording: its line is all that can be played.
- Where a changed line is divided, the characters that stayed as heard say about when that was.
- Punctuation belongs to the word before it; simplified characters stand where the heard ones did.
"""

from __future__ import annotations

from bisect import bisect_right
from difflib import SequenceMatcher

from app.domain.transcript import Origin, Utterance, Word


def word_at(line: Utterance, at: int) -> Word | None:
    """The word heard at character `at` (from 0) of the line's wording; None where none is known."""
    if line.hearing is None or line.origin is not Origin.HEARD or not 0 <= at < len(line.text):
        return None
    spoken = [(c, word) for word in line.hearing.words for c in word.text if c.isalnum()]
    wording = _letters(line.text)
    before = len(_letters(line.text[: at + 1])) - 1
    number = _offset(wording, "".join(c for c, _ in spoken), is_split=bool(line.merged_from))
    if before < 0 or number < 0 or number + before >= len(spoken):
        return None
    return spoken[number + before][1]


def words_of(line: Utterance) -> tuple[Word, ...]:
    """The words heard within this line: of one that was divided, those of this part alone."""
    if line.hearing is None:
        return ()
    if not any(revision.reason == "split" for revision in line.revisions):
        return line.hearing.words
    return tuple(word for word in line.hearing.words if line.t0_ms <= word.t0_ms < line.t1_ms)


def split_ms(line: Utterance, at: int) -> int:
    """When the part of the line from character `at` (from 0) on begins.

    Args:
        line: in whatever wording; its times are offsets from recording start, in milliseconds.
        at: how many characters stay before it.

    Returns:
        An offset in milliseconds within the line's own. Exact where the character is as heard;
        else between the nearest characters that are, by proportion; without any, of the line.
    """
    wording = _letters(line.text)
    position = len(_letters(line.text[:at]))
    known = [(0, line.t0_ms)]
    spoken = _letters_spoken(line)
    for mine, heard in _same(wording, "".join(c for c, _ in spoken), line):
        known.append((mine, max(known[-1][1], min(spoken[heard][1], line.t1_ms))))
    known.append((len(wording), max(known[-1][1], line.t1_ms)))
    after = min(bisect_right(known, position, key=_first), len(known) - 1)
    (before_at, before_ms), (after_at, after_ms) = known[after - 1], known[after]
    share = (position - before_at) / max(1, after_at - before_at)
    return before_ms + round((after_ms - before_ms) * share)


def _first(pair: tuple[int, int]) -> int:
    return pair[0]


def _letters_spoken(line: Utterance) -> list[tuple[str, int]]:
    """Each letter heard and when, the letters of one word evenly within it."""
    spoken: list[tuple[str, int]] = []
    for word in words_of(line):
        letters = _letters(word.text)
        for number, letter in enumerate(letters):
            share = number / len(letters)
            spoken.append((letter, word.t0_ms + round((word.t1_ms - word.t0_ms) * share)))
    return spoken


def _same(wording: str, heard: str, line: Utterance) -> list[tuple[int, int]]:
    """Which letter of the wording is which of those heard, in order of both."""
    if line.origin is Origin.HEARD and len(wording) == len(heard):
        return [(at, at) for at in range(len(wording))]  # simplified stand where others were heard
    matcher = SequenceMatcher(None, wording, heard, autojunk=False)
    blocks = matcher.get_matching_blocks()
    return [(block.a + n, block.b + n) for block in blocks for n in range(block.size)]


def _offset(wording: str, heard: str, *, is_split: bool) -> int:
    """Where in what was heard the wording begins; -1 when that cannot be told for certain."""
    if len(wording) == len(heard) and not is_split:
        return 0
    if heard and wording.startswith(heard):
        return 0  # merged with a line whose words are not kept
    return heard.find(wording) if wording and heard.count(wording) == 1 else -1


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
