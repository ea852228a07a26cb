"""Makes the bundled fonts from Debian's fonts-noto-cjk; run by hand when that source changes.

Source: package `fonts-noto-cjk` (github.com/notofonts/noto-cjk, Sans 2.004), OFL-1.1.
Needs fonttools, which the program itself does not:
`python packaging/fonts/build.py /usr/share/fonts/opentype/noto resources/fonts`

- Face SC only; Latin, punctuation, kana and every CJK ideograph the source has, Hangul dropped.
- Radicals and compatibility ideographs are dropped: they share glyphs with ordinary characters,
  and a PDF reader would find the radical U+2F08 where the transcript says U+4EBA.
- Hinting is dropped: the paper is drawn as outlines and screens are antialiased.
- The family gets its own name, so that an installed Noto of another version never mixes in.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

FACE = "Noto Sans CJK SC"
FAMILY = "Shilu Sans"  # OFL: the source states no reserved font name
WEIGHTS = ("Regular", "Bold")
UNIFIED_AMONG_COMPATIBLE = (
    *(0xFA0E, 0xFA0F, 0xFA11, 0xFA13, 0xFA14, 0xFA1F),
    *(0xFA21, 0xFA23, 0xFA24, 0xFA27, 0xFA28, 0xFA29),
)
DOUBLES = {0x2003, 0x2012, 0x2035, 0x2215, 0x2329, 0x232A, 0x301C}  # of commoner characters
KEEP = (
    (0x0020, 0x024F),  # Latin
    (0x02B0, 0x03FF),  # modifiers, combining marks, Greek
    (0x0400, 0x045F),  # Cyrillic
    (0x1E00, 0x1EFF),  # Latin with two accents
    (0x2000, 0x27BF),  # punctuation, numbers in circles, boxes, signs
    (0x2FF0, 0x30FF),  # CJK punctuation, kana
    (0x3100, 0x312F),  # bopomofo
    (0x31C0, 0x31EF),  # strokes
    (0x3200, 0x33FF),  # units and numbers in brackets
    (0x3400, 0x9FFF),  # ideographs and extension A
    *((code, code) for code in UNIFIED_AMONG_COMPATIBLE),
    (0xFE10, 0xFE4F),  # vertical and compatibility forms
    (0xFF00, 0xFF9F),  # full-width forms
    (0xFFE0, 0xFFEF),
    (0x20000, 0x323AF),  # extensions B to H, as far as the source has them
)
FEATURES = ["ccmp", "kern", "mark", "mkmk", "liga"]


def face(collection: Path) -> TTFont:
    """The simplified-Chinese face of a collection."""
    for font in TTCollection(collection, lazy=True).fonts:
        if font["name"].getDebugName(1).startswith(FACE):
            return font
    raise SystemExit(f"{collection} has no face {FACE}")


def reduce(font: TTFont) -> None:
    """Drop what no transcript needs."""
    options = subset.Options(
        layout_features=FEATURES, hinting=False, glyph_names=False, name_languages=[0x409]
    )
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG"]
    worker = subset.Subsetter(options)
    kept = {code for low, high in KEEP for code in range(low, high + 1)} - DOUBLES
    worker.populate(unicodes=sorted(kept))
    worker.subset(font)


def doubles(font: TTFont) -> list[tuple[int, int]]:
    """Characters that a reader of a PDF cannot tell from one another."""
    first: dict[str, int] = {}
    return [
        (first[glyph], code)
        for code, glyph in sorted(font.getBestCmap().items())
        if first.setdefault(glyph, code) != code
    ]


def rename(font: TTFont, weight: str) -> None:
    """Give the family its own name; copyright and licence entries stay."""
    names = {
        1: FAMILY,
        2: weight,
        3: f"{FAMILY} {weight} from {FACE}",
        4: f"{FAMILY} {weight}",
        6: f"{FAMILY.replace(' ', '')}-{weight}",
    }
    table = font["name"]
    table.names = [entry for entry in table.names if entry.nameID not in {*names, 16, 17}]
    for name_id, text in names.items():
        table.setName(text, name_id, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames[0] = names[6]
    top[0].FamilyName, top[0].FullName = FAMILY, names[4]


def main(source: Path, target: Path) -> None:
    """Write one file for each weight."""
    for weight in WEIGHTS:
        font = face(source / f"NotoSansCJK-{weight}.ttc")
        reduce(font)
        rename(font, weight)
        for code, other in doubles(font):
            print(f"U+{code:04X} and U+{other:04X} share a glyph")
        path = target / f"ShiluSans-{weight}.otf"
        font.save(path)
        print(path.name, path.stat().st_size, "bytes", len(font.getBestCmap()), "characters")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
