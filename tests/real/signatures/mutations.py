#!/usr/bin/env python3
"""Makes returns that were tampered with, by the hundred: what must not come out as signed.

    mutations.py FIXTURES OUT [--part N] [--honest FOLDER]

FIXTURES: tests/fixtures/archive, for the letter and its boxes. Writes OUT/<kind>/<name>.pdf,
OUT/bases/*.pdf, OUT/index.json and OUT/authorities/. Names and contents are the same each time
but for the keys. Each change is made in three ways: `after` (appended without a key to a good
return), `before` (appended to the letter, which is then signed) and `rewritten` (the changed letter
written anew with other numbers, then signed). `--part N` keeps every Nth change, for a short run;
`--honest FOLDER` makes the honest returns with the same keys.
"""

import argparse

import bases
import bytes_after
import changes_document
import changes_marks
import changes_page
import changes_text
import honest
import signatures as tool
import other_signers
import tables
from corpus import Corpus
from tail import Tail

# Kinds whose harm no reader shows: something acts, is spoken, was signed by somebody else.
UNSEEN = {"action", "structure", "signers", "spoken", "double-key"}
# Loose objects inside a listed object that nothing uses.
WITHIN = ("in-stream", "in-string")
# Signers of whom no rule is written down.
OPEN = {"in-a-box-to-write", "trusted-then-home-made", "home-made-then-trusted"}
# Bases that take turns, so that every kind meets each of them.
TURNS = ("one", "two", "typed", "sealed", "timestamped", "certified", "form", "invisible")


def after(corpus, kind, name, change, base):
    tail = Tail(base.data)
    change(tail)
    corpus.keep(kind, f"{name}-after-{base.name}", tail.finish(), "after", base.name,
                must="not-signed" if kind in UNSEEN else None)


def changed_letter(shop, change):
    tail = Tail(shop.letter)
    change(tail)
    return tail.finish()


def before(corpus, shop, kind, name, change, rewritten):
    """Signed by the head with a good key, after the change."""
    mode = "rewritten" if rewritten else "before"
    try:
        data = changed_letter(shop, change)
        if rewritten:
            data = tool.with_pikepdf(data, lambda pdf: None)
        data = shop.sign(data)
    except Exception as error:  # a program that signs refuses it: so be it
        corpus.skipped.append((kind, name, mode, f"{type(error).__name__}: {error}"[:90]))
        return
    # Who writes a file anew keeps one of two keys, maybe the honest one.
    decided = kind in UNSEEN and not (rewritten and kind == "double-key")
    corpus.keep(kind, f"{name}-{mode}", data, mode, must="not-signed" if decided else None)


def every_change(shop):
    for part in (changes_page, changes_document, changes_marks):
        yield from part.changes(shop)


def make(shop, corpus, part):
    made = shop.bases()
    corpus.keep_bases(made)
    turn = 0
    for at, (kind, name, change) in enumerate(every_change(shop)):
        if at % part:
            continue
        after(corpus, kind, name, change, made[TURNS[turn % len(TURNS)]])
        turn += 1
        before(corpus, shop, kind, name, change, rewritten=at % 2 == 0)
    for at, (kind, name, change) in enumerate(changes_text.changes(shop)):
        if at % part:
            continue
        before(corpus, shop, kind, name, change, rewritten=False)
        before(corpus, shop, kind, name, change, rewritten=True)
    for base in ("one", "two", "sealed"):
        for kind, name, change in list(changes_marks.changes_of_signed())[::part]:
            after(corpus, kind, name, change, made[base])
    for kind, name, change in list(changes_marks.changes_of_form())[::part]:
        after(corpus, kind, name, change, made["form"])
    for source, names in ((tables, ("one", "two")), (bytes_after, ("one", "sealed"))):
        for base in names:
            for name, data in list(source.mutations(shop, made[base]))[::part]:
                within = name.startswith(WITHIN)
                corpus.keep(source.KIND, f"{name}-{base}", data, "after", base, must=None if within else "not-signed")
    for name, data in list(bytes_after.frame(shop, made["one"]))[::part]:
        corpus.keep("frame", name, data, "after", "one")
    for name, data in list(other_signers.mutations(shop))[::part]:
        corpus.keep("signers", name, data, "before", must=None if name in OPEN else "not-signed")


def main():
    wanted = argparse.ArgumentParser()
    wanted.add_argument("fixtures")
    wanted.add_argument("out")
    wanted.add_argument("--part", type=int, default=1)
    wanted.add_argument("--honest")
    asked = wanted.parse_args()
    shop, corpus = bases.workshop(asked.fixtures), Corpus(asked.out)
    make(shop, corpus, asked.part)
    corpus.write(shop)
    if asked.honest:
        honest.fill(shop, asked.honest)
    kinds = {}
    for entry in corpus.index:
        kinds[entry["kind"]] = kinds.get(entry["kind"], 0) + 1
    print(len(corpus.index), "files:", ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))
    print(len(corpus.skipped), "that no program would sign")
    return corpus


if __name__ == "__main__":
    main()
