#!/usr/bin/env python3
"""What `missive archive add` makes of a corpus, held against its truth.

    measure.py MISSIVE PROJECT CORPUS scans|hostile|mixed

PROJECT is a missive project whose letters left and from whose letters CORPUS was made (scans.py,
hostile.py or mixed.py, with its truth.json). It is copied first. Prints matched and wrong letters,
verdicts, time, files a second and peak memory. A wrong letter, a `signed` that no signature made,
or a hostile file without a verdict ends it with 1.
"""

import collections
import json
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time


def main(missive, project, corpus, what):
    corpus = pathlib.Path(corpus)
    truth = json.loads((corpus / "truth.json").read_text())
    with tempfile.TemporaryDirectory() as folder:
        work, inbox = pathlib.Path(folder, "project"), pathlib.Path(folder, "inbox")
        shutil.copytree(project, work)
        shutil.copytree(corpus, inbox)
        (inbox / "truth.json").unlink()
        env = {"XDG_STATE_HOME": str(pathlib.Path(folder, "state")), "USER": "mesure"}
        start = time.monotonic()
        ended = subprocess.run(
            [missive, "-C", work, "archive", "add", inbox, "--json"],
            env=env, capture_output=True, check=False)
        seconds = time.monotonic() - start
        told = json.loads(ended.stdout)
        use = resource.getrusage(resource.RUSAGE_CHILDREN)
        account = json.loads(subprocess.run(
            [missive, "-C", work, "status", "--json"], env=env, capture_output=True,
            check=True).stdout)
        verify = [subprocess.run([missive, "-C", work, *words], env=env, capture_output=True,
                                 check=False).returncode
                  for words in (["ledger", "verify"], ["archive", "verify"])]
    files = told["files"]
    print(f"{len(files)} files, exit {ended.returncode}, {seconds:.1f} s, "
          f"{len(files) / seconds:.1f} files/s, largest process {use.ru_maxrss // 1024} MiB, "
          f"{use.ru_utime + use.ru_stime:.0f} s of processor")
    print("verdicts:", dict(collections.Counter(own["verdict"] for own in files)))
    print("account:", {key: own for key, own in account["letters"].items() if own},
          "balanced" if account["balanced"] else "NOT BALANCED")
    print("ledger verify, archive verify:", verify)
    bad = scans(files, truth) if what == "scans" else 0
    if what == "hostile":
        bad = hostile(files, told["troubles"], truth)
    if what == "mixed":
        bad = mixed(files, truth)
    if bad or not account["balanced"] or any(verify):
        sys.exit(1)


def found(own):
    """Pages of the file with the letter they are of."""
    return {(letter["reference"], page) for letter in own["letters"] for page in letter["pages"]}


def scans(files, truth):
    """Pages: matched, missed, wrong, by resolution and variant."""
    by_name = {own["path"]: own for own in files}
    table = collections.defaultdict(collections.Counter)
    wrong = []
    for entry in truth:
        own = by_name.get(entry["file"])
        there = found(own) if own else set()
        meant = {(page["reference"], page["page"]) for page in entry["pages"] if page["reference"]}
        wrong += [(entry["file"], *one) for one in there - meant]
        struck = {(page["reference"], page["page"]) for page in entry["pages"]
                  if page["code_damaged"] and page.get("code_damage") == "finder"}
        for one in meant:
            group = "finder struck" if one in struck else (
                f"{entry['dpi']} dpi" if entry["variant"] not in ("two-up-a4",) else "two-up on A4")
            for key in (group, entry["variant"]):
                table[key]["all"] += 1
                table[key]["read"] += one in there
    for key, own in sorted(table.items()):
        print(f"  {key:24} {own['read']:5} of {own['all']:5} pages  {100 * own['read'] / own['all']:6.1f} %")
    good = [own for key, own in table.items() if key in ("150 dpi", "200 dpi", "204 dpi", "300 dpi")]
    read, every = sum(own["read"] for own in good), sum(own["all"] for own in good)
    print(f"  150 to 300 dpi, code whole: {read} of {every} pages, {100 * read / max(every, 1):.2f} %")
    print(f"  wrong letters: {len(wrong)}", wrong[:5])
    hints(files, truth)
    return len(wrong)


def hints(files, truth):
    """How well the hints sort: ink in boxes, marks outside."""
    by_name = {own["path"]: own for own in files}
    ink, outside = collections.Counter(), collections.Counter()
    words = {"sign-head": "la case du chef d'établissement", "sign-referent": "la case du référent"}
    for entry in truth:
        own = by_name.get(entry["file"])
        if own is None or len(entry["letters"]) != 1 or not own["letters"]:
            continue
        details = [check["detail"] for check in own["checks"]]
        for label, word in words.items():
            meant = label in entry["signed"]
            for told, said in ((True, f"de l'encre dans {word}"), (False, f"rien dans {word}")):
                if said in details:
                    ink[(meant, told)] += 1
        seen = any("hors des cases" in detail for detail in details)
        outside[(entry["outside_marks"], seen)] += 1
    print("  ink in boxes (meant, told):", dict(ink))
    print("  marks outside (meant, told):", dict(outside))


def hostile(files, troubles, truth):
    """Each file has a verdict, and none of them is `signed`."""
    said = [own["path"] for own in files] + [own["path"] for own in troubles]
    # Names are shown without what would drive a terminal: the start has to do.
    # What a system leaves in folders is passed over.
    left = ("desktop.ini", "Thumbs.db", ".DS_Store", "~$lettre.docx")
    silent = [own["file"] for own in truth if own["file"] not in left
              and not any(path.startswith(own["file"][:4]) for path in said)]
    signed = [own["path"] for own in files if own["verdict"] == "signed"]
    print("  without a verdict:", silent, " signed:", signed)
    return len(silent) + len(signed)


def mixed(files, truth):
    """The verdicts of each group that was meant, and letters that are not in the file."""
    by_name = {own["path"]: own for own in files}
    table, wrong = collections.defaultdict(collections.Counter), []

    def one(path, entry):
        own = by_name.get(path)
        table[entry["expect"]][own["verdict"] if own else "(not there)"] += 1
        if own:
            strange = {letter["reference"] for letter in own["letters"]} - set(entry["references"])
            wrong.extend((path, reference) for reference in strange)

    for entry in truth:
        if not entry.get("items"):
            one(entry["file"], entry)
    for group, own in sorted(table.items(), key=str):
        print(f"  {str(group):24} {dict(own)}")
    print("  wrong letters:", len(wrong), wrong[:5])
    return len(wrong)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
