"""The peer of missive: a Python loop that makes the same set of files.

    peer.py DUMP OUT --project DIR [--limit N] [--processes 1|2] [--letters-only] [--plain]

DUMP is what `missive generate --dump-data DUMP` wrote; DIR is the project, for its templates,
enclosures and sender. For each message: every letter as PDF, the cover as PDF and as HTML, and a
MIME message with all of them and the enclosures, written to OUT/letters, OUT/covers, OUT/outbox.
Prints one JSON line.

It is as fast as we could make an honest loop with the packages `typst` and `email`:
- one `typst.Compiler` for all documents; a `typst.compile` for each, as most scripts have it, is
  slower (`--plain` does that), and so are files handed over as a dictionary, read anew each time;
- the templates and the JSON lie in memory (/dev/shm), under the names that they read;
- PDF/UA-1 wants a title: it is set after the letter, because a title of its own in front of each
  letter defeats Typst's caches (a quarter slower);
- messages use the old `email.mime` classes, a quarter faster than `EmailMessage`, and an enclosure
  is encoded only once;
- the clock starts after the imports and after one message for warming up, in every process.
What it does not do, and missive does: read and check TOML, resolve the rules, draw QR codes, refuse
warnings, hash messages, write files whole, tell what it did.
"""

import argparse
import html.parser
import json
import multiprocessing
import pathlib
import resource
import shutil
import tempfile
import time
import tomllib
from email import policy
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr, make_msgid, parseaddr

STANDARDS = ["ua-1", "a-2a"]
LETTER = b"""#include "/letter.typ"
#let d = json("/letter.json")
#set document(title: "Lettre de mission " + d.reference, author: d.organisation.name, keywords: d.reference)
"""
COVER = b"""#include "/cover.typ"
#let d = json("/cover.json")
#set document(title: "Courrier " + d.reference, author: d.organisation.name, keywords: d.reference)
"""


class Text(html.parser.HTMLParser):
    """The words of a page, one line a block."""

    BLOCKS = {"p", "li", "h1", "h2", "h3", "br", "tr"}

    def __init__(self):
        super().__init__()
        self.parts = []
        self.skipped = False

    def handle_starttag(self, tag, attrs):
        if tag in ("head", "style"):
            self.skipped = True
        elif tag in self.BLOCKS:
            self.parts.append("\n- " if tag == "li" else "\n")

    def handle_endtag(self, tag):
        if tag in ("head", "style"):
            self.skipped = False

    def handle_data(self, data):
        if not self.skipped and not data.isspace():
            self.parts.append(data)

    @classmethod
    def of(cls, page):
        parser = cls()
        parser.feed(page)
        parser.close()
        return "".join(parser.parts).strip() + "\n"


