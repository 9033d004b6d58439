"""Returns that are not what they seem, and what catches each."""

import re

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as N
from pyhanko.sign import fields


def attacks(make):
    import signatures as tool
    letter, sign, keep = make.letter, make.sign, make.attack
    rsa, flip = make.files["rsa"], tool.flip
    broken = {"integrity": ("broken",)}
    (_, before, after, length), _ = tool.last_range(rsa)
    start, end = tool.hole(rsa)

    # Bytes.
    keep("flip-sent", flip(rsa, 30000), "a byte of the letter flipped", "digest",
         **broken, same=None, content=None)
    keep("flip-dictionary", flip(rsa, rsa.index(b"/T", len(letter)) + 8),
         "a byte of the signature's objects flipped", "digest", **broken, same=None)
    keep("flip-tail", flip(rsa, len(rsa) - 30), "a byte of the last table flipped", "digest",
         **broken, same=None, content=None)
    cms_length = len(tool.read_cms(rsa))
    last = start + 2 * cms_length - 8
    other_digit = b"0" if rsa[last:last + 1] != b"0" else b"1"
    keep("flip-cms", rsa[:last] + other_digit + rsa[last + 1:], "a byte of the signature value flipped",
         "signature-value", **broken)
    foreign = sign(make.other, place=(300, 100, 400, 150))
    keep("transplant", tool.with_hole(rsa, tool.read_cms(foreign)), "the CMS of another letter",
         "digest", **broken)

    # Ranges.
    keep("range-zero", tool.with_range(rsa, (0, 0, 0, 0)), "ByteRange of zeros", "byte-range", **broken)
    keep("range-start", tool.with_range(rsa, (1, before - 1, after, length)),
         "ByteRange that begins late", "byte-range", **broken)
    keep("range-overlap", tool.with_range(rsa, (0, after, before, len(rsa) - before)),
         "ByteRange that overlaps", "byte-range", **broken)
    keep("range-past", tool.with_range(rsa, (0, before, after, length + 5000)),
         "ByteRange beyond the end", "byte-range", **broken)
    keep("range-wide", tool.with_range(rsa, (0, before - 40, after, length)),
         "hole wider than the signature", "byte-range", **broken)
    keep("contents-null", rsa[:start - 1] + b"null".ljust(end - start + 2) + rsa[end + 1:],
         "/Contents null", "byte-range", **broken, trust=("unknown-authority",))
    keep("contents-renamed", rsa.replace(b"/Contents <", b"/Cantents <"), "/Contents renamed",
         "contents", **broken, trust=("unknown-authority",))
    keep("padding", tool.with_hole(rsa, tool.read_cms(rsa), b"\0" * 20 + b"%hidden"),
         "bytes hidden behind the CMS", "padding", **broken)
    keep("before-header", b"%!PS-Adobe\n" + rsa, "bytes before the header", "byte-range",
         **broken, rewritten=True)

    # Changed after signing.
    keep("page-after", make.update(rsa, make.new_content()), "a page's content replaced after",
         "later-changes", **broken, content=(1,))
    white = make.annotate("Square", (100, 400, 400, 500), appearance=b"1 g 0 0 300 100 re f")
    keep("annotation-after", make.update(rsa, white), "a white rectangle put over the text after",
         "later-changes", **broken, same=False)
    keep("typed-after", make.update(rsa, make.free_text("Ajout apres coup")),
         "typed in a box to write in after signing", "later-changes", **broken)
    keep("shadow-replace-after", make.update(rsa, replace_font),
         "a font of the letter replaced after", "later-changes", **broken, content=(1, 2),
         same=False)
    keep("rotate-after", make.update(rsa, page_entry("Rotate", generic.NumberObject(180))),
         "a page turned after", "later-changes", **broken, same=False)
    keep("script-after", make.update(rsa, make.catalogue("OpenAction", tool.javascript)),
         "a script added after", "later-changes", **broken, same=False)
    keep("widget-moved-after", make.update(rsa, move_widget),
         "the signature's picture stretched over the page after", "later-changes", **broken,
         same=False)
    keep("objects-after", rsa + b"\n153 0 obj\n<</Type/Page>>\nendobj\n",
         "objects appended outside any revision", "later-changes", **broken, same=False)
    keep("certified-then-signed",
         sign(make.files["certified"], "referent", field="Signature2", box="sign-referent"),
         "signed although certified with P=1", "certification", integrity=("broken", "ok"),
         trust=("trusted",) * 2, certification=1)
    keep("signature-nulled", make.update(rsa, null_value), "the field's value taken away", "orphan",
         integrity=("broken",), trust=("unknown-authority",))
    keep("field-emptied", make.update(rsa, drop_form), "the form taken away", "orphan",
         integrity=("broken",), trust=("unknown-authority",), same=None)
    keep("value-damaged", make.update(rsa, damage_value), "the field's value made a number",
         "cms", integrity=("broken",), trust=("unknown-authority",))
    keep("other-format", rsa.replace(b"/adbe.pkcs7.detached", b"/adbe.pkcs7.sha1     "),
         "SubFilter adbe.pkcs7.sha1", "sub-filter", **broken, same=False)

    # Changed before signing: the signature is perfectly good.
    keep("page-before", sign(letter, prepare=make.new_content()), "a page's content replaced before",
         "content", content=(1,))
    keep("annotation-before", sign(letter, prepare=white), "a white rectangle put over the text before",
         "compare", same=False)
    keep("typed-outside-before", sign(letter, prepare=make.annotate(
        "FreeText", (100, 700, 400, 720), page=0, Contents=generic.pdf_string("ajout"),
        appearance=b"")), "typed outside every box", "compare", same=False)
    keep("ink-astray-before", sign(letter, prepare=make.annotate(
        "Ink", make.rectangle("sign-head"),
        InkList=generic.ArrayObject([tool.numbers((10, 10, 500, 800))]))),
        "ink whose rectangle lies in a box and whose stroke does not", "compare", same=False)
    keep("hidden-before", sign(letter, prepare=make.annotate(
        "FreeText", make.rectangle("write-priorities"), F=generic.NumberObject(34),
        Contents=generic.pdf_string("secret"), appearance=b"")),
        "a hidden text", "compare", same=False)
    keep("link-before", sign(letter, prepare=make.annotate(
        "Link", make.rectangle("write-priorities"), A=generic.DictionaryObject(
            {N("/S"): N("/URI"), N("/URI"): generic.pdf_string("https://ailleurs.example")}))),
        "a link to elsewhere in a box", "compare", same=False)
    keep("stamp-acts-before", sign(letter, prepare=make.annotate(
        "Stamp", make.rectangle("sign-head"), A=tool.javascript(), appearance=b"")),
        "a stamp with a script in a box", "compare", same=False)
    keep("widget-over-page", sign(letter, place=(50, 50, 545, 800), page=0),
         "a visible signature over the whole page", "compare", same=False)
    keep("script-before", sign(letter, prepare=make.catalogue("OpenAction", tool.javascript)),
         "a script before signing", "compare", same=False)
    keep("layers-before", sign(letter, prepare=make.catalogue("OCProperties", layers)),
         "layers before signing", "compare", same=False)
    keep("attachment-before", sign(letter, prepare=attach), "a file attached before signing",
         "compare", same=False)
    keep("crop-before", sign(letter, prepare=page_entry("CropBox", tool.numbers((0, 300, 595, 842)))),
         "a page cropped before signing", "compare", same=False)
    keep("reordered-before", sign(letter, prepare=swap_pages), "pages swapped before signing",
         "compare", same=False, content=(1, 2))
    keep("page-added-before", sign(letter, prepare=add_page), "a page added before signing",
         "compare", same=False)
    keep("link-removed-before", sign(letter, prepare=drop_annotations),
         "a link of the letter taken away before signing", "compare", same=False)
    keep("spoken-before", sign(letter, prepare=other_words),
         "what a screen reader says changed before signing", "compare", same=False)
    keep("xfa-before", sign(letter, prepare=xfa), "an XFA form before signing", "compare", same=False)
    keep("hidden-field-before", sign(letter, prepare=hidden_field),
         "a form field that no page shows", "compare", same=False)
    keep("shadow-before", sign(letter, prepare=shadow_page), "an unused page prepared before signing",
         "told", told="unused")
    changed = tool.with_pikepdf(letter, redraw)
    keep("rewritten-changed", sign(changed), "written anew with other content, then signed",
         "content", content=(1,), rewritten=True)
    keep("rewritten-fewer", sign(tool.with_pikepdf(letter, lambda pdf: pdf.pages.__delitem__(0)),
                                 place=(300, 100, 400, 150), page=0),
         "a page left out, then signed", "compare", same=False, content=(1, 2))
    keep("other-letter", sign(make.other, place=(300, 100, 400, 150), reserved=6000),
         "everything right, but another letter", "content", same=None, content=(1, 2))

    # Signed, then written anew.
    keep("resaved", tool.qpdf(rsa, "--object-streams=generate"), "signed, then optimised", "byte-range",
         integrity=("broken",), rewritten=True)
    keep("page-deleted", tool.with_pikepdf(rsa, lambda pdf: pdf.pages.__delitem__(0)),
         "a page deleted after signing", "byte-range", **broken, same=False, content=(1, 2))

    # Cut.
    two = make.files["two"]
    first = [int(own) for own in re.search(rb"/ByteRange\s*\[([^\]]*)\]", two).group(1).split()]
    keep("second-cut-off", two[:first[2] + first[3]], "the second signature cut off", "count")
    keep("cut-in-signature", rsa[:start + 3000], "cut in the middle of the signature", "cms",
         integrity=("broken",), trust=None, same=None, content=None)
    keep("cut-in-table", rsa[:-40], "the last lines cut", "byte-range", integrity=("broken",),
         trust=None, same=None, content=None)

    from asn1crypto import cms
    from variants import resigned, resigned_pss
    keep("algorithm-exchanged", resigned_pss(make, rsa, protect=False),
         "signed by another algorithm than the one that the attributes protect", "algorithms", **broken)

    swapped = tool.changed_cms(rsa, lambda info: info["content"].__setitem__(
        "certificates", [make.people["namesake"].asn1(), *make.people["head"].asn1_chain()]))
    keep("certificate-swapped", swapped, "another certificate of the same key and number",
         "signing-certificate", **broken)
    def as_time_stamp(signer):
        for attribute in signer["signed_attrs"]:
            if attribute["type"].native == "content_type":
                attribute["values"][0] = cms.ContentType("tst_info")
    keep("content-type", resigned(make, rsa, as_time_stamp),
         "attributes that are about another kind of content", "content-type", **broken)

    # Who.
    keep("impostor", sign(letter, "impostor"), "another authority with the same names", "chain",
         trust=("unknown-authority",))
    keep("under-person", sign(letter, "under-person"), "certificate issued by a person", "chain",
         trust=("unknown-authority",))


