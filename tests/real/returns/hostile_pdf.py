"""Hostile PDFs, built by hand: bombs, loops, lies, polyglots.

`build(letter, rng)` yields (name, kind, note, bytes). Nothing is larger on disk than a few MB;
what it becomes when decompressed stands in the note. Sister: hostile_other.py (images, archives,
mail). Caller: hostile.py.
"""

import base64
import io
import zipfile
import zlib

import pikepdf

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>"


def zeros(total, block=1 << 24):
    """A zlib stream of `total` zero bytes, made without holding them: one block, repeated."""
    return inflating(b"\0" * block, total // block)


def inflating(block, times, wrap=True):
    """A deflate stream of `block` repeated; `wrap` adds the zlib header and checksum."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = engine.compress(block) + engine.flush(zlib.Z_FULL_FLUSH)
    data = piece * times + b"\x03\x00"
    if not wrap:
        return data
    low, high, size = 1, 0, len(block)
    one = zlib.adler32(block)
    one_low, one_high = one & 0xFFFF, one >> 16
    for _ in range(times):
        high = (high + one_high + size * (low - 1)) % 65521
        low = (low + one_low - 1) % 65521
    return b"\x78\x9c" + data + (high << 16 | low).to_bytes(4, "big")


def stream(data, head=b""):
    """A stream object's body."""
    return b"<<" + head + b"/Length %d>>\nstream\n" % len(data) + data + b"\nendstream"


def whole(objects, trailer=b"/Root 1 0 R", header=b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"):
    """A PDF of the objects {number: body} with a classic cross-reference table."""
    out, offsets = io.BytesIO(), {}
    out.write(header)
    for number, body in objects.items():
        offsets[number] = out.tell()
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    start, most = out.tell(), max(objects)
    rows = [b"0000000000 65535 f \n"]
    for number in range(1, most + 1):
        rows.append(b"%010d 00000 n \n" % offsets[number] if number in offsets
                    else b"0000000000 00000 f \n")
    out.write(b"xref\n0 %d\n" % (most + 1) + b"".join(rows))
    out.write(b"trailer\n<</Size %d" % (most + 1) + trailer + b">>\nstartxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def one_page(content=b"", page=PAGE, more=None, head=b"", trailer=b"/Root 1 0 R"):
    """A PDF of one page; `content` is the body of its content stream."""
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
               3: page, 4: stream(content, head), **(more or {})}
    return whole(objects, trailer)


def with_resource(kind, name, number):
    return PAGE.replace(b"/Resources<<>>", b"/Resources<</%s<</%s %d 0 R>>>>"
                        % (kind, name, number))


def xref_stream(rows, widths, body, size=None, filters=b"", raw=None, prefix=b""):
    """A PDF whose cross-reference is a stream; `raw` replaces its data, whatever `rows` say."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + prefix)
    offsets = {}
    for number, text in body.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n" % number + text + b"\nendobj\n"
    own = max(body) + 1
    offsets[own] = len(out)
    data = raw
    if data is None:
        data = b"\0" + b"\0" * 4 + b"\xff\xff"
        for number in range(1, own + 1):
            kind, where, extra = rows.get(number, (1, offsets.get(number, 0), 0))
            data += bytes([kind]) + where.to_bytes(4, "big") + extra.to_bytes(2, "big")
    head = b"/Type/XRef/Root 1 0 R/W[%s]/Size %d%s" % (widths, size or own + 1, filters)
    out += b"%d 0 obj\n" % own + stream(data, head) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        offsets[own])
    return bytes(out)


def encrypted(letter, revision, user, aes):
    """The letter, encrypted; the random salts make its bytes differ from run to run."""
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        out = io.BytesIO()
        pdf.save(out, static_id=True, encryption=pikepdf.Encryption(
            owner="proprietaire", user=user, R=revision, aes=aes, metadata=aes))
        return out.getvalue()


def jpeg_header(width, height):
    """A baseline JPEG that announces a size and has next to no data."""
    quantise = b"\xff\xdb\x00\x43\x00" + bytes([16]) * 64
    frame = b"\xff\xc0\x00\x0b\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big") + (
        b"\x01\x01\x11\x00")
    huffman = b"".join(b"\xff\xc4\x00\x14" + bytes([kind]) + bytes([1] + [0] * 15) + b"\x00"
                       for kind in (0x00, 0x10))
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
    return (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + quantise + frame
            + huffman + scan + b"\x00" * 2048 + b"\xff\xd9")


def build(letter, rng):
    """Every file, in a fixed order."""
    yield "empty.pdf", "pdf", "no byte at all", b""
    yield "zero-pages.pdf", "pdf", "a PDF with an empty page tree", whole(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 0/Kids[]>>"})
    yield "header-only.pdf", "pdf", "%PDF-1.7 and nothing else", b"%PDF-1.7\n"
    yield from locked(letter)
    yield from disguised(letter, rng)
    yield from bombs()
    yield from images()
    yield from trees()
    yield from tables(letter)
    yield from active(letter)


def locked(letter):
    for name, revision, user, aes, note in (
        ("owner-rc4", 3, "", False, "owner password only, RC4 128: opens"),
        ("owner-aes128", 4, "", True, "owner password only, AES-128: opens"),
        ("owner-aes256", 6, "", True, "owner password only, AES-256: opens"),
        ("user-aes256", 6, "secret", True, "user password `secret`: cannot be read"),
        ("user-rc4", 3, "secret", False, "user password `secret`, RC4: cannot be read"),
    ):
        yield f"encrypted-{name}.pdf", "pdf-encrypted", note, encrypted(letter, revision, user, aes)


def disguised(letter, rng):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(zipfile.ZipInfo("autre.txt", (2026, 12, 1, 0, 0, 0)), "autre")
    yield "polyglot-zip.pdf", "polyglot", "a letter with a ZIP behind: opens as both", (
        letter + inner.getvalue())
    yield "leading-bytes.pdf", "polyglot", "900 random bytes before %PDF", rng.bytes(900) + letter
    yield "leading-mail.pdf", "polyglot", "mail headers before %PDF", (
        b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: binary\r\n\r\n" + letter)
    yield "page.html.pdf", "disguised", "HTML named .pdf", (
        b"<!DOCTYPE html><html><body><h1>Session expir\xc3\xa9e</h1></body></html>")
    yield "image.jpg.pdf", "disguised", "JPEG named .pdf", jpeg_header(640, 480)
    yield "letter.pdf.jpg", "disguised", "the letter, named .jpg", letter
    yield "zeros.pdf", "disguised", "100 kB of zero bytes", b"\0" * 100_000
    yield "crlf.pdf", "pdf", "the letter with every LF become CRLF (a text-mode transfer)", (
        letter.replace(b"\n", b"\r\n"))
    yield "base64.pdf", "disguised", "the letter still in base64", (
        base64.encodebytes(letter))
    yield "trailing-garbage.pdf", "pdf", "the letter, then 1 MB of repeated bytes", (
        letter + rng.bytes(1024) * 1000)


def bombs():
    two = 2 << 30
    yield "bomb-content.pdf", "bomb", "a content stream of 2 GB of white space (2 MB deflated)", (
        one_page(zeros(two), head=b"/Filter/FlateDecode"))
    yield "bomb-content-twice.pdf", "bomb", "the same, deflated twice: some kB", one_page(
        zlib.compress(zeros(two), 9), head=b"/Filter[/FlateDecode/FlateDecode]")
    yield "bomb-operators.pdf", "bomb", "1 GB of operators `q Q`", one_page(
        inflating(b"q Q\n" * (1 << 20), 256), head=b"/Filter/FlateDecode")
    yield "bomb-xref-stream.pdf", "bomb", "a cross-reference stream of 1 GB", xref_stream(
        {}, b"1 4 2", {1: b"<</Type/Catalog/Pages 2 0 R>>",
                       2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>", 3: PAGE, 4: stream(b"")},
        size=150_000_000, filters=b"/Filter/FlateDecode", raw=zeros(1 << 30))
    held = stream(zeros(1 << 30), b"/Type/ObjStm/N 4/First 32/Filter/FlateDecode")
    yield "bomb-object-stream.pdf", "bomb", "an object stream of 1 GB", xref_stream(
        {2: (2, 5, 0), 3: (2, 5, 1)}, b"1 4 2",
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 4: stream(b""), 5: held})
    forms = {}
    for level in range(10, 40):
        calls = b" ".join([b"/F Do"] * 10) if level < 39 else b"0 0 1 1 re f"
        inner = b"/XObject<</F %d 0 R>>" % (level + 1) if level < 39 else b""
        forms[level] = stream(calls, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]"
                              b"/Resources<<" + inner + b">>")
    yield "nested-forms.pdf", "bomb", "30 forms that draw the next one ten times each: 10^29", (
        one_page(b"/F Do", with_resource(b"XObject", b"F", 10), forms))
    own = stream(b"/F Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
                 b"/Resources<</XObject<</F 10 0 R>>>>")
    yield "recursive-form.pdf", "loop", "a form that draws itself", one_page(
        b"/F Do", with_resource(b"XObject", b"F", 10), {10: own})
    lines = b"".join(b"%d %d m %d %d l S\n" % (i * 7 % 595, i * 13 % 842, i * 17 % 595, i * 5 % 842)
                     for i in range(1_500)) * 32
    yield "strokes.pdf", "bomb", "50 MB of strokes", one_page(
        inflating(lines, (50 << 20) // len(lines)), head=b"/Filter/FlateDecode")
    tiny = stream(b"0 0 1 1 re f", b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1"
                  b"/BBox[0 0 1 1]/XStep .00001/YStep .00001/Resources<<>>")
    yield "tiny-tiling.pdf", "bomb", "a tiling pattern whose step is 0.00001 point", one_page(
        b"/Pattern cs /P scn 0 0 595 842 re f", with_resource(b"Pattern", b"P", 10), {10: tiny})
    yield "dash.pdf", "bomb", "a dash of 0.000001 point around the page", one_page(
        b"[.000001] 0 d 0 0 595 842 re S")
    yield "run-length.pdf", "bomb", "ASCII85 and RunLength filters, eight deep", one_page(
        b"~>", head=b"/Filter[" + b"/ASCII85Decode/RunLengthDecode" * 4 + b"]")


def images():
    draw = b"q 595 0 0 842 0 0 cm /I Do Q"
    page = with_resource(b"XObject", b"I", 10)

    def picture(data, rest):
        return one_page(draw, page, {10: stream(data, b"/Type/XObject/Subtype/Image" + rest)})

    yield "image-lies.pdf", "bomb", "30000 x 30000 RGB announced, ten bytes of data", picture(
        zlib.compress(b"\0" * 10), b"/Width 30000/Height 30000/BitsPerComponent 8"
        b"/ColorSpace/DeviceRGB/Filter/FlateDecode")
    yield "image-negative.pdf", "lie", "width -1, height 0, 99 bits", picture(
        b"\0" * 64, b"/Width -1/Height 0/BitsPerComponent 99/ColorSpace/DeviceGray")
    yield "image-deflated.pdf", "bomb", "20000 x 20000 grey, truly there when inflated (400 MB)", (
        picture(zeros(400 << 20), b"/Width 20000/Height 20000/BitsPerComponent 8"
                b"/ColorSpace/DeviceGray/Filter/FlateDecode"))
    yield "image-jpeg-65500.pdf", "bomb", "a JPEG that announces 65500 x 65500", picture(
        jpeg_header(65500, 65500), b"/Width 65500/Height 65500/BitsPerComponent 8"
        b"/ColorSpace/DeviceGray/Filter/DCTDecode")
    yield "image-ccitt-60000.pdf", "bomb", "60000 x 60000 CCITT group 4, all white", picture(
        b"\xff" * 7500 + b"\x00\x10\x01", b"/Width 60000/Height 60000/BitsPerComponent 1"
        b"/ColorSpace/DeviceGray/Filter/CCITTFaxDecode"
        b"/DecodeParms<</K -1/Columns 60000/Rows 60000>>")
    yield "image-jbig2.pdf", "lie", "a JBIG2 image whose data are random", picture(
        bytes(range(256)) * 8, b"/Width 2480/Height 3508/BitsPerComponent 1"
        b"/ColorSpace/DeviceGray/Filter/JBIG2Decode")
    mask = stream(b"\0", b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8"
                  b"/ColorSpace/DeviceGray/SMask 10 0 R")
    yield "image-mask-loop.pdf", "loop", "an image that is its own soft mask", one_page(
        draw, page, {10: mask})
    yield "media-box-huge.pdf", "lie", "a page of 10^9 x 10^9 points", one_page(
        b"0 0 100 100 re f", PAGE.replace(b"595 842", b"1000000000 1000000000"))
    yield "media-box-user-unit.pdf", "lie", "A4 with a UserUnit of 10000", one_page(
        b"0 0 100 100 re f", PAGE.replace(b"/Contents", b"/UserUnit 10000/Contents"))
    yield "media-box-nan.pdf", "lie", "a page box of nothing, upside down, with words in it", (
        one_page(b"0 0 1 1 re f", PAGE.replace(b"[0 0 595 842]", b"[595 842 0 /null -.-5]")))


def trees():
    deep = 100_000
    yield "deep-arrays.pdf", "deep", "100 000 nested arrays in an object", one_page(
        more={10: b"[" * deep + b"]" * deep}, trailer=b"/Root 1 0 R/Info 10 0 R")
    yield "deep-dictionaries.pdf", "deep", "100 000 nested dictionaries", one_page(
        more={10: b"<</A" * deep + b" 1" + b">>" * deep}, trailer=b"/Root 1 0 R/Info 10 0 R")
    yield "deep-content.pdf", "deep", "100 000 nested arrays in a content stream", one_page(
        b"[" * deep + b"]" * deep + b" TJ")
    yield "deep-q.pdf", "deep", "a million `q` without `Q`", one_page(
        zlib.compress(b"q " * 1_000_000, 9), head=b"/Filter/FlateDecode")
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 3: b"<<>>", 4: stream(b"")}
    numbers = [2, *range(10, 20_010)]
    for number, next_one in zip(numbers, numbers[1:]):
        objects[number] = b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % next_one
    objects[numbers[-1]] = b"<</Type/Page/MediaBox[0 0 595 842]>>"
    yield "deep-pages.pdf", "deep", "a page tree 20 000 levels deep", whole(objects)
    yield "pages-loop.pdf", "loop", "a page tree that contains itself", whole(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 9/Kids[3 0 R 2 0 R]>>",
         3: b"<</Type/Pages/Parent 2 0 R/Count 4/Kids[2 0 R 3 0 R]>>"})
    yield "parent-loop.pdf", "loop", "a page without a box whose parents are a ring", whole(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Parent 3 0 R/Count 1/Kids[3 0 R]>>",
         3: b"<</Type/Page/Parent 2 0 R>>"})
    yield "kids-200000.pdf", "bomb", "the same page 200 000 times", whole(
        {1: b"<</Type/Catalog/Pages 2 0 R>>",
         2: b"<</Type/Pages/Count 200000/Kids[" + b"3 0 R " * 200_000 + b"]>>", 3: PAGE,
         4: stream(b"")})
    yield "count-lies.pdf", "lie", "/Count 2147483647 and one page", whole(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 2147483647/Kids[3 0 R]>>",
         3: PAGE, 4: stream(b"")})
    yield "length-loop.pdf", "loop", "a stream whose /Length is itself", whole(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>", 3: PAGE,
         4: b"<</Length 4 0 R>>\nstream\n0 0 1 1 re f\nendstream"})
    yield "reference-loop.pdf", "loop", "objects that are references to each other", whole(
        {1: b"<</Type/Catalog/Pages 5 0 R>>", 5: b"6 0 R", 6: b"5 0 R"})
    fields = {10: b"<</FT/Sig/T(a)/Kids[11 0 R]>>", 11: b"<</T(b)/Parent 10 0 R/Kids[10 0 R]>>"}
    yield "fields-loop.pdf", "loop", "form fields that contain each other", whole(
        {1: b"<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[10 0 R]>>>>",
         2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>", 3: PAGE, 4: stream(b""), **fields})


def tables(letter):
    body = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            3: PAGE, 4: stream(b"")}
    simple = whole(body)
    start = int(simple.rsplit(b"startxref\n", 1)[1].split()[0])
    yield "prev-loop.pdf", "loop", "a /Prev that leads to itself", simple.replace(
        b"/Root 1 0 R>>", b"/Root 1 0 R/Prev %d>>" % start)
    yield "prev-beyond.pdf", "lie", "a /Prev beyond the end, and negative", simple.replace(
        b"/Root 1 0 R>>", b"/Root 1 0 R/Prev 99999999999/XRefStm -5>>")
    yield "xref-w-absurd.pdf", "lie", "/W[0 0 2000000000]", xref_stream(
        {}, b"0 0 2000000000", body)
    yield "xref-w-negative.pdf", "lie", "/W[-1 4 2]", xref_stream({}, b"-1 4 2", body)
    yield "xref-size-absurd.pdf", "lie", "/Size 2147483647 in a cross-reference stream", (
        xref_stream({}, b"1 4 2", body, size=2_147_483_647,
                    filters=b"/Index[0 2147483647 2147483646 99]"))
    yield "xref-table-absurd.pdf", "lie", "a table that announces 4 294 967 295 rows", (
        simple.replace(b"xref\n0 5\n", b"xref\n0 4294967295\n"))
    yield "no-xref.pdf", "lie", "the letter without its cross-reference", (
        letter[:letter.rindex(b"xref\n", 0, letter.rindex(b"startxref"))])
    yield "startxref-zero.pdf", "lie", "the letter with `startxref 0`", (
        letter[:letter.rindex(b"startxref")] + b"startxref\n0\n%%EOF\n")
    yield "updates-3000.pdf", "deep", "3000 incremental updates, each with its /Prev", updates(
        simple, start, 3000)


def updates(simple, previous, count):
    out = bytearray(simple)
    for _ in range(count):
        at = len(out)
        out += b"4 0 obj\n<</Length 0>>\nstream\n\nendstream\nendobj\n"
        start = len(out)
        out += b"xref\n4 1\n%010d 00000 n \ntrailer\n<</Size 5/Root 1 0 R/Prev %d>>\n" % (at, previous)
        out += b"startxref\n%d\n%%%%EOF\n" % start
        previous = start
    return bytes(out)


def active(letter):
    base = {2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>", 3: PAGE, 4: stream(b"")}
    yield "javascript.pdf", "active", "JavaScript and /Launch when opened", whole(
        {1: b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))"
         b"/Next<</S/Launch/F(calc.exe)>>>>>>", **base})
    program = stream(b"MZ" + b"\x90" * 500, b"/Type/EmbeddedFile")
    yield "embedded-program.pdf", "active", "a program as attachment, `../../x.exe`", whole(
        {1: b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(x) 10 0 R]>>>>>>", **base,
         10: b"<</Type/Filespec/F(../../x.exe)/UF(../../x.exe)/EF<</F 11 0 R>>>>", 11: program})
    yield "xfa.pdf", "active", "an XFA form with an external entity", whole(
        {1: b"<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA 10 0 R/Fields[]>>>>", **base,
         10: stream(b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
                    b"<xdp>&e;</xdp>")})
    yield "portfolio.pdf", "active", "a portfolio: the letter is an attachment of an empty page", (
        whole({1: b"<</Type/Catalog/Pages 2 0 R/Collection<</View/T>>"
               b"/Names<</EmbeddedFiles<</Names[(lettre.pdf) 10 0 R]>>>>>>", **base,
               10: b"<</Type/Filespec/F(lettre.pdf)/EF<</F 11 0 R>>>>",
               11: stream(letter, b"/Type/EmbeddedFile")}))
