"""Where utterances begin and end, and that scraps between bleed are none."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from speech.turns import LONGEST_FRAMES, PAUSE_FRAMES, Turns


def cut(frames):
    """Frames as a text: '#' own, 'o' the other's, '.' silence."""
    turns = Turns(0)
    told = [t for f in frames for t in turns.feed(f == "#", f == "o", -30.0 if f == "#" else -60.0)]
    return told + list(turns.finish())


def test_a_short_answer_is_an_utterance_and_a_click_is_none():
    assert [t.own_frames for t in cut("." * 20 + "#" * 7 + "." * 30)] == [7]
    assert cut("." * 20 + "#" * 5 + "." * 30) == []


def test_a_pause_ends_and_a_hesitation_does_not():
    pause = "." * PAUSE_FRAMES
    assert len(cut("#" * 10 + pause + "#" * 10 + pause)) == 2
    assert len(cut("#" * 10 + pause[:-1] + "#" * 10 + pause)) == 1


def test_scraps_between_the_others_words_are_no_utterance():
    assert cut("###ooooooooo##oooooooo###" + "." * 20) == []
    assert len(cut("oooooooooo" + "#" * 8 + "oooooooooo" + "." * 20)) == 1  # a word put in


def test_endless_speech_is_cut_and_nothing_of_it_left_out():
    told = cut("#" * (LONGEST_FRAMES * 2 + 50) + "." * 30)
    assert [t.was_cut for t in told] == [True, True, False]
    for one, other in pairwise(told):
        assert other.first <= one.end


@given(st.text("##o.", max_size=3000))
def test_utterances_never_overlap_and_hold_all_their_speech(frames):
    told = cut(frames)
    for one, other in pairwise(told):
        assert one.end <= other.first
    for turn in told:
        assert 0 <= turn.first < turn.end <= len(frames)
        assert turn.end - turn.first <= LONGEST_FRAMES + 60
