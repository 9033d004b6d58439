"""Runs `missive import` over the corpora of this folder and says what came out.

    python measure.py MISSIVE CORPUS variants|edited|lists|hostile

MISSIVE is the binary, CORPUS the folder that spreadsheets.py, lists.py and hostile.py filled. Each file
goes into a fresh project. What differs from the expectation is printed; the last line is a summary.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def project(missive):
    """A project without schools or people, and the folder to take away."""
    folder = tempfile.mkdtemp()
    root = Path(folder) / "p"
    subprocess.run([missive, "init", root], check=True, stdout=subprocess.DEVNULL)
    for name in ("establishments", "referents"):
        (root / f"data/{name}.toml").unlink()
    return folder, root


def run(missive, root, *words):
    """Exit code, JSON, standard error, seconds, and the memory of the largest process so far (MiB)."""
    start = time.monotonic()
    done = subprocess.run(
        [missive, "-C", root, *words, "--json"], capture_output=True, text=True, timeout=300
    )
    seconds = time.monotonic() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    try:
        document = json.loads(done.stdout)
    except ValueError:
        document = {}
    return done.returncode, document, done.stderr, seconds, peak


def hashes(root):
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not str(path.relative_to(root)).startswith("out/")
    }


def balanced(document):
    rows = document["rows"]
    return rows["read"] == rows["imported"] + rows["merged"] + rows["filtered"] + rows["rejected"]


def variants(missive, corpus):
    """The same directory from every program gives the same records; a second import changes nothing."""
    source = corpus / "lists/annuaire.csv"
    plain = {}
    for name in ["text", "careless", "header2026", "zeros"]:
        for path in sorted((corpus / name).iterdir()):
            if path.suffix not in (".csv", ".xlsx", ".ods", ".xls"):
                continue
            folder, root = project(missive)
            code, told, err, seconds, peak = run(missive, root, "import", path, "--apply")
            records = (root / "data/establishments.toml").read_text() if code == 0 else ""
            before = hashes(root)
            again = run(missive, root, "import", path, "--apply")
            quiet = hashes(root) == before and again[0] == 0
            family = "zeros" if name == "zeros" else "plain"
            first = plain.setdefault(family, (path, records))
            same = records == first[1]
            print(
                f"{name}/{path.name}: exit {code}, rows {told.get('rows')}, "
                f"{seconds:.2f} s, peak {peak:.0f} MiB, again nothing: {quiet}, same as {first[0].name}: {same}"
            )
            if not same:
                old, new = first[1].splitlines(), records.splitlines()
                differ = [f"  {a!r} | {b!r}" for a, b in zip(old, new) if a != b]
                print(f"  {len(old)} and {len(new)} lines;", *differ[:6], sep="\n")
            shutil.rmtree(folder)
    return source


def edited(missive, corpus):
    """Ten edited cells are ten changes."""
    truth = json.loads((corpus / "edited10/truth.json").read_text())
    folder, root = project(missive)
    original = corpus / "text"
    first = next(path for path in (corpus / "header2026").iterdir() if path.name == "annuaire.csv")
    del original
    run(missive, root, "import", first, "--apply")
    code, told, err, *_ = run(missive, root, "import", corpus / "edited10/annuaire.csv")
    print("exit", code, "truth", len(truth), "changes", len(told["changes"]), "records", told["records"])
    for change in told["changes"]:
        print("  ", change["uai"], change["field"], change["before"], "->", change["after"])
    shutil.rmtree(folder)


def lists(missive, corpus):
    """Directory, heads, people, allowances, one after the other; then check and letters."""
    folder, root = project(missive)
    for name, more in [
        ("annuaire.csv", []),
        ("chefs.csv", []),
        ("referents.xlsx", []),
        ("indemnites.ods", []),
    ]:
        code, told, err, seconds, peak = run(
            missive, root, "import", corpus / "lists" / name, "--apply", *more
        )
        print(name, "exit", code, told.get("profile"), told.get("rows"), told.get("records"), f"{seconds:.2f} s")
        if code:
            print(err)
            continue
        for row in told["rejected"][:12]:
            print("   rejected", row)
        for note in told["notes"][:12]:
            print("   note", note)
        again = run(missive, root, "import", corpus / "lists" / name, "--apply", *more)[1]
        print("   again:", again.get("records"), "conflicts", len(again.get("conflicts", [])))
    code, told, err, *_ = run(missive, root, "check")
    print("check: exit", code, told.get("counts"))
    if code:
        print(err[:3000])
    code, told, err, seconds, _ = run(missive, root, "generate")
    print("generate: exit", code, told.get("letters"), f"{seconds:.1f} s")
    print(root)


def hostile(missive, corpus):
    """Each hostile file ends as expected, within bounds, and nothing is written by a refusal."""
    expect = json.loads((corpus / "hostile/expect.json").read_text())
    wrong, slowest, most = 0, 0.0, 0.0
    for name, own in expect.items():
        path = corpus / "hostile" / name
        if not path.exists():
            continue
        folder, root = project(missive)
        if own["profile"] == "heads":
            run(missive, root, "import", corpus / "hostile/valid.csv", "--apply")
        before = hashes(root)
        profile = {"heads": "chefs", "directory": "annuaire"}.get(own["profile"], own["profile"])
        code, told, err, seconds, peak = run(
            missive, root, "import", path, "--apply", "--profile", profile
        )
        slowest, most = max(slowest, seconds), max(most, peak)
        outcome = "read" if code == 0 else "refused" if code in (2, 3, 4) else f"exit {code}"
        faults = []
        if own["outcome"] not in ("either", outcome):
            faults.append(f"{outcome}, expected {own['outcome']}")
        if code == 0 and not balanced(told):
            faults.append("rows do not balance")
        if code == 0 and own["imported"] is not None and told["rows"]["imported"] != own["imported"]:
            faults.append(f"imported {told['rows']['imported']}, expected {own['imported']}")
        if code != 0 and hashes(root) != before:
            faults.append("written by a refusal")
        if code != 0 and "à faire" not in err:
            faults.append("no word on what to do")
        if seconds > 30:
            faults.append(f"{seconds:.0f} s")
        checked = run(missive, root, "check")
        if checked[0] not in (0,) and code == 0:
            faults.append("check fails after it")
        if faults:
            wrong += 1
            rejected = [row["reason"] for row in told.get("rejected", [])][:3]
            print(f"{name}: {'; '.join(faults)} ({own['expect']}) {rejected} {err.splitlines()[:1]}")
        shutil.rmtree(folder)
    print(f"{len(expect)} files, {wrong} not as expected, slowest {slowest:.1f} s, largest process {most:.0f} MiB")


if __name__ == "__main__":
    binary, folder, what = sys.argv[1:4]
    {"variants": variants, "edited": edited, "lists": lists, "hostile": hostile}[what](
        os.path.abspath(binary), Path(folder)
    )
