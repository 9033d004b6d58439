"""Changes to what belongs to the letter as a whole: actions, structure, layers, properties."""

from bases import AMOUNT_PARAGRAPH, LINKS, PAGES, RESOURCES, STRUCTURE
from changes_page import page_entries, rewrite
from dictionary import longer, put, value
from tail import stream

SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
ACTIONS = {
    "script": SCRIPT, "launch": b"<</S/Launch/F(calc.exe)>>",
    "launch-excused": b"<</S/Launch/F(calc.exe)/Pg 0>>", "launch-typed": b"<</Type/StructElem/S/Launch/F(calc.exe)/P 18 0 R>>",
    "launch-escaped": b"<</#53/La#75nch/F(calc.exe)>>", "uri": b"<</S/URI/URI(https://ailleurs.example)>>",
    "far": b"<</S/GoToR/F(autre.pdf)/D[0/Fit]>>", "embedded": b"<</S/GoToE/T<</R/C/N(a)>>/D[0/Fit]>>",
    "named": b"<</S/Named/N/Print>>", "named-quit": b"<</S/Named/N/Quit>>", "submit": b"<</S/SubmitForm/F(https://ailleurs.example)/Flags 4>>",
    "import": b"<</S/ImportData/F(a.fdf)>>", "reset": b"<</S/ResetForm>>", "hide": b"<</S/Hide/T(Signature1)/H true>>",
    "layers": b"<</S/SetOCGState/State[/OFF]>>", "movie": b"<</S/Movie/T(a)>>", "sound": b"<</S/Sound/Sound 162 0 R>>",
    "thread": b"<</S/Thread/F(a.pdf)/D 0>>", "rendition": b"<</S/Rendition/OP 0/JS(a)>>",
    "page-elsewhere": b"<</S/GoTo/D[4999 0 R/Fit]>>", "here-then-script": b"<</S/GoTo/D[153 0 R/Fit]/Next %s>>" % SCRIPT,
    "chain": b"<</S/GoTo/D[153 0 R/Fit]/Next[<</S/GoTo/D[154 0 R/Fit]/Next[%s]>>]>>" % SCRIPT,
    "unknown": b"<</S/Xyzzy>>", "nameless": b"<</JS(app.alert\\(1\\))>>",
}


def actions():
    """Something that happens or leads elsewhere, wherever an action may stand."""
    for name, action in ACTIONS.items():
        yield "action", f"open-{name}", lambda tail, action=action: tail.object(
            tail.letter.root, put(tail.letter.body(tail.letter.root), OpenAction=action))
        link = LINKS[len(name) % 2]
        yield "action", f"link-{name}", rewrite(link, A=action)
    for name in ("script", "launch-excused", "here-then-script"):
        action = ACTIONS[name]
        for page in (0, 1):
            yield "action", f"page-{page + 1}-{name}", rewrite(PAGES[page], AA=b"<</O %s>>" % action)
        yield "action", f"link-enter-{name}", rewrite(LINKS[1], AA=b"<</E %s>>" % action)
        yield "action", f"outline-{name}", rewrite(14, A=action)
        yield "action", f"close-{name}", lambda tail, action=action: tail.object(
            tail.letter.root, put(tail.letter.body(tail.letter.root), AA=b"<</WC %s>>" % action))
        yield "action", f"names-{name}", lambda tail, action=action: tail.object(
            tail.letter.root, put(tail.letter.body(tail.letter.root), Names=b"<</JavaScript<</Names[(a)%s]>>>>" % action))
        yield "action", f"next-{name}", rewrite(
            LINKS[0], A=b"<</S/URI/URI(mailto:dan@academie.example)/Next %s>>" % action)
        yield "action", f"pa-{name}", rewrite(LINKS[0], PA=action)
        yield "action", f"structure-{name}", rewrite(AMOUNT_PARAGRAPH, A=action)

        def field(tail, action=action):
            form = value(tail.letter.body(tail.letter.root), b"AcroForm")
            number = tail.add(b"<</FT/Tx/T(q)/AA<</C %s>>>>" % action)
            if form:
                body = form if form.startswith(b"<<") else tail.letter.body(int(form.split()[0]))
                tail.object(tail.letter.root, put(tail.letter.body(tail.letter.root), AcroForm=put(
                    body, Fields=longer(value(body, b"Fields"), b"%d 0 R" % number), CO=b"[%d 0 R]" % number)))
            else:
                tail.object(tail.letter.root, put(tail.letter.body(tail.letter.root), AcroForm=(
                    b"<</Fields[%d 0 R]/CO[%d 0 R]>>" % (number, number))))
        yield "action", f"field-{name}", field


