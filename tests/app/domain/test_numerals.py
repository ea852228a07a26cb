"""Numbers in digits are a way of looking: units make them, and names are left alone."""

import pytest

from app.domain.numerals import as_digits


@pytest.mark.parametrize(
    ("heard", "seen"),
    [
        ("一共十八万六千元。", "一共186000元。"),
        ("第一次五月六号，五万元。", "第一次5月6号，50000元。"),
        ("五月二十号下午三点四十分", "5月20号下午3点40分"),
        ("三万六块", "36000块"),
        ("一千零五元", "1005元"),
        ("十二个人", "12个人"),
        ("一亿二千万元", "120000000元"),
        ("二〇二六年", "2026年"),
        ("二六年", "26年"),
        ("住五幢一二零四室", "住5幢1204室"),
        ("电话幺三八零零一三八零零零", "电话13800138000"),
    ],
)
def test_numbers_with_units_are_shown_as_digits(heard, seen):
    assert as_digits(heard) == seen


@pytest.mark.parametrize(
    "text",
    [
        "张三和李四认识。",
        "一个人去的。",
        "等一下。",
        "三心二意",
        "第三次",
        "万一出事",
        "六十多岁",
        "",
    ],
)
def test_names_and_words_are_left(text):
    assert as_digits(text) == text
