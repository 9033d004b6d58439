#!/usr/bin/env python3
"""What `missive archive add` says of each file of a corpus.

    judge.py MISSIVE CORPUS [KIND…]

CORPUS is a folder that mutations.py or honest.py wrote. A scratch project is made out of the
sample of the checkout: its letter 2026-0160101Y-4S54 leaves as it was sent, with the authority's
signature for the files that need it. Prints `verdict file` a line.
"""

import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[3]
REFERENCE, UAI = "2026-0160101Y-4S54", "0160101Y"
COPIED = ("missive.toml", "templates", "data/establishments.toml", "data/referents.toml",
          "data/rules", "data/campaigns", "enclosures", "profiles")


class Project:
    """A scratch project whose letter left."""

    def __init__(self, missive, folder):
        self.missive, self.folder = missive, folder

    def run(self, *words, fine=None):
        """Runs missive in it; `fine`: the exit codes that are expected, or any."""
        surroundings = {**os.environ, "XDG_STATE_HOME": f"{self.folder}-state", "USER": "essai"}
        ended = subprocess.run([self.missive, "-C", str(self.folder), *words], env=surroundings,
                               capture_output=True, text=True, check=False)
        if fine is not None and ended.returncode not in fine:
            sys.exit(f"{' '.join(words)}: {ended.returncode}\n{ended.stdout}{ended.stderr}")
        return ended.stdout

    def prepare(self, corpus, sealed):
        """Lets the letter leave as it was sent: plain, or with the authority's signature."""
        for name in COPIED:
            source = SAMPLE / name
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, self.folder / name)
        shutil.copytree(corpus / "authorities", self.folder / "certs")
        settings = (self.folder / "missive.toml").read_text()
        more = 'authorities = "certs"\n'
        if sealed:
            more += 'issuer_certificates = "certs"\n'
            settings = settings.replace('issuer_signature = "none"', 'issuer_signature = "required"')
        (self.folder / "missive.toml").write_text(settings.replace("[letters]\n", "[letters]\n" + more, 1))
        self.run("generate", "--only", UAI)
        letter = self.folder / "out/2026/letters" / f"{REFERENCE}.pdf"
        if letter.read_bytes() != (corpus / "bases/letter.pdf").read_bytes():
            sys.exit("the sample's letter is not the one the corpus was made from: make it anew")
        if sealed:
            signed = self.folder / "signed"
            signed.mkdir()
            shutil.copy(corpus / "bases/sealed-letter.pdf", signed / f"{REFERENCE}.pdf")
            self.run("sign", "import", str(signed), fine=(0,))
            self.run("generate", "--only", UAI)
        self.run("send", "--only", UAI)
        self.run("resolve", "--deposited", "--handed-over", "--why", "essai", fine=(0,))

    def judged(self, paths):
        """What is said of files, by path."""
        told = json.loads(self.run("archive", "add", "--json", *map(str, paths)))
        return {file["path"]: file for file in told["files"]}


def verdicts(missive, corpus, entries):
    """What missive says by file; as many processes as there are cores, each with its project."""
    found = {}
    for sealed in (False, True):
        some = [entry["file"] for entry in entries if (entry["sent"] == "bases/sealed-letter.pdf") == sealed]
        if not some:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            scratch = Path(scratch)
            first = Project(missive, scratch / "project")
            first.prepare(corpus, sealed)
            names = {}
            for at, file in enumerate(some):
                link = scratch / f"{at:05}.pdf"
                os.symlink((corpus / file).resolve(strict=True), link)
                names[str(link)] = file
            links = sorted(names)
            cores = min(os.cpu_count(), len(links))
            benches = []
            for core in range(cores):
                folder = scratch / f"project-{core}"
                shutil.copytree(first.folder, folder)
                benches.append((Project(missive, folder), links[core::cores]))
            with concurrent.futures.ThreadPoolExecutor(cores) as pool:
                for told in pool.map(lambda bench: bench[0].judged(bench[1]), benches):
                    found.update({names[path]: file for path, file in told.items() if path in names})
    return found


def main():
    missive, corpus = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2])
    entries = [entry for entry in json.loads((corpus / "index.json").read_text())
               if not sys.argv[3:] or entry["kind"] in sys.argv[3:]]
    found = verdicts(missive, corpus, entries)
    for entry in entries:
        verdict = found[entry["file"]]["verdict"] if entry["file"] in found else "missing"
        print(verdict, entry["file"])


if __name__ == "__main__":
    main()
