"""Makes every signed, altered and forged return of a letter that the tests go through.

    venv/bin/python tests/real/signatures.py LETTER OTHER BOXES OUT

LETTER and OTHER are letters as the product makes them, BOXES the JSON list of boxes of LETTER.
Writes OUT/*.pdf, OUT/truth.json, OUT/authorities/*.pem; `fixtures.py` makes them small.
What a file is expected to be is written beside how it is made; pyHanko's opinion is asked last.
"""

import io
import json
import re
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pikepdf
from asn1crypto import algos, cms, core
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as N
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

sys.path.insert(0, str(Path(__file__).parent))
from authority import everybody  # noqa: E402

SIGNED_AT = datetime(2026, 11, 20, 10, 0, tzinfo=timezone.utc)
RESERVED = 12 * 1024


class Maker:
    def __init__(self, letter, other, boxes):
        self.letter, self.other, self.boxes = letter, other, {own["label"]: own for own in boxes}
        self.people = everybody()
        self.files, self.truth = {}, {}
        with pikepdf.open(io.BytesIO(letter)) as pdf:
            self.height = float(pdf.pages[0].MediaBox[3])

    # What is told of a file.

    def keep(self, name, kind, data, what, integrity=("ok",), trust=("trusted",), same=True,
             content=(), caught=None, sent="letter", claims=True, **more):
        """`integrity` and `trust`: one word a signature. `caught`: what catches an attack.
        None: whatever comes out."""
        assert name not in self.files, name
        told = lambda own: None if own is None else list(own)  # None: either
        self.files[name] = data
        self.truth[name] = {
            "kind": kind, "what": what, "sent": sent,
            "expect": {"integrity": told(integrity), "trust": told(trust), "same": same,
                       "content_pages": told(content), "caught_by": caught, **more},
        }

    def variant(self, name, data, what, **expect):
        self.keep(name, "variant", data, what, **expect)

    def attack(self, name, data, what, caught, **expect):
        self.keep(name, "attack", data, what, caught=caught, **expect)

    # Ways to sign.

    def rectangle(self, label, inset=4.0):
        own = self.boxes[label]
        top = self.height - own["y"]
        return (own["x"] + inset, top - own["height"] + inset,
                own["x"] + own["width"] - inset, top - inset)

    def sign(self, data, who="head", field="Signature1", box="sign-head", md="sha256",
             pades=False, certify=None, pss=False, generic_rsa=False, stamp=None, place=None,
             prepare=None, reserved=RESERVED, password=None, page=1):
        person = self.people[who]
        mechanism = None
        if generic_rsa:
            mechanism = algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"})
        store = SimpleCertificateStore()
        store.register_multiple(person.asn1_chain())
        signer = signers.SimpleSigner(
            person.asn1(), person.asn1_key(), store, signature_mechanism=mechanism,
            prefer_pss=pss, embed_roots=False)
        writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
        if password is not None:
            writer.encrypt(password)
        if prepare:
            prepare(writer)
        if place is None and box is not None:
            place = self.rectangle(box)
        style = signers.DEFAULT_SIGNING_STAMP_STYLE if place else None
        signer_usage = {"key_encipherment"} if who == "encipherment" else {"non_repudiation"}
        meta = signers.PdfSignatureMetadata(
            field_name=field, md_algorithm=md, certify=certify is not None, signer_key_usage=signer_usage,
            docmdp_permissions=certify or fields.MDPPerm.FILL_FORMS,
            subfilter=(fields.SigSeedSubFilter.PADES if pades
                       else fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED))
        spec = None
        if field is not None:
            spec = fields.SigFieldSpec(field, on_page=page, box=place)
        timestamper = stamp and self.timestamper(stamp)
        pdf_signer = signers.PdfSigner(
            meta, signer, timestamper=timestamper, stamp_style=style, new_field_spec=spec)
        # Programs that ignore a certification exist; pyHanko is not one of them.
        pdf_signer._enforce_certification_constraints = lambda reader: None
        out = io.BytesIO()
        pdf_signer.sign_pdf(writer, output=out, bytes_reserved=reserved)
        return out.getvalue()

    def timestamper(self, who):
        person = self.people[who]
        store = SimpleCertificateStore()
        store.register_multiple(person.asn1_chain())
        return timestamps.DummyTimeStamper(
            person.asn1(), person.asn1_key(), certs_to_embed=store)

    def document_timestamp(self, data, who="stamper"):
        writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
        out = io.BytesIO()
        signers.PdfTimeStamper(self.timestamper(who), field_name="Horodatage").timestamp_pdf(
            writer, "sha256", bytes_reserved=RESERVED, output=out)
        return out.getvalue()

    # Ways to change.

    def update(self, data, change):
        writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
        change(writer)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    def annotate(self, subtype, rect, page=1, appearance=None, **entries):
        """A change that puts an annotation on a page (from 0)."""
        def change(writer):
            own = generic.DictionaryObject({
                N("/Type"): N("/Annot"), N("/Subtype"): N("/" + subtype),
                N("/Rect"): numbers(rect), N("/F"): generic.NumberObject(4)})
            if appearance is not None:
                width, height = rect[2] - rect[0], rect[3] - rect[1]
                stream = generic.StreamObject({
                    N("/Type"): N("/XObject"), N("/Subtype"): N("/Form"),
                    N("/BBox"): numbers((0, 0, width, height))}, stream_data=appearance)
                own[N("/AP")] = generic.DictionaryObject({N("/N"): writer.add_object(stream)})
            for key, value in entries.items():
                own[N("/" + key)] = value
            reference = writer.root["/Pages"]["/Kids"][page]
            target = reference.get_object() if hasattr(reference, "get_object") else reference
            if "/Annots" in target:
                target["/Annots"].append(writer.add_object(own))
                writer.update_container(target["/Annots"])
            else:
                target[N("/Annots")] = generic.ArrayObject([writer.add_object(own)])
            writer.update_container(target)
        return change

    def free_text(self, text, label="write-priorities"):
        rect = self.rectangle(label)
        drawn = b"BT /F 11 Tf 0 0 0 rg 4 8 Td (" + text.encode("latin-1") + b") Tj ET"
        return self.annotate("FreeText", rect, appearance=drawn,
                             Contents=generic.pdf_string(text),
                             DA=generic.pdf_string("/Helv 11 Tf 0 g"))

    def new_content(self, page=0, add=b"\nBT ET q 1 0 0 rg 100 600 200 40 re f Q"):
        """A change that draws more on a page."""
        def change(writer):
            target = writer.root["/Pages"]["/Kids"][page]
            stream = target["/Contents"]
            fresh = generic.StreamObject(stream_data=stream.data + add)
            target[N("/Contents")] = writer.add_object(fresh)
            writer.update_container(target)
        return change

    def catalogue(self, key, value):
        def change(writer):
            writer.root[N("/" + key)] = value(writer) if callable(value) else value
            writer.update_root()
        return change


