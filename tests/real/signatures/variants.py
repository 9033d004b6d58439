"""Returns that are what they seem: every kind of signature, and what people do to a letter."""

from asn1crypto import core
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as N
from pyhanko.sign import fields


def variants(make):
    import signatures as tool
    letter, sign, keep = make.letter, make.sign, make.variant

    # The 17 of the facts, section 1.
    keep("rsa", sign(letter), "RSA-2048, SHA-256, adbe.pkcs7.detached")
    keep("ec-pades", sign(letter, "referent", pades=True, box="sign-referent"),
         "ECDSA P-256, PAdES (ETSI.CAdES.detached)")
    first = sign(letter)
    keep("two", sign(first, "referent", field="Signature2", box="sign-referent", pades=True),
         "RSA, then ECDSA of another person", integrity=("ok", "ok"), trust=("trusted",) * 2)
    keep("certified", sign(letter, certify=fields.MDPPerm.NO_CHANGES),
         "certified, DocMDP P=1", certification=1)
    keep("no-purpose", sign(letter, "no-purpose"), "certificate without extended key usage")
    keep("expired", sign(letter, "expired"), "certificate expired when it was signed",
         trust=("expired",))
    keep("pss256", sign(letter, pss=True), "RSA-PSS, SHA-256")
    keep("pss512", sign(letter, pss=True, md="sha512"), "RSA-PSS, SHA-512")
    keep("rsa-oid", sign(letter, generic_rsa=True), "signature algorithm rsaEncryption")
    keep("sha1", sign(letter, md="sha1"), "SHA-1", trust=("weak",))
    keep("sha512", sign(letter, md="sha512"), "RSA, SHA-512")
    keep("p384", sign(letter, "p384", md="sha384"), "ECDSA P-384, SHA-384")
    keep("p521", sign(letter, "p521", md="sha512"), "ECDSA P-521, SHA-512")
    keep("p256-sha512", sign(letter, "referent", md="sha512", box="sign-referent"),
         "ECDSA P-256 with SHA-512")
    keep("rsa1024", sign(letter, "rsa1024"), "RSA-1024", trust=("weak",))
    keep("pades-t", sign(letter, pades=True, stamp="stamper", reserved=20000),
         "PAdES with a time stamp", stamped=True)
    rsa = make.files["rsa"]
    keep("ber", tool.with_hole(rsa, tool.indefinite(tool.read_cms(rsa))),
         "CMS of indefinite length (BER)")

    # What people do to a letter.
    keep("typed-then-signed",
         sign(letter, prepare=make.free_text("Un atelier par trimestre, dès janvier.")),
         "FreeText in a box to write in, then signed", texts=["Un atelier par trimestre, dès janvier."])
    typed = make.update(letter, make.free_text("Trois classes accompagnées."))
    keep("typed-saved-signed", sign(typed), "the same in two revisions",
         texts=["Trois classes accompagnées."])
    left, bottom, right, top = make.rectangle("sign-head")
    stroke = generic.ArrayObject([tool.numbers((left + 5, bottom + 5, right - 5, top - 5))])
    keep("ink", make.update(letter, make.annotate(
        "Ink", (left, bottom, right, top), InkList=stroke,
        appearance=b"2 w 5 5 m 90 70 l S")), "drawn in a box to sign, no signature",
        integrity=(), trust=())
    keep("self-signed", sign(letter, "self"), "self-signed certificate, as Acrobat makes them",
         trust=("unknown-authority",))
    keep("impostor-no-trust", sign(letter, "web-server"), "certificate for a web server",
         trust=("unknown-authority",))
    keep("key-usage", sign(letter, "encipherment"), "key that is for encrypting only",
         trust=("unknown-authority",))
    keep("document-timestamp", make.document_timestamp(rsa),
         "a time stamp of the document covers the signature", stamped=True)
    keep("certified-then-timestamp", make.document_timestamp(make.files["certified"]),
         "P=1, then a time stamp, which is permitted", certification=1, stamped=True)
    keep("certified-fill-then-signed",
         sign(sign(letter, certify=fields.MDPPerm.FILL_FORMS), "referent", field="Signature2",
              box="sign-referent"), "certified with P=2, then signed",
         integrity=("ok", "ok"), trust=("trusted",) * 2, certification=2)
    keep("invisible", sign(letter, box=None), "signature that no page shows")
    keep("under-p521", sign(letter, "under-p521"), "authority with a P-521 key")
    keep("unsigned", letter, "the letter itself", integrity=(), trust=())
    keep("pss-own-salt", resigned_pss(make, rsa), "RSA-PSS with a salt of 20 bytes")

    # Programs that write the file anew.
    rewritten = tool.qpdf(letter, "--object-streams=generate", "--recompress-flate")
    keep("qpdf-unsigned", rewritten, "written anew by qpdf, not signed", integrity=(), trust=(),
         rewritten=True)
    keep("qpdf-then-signed", sign(rewritten), "written anew by qpdf, then signed", rewritten=True)
    keep("gs-then-signed", sign(tool.ghostscript(letter)),
         "printed to PDF by ghostscript, then signed", rewritten=True, content=(1, 2))
    keep("cairo-then-signed", sign(tool.cairo(letter)),
         "printed to PDF by cairo, then signed", rewritten=True, content=(1, 2))
    locked = tool.qpdf(letter, "--encrypt", "", "owner", "256", "--", "--object-streams=generate")
    keep("encrypted-then-signed", sign(locked, password=""),
         "encrypted without a user password, then signed", rewritten=True, encrypted=True)

    # Harmless things that happen to a signed file.
    def title(writer):
        writer.set_info(generic.DictionaryObject({N("/Title"): generic.pdf_string("Copie")}))
    keep("info-after", make.update(rsa, title), "properties changed after signing", remark=True)
    keep("crlf-after", rsa + b"\r\n\r\n", "line ends added by a mail gateway")
    keep("gateway-after", rsa + b"\r\n--\r\nMessage verifie par antivirus\r\n",
         "a line added by a mail gateway", remark=True)
    dss = lambda writer: writer.add_object(generic.DictionaryObject({N("/Type"): N("/DSS")}))
    keep("dss-after", make.update(rsa, make.catalogue("DSS", dss)), "DSS added after signing",
         remark=True)
    empty = make.update(letter, lambda writer: fields.append_signature_field(
        writer, fields.SigFieldSpec("Signature1", on_page=1, box=make.rectangle("sign-head"))))
    keep("empty-field-then-signed", sign_existing(make, empty), "a field prepared, then signed")


