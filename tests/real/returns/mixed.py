#!/usr/bin/env python3
"""A folder of mixed returns, as the clerk who keeps the mailbox has it.

    mixed.py LETTERS_DIR SCANS_DIR SIGNED_DIR|- OUT [--messages messages.json] [--count 600]
             [--seed 1]

LETTERS_DIR holds the letters as sent, `<reference>.pdf`; SCANS_DIR what scans.py made, with its
truth.json; SIGNED_DIR PDFs signed by somebody's tool, named so that the reference stands in the
name (its own truth.json, a list of objects with `file`, is carried along when there is one). With
`-` instead, letters with a signature field that holds no signature take their place.
messages.json comes from `boxes.py --messages`; without it the Message-IDs are made up.

Writes into OUT, in subfolders: scans, photographs, signed PDFs, exact and changed copies of the
letters, .eml files, one .mbox of 40 mails, .zip files, the same bytes under other names, Word files,
a few hostile files, what Windows and Macs leave behind. Same inputs and seed: same bytes, but for
encrypted PDFs.

truth.json is a list of {file, kind, expect, references, sha256, note, source, items}:
  file        path in OUT, with `/`
  references  letters whose pages are inside, as far as a person can tell
  source      the entry of SCANS_DIR/truth.json or SIGNED_DIR/truth.json it comes from, by `file`
  items       for .eml, .mbox, .zip: the same for each file inside, `file` being its name there;
              `thread` is the reference that In-Reply-To belongs to, null without one
  copies      how often these bytes occur in all of OUT, containers included, when more than once:
              all but the first that is read are duplicates, and which is first is open
  expect      the group of verdicts, null where it is not clear:
    signed-electronically  from SIGNED_DIR (what its signature is worth: see its own truth)
    signature-broken       a signature field whose content is no signature
    returned-unsigned      the sent bytes, unchanged
    changed-unsigned       the sent bytes with an appended update, no signature
    scan-complete          a scan or photographs of all pages, head and referent signed
    scan-partly-signed     all pages, one of the two signatures
    scan-unsigned          all pages, neither
    scan-incomplete        pages are missing (a mail may hold the others beside it, as two photographs)
    scan-to-check          marks outside the boxes, a code crossed out, or pages of others
    several-letters        pages of more than one letter: to be judged letter by letter
    duplicate              filed on purpose under a second name; `same_as` is the first
    nothing-to-archive     no page of a letter in it: answers without attachment, rubbish
    unreadable             a file of a kind that no program here reads, or broken, or hostile
    container              judge the items
"""

import argparse
import collections
import email.headerregistry
import email.message
import email.policy
import hashlib
import io
import json
import pathlib
import re
import sys
import zipfile

import numpy as np

import append
import hostile_other
import hostile_pdf

REFERENCE = re.compile(r"\d{4}-\d{7}[A-Z]-[0-9A-Z]{4}")
FOLDERS = ("", "", "Semaine 49", "Semaine 50", "Semaine 50/lundi", "À traiter", "Reçus/décembre",
           "Boîte retours")
KINDS = (("scan", 36), ("signed", 16), ("sent-copy", 7), ("changed-copy", 7), ("mail", 12),
         ("mail-several", 6), ("mail-bare", 2), ("zip", 3), ("duplicate", 5), ("office", 2),
         ("hostile", 3), ("leftover", 1))
HOSTILE = {"empty.pdf", "zero-pages.pdf", "encrypted-user-aes256.pdf", "encrypted-owner-aes128.pdf",
           "page.html.pdf", "image.jpg.pdf", "bomb-content-twice.pdf", "nested-forms.pdf",
           "pages-loop.pdf", "kids-200000.pdf", "javascript.pdf", "portfolio.pdf", "no-xref.pdf",
           "image-jpeg-65500.pdf", "names-path.eml", "names-control.eml", "nested-1000.eml",
           "auto-reply.eml", "bounce.eml", "deux\nlignes.pdf", "lettre_\u202efdp.exe.pdf"}
