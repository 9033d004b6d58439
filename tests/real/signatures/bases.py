"""The signed returns that the mutations start from, and what they have in common to be changed."""

import json
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as N
from pyhanko.sign import fields

sys.path.insert(0, str(Path(__file__).parent))
import glyphs  # noqa: E402
import signatures as tool  # noqa: E402
from tail import Letter  # noqa: E402

# Objects of the letter, which has the same numbers in every return that only adds to it.
TREE, PAGES, CONTENTS, RESOURCES = 1, (153, 154), (161, 162), (145, 146)
FONTS, CMAPS, LINKS, STRUCTURE, CATALOGUE = (147, 150), (156, 159), (128, 129), 18, 167
AMOUNT_PARAGRAPH, AMOUNT_MARKS = 109, (14, 15, 16, 17)
# Where the letter says how much it pays, in points from the lower left corner of page 2.
AMOUNT = (118.0, 455.0, 152.0, 466.0)


@dataclass
class Base:
    """A good return: the bytes, the letter that was sent, what it carries."""
    name: str
    data: bytes
    sent: bytes

    def letter(self):
        return Letter(self.data)


class Workshop:
    """Everything that makes returns: the letter, keys, fonts."""

    def __init__(self, letter, other, boxes):
        self.maker = tool.Maker(letter, other, boxes)
        self.letter = letter
        self.plain = Letter(letter)
        self.scripts = {"f0": glyphs.Script(self.plain.stream(CMAPS[0])),
                        "f1": glyphs.Script(self.plain.stream(CMAPS[1]))}
        self.contents = tuple(self.plain.stream(number) for number in CONTENTS)

    def sign(self, *args, **more):
        return self.maker.sign(*args, **more)

    @cached_property
    def sealed(self):
        """The letter with the authority's signature, as it is sent."""
        return self.sign(self.letter, "authority", field="Autorite", box="sign-issuer")

    # The same page with other words: 0 is the first page.

    def other_pages(self):
        """Forged content: (what, page, content)."""
        first, second = self.contents
        script = self.scripts["f0"]
        start, end = glyphs.span(second, 17)
        yield "amount", 1, glyphs.respelled(second, self.scripts, "2\u202f500", "9\u202f900")
        yield "sentence-gone", 1, second[:start] + b"/Span<</MCID 17>>BDC " + second[end:]
        yield "line-added", 1, second + glyphs.line(script, "prime de 900 par an", 300, 400)
        yield "covered", 1, second + b"\nq 1 1 1 rg 60 440 470 40 re f Q"
        yield "year", 0, glyphs.respelled(first, self.scripts, "2026", "2020")
        yield "blank", 1, b"q Q"

    # Good returns.

    def with_form(self):
        """A letter with a text field in a box, filled in by a program, then signed."""
        def field(writer):
            font = writer.add_object(generic.DictionaryObject({
                N("/Type"): N("/Font"), N("/Subtype"): N("/Type1"), N("/BaseFont"): N("/Helvetica"),
                N("/Encoding"): N("/WinAnsiEncoding")}))
            drawn = generic.StreamObject({
                N("/Type"): N("/XObject"), N("/Subtype"): N("/Form"),
                N("/BBox"): tool.numbers((0, 0, 300, 40)),
                N("/Resources"): generic.DictionaryObject({
                    N("/Font"): generic.DictionaryObject({N("/Helv"): font})})},
                stream_data=b"/Tx BMC q BT /Helv 11 Tf 0 g 4 18 Td (Trois heures par semaine) Tj ET Q EMC")
            left, bottom, _, _ = self.maker.rectangle("write-priorities")
            parent = generic.DictionaryObject({
                N("/FT"): N("/Tx"), N("/T"): generic.pdf_string("priorites"),
                N("/V"): generic.pdf_string("Trois heures par semaine"),
                N("/DA"): generic.pdf_string("/Helv 11 Tf 0 g")})
            holder = writer.add_object(parent)
            page_reference = writer.root["/Pages"]["/Kids"].raw_get(1)
            widget = writer.add_object(generic.DictionaryObject({
                N("/Type"): N("/Annot"), N("/Subtype"): N("/Widget"), N("/Parent"): holder,
                N("/Rect"): tool.numbers((left, bottom, left + 300, bottom + 40)),
                N("/F"): generic.NumberObject(4), N("/P"): page_reference,
                N("/AP"): generic.DictionaryObject({N("/N"): writer.add_object(drawn)})}))
            parent[N("/Kids")] = generic.ArrayObject([widget])
            page = page_reference.get_object()
            page["/Annots"].append(widget)
            writer.update_container(page)
            writer.root[N("/AcroForm")] = writer.add_object(generic.DictionaryObject({
                N("/Fields"): generic.ArrayObject([holder]),
                N("/DA"): generic.pdf_string("/Helv 11 Tf 0 g"),
                N("/DR"): generic.DictionaryObject({
                    N("/Font"): generic.DictionaryObject({N("/Helv"): font})})}))
            writer.update_root()
        return self.maker.update(self.letter, field)

    def bases(self):
        """Good returns by name."""
        letter = self.letter
        one = self.sign(letter)
        two = self.sign(one, "referent", field="Signature2", box="sign-referent", pades=True)
        sealed = self.sealed
        typed = self.sign(letter, prepare=self.maker.free_text("Un atelier par trimestre."))
        made = {
            "one": (one, letter),
            "two": (two, letter),
            "typed": (typed, letter),
            "sealed": (self.sign(sealed), sealed),
            "form": (self.sign(self.with_form()), letter),
            "timestamped": (self.maker.document_timestamp(one), letter),
            "certified": (self.sign(letter, certify=fields.MDPPerm.FILL_FORMS), letter),
            "invisible": (self.sign(letter, box=None), letter),
            "packed": (self.sign(tool.qpdf(letter, "--object-streams=generate")), letter),
        }
        return {name: Base(name, data, sent) for name, (data, sent) in made.items()}


def workshop(fixtures):
    """The letter of the fixtures, with new keys."""
    fixtures = Path(fixtures)
    return Workshop((fixtures / "letter.pdf").read_bytes(), (fixtures / "other.pdf").read_bytes()
                    if (fixtures / "other.pdf").exists() else b"",
                    json.loads((fixtures / "boxes.json").read_text()))
