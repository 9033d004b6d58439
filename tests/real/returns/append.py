"""Incremental updates of a letter, as PDF readers and signing programs append them.

The sent bytes stay a prefix of the result. Nothing here signs: `looks_signed` writes a signature
field with a correct /ByteRange and a /Contents that is no CMS. Knows nothing of files or truth.
"""

import io
import re

import pikepdf

ROOM = 8192


def update(sent, change):
    """Appends the objects that `change(pdf)` returns ({number: body}), with a classic xref."""
    with pikepdf.open(io.BytesIO(sent)) as pdf:
        root, size = pdf.Root.objgen[0], int(pdf.trailer.Size)
        keys = b"".join(b"%s %s" % (key.encode(), pdf.trailer[key].unparse(resolved=False))
                        for key in ("/Info", "/ID") if key in pdf.trailer)
        objects = change(pdf, size)
    previous = int(re.findall(rb"startxref\s+(\d+)", sent)[-1])
    out = bytearray(sent if sent.endswith(b"\n") else sent + b"\n")
    offsets = {}
    for number, body in sorted(objects.items()):
        offsets[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n"
    for number, offset in offsets.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, offset)
    out += b"trailer\n<</Size %d/Root %d 0 R%s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        max(size, max(objects) + 1), root, keys, previous, start)
    return bytes(out)


def reference(number):
    return f"{number} 0 R".encode()


def with_annotation(pdf, page, number):
    """The body of a page with one annotation more."""
    held = pdf.pages[page]
    others = b"".join(
        one.unparse(resolved=False) if one.is_indirect else one.unparse()
        for one in held.obj.get("/Annots", [])
    )
    body = held.obj.unparse(resolved=True)
    body = re.sub(rb"/Annots\s*(\[[^\]]*\]|\d+ 0 R)", b"", body)
    return body[:body.rindex(b">>")] + b"/Annots[" + others + b" " + reference(number) + b"]>>"


def noted(sent, text="Vu et accepté", page=-1):
    """A copy with a free-text annotation on a page, as a reader's comment tool adds it."""
    def change(pdf, size):
        return {
            pdf.pages[page].objgen[0]: with_annotation(pdf, page, size),
            size: b"<</Type/Annot/Subtype/FreeText/F 4/Rect[70 60 220 90]/DA(/Helv 12 Tf 0 g)"
                  b"/Contents(" + text.encode("latin-1") + b")/AP<</N %d 0 R>>>>" % (size + 1),
            size + 1: stream(b"BT /F 12 Tf 4 8 Td (" + text.encode("latin-1") + b") Tj ET"),
        }
    return update(sent, change)


def redated(sent, date="D:20261207101500Z"):
    """A copy whose only change is the date in /Info, as a reader's "save" writes it."""
    def change(pdf, size):
        number = pdf.trailer.Info.objgen[0] if "/Info" in pdf.trailer else size
        return {number: b"<</ModDate(" + date.encode() + b")/Producer(Lecteur Exemple)>>"}
    return update(sent, change)


def stream(data, head=b"/Type/XObject/Subtype/Form/BBox[0 0 150 30]"
           b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"):
    return b"<<" + head + b"/Length %d>>\nstream\n" % len(data) + data + b"\nendstream"


def looks_signed(sent, rng):
    """A copy with a signature field over the last page: right /ByteRange, random /Contents."""
    def change(pdf, size):
        root = pdf.Root.unparse(resolved=True)
        form = b"/AcroForm<</SigFlags 3/Fields[" + reference(size) + b"]>>"
        return {
            pdf.Root.objgen[0]: root[:root.rindex(b">>")] + form + b">>",
            pdf.pages[-1].objgen[0]: with_annotation(pdf, -1, size),
            size: b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature1)/F 132/Rect[224 160 371 258]"
                  b"/V %d 0 R>>" % (size + 1),
            size + 1: b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached"
                      b"/M(D:20261207101500Z)/Name(Exemple)/ByteRange[0 @@@@@@@@@@ @@@@@@@@@@ "
                      b"@@@@@@@@@@]/Contents<" + b"0" * ROOM + b">>>",
        }
    data = bytearray(update(sent, change))
    hole = data.rindex(b"/Contents<" + b"0" * 64) + len(b"/Contents")
    after = hole + ROOM + 2
    for value in (hole, after, len(data) - after):
        at = data.index(b"@" * 10)
        data[at:at + 10] = b"%-10d" % value
    false = b"308206a2" + rng.bytes(1700).hex().encode()
    data[hole + 1:hole + 1 + len(false)] = false
    return bytes(data)
