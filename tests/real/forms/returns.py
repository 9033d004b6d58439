"""Makes the returns of a letter with its form that `tests/suite/form_returns.rs` goes through.

    python returns.py PROJECT OUT

PROJECT is the sample, sent by missive (`missive init`, `missive run`); OUT becomes `tests/fixtures/forms`. The letter
is filled in by the programs of `fill.py` and its kin, and signed by pyHanko in the field that it has. What a program
appends is kept without the letter (`.tail`), what it writes anew is kept whole.
"""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as N
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "signatures"))
from authority import ADOBE, DOCUMENT_SIGNING, issue, name, rsa_key  # noqa: E402

LETTER = "2026-0160101Y-4S54"
PRIORITIES = "Deux ateliers par trimestre, d’abord en sixième"
INDICATORS = "Dix classes, vingt professeurs"
BOTH = {f"{LETTER}_priorities": PRIORITIES, f"{LETTER}_indicators": INDICATORS}
HEAD_DATE = {f"{LETTER}_date-head": "14/12/2026"}
REFERENT_DATE = {f"{LETTER}_date-referent": "15/12/2026"}


def people():
    old = datetime(2020, 1, 1, tzinfo=timezone.utc)
    root = issue(name("Racine de l'académie"), rsa_key(), authority=True, start=old)
    signing = [DOCUMENT_SIGNING, ADOBE]
    person = lambda who: issue(name(who), rsa_key(), root, purposes=signing)
    return root, {
        "head": person("Camille Aubert"),
        "referent": person("Dominique Morel"),
        "issuer": person("Jeanne Exemple"),
    }


class Maker:
    def __init__(self, project: Path, out: Path):
        self.letter = (project / f"out/2026/letters/{LETTER}.pdf").read_bytes()
        self.out, self.work = out, out / "work"
        shutil.rmtree(out, ignore_errors=True)
        self.work.mkdir(parents=True)
        ledger = sqlite3.connect(project / "data/ledger/ledger.sqlite")
        (boxes,) = ledger.execute("SELECT boxes FROM revision WHERE reference = ?", [LETTER]).fetchone()
        self.boxes = {place["label"]: place for place in json.loads(boxes)}
        self.root, self.people = people()
        (out / "boxes.json").write_text(json.dumps(json.loads(boxes), indent=1) + "\n")
        (out / "letter.pdf").write_bytes(self.letter)
        (out / "academie.pem").write_bytes(self.root.pem())
        (out / "signatory.pem").write_bytes(self.people["issuer"].pem())

    def keep(self, what: str, data: bytes) -> None:
        if data.startswith(self.letter):
            (self.out / f"{what}.tail").write_bytes(data[len(self.letter):])
        else:
            (self.out / f"{what}.pdf").write_bytes(data)

    def filled(self, data: bytes, values: dict[str, str], program: str = "mupdf") -> bytes:
        source, wanted, result = (self.work / part for part in ("in.pdf", "values.json", "out.pdf"))
        source.write_bytes(data)
        wanted.write_text(json.dumps(values))
        node = os.environ.get("NODE_FOLDER", str(HERE))
        if program == "poppler":
            command = [os.environ.get("GI_PYTHON", "/usr/bin/python3"), HERE / "fill_poppler.py"]
        elif program in ("pdfjs", "pdf_lib"):
            if Path(node) != HERE:
                shutil.copy(HERE / f"fill_{program}.mjs", node)
            command = ["node", f"{node}/fill_{program}.mjs"]
        else:
            command = [sys.executable, HERE / "fill.py", program]
        subprocess.run([*command, source, wanted, result], check=True)
        return result.read_bytes()

    def libreoffice(self, data: bytes) -> bytes:
        """Opened in Draw and exported: drawn anew, the fields are gone."""
        source = self.work / "draw.pdf"
        source.write_bytes(data)
        into = self.work / "exported"
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{self.work}/office", "--headless",
             "--infilter=draw_pdf_import", "--convert-to", "pdf:draw_pdf_Export", "--outdir", into, source],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return (into / "draw.pdf").read_bytes()

    def sign(self, data: bytes, who: str, place=None, certify=None, field=None) -> bytes:
        """In the field of the letter, or in a new one at a place."""
        person = self.people[who]
        store = SimpleCertificateStore()
        store.register_multiple(person.asn1_chain())
        signer = signers.SimpleSigner(person.asn1(), person.asn1_key(), store, embed_roots=False)
        writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
        metadata = signers.PdfSignatureMetadata(
            field_name=field or f"{LETTER}_{who}", md_algorithm="sha256", certify=certify is not None,
            docmdp_permissions=certify or fields.MDPPerm.FILL_FORMS, subfilter=fields.SigSeedSubFilter.PADES)
        spec = place and fields.SigFieldSpec(field, on_page=self.boxes["sign-issuer"]["page"] - 1, box=place)
        out = io.BytesIO()
        signers.PdfSigner(
            metadata, signer, stamp_style=signers.DEFAULT_SIGNING_STAMP_STYLE, new_field_spec=spec
        ).sign_pdf(writer, output=out, bytes_reserved=8 * 1024)
        return out.getvalue()

    def forged(self, data: bytes, change) -> bytes:
        """Changed behind everything by `change(writer, form, fields)`, the fields by their short names."""
        writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
        form = writer.root["/AcroForm"]
        named = {str(field["/T"]).split("_")[1]: field for field in map(lambda one: one.get_object(), form["/Fields"])}
        change(writer, form, named)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    def countersigned(self, certify=None) -> bytes:
        """As the authority's own tool does: in a field of its own, before anything is sent."""
        own = self.boxes["sign-issuer"]
        top = 841.8898 - own["y"]
        place = (own["x"] + 4, top - own["height"] + 4, own["x"] + own["width"] - 4, top - 60)
        return self.sign(self.letter, "issuer", place, certify, "Autorite")


