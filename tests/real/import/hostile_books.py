"""The workbooks of the hostile corpus; `hostile.py` says what the columns of CASES mean."""

import datetime
import random
import struct
import zlib

import sheets
from hostile_cases import ADA, BASE, BLAISE, D, H, HEAD, HEADER, HEADS, put
from sheets import Raw

GIGABYTES = 1_200_000_000  # more than 1 GiB
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
ROWS = (HEADER, ADA, BLAISE)


def book(*rows):
    """The parts of a workbook of one sheet, the two schools by default."""
    return sheets.xlsx(("Feuil1", rows or ROWS))


def valid_xlsx():
    return sheets.pack(book())


def changed(parts, **contents):
    """The parts packed with some replaced; `sheet` and `strings` name the usual ones."""
    names = {"sheet": SHEET, "strings": STRINGS, "content": "content.xml", "workbook": "xl/workbook.xml"}
    return sheets.pack({**parts, **{names.get(own, own): content for own, content in contents.items()}})


def sheet(data, **more):
    """A workbook whose one sheet holds these row elements."""
    return changed(book(), sheet=sheets.worksheet(data, **more).encode())


def stretched(before, unit, after, size=GIGABYTES):
    """BEFORE, UNIT again and again up to SIZE bytes, AFTER, in pieces."""
    piece = unit * (1_000_000 // len(unit))
    yield before.encode()
    for _ in range(size // len(piece) + 1):
        yield piece.encode()
    yield after.encode()


def bomb_sheet():
    start, end = sheets.worksheet(sheets.xlsx_rows(ROWS) + "|").split("|")
    return changed(book(), sheet=stretched(start, '<row><c t="inlineStr"><is><t>0</t></is></c></row>', end))


def bomb_comment():
    start, end = sheets.worksheet(sheets.xlsx_rows(ROWS)).split("<sheetData>")
    return changed(book(), sheet=stretched(start + "<!--", "x", "--><sheetData>" + end))


def bomb_cell():
    start, end = sheets.worksheet(sheets.xlsx_rows((HEADER, put(ADA, name="|")))).split("|")
    return changed(book(), sheet=stretched(start, "A", end))


def bomb_strings():
    head = f'{sheets.XML}<sst xmlns="{sheets.MAIN}">'
    return changed(book(), strings=stretched(head, "<si><t>x</t></si>", "</sst>"))


def bomb_ods():
    start, end = sheets.ods_content(ROWS, extra="|").split("|")
    row = '<table:table-row><table:table-cell office:value-type="string"><text:p>0</text:p></table:table-cell></table:table-row>'
    return changed(sheets.ods(ROWS), content=stretched(start, row, end))


def central(package, name):
    """Where the central directory's entry of NAME begins."""
    at = package.rfind(b"PK\x01\x02")
    while package[at + 46 : at + 46 + len(name)] != name.encode():
        at = package.rfind(b"PK\x01\x02", 0, at)
    return at


def lying(package, name, size=None, packed=None):
    """The central directory says another size of NAME than is true."""
    package = bytearray(package)
    at = central(bytes(package), name)
    if packed is not None:
        struct.pack_into("<I", package, at + 20, packed)
    if size is not None:
        struct.pack_into("<I", package, at + 24, size)
    return bytes(package)


def lying_small():
    """A sheet of more than 1 GB whose size is said to be 1,000 bytes, in both headers."""
    package = bytearray(lying(bomb_sheet(), SHEET, size=1000))
    local = struct.unpack_from("<I", package, central(bytes(package), SHEET) + 42)[0]
    struct.pack_into("<I", package, local + 22, 1000)
    return bytes(package)


def quine():
    """One deflated block that every name of the central directory points to (overlapping entries)."""
    data = b"x" * 20_000_000
    packed = zlib.compress(data, 9)[2:-4]
    check = zlib.crc32(data)
    head = (
        struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0x5B70, check, len(packed), len(data), 5, 0)
        + b"a.xml"
    )
    entries = b""
    for number in range(2000):
        name = f"xl/{number}.xml".encode()
        entries += (
            struct.pack(
                "<IHHHHHHIIIHHHHHII",
                0x02014B50,
                20,
                20,
                0,
                8,
                0,
                0x5B70,
                check,
                len(packed),
                len(data),
                len(name),
                0,
                0,
                0,
                0,
                0,
                0,
            )
            + name
        )
    body = head + packed
    return body + entries + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 2000, 2000, len(entries), len(body), 0)