def numbers(values):
    return generic.ArrayObject([generic.FloatObject(round(own, 3)) for own in values])


def javascript(writer=None):
    return generic.DictionaryObject({N("/S"): N("/JavaScript"),
                                     N("/JS"): generic.pdf_string("app.alert(1)")})


def flip(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def last_range(data):
    """The last ByteRange: its numbers, and where it is written."""
    found = list(re.finditer(rb"/ByteRange\s*\[([^\]]*)\]", data))[-1]
    return [int(own) for own in found.group(1).split()], found


def with_range(data, values):
    _, found = last_range(data)
    text = b"/ByteRange [" + b" ".join(b"%d" % own for own in values) + b"]"
    length = found.end() - found.start()
    # What does not fit takes the room behind it, which pyHanko leaves blank.
    room = len(re.match(rb" *", data[found.end():]).group(0))
    assert len(text) <= length + room, (text, length, room)
    end = found.end() + max(0, len(text) - length)
    return data[:found.start()] + text.ljust(length) + data[end:]


def hole(data):
    (_, before, after, _), _ = last_range(data)
    return before + 1, after - 1


def with_hole(data, cms_bytes, padding=b""):
    start, end = hole(data)
    text = (cms_bytes + padding).hex().encode().ljust(end - start, b"0")
    assert len(text) == end - start
    return data[:start] + text + data[end:]


def read_cms(data):
    start, end = hole(data)
    raw = bytes.fromhex(data[start:end].decode())
    return cms.ContentInfo.load(raw).dump()


def changed_cms(data, change):
    info = cms.ContentInfo.load(read_cms(data))
    change(info)
    return with_hole(data, info.dump(force=True))


def indefinite(der, depth=3):
    """DER made BER: constructed values down to a depth get an indefinite length."""
    def parts(bytes_):
        while bytes_:
            first = bytes_[1]
            header = 2 + (first & 0x7F if first & 0x80 else 0)
            length = int.from_bytes(bytes_[2:header], "big") if first & 0x80 else first
            yield bytes_[:header], bytes_[header:header + length]
            bytes_ = bytes_[header + length:]
    out = b""
    for header, value in parts(der):
        tag = header[0]
        if tag & 0x20 and depth:
            out += bytes([tag, 0x80]) + indefinite(value, depth - 1) + b"\0\0"
        else:
            out += header + value
    return out


def qpdf(data, *options):
    Path("/tmp/sign-in.pdf").write_bytes(data)
    subprocess.run(["qpdf", *options, "/tmp/sign-in.pdf", "/tmp/sign-out.pdf"], check=True)
    return Path("/tmp/sign-out.pdf").read_bytes()


def ghostscript(data):
    Path("/tmp/sign-in.pdf").write_bytes(data)
    subprocess.run(["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite",
                    "-sOutputFile=/tmp/sign-out.pdf", "/tmp/sign-in.pdf"], check=True)
    return Path("/tmp/sign-out.pdf").read_bytes()


def cairo(data):
    Path("/tmp/sign-in.pdf").write_bytes(data)
    subprocess.run(["pdftocairo", "-pdf", "/tmp/sign-in.pdf", "/tmp/sign-out.pdf"], check=True)
    return Path("/tmp/sign-out.pdf").read_bytes()


def with_pikepdf(data, change, **options):
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate,
                 recompress_flate=True, **options)
        return out.getvalue()


