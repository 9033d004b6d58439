#!/usr/bin/env python3
"""Makes honest returns: what must stay `signed`, or is for a person's eye where that is said.

    honest.py FIXTURES OUT

Writes like mutations.py. `must` in the index: `signed`, or `eye` for a letter that a program drew
anew or left to readers to draw, which missive may leave to a person. A program that is not there is said and left out.
"""

import io
import subprocess
import sys

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.stamp import TextStampStyle

import bases
import programs
import signatures as tool
import variants
from dictionary import put
from corpus import Corpus
from tail import Tail, appended, stream


def by_pyhanko(shop):
    """Every signature of the existing fixtures that is trusted."""
    variants.variants(shop.maker)
    for name, truth in shop.maker.truth.items():
        expected = truth["expect"]
        if set(expected["trust"]) == {"trusted"}:
            eye = any(words in truth["what"] for words in ("by cairo", "by ghostscript", "a line added by"))
            yield f"known-{name}", shop.maker.files[name], "eye" if eye else "signed"


def signing(shop):
    """More ways to sign."""
    sign, letter = shop.sign, shop.letter
    sealed = shop.sealed
    yield "sealed-head", sign(sealed), "signed", True
    yield "sealed-head-referent", sign(sign(sealed), "referent", field="Signature2", box="sign-referent", pades=True), "signed", True
    yield "sealed-stamped", shop.maker.document_timestamp(sign(sealed)), "signed", True
    yield "referent-first", sign(sign(letter, "referent", box="sign-referent"), field="Signature2"), "signed"
    yield "two-then-timestamp", shop.maker.document_timestamp(
        sign(sign(letter), "referent", field="Signature2", box="sign-referent")), "signed"
    yield "timestamp-between", sign(shop.maker.document_timestamp(sign(letter)), "referent", field="Signature2", box="sign-referent"), "signed"
    for level, name in ((fields.MDPPerm.FILL_FORMS, "2"), (fields.MDPPerm.ANNOTATE, "3")):
        yield f"certified-{name}", sign(letter, certify=level), "signed"
    yield "certified-3-then-signed", sign(sign(letter, certify=fields.MDPPerm.ANNOTATE), "referent", field="Signature2", box="sign-referent"), "signed"
    yield "accents-in-name", sign(letter, field="Signature de l'élève n° 1"), "signed"
    yield "invisible-two", sign(sign(letter, box=None), "referent", field="Signature2", box=None, pades=True), "signed"
    yield "invisible-then-visible", sign(sign(letter, box=None), "referent", field="Signature2", box="sign-referent"), "signed"
    yield "large-room", sign(letter, reserved=60000), "signed"
    yield "pades-t-two", sign(sign(letter, pades=True, stamp="stamper", reserved=20000), "referent", field="Signature2",
                              box="sign-referent", pades=True, stamp="stamper", reserved=20000), "signed"
    yield "styled", styled(shop), "signed"
    yield "separate-widget", prepared(shop, combine=False), "signed"
    yield "prepared-two", prepared(shop, both=True), "signed"
    yield "locked-fields", prepared(shop, lock=True), "signed"
    yield "seeded", prepared(shop, seed=True), "signed"
    yield "certified-p2-filled", sign(shop.with_form(), certify=fields.MDPPerm.FILL_FORMS), "signed"


def styled(shop):
    out = io.BytesIO()
    style = TextStampStyle(stamp_text="Lu et approuvé\n%(signer)s\n%(ts)s", border_width=0, background_opacity=0.2)
    person = shop.maker.people["head"]
    signer = signers.SimpleSigner(person.asn1(), person.asn1_key(), store(person), embed_roots=False)
    meta = signers.PdfSignatureMetadata(field_name="Signature1", reason="Lu et approuvé", location="Exempleville",
                                        contact_info="ce@academie.example", name="Anne Durand")
    spec = fields.SigFieldSpec("Signature1", on_page=1, box=shop.maker.rectangle("sign-head"))
    signers.PdfSigner(meta, signer, stamp_style=style, new_field_spec=spec).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(shop.letter)), output=out, bytes_reserved=12288)
    return out.getvalue()


def store(person):
    from pyhanko_certvalidator.registry import SimpleCertificateStore
    known = SimpleCertificateStore()
    known.register_multiple(person.asn1_chain())
    return known


