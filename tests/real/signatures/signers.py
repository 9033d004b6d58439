"""Returns and countersigned letters in which it matters who signed, where, and who says when.

    venv/bin/python tests/real/signatures/signers.py FIXTURES

makes these alone, with new keys of authorities of their own, and puts them among the fixtures that
are there; `make.sh` makes everything. They are signed for the letter of the fixtures, by the persons
whom it names. `state`: what the returned letter is with the authorities (`signers.pem`,
`stamping.pem`) chosen; `open`: without. `import`: what `sign import` says of it, nothing when it
takes it.
"""

import io
import json
import sys
from datetime import datetime, timezone
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as N
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers as pyhanko_signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

sys.path.insert(0, str(Path(__file__).parent))
from authority import ADOBE, DOCUMENT_SIGNING, issue, name, rsa_key  # noqa: E402

SMALL = 4096
STAMPED = 10240
# Greek omicron, Cyrillic o.
LOOKALIKE = "D\u03bfminique M\u043erel"


def key():
    return ec.generate_private_key(ec.SECP256R1())


def people():
    """The persons, under an authority of theirs, and stampers, under another."""
    signing = [DOCUMENT_SIGNING, ADOBE]
    stamping = [ExtendedKeyUsageOID.TIME_STAMPING]
    root = issue(name("Autorité des signataires"), key(), authority=True)
    times = issue(name("Autorité de l'horodatage"), key(), authority=True)
    foreign = issue(name("Autorité inconnue"), key(), authority=True)
    own = {"signers-root": root, "stamping-root": times}
    person = lambda common, by=root, **more: issue(name(common), key(), by, purposes=signing, **more)
    own["camille"] = person("Camille Aubert")
    own["dominique"] = person("Dominique Morel")
    own["renewed"] = issue(name("Camille Aubert-Renouvelé"), own["camille"].key, root, purposes=signing)
    own["stranger"] = person("Paule Tiers")
    own["late"] = person("Camille Aubert", start=datetime(2024, 1, 1, tzinfo=timezone.utc),
                         end=datetime(2025, 1, 1, tzinfo=timezone.utc))
    own["authority"] = person("Jeanne Exemple")
    homemade = lambda common: issue(name(common), key(), purposes=[ADOBE], basic=False)
    own["homemade-head"] = homemade("Camille Aubert")
    own["homemade-referent"] = homemade("Dominique Morel")
    own["homemade-namesake"] = homemade("AUBERT Camille")
    own["homemade-lookalike"] = homemade(LOOKALIKE)
    own["hour"] = issue(name("Horodatage choisi"), rsa_key(), times, purposes=stamping)
    own["hour-of-persons"] = issue(name("Horodatage des signataires"), rsa_key(), root, purposes=stamping)
    own["hour-of-nobody"] = issue(name("Horodatage inconnu"), rsa_key(), foreign, purposes=stamping)
    own["hour-and-more"] = issue(name("Horodatage à tout faire"), rsa_key(), times,
                                 purposes=[*stamping, ExtendedKeyUsageOID.EMAIL_PROTECTION])
    return own


def half(make, label, right):
    left, bottom, end, top = make.rectangle(label)
    middle = (left + end) / 2
    return (middle + 1, bottom, end, top) if right else (left, bottom, middle - 1, top)


def second_widget(make, label):
    """A change that adds an empty field in the head's box, and another widget of it in a box."""
    def change(writer):
        fields.append_signature_field(writer, fields.SigFieldSpec(
            "Signature1", on_page=1, box=make.rectangle("sign-head")))
        field = writer.root["/AcroForm"]["/Fields"].raw_get(0)
        rect = make.rectangle(label)
        make.annotate("Widget", rect, appearance=b"0 0 10 10 re S", Parent=field)(writer)
    return change


def sign_field(make, data, who, reserved=SMALL):
    """Signs the field that is there."""
    person = make.people[who]
    store = SimpleCertificateStore()
    store.register_multiple(person.asn1_chain())
    signer = pyhanko_signers.SimpleSigner(person.asn1(), person.asn1_key(), store, embed_roots=False)
    out = io.BytesIO()
    pyhanko_signers.PdfSigner(
        pyhanko_signers.PdfSignatureMetadata(field_name="Signature1"), signer,
        stamp_style=pyhanko_signers.DEFAULT_SIGNING_STAMP_STYLE).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(data), strict=False), output=out, bytes_reserved=reserved)
    return out.getvalue()


