#!/usr/bin/env python3
"""Synthetic returned scans: letters printed, signed by hand, scanned or photographed.

    scans.py LETTERS_DIR OUT --boxes boxes.json --count 500 --seed 1 [--jobs 2] [--only VARIANT]

LETTERS_DIR holds the letters as sent, `<reference>.pdf`; boxes.json comes from boxes.py. Writes
OUT/NNNN-<variant>.<extension> and OUT/truth.json. Same letters, seed, count and versions
(requirements.txt, poppler): same bytes. The files of a variant are spread over resolutions,
letters, ways of signing and marks of the pen.

truth.json is a list of
  file      name in OUT
  kind      pdf, tiff, jpeg, png
  dpi       resolution of the page on paper (for a photo: what its pixels amount to)
  variant   one of VARIANTS below
  pages     one entry per page of paper, in the order of the file (two entries have the same
            `page` when two pages share a sheet):
              page          1-based page of the file
              reference, number   of the letter; null for blank and foreign pages
              turn          degrees clockwise by which the STORED pixels stand off upright
              rotate        /Rotate of the PDF page (0, 90, 180, 270), or the degrees clockwise that
                            the Exif orientation asks a viewer to turn: (turn + rotate) % 360 is
                            what a person sees
              skew          degrees clockwise, beside `turn`
              code_damaged  the pen crosses the QR code; code_damage says `data` or `finder`
              blank, foreign, foreign_code (text of a QR code that is not ours)
              signed        labels of the boxes signed on this page
              marks         ink by hand: [{kind, label, x, y, width, height}] in points of the
                            upright letter page; label null = outside the boxes
              artefacts     punched holes, black edge, fold, staple: no marks of a pen
  letters   one per letter in the file: reference, pages (numbers present, in file order), missing,
            signed, written (boxes filled in), outside_marks
  signed    labels signed, over all letters of the file
  outside_marks  something was written, stamped or crossed out outside the boxes
A mark that begins in a box may leave it by a few points, as real signatures do: `overflow` on it.
"""

import argparse
import collections
import concurrent.futures
import json
import pathlib
import sys
import time

import cv2
import numpy as np

import container
import paper
import scanner

# variant: (weight out of 500, containers, resolutions)
ALL, FINE = (100, 150, 150, 200, 200, 200, 300), (150, 200, 200, 300)
VARIANTS = {
    "grey": (50, ("pdf",), ALL),
    "rgb": (45, ("pdf",), ALL),
    "skew": (35, ("pdf",), ALL),
    "upside-down": (30, ("pdf",), ALL),
    "sideways": (28, ("pdf",), ALL),
    "rotate-entry": (12, ("pdf",), ALL),
    "bilevel-pdf": (34, ("pdf",), FINE),
    "bilevel-tiff": (22, ("tiff",), FINE),
    "fax": (5, ("tiff", "pdf"), (204,)),
    "low-contrast": (24, ("pdf",), ALL),
    "pen-over-text": (20, ("pdf",), ALL),
    "pen-over-code-data": (14, ("pdf",), FINE),
    "pen-over-code-finder": (14, ("pdf",), FINE),
    "two-up-a4": (12, ("pdf",), (200, 300, 300)),
    "two-up-a3": (10, ("pdf",), (150, 200)),
    "batch": (24, ("pdf", "pdf", "tiff"), (150, 200, 200, 300)),
    "missing-page": (14, ("pdf",), ALL),
    "swapped-pages": (10, ("pdf",), ALL),
    "blank-versos": (12, ("pdf",), ALL),
    "foreign-page": (10, ("pdf",), ALL),
    "jpeg-page": (16, ("jpeg",), ALL),
    "png-page": (14, ("png",), ALL),
    "tiff-pages": (14, ("tiff",), ALL),
    "photo": (26, ("jpeg",), (0,)),
    "photo-pdf": (10, ("pdf",), (0,)),
    "photo-flattened": (8, ("pdf",), FINE),
    "strips": (14, ("pdf",), ALL),
    "cairo": (14, ("pdf",), ALL),
}
SIGNED = (("sign-head", "sign-referent"),) * 10 + (
    ("sign-issuer", "sign-head", "sign-referent"),) * 4 + (
    ("sign-head",), ("sign-head",), ("sign-referent",), (), (), ())
SINGLE = ("jpeg-page", "png-page", "photo")  # page 1 in one file, the last page in another
EXIF = {0: 1, 90: 6, 180: 3, 270: 8}
DATES = ("3/12/2026", "04/12/26", "7 dec. 2026", "10/12/2026", "14/12/26", "15-12-2026")


