"""Makes form.ttf: Arimo Regular cut down to the characters of WinAnsiEncoding, without hints.

    pip install fonttools
    python make_font.py /usr/share/fonts/truetype/croscore/Arimo-Regular.ttf form.ttf
"""

import sys

from fontTools import subset
from fontTools.ttLib import TTFont


def win_ansi() -> list[int]:
    """Code points of WinAnsiEncoding (ISO 32000-1, annex D)."""
    codes = range(0x20, 0x100)
    texts = (bytes([code]).decode("cp1252", "ignore") for code in codes)
    return sorted({ord(text) for text in texts if text} | {0x2022, 0xA0, 0xAD})


def main(source: str, target: str) -> None:
    options = subset.Options(
        hinting=False,
        layout_features=[],
        name_IDs=[0, 1, 2, 4, 5, 6, 13, 14],
        name_languages=[0x409],
        notdef_outline=True,
        glyph_names=False,
        drop_tables=["DSIG", "GDEF", "GPOS", "GSUB", "gasp", "meta", "prep", "fpgm", "cvt ", "kern"],
        recalc_timestamp=False,
    )
    font = TTFont(source)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=win_ansi())
    cut.subset(font)
    # Readers of a simple TrueType font look for the table of Microsoft's Unicode (9.6.6.4).
    font["cmap"].tables = [table for table in font["cmap"].tables if (table.platformID, table.platEncID) == (3, 1)]
    font.save(target)


main(*sys.argv[1:])