def signers(make):
    import signatures as tool
    make.people.update(people())
    letter = make.letter

    def sign(data, who, box=None, second=False, reserved=SMALL, **more):
        field = "Signature2" if second else "Signature1"
        return make.sign(data, who, field=field, box=box, reserved=reserved, **more)

    def keep(named, data, what, count=2, unknown=0, state=None, open=None, kind="variant", **more):
        trust = ["trusted"] * (count - unknown) + ["unknown-authority"] * unknown
        make.keep(named, kind, data, what, integrity=["ok"] * count, trust=more.pop("trust", trust),
                  state=state, open=open, **more)
        make.truth[named]["authorities"] = "signers"

    def attack(named, data, what, **more):
        keep(named, data, what, kind="attack", caught=more.pop("caught", "count"), **more)

    head = sign(letter, "camille", "sign-head")
    keep("head-alone", head, "the head in the head's box", count=1, state="partly_signed",
         open="partly_signed")
    both = sign(head, "dominique", "sign-referent", True)
    keep("both-in-place", both, "each in the own box", state="signed", open="signed")
    keep("referent-unseen", sign(head, "dominique", None, True), "the referent invisibly",
         state="signed", open="signed")
    keep("both-unseen", sign(sign(letter, "camille"), "dominique", None, True), "both invisibly",
         state="signed", open="signed")
    keep("stranger-for-head", sign(sign(letter, "stranger", "sign-head"), "dominique",
                                   "sign-referent", True),
         "somebody whom the letter does not name in the head's box", state="signed", open="signed")
    attack("swapped", sign(sign(letter, "camille", "sign-referent"), "dominique", "sign-head", True),
           "each in the other's box", state="to_review", open="to_review")
    attack("one-box", sign(sign(letter, "camille", place=half(make, "sign-head", False)), "dominique",
                           second=True, place=half(make, "sign-head", True)),
           "both in one box", state="partly_signed", open="partly_signed")
    attack("same-certificate", sign(head, "camille", "sign-referent", True),
           "one certificate in both boxes", state="partly_signed", open="partly_signed")
    attack("same-certificate-unseen", sign(head, "camille", None, True),
           "one certificate, once in a box and once invisibly", state="partly_signed",
           open="partly_signed")
    attack("same-key", sign(head, "renewed", "sign-referent", True),
           "two certificates of one key", state="partly_signed", open="partly_signed")
    attack("in-authority-box", sign(sign(letter, "camille", "sign-issuer"), "dominique",
                                    "sign-referent", True),
           "the head in the authority's box", state="partly_signed", open="partly_signed")
    twice = sign_field(make, make.update(letter, second_widget(make, "sign-referent")), "camille")
    attack("two-places", twice, "one signature shown in both boxes", count=1, state="to_review",
           open="to_review")
    homemade = sign(letter, "homemade-head", "sign-head")
    attack("two-homemade", sign(homemade, "homemade-referent", "sign-referent", True),
           "both with certificates that somebody made at home", unknown=2, caught="chain",
           state="to_review", open="signed")
    attack("homemade-namesakes", sign(homemade, "homemade-namesake", "sign-referent", True),
           "two certificates of one name made at home", unknown=2, caught="chain",
           state="to_review", open="to_review")
    attack("homemade-lookalike", sign(homemade, "homemade-lookalike", "sign-referent", True),
           "a name in letters of other alphabets", unknown=2, caught="chain", state="to_review",
           open="to_review")
    attack("one-homemade", sign(head, "homemade-referent", "sign-referent", True),
           "one that counts and one made at home", unknown=1, caught="chain", state="to_review",
           open="signed")
    attack("both-and-homemade", make.sign(both, "homemade-head", field="Signature3", box=None,
                                          reserved=SMALL),
           "both that count and one made at home", count=3, unknown=1, caught="chain",
           state="to_review", open="signed")
    keep("one-expired", sign(sign(letter, "late", "sign-head"), "dominique", "sign-referent", True),
         "one that counts and one of an expired certificate", trust=["expired", "trusted"],
         state="to_review", open="signed")
    keep("one-weak", sign(sign(letter, "camille", "sign-head", md="sha1"), "dominique",
                          "sign-referent", True),
         "one that counts and one over SHA-1", trust=["weak", "trusted"], state="to_review",
         open="signed")

    # Who says when.
    for named, who, proven in [
            ("stamped", "hour", True), ("stamped-by-persons", "hour-of-persons", False),
            ("stamped-by-nobody", "hour-of-nobody", False)]:
        keep(named, sign(letter, "camille", "sign-head", pades=True, stamp=who, reserved=STAMPED),
             f"a time stamp: {who}", count=1, stamped=proven, unproven=not proven)
        keep(f"document-{named}", make.document_timestamp(head, who),
             f"a time stamp of the document: {who}", count=1, stamped=proven, unproven=not proven)
    keep("stamped-and-more", sign(letter, "camille", "sign-head", pades=True, stamp="hour-and-more",
                                  reserved=STAMPED),
         "a time stamp by a certificate that is for more than that", count=1)

    # What the authority signs before anything leaves.
    def counter(named, data, what, why=None, **more):
        make.keep(named, "import", data, what, integrity=None, trust=None, same=None, content=None,
                  **{"import": why}, **more)
        make.truth[named]["authorities"] = "signers"

    authority = sign(letter, "authority", "sign-issuer")
    counter("authority", authority, "the authority in its box")
    counter("authority-unseen", sign(letter, "authority"), "the authority invisibly")
    counter("authority-line-end", authority + b"\r\n", "line ends behind it")
    counter("authority-gateway", authority + b"\r\n--\r\nMessage verifie\r\n", "a line behind it",
            "quelque chose suit")
    title = lambda writer: writer.set_info(
        generic.DictionaryObject({N("/Title"): generic.pdf_string("Copie")}))
    counter("authority-then-title", make.update(authority, title), "properties after it",
            "enregistré plusieurs fois")
    counter("title-then-authority", sign(make.update(letter, title), "authority", "sign-issuer"),
            "properties in a revision of their own before it", "enregistré plusieurs fois")
    dss = lambda writer: writer.add_object(generic.DictionaryObject({N("/Type"): N("/DSS")}))
    counter("authority-then-validation", make.update(authority, make.catalogue("DSS", dss)),
            "validation data after it", "enregistré plusieurs fois")
    counter("authority-then-stamp", make.document_timestamp(authority, "hour"),
            "a time stamp of the document after it", "enregistré plusieurs fois", stamped=True)
    counter("authority-then-head", sign(authority, "camille", "sign-head", True),
            "the head after it", "")
    counter("authority-twice", sign(authority, "authority", None, True), "the authority twice",
            "enregistré plusieurs fois")
    counter("authority-then-field", make.update(authority, lambda writer: fields.append_signature_field(
        writer, fields.SigFieldSpec("Signature2", on_page=1, box=make.rectangle("sign-head")))),
        "an empty field after it", "")
    counter("authority-in-head-box", sign(letter, "authority", "sign-head"),
            "the authority in the head's box", "hors de")
    counter("authority-certifies", sign(letter, "authority", "sign-issuer",
                                        certify=fields.MDPPerm.NO_CHANGES),
            "a signature that forbids any other", "interdit de le signer ensuite")
    counter("authority-permits", sign(letter, "authority", "sign-issuer",
                                      certify=fields.MDPPerm.FILL_FORMS),
            "a certification that permits signatures")
    counter("authority-rewritten", sign(tool.qpdf(letter, "--object-streams=generate"), "authority",
                                        "sign-issuer"), "written anew, then signed", "réécrit")
    counter("authority-homemade", sign(letter, "homemade-head", "sign-issuer"),
            "somebody else in its box", "n'est pas de ceux de l'autorité")
    counter("authority-expired", sign(letter, "late", "sign-issuer"), "an expired certificate",
            "hors de sa période")
    counter("authority-weak", sign(letter, "authority", "sign-issuer", md="sha1"), "over SHA-1",
            "trop faible")


