"""Changes to what lies on the pages: links, annotations, form fields, widgets of signatures."""

from bases import AMOUNT, LINKS, PAGES
from changes_page import rewrite
from dictionary import longer, put, value
from tail import stream

OVER = b"[%.1f %.1f %.1f %.1f]" % AMOUNT
BOX = b"[70 676 520 732]"      # within the box to write priorities in, page 2
OUTSIDE = b"[65 440 530 482]"  # the paragraph that says how much is paid
SIGNING = b"[230 180 366 265]"  # within the head's box to sign


def with_annotation(body, page=1, extra=None):
    """A change that puts an annotation on a page; `body(tail)` or bytes."""
    def change(tail):
        number = tail.add(body(tail) if callable(body) else body)
        add_to_page(tail, page, number)
        if extra:
            extra(tail, number)
    return change


def add_to_page(tail, page, *numbers):
    before = tail.letter.body(PAGES[page])
    more = b" ".join(b"%d 0 R" % number for number in numbers)
    array = value(before, b"Annots")
    if not array.startswith(b"["):
        reference = int(array.split()[0])
        tail.object(reference, longer(tail.letter.body(reference), more))
    else:
        tail.object(PAGES[page], put(before, Annots=longer(array, more)))


def put_form(tail, fields=(), **entries):
    """Writes the form with other entries and more fields."""
    catalogue = tail.letter.body(tail.letter.root)
    form = value(catalogue, b"AcroForm") or b"<</Fields[]>>"
    reference = None if form.startswith(b"<<") else int(form.split()[0])
    body = form if reference is None else tail.letter.body(reference)
    more = b" ".join(b"%d 0 R" % number for number in fields)
    entries.setdefault("Fields", longer(value(body, b"Fields") or b"[]", more))
    fresh = put(body, **entries)
    if reference is None:
        tail.object(tail.letter.root, put(catalogue, AcroForm=fresh))
    else:
        tail.object(reference, fresh)


def appearance(drawn, size=b"0 0 465 42", more=b""):
    def make(tail):
        return b"/AP<</N %d 0 R>>" % tail.add(stream(
            drawn, b"/Type/XObject/Subtype/Form/BBox[%s]%s" % (size, more)))
    return make


def links():
    """The letter's links, which readers draw too."""
    for link, number in (("first", LINKS[0]), ("second", LINKS[1])):
        for name, entries in {
            "border": dict(Border=b"[0 0 420]", C=b"[1 1 1]"), "border-thin": dict(Border=b"[0 0 14]", C=b"[1 1 1]"),
            "border-round": dict(Border=b"[90 90 60]"), "style": dict(BS=b"<</W 300/S/S>>", C=b"[1 1 1]", Border=None),
            "dashes": dict(Border=b"[0 0 30[3 9]]"), "colour": dict(C=b"[1 0 0]"), "rectangle": dict(Rect=b"[60 430 540 500]"),
            "quads": dict(QuadPoints=b"[60 500 540 500 60 430 540 430]"), "highlight": dict(H=b"/P"),
            "hidden": dict(F=b"2"), "no-print": dict(F=b"0"), "uri": dict(A=b"<</S/URI/URI(mailto:autre@ailleurs.example)>>"),
            "uri-map": dict(A=b"<</S/URI/IsMap true/URI(mailto:dan@academie.example)>>"), "destination": dict(A=None, Dest=b"[153 0 R/Fit]"),
            "subtype": dict(Subtype=b"/Square", C=b"[1 1 1]", IC=b"[1 1 1]"), "widget": dict(Subtype=b"/Widget", FT=b"/Tx", MK=b"<</BG[1]>>"),
            "date": dict(M=b"(D:2026)"), "name": dict(NM=b"(a)"), "opacity": dict(CA=b".5"),
            "state": dict(AS=b"/Off"), "page": dict(P=b"153 0 R"), "popup": dict(Popup=b"4999 0 R"),
        }.items():
            yield "link", f"{link}-{name}", rewrite(number, **entries)

        def drawn(tail, number=number):
            tail.object(number, put(tail.letter.body(number), Rect=OUTSIDE, AP=appearance(b"1 g 0 0 465 42 re f")(tail)[3:]))
        yield "link", f"{link}-appearance", drawn
    yield "link", "dropped", rewrite(PAGES[0], Annots=b"[]")
    yield "link", "dropped-second", lambda tail: tail.object(PAGES[1], put(
        tail.letter.body(PAGES[1]), Annots=value(tail.letter.body(PAGES[1]), b"Annots").replace(b"129 0 R", b"")))
    yield "link", "added-outside", with_annotation(b"<</Type/Annot/Subtype/Link/F 4/Rect%s/Border[0 0 0]/Dest[153 0 R/Fit]>>" % OUTSIDE)