def entries(count):
    """The valid workbook with COUNT more parts, all empty."""
    return sheets.pack({**book(), **{f"xl/media/{number}": b"" for number in range(count)}})


def rows(count, cells, size):
    """The two schools, then COUNT rows of these cells (@ stands for the row's number), in pieces."""
    start, end = sheets.worksheet(sheets.xlsx_rows(ROWS) + "|").split("|")
    yield start.encode()
    for first in range(4, count + 1, size):
        yield "".join(
            f'<row r="{own}">{cells.replace("@", str(own))}</row>'
            for own in range(first, min(first + size, count + 1))
        ).encode()
    yield end.encode()


def laughs(kind):
    """A document type whose entity x9 is a billion words."""
    lines = ['<!ENTITY x0 "lol">'] + [f'<!ENTITY x{own} "{f"&x{own - 1};" * 10}">' for own in range(1, 10)]
    return f"<!DOCTYPE {kind} [{''.join(lines)}]>\n"


def quadratic(kind):
    """A document type with one entity of 100,000 characters."""
    return f'<!DOCTYPE {kind} [<!ENTITY x "{"A" * 100_000}">]>\n'


def outside(kind):
    """A document type with an entity that is a file of the machine."""
    return f'<!DOCTYPE {kind} [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n'


def entity_xlsx(prolog, text):
    cell = Raw(f'<c r="@" t="inlineStr"><is><t>{text}</t></is></c>')
    data = sheets.xlsx_rows((HEADER, put(ADA, name=cell), BLAISE))
    return sheet(data, prolog=prolog)


def entity_ods(prolog, text):
    cell = Raw(f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>')
    return sheets.pack(sheets.ods((HEADER, put(ADA, name=cell), BLAISE), prolog=prolog))


def repeated(row_count, column_count, content="<text:p>x</text:p>"):
    """The two schools in an .ods, then one cell repeated."""
    extra = (
        f'<table:table-row table:number-rows-repeated="{row_count}"><table:table-cell '
        f'table:number-columns-repeated="{column_count}" office:value-type="string">{content}'
        "</table:table-cell></table:table-row>"
    )
    return sheets.pack(sheets.ods(ROWS, extra=extra))


def repeated_school():
    """One row that is a school, repeated a million times."""
    cells = "".join(map(sheets.ods_cell, ADA))
    return sheets.pack(
        sheets.ods(
            (HEADER,),
            extra=f'<table:table-row table:number-rows-repeated="1048575">{cells}</table:table-row>',
        )
    )


def usual_ods():
    """What LibreOffice writes under each sheet: empty rows and cells, repeated to the edge."""
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    return sheets.pack(
        sheets.ods(
            ROWS, extra=f'<table:table-row table:number-rows-repeated="1048573">{empty}</table:table-row>'
        )
    )


def deep(count):
    """Elements nested COUNT deep in a cell."""
    return entity_xlsx("", "<r>" * count + "x" + "</r>" * count)


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def encrypted():
    """What Excel writes for a workbook with a password: the real one is inside, enciphered."""
    info = (
        struct.pack("<HHI", 4, 4, 0x40)
        + b'<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption"/>'
    )
    return sheets.ole(
        [
            ("EncryptedPackage", struct.pack("<Q", 9000) + random.Random(3).randbytes(9008)),
            ("EncryptionInfo", info),
        ]
    )


def html_table():
    cells = "".join("<tr>" + "".join(f"<td>{own}</td>" for own in row) + "</tr>" for row in ROWS)
    return f'<html><head><meta charset="utf-8"></head><body><table>{cells}</table></body></html>'.encode()


def xml_2003():
    cells = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{own}</Data></Cell>' for own in row) + "</Row>"
        for row in ROWS
    )
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{name}" xmlns:ss="{name}">'
        f'<Worksheet ss:Name="Feuil1"><Table>{cells}</Table></Worksheet></Workbook>'
    ).encode()