class Maker:
    def __init__(self, arguments):
        import typst

        self.dump = arguments.dump
        self.out = arguments.out
        self.letters_only = arguments.letters_only
        self.typst = typst
        self.plain = arguments.plain
        memory = pathlib.Path("/dev/shm")
        self.root = pathlib.Path(
            tempfile.mkdtemp(prefix="missive-peer-", dir=memory if memory.is_dir() else None)
        )
        shutil.copytree(arguments.project / "templates", self.root, dirs_exist_ok=True)
        self.letter_json = self.root / "letter.json"
        self.cover_json = self.root / "cover.json"
        self.compiler = typst.Compiler(root=str(self.root), ignore_system_fonts=True)
        self.enclosures = {}
        for path in (arguments.project / "enclosures").glob("*.pdf"):
            self.enclosures[path.name] = self.part(path.read_bytes(), path.name)
        settings = tomllib.loads((arguments.project / "missive.toml").read_text("utf-8"))
        name, address = parseaddr(settings["mail"]["from"])
        self.sender = formataddr((name, address), "utf-8")
        self.domain = address.partition("@")[2]
        self.documents = 0
        self.letters = 0

    def close(self):
        shutil.rmtree(self.root, ignore_errors=True)

    @staticmethod
    def part(content, name):
        part = MIMEApplication(content, "pdf")
        part.add_header("Content-Disposition", "attachment", filename=name)
        return part

    def compile(self, source, form="pdf"):
        options = {"format": form} if form == "html" else {"format": form, "pdf_standards": STANDARDS}
        if self.plain:
            return self.typst.compile(
                source, root=str(self.root), ignore_system_fonts=True, **options
            )
        return self.compiler.compile(input=source, **options)

    def write(self, folder, name, content):
        (self.out / folder / name).write_bytes(content)
        self.documents += 1

    def message(self, path):
        content = path.read_bytes()
        cover = json.loads(content)
        parts = []
        for letter in cover["letters"]:
            reference = letter["reference"]
            data = (self.dump / "letters" / f"{reference}.json").read_bytes()
            self.letter_json.write_bytes(data)
            pdf = self.compile(LETTER)
            self.write("letters", f"{reference}.pdf", pdf)
            self.letters += 1
            if not self.letters_only:
                parts.append(self.part(pdf, letter["file"]))
        if self.letters_only:
            return
        uai = cover["establishments"][0]["uai"]
        self.cover_json.write_bytes(content)
        pdf = self.compile(COVER)
        self.write("covers", f"{uai}.pdf", pdf)
        parts.append(self.part(pdf, f"Courrier_{uai}.pdf"))
        as_html = content.replace(b'"form": "pdf"', b'"form": "html"', 1)
        assert as_html != content
        self.cover_json.write_bytes(as_html)
        page = self.compile(COVER, "html")
        self.write("covers", f"{uai}.html", page)
        parts.extend(self.enclosures[e["file"]] for e in cover["enclosures"])
        self.write("outbox", f"{uai}.r1.eml", self.mail(cover, page.decode(), parts))

    def mail(self, cover, page, parts):
        reference = cover["reference"]
        year = cover["campaign"]["school_year"]
        message = MIMEMultipart("mixed")
        message["Message-ID"] = make_msgid(reference, self.domain)
        message["Date"] = "Mon, 16 Nov 2026 08:00:00 +0000"
        message["From"] = self.sender
        message["Reply-To"] = cover["reply_to"]
        message["To"] = cover["establishments"][0]["email"]
        subject = f"[{reference}] Lettre de mission – référent numérique – {year}"
        message["Subject"] = Header(subject, "utf-8")
        message["Content-Language"] = "fr"
        body = MIMEMultipart("alternative")
        body.attach(MIMEText(Text.of(page), "plain", "utf-8"))
        body.attach(MIMEText(page, "html", "utf-8"))
        message.attach(body)
        for part in parts:
            message.attach(part)
        return message.as_bytes(policy=policy.compat32.clone(linesep="\r\n"))


def work(arguments, paths, barrier, results):
    maker = None
    try:
        maker = Maker(arguments)
        maker.message(paths[0])
        maker.documents = maker.letters = 0
        barrier.wait()
        start = time.perf_counter()
        for path in paths:
            maker.message(path)
        end = time.perf_counter()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        results.put((maker.documents, maker.letters, start, end, peak))
    except BaseException:
        barrier.abort()
        results.put(None)
        raise
    finally:
        if maker:
            maker.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dump", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--project", type=pathlib.Path, required=True)
    parser.add_argument("--processes", type=int, choices=(1, 2), default=1)
    parser.add_argument("--limit", type=int, help="so many messages, spread evenly over all")
    parser.add_argument("--letters-only", action="store_true")
    parser.add_argument("--plain", action="store_true", help="a typst.compile for each document")
    arguments = parser.parse_args()
    paths = sorted((arguments.dump / "covers").glob("*.json"))
    if arguments.limit and arguments.limit < len(paths):
        step = len(paths) / arguments.limit
        paths = [paths[int(index * step)] for index in range(arguments.limit)]
    if len(paths) < arguments.processes:
        raise SystemExit(f"no covers in {arguments.dump}")
    for folder in ("letters", "covers", "outbox"):
        (arguments.out / folder).mkdir(parents=True, exist_ok=True)
    # `spawn`, so that each process has a Typst of its own, as two scripts side by side would.
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(arguments.processes)
    results = context.Queue()
    workers = [
        context.Process(
            target=work, args=(arguments, paths[n :: arguments.processes], barrier, results)
        )
        for n in range(arguments.processes)
    ]
    for worker in workers:
        worker.start()
    outcomes = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    if None in outcomes:
        raise SystemExit("a worker failed")
    documents, letters, starts, ends, peaks = zip(*outcomes)
    print(
        json.dumps(
            {
                "documents": sum(documents),
                "letters": sum(letters),
                # perf_counter is the system's monotonic clock, the same in all processes.
                "seconds": round(max(ends) - min(starts), 3),
                "peak_mib": round(sum(peaks), 1),
            }
        )
    )


if __name__ == "__main__":
    main()