def annotations():
    """Annotations of every kind over the text, in a box, with and without an appearance."""
    kinds = {
        "square": b"/Subtype/Square/C[1 1 1]/IC[1 1 1]", "circle": b"/Subtype/Circle/C[1 1 1]/IC[1 1 1]",
        "line": b"/Subtype/Line/L[65 460 530 460]/C[1 1 1]/BS<</W 30>>", "ink": b"/Subtype/Ink/InkList[[65 460 530 460]]/C[1 1 1]/BS<</W 30>>",
        "polygon": b"/Subtype/Polygon/Vertices[65 440 530 440 530 482 65 482]/IC[1 1 1]/C[1 1 1]",
        "highlight": b"/Subtype/Highlight/QuadPoints[65 482 530 482 65 440 530 440]/C[0 0 0]",
        "strike": b"/Subtype/StrikeOut/QuadPoints[65 482 530 482 65 440 530 440]/C[1 0 0]",
        "underline": b"/Subtype/Underline/QuadPoints[65 482 530 482 65 440 530 440]/C[1 0 0]",
        "redact": b"/Subtype/Redact/QuadPoints[65 482 530 482 65 440 530 440]/IC[0 0 0]/OverlayText(NUL)",
        "text": b"/Subtype/Text/Contents(Lettre annulee)/Name/Note/Open true", "popup": b"/Subtype/Popup/Open true/Parent 129 0 R",
        "free-text": b"/Subtype/FreeText/Contents(9 900 euros)/DA(/Helv 14 Tf 0 g)", "caret": b"/Subtype/Caret/Contents(non)",
        "stamp": b"/Subtype/Stamp/Name/NotApproved", "watermark": b"/Subtype/Watermark", "screen": b"/Subtype/Screen/T(a)",
        "movie": b"/Subtype/Movie/Movie<</F(a.avi)>>", "sound": b"/Subtype/Sound/Sound 162 0 R", "printer": b"/Subtype/PrinterMark",
        "trap": b"/Subtype/TrapNet", "solid": b"/Subtype/3D/3DD 162 0 R", "rich": b"/Subtype/RichMedia", "file": b"/Subtype/FileAttachment/FS<</Type/Filespec/F(a.pdf)>>",
        "projection": b"/Subtype/Projection", "unknown": b"/Subtype/Xyzzy", "none": b"",
    }
    for name, entries in kinds.items():
        yield "annotation", f"{name}-over", with_annotation(
            b"<</Type/Annot/F 4/Rect%s%s>>" % (OUTSIDE, entries))
        yield "annotation", f"{name}-drawn", with_annotation(lambda tail, entries=entries: (
            b"<</Type/Annot/F 4/Rect%s%s%s>>" % (OUTSIDE, entries, appearance(b"1 g 0 0 465 42 re f")(tail))))
    trick = {
        "no-zoom": b"/F 12", "no-rotate": b"/F 20", "hidden": b"/F 6", "no-view": b"/F 36", "toggled": b"/F 260", "screen-only": b"/F 0",
        "locked": b"/F 644", "layer": b"/F 4/OC<</Type/OCG/Name(a)>>", "states": b"/F 4/AS/On", "action": b"/F 4/A<</S/Launch/F(calc.exe)>>",
        "blend": b"/F 4/BM/Multiply", "opacity": b"/F 4/CA .01", "wide": b"/F 4/BS<</W 400>>", "callout": b"/F 4/CL[70 690 100 460 300 450]",
        "difference": b"/F 4/RD[-300 -300 -300 -300]", "reply": b"/F 4/IRT 129 0 R/RT/Group", "effect": b"/F 4/BE<</S/C/I 200>>",
        "rich": b"/F 4/RC(<body>9 900</body>)", "page": b"/F 4/P 153 0 R",
    }
    for name, entries in trick.items():
        yield "annotation-in-box", name, with_annotation(
            b"<</Type/Annot/Subtype/FreeText/Contents(Un mot)/DA(/Helv 11 Tf 0 g)/Rect%s%s>>" % (BOX, entries))
    out = b"1 g 0 -240 465 60 re f"
    for name, size, more in (("wide", b"0 -240 465 56", b""), ("matrix", b"0 0 465 56", b"/Matrix[1 0 0 1 0 -235]"),
                             ("turned", b"0 0 465 56", b"/Matrix[0 1 -1 0 0 0]"), ("empty", b"0 0 0 0", b""),
                             ("negative", b"465 56 0 0", b""), ("huge", b"-9000 -9000 9000 9000", b"")):
        yield "annotation-in-box", f"appearance-{name}", with_annotation(lambda tail, size=size, more=more: (
            b"<</Type/Annot/Subtype/Stamp/F 4/Rect%s%s>>" % (BOX, appearance(out + b" 1 g 0 0 465 60 re f", size, more)(tail))))

    def states(tail):
        seen = tail.add(stream(b"0 g 0 0 9 9 re f", b"/Subtype/Form/BBox[0 0 9 9]"))
        unseen = tail.add(stream(b"1 0 0 rg 0 0 9 9 re f", b"/Subtype/Form/BBox[0 0 9 9]"))
        return b"<</Type/Annot/Subtype/Stamp/F 4/Rect%s/AS/On/AP<</N<</On %d 0 R/Off %d 0 R>>/D %d 0 R/R %d 0 R>>>>" % (
            BOX, seen, unseen, unseen, unseen)
    yield "annotation-in-box", "appearance-states", with_annotation(states)
    yield "annotation-in-box", "on-two-pages", with_annotation(
        b"<</Type/Annot/Subtype/FreeText/F 4/Contents(Un mot)/DA(/Helv 11 Tf 0 g)/Rect%s>>" % BOX,
        extra=lambda tail, number: add_to_page(tail, 0, number))