def typed(value, kind, style=""):
    return Raw(f'<c r="@" t="{kind}"{style}><v>{value}</v></c>')


def several(*named, **more):
    return sheets.pack(sheets.xlsx(*named, **more))


def encrypted_ods():
    """An .ods with a password: the parts are there, enciphered, and the manifest says so."""
    parts = sheets.ods(ROWS)
    data = b'<manifest:encryption-data manifest:checksum="AAAA"><manifest:algorithm manifest:algorithm-name="Blowfish CFB"/></manifest:encryption-data>'
    manifest = parts["META-INF/manifest.xml"].replace(
        b'media-type="text/xml"/>',
        b'media-type="text/xml" manifest:size="9000">' + data + b"</manifest:file-entry>",
    )
    return sheets.pack(
        {**parts, "content.xml": random.Random(5).randbytes(4000), "META-INF/manifest.xml": manifest}
    )


def hidden():
    """The middle row hidden by a filter."""
    data = sheets.xlsx_rows(ROWS).replace('<row r="2">', '<row r="2" hidden="1">')
    return sheet(data, extra='<autoFilter ref="A1:N3"/>')


def merged():
    """A title merged over the columns, an empty row, then the header."""
    data = sheets.xlsx_rows((("Établissements d'Exemple",), (), *ROWS))
    return sheet(data, extra='<mergeCells count="1"><mergeCell ref="A1:N1"/></mergeCells>')


def flip(package):
    """One bit of the packed sheet changed."""
    package = bytearray(package)
    at = package.index(SHEET.encode())
    package[at + len(SHEET) + 200] ^= 0x10
    return bytes(package)


def hidden_sheet():
    parts = sheets.xlsx(("Ancien", (HEADER, put(ADA, name="Collège Ancien"))), ("Données", ROWS))
    return changed(
        parts, workbook=parts["xl/workbook.xml"].replace(b'sheetId="1"', b'sheetId="1" state="hidden"')
    )