def structure(shop):
    """What a screen reader says."""
    for name, entries in {
        "kids-dropped": dict(K=b"[108 0 R]"), "kids-none": dict(K=None), "kids-swapped": dict(K=b"[17 16 108 0 R 14]"),
        "kids-nought": dict(K=b"[]"), "kids-twice": dict(K=b"[14 108 0 R 16 16 17]"),
        "kids-other": dict(K=b"[14 108 0 R 16 20]"), "actual": dict(ActualText=b"(Aucune indemnite.)"),
        "alternate": dict(Alt=b"(Neuf mille neuf cents euros.)"), "expansion": dict(E=b"(Neuf mille)"),
        "language": dict(Lang=b"(en)"), "type-artifact": dict(S=b"/Artifact"), "type-note": dict(S=b"/Note"),
        "type-private": dict(S=b"/Private"), "type-figure": dict(S=b"/Figure"), "class": dict(C=b"/Hidden"),
        "page": dict(Pg=b"153 0 R"), "page-none": dict(Pg=None), "parent": dict(P=b"126 0 R"), "title": dict(T=b"(9 900 euros)"),
        "attribute": dict(A=b"<</O/Layout/Placement/Block/Color[1 1 1]>>"),
        "attribute-field": dict(A=b"<</O/PrintField/Role/tv/Desc(9 900)>>"), "revision": dict(R=b"2"),
        "identity": dict(ID=b"(a)"), "namespace": dict(NS=b"<</Type/Namespace/NS(urn:a)>>"), "references": dict(Ref=b"[100 0 R]"),
        "files": dict(AF=b"[<</Type/Filespec/F(a)>>]"), "phoneme": dict(Phoneme=b"(n9f)", PhoneticAlphabet=b"/ipa"),
    }.items():
        yield "structure", f"paragraph-{name}", rewrite(AMOUNT_PARAGRAPH, **entries)
    for name, entries in {
        "roles": dict(RoleMap=b"<</Datetime/Span/Terms/Part/Title/P/Strong/Artifact/Em/Span>>"),
        "roles-standard": dict(RoleMap=b"<</P/Artifact/Strong/Span>>"), "roles-none": dict(RoleMap=None),
        "parents-none": dict(ParentTree=None), "parents-cut": dict(ParentTree=b"<</Nums[0 22 0 R 1 19 0 R 2 113 0 R]>>"),
        "parents-swapped": dict(ParentTree=b"<</Nums[0 22 0 R 1 20 0 R 2 113 0 R 3 19 0 R]>>"),
        "kids": dict(K=b"[]"), "kids-part": dict(K=b"[126 0 R]"), "classes": dict(ClassMap=b"<</Hidden<</O/Layout/Height 0>>>>"),
        "namespaces": dict(Namespaces=b"[<</Type/Namespace/NS(urn:a)/RoleMapNS<</P/Artifact>>>>]"),
        "identities": dict(IDTree=b"<</Names[(a)100 0 R]>>"), "lexicon": dict(PronunciationLexicon=b"[<</Type/Filespec/F(a.pls)>>]"),
        "files": dict(AF=b"[<</Type/Filespec/F(a)>>]"),
    }.items():
        yield "structure", f"root-{name}", rewrite(STRUCTURE, **entries)
    yield "structure", "parents-other", lambda tail: tail.object(
        20, tail.letter.body(20).replace(b"109 0 R", b"100 0 R"))
    yield "structure", "document-cut", lambda tail: tail.object(
        127, tail.letter.body(127).replace(b" 109 0 R", b""))
    yield "structure", "document-added", lambda tail: tail.object(127, put(
        tail.letter.body(127), K=longer(value(tail.letter.body(127), b"K"), b"%d 0 R" % tail.add(
            b"<</Type/StructElem/S/P/P 127 0 R/ActualText(Prime de 9 900 euros.)/K[]>>"))))
    yield "structure", "strong", rewrite(108, ActualText=b"(sans)")
    yield "structure", "unmarked", lambda tail: tail.object(
        tail.letter.root, put(tail.letter.body(tail.letter.root), MarkInfo=b"<</Marked false/Suspects true>>"))
    yield "structure", "link-parent", rewrite(LINKS[1], StructParent=b"0")
    yield "structure", "link-spoken", rewrite(LINKS[1], Contents=b"(E-mail autre@ailleurs.example)")
    yield "structure", "page-parents", rewrite(PAGES[1], StructParents=b"1")