def fields():
    """Fields that a reader draws by itself, with a value or without."""
    looks = {
        "background": b"/MK<</BG[1]>>", "background-border": b"/MK<</BG[1]/BC[1]>>/BS<</W 20>>", "border": b"/MK<</BC[1 1 1]>>/BS<</W 40>>",
        "caption": b"/Ff 65536/MK<</CA(9 900)>>/DA(/Helv 12 Tf 0 g)", "caption-roll": b"/Ff 65536/MK<</RC(9 900)/AC(9 900)/TP 0>>",
        "icon": b"/Ff 65536/MK<</I 162 0 R/TP 1>>", "turned": b"/MK<</R 90/BG[1]>>", "value": b"/V(9 900)/DA(/Helv 12 Tf 0 g)",
        "default": b"/DV(9 900)/DA(/Helv 12 Tf 0 g)", "nothing": b"", "rich": b"/V(9)/RV(<body>9 900</body>)/Ff 33554432",
    }
    for kind in (b"Sig", b"Tx", b"Btn", b"Ch"):
        for name, entries in looks.items():
            def change(tail, kind=kind, entries=entries):
                number = tail.add(b"<</Type/Annot/Subtype/Widget/FT/%s/T(q%d)/F 4/Rect%s%s>>" % (
                    kind, len(entries), OVER, entries))
                add_to_page(tail, 1, number)
                put_form(tail, [number])
            yield "field-empty", f"{kind.decode().lower()}-{name}", change
    for name, entries in {
        "needs-appearances": dict(NeedAppearances=b"true"), "default-look": dict(DA=b"(/Helv 40 Tf 1 0 0 rg)"),
        "quadding": dict(Q=b"2"), "resources": dict(DR=b"<</Font<</Helv 147 0 R>>>>"), "flags": dict(SigFlags=b"0"),
        "order": dict(CO=b"[129 0 R]"), "xfa": dict(XFA=b"(<xdp/>)"), "unknown": dict(Xyz=b"1"),
    }.items():
        yield "form", name, lambda tail, entries=entries: put_form(tail, **entries)

    def unlisted(tail):
        number = tail.add(b"<</Type/Annot/Subtype/Widget/FT/Tx/T(u)/V(9 900)/DA(/Helv 12 Tf 0 g)/F 4/Rect%s>>" % OVER)
        add_to_page(tail, 1, number)
    yield "form", "unlisted", unlisted

    def unseen(tail):
        put_form(tail, [tail.add(b"<</FT/Tx/T(cache)/V(secret)>>")])
    yield "form", "without-widget", unseen