def prepared(shop, combine=True, both=False, lock=False, seed=False):
    """Fields are prepared first, then one is signed."""
    def fields_of(writer):
        for name, box in (("Signature1", "sign-head"), ("Signature2", "sign-referent"))[:2 if both else 1]:
            more = {}
            if lock:
                more["field_mdp_spec"] = fields.FieldMDPSpec(fields.FieldMDPAction.ALL)
            if seed:
                more["seed_value_dict"] = fields.SigSeedValueSpec(reasons=["Lu et approuvé"])
            fields.append_signature_field(writer, fields.SigFieldSpec(
                name, on_page=1, box=shop.maker.rectangle(box), combine_annotation=combine, **more))
    data = shop.maker.update(shop.letter, fields_of)
    person = shop.maker.people["head"]
    signer = signers.SimpleSigner(person.asn1(), person.asn1_key(), store(person), embed_roots=False)
    out = io.BytesIO()
    signers.PdfSigner(signers.PdfSignatureMetadata(
        field_name="Signature1", reason="Lu et approuvé" if seed else None), signer).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(data), strict=False), output=out, bytes_reserved=12288)
    return out.getvalue()


def filled(shop):
    """Boxes filled in by several programs, then signed."""
    sign, maker, letter = shop.sign, shop.maker, shop.letter
    yield "typed-indicators", sign(letter, prepare=maker.free_text("Trois indicateurs", "write-indicators")), "signed"
    twice = maker.update(maker.update(letter, maker.free_text("Un")), maker.free_text("Deux", "write-indicators"))
    yield "typed-twice", sign(twice), "signed"
    left, bottom, right, top = maker.rectangle("sign-head")
    stroke = generic.ArrayObject([tool.numbers((left + 5, bottom + 5, right - 5, top - 5))])
    ink = maker.annotate("Ink", (left, bottom, right, top), InkList=stroke, appearance=b"2 w 5 5 m 90 70 l S")
    yield "ink-then-signed", sign(letter, "referent", field="Signature2", box="sign-referent", prepare=ink), "signed"
    stamp = maker.annotate("Stamp", (left, bottom, right, top), appearance=b"0 0 1 RG 3 w 5 5 80 60 re S")
    yield "stamp-then-signed", sign(letter, "referent", field="Signature2", box="sign-referent", prepare=stamp), "signed"
    for kind in ("text", "ink", "stamp", "note"):
        yield f"mupdf-{kind}", sign(programs.mupdf_note(shop, letter, kind)), "signed"
        yield f"mupdf-{kind}-rewritten", sign(programs.mupdf_note(shop, letter, kind, incremental=False)), "signed"
    yield "pypdf-text", sign(programs.pypdf_note(shop, letter)), "eye"
    yield "pypdf-text-rewritten", sign(programs.pypdf_note(shop, letter, incremental=False)), "eye"
    yield "field-filled", sign(shop.with_form()), "signed"
    yield "field-filled-two", sign(sign(shop.with_form()), "referent", field="Signature2", box="sign-referent"), "signed"


def shaped(shop):
    """Acrobat's shape, and poppler."""
    letter = shop.letter
    acrobat = programs.acrobat
    yield "acrobat", acrobat(shop, letter), "signed"
    yield "acrobat-flat", acrobat(shop, letter, layers=False), "signed"
    yield "acrobat-separate", acrobat(shop, letter, separate=True), "signed"
    yield "acrobat-reason", acrobat(shop, letter, more=b"/Reason(Lu)/Location(Exempleville)/ContactInfo(a)"), "signed"
    once = acrobat(shop, letter)
    yield "acrobat-two", acrobat(shop, once, "referent", "Signature2", box="sign-referent"), "signed"
    yield "acrobat-then-pyhanko", shop.sign(once, "referent", field="Signature2", box="sign-referent"), "signed"
    yield "pyhanko-then-acrobat", acrobat(shop, shop.sign(letter), "referent", "Signature2", box="sign-referent"), "signed"
    yield "acrobat-typed", acrobat(shop, shop.maker.update(letter, shop.maker.free_text("Un mot"))), "signed"
    yield "acrobat-packed", acrobat(shop, letter, packed=True), "eye"
    yield "acrobat-packed-two", shop.sign(acrobat(shop, letter, packed=True), "referent", field="Signature2", box="sign-referent"), "eye"
    yield "acrobat-timestamped", shop.maker.document_timestamp(once), "signed"
    yield "poppler", programs.poppler(shop, letter), "signed"
    yield "poppler-second", programs.poppler(
        shop, shop.sign(letter, "referent", field="Signature2", box="sign-referent")), "signed"
    empty = shop.maker.update(letter, lambda writer: fields.append_signature_field(
        writer, fields.SigFieldSpec("Signature1", on_page=1, box=shop.maker.rectangle("sign-head"))))
    for name, etsi in (("poppler-prepared", False), ("poppler-prepared-etsi", True)):
        yield name, programs.poppler(shop, empty, prepared="Signature1", etsi=etsi), "signed"