def catalogue(shop):
    """Entries of the catalogue."""
    for name, entries in {
        "language": dict(Lang=b"(en)"), "structure-none": dict(StructTreeRoot=None), "outlines-none": dict(Outlines=None),
        "mode": dict(PageMode=b"/UseOC"), "mode-full": dict(PageMode=b"/FullScreen"), "layout": dict(PageLayout=b"/TwoPageRight"),
        "preferences": dict(ViewerPreferences=b"<</HideToolbar true/PrintPageRange[0 0]/ViewArea/ArtBox>>"),
        "preferences-direction": dict(ViewerPreferences=b"<</DisplayDocTitle true/Direction/R2L>>"),
        "labels": dict(PageLabels=b"<</Nums[0<</P(Annule )>>]>>"), "base": dict(URI=b"<</Base(https://ailleurs.example/)>>"),
        "collection": dict(Collection=b"<</Type/Collection/View/H>>"), "threads": dict(Threads=b"[]"),
        "requirements": dict(Requirements=b"[<</Type/Requirement/S/EnableJavaScripts>>]"), "web": dict(SpiderInfo=b"<</V 1>>"),
        "legal": dict(Legal=b"<</JavaScriptActions 0/Attestation(sans effet)>>"),
        "rendering": dict(NeedsRendering=b"true"), "pieces": dict(PieceInfo=b"<</X<</LastModified(D:2026)/Private 1>>>>"),
        "intents": dict(OutputIntents=b"[]"), "files": dict(AF=b"[<</Type/Filespec/F(a)>>]"), "parts": dict(DPartRoot=b"<<>>"),
        "unknown": dict(Xyz=b"(a)"), "extensions": dict(Extensions=b"<</ADBE<</BaseVersion/1.7/ExtensionLevel 8>>>>"),
        "permissions": dict(Perms=b"<</UR3<</Type/Sig/Filter/Adobe.PPKLite>>>>"),
        "store": dict(DSS=b"<</Type/DSS/OpenAction %s>>" % SCRIPT), "destinations": dict(Dests=b"<</a[153 0 R/Fit]>>"),
        "names-pages": dict(Names=b"<</Pages<</Names[(a)154 0 R]>>>>"), "names-appearances": dict(Names=b"<</AP<</Names[(a)162 0 R]>>>>"),
        "names-urls": dict(Names=b"<</URLS<</Names[(a)162 0 R]>>>>"), "form-none": dict(AcroForm=None),
    }.items():
        yield "catalogue", name, lambda tail, entries=entries: tail.object(
            tail.letter.root, put(tail.letter.body(tail.letter.root), **entries))

    def attached(tail):
        inner = tail.add(stream(b"autre lettre", b"/Type/EmbeddedFile"))
        tail.object(tail.letter.root, put(
            tail.letter.body(tail.letter.root), PageMode=b"/UseAttachments", Names=(
                b"<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(a.pdf)/EF<</F %d 0 R>>>>]>>>>" % inner)))
    yield "catalogue", "attachment", attached
    for number, name, entries in (
            (14, "title", dict(Title=b"(Lettre annulee)")), (14, "place", dict(Dest=b"138 0 R")),
            (2, "title", dict(Title=b"(Autre personne)")), (15, "count", dict(Count=b"-1")), (5, "closed", dict(Count=b"2"))):
        yield "outline", f"{name}-{number}", rewrite(number, **entries)
    yield "outline", "destination", lambda tail: tail.object(142, b"[153 0 R/XYZ 0 0 0]")
    yield "outline", "far", lambda tail: tail.object(142, b"[4999 0 R/Fit]")
    for name, entries in {"title": dict(Title=b"(Autre lettre)"), "keywords": dict(Keywords=b"(2026-0860003L-6SVT)"),
                          "author": dict(Author=b"(Une autre)"), "unknown": dict(Montant=b"(9 900)"),
                          "script": dict(X=SCRIPT)}.items():
        yield "properties", name, lambda tail, entries=entries: tail.object(
            tail.letter.info, put(tail.letter.body(tail.letter.info), **entries))
    xmp = shop.plain.stream(166)
    yield "properties", "metadata", lambda tail: tail.object(166, stream(
        xmp.replace(b"Lettre de mission 2026", b"Lettre annulee 2026"), b"/Type/Metadata/Subtype/XML"))
    yield "properties", "metadata-none", lambda tail: tail.object(
        tail.letter.root, put(tail.letter.body(tail.letter.root), Metadata=None))
    yield "properties", "metadata-page", page_entries(1, lambda tail: dict(
        Metadata=b"%d 0 R" % tail.add(stream(b"<x/>", b"/Type/Metadata/Subtype/XML"))))