def pem(make):
    """The authorities, by the name of their file."""
    return {"signers.pem": make.people["signers-root"].pem(),
            "stamping.pem": make.people["stamping-root"].pem()}


def main():
    import signatures as tool
    from fixtures import BASES, smallest
    target = Path(sys.argv[1])
    boxes = json.loads((target / "boxes.json").read_text())
    letter = (target / "letter.pdf").read_bytes()
    make = tool.Maker(letter, letter, boxes)
    signers(make)
    truth = json.loads((target / "truth.json").read_text())
    roots = [make.people["signers-root"].asn1()]
    now = datetime.now(timezone.utc).replace(microsecond=0)
    known = {"letter": letter}
    for named, data in make.files.items():
        make.truth[named]["pyhanko"] = tool.ask_pyhanko(data, roots, now)
        known[named] = data
        bases = {own: known[own] for own in BASES if own in known and own != named}
        path, content = smallest(named, data, bases)
        (target / path).write_bytes(content)
    truth["files"] = {own: told for own, told in truth["files"].items()
                      if told.get("authorities") != "signers"} | make.truth
    (target / "truth.json").write_text(json.dumps(truth, indent=1, ensure_ascii=False))
    for file, content in pem(make).items():
        (target / file).write_bytes(content)
    print(len(make.files), "files")


if __name__ == "__main__":
    main()