def ask_pyhanko(data, roots, now):
    """What pyHanko 0.38 says of every signature of a person."""
    told = []
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        if reader.encrypted:
            reader.decrypt("")
        for own in reader.embedded_regular_signatures:
            try:
                context = ValidationContext(trust_roots=roots, moment=now)
                status = validate_pdf_signature(own, context)
                told.append({"intact": status.intact, "valid": status.valid,
                             "trusted": status.trusted, "bottom_line": status.bottom_line,
                             "coverage": status.coverage.name,
                             "changes": getattr(status.modification_level, "name", None)})
            except Exception as error:  # whatever a forged file makes it raise
                told.append({"error": f"{type(error).__name__}: {error}"[:160]})
    except Exception as error:
        told.append({"error": f"{type(error).__name__}: {error}"[:160]})
    return told


def main():
    from variants import variants
    from attacks import attacks
    from signers import pem, signers

    letter, other, boxes, out = sys.argv[1:5]
    make = Maker(Path(letter).read_bytes(), Path(other).read_bytes(),
                 json.loads(Path(boxes).read_text()))
    variants(make)
    attacks(make)
    signers(make)
    out = Path(out)
    (out / "authorities").mkdir(parents=True, exist_ok=True)
    (out / "authorities" / "academie.pem").write_bytes(
        make.people["root"].pem() + make.people["curve-root"].pem())
    (out / "authorities" / "persons.pem").write_bytes(
        make.people["person"].pem() + make.people["self"].pem())
    for name, content in pem(make).items():
        (out / "authorities" / name).write_bytes(content)
    now = datetime.now(timezone.utc).replace(microsecond=0)
    roots = [make.people[own].asn1() for own in ["root", "curve-root", "signers-root"]]
    for name, data in make.files.items():
        (out / f"{name}.pdf").write_bytes(data)
        make.truth[name]["pyhanko"] = ask_pyhanko(data, roots, now)
    small = with_pikepdf(make.letter, lambda pdf: pdf.pages[0].__delitem__("/Contents"),
                         encryption=pikepdf.Encryption(user="secret", owner="secret"))
    (out / "locked.pdf").write_bytes(small)
    (out / "letter.pdf").write_bytes(make.letter)
    (out / "other.pdf").write_bytes(make.other)
    (out / "boxes.json").write_text(json.dumps(list(make.boxes.values())))
    truth = {"now": now.isoformat().replace("+00:00", "Z"), "files": make.truth}
    (out / "truth.json").write_text(json.dumps(truth, indent=1, ensure_ascii=False))
    print(len(make.files), "files")


if __name__ == "__main__":
    main()