def layers():
    """Optional content, transparency, and what printing makes of it."""
    def group(state, target):
        def change(tail):
            layer = tail.add(b"<</Type/OCG/Name(Calque)>>")
            tail.object(tail.letter.root, put(tail.letter.body(tail.letter.root), OCProperties=(
                b"<</OCGs[%d 0 R]/D<</BaseState/%s/%s[%d 0 R]>>>>" % (layer, *state, layer))))
            if target == "content":
                tail.object(RESOURCES[1], put(tail.letter.body(RESOURCES[1]), Properties=b"<</MC0 %d 0 R>>" % layer))
                opening = tail.add(stream(b"/OC/MC0 BDC "))
                closing = tail.add(stream(b" EMC"))
                tail.object(PAGES[1], put(tail.letter.body(PAGES[1]), Contents=(
                    b"[%d 0 R 162 0 R %d 0 R]" % (opening, closing))))
            elif target == "link":
                tail.object(LINKS[1], put(tail.letter.body(LINKS[1]), OC=b"%d 0 R" % layer))
            elif target == "form":
                form = tail.add(stream(b"1 g 0 0 400 60 re f", (
                    b"/Type/XObject/Subtype/Form/BBox[0 0 400 60]/OC %d 0 R" % layer)))
                tail.object(RESOURCES[1], put(tail.letter.body(RESOURCES[1]), XObject=b"<</X0 %d 0 R>>" % form))
                drawn = tail.add(stream(b"q 1 0 0 1 65 440 cm /X0 Do Q"))
                tail.object(PAGES[1], put(tail.letter.body(PAGES[1]), Contents=b"[162 0 R %d 0 R]" % drawn))
        return change
    for on, state in (("off", (b"ON", b"OFF")), ("on", (b"OFF", b"ON")), ("print", (b"ON", b"Order"))):
        for target in ("content", "link", "form", "nothing"):
            yield "layers", f"{target}-{on}", group(state, target)
    for name, state in {
        "transparent": b"/ca 0/CA 0", "faint": b"/ca .04", "screen": b"/BM/Screen", "multiply": b"/BM/Multiply",
        "difference": b"/BM/Difference", "overprint": b"/OP true/op true/OPM 1",
        "font": b"/Font[150 0 R 40]", "dashed": b"/D[[0 9]0]/LW 30",
        "mask": b"/SMask<</S/Luminosity/G 4997 0 R>>", "transfer": b"/TR/Identity", "knockout": b"/TK false/AIS true",
    }.items():
        def change(tail, state=state):
            tail.object(RESOURCES[1], put(tail.letter.body(RESOURCES[1]), ExtGState=b"<</G0<<%s>>>>" % state))
            drawn = tail.add(stream(b"/G0 gs "))
            tail.object(PAGES[1], put(tail.letter.body(PAGES[1]), Contents=b"[%d 0 R 162 0 R]" % drawn))
        yield "transparency", name, change


def changes(shop):
    for part in (actions(), structure(shop), catalogue(shop), layers()):
        yield from part