OFFICE = {"letter.docx", "letter.odt", "letter.rtf", "letter.doc", "mail.msg"}
LEFTOVERS = {"desktop.ini", "Thumbs.db", ".DS_Store", "~$lettre.docx", "link.lnk"}
UNCLEAR = {"encrypted-owner-aes128.pdf", "javascript.pdf", "portfolio.pdf", "no-xref.pdf",
           "names-path.eml", "names-control.eml", "deux\nlignes.pdf", "lettre_\u202efdp.exe.pdf"}
BARE = {"auto-reply.eml", "bounce.eml", "nested-1000.eml"}
TEXTS = (
    "Bonjour,\n\nVeuillez trouver ci-joint la lettre de mission signée.\n\nCordialement,\n"
    "Le secrétariat\n",
    "Bonjour,\n\nci-joint le document demandé, complété et signé.\n\nBien à vous\n",
    "Bonjour\n\nEn retour, la lettre du référent numérique. Désolé pour le retard.\n",
    "\n\n-- \nEnvoyé depuis mon téléphone\n",
)
BARE_TEXTS = ("Bonjour,\n\nBien reçu, nous vous retournons la lettre après les vacances.\n",
              "Bonjour,\n\nM. Petit a quitté l'établissement en octobre. Qui doit signer ?\n",
              "Merci !\n")


def verdict(scan):
    """The group of a scan, from its entry of the truth."""
    letters = scan["letters"]
    if len(letters) > 1:
        return "several-letters"
    if any(page["foreign"] or page["code_damaged"] for page in scan["pages"]):
        return "scan-to-check"
    if letters[0]["missing"]:
        return "scan-incomplete"
    if scan["outside_marks"]:
        return "scan-to-check"
    both = {"sign-head", "sign-referent"} & set(scan["signed"])
    return ("scan-unsigned", "scan-partly-signed", "scan-complete")[len(both)]