def page_entry(key, value, page=0):
    def change(writer):
        target = writer.root["/Pages"]["/Kids"][page]
        target[N("/" + key)] = value
        writer.update_container(target)
    return change


def replace_font(writer):
    """Overwrites the first embedded font file with another one of the letter."""
    seen = []
    kids = writer.root["/Pages"]["/Kids"]
    for page in (kids[at] for at in range(len(kids))):
        fonts = page["/Resources"]["/Font"]
        for font in (fonts[key] for key in fonts):
            descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
            key = next(own for own in descriptor if own.startswith("/FontFile"))
            seen.append((descriptor, key))
    (first, key), (_, _) = seen[0], seen[-1]
    other = next(own for own, name in seen if own[key] is not first[key])
    first[N(key)] = generic.IndirectObject(*_reference(other, key), writer)
    writer.update_container(first)


def _reference(dictionary, key):
    own = dictionary.raw_get(key)
    return own.idnum, own.generation


def first_field(writer):
    return writer.root["/AcroForm"]["/Fields"][0]


def move_widget(writer):
    own = first_field(writer)
    own[N("/Rect")] = generic.ArrayObject([generic.NumberObject(v) for v in (0, 0, 595, 842)])
    writer.update_container(own)


def null_value(writer):
    own = first_field(writer)
    own[N("/V")] = generic.NullObject()
    writer.update_container(own)