def values():
    """A field that was filled in and signed, changed: for the return with a form."""
    def find(tail, word):
        return next(number for number in tail.letter.places if word in tail.letter.body(number))

    for name, entries in {
        "value": dict(V=b"(Aucune heure)"), "value-none": dict(V=None), "rich": dict(RV=b"(<body>Aucune heure</body>)"),
        "default": dict(DV=b"(Aucune heure)"), "flags": dict(Ff=b"8192"), "limit": dict(MaxLen=b"6"), "look": dict(DA=b"(/Helv 2 Tf 1 g)"),
        "quadding": dict(Q=b"2"), "name": dict(T=b"(autre)"), "alternate": dict(TU=b"(Aucune heure)"), "mapping": dict(TM=b"(a)"),
        "kind": dict(FT=b"/Ch", Opt=b"[(Aucune heure)]"), "kids": dict(Kids=b"[]"), "action": dict(AA=b"<</F<</S/JavaScript/JS(1)>>>>"),
    }.items():
        for needed in (True, False):
            def change(tail, entries=entries, needed=needed):
                number = find(tail, b"(priorites)")
                tail.object(number, put(tail.letter.body(number), **entries))
                if needed:
                    put_form(tail, NeedAppearances=b"true")
            yield "field-value", f"parent-{name}{'-needed' if needed else ''}", change
    for name, entries in {
        "value": dict(V=b"(Aucune heure)"), "appearance-none": dict(AP=None), "background": dict(MK=b"<</BG[1 0 0]>>"),
        "place": dict(Rect=b"[70 440 370 480]"), "hidden": dict(F=b"2"), "orphan": dict(Parent=None),
        "flags": dict(F=b"0"), "states": dict(AS=b"/Off"), "look": dict(DA=b"(/Helv 2 Tf 1 g)"),
    }.items():
        def change(tail, entries=entries):
            number = next(number for number in tail.letter.places if b"/Widget" in tail.letter.body(number)
                          and b"/Sig" not in tail.letter.body(number) and b"/Parent" in tail.letter.body(number))
            tail.object(number, put(tail.letter.body(number), **entries))
        yield "field-value", f"widget-{name}", change

    def drawn(tail):
        number = find(tail, b"/Tx BMC")
        body = tail.letter.body(number)
        tail.object(number, body.replace(b"Trois heures par semaine", b"Aucune heure de decharge"))
    yield "field-value", "appearance", drawn


def widgets():
    """The widget of a signature that is there already."""
    def widget(tail):
        return next(number for number in tail.letter.places
                    if b"/Sig" in tail.letter.body(number) and b"/Rect" in tail.letter.body(number))

    for name, entries in {
        "moved": dict(Rect=b"[100 400 400 500]"), "stretched": dict(Rect=b"[0 0 595 842]"), "empty": dict(Rect=b"[0 0 0 0]"),
        "hidden": dict(F=b"2"), "paper-only": dict(F=b"36"), "screen-only": dict(F=b"0"), "background": dict(MK=b"<</BG[1 0 0]>>"),
        "appearance-none": dict(AP=None), "state": dict(AS=b"/Off"), "name": dict(T=b"(Autre)"), "alternate": dict(TU=b"(Directeur general)"),
        "layer": dict(OC=b"<</Type/OCG/Name(a)>>"), "action": dict(A=b"<</S/Launch/F(calc.exe)>>"), "enter": dict(AA=b"<</E<</S/JavaScript/JS(1)>>>>"),
        "locked": dict(Lock=b"<</Type/SigFieldLock/Action/All>>"), "seeds": dict(SV=b"<</Type/SV/Ff 1>>"), "flags": dict(Ff=b"1"),
        "parent": dict(Parent=b"129 0 R"), "kids": dict(Kids=b"[129 0 R]"), "value-none": dict(V=None), "kind": dict(FT=b"/Tx"),
    }.items():
        def change(tail, entries=entries):
            number = widget(tail)
            tail.object(number, put(tail.letter.body(number), **entries))
        yield "signature-widget", name, change

    def drawn(tail):
        number = widget(tail)
        tail.object(number, put(tail.letter.body(number), AP=appearance(b"1 0 0 rg 0 0 400 400 re f", b"0 0 140 90")(tail)[3:]))
    yield "signature-widget", "appearance", drawn

    def twice(tail):
        add_to_page(tail, 0, widget(tail))
    yield "signature-widget", "on-two-pages", twice

    def kids(tail):
        number = widget(tail)
        look = appearance(b"1 g 0 0 465 42 re f")(tail)
        kid = tail.add(b"<</Type/Annot/Subtype/Widget/Parent %d 0 R/F 4/Rect%s%s>>" % (number, OUTSIDE, look))
        tail.object(number, put(tail.letter.body(number), Kids=b"[%d 0 R]" % kid))
        add_to_page(tail, 1, kid)
    yield "signature-widget", "kid-over-text", kids


def changes(shop):
    for part in (links(), annotations(), fields()):
        yield from part


def changes_of_signed():
    """Those that need a signature or a form that is there."""
    yield from widgets()


def changes_of_form():
    yield from values()