class Clerk:
    """Takes returns from the sources, gives them the names people give, and files them."""

    def __init__(self, given, rng):
        self.rng, self.out = rng, given.out
        self.letters = {path.stem: path for path in sorted(given.letters.glob("*.pdf"))}
        self.scans_at, self.truth, self.taken = given.scans, [], set()
        self.scans = json.loads((given.scans / "truth.json").read_text(encoding="utf-8"))
        self.scan_order = rng.permutation(len(self.scans)).tolist()
        self.signed_at, self.signed_truth = [], {}
        if given.signed != "-":
            folder = pathlib.Path(given.signed)
            self.signed_at = sorted(folder.glob("*.pdf"))
            told = folder / "truth.json"
            if told.exists():
                listed = json.loads(told.read_text(encoding="utf-8"))
                self.signed_truth = {one["file"]: one for one in listed if "file" in one}
        self.messages = {}
        if given.messages:
            self.messages = json.loads(given.messages.read_text(encoding="utf-8"))
        self.turn = {"scan": 0, "pair": 0, "signed": 0, "hostile": 0, "office": 0, "leftover": 0}
        letter = next(iter(self.letters.values())).read_bytes()
        built = {}
        for name, _kind, note, data in (*hostile_pdf.build(letter, rng),
                                        *hostile_other.mails(letter, rng),
                                        *hostile_other.office(letter, rng),
                                        *hostile_other.names(letter)):
            if name in HOSTILE | OFFICE | LEFTOVERS:
                built[name] = (note, data)
        self.built, self.first = built, next(iter(self.letters))

    # --- one return

    def next(self, kind, choices):
        """Goes round a list, so that every entry is used before one comes back."""
        self.turn[kind] += 1
        return choices[(self.turn[kind] - 1) % len(choices)]

    def one(self, kind):
        """One returned file that is no container: (name, bytes, account)."""
        return getattr(self, kind.replace("-", "_"))()

    def scan(self):
        return self.scan_of(self.scans[self.next("scan", self.scan_order)])

    def scan_of(self, entry):
        data = (self.scans_at / entry["file"]).read_bytes()
        references = [letter["reference"] for letter in entry["letters"]]
        extension = entry["file"].rsplit(".", 1)[1]
        account = {"kind": "photo" if entry["variant"].startswith("photo") else "scan",
                   "expect": verdict(entry), "references": references, "source": entry["file"]}
        return self.name(references[0], extension, account["kind"]), data, account

    def pair(self):
        """Two images of one letter, first page and last, as a telephone's owner attaches them."""
        halves = {}
        for entry in self.scans:
            letters = entry["letters"]
            if entry["kind"] in ("jpeg", "png") and len(letters) == 1:
                halves.setdefault((entry["variant"], letters[0]["reference"]), []).append(entry)
        whole = [two for two in halves.values() if len(two) > 1
                 and two[0]["letters"][0]["pages"] != two[1]["letters"][0]["pages"]]
        if not whole:
            return [self.scan()]
        two = self.next("pair", whole)
        return [self.scan_of(entry) for entry in two[:2]]

    def signed_pdf(self):
        if not self.signed_at:
            reference = self.reference()
            data = append.looks_signed(self.letters[reference].read_bytes(), self.rng)
            return self.name(reference, "pdf", "signed"), data, {
                "kind": "signed", "expect": "signature-broken", "references": [reference]}
        path = self.next("signed", self.signed_at)
        found = REFERENCE.search(path.name.upper())
        told = self.signed_truth.get(path.name, {})
        reference = found[0] if found else told.get("reference")
        return self.name(reference or "x", "pdf", "signed"), path.read_bytes(), {
            "kind": "signed", "expect": "signed-electronically",
            "references": [reference] if reference else [], "source": path.name}

    def sent_copy(self):
        reference = self.reference()
        return self.name(reference, "pdf", "sent"), self.letters[reference].read_bytes(), {
            "kind": "sent-copy", "expect": "returned-unsigned", "references": [reference]}

    def changed_copy(self):
        reference = self.reference()
        change = append.noted if self.rng.random() < 0.5 else append.redated
        return self.name(reference, "pdf", "sent"), change(self.letters[reference].read_bytes()), {
            "kind": "changed-copy", "expect": "changed-unsigned", "references": [reference],
            "note": change.__name__}

    def prepared(self, kind, names):
        name = self.next(kind, sorted(names & set(self.built)))
        note, data = self.built[name]
        expect = "unreadable"
        if name in UNCLEAR:
            expect = None
        elif name in BARE or kind == "leftover":
            expect = "nothing-to-archive"
        return name, data, {"kind": kind, "expect": expect, "note": note,
                            "references": [self.first] if name in UNCLEAR else []}

    def office(self):
        return self.prepared("office", OFFICE)

    def hostile(self):
        return self.prepared("hostile", HOSTILE)

    def leftover(self):
        return self.prepared("leftover", LEFTOVERS)

    # --- containers

    def mail(self, several=False, bare=False):
        """A mail as bytes, and the account of its attachments."""
        rng = self.rng
        items = []
        for _ in range(0 if bare else int(rng.integers(2, 5)) if several else 1):
            kind = str(rng.choice(("scan", "scan", "scan", "signed_pdf", "sent_copy")))
            items.append(self.one(kind))
        if several and rng.random() < 0.4:
            items = self.pair()
        references = [ref for _, _, account in items for ref in account["references"]]
        about = references[0] if references and rng.random() < 0.92 else self.reference()
        thread = about if rng.random() < 0.75 else None
        message = email.message.EmailMessage(policy=email.policy.SMTP)
        number = int(rng.integers(10**9, 10**10))
        message["Message-ID"] = f"<{number:x}.{int(rng.integers(10**6))}@ac-exemple.example>"
        day = int(rng.integers(1, 19))
        clock = f"{rng.integers(8, 19):02}:{rng.integers(60):02}:{rng.integers(60):02}"
        weekday = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day % 7]
        message["Date"] = f"{weekday}, {day:02} Dec 2026 {clock} +0100"
        uai = about.split("-")[1].lower() if about.count("-") == 2 else "0000000x"
        message["From"] = email.headerregistry.Address(
            f"Secrétariat {uai.upper()}", f"ce.{uai}", "academie.example")
        message["To"] = "dan-retours@academie.example"
        subjects = (f"Re: [{about}] Lettre de mission – référent numérique – 2026-2027",
                    f"RE: TR: [{about}] Lettre de mission", "Lettre de mission signée",
                    "document scanné", "")
        message["Subject"] = str(rng.choice(subjects, p=(0.55, 0.1, 0.15, 0.15, 0.05)))
        if thread:
            answered = self.messages.get(thread, f"<missive.{thread}.r1.000000000000@academie.example>")
            message["In-Reply-To"] = answered
            message["References"] = answered
        message.set_content(str(rng.choice(BARE_TEXTS if bare else TEXTS)))
        for name, data, _account in items:
            kind = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png",
                    "tif": "image/tiff"}.get(name.rsplit(".", 1)[-1], "application/octet-stream")
            if rng.random() < 0.15:
                kind = "application/octet-stream"
            message.add_attachment(data, *kind.split("/"), filename=name)
        for index, node in enumerate(node for node in message.walk() if node.is_multipart()):
            node.set_boundary(f"=_{number:x}_{index}")
        return message.as_bytes(), {
            "kind": "mail", "expect": "nothing-to-archive" if bare else "container",
            "references": sorted(set(references)), "thread": thread,
            "items": [self.account(*item) for item in items]}

    def zip(self):
        """A ZIP of two to six returns, some in folders."""
        rng, out, items, names = self.rng, io.BytesIO(), [], set()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for index in range(int(rng.integers(2, 7))):
                name, data, account = self.one(str(rng.choice(("scan", "signed_pdf", "sent_copy"))))
                name = f"{rng.choice(('', '', 'retours/'))}{name}"
                name = f"{index}-{name}".replace("/", "-") if name in names else name
                names.add(name)
                archive.writestr(zipfile.ZipInfo(name, (2026, 12, 4, 9, 30, 0)), data)
                items.append((name, data, account))
        return out.getvalue(), {
            "kind": "zip", "expect": "container", "items": [self.account(*item) for item in items],
            "references": sorted({ref for _, _, a in items for ref in a["references"]})}

    def mbox(self, count):
        """An mbox (RFC 4155, `>From ` quoting) of mails."""
        out, items = bytearray(), []
        for index in range(count):
            data, account = self.mail(index % 5 == 4, index % 10 == 9)
            out += b"From ce@academie.example Mon Dec  7 10:00:00 2026\n"
            body = data.replace(b"\r\n", b"\n")
            out += re.sub(rb"(?m)^(>*From )", rb">\1", body) + b"\n"
            items.append({"file": f"mail {index + 1}", **account})
        references = sorted({ref for item in items for ref in item["references"]})
        return bytes(out), {"kind": "mbox", "expect": "container", "references": references,
                            "items": items}

    # --- names and filing

    def reference(self):
        return str(self.rng.choice(list(self.letters)))

    def name(self, reference, extension, kind):
        """A file name as people and machines give them; one in four holds the reference."""
        rng = self.rng
        day, number = int(rng.integers(1, 19)), int(rng.integers(1, 999))
        if kind == "photo" and extension != "pdf":
            return f"IMG_202612{day:02}_{rng.integers(80000, 180000):06}.{extension}"
        names = [f"Scan_202612{day:02}_{number:04}", f"numérisation{number:04}", f"doc{number:05}",
                 "lettre de mission signée", f"{reference} signé", f"LM {reference.split('-')[-1]}",
                 f"SKM_C250i2612{day:02}{rng.integers(8, 18):02}{number % 60:02}0",
                 "Lettre mission référent num.", f"Lettre_de_mission_{reference}"]
        if kind == "sent" or (kind == "signed" and rng.random() < 0.6):
            names = [f"Lettre_de_mission_{reference}", f"Lettre_de_mission_{reference} (1)",
                     f"Lettre_de_mission_{reference}_signe", f"{reference}"]
        return f"{rng.choice(names)}.{extension}"

    def account(self, name, data, account):
        return {"file": name, **account, "sha256": hashlib.sha256(data).hexdigest()}

    def file(self, name, data, account):
        """Writes a file in some folder under a name nobody has yet."""
        folder = str(self.rng.choice(FOLDERS))
        stem, dot, extension = name.rpartition(".")
        if not stem:
            stem, dot, extension = name, "", ""
        path, again = f"{folder}/{name}".lstrip("/"), 1
        while path.casefold() in self.taken:
            again += 1
            path = f"{folder}/{stem} ({again}){dot}{extension}".lstrip("/")
        self.taken.add(path.casefold())
        target = self.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        self.truth.append(self.account(path, data, account))

    def duplicate(self):
        """The bytes of a file already there, under another name."""
        plain = [one for one in self.truth if one["kind"] in ("scan", "signed", "photo", "sent-copy")]
        if not plain:
            return self.sent_copy()
        first = plain[int(self.rng.integers(len(plain)))]
        data = (self.out / first["file"]).read_bytes()
        name = self.name((first["references"] or ["x"])[0], first["file"].rsplit(".", 1)[-1], "scan")
        return name, data, {"kind": "duplicate", "expect": "duplicate", "same_as": first["file"],
                            "references": first["references"]}