def written_anew(shop):
    """Programs that write the letter anew before it is signed."""
    sign, letter = shop.sign, shop.letter
    program = programs.program
    for name, options in {
        "plain": (), "linear": ("--linearize",), "loose": ("--object-streams=disable",), "packed": ("--object-streams=generate",),
        "uncompressed": ("--stream-data=uncompress",), "readable": ("--qdf",), "old": ("--force-version=1.4",),
    }.items():
        # The readable form has comments that repairing readers take for objects.
        yield f"qpdf-{name}", sign(tool.qpdf(letter, *options)), "eye" if name == "readable" else "signed"
    yield "pikepdf", sign(tool.with_pikepdf(letter, lambda pdf: None)), "signed"
    yield "pikepdf-title", sign(tool.with_pikepdf(letter, lambda pdf: pdf.docinfo.__setitem__("/Subject", "Retour"))), "signed"
    import pypdf
    out = io.BytesIO()
    pypdf.PdfWriter(clone_from=io.BytesIO(letter)).write(out)
    yield "pypdf", sign(out.getvalue()), "signed"
    import pymupdf
    yield "mupdf", sign(pymupdf.open(stream=letter).tobytes()), "signed"
    yield "mupdf-clean", sign(pymupdf.open(stream=letter).tobytes(garbage=4, deflate=True)), "signed"
    yield "mutool-clean", sign(program(letter, "mutool", "clean", "-gggg", "-z", "IN", "OUT")), "signed"
    yield "mutool-sanitized", sign(program(letter, "mutool", "clean", "-s", "-z", "IN", "OUT")), "eye"
    yield "ghostscript", sign(tool.ghostscript(letter)), "eye"
    yield "cairo", sign(tool.cairo(letter)), "eye"
    yield "qpdf-two", sign(sign(tool.qpdf(letter)), "referent", field="Signature2", box="sign-referent"), "signed"
    yield "qpdf-normal-content", sign(tool.qpdf(letter, "--normalize-content=y")), "eye"


def added_later(shop):
    """Harmless additions to a signed return."""
    one = shop.sign(shop.letter)
    letter = bases.Base("one", one, shop.letter).letter()
    info, root = letter.info, letter.root
    yield "properties-later", appended(one, {info: put(letter.body(info), ModDate=b"(D:20261121)")}), "signed"
    xmp = letter.stream(166)
    yield "metadata-later", appended(one, {166: stream(xmp.replace(b"2026-11-16", b"2026-11-20"), b"/Type/Metadata/Subtype/XML")}), "signed"
    yield "properties-mupdf-later", programs.mupdf_note(shop, one, "title"), "signed"
    yield "extensions-later", appended(one, {root: put(letter.body(root), Extensions=b"<</ADBE<</BaseVersion/1.7/ExtensionLevel 8>>>>")}), "signed"
    yield "validation-later", validation(shop, one), "signed"
    yield "validation-then-timestamp", shop.maker.document_timestamp(validation(shop, one)), "signed"
    for name, tail in {"crlf": b"\r\n", "lines": b"\n\n\n", "nought": b"\0", "blanks": b"   \r\n"}.items():
        yield f"end-{name}", one + tail, "signed"
    yield "field-later", shop.maker.update(one, lambda writer: fields.append_signature_field(
        writer, fields.SigFieldSpec("Signature2", on_page=1, box=None))), "signed"


def validation(shop, data):
    """What helps to verify later on, as PAdES adds it."""
    tail = Tail(data)
    people = shop.maker.people
    certificates = [tail.add(stream(person.asn1().dump(), compress=True)) for person in (people["head"], people["middle"], people["root"])]
    list_of = b" ".join(b"%d 0 R" % number for number in certificates)
    store_number = tail.add(b"<</Type/DSS/Certs[%s]/VRI<</%s<</Cert[%s]>>>>>>" % (list_of, b"A" * 40, list_of))
    tail.object(tail.letter.root, put(tail.letter.body(tail.letter.root), DSS=b"%d 0 R" % store_number))
    return tail.finish()


def fill(shop, folder):
    """Makes them all."""
    corpus = Corpus(folder)
    corpus.keep_bases(shop.bases())
    for make in (by_pyhanko, signing, filled, shaped, written_anew, added_later):
        made = make(shop)
        kind = make.__name__.replace("_", "-")
        while True:
            try:
                name, data, must, *sealed = next(made)
            except StopIteration:
                break
            except (FileNotFoundError, subprocess.CalledProcessError, ImportError) as error:
                print(f"left out in {kind}: {error} {getattr(error, 'stderr', b'') or b''}"[:300])
                break
            corpus.keep(kind, name, data, "honest", must=must, sealed=bool(sealed))
    corpus.write(shop)
    print(len(corpus.index), "honest files,", sum(entry["must"] == "signed" for entry in corpus.index), "to stay signed")


def main():
    fill(bases.workshop(sys.argv[1]), sys.argv[2])


if __name__ == "__main__":
    main()
