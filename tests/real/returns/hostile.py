#!/usr/bin/env python3
"""The hostile corpus: files that a mailbox may bring and that no program should trust.

    hostile.py LETTERS_DIR OUT [--seed 1] [--random 110]

LETTERS_DIR holds the letters as sent, `<reference>.pdf`; the first in order is used. Writes OUT and
OUT/truth.json, a list of {file, kind, note}. Files `r-NNN-*` are random flips, cuts, duplications,
swaps and holes over five bases (letter, scan PDF, letter with a signature field, JPEG, PNG or
TIFF); the others are built, see hostile_pdf.py and hostile_other.py. Some built files become
gigabytes when decompressed: never open one without a limit of memory and time.

Same letters and seed: same bytes, but for encrypted-*.pdf, whose salts are random.
Note that on disk some names hold a newline, quotes or a right-to-left override: that is the point.
"""

import argparse
import json
import pathlib
import sys

import numpy as np

import append
import container
import hostile_other
import hostile_pdf
import paper
import scanner


def bases(path):
    """The five kinds of ordinary files that the random damage starts from."""
    letter = path.read_bytes()
    rng = np.random.default_rng(20261207)
    count = paper.pages(path)
    scans = [scanner.scan(paper.render(path, page + 1).copy(), rng, 100, 0.8)
             for page in range(count)]
    black = [np.where(scan > 150, 255, 0).astype(np.uint8) for scan in scans]
    return {
        "letter.pdf": [letter],
        "scan.pdf": [container.pdf(scans, 100, "jpeg", 40), container.pdf(black, 100, "group4")],
        "signed.pdf": [append.looks_signed(letter, rng)],
        "page.jpg": [container.jpeg(scans[-1], 50, 100)],
        "page.png": [container.png(scans[-1], 100, 4)],
        "pages.tif": [container.tiff(black, 100, "group4"), container.tiff(scans[-1:], 100, "jpeg")],
    }


def damaged(data, rng):
    """One random damage; gives (its name, the bytes)."""
    data = bytearray(data)
    kind = str(rng.choice(("flip", "flip", "cut", "double", "hole", "swap", "remove")))
    start = int(rng.integers(0, len(data)))
    length = int(min(len(data) - start, 1 << int(rng.integers(0, 14))))
    if kind == "flip":
        count = 1 << int(rng.integers(0, 8))
        for place in rng.integers(0, len(data), count).tolist():
            data[place] ^= 1 << int(rng.integers(0, 8))
        return f"{count} bits flipped", bytes(data)
    if kind == "cut":
        return f"cut at {start} of {len(data)}", bytes(data[:start])
    piece = data[start:start + length]
    if kind == "double":
        times = int(rng.integers(1, 4))
        return f"{length} bytes at {start} repeated {times} times", bytes(
            data[:start] + piece * times + data[start:])
    if kind == "hole":
        data[start:start + length] = bytes(length)
        return f"{length} zero bytes at {start}", bytes(data)
    if kind == "remove":
        del data[start:start + length]
        return f"{length} bytes removed at {start}", bytes(data)
    other = int(rng.integers(0, len(data) - length + 1))
    data[start:start + length], data[other:other + length] = (
        data[other:other + length], data[start:start + length])
    return f"{length} bytes at {start} and {other} exchanged", bytes(data)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("letters", type=pathlib.Path, help="folder of <reference>.pdf, as sent")
    parser.add_argument("out", type=pathlib.Path, help="folder to write, made if absent")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other damage (1)")
    parser.add_argument("--random", type=int, default=110, help="how many random files (110)")
    given = parser.parse_args()
    letters = sorted(given.letters.glob("*.pdf"))
    if not letters:
        parser.error(f"no letters in {given.letters}")
    given.out.mkdir(parents=True, exist_ok=True)
    rng, truth, size = np.random.default_rng(given.seed), [], 0

    def put(name, kind, note, data):
        nonlocal size
        (given.out / name).write_bytes(data)
        truth.append({"file": name, "kind": kind, "note": note})
        size += len(data)

    made = bases(letters[0])
    slots = (("letter.pdf",), ("scan.pdf",), ("signed.pdf",), ("page.jpg",), ("page.png", "pages.tif"))
    for index in range(given.random):
        slot, turn = slots[index % len(slots)], index // len(slots)
        name = slot[turn % len(slot)]
        choices = made[name]
        note, data = damaged(choices[turn // len(slot) % len(choices)], rng)
        put(f"r-{index + 1:03}-{name}", "random", f"{name}: {note}", data)
    letter = letters[0].read_bytes()
    for module in (hostile_pdf, hostile_other):
        for entry in module.build(letter, rng):
            put(*entry)
    (given.out / "truth.json").write_text(
        json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    print(f"{len(truth)} files, {size / 1e6:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
