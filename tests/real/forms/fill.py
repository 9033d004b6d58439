"""Fills a form by the programs that have a Python interface: `python fill.py PROGRAM FORM VALUES.json RESULT`."""

import ctypes
import json
import sys
from pathlib import Path


def pdfium(form: str, wanted: dict[str, str], result: str) -> None:
    """As Chrome and Edge do: every field is clicked, written in, left."""
    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    document = pdfium.PdfDocument(form)
    document.init_forms()
    fields = document.formenv.raw
    for number in range(len(document)):
        page = document[number]
        for index in range(raw.FPDFPage_GetAnnotCount(page)):
            annotation = raw.FPDFPage_GetAnnot(page, index)
            size = raw.FPDFAnnot_GetFormFieldName(fields, annotation, None, 0)
            if raw.FPDFAnnot_GetSubtype(annotation) != raw.FPDF_ANNOT_WIDGET or not size:
                continue
            buffer = ctypes.create_string_buffer(size)
            raw.FPDFAnnot_GetFormFieldName(
                fields, annotation, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size
            )
            name = buffer.raw.decode("utf-16-le").rstrip("\0")
            if name not in wanted:
                continue
            box = raw.FS_RECTF()
            raw.FPDFAnnot_GetRect(annotation, box)
            x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
            raw.FORM_OnMouseMove(fields, page, 0, x, y)
            raw.FORM_OnLButtonDown(fields, page, 0, x, y)
            raw.FORM_OnLButtonUp(fields, page, 0, x, y)
            raw.FORM_SelectAllText(fields, page)
            text = (wanted[name] + "\0").encode("utf-16-le")
            text = ctypes.create_string_buffer(text)
            raw.FORM_ReplaceSelection(fields, page, ctypes.cast(text, ctypes.POINTER(ctypes.c_ushort)))
            raw.FORM_ForceToKillFocus(fields)
    document.save(result)


def mupdf(form: str, wanted: dict[str, str], result: str) -> None:
    """As MuPDF's viewer does, saved as an update."""
    import shutil

    import pymupdf

    shutil.copy(form, result)
    document = pymupdf.open(result)
    for page in document:
        for widget in page.widgets():
            if widget.field_name in wanted:
                widget.field_value = wanted[widget.field_name]
                widget.update()
    document.saveIncr()


def qpdf(form: str, wanted: dict[str, str], result: str) -> None:
    """By pikepdf, that is qpdf, with its own appearances, object streams and all written anew."""
    import pikepdf

    with pikepdf.open(form) as document:
        for field in document.Root.AcroForm.Fields:
            if str(field.T) in wanted:
                field.V = pikepdf.String(wanted[str(field.T)])
        document.Root.AcroForm.NeedAppearances = True
        document.generate_appearance_streams()
        document.save(
            result, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True
        )


def flattened(form: str, wanted: dict[str, str], result: str) -> None:
    """Filled by MuPDF, then printed: what was typed is drawn on the page."""
    import pikepdf

    mupdf(form, wanted, result)
    with pikepdf.open(result, allow_overwriting_input=True) as document:
        document.flatten_annotations("print")
        if "/AcroForm" in document.Root:
            del document.Root.AcroForm
        document.save(result, deterministic_id=True)


def merged(form: str, wanted: dict[str, str], result: str) -> None:
    """Two copies in one document, the second one filled."""
    import pikepdf

    mupdf(form, wanted, result)
    with pikepdf.open(form) as document, pikepdf.open(result) as other:
        kids = document.Root.AcroForm.Fields
        before = len(document.pages)
        document.pages.extend(other.pages)
        for page in document.pages[before:]:
            for annotation in page.get("/Annots", []):
                if annotation.get("/Subtype") == "/Widget":
                    kids.append(annotation)
        document.save(
            result, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True
        )


def pypdf(form: str, wanted: dict[str, str], result: str) -> None:
    """By pypdf, as an update."""
    from pypdf import PdfWriter

    writer = PdfWriter(form, incremental=True)
    for page in writer.pages:
        writer.update_page_form_field_values(page, wanted, auto_regenerate=False)
    writer.write(result)


def main() -> None:
    program, form, values, result = sys.argv[1:]
    globals()[program](form, json.loads(Path(values).read_text()), result)


main()