def sign_existing(make, data):
    """Signs a field that is there."""
    import io
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore
    person = make.people["head"]
    store = SimpleCertificateStore()
    store.register_multiple(person.asn1_chain())
    signer = signers.SimpleSigner(person.asn1(), person.asn1_key(), store, embed_roots=False)
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    signers.PdfSigner(signers.PdfSignatureMetadata(field_name="Signature1"), signer).sign_pdf(
        writer, output=out, bytes_reserved=12 * 1024)
    return out.getvalue()


def resigned(make, data, change):
    """The signer's part changed, and signed again by the same key."""
    import signatures as tool
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    def again(info):
        signer = info["content"]["signer_infos"][0]
        change(signer)
        attributes = signer["signed_attrs"].untag().dump(force=True)
        value = make.people["head"].key.sign(attributes, padding.PKCS1v15(), hashes.SHA256())
        signer["signature"] = core.OctetString(value)
    return tool.changed_cms(data, again)


def resigned_pss(make, data, protect=True):
    """The attributes signed again with PSS and a salt that is not as long as the digest."""
    import signatures as tool
    from asn1crypto import algos, cms
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding
    info = cms.ContentInfo.load(tool.read_cms(data))
    signer = info["content"]["signer_infos"][0]
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    algorithm = algos.SignedDigestAlgorithm({
        "algorithm": "rsassa_pss",
        "parameters": algos.RSASSAPSSParams({
            "hash_algorithm": sha256,
            "mask_gen_algorithm": algos.MaskGenAlgorithm(
                {"algorithm": "mgf1", "parameters": sha256}),
            "salt_length": 20})})
    for attribute in signer["signed_attrs"]:
        if protect and attribute["type"].native == "cms_algorithm_protection":
            attribute["values"][0]["signature_algorithm"] = algorithm
    attributes = signer["signed_attrs"].untag().dump(force=True)
    own = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=20)
    value = make.people["head"].key.sign(attributes, own, hashes.SHA256())
    signer["signature_algorithm"] = algorithm
    signer["signature"] = core.OctetString(value)
    return tool.with_hole(data, info.dump(force=True))
