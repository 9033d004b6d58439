"""Changes to pages and to what they print, before or after signing: (kind, name, change).

A change takes a `Tail` and writes objects to it. It uses the letter's object numbers, which every
return has that only adds to the letter.
"""

import zlib

import bases
from bases import AMOUNT, CONTENTS, FONTS, PAGES, RESOURCES, TREE
from dictionary import doubled, put
from tail import stream


def rewrite(number, **entries):
    """A change that puts other entries in a dictionary of the letter."""
    def change(tail):
        tail.object(number, put(tail.letter.body(number), **entries))
    return change


def page_entries(page, make):
    """A change of a page that adds objects: `make(tail)` gives entries."""
    def change(tail):
        number = PAGES[page]
        tail.object(number, put(tail.letter.body(number), **make(tail)))
    return change


def tree():
    """Nodes of the tree of pages."""
    first, second = (b"%d 0 R" % page for page in PAGES)
    for name, entries in {
        "count-0": dict(Count=b"0"), "count-1": dict(Count=b"1"), "count-3": dict(Count=b"3"),
        "count-minus": dict(Count=b"-2"), "count-none": dict(Count=None), "count-real": dict(Count=b"1.5"),
        "kids-one": dict(Kids=b"[%s]" % first), "kids-swapped": dict(Kids=b"[%s %s]" % (second, first)),
        "kids-twice": dict(Kids=b"[%s %s %s]" % (first, second, second), Count=b"3"),
        "kids-null": dict(Kids=b"[%s null]" % first), "kids-loop": dict(Kids=b"[%s 1 0 R %s]" % (first, second)),
        "type-page": dict(Type=b"/Page"), "type-none": dict(Type=None), "type-other": dict(Type=b"/Catalog"),
        "rotate": dict(Rotate=b"180"), "crop": dict(CropBox=b"[0 500 595 842]"),
        "crop-far": dict(CropBox=b"[3000 3000 3100 3100]"),
        "resources": dict(Resources=b"<<>>"), "media": dict(MediaBox=b"[0 0 100 100]"),
        "parent-self": dict(Parent=b"1 0 R"), "group": dict(Group=b"<</S/Transparency/K true>>"),
    }.items():
        yield "page-tree", name, rewrite(TREE, **entries)

    def nested(count):
        def change(tail):
            node = tail.new()
            tail.object(node, b"<</Type/Pages/Parent 1 0 R/Count %d/Kids[%s]>>" % (count, second))
            tail.object(TREE, b"<</Type/Pages/Count %d/Kids[%s %d 0 R]>>" % (count + 1, first, node))
        return change
    yield "page-tree", "nested", nested(1)
    yield "page-tree", "nested-count", nested(0)
    for page in (0, 1):
        for name, entries in {
            "type-template": dict(Type=b"/Template"), "type-none": dict(Type=None),
            "type-pages": dict(Type=b"/Pages"), "type-catalog": dict(Type=b"/Catalog"),
            "parent-none": dict(Parent=None), "parent-other": dict(Parent=b"18 0 R"),
            "kids": dict(Kids=b"[]"), "resources-none": dict(Resources=None),
        }.items():
            yield "page-tree", f"page-{page + 1}-{name}", rewrite(PAGES[page], **entries)


def boxes():
    """Sizes, turns and units of pages."""
    for page in (0, 1):
        for name, entries in {
            "media": dict(MediaBox=b"[0 0 595 600]"), "media-shift": dict(MediaBox=b"[20 0 615.2756 841.8898]"),
            "crop": dict(CropBox=b"[0 480 595 842]"), "crop-same": dict(CropBox=b"[0 0 595.2756 841.8898]"),
            "crop-near": dict(CropBox=b"[0.4 0.4 595 841.5]"),
            "rotate-90": dict(Rotate=b"90"), "rotate-360": dict(Rotate=b"360"), "rotate-45": dict(Rotate=b"45"),
            "unit": dict(UserUnit=b"2"), "unit-near": dict(UserUnit=b"1.004"),
            "trim": dict(TrimBox=b"[0 480 595 842]"), "bleed": dict(BleedBox=b"[0 480 595 842]"),
            "art": dict(ArtBox=b"[100 480 200 500]"),
            "scaling": dict(VP=b"[<</Type/Viewport/BBox[0 0 9 9]>>]"),
            "group": dict(Group=b"<</S/Transparency/CS/DeviceCMYK/I true/K true>>"),
            "duration": dict(Dur=b"1"), "transition": dict(Trans=b"<</S/Fade/D 60>>"),
            "thumb": dict(Thumb=b"162 0 R"), "private": dict(PieceInfo=b"<</X<</LastModified(D:2026)/Private 1>>>>"),
            "tabs": dict(Tabs=b"/R"), "parents": dict(StructParents=b"1"), "unknown": dict(Xyz=b"(a)"),
        }.items():
            yield "page-boxes", f"page-{page + 1}-{name}", rewrite(PAGES[page], **entries)


