"""Changes made before signing that hardly show or only speak: a good signature over another letter."""

import bases
import glyphs
from bases import FONTS, RESOURCES
from dictionary import put
from tail import stream

WORDS = "prime de 900 par an"


def faint(shop):
    """A line that hardly shows: by its colour, size, place, mode."""
    def line(colour=b"", size=10.5, mode=b"0", x=300.0, y=400.0, before=b""):
        text = shop.scripts["f0"].write(WORDS)
        data = shop.contents[1] + b"\nq %s 1 0 0 -1 %.2f %.2f cm %s BT %s Tr/f0 %.3f Tf 1 0 0 -1 0 0 Tm(%s)Tj ET Q\n" % (
            before, x, y, colour or b"0 g", mode, size, text)
        return lambda tail: tail.object(162, stream(data, compress=True))
    for grey in (5, 20, 40, 60, 70, 75, 80, 85, 90, 95, 99, 100):
        yield "faint-text", f"grey-{grey}", line(b".%02d g" % grey if grey < 100 else b"1 g")
    for name, colour in {"yellow": b"1 1 .6 rg", "cyan": b".85 1 1 rg", "pink": b"1 .85 .85 rg", "cmyk": b"0 0 0 .12 k"}.items():
        yield "faint-text", name, line(colour)
    for size in (0.1, 0.5, 1.0, 1.5, 2.0, 3.0):
        yield "faint-text", f"size-{size}", line(size=size)
    for mode in (1, 2, 3, 7):
        yield "faint-text", f"mode-{mode}", line(mode=b"%d" % mode, colour=b"1 G 1 g .1 w" if mode < 3 else b"")
    for name, x, y in (("edge", 590.0, 400.0), ("outside", 700.0, 400.0), ("below", 300.0, -50.0), ("bottom", 66.0, 3.0)):
        yield "faint-text", name, line(x=x, y=y)
    yield "faint-text", "clipped", line(before=b"0 0 1 1 re W n ")
    yield "faint-text", "under-box", line(x=70.0, y=700.0, colour=b"1 g")
    yield "faint-text", "in-write-box", line(x=70.0, y=700.0)
    yield "faint-text", "in-sign-box", line(x=230.0, y=200.0, size=6.0)
    for name, more in {
        "dot": b"0 g 200 400 .3 .3 re f", "dot-large": b"0 g 200 400 .7 .7 re f", "comma": b"0 g 128 458 .6 1.6 re f",
        "thin-line": b"0 G .02 w 65 462 m 520 462 l S", "grey-line": b".85 G .5 w 65 462 m 520 462 l S",
        "white-dot": b"1 g 128.5 459 .8 .8 re f", "grey-area": b".97 g 60 440 470 42 re f", "hidden-by-white": b"0 g 300 400 20 20 re f 1 g 299 399 22 22 re f",
    }.items():
        data = shop.contents[1] + b"\nq " + more + b" Q\n"
        yield "faint-mark", name, lambda tail, data=data: tail.object(162, stream(data, compress=True))