def mark_copies(entries):
    """Says of every file, in containers too, how often its bytes occur, when more than once."""
    def walk(some):
        for one in some:
            yield one
            yield from walk(one.get("items", ()))

    counts = collections.Counter(one["sha256"] for one in walk(entries) if "sha256" in one)
    for one in walk(entries):
        if counts[one.get("sha256")] > 1:
            one["copies"] = counts[one["sha256"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("letters", type=pathlib.Path, help="folder of <reference>.pdf, as sent")
    parser.add_argument("scans", type=pathlib.Path, help="what scans.py made")
    parser.add_argument("signed", help="folder of signed PDFs, or -")
    parser.add_argument("out", type=pathlib.Path, help="folder to write, made if absent")
    parser.add_argument("--messages", type=pathlib.Path, help="JSON of boxes.py --messages")
    parser.add_argument("--count", type=int, default=600, help="how many files in the folder (600)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another folder (1)")
    given = parser.parse_args()
    rng = np.random.default_rng(given.seed)
    clerk = Clerk(given, rng)
    total = sum(weight for _, weight in KINDS)
    queue = [kind for kind, weight in KINDS for _ in range(given.count * weight // total)]
    queue = (queue + ["scan"] * given.count)[:given.count - 1]
    rng.shuffle(queue)
    given.out.mkdir(parents=True, exist_ok=True)
    for index, kind in enumerate(map(str, queue)):
        if kind.startswith("mail"):
            data, account = clerk.mail(kind == "mail-several", kind == "mail-bare")
            clerk.file(f"message {index + 1}.eml", data, account)
        elif kind == "zip":
            clerk.file(f"retours {index + 1}.zip", *clerk.zip())
        else:
            clerk.file(*clerk.one("signed_pdf" if kind == "signed" else kind))
    clerk.file("retours.mbox", *clerk.mbox(40))
    mark_copies(clerk.truth)
    truth = sorted(clerk.truth, key=lambda entry: entry["file"])
    (given.out / "truth.json").write_text(
        json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    size = sum((given.out / entry["file"]).stat().st_size for entry in truth)
    print(f"{len(truth)} files, {size / 1e6:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
