"""A name written otherwise than in the case is pointed at, and never changed by itself."""

import pytest

from speech.names import suggestions

NAMES = ("陈平", "王志远", "金桥镇", "Smith")


@pytest.mark.parametrize(
    ("text", "heard", "name"),
    [
        ("我跟陈萍一起去的。", "陈萍", "陈平"),
        ("是程平打的电话。", "程平", "陈平"),  # -eng and -en
        ("王自远给了我三千元。", "王自远", "王志远"),  # z and zh
        ("王志员在场。", "王志员", "王志远"),
        ("王大远在场。", "王大远", "王志远"),  # one syllable of three
        ("在金乔镇见面。", "金乔镇", "金桥镇"),
    ],
)
def test_a_near_miss_is_pointed_at(text, heard, name):
    (found,) = suggestions(text, NAMES)
    assert (found.heard, found.name) == (heard, name)
    assert found.applied_to(text) == text.replace(heard, name)


@pytest.mark.parametrize(
    "text",
    [
        "我跟陈平一起去的。",  # right already
        "他住在和平路。",  # shares a syllable with a name of two
        "李志远也在。",  # another family name
        "Mr Smyth came.",  # not Han
        "",
    ],
)
def test_what_is_right_or_another_name_is_left(text):
    assert suggestions(text, NAMES) == ()


def test_two_in_one_line_do_not_overlap():
    found = suggestions("陈萍和王自远都在。", NAMES)
    assert [(one.start, one.name) for one in found] == [(0, "陈平"), (3, "王志远")]
