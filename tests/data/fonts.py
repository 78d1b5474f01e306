"""Writes fonts/: small fonts for the tests, and fonts/shaped.json: what HarfBuzz makes of texts in them.

The Noto fonts (SIL Open Font License 1.1, fonts/OFL.txt) are cut down to the characters of the texts; the others are
drawn here: `bar` has CFF outlines, `variable` is thin at its smallest weight and thick at its default, `two.ttc` holds two
faces, `bomb` has glyphs that hold each other so that drawing one of them takes 2^30 steps, `cff-bomb` subroutines that call each
other 20^8 times.

python fonts.py NOTO_FOLDER   (fontTools 4.68.0, uharfbuzz 0.57.0, fonts-noto-core 20201225)
"""

import json
import sys
from pathlib import Path

import uharfbuzz as hb
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent
from fontTools.ttLib.tables.TupleVariation import TupleVariation

OUT = Path(__file__).parent / "fonts"
NOTO = {
    "hebrew.ttf": ("NotoSansHebrew-Regular.ttf", ["שלום", "בְּרֵאשִׁית"]),
    "arabic.ttf": ("NotoNaskhArabic-Regular.ttf", ["السلام", "عليكم", "بِسْمِ", "لا"]),
    "devanagari.ttf": ("NotoSansDevanagari-Regular.ttf", ["क्षत्रिय", "हिन्दी", "र्क", "कि"]),
    "marks.ttf": ("NotoSans-Regular.ttf", ["ẹ́", "a\u0308\u0304x", "fi", "AVAT"]),
}


def subset(source, texts, target):
    font = TTFont(source, recalcTimestamp=False)
    options = Options()
    options.layout_features = ["*"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 4, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(texts) + " 0")
    subsetter.subset(font)
    font.save(target)


def shaped(path, text):
    face = hb.Face(hb.Blob(path.read_bytes()))
    font = hb.Font(face)
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    x, glyphs = 0, []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions):
        glyphs.append([info.codepoint, x + position.x_offset, position.y_offset])
        x += position.x_advance
    return {"font": path.name, "text": text, "upem": face.upem, "width": x, "glyphs": glyphs}


def names(builder, family):
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "fullName": f"{family} Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200)
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False


def bar(pen, left, right):
    pen.moveTo((left, 0))
    pen.lineTo((left, 700))
    pen.lineTo((right, 700))
    pen.lineTo((right, 0))
    pen.closePath()
    return pen


def truetype(family, glyphs, cmap, widths):
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(cmap)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: (widths, 0) for name in glyphs})
    names(builder, family)
    return builder


def simple(left, right):
    return bar(TTGlyphPen(None), left, right).glyph()


def drawn():
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "I"])
    builder.setupCharacterMap({ord("I"): "I"})
    charstrings = {name: bar(T2CharStringPen(600, None), *sides).getCharString()
                   for name, sides in [(".notdef", (100, 500)), ("I", (250, 350))]}
    builder.setupCFF("Bar", {"FullName": "Bar Regular"}, charstrings, {})
    builder.setupHorizontalMetrics({name: (600, 0) for name in charstrings})
    names(builder, "Bar")
    builder.save(OUT / "bar.otf")

    glyphs = {".notdef": simple(100, 500), "I": simple(100, 500)}
    builder = truetype("Variable", glyphs, {ord("I"): "I"}, 600)
    builder.setupFvar([("wght", 100, 900, 900, "Weight")], [])
    thin = [(200, 0), (200, 0), (-200, 0), (-200, 0), (0, 0), (0, 0), (0, 0), (0, 0)]
    builder.setupGvar({"I": [TupleVariation({"wght": (-1, -1, 0)}, thin)]})
    builder.save(OUT / "variable.ttf")

    faces = [truetype(f"Face {number}", {".notdef": simple(100, 500), "I": simple(*sides)}, {ord("I"): "I"}, 600)
             for number, sides in [(0, (290, 310)), (1, (50, 550))]]
    collection = TTCollection()
    for face in faces:
        face.save(OUT / "face.ttf")
        collection.fonts.append(TTFont(OUT / "face.ttf", recalcTimestamp=False))
    collection.save(OUT / "two.ttc", shareTables=False)
    (OUT / "face.ttf").unlink()

    glyphs = {".notdef": simple(100, 500), "g0": simple(250, 350)}
    for level in range(1, 31):
        glyph = Glyph()
        glyph.numberOfContours = -1
        glyph.components = []
        for shift in (0, 1):
            part = GlyphComponent()
            part.glyphName, part.x, part.y, part.flags = f"g{level - 1}", shift, 0, 0x204
            glyph.components.append(part)
        glyphs[f"g{level}"] = glyph
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({ord("I"): "g30", ord("0"): "g0"})
    # Bounds that are not worked out by drawing.
    from fontTools.ttLib import newTable

    table = builder.font["glyf"] = newTable("glyf")
    table.glyphs, table.glyphOrder = glyphs, list(glyphs)
    builder.font["loca"] = newTable("loca")
    for glyph in glyphs.values():
        glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax = 250, 0, 400, 700
    builder.setupHorizontalMetrics({name: (600, 0) for name in glyphs})
    names(builder, "Bomb")
    maxp = builder.font["maxp"]
    maxp.recalc = lambda font: None
    builder.font.recalcBBoxes = False
    for field in ("maxPoints", "maxContours", "maxCompositePoints", "maxCompositeContours", "maxComponentElements",
                  "maxComponentDepth"):
        setattr(maxp, field, 60)
    builder.save(OUT / "bomb.ttf")


def subroutines_without_end():
    """Nine levels of subroutines, each calling the next one twenty times."""
    levels, calls, bias = 9, 20, 107
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "zero", "A", "B"])
    builder.setupCharacterMap({ord("0"): "zero", ord("A"): "A", ord("B"): "B"})

    def box():
        pen = T2CharStringPen(600, None)
        pen.moveTo((50, 0))
        for place in [(50, 700), (500, 700), (500, 0)]:
            pen.lineTo(place)
        pen.closePath()
        return pen.getCharString()

    strings = {name: box() for name in [".notdef", "zero", "A"]}
    strings["B"] = T2CharString(program=[50, 0, "rmoveto"] + [-bias, "callgsubr"] * calls + ["endchar"])
    builder.setupCFF("Bomb", {"FullName": "Bomb"}, strings, {})
    builder.setupHorizontalMetrics({name: (600, 0) for name in strings})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Bomb", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    top = builder.font["CFF "].cff
    for level in range(levels):
        last = [0, 1, "rlineto", 0, -1, "rlineto"]
        program = [level + 1 - bias, "callgsubr"] * calls if level < levels - 1 else last
        top.GlobalSubrs.append(T2CharString(program=program + ["return"]))
    for string in top[0].CharStrings.values():
        string.globalSubrs = top.GlobalSubrs
    builder.font.recalcBBoxes = False
    builder.save(OUT / "cff-bomb.otf")


def main():
    OUT.mkdir(exist_ok=True)
    cases = []
    for name, (source, texts) in NOTO.items():
        subset(Path(sys.argv[1]) / source, texts, OUT / name)
        cases += [shaped(OUT / name, text) for text in texts]
    drawn()
    subroutines_without_end()
    lines = ",\n".join(json.dumps(case, ensure_ascii=False, sort_keys=True) for case in cases)
    (OUT / "shaped.json").write_text(f"[\n{lines}\n]\n")


main()