class Writer:
    """Prints pages of letters and writes on them, and keeps the account of it."""

    def __init__(self, folder, boxes):
        self.folder, self.boxes, self.shelf = pathlib.Path(folder), boxes, paper.Shelf()

    def path(self, reference):
        return self.folder / f"{reference}.pdf"

    def page(self, rng, hand, reference, number, colour, harm=None):
        """A page of a letter with its handwriting, and its account for the truth."""
        sheet = self.shelf.print(self.path(reference), number, colour)
        marks, signed = [], []

        def mark(kind, where, label=None, box=None):
            x, y, width, height = where
            if width and height:
                entry = {"kind": kind, "label": label, "x": x, "y": y, "width": width,
                         "height": height}
                if box and (x < box["x"] - 1 or y < box["y"] - 1
                            or x + width > box["x"] + box["width"] + 1
                            or y + height > box["y"] + box["height"] + 1):
                    entry["overflow"] = True
                marks.append(entry)

        for box in self.boxes.get(reference, []):
            if box["page"] != number:
                continue
            label, x, y, w, h = (box[key] for key in ("label", "x", "y", "width", "height"))
            pen = hand["pens"].get(label, paper.BLACK)
            if label in hand["signed"]:
                signed.append(label)
                if label == "sign-head" and hand["stamped"]:
                    at = x + w * rng.uniform(0.55, 0.75), y + h * rng.uniform(0.5, 0.62)
                    mark("stamp", paper.stamp(sheet, rng, *at, ("COLLEGE D'EXEMPLE * ACADEMIE *",
                         "Principal")), label, box)
                wide, high = w * rng.uniform(0.5, 0.92), h * rng.uniform(0.3, 0.5)
                left = x + (w - wide) * rng.uniform(0, 1)
                top = y + 42 + (h - 42 - high) * rng.uniform(-0.1, 0.9)
                place = (left, top, wide, high)
                if hand["large"]:
                    place = (left - 4, y + h * 0.25, wide * 1.15, h * 0.9)
                mark("signature", paper.signature(sheet, rng, place, pen), label, box)
                if rng.random() < 0.65:
                    mark("date", paper.handwriting(sheet, rng, str(rng.choice(DATES)), x + 30,
                         y + h - 9, 8, pen, False), label, box)
            elif label in hand["written"]:
                base = y + 27
                while base < y + h - 4 and rng.random() < 0.85:
                    mark("words", paper.handwriting(sheet, rng, str(rng.choice(paper.PHRASES)),
                         x + rng.uniform(6, 40), base, rng.uniform(7, 9), pen), label, box)
                    base += rng.uniform(15, 19)
        pen = hand["pens"]["other"]
        for kind in hand["outside"].get(number, ()):
            self.outside(sheet, rng, kind, pen, mark)
        damage = None
        if harm:
            damage = self.over_code(sheet, rng, reference, number, harm, pen, mark)
        account = {"reference": reference, "number": number, "code_damaged": bool(damage),
                   "blank": False, "foreign": False, "signed": signed, "marks": marks}
        if damage:
            account["code_damage"] = damage
        return sheet, account

    def outside(self, sheet, rng, kind, pen, mark):
        """One mark outside the boxes."""
        y = rng.uniform(300, 520)
        if kind == "crossed-out":
            left, right = rng.uniform(70, 200), rng.uniform(300, 520)
            for row in range(int(rng.integers(1, 4))):
                mark(kind, paper.stroke(sheet, rng, (left, y + 12 * row), (right, y + 12 * row
                     + rng.uniform(-3, 3)), pen))
            if rng.random() < 0.5:
                mark("words", paper.handwriting(sheet, rng, str(rng.choice(paper.NOTES)), left,
                     y - 6, 8, pen))
        elif kind == "added-words":
            mark(kind, paper.handwriting(sheet, rng, str(rng.choice(paper.NOTES)),
                 rng.uniform(66, 330), rng.uniform(735, 772), rng.uniform(8, 12), pen))
        elif kind == "margin-note":
            mark(kind, paper.handwriting(sheet, rng, str(rng.choice(("?", "oui", "non !", "vu",
                 "OK"))), rng.uniform(16, 32), y, rng.uniform(9, 13), pen))
        elif kind == "initials":
            mark(kind, paper.signature(sheet, rng, (rng.uniform(260, 330), 765, 42, 28), pen, 1.1))
        elif kind == "arrival-stamp":
            mark(kind, paper.stamp(sheet, rng, rng.uniform(300, 400), rng.uniform(70, 110),
                 ("", "RECU LE", "12 DEC 2026"), False, (40, 60, 150)))
        elif kind == "pen-over-text":
            if rng.random() < 0.5:
                mark(kind, paper.scribble(sheet, rng, (rng.uniform(80, 300), y,
                     rng.uniform(60, 200), rng.uniform(20, 90)), pen))
            else:
                mark(kind, paper.stroke(sheet, rng, (rng.uniform(60, 120), rng.uniform(180, 400)),
                     (rng.uniform(400, 530), rng.uniform(450, 640)), pen, 2))

    def over_code(self, sheet, rng, reference, number, harm, pen, mark):
        """A stroke over every code of the page: through the data, or through one finder."""
        for _text, (x, y, w, h) in paper.codes(self.path(reference), number):
            finder = w * 7 / 25
            if harm == "finder":
                dx, dy = ((0, 0), (1, 0), (0, 1))[rng.integers(3)]
                cx = x + finder / 2 + dx * (w - finder)
                cy = y + finder / 2 + dy * (h - finder)
                reach = finder * 0.9
                start, end = (cx - reach, cy - reach * 0.5), (cx + reach, cy + reach * 0.6)
                if rng.random() < 0.5:
                    around = (cx - reach, cy - reach, 2 * reach, 2 * reach)
                    mark("pen-over-code-finder", paper.scribble(sheet, rng, around, pen))
                    continue
            else:
                start = (x + w * 0.34, y + h * rng.uniform(0.45, 0.55))
                end = (x + w * 1.25, y + h * rng.uniform(0.62, 0.85))
            mark(f"pen-over-code-{harm}", paper.stroke(sheet, rng, start, end, pen, 1.7))
        return harm