def content(shop):
    """Other content, whole or in parts, and the ways to name it."""
    for what, page, data in shop.other_pages():
        yield "content", what, lambda tail, page=page, data=data: tail.object(CONTENTS[page], stream(data, compress=True))
        yield "content", what + "-other-object", page_entries(
            page, lambda tail, data=data: dict(Contents=b"%d 0 R" % tail.add(stream(data))))
    amount = dict((what, data) for what, _, data in shop.other_pages())["amount"]
    more = b"\nq 1 1 1 rg %.1f %.1f %.1f %.1f re f Q\n" % (AMOUNT[0], AMOUNT[1], AMOUNT[2] - AMOUNT[0], 12)
    page = PAGES[1]

    def part(after):
        def make(tail):
            number = tail.add(stream(more))
            two = (b"162 0 R", b"%d 0 R" % number)
            return dict(Contents=b"[%s %s]" % (two if after else two[::-1]))
        return page_entries(1, make)
    yield "content", "part-behind", part(True)
    yield "content", "part-before", part(False)
    yield "content", "array-same", rewrite(page, Contents=b"[162 0 R]")
    yield "content", "none", rewrite(page, Contents=None)
    yield "content", "missing", rewrite(page, Contents=b"4999 0 R")
    for name, prefix in {"clipped": b"0 0 595 440 re W n ", "moved": b"1 0 0 1 0 300 cm ",
                         "mirrored": b"-1 0 0 1 595 0 cm ", "smaller": b".5 0 0 .5 0 0 cm ",
                         "unseen-text": b"3 Tr ", "marked": b"/OC /MC0 BDC "}.items():
        yield "content", name, page_entries(1, lambda tail, prefix=prefix: dict(
            Contents=b"[%d 0 R 162 0 R]" % tail.add(stream(prefix))))

    honest = shop.contents[1]
    yield "stream", "length-short", lambda tail: tail.object(162, stream(honest).replace(
        b"/Length %d" % len(honest), b"/Length 9000"))
    yield "stream", "length-long", lambda tail: tail.object(162, stream(honest).replace(
        b"/Length %d" % len(honest), b"/Length 60000"))
    yield "stream", "length-nought", lambda tail: tail.object(162, stream(amount).replace(
        b"/Length %d" % len(amount), b"/Length 0"))
    yield "stream", "length-first-of-two", lambda tail: tail.object(162, stream(
        honest + b"\nendstream\nendobj\n" + more).replace(
            b"/Length %d" % (len(honest) + len(more) + 18), b"/Length %d" % len(honest)))
    yield "stream", "length-elsewhere", lambda tail: tail.object(162, stream(amount).replace(
        b"/Length %d" % len(amount), b"/Length 4998 0 R"))

    def length_lies(tail):
        number = tail.add(b"%d" % len(honest))
        tail.object(162, stream(honest + more).replace(
            b"/Length %d" % (len(honest) + len(more)), b"/Length %d 0 R" % number))
    yield "stream", "length-lies", length_lies
    packed = stream(honest, compress=True)
    forged = stream(amount, compress=True)
    for name, body in {
        "truncated": packed[:3000] + b"\nendstream", "filter-twice": packed.replace(b"/Filter/FlateDecode", b"/Filter[/FlateDecode/FlateDecode]"),
        "filter-none": packed.replace(b"/Filter/FlateDecode", b""),
        "filter-short": packed.replace(b"/FlateDecode", b"/Fl"),
        "filter-array": packed.replace(b"/Filter/FlateDecode", b"/Filter[/FlateDecode]"),
        "parameters": packed.replace(b"/Filter", b"/DecodeParms<</Predictor 12/Columns 5>>/Filter"),
        "crypt": packed.replace(b"/Filter/FlateDecode", b"/Filter[/Crypt/FlateDecode]"),
        "file": packed.replace(b"/Filter", b"/F(autre.txt)/Filter"),
        "forged-file": forged.replace(b"/Filter", b"/F(autre.txt)/Filter"),
        "two-zlib": stream(zlib.compress(honest) + zlib.compress(more), b"/Filter/FlateDecode"),
        "checksum": stream(zlib.compress(honest)[:-4] + b"abcd", b"/Filter/FlateDecode"),
        "hexadecimal": stream(honest.hex().encode() + b">" + more, b"/Filter/ASCIIHexDecode"),
        "same-again": packed, "open": stream(honest).replace(b"stream\n", b"stream\r", 1),
        "unended": stream(honest).replace(b"endstream", b""),
    }.items():
        yield "stream", name, lambda tail, body=body: tail.object(162, body)