def covered(shop):
    """The letter's own text behind something that looks the same."""
    def image(tail, pixels=b"\xff", entries=b"/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"):
        number = tail.add(stream(pixels, b"/Type/XObject/Subtype/Image" + entries))
        tail.object(RESOURCES[1], put(tail.letter.body(RESOURCES[1]), XObject=b"<</I0 %d 0 R>>" % number))
    forged = dict((what, data) for what, _, data in shop.other_pages())["amount"]

    def text_behind(tail):
        """Other words, white image over them, the right words over that."""
        image(tail)
        honest = glyphs.span(shop.contents[1], 17)
        paint = shop.contents[1][honest[0]:honest[1]] + b"EMC"
        data = forged.replace(b"EMC/Span<</MCID 18>>", b"EMC q 465 0 0 12 65 453 cm/I0 Do Q " + b"/Artifact BMC "
                              + paint[paint.index(b"BDC") + 3:] + b"/Span<</MCID 18>>", 1)
        tail.object(162, stream(data, compress=True))
    yield "covered", "image-over-words", text_behind

    def clear(tail):
        image(tail, b"\xff", b"/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Alternates[<</Image 162 0 R/DefaultForPrinting true>>]")
        data = shop.contents[1] + b"\nq 9 0 0 9 300 400 cm/I0 Do Q"
        tail.object(162, stream(data, compress=True))
    yield "covered", "image-alternate", clear

    def form(tail):
        number = tail.add(stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Ref<</F(autre.pdf)/Page 0>>"))
        tail.object(RESOURCES[1], put(tail.letter.body(RESOURCES[1]), XObject=b"<</X0 %d 0 R>>" % number))
        tail.object(162, stream(shop.contents[1] + b"\nq /X0 Do Q", compress=True))
    yield "covered", "form-reference", form


def spoken(shop):
    """Drawn alike, read otherwise: by the map of the font, by marked content."""
    cmaps = [shop.plain.stream(number) for number in bases.CMAPS]
    def other_map(font, *pairs):
        data = cmaps[font]
        for old, new in pairs:
            assert old in data, old
            data = data.replace(old, new, 1)
        return lambda tail: tail.object(bases.CMAPS[font], stream(data, b"/Type/CMap/WMode 0", True))
    yield "spoken", "map-digits", other_map(0, (b"<0009> <0032>", b"<0009> <0039>"), (b"<0011> <0035>", b"<0011> <0039>"))
    yield "spoken", "map-one-digit", other_map(0, (b"<0011> <0035>", b"<0011> <0039>"))
    yield "spoken", "map-words", other_map(0, (b"<000A> <0030>", b"<000A> <00300030>"))
    yield "spoken", "map-invisible", other_map(0, (b"<0008> <0020>", b"<0008> <200B>"))
    yield "spoken", "map-right-to-left", other_map(0, (b"<0012> <00A0>", b"<0012> <202E>"))
    yield "spoken", "map-alike", other_map(0, (b"<0015> <0061>", b"<0015> <0430>"))
    yield "spoken", "map-private", other_map(0, (b"<0009> <0032>", b"<0009> <E032>"))
    yield "spoken", "map-headings", other_map(1, (b"<0001> <", b"<0001> <0041>\n<00FF> <"))
    second = shop.contents[1]
    for name, properties in {
        "actual": b"/ActualText(neuf mille neuf cents)", "actual-unicode": b"/ActualText<FEFF0039002000390030003000200020AC>",
        "actual-empty": b"/ActualText()", "alternate": b"/Alt(neuf mille neuf cents)", "expansion": b"/E(neuf mille)", "language": b"/Lang(en)",
    }.items():
        data = second.replace(b"/Span<</MCID 17>>BDC", b"/Span<</MCID 17%s>>BDC" % properties, 1)
        yield "spoken", f"span-{name}", lambda tail, data=data: tail.object(162, stream(data, compress=True))
        nested = second.replace(b"/Span<</MCID 17>>BDC", b"/Span<</MCID 17>>BDC /Span<<%s>>BDC" % properties, 1)
        at = nested.index(b"EMC", nested.index(properties))
        nested = nested[:at] + b"EMC " + nested[at:]
        yield "spoken", f"nested-{name}", lambda tail, data=nested: tail.object(162, stream(data, compress=True))

        def named(tail, properties=properties):
            number = tail.add(b"<<%s>>" % properties)
            tail.object(RESOURCES[1], put(tail.letter.body(RESOURCES[1]), Properties=b"<</P0 %d 0 R>>" % number))
            data = second.replace(b"/Span<</MCID 17>>BDC", b"/Span<</MCID 17>>BDC /Span/P0 BDC", 1)
            at = data.index(b"EMC", data.index(b"/P0"))
            tail.object(162, stream(data[:at] + b"EMC " + data[at:], compress=True))
        yield "spoken", f"named-{name}", named
    start, end = glyphs.span(second, 17)
    for name, data in {
        "artifact": second[:start] + b"/Artifact BMC" + second[start:end].split(b"BDC", 1)[1] + second[end:],
        "mark-other": second.replace(b"<</MCID 17>>", b"<</MCID 11>>", 1), "mark-none": second.replace(b"/Span<</MCID 17>>BDC", b"/Span BMC", 1),
        "mark-twice": second.replace(b"<</MCID 17>>", b"<</MCID 17/MCID 11>>", 1),
        "order": second[:start] + second[end + 3:] + b"\n" + second[start:end] + b"EMC",
    }.items():
        yield "spoken", name, lambda tail, data=data: tail.object(162, stream(data, compress=True))

    def second_font(tail):
        """The same glyphs by a font whose map says something else, for the amount alone."""
        other = tail.add(stream(cmaps[0].replace(b"<0009> <0032>", b"<0009> <0039>").replace(
            b"<0011> <0035>", b"<0011> <0039>"), b"/Type/CMap/WMode 0", True))
        font = tail.add(put(tail.letter.body(FONTS[0]), ToUnicode=b"%d 0 R" % other))
        tail.object(RESOURCES[1], put(tail.letter.body(RESOURCES[1]),
                                      Font=b"<</f0 147 0 R/f1 150 0 R/f2 %d 0 R>>" % font))
        start, end = glyphs.span(second, 17)
        part = second[start:end].replace(b"/f0 ", b"/f2 ", 1)
        tail.object(162, stream(second[:start] + part + second[end:], compress=True))
    yield "spoken", "font-of-its-own", second_font


def changes(shop):
    for part in (faint(shop), covered(shop), spoken(shop)):
        yield from part