def hand(rng, variant, outside):
    """How one letter was signed: which boxes, which pens, what else was written."""
    kinds = {1: [], 2: []}
    if outside:
        number = int(rng.integers(1, 3))
        choice = ("crossed-out", "added-words", "margin-note", "initials", "arrival-stamp")
        kind = str(rng.choice(choice))
        kinds[1 if kind in ("initials", "arrival-stamp") else number].append(kind)
    if variant == "pen-over-text":
        kinds[int(rng.integers(1, 3))].append("pen-over-text")
    signed = SIGNED[rng.integers(len(SIGNED))]
    if variant.startswith("pen-over-code") or (variant in SINGLE and rng.random() < 0.5):
        signed = SIGNED[0]
    labels = ("sign-issuer", "sign-head", "sign-referent", "write-priorities", "write-indicators",
              "other")
    written = ("write-priorities", "write-indicators") if rng.random() < 0.5 else ()
    return {"signed": signed, "written": written, "outside": kinds,
            "stamped": rng.random() < 0.3, "large": rng.random() < 0.12,
            "pens": {label: paper.PENS[rng.integers(len(paper.PENS))] for label in labels}}


def plan(count, seed, references, only):
    """The files to make: (index, variant, references), the same for the same arguments."""
    chosen = {only: VARIANTS[only]} if only else VARIANTS
    total = sum(weight for weight, *_ in chosen.values())
    shares = {name: count * weight / total for name, (weight, *_) in chosen.items()}
    counts = {name: int(share) for name, share in shares.items()}
    for name in sorted(shares, key=lambda n: counts[n] - shares[n] - (counts[n] == 0)):
        if sum(counts.values()) < count:
            counts[name] += 1
    rng = np.random.default_rng(seed)
    queue = [(name, turn) for name, number in counts.items() for turn in range(number)]
    rng.shuffle(queue)
    order = list(rng.permutation(references))
    jobs, place, pairs = [], 0, {}
    for index, (name, turn) in enumerate(queue, 1):
        turn = int(turn)
        if (name, turn // 2) in pairs:
            jobs.append((index, name, turn, pairs[name, turn // 2]))
            continue
        need = 3 + int(rng.integers(0, 3)) if name == "batch" else 1
        mine = [str(order[(place + step) % len(order)]) for step in range(min(need, len(order)))]
        place += need
        if name in SINGLE:
            pairs[name, turn // 2] = mine
        jobs.append((index, name, turn, mine))
    return jobs


def make(job, seed, writer, out):
    """Makes one file; gives its entry of the truth."""
    index, variant, turn, references = job
    rng = np.random.default_rng([seed, index])
    _weight, kinds, dpis = VARIANTS[variant]
    kind, dpi = kinds[turn % len(kinds)], dpis[turn % len(dpis)]
    photo = variant.startswith("photo")
    colour = variant == "rgb" or photo or (variant in ("jpeg-page", "cairo", "strips", "two-up-a4")
                                           and turn % 3 == 0)
    outside = rng.random() < 0.16 and not variant.startswith("pen")
    sheets = lay(rng, variant, turn, references, writer, colour, outside)
    pages, images, resolutions = [], [], []
    bilevel = variant in ("bilevel-pdf", "bilevel-tiff", "fax") or (
        variant == "batch" and turn % 3 == 2) or (variant == "png-page" and turn % 3 == 1)
    machine = [name for name, odds in (("punched", 0.08), ("edge", 0.12), ("fold", 0.1),
                                       ("staple", 0.1)) if rng.random() < odds]
    around = {"upside-down": 180, "sideways": (90, 270)[turn % 2],
              "rotate-entry": (180, 90, 270)[turn % 3]}.get(variant, 0)
    rotate = (360 - around) % 360 if variant == "rotate-entry" else 0
    width = (2400, 1500, 2400, 1900)[turn % 4]
    for number, (sheet, accounts) in enumerate(sheets, 1):
        skew = float(rng.normal(0, 0.35))
        if variant == "skew":
            skew = float(rng.uniform(1, 3) * rng.choice((-1, 1)))
        mine = around
        if variant == "batch":
            mine = int(rng.choice((0, 0, 0, 0, 180)))
        if variant in ("photo", "photo-pdf"):
            image, dpi = scanner.photo(sheet, rng, width)
            skew, mine = 0.0, int(rng.choice((0, 0, 0, 90, 180, 270))) if kind == "jpeg" else 0
            rotate = (360 - mine) % 360 if rng.random() < 0.7 else 0
        elif variant == "photo-flattened":
            image, skew = scanner.flatten(sheet, rng, dpi), 0.0
        else:
            contrast = "low" if variant == "low-contrast" else "normal"
            image = scanner.scan(sheet, rng, (204, 98) if variant == "fax" else dpi, skew,
                                 contrast, bilevel, machine)
        images.append(container.turned(image, mine))
        resolutions.append((204, 98) if variant == "fax" else dpi)
        for account in accounts:
            pages.append({"page": number, **account, "turn": mine, "rotate": rotate,
                          "skew": round(skew, 2), "artefacts": machine})
    extension = {"jpeg": "jpg", "tiff": "tif"}.get(kind, kind)
    path = out / f"{index:04}-{variant}.{extension}"
    write(path, kind, variant, turn, images, resolutions, bilevel, rotate, rng)
    return summary(path.name, kind, dpi, variant, pages, references, writer)


def lay(rng, variant, turn, references, writer, colour, outside):
    """The sheets of a file in order: [(sheet, [accounts of the pages on it])]."""
    sheets = []
    for reference in references:
        mine = hand(rng, variant, outside)
        count = paper.pages(writer.path(reference))
        numbers = list(range(1, count + 1))
        harmed = int(rng.integers(1, count + 1))
        harm = variant.rsplit("-", 1)[1] if variant.startswith("pen-over-code") else None
        if variant == "missing-page" or (variant == "batch" and rng.random() < 0.2):
            numbers = [numbers[int(rng.integers(0, count))]]
        if variant == "swapped-pages" or (variant == "batch" and rng.random() < 0.2):
            numbers.reverse()
        if variant in SINGLE:
            numbers = [count if turn % 2 else 1]
        for number in numbers:
            sheet, account = writer.page(rng, mine, reference, number, colour,
                                         harm if number == harmed else None)
            sheets.append((sheet, [account]))
            if variant == "blank-versos" or (variant == "batch" and rng.random() < 0.2):
                sheets.append((paper.blank(colour), [nothing()]))
        if variant == "batch" and rng.random() < 0.15:
            sheets.append(foreign(rng, colour))
    if variant == "foreign-page":
        sheets.insert(int(rng.integers(0, len(sheets) + 1)), foreign(rng, colour))
    if variant.startswith("two-up"):
        sheets = two_up(sheets, variant)
    return sheets


def nothing():
    """The account of a page that is no page of a letter."""
    return {"reference": None, "number": None, "code_damaged": False, "blank": True,
            "foreign": False, "signed": [], "marks": []}


def foreign(rng, colour):
    """A page of somebody else's, one in two with a QR code of its own."""
    code = "https://www.exemple.example/menu?s=50" if rng.random() < 0.5 else None
    account = {**nothing(), "blank": False, "foreign": True, "foreign_code": code}
    return paper.typed(rng, colour, code), [account]


def two_up(sheets, variant):
    """Pairs of pages side by side: reduced on A4, at full size on A3 (at half the resolution)."""
    laid = []
    for first in range(0, len(sheets), 2):
        pair = sheets[first:first + 2]
        share = 0.7071 if variant == "two-up-a4" else 1.0
        small = [cv2.resize(sheet, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
                 for sheet, _ in pair]
        if len(small) == 1:
            small.append(np.full_like(small[0], 255))
        laid.append((np.concatenate(small, 1), [one for _, accounts in pair for one in accounts]))
    return laid


def write(path, kind, variant, turn, images, resolutions, bilevel, rotate, rng):
    """Writes the images into one file, as scanners and telephones do."""
    quality, dpi = int(rng.integers(42, 76)), resolutions[0]
    if kind == "jpeg":
        orientation = None
        if variant == "photo":
            quality, orientation = int(rng.integers(62, 82)), EXIF[rotate]
        data = container.jpeg(images[0], quality, dpi, orientation)
    elif kind == "png":
        data = container.png(images[0], dpi, (4, 1, 8 if dpi <= 150 else 4)[turn % 3])
    elif kind == "tiff":
        how = ("tiff_lzw" if dpi == 100 else "jpeg") if not bilevel else "group4"
        if variant == "fax":
            how = "group3"
        data = container.tiff(images, dpi, how)
    else:
        how = "group4" if bilevel else "jpeg"
        if variant in ("grey", "cairo") and turn % 9 == 8 and dpi == 100:
            how = "flate"
        strips = (3, 8, 20)[turn % 3] if variant == "strips" else 1
        producer = container.PRODUCERS[rng.integers(len(container.PRODUCERS))]
        data = container.pdf(images, resolutions, how, quality, producer, strips, rotate)
    path.write_bytes(data)
    if variant == "cairo":
        container.resaved(path)


def summary(file, kind, dpi, variant, pages, references, writer):
    """The entry of the truth: pages, then the same by letter."""
    letters = []
    for reference in references:
        mine = [page for page in pages if page["reference"] == reference]
        numbers = [page["number"] for page in mine]
        count = paper.pages(writer.path(reference))
        marks = [mark for page in mine for mark in page["marks"]]
        letters.append({
            "reference": reference, "pages": numbers,
            "missing": [n for n in range(1, count + 1) if n not in numbers],
            "signed": [label for page in mine for label in page["signed"]],
            "written": sorted({m["label"] for m in marks if m["kind"] == "words" and m["label"]}),
            "outside_marks": any(mark["label"] is None for mark in marks),
        })
    return {"file": file, "kind": kind, "dpi": dpi, "variant": variant, "pages": pages,
            "letters": letters,
            "signed": sorted({label for letter in letters for label in letter["signed"]}),
            "outside_marks": any(letter["outside_marks"] for letter in letters)}


def work(jobs, seed, letters, boxes, out):
    """Makes the files of one process."""
    cv2.setNumThreads(1)
    writer, made = Writer(letters, boxes), []
    for job in jobs:
        made.append((job[0], make(job, seed, writer, out)))
        print(".", end="", file=sys.stderr, flush=True)
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("letters", type=pathlib.Path, help="folder of <reference>.pdf, as sent")
    parser.add_argument("out", type=pathlib.Path, help="folder to write, made if absent")
    parser.add_argument("--boxes", type=pathlib.Path, required=True, help="JSON of boxes.py")
    parser.add_argument("--count", type=int, default=500, help="how many files (500)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other scans (1)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2); same bytes with any")
    parser.add_argument("--only", choices=VARIANTS, help="this variant only")
    given = parser.parse_args()
    began = time.monotonic()
    references = sorted(path.stem for path in given.letters.glob("*.pdf"))
    if not references:
        parser.error(f"no letters in {given.letters}")
    boxes = json.loads(given.boxes.read_text(encoding="utf-8"))
    given.out.mkdir(parents=True, exist_ok=True)
    jobs = plan(given.count, given.seed, references, given.only)
    groups = collections.defaultdict(list)
    for job in sorted(jobs, key=lambda job: (job[3][0], job[0])):
        groups[job[3][0]].append(job)
    shares = [[] for _ in range(max(1, given.jobs))]
    for group in sorted(groups.values(), key=lambda group: (-len(group), group[0][0])):
        min(shares, key=len).extend(group)
    rest = (given.seed, given.letters, boxes, given.out)
    with concurrent.futures.ProcessPoolExecutor(len(shares)) as pool:
        futures = [pool.submit(work, share, *rest) for share in shares if share]
        made = sorted(pair for future in futures for pair in future.result())
    truth = [entry for _, entry in made]
    (given.out / "truth.json").write_text(
        json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    size = sum((given.out / entry["file"]).stat().st_size for entry in truth)
    print(f"\n{len(truth)} files, {size / 1e6:.1f} MB, {time.monotonic() - began:.0f} s",
          file=sys.stderr)


if __name__ == "__main__":
    main()
