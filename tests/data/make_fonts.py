"""Writes squares.ttf, squares.otf and squares.ttc beside this file: fonts of a few rectangles, for tests of characters
that DejaVu Sans lacks. The rectangles are our own.

Run with fontTools installed: python make_fonts.py.
"""

import pathlib

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection

HERE = pathlib.Path(__file__).parent
# Character: advance, left, bottom, right, top, in thousandths of an em.
TALL = {"漢": (1000, 100, 0, 900, 800), "A": (1000, 0, 0, 1000, 1000)}
LOW = {"漢": (1000, 100, 0, 900, 200), "字": (500, 0, 0, 500, 500)}
CUBIC = {"カ": (1000, 200, -100, 700, 400)}


def rectangle(pen, box):
    left, bottom, right, top = box
    pen.moveTo((left, bottom))
    for corner in [(left, top), (right, top), (right, bottom)]:
        pen.lineTo(corner)
    pen.closePath()
    return pen


def built(name, glyphs, units, cubic=False):
    scaled = {c: [round(v * units / 1000) for v in numbers] for c, numbers in glyphs.items()}
    names = {c: f"uni{ord(c):04X}" for c in glyphs}
    builder = FontBuilder(units, isTTF=not cubic)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap({ord(c): names[c] for c in glyphs})
    boxes = {".notdef": (0, 0, units // 2, units // 2)} | {names[c]: tuple(scaled[c][1:]) for c in glyphs}
    widths = {".notdef": units // 2} | {names[c]: scaled[c][0] for c in glyphs}
    if cubic:
        drawn = {g: rectangle(T2CharStringPen(widths[g], None), box).getCharString() for g, box in boxes.items()}
        builder.setupCFF(name, {}, drawn, {})
    else:
        builder.setupGlyf({g: rectangle(TTGlyphPen(None), box).glyph() for g, box in boxes.items()})
    builder.setupHorizontalMetrics({g: (widths[g], boxes[g][0]) for g in boxes})
    builder.setupHorizontalHeader(ascent=units, descent=-units // 4)
    builder.setupNameTable({"familyName": name, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    # The same bytes whenever it is run.
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    return builder.font


def main():
    built("Squares", TALL, 1000).save(HERE / "squares.ttf")
    built("Squares", CUBIC, 1000, cubic=True).save(HERE / "squares.otf")
    collection = TTCollection()
    collection.fonts = [built("Tall", TALL, 1000), built("Low", LOW, 2048)]
    collection.save(HERE / "squares.ttc", shareTables=False)


if __name__ == "__main__":
    main()