def make(maker: Maker) -> None:
    letter, keep = maker.letter, maker.keep
    for program in ("mupdf", "pdfjs", "poppler", "pdfium", "pdf_lib", "qpdf", "pypdf"):
        keep(f"filled-{program}", maker.filled(letter, BOTH | HEAD_DATE, program))
    keep("filled-libreoffice", maker.libreoffice(maker.filled(letter, BOTH | HEAD_DATE)))
    # The head fills in and signs, then the referent dates and signs: each in the field that the letter has.
    head = maker.sign(maker.filled(letter, BOTH | HEAD_DATE, "pdfjs"), "head")
    keep("head", head)
    dated = maker.filled(head, REFERENT_DATE)
    keep("head-then-dated", dated)
    both = maker.sign(dated, "referent")
    keep("both", both)
    keep("head-then-referent", maker.sign(head, "referent"))
    keep("dated-by-poppler-then-signed", maker.sign(maker.filled(head, REFERENT_DATE, "poppler"), "referent"))
    # The referent first.
    first = maker.sign(maker.filled(letter, REFERENT_DATE), "referent")
    keep("referent-then-head", maker.sign(maker.filled(first, BOTH | HEAD_DATE, "pdfjs"), "head"))
    # Written after the last signature: empty boxes filled in; what was signed changed.
    bare = maker.sign(maker.sign(letter, "head"), "referent")
    keep("unfilled", bare)
    keep("filled-after-both", maker.filled(bare, BOTH))
    keep("changed-after-head", maker.filled(head, {f"{LETTER}_priorities": "Aucun atelier"}))
    keep("changed-after-both", maker.filled(both, {f"{LETTER}_priorities": "Aucun atelier"}))
    keep("changed-before-referent", maker.sign(maker.filled(head, {f"{LETTER}_priorities": "Aucun atelier"}), "referent"))
    # The file keeps another date than its page shows, and was signed so.
    dated = maker.filled(letter, BOTH | HEAD_DATE)
    other = dated.replace(b"/V(14/12/2026)", b"/V(24/12/2026)")
    assert other != dated
    keep("other-than-shown", maker.sign(maker.sign(other, "head"), "referent"))
    # What no honest program writes behind signatures.
    none = generic.pdf_string("Aucun atelier")

    def redrawn(writer, form, named):
        named["priorities"]["/V"] = none
        form["/NeedAppearances"] = generic.BooleanObject(True)
        writer.update_container(named["priorities"])
        writer.update_container(form)

    def inherited(writer, form, named):
        parent = writer.add_object(generic.DictionaryObject({N("/V"): none, N("/FT"): N("/Tx")}))
        del named["priorities"]["/V"]
        named["priorities"][N("/Parent")] = parent
        writer.update_container(named["priorities"])

    def hidden(writer, form, named):
        named["indicators"]["/F"] = generic.NumberObject(6)
        writer.update_container(named["indicators"])

    def moved(writer, form, named):
        sides = [100, 500, 400, 540]
        named["date-referent"]["/Rect"] = generic.ArrayObject(map(generic.NumberObject, sides))
        writer.update_container(named["date-referent"])

    def spoken(writer, form, named):
        named["date-referent"]["/TU"] = generic.pdf_string("Lettre annulée")
        writer.update_container(named["date-referent"])

    for change in (redrawn, inherited, hidden, moved, spoken):
        keep(f"forged-{change.__name__}", maker.forged(both, change))
    keep("forged-filled-and-moved", maker.forged(maker.filled(head, REFERENT_DATE), moved))
    # The authority signs first.
    for what, certify in (("authority", None), ("authority-certifies", fields.MDPPerm.FILL_FORMS)):
        signed = maker.countersigned(certify)
        keep(what, signed)
        keep(f"{what}-then-both", maker.sign(maker.filled(
            maker.sign(maker.filled(signed, BOTH | HEAD_DATE, "pdfjs"), "head"), REFERENT_DATE), "referent"))
    locked = maker.countersigned(fields.MDPPerm.NO_CHANGES)
    keep("authority-locks", locked)
    # Filled in after missive exported it for signature, then signed: not the letter that was exported.
    keep("filled-then-authority", maker.sign(
        maker.filled(letter, BOTH), "issuer", (80, 100, 200, 180), None, "Autorite"))
    shutil.rmtree(maker.work)


make(Maker(Path(sys.argv[1]), Path(sys.argv[2])))
