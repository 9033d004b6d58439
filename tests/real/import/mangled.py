#!/usr/bin/env python3
"""What a spreadsheet program did to each column of the directory extract.

    mangled.py SOURCE.csv FILE...        FILE: .csv (any encoding made here), .xlsx, .ods

Prints, for each file and each column that is no longer what it was: how many cells that held something
are now a number, a date, another text or empty, and one example. SOURCE is what FILE was made from.
Needs openpyxl for .xlsx.
"""

import collections
import csv
import datetime
import io
import pathlib
import sys
import xml.etree.ElementTree
import zipfile

import spreadsheets

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def ods(path):
    """The rows of the first sheet, cells as Python values."""
    tree = xml.etree.ElementTree.parse(zipfile.ZipFile(path).open("content.xml"))
    for row in next(tree.iter(f"{TABLE}table")).iter(f"{TABLE}table-row"):
        cells = []
        for cell in row.iter(f"{TABLE}table-cell"):
            kind = cell.get(f"{OFFICE}value-type")
            for space in cell.iter(f"{TEXT}s"):
                space.text = " " * int(space.get(f"{TEXT}c", "1"))
            text = "\n".join("".join(own.itertext()) for own in cell.iter(f"{TEXT}p"))
            value = {
                None: None,
                "date": cell.get(f"{OFFICE}date-value"),
                "float": cell.get(f"{OFFICE}value"),
            }.get(kind, text)
            value = {"float": float, "date": datetime.date.fromisoformat}.get(kind, lambda own: own)(value)
            cells += [value] * min(int(cell.get(f"{TABLE}number-columns-repeated", "1")), 200)
        if int(row.get(f"{TABLE}number-rows-repeated", "1")) < 1000:
            yield cells


def xlsx(path):
    """The rows of the first sheet, cells as Python values."""
    import openpyxl

    yield from openpyxl.load_workbook(path, read_only=True).active.iter_rows(values_only=True)


def text(path):
    """The rows of a CSV in UTF-16, UTF-8 or Windows-1252."""
    data = path.read_bytes()
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        content = data.decode(encoding)
    except UnicodeDecodeError:
        content = data.decode("cp1252")
    separator = "\t" if "\t" in content.split("\n")[0] else ";"
    yield from csv.reader(io.StringIO(content, newline=""), delimiter=separator)


def shown(value):
    """(what became of it, the text a naive reader makes of it)"""
    if value is None or value == "":
        return "empty", ""
    if isinstance(value, (int, float)):
        return "number", str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return "date", value.strftime("%d/%m/%Y")
    return "text", value


def main():
    header, rows = spreadsheets.read(sys.argv[1])
    for path in map(pathlib.Path, sys.argv[2:]):
        now_header, *now = list({".xlsx": xlsx, ".ods": ods}.get(path.suffix, text)(path))
        now = [row for row in now if any(cell not in (None, "") for cell in row)]
        print(
            f"{path.parent.name}/{path.name}: {len(now)} rows of {len(rows)},",
            f"header {'kept' if list(now_header)[:len(header)] == header else 'changed'}",
        )
        harmless = []
        for place, column in enumerate(header):
            became, example = collections.Counter(), None
            for before, after in zip(rows, now):
                kind, value = shown(after[place] if place < len(after) else None)
                if before[place] and (kind in ("number", "date") or value != before[place]):
                    lost = "same digits" if value == before[place] else "changed"
                    became[f"{kind}, {lost}"] += 1
                    if example is None or lost == "changed" and example[2] != "changed":
                        example = (before[place], value, lost)
            if set(became) == {"number, same digits"}:
                harmless.append(column)
            elif became:
                print(f"  {column}: {dict(became)}  {example[0]!r} -> {example[1]!r}")
        if harmless:
            print("  now numbers, with the same digits:", ", ".join(harmless))


if __name__ == "__main__":
    main()