# name, profile, outcome, imported, expect, make: one line each
# fmt: off
CASES = [
    ("valid.xlsx", D, "read", 2, "the control", valid_xlsx),
    ("valid.ods", D, "read", 2, "the control", lambda: sheets.pack(sheets.ods(ROWS))),
    # bombs
    ("bomb-sheet.xlsx", D, "refused", 0, "sheet1.xml becomes 1.2 GB of rows", bomb_sheet),
    ("bomb-comment.xlsx", D, "refused", 0, "sheet1.xml becomes 1.2 GB, one comment before the rows", bomb_comment),
    ("bomb-cell.xlsx", D, "refused", 0, "sheet1.xml becomes 1.2 GB, one cell", bomb_cell),
    ("bomb-strings.xlsx", D, "refused", 0, "sharedStrings.xml becomes 1.2 GB", bomb_strings),
    ("bomb-content.ods", D, "refused", 0, "content.xml becomes 1.2 GB", bomb_ods),
    ("bomb-overlap.xlsx", D, "refused", 0, "2,000 names for one part of 20 MB (40 GB in sum), and no workbook", quine),
    ("lying-small.xlsx", D, "refused", 0, "1.2 GB that is said to be 1,000 bytes: the limit counts what comes out, not what is announced", lying_small),
    ("lying-large.xlsx", D, "either", None, "a small sheet that is said to be 4 GB: nothing of that size is reserved", lambda: lying(valid_xlsx(), SHEET, size=0xFFFFFFFE)),
    ("lying-packed.xlsx", D, "either", None, "a packed size that reaches past the end of the file", lambda: lying(valid_xlsx(), SHEET, packed=0x7FFFFFFF)),
    ("entries-60000.xlsx", D, "either", None, "60,000 empty parts", lambda: entries(60_000)),
    ("laughs.xlsx", D, "either", None, "a billion-laughs entity in sheet1.xml: never expanded", lambda: entity_xlsx(laughs("worksheet"), "&x9;")),
    ("laughs.ods", D, "either", None, "a billion-laughs entity in content.xml: never expanded", lambda: entity_ods(laughs("office:document-content"), "&x9;")),
    ("quadratic.xlsx", D, "either", None, "100,000 characters, named 20,000 times", lambda: entity_xlsx(quadratic("worksheet"), "&x;" * 20_000)),
    ("outside-entity.xlsx", D, "either", None, "an entity that is /etc/hostname: never read", lambda: entity_xlsx(outside("worksheet"), "&x;")),
    ("outside-entity.ods", D, "either", None, "the same in an .ods", lambda: entity_ods(outside("office:document-content"), "&x;")),
    ("nested.xlsx", D, "either", None, "elements nested 1,000,000 deep: no overflow of the stack", lambda: deep(1_000_000)),
    # size of the grid
    ("corners.xlsx", D, "either", None, "cells at A1 and XFD1048576 only: 17 billion cells if the grid is filled", lambda: sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    ("corners-schools.xlsx", D, "either", None, "the two schools and one forgotten cell at XFD1048576", lambda: sheet(sheets.xlsx_rows(ROWS) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    ("beyond.xlsx", D, "either", None, "a cell past the last row and column there are (ZZZZ4294967295)", lambda: sheet(sheets.xlsx_rows(ROWS) + '<row r="4294967295"><c r="ZZZZ4294967295"><v>1</v></c></row>')),
    ("reference-nonsense.xlsx", D, "either", None, "cells at A0, 1A, A99999999999999999999 and at none", lambda: sheet('<row r="0"><c r="A0"><v>1</v></c><c r="1A"><v>1</v></c><c r="A99999999999999999999"><v>1</v></c><c r=""><v>1</v></c></row>')),
    ("dimension-lies.xlsx", D, "read", 2, "the sheet says it is A1:XFD1048576 and holds two schools", lambda: changed(book(), sheet=sheets.worksheet(sheets.xlsx_rows(ROWS)).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>').encode())),
    ("rows-1048576.xlsx", D, "either", 2, "1,048,576 rows, all but two of them no school", lambda: changed(book(), sheet=rows(1_048_576, '<c r="A@"><v>1</v></c>', 20_000))),
    ("rows-1048576-empty.xlsx", D, "read", 2, "the two schools and a million rows that are coloured and empty (a format laid on the whole column)", lambda: changed(book(), sheet=rows(1_048_576, '<c r="A@" s="1"/>', 20_000))),
    ("repeated-empty.ods", D, "read", 2, "empty rows and cells repeated to the edge of the sheet, as LibreOffice itself writes", usual_ods),
    ("repeated-rows.ods", D, "either", None, "a cell with text, repeated over 1,048,573 rows", lambda: repeated(1_048_573, 1)),
    ("repeated-columns.ods", D, "either", None, "a cell with text, repeated over 16,384 columns", lambda: repeated(1, 16_384)),
    ("repeated-both.ods", D, "either", None, "over 5,000,000 rows and 5,000,000 columns", lambda: repeated(5_000_000, 5_000_000)),
    ("repeated-most.ods", D, "either", None, "over 4,294,967,295 rows and columns", lambda: repeated(4_294_967_295, 4_294_967_295)),
    ("repeated-overflow.ods", D, "either", None, "over more rows than any number of the machine", lambda: repeated("9" * 30, "9" * 30)),
    ("repeated-negative.ods", D, "either", None, "over -1 rows and 0 columns", lambda: repeated(-1, 0)),
    ("repeated-school.ods", D, "either", None, "one school, repeated over 1,048,575 rows: a million times the same UAI", repeated_school),
    ("repeated-spaces.ods", D, "either", None, "a cell of 2,000,000,000 spaces, said in one element", lambda: repeated(1, 1, '<text:p>x<text:s text:c="2000000000"/>y</text:p>')),
    # not what the name says
    ("truncated.xlsx", D, "refused", 0, "the first two thirds of a workbook: the download broke off", lambda: valid_xlsx()[:len(valid_xlsx()) * 2 // 3]),
    ("flipped.xlsx", D, "refused", 0, "a damaged byte inside the packed sheet: the checksum is wrong", lambda: flip(valid_xlsx())),
    ("empty.xlsx", D, "refused", 0, "zero bytes", lambda: b""),
    ("zip-empty.xlsx", D, "refused", 0, "an archive of nothing", lambda: sheets.pack({})),
    ("pdf.xlsx", D, "refused", 0, "a PDF", lambda: PDF),
    ("really-xlsx.csv", D, "either", None, "a workbook that was given the name .csv: read as what it is, or told", valid_xlsx),
    ("csv.xlsx", D, "either", None, "a CSV that was given another name", lambda: BASE.encode("utf-8-sig")),
    ("csv.xls", D, "either", None, "the same", lambda: BASE.encode("cp1252")),
    ("ods.xlsx", D, "either", None, "an .ods that was given another name", lambda: sheets.pack(sheets.ods(ROWS))),
    ("xlsx.ods", D, "either", None, "an .xlsx that was given another name", valid_xlsx),
    ("xlsx.xls", D, "either", None, "the same", valid_xlsx),
    ("docx.xlsx", D, "refused", 0, "an archive with a text document in it", lambda: sheets.pack({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"})),
    ("html.xls", D, "refused", 0, "a table of HTML named .xls, as many web applications export", html_table),
    ("xml-2003.xls", D, "refused", 0, "Excel's XML of 2003, named .xls", xml_2003),
    # compound files
    ("password.xlsx", D, "refused", 0, "a workbook with a password: told, with how to take it away", encrypted),
    ("password.ods", D, "refused", 0, "the same for an .ods", encrypted_ods),
    ("password.xls", D, "refused", 0, "the same for an .xls (record FILEPASS)", lambda: sheets.ole([("Workbook", sheets.biff((0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48)), (0x000A, b"")))])),
    ("garbage.xls", D, "refused", 0, "noise after the header of a compound file", lambda: sheets.ole([("Workbook", b"")])[:512] + random.Random(2).randbytes(20_000)),
    ("garbage-header.xls", D, "refused", 0, "noise after the eight bytes of its signature", lambda: bytes.fromhex("D0CF11E0A1B11AE1") + random.Random(4).randbytes(20_000)),
    ("loop.xls", D, "refused", 0, "a chain of sectors that bites its tail", lambda: sheets.ole([("Workbook", bytes(20_000))], loop=True)),
    ("no-workbook.xls", D, "refused", 0, "a compound file without a workbook (an old .doc)", lambda: sheets.ole([("WordDocument", bytes(5000))])),
    ("records-cut.xls", D, "refused", 0, "a record that is longer than the stream", lambda: sheets.ole([("Workbook", sheets.biff() + struct.pack("<HH", 0x00FC, 0x2020) + bytes(10))])),
    ("strings-lie.xls", D, "refused", 0, "a table of 4,294,967,295 strings that holds none: nothing of that size is reserved", lambda: sheets.ole([("Workbook", sheets.biff((0x00FC, struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF)), (0x000A, b"")))])),
    # workbooks that are odd, yet honest
    ("no-sheet.xlsx", D, "refused", 0, "no sheet at all", lambda: several()),
    ("sheet-missing.xlsx", D, "refused", 0, "the workbook names a sheet that is not in the archive", lambda: sheets.pack({name: own for name, own in book().items() if name != SHEET})),
    ("sheet-outside.xlsx", D, "refused", 0, "the sheet is ../../../../etc/passwd", lambda: sheets.pack({name: own.replace(b"worksheets/sheet1.xml", b"../../../../etc/passwd") if name.endswith("workbook.xml.rels") else own for name, own in book().items()})),
    ("sheet-empty.xlsx", D, "refused", 0, "a sheet without a cell", lambda: several(("Feuil1", ()))),
    ("two-sheets.xlsx", D, "either", None, "a sheet of instructions before the sheet of data: the sheet taken is told", lambda: several(("Lisez-moi", (("Mode d'emploi",), ("Ne pas modifier",))), ("Données", ROWS))),
    ("three-sheets.xlsx", D, "either", None, "two sheets with data that differ: the sheet taken is told", lambda: several(("2025", (HEADER, put(ADA, name="Collège Ancien"))), ("2026", ROWS), ("Feuil3", ()))),
    ("sheet-hidden.xlsx", D, "either", None, "the first sheet is hidden", lambda: hidden_sheet()),
    ("rows-hidden.xlsx", D, "read", 2, "a row hidden by a filter is a row", hidden),
    ("title-merged.xlsx", D, "either", 2, "a merged title and an empty row above the header", merged),
    ("column-empty.xlsx", D, "read", 2, "the table begins at B2", lambda: sheets.pack(book((), *[(None, *own) for own in ROWS]))),
    ("numbers.xlsx", D, "read", 2, "postcodes are numbers: 86100, never 86100.0", lambda: sheets.pack(book(HEADER, put(ADA, postcode=86100.0), put(BLAISE, postcode=86000)))),
    ("errors.xlsx", D, "read", 0, "cells of type error: #N/A as name, #REF! as UAI", lambda: sheets.pack(book(HEADER, put(ADA, name=typed("#N/A", "e")), put(BLAISE, uai=typed("#REF!", "e"))))),
    ("formulas.xlsx", D, "read", 2, "formulas with their last value: the value counts", lambda: sheets.pack(book(HEADER, put(ADA, name=Raw('<c r="@" t="str"><f>CONCATENATE("Collège ","Ada-Lovelace")</f><v>Collège Ada-Lovelace</v></c>')), BLAISE))),
    ("formulas-empty.xlsx", D, "read", 1, "a formula never computed, in the name: the row is told", lambda: sheets.pack(book(HEADER, put(ADA, name=Raw('<c r="@" t="str"><f>VLOOKUP(A2,X!A:B,2,0)</f></c>')), BLAISE))),
    ("escapes.xlsx", D, "read", 2, "_x000D_ and _x0041_ in a name are Excel's own escapes", lambda: sheets.pack(book(HEADER, put(ADA, name="Collège_x000D_\n_x0041_da-Lovelace"), BLAISE))),
    ("string-missing.xlsx", D, "either", None, "a shared string number 999999 of a table of none", lambda: sheets.pack(book(HEADER, put(ADA, name=typed("999999", "s")), BLAISE))),
    ("string-rich.xlsx", D, "read", 2, "a name in two fonts, with a phonetic reading that is not part of it", lambda: sheets.pack(book(HEADER, put(ADA, name=Raw('<c r="@" t="inlineStr"><is><r><t xml:space="preserve">Collège </t></r><r><t>Ada-Lovelace</t></r><rPh sb="0" eb="1"><t>KO</t></rPh></is></c>')), BLAISE))),
    ("not-utf-8.xlsx", D, "either", None, "sheet1.xml says UTF-8 and is Windows-1252", lambda: changed(book(), sheet=sheets.worksheet(sheets.xlsx_rows(ROWS)).encode("cp1252"))),
    ("booleans.xlsx", H, "read", 1, "Intérim is the cell TRUE", lambda: sheets.pack(book(HEADS, [*HEAD[:6], datetime.date(2026, 9, 1), typed("1", "b")]))),
    ("dates.xlsx", H, "read", 1, "a real date cell: 1 September 2026", lambda: sheets.pack(book(HEADS, [*HEAD[:6], datetime.date(2026, 9, 1), None]))),
    ("dates-1904.xlsx", H, "read", 1, "serial 44804 in a workbook that counts from 1904: 1 September 2026", lambda: several(("Feuil1", (HEADS, [*HEAD[:6], Raw('<c r="@" s="1"><v>44804</v></c>'), None])), date1904=True)),
    ("dates-number.xlsx", H, "read", None, "46266 without a date format: told, or 1 September 2026", lambda: sheets.pack(book(HEADS, [*HEAD[:6], 46266, None]))),
    ("dates-far.xlsx", H, "read", None, "date cells of -1, 60 (29 February 1900), 1e300 and NaN", lambda: sheets.pack(book(HEADS, *[[uai, *HEAD[1:6], Raw(f'<c r="@" s="1"><v>{own}</v></c>'), None] for uai, own in (("0860001J", "-1"), ("0860002K", "60"), ("0860003L", "1e300"), ("0860004M", "NaN"))]))),
]