def keys(shop):
    """Keys twice in one dictionary, plain and with escapes."""
    amount = dict((what, data) for what, _, data in shop.other_pages())["amount"]
    year = dict((what, data) for what, _, data in shop.other_pages())["year"]
    for first in (True, False):
        where = "first" if first else "last"
        for written in (b"Contents", b"Cont#65nts", b"#43ontents"):
            for page, data in ((1, amount), (0, year)):
                def change(tail, page=page, data=data, written=written, first=first):
                    number = tail.add(stream(data, compress=True))
                    tail.object(PAGES[page], doubled(tail.letter.body(PAGES[page]), written, b"%d 0 R" % number, first))
                yield "double-key", f"page-{page + 1}-{written.decode().replace('#', '-')}-{where}", change
        for number, key, worth in (
                (154, b"Annots", b"[]"), (154, b"Resources", b"<<>>"), (154, b"MediaBox", b"[0 0 90 90]"),
                (154, b"Type", b"/Pages"), (1, b"Kids", b"[153 0 R]"), (1, b"Count", b"1"),
                (129, b"A", b"<</S/Launch/F(calc.exe)>>"), (129, b"Border", b"[0 0 400]"),
                (129, b"Rect", b"[0 0 500 500]"), (147, b"ToUnicode", b"159 0 R"),
                (147, b"DescendantFonts", b"[151 0 R]"), (150, b"Encoding", b"/Identity-V"),
                (146, b"Font", b"<</f0 150 0 R/f1 147 0 R>>"), (146, b"F#6fnt", b"<</f0 150 0 R/f1 147 0 R>>"),
                (148, b"DW", b"1000"), (148, b"W", b"[]"), (18, b"RoleMap", b"<</P/Artifact>>"),
                (109, b"K", b"[14]"), (109, b"ActualText", b"(rien)")):
            def change(tail, number=number, key=key, worth=worth, first=first):
                tail.object(number, doubled(tail.letter.body(number), key, worth, first))
            yield "double-key", f"{number}-{key.decode().replace('#', '-')}-{where}", change

        def catalogue(tail, first=first):
            node = tail.add(b"<</Type/Pages/Count 1/Kids[153 0 R]>>")
            tail.object(tail.letter.root, doubled(tail.letter.body(tail.letter.root), b"Pages", b"%d 0 R" % node, first))
        yield "double-key", f"catalogue-pages-{where}", catalogue

        def length(tail, first=first):
            body = stream(amount, compress=True)
            tail.object(162, doubled(body, b"Length", b"700", first))
        yield "double-key", f"stream-length-{where}", length

        def filters(tail, first=first):
            body = stream(amount, b"/Filter/ASCIIHexDecode")
            tail.object(162, doubled(body, b"Filter", b"[]", first))
        yield "double-key", f"stream-filter-{where}", filters


def fonts(shop):
    """What glyphs look like and mean."""
    swapped = shop.plain.stream(bases.CMAPS[0]).replace(b"<0009> <0032>", b"<0009> <0039>", 1)
    yield "font", "to-unicode", lambda tail: tail.object(bases.CMAPS[0], stream(swapped, b"/Type/CMap/WMode 0", True))
    yield "font", "to-unicode-none", rewrite(FONTS[0], ToUnicode=None)
    yield "font", "to-unicode-identity", rewrite(FONTS[0], ToUnicode=b"/Identity-H")
    yield "font", "to-unicode-other", rewrite(FONTS[0], ToUnicode=b"159 0 R")
    yield "font", "encoding-vertical", rewrite(FONTS[0], Encoding=b"/Identity-V")
    yield "font", "descendant", rewrite(FONTS[0], DescendantFonts=b"[151 0 R]")
    yield "font", "widths", rewrite(148, W=b"[0 [500 1000 1000]]")
    yield "font", "width-default", rewrite(148, DW=b"900", W=b"[]")
    yield "font", "collection", rewrite(148, CIDSystemInfo=b"<</Registry(Adobe)/Ordering(Japan1)/Supplement 0>>")
    yield "font", "map", rewrite(148, CIDToGIDMap=b"155 0 R")
    yield "font", "file-other", rewrite(149, FontFile3=b"160 0 R")
    yield "font", "file-none", rewrite(149, FontFile3=None)
    yield "font", "file-two", rewrite(149, FontFile2=b"160 0 R")
    yield "font", "flags", rewrite(149, Flags=b"4", FontName=b"/Helvetica")
    for number in RESOURCES:
        yield "font", f"resources-swapped-{number}", rewrite(number, Font=b"<</f0 150 0 R/f1 147 0 R>>")
        yield "font", f"resources-none-{number}", rewrite(number, Font=None)
    yield "colour", "white", lambda tail: tail.object(130, b"[/Indexed/DeviceGray 0<FF>]")
    yield "colour", "separation", lambda tail: tail.object(130, b"[/Separation/None/DeviceGray<</FunctionType 2/Domain[0 1]/N 1/C0[1]/C1[1]>>]")
    yield "colour", "profile-range", lambda tail: tail.object(163, put(tail.letter.body(163), Range=b"[0.99 1]"))
    yield "colour", "lab", lambda tail: tail.object(131, b"[/Lab<</WhitePoint[.95 1 1.09]>>]")
    yield "colour", "default", rewrite(146, ColorSpace=b"<</c0 130 0 R/c1 131 0 R/DefaultGray[/Indexed/DeviceGray 0<FF>]/DefaultRGB 131 0 R>>")


def changes(shop):
    for part in (tree(), boxes(), content(shop), keys(shop), fonts(shop)):
        yield from part
