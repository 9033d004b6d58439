"""Spreadsheet files written by hand, so that every byte of them can be chosen.

`xlsx` and `ods` give the parts of a valid file as a dict of name -> bytes, to be damaged and then packed by
`pack`; `ole` gives a compound file (the container of .xls and of encrypted documents). Rows are lists
of str, float, datetime.date or None; a `Raw` cell is put in as it stands.
"""

import datetime
import io
import struct
import zipfile
from xml.sax.saxutils import escape, quoteattr

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STAMP = (2026, 11, 16, 8, 0, 0)


class Raw(str):
    """XML of a cell as it stands."""


def letters(column):
    """The letters of a column counted from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def xlsx_rows(rows):
    """The <row> elements: strings inline, dates as serials of style 1."""
    out = []
    for number, row in enumerate(rows, 1):
        cells = []
        for column, cell in enumerate(row):
            place = f"{letters(column)}{number}"
            if cell is None:
                continue
            if isinstance(cell, Raw):
                cells.append(cell.replace("@", place))
            elif isinstance(cell, datetime.date):
                cells.append(f'<c r="{place}" s="1"><v>{(cell - datetime.date(1899, 12, 30)).days}</v></c>')
            elif isinstance(cell, (int, float)):
                cells.append(f'<c r="{place}"><v>{cell}</v></c>')
            else:
                text = f'<t xml:space="preserve">{escape(cell)}</t>'
                cells.append(f'<c r="{place}" t="inlineStr"><is>{text}</is></c>')
        out.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(out)


def worksheet(data, prolog="", extra=""):
    """A sheet part around rows."""
    return f'{XML}{prolog}<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData>{extra}</worksheet>'


def xlsx(*sheets, date1904=False):
    """The parts of a workbook; each sheet is (name, rows)."""
    names = [f"worksheets/sheet{number}.xml" for number in range(1, len(sheets) + 1)]
    parts = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPES}.sharedStrings+xml"/>'
        + "".join(f'<Override PartName="/xl/{own}" ContentType="{TYPES}.worksheet+xml"/>' for own in names)
        + "</Types>",
        "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
        f'<workbookPr date1904="{int(date1904)}"/><sheets>'
        + "".join(
            f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
            for number, (name, _) in enumerate(sheets, 1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{number}" Type="{RELATIONS}/worksheet" Target="{own}"/>'
            for number, own in enumerate(names, 1)
        )
        + f'<Relationship Id="rId90" Type="{RELATIONS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId91" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": f'{XML}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts>'
        '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'{XML}<sst xmlns="{MAIN}" count="0" uniqueCount="0"></sst>',
    }
    for own, (_, rows) in zip(names, sheets):
        parts[f"xl/{own}"] = worksheet(xlsx_rows(rows))
    return {name: text.encode() for name, text in parts.items()}


def ods_cell(cell):
    """One cell of an .ods."""
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, Raw):
        return cell
    if isinstance(cell, datetime.date):
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}">'
            f"<text:p>{cell:%d/%m/%Y}</text:p></table:table-cell>"
        )
    if isinstance(cell, (int, float)):
        return (
            f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>'
            f'{str(cell).replace(".", ",")}</text:p></table:table-cell>'
        )
    return (
        f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p>' "</table:table-cell>"
    )


def ods_content(rows, prolog="", extra=""):
    """content.xml of one sheet; EXTRA rows come after ROWS."""
    names = "".join(
        f' xmlns:{own}="urn:oasis:names:tc:opendocument:xmlns:{own}:1.0"'
        for own in ("office", "table", "text", "style")
    )
    body = "".join("<table:table-row>" + "".join(map(ods_cell, row)) + "</table:table-row>" for row in rows)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{prolog}<office:document-content{names} '
        'office:version="1.2"><office:body><office:spreadsheet><table:table table:name="Feuille1">'
        f"{body}{extra}</table:table></office:spreadsheet></office:body></office:document-content>"
    )


def ods(rows, prolog="", extra=""):
    """The parts of an .ods, the mimetype first as the standard asks."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return {
        "mimetype": kind.encode(),
        "content.xml": ods_content(rows, prolog, extra).encode(),
        "META-INF/manifest.xml": (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest xmlns:manifest="{manifest}" '
            f'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>"
        ).encode(),
    }


def pack(parts):
    """A zip of the parts, the same bytes each time. A part is bytes or an iterable of bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, STAMP)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            with package.open(entry, "w") as part:
                for chunk in [content] if isinstance(content, bytes) else content:
                    part.write(chunk)
    return out.getvalue()


def ole(streams, loop=False):
    """A compound file (version 3) of (name, bytes) streams; LOOP makes the first chain endless."""
    free, end, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    sectors, fat, entries = [], [], []

    def put(data):
        start = len(sectors)
        count = -(-len(data) // 512)
        sectors.extend(data[at : at + 512].ljust(512, b"\0") for at in range(0, len(data), 512))
        fat.extend([*range(start + 1, start + count), end])
        return start

    for name, data in streams:
        data = data.ljust(4096, b"\0")  # shorter ones would lie in the mini stream
        entries.append((name, 2, put(data), len(data)))
    if loop:
        fat[entries[0][2] + 1] = entries[0][2]
    directory = b""
    for place, (name, kind, start, size) in enumerate([("Root Entry", 5, end, 0), *entries]):
        child = 1 if kind == 5 else free
        right = place + 1 if 0 < place < len(entries) else free
        text = name.encode("utf-16-le") + b"\0\0"
        directory += (
            text.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(text), kind, 1, free, right, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )
    directory += (bytes(68) + struct.pack("<III", free, free, free) + bytes(48)) * (
        -len(directory) // 128 % 4
    )
    where = put(directory)
    table = len(sectors)
    fat.append(fat_sector)
    if len(fat) > 128:
        raise ValueError("one sector of allocation table is all this writes")
    sectors.append(struct.pack("<128I", *fat, *[free] * (128 - len(fat))))
    header = (
        bytes.fromhex("D0CF11E0A1B11AE1")
        + bytes(16)
        + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, where, 0, 4096, end, 0, end, 0)
        + struct.pack("<109I", table, *[free] * 108)
    )
    return header + b"".join(sectors)


def biff(*records):
    """A stream of BIFF8 records, each (kind, bytes), after its BOF."""
    start = (0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in (start, *records))