def damage_value(writer):
    own = first_field(writer)
    own[N("/V")] = generic.NumberObject(5)
    writer.update_container(own)


def drop_form(writer):
    del writer.root["/AcroForm"]
    writer.update_root()


def layers(writer):
    group = writer.add_object(generic.DictionaryObject(
        {N("/Type"): N("/OCG"), N("/Name"): generic.pdf_string("Calque")}))
    return generic.DictionaryObject({
        N("/OCGs"): generic.ArrayObject([group]),
        N("/D"): generic.DictionaryObject({N("/OFF"): generic.ArrayObject([group])})})


def attach(writer):
    stream = writer.add_object(generic.StreamObject(
        {N("/Type"): N("/EmbeddedFile")}, stream_data=b"autre chose"))
    spec = writer.add_object(generic.DictionaryObject({
        N("/Type"): N("/Filespec"), N("/F"): generic.pdf_string("a.txt"),
        N("/EF"): generic.DictionaryObject({N("/F"): stream})}))
    writer.root[N("/Names")] = generic.DictionaryObject({
        N("/EmbeddedFiles"): generic.DictionaryObject({
            N("/Names"): generic.ArrayObject([generic.pdf_string("a.txt"), spec])})})
    writer.update_root()


def swap_pages(writer):
    kids = writer.root["/Pages"]["/Kids"]
    kids.reverse()
    writer.update_container(kids)


