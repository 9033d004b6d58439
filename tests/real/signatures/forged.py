#!/usr/bin/env python3
"""Keeps some of the mutations and honest returns as fixtures of the Rust tests.

    forged.py MUTATIONS HONEST FIXTURES [VERDICTS]

MUTATIONS and HONEST: what mutations.py and honest.py wrote, with the
same keys (`mutations.py … --honest`).
FIXTURES: tests/fixtures/forged, written anew like tests/fixtures/archive; the letter itself is
`../archive/letter`. VERDICTS: what judge.py printed, told in the truth as `said`.
"""

import json
import shutil
import sys
from pathlib import Path

from fixtures import common

BASES = ["../archive/letter", "one", "sealed-letter", "two", "typed", "sealed", "form", "timestamped", "certified", "invisible"]
# A few of each kind: what a forger would do, and its nearest relatives.
CHOSEN = {
    "cross-reference": ["generation-and-entry-amount-one", "generation-amount-two", "header-differs-amount-one", "entry-differs-amount-one",
                        "twice-forged-first-amount-one", "twice-forged-last-amount-one", "overlapping-amount-one", "hybrid-amount-one",
                        "hybrid-free-amount-one", "free-amount-one", "revision-skipped-amount-one", "place-before-amount-one",
                        "table-behind-amount-one", "table-old-amount-one", "root-first-amount-one", "small-amount-one",
                        "packed-object-right-one", "packed-object-unlisted-one", "two-trailers-amount-one", "whole-table-amount-two"],
    "loose-bytes": ["behind-0-amount-one", "before-objects-amount-one",
                    "between-table-and-start-amount-one", "behind-endstream-amount-one", "comment-carriage-amount-one",
                    "spaced-amount-sealed"],
    "double-key": ["page-2-Contents-first-after-*", "page-2-Cont-65nts-last-after-*", "1-Kids-last-after-*", "129-A-first-after-*",
                   "catalogue-pages-first-after-*", "stream-length-first-after-*", "page-2-Contents-first-before"],
    "page-tree": ["count-1-after-*", "kids-twice-after-*", "type-page-after-*", "crop-after-*", "page-2-type-template-after-*", "nested-count-after-*"],
    "page-boxes": ["page-2-unit-after-*", "page-1-crop-near-after-*", "page-2-duration-after-*"],
    "link": ["second-border-after-*", "second-style-after-*", "second-border-before", "second-appearance-after-*", "first-uri-after-*", "second-subtype-after-*"],
    "field-empty": ["sig-background-after-*", "sig-background-before", "tx-value-after-*", "btn-caption-after-*", "sig-border-after-*"],
    "field-value": ["parent-value-needed-after-form", "parent-value-after-form", "parent-flags-after-form", "widget-background-after-form", "appearance-after-form"],
    "form": ["needs-appearances-after-*", "unlisted-after-*"],
    "signature-widget": ["background-after-one", "kid-over-text-after-one", "moved-after-two", "on-two-pages-after-one", "action-after-sealed"],
    "structure": ["paragraph-kids-dropped-after-*", "paragraph-kids-other-after-*", "root-roles-after-*", "root-parents-swapped-after-*",
                  "paragraph-actual-after-*", "paragraph-alternate-after-*", "root-classes-after-*", "document-added-after-*", "page-parents-after-*",
                  "paragraph-type-artifact-before"],
    "action": ["link-launch-excused-after-*", "link-launch-typed-after-*", "open-here-then-script-after-*", "next-launch-excused-after-*",
               "next-launch-excused-before", "pa-script-after-*", "outline-script-after-*", "structure-script-after-*", "names-script-after-*", "open-page-elsewhere-after-*"],
    "faint-text": ["grey-85-before", "grey-95-before", "size-1.0-before", "mode-3-before", "grey-85-rewritten", "in-sign-box-before"],
    "faint-mark": ["dot-before", "thin-line-before", "white-dot-rewritten"],
    "spoken": ["map-digits-before", "map-one-digit-rewritten", "span-actual-before", "nested-actual-rewritten", "named-alternate-before", "font-of-its-own-before",
               "artifact-before", "mark-other-before"],
    "covered": ["image-over-words-before"],
    "annotation": ["popup-over-after-*", "highlight-over-before", "watermark-drawn-after-*"],
    "annotation-in-box": ["action-before", "difference-before"],
    "layers": ["content-off-before", "link-off-after-*"],
    "transparency": ["faint-after-*"],
    "catalogue": ["collection-after-*", "store-after-*", "attachment-before", "preferences-after-*"],
    "font": ["to-unicode-after-*", "file-other-after-*"],
    "stream": ["length-short-after-*", "two-zlib-before"],
    "content": ["amount-after-*", "amount-before"],
}
HONEST = {
    "shaped": ["acrobat", "acrobat-packed", "acrobat-separate", "acrobat-two"],
    "filled": ["mupdf-text", "field-filled", "pypdf-text"],
    "added-later": ["metadata-later", "validation-later"],
    "signing": ["sealed-head", "separate-widget", "styled", "prepared-two"],
    "written-anew": ["pikepdf"],
}
LARGEST = 60_000


def choose(folder, chosen):
    """Index entries of the chosen files, by the name they get."""
    for entry in json.loads((folder / "index.json").read_text()):
        for wanted in chosen.get(entry["kind"], []):
            start = wanted.removesuffix("*")
            fits = entry["name"].startswith(start) if wanted.endswith("*") else entry["name"] == wanted
            if fits:
                yield f"{entry['kind']}-{entry['name']}", entry, (folder / entry["file"]).read_bytes()


def patch(data, files):
    """The shortest way to write a file as what differs from another."""
    best = None
    for base, known in files.items():
        prefix, suffix = common(data, known)
        rest = data[prefix:len(data) - suffix]
        if best is None or len(rest) < len(best[1]):
            best = (f"{base} {prefix} {suffix}\n".encode(), rest)
    return best[0] + best[1]


def main():
    mutations, honest, target = map(Path, sys.argv[1:4])
    said = {}
    if sys.argv[4:]:
        said = dict(line.split(" ", 1)[::-1] for line in Path(sys.argv[4]).read_text().splitlines())
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copy(mutations / "authorities/academie.pem", target)
    shutil.copy(mutations / "boxes.json", target)
    truth, files = {}, {BASES[0]: (mutations / "bases/letter.pdf").read_bytes()}
    for name in BASES[1:]:
        files[name] = (mutations / f"bases/{name}.pdf").read_bytes()
        (target / f"{name}.patch").write_bytes(patch(files[name], {base: files[base] for base in files if base != name}))
    for kind, found in (("attack", choose(mutations, CHOSEN)), ("variant", choose(honest, HONEST))):
        for name, entry, data in found:
            written = patch(data, files)
            if len(written) > LARGEST:
                print("left out, too large:", name, len(written))
                continue
            (target / f"{name}.patch").write_bytes(written)
            sent = "../archive/letter" if entry["sent"] == "bases/letter.pdf" else "sealed-letter"
            truth[name] = {"kind": kind, "what": f"{entry['kind']}: {entry['name']}", "sent": sent,
                           "expect": {"signed": kind == "variant"}, "said": said.get(entry["file"])}
    (target / "truth.json").write_text(json.dumps({"now": "2026-11-28T12:00:00Z", "files": truth}, indent=1))
    print(len(truth), "fixtures,", sum(path.stat().st_size for path in target.iterdir()), "bytes")


if __name__ == "__main__":
    main()
