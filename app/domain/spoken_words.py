"""Which recognised word stands at a character of a line, while its wording is as it was heard.

- A changed wording has no words of its own in the recording: its line is all that can be played.
- Punctuation belongs to the word before it; simplified characters stand where the heard ones did.
"""

from __future__ import annotations

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


def _offset(wording: str, heard: str, *, is_split: bool) -> int:
    """Where in what was heard the wording begins; -1 when that cannot be told for certain."""
    if len(wording) == len(heard) and not is_split:
        return 0
    if heard and wording.startswith(heard):
        return 0  # merged with a line whose words are not kept
    return heard.find(wording) if wording and heard.count(wording) == 1 else -1


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