def add_page(writer):
    pages = writer.root["/Pages"]
    page = generic.DictionaryObject({
        N("/Type"): N("/Page"), N("/Parent"): generic.IndirectObject(
            writer.root.raw_get("/Pages").idnum, 0, writer),
        N("/MediaBox"): generic.ArrayObject([generic.NumberObject(v) for v in (0, 0, 595, 842)])})
    pages["/Kids"].append(writer.add_object(page))
    pages[N("/Count")] = generic.NumberObject(len(pages["/Kids"]))
    writer.update_container(pages)


def drop_annotations(writer):
    target = writer.root["/Pages"]["/Kids"][0]
    del target["/Annots"]
    writer.update_container(target)


def other_words(writer):
    """Gives the first paragraph a text that only a screen reader speaks."""
    stack = [writer.root["/StructTreeRoot"]]
    while stack:
        own = stack.pop()
        if own.get("/S") == "/P":
            own[N("/ActualText")] = generic.pdf_string("Tout autre chose.")
            writer.update_container(own)
            return
        kids = own["/K"] if "/K" in own else []
        kids = [kids[at] for at in range(len(kids))] if isinstance(kids, list) else [kids]
        stack.extend(kid for kid in kids if isinstance(kid, dict))
    raise AssertionError("no paragraph")


def xfa(writer):
    form = generic.DictionaryObject({
        N("/Fields"): generic.ArrayObject(), N("/XFA"): generic.pdf_string("<xdp/>")})
    writer.root[N("/AcroForm")] = writer.add_object(form)
    writer.update_root()


def hidden_field(writer):
    field = writer.add_object(generic.DictionaryObject({
        N("/FT"): N("/Tx"), N("/T"): generic.pdf_string("cache"),
        N("/V"): generic.pdf_string("secret")}))
    form = generic.DictionaryObject({N("/Fields"): generic.ArrayObject([field])})
    writer.root[N("/AcroForm")] = writer.add_object(form)
    writer.update_root()


def shadow_page(writer):
    writer.add_object(generic.DictionaryObject({
        N("/Type"): N("/Page"),
        N("/MediaBox"): generic.ArrayObject([generic.NumberObject(v) for v in (0, 0, 595, 842)])}))


def redraw(pdf):
    page = pdf.pages[0]
    content = page.Contents.read_bytes() + b"\nq 1 0 0 rg 100 600 200 40 re f Q"
    page.Contents = pdf.make_stream(content)
