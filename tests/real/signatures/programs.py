"""Honest returns as other programs write them: Acrobat's shape, poppler, PyMuPDF, pypdf, pdf.js.

Acrobat itself cannot be had here. What it writes is known from its files: layers of appearances, a
build dictionary, a range padded with blanks, objects in object streams; `acrobat` writes that shape.
"""

import asyncio
import hashlib
import io
import subprocess
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from bases import PAGES
from dictionary import longer, put, value
from tail import Tail, object_stream, stream

ROOM = 12288


def acrobat(shop, data, who="head", field="Signature1", packed=False, layers=True, box="sign-head",
            separate=False, more=b""):
    """Signs as Acrobat does: an incremental update with its own layout of objects."""
    tail = Tail(data)
    place = shop.maker.rectangle(box)
    rectangle = b"[%.3f %.3f %.3f %.3f]" % place
    size = b"0 0 %.3f %.3f" % (place[2] - place[0], place[3] - place[1])
    form = b"/Type/XObject/Subtype/Form/BBox[%s]" % size
    font = tail.add(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
    text = b"BT /F0 9 Tf 4 %.0f Td (Signe par Anne Durand) Tj ET" % (place[3] - place[1] - 14)
    fonts = b"/Resources<</Font<</F0 %d 0 R>>>>" % font
    if layers:
        blank = tail.add(stream(b"% DSBlank\n", b"/Type/XObject/Subtype/Form/BBox[0 0 100 100]"))
        words = tail.add(stream(text, form + fonts))
        inner = tail.add(stream(b"q 1 0 0 1 0 0 cm /n0 Do Q q 1 0 0 1 0 0 cm /n2 Do Q", form + (
            b"/Resources<</XObject<</n0 %d 0 R/n2 %d 0 R>>>>" % (blank, words))))
        look = tail.add(stream(b"q 1 0 0 1 0 0 cm /FRM Do Q", form + b"/Resources<</XObject<</FRM %d 0 R>>>>" % inner))
    else:
        look = tail.add(stream(text, form + fonts))
    signature, widget, holder = tail.new(), tail.new(), tail.new()
    both = b"/FT/Sig/T(%s)/V %d 0 R" % (field.encode(), signature)
    seen = b"/Type/Annot/Subtype/Widget/F 132/Rect%s/P %d 0 R/AP<</N %d 0 R>>/MK<<>>" % (rectangle, PAGES[1], look)
    plain = []
    if separate:
        plain += [(holder, b"<<%s/Kids[%d 0 R]>>" % (both, widget)),
                  (widget, b"<<%s/Parent %d 0 R>>" % (seen, holder))]
    else:
        holder = widget
        plain.append((widget, b"<<%s%s>>" % (both, seen)))
    page = tail.letter.body(PAGES[1])
    plain.append((PAGES[1], put(page, Annots=longer(value(page, b"Annots"), b"%d 0 R" % widget))))
    catalogue = tail.letter.body(tail.letter.root)
    known = value(catalogue, b"AcroForm")
    if known and not known.startswith(b"<<"):
        reference = int(known.split()[0])
        body = tail.letter.body(reference)
        plain.append((reference, put(body, Fields=longer(value(body, b"Fields"), b"%d 0 R" % holder), SigFlags=b"3")))
        plain.append((tail.letter.root, catalogue))
    else:
        body = known or b"<</Fields[]>>"
        plain.append((tail.letter.root, put(catalogue, AcroForm=put(
            body, Fields=longer(value(body, b"Fields"), b"%d 0 R" % holder), SigFlags=b"3",
            DA=b"(/Helv 0 Tf 0 g )", DR=b"<</Font<</Helv %d 0 R>>>>" % font))))
    plain.append((tail.letter.info, put(tail.letter.body(tail.letter.info), ModDate=b"(D:20261120110000+01'00')")))
    build = (b"/Prop_Build<</App<</Name/Adobe#20Acrobat#20Reader#20#2864-bit#29/OS[/Win]/R 1573632/REx(2024.005.20320)"
             b"/TrustedMode true>>/Filter<</Name/Adobe.PPKLite/Date(Sep 5 2024 09:11:11)/R 131104/V 2>>"
             b"/PubSec<</Date(Sep 5 2024 09:11:11)/NonEFontNoWarn true/R 131105>>>>")
    tail.object(signature, b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/M(D:20261120110000+01'00')"
                b"/Name(Anne Durand)%s%s/ByteRange[0 1234567 1234567 1234567]                   /Contents<%s>>>"
                % (build, more, b"0" * ROOM * 2))
    if packed:
        holder_stream = tail.add(object_stream(plain))
        done = tail.end(tail.packed_table(packed=[(number, holder_stream, at) for at, (number, _) in enumerate(plain)]))
    else:
        for number, body in plain:
            tail.object(number, body)
        done = tail.finish()
    hole = done.index(b"/Contents<", len(data)) + 9
    end = hole + ROOM * 2 + 2
    numbers = b"/ByteRange[0 %d %d %d]" % (hole, end, len(done) - end)
    blank = b"/ByteRange[0 1234567 1234567 1234567]                   "
    done = done[:len(data)] + done[len(data):].replace(blank, numbers.ljust(len(blank)), 1)
    person = shop.maker.people[who]
    store = SimpleCertificateStore()
    store.register_multiple(person.asn1_chain())
    signer = signers.SimpleSigner(person.asn1(), person.asn1_key(), store, embed_roots=False)
    digest = hashlib.sha256(done[:hole] + done[end:]).digest()
    written = asyncio.run(signer.async_sign(digest, "sha256")).dump()
    return done[:hole] + b"<" + written.hex().encode().ljust(ROOM * 2, b"0") + b">" + done[end:]


def poppler(shop, data, who="head", prepared=None, etsi=False):
    """Signed by poppler's pdfsig with an NSS database; a field that is prepared, or a new one."""
    person = shop.maker.people[who]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        bag = pkcs12.serialize_key_and_certificates(
            b"cle", person.key, person.certificate, person.chain, NoEncryption())
        (folder / "key.p12").write_bytes(bag)
        (folder / "in.pdf").write_bytes(data)
        (folder / "nss").mkdir()
        quiet = {"check": True, "capture_output": True}
        subprocess.run(["certutil", "-N", "-d", f"sql:{folder}/nss", "--empty-password"], **quiet)
        subprocess.run(["pk12util", "-i", folder / "key.p12", "-d", f"sql:{folder}/nss", "-W", "", "-K", ""], **quiet)
        subprocess.run(["certutil", "-M", "-n", "cle", "-t", "u,u,u", "-d", f"sql:{folder}/nss"], check=False, capture_output=True)
        field = ["-sign", prepared] if prepared else ["-add-signature"]
        subprocess.run(["pdfsig", "-nssdir", f"{folder}/nss", *field, "-nick", "cle", "-nocert",
                        *(["-etsi"] if etsi else []), folder / "in.pdf", folder / "out.pdf"], **quiet)
        return (folder / "out.pdf").read_bytes()


def mupdf_note(shop, data, kind, incremental=True):
    """Something put in a box by MuPDF."""
    import pymupdf
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "in.pdf")
        path.write_bytes(data)
        document = pymupdf.open(path)
        page = document[1]
        box = shop.maker.boxes["write-priorities"]
        rectangle = pymupdf.Rect(box["x"] + 6, box["y"] + 6, box["x"] + 300, box["y"] + 50)
        if kind == "text":
            page.add_freetext_annot(rectangle, "Deux ateliers par trimestre.", fontsize=11)
        elif kind == "ink":
            page.add_ink_annot([[(rectangle.x0 + 5, rectangle.y0 + 5), (rectangle.x1 - 5, rectangle.y1 - 5)]])
        elif kind == "stamp":
            page.add_stamp_annot(rectangle, stamp=0)
        elif kind == "note":
            page.add_text_annot((rectangle.x0, rectangle.y0), "Vu")
        elif kind == "title":
            document.set_metadata({**document.metadata, "keywords": "retour"})
        if incremental:
            document.saveIncr()
            return path.read_bytes()
        return document.tobytes(garbage=4, deflate=True)


def pypdf_note(shop, data, incremental=True):
    """Typed in a box by pypdf."""
    import pypdf
    from pypdf.annotations import FreeText
    writer = pypdf.PdfWriter(io.BytesIO(data), incremental=incremental) if incremental else pypdf.PdfWriter(clone_from=io.BytesIO(data))
    left, bottom, _, _ = shop.maker.rectangle("write-priorities")
    writer.add_annotation(1, FreeText(text="Un atelier", rect=(left + 2, bottom + 2, left + 200, bottom + 40), font_size="11pt"))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def program(data, *command):
    """What a program on the command line writes: IN and OUT stand for the files."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "in.pdf").write_bytes(data)
        names = {"IN": f"{folder}/in.pdf", "OUT": f"{folder}/out.pdf"}
        subprocess.run([names.get(word, word) for word in command], check=True, capture_output=True)
        return Path(folder, "out.pdf").read_bytes()
