"""Chinese numerals as digits, for reading only: the text that is kept stays as it was heard.

- A numeral is only read as a number where a unit follows, or as a row of four digits and more
  (a telephone, an account): a name may contain one (张三), and an idiom too.
- Source of the unit readings: GB/T 15835-2011, general rules for numerals in texts.
"""

from __future__ import annotations

import re

_DIGITS = {
    **{digit: value for value, digit in enumerate("零一二三四五六七八九")},
    "〇": 0,
    "两": 2,
    "幺": 1,
}
_TENS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
# One numeral alone counts before these only: 一个 and 一下 are words, 五月 is a date.
_EXACT = "年月日号元块岁点时分秒幢室楼层"
_COUNTED = _EXACT + "个次人张部台件米克斤里名只辆天周"
_NUMBER = re.compile(
    rf"(?<![{_NUMERAL}第])(?:[{_NUMERAL}]{{2,}}(?=[{_COUNTED}]|公[里斤]|小时|毫[米克升])"
    rf"|[{_NUMERAL}](?=[{_EXACT}]|小时))"
)
_ROW = re.compile(r"[零〇一二三四五六七八九幺]{4,}")


def as_digits(text: str) -> str:
    """`text` with its numbers in digits.

    Args:
        text: one line, as it was heard or written.
    """
    rows = _ROW.sub(lambda found: _row(found[0]), text)
    return _NUMBER.sub(lambda found: _number(found[0]), rows)


def _row(numerals: str) -> str:
    return "".join(str(_DIGITS[numeral]) for numeral in numerals)


def _number(numerals: str) -> str:
    """Digits of a number, or the numerals as they are when they are none."""
    if not any(numeral in _TENS or numeral in _GROUPS for numeral in numerals):
        return _row(numerals)  # 二六年, 一二零四室
    total = group = 0
    digit: int | None = None
    unit_before = 0  # 三万六: what follows a unit without its own is of the next lower one
    for numeral in numerals:
        if numeral in _DIGITS:
            digit = _DIGITS[numeral]
            if digit == 0:
                unit_before = 0
        elif numeral in _TENS:
            group += (1 if digit is None else digit) * _TENS[numeral]
            unit_before, digit = _TENS[numeral], None
        else:
            group += digit or 0
            total += (group or 1) * _GROUPS[numeral]
            group, unit_before, digit = 0, _GROUPS[numeral], None
    if digit is not None:
        group += digit * max(1, unit_before // 10) if unit_before >= 100 else digit
    return str(total + group)
