"""What other programs show and read of a PDF, held against what they show and read of another.

Drawn by poppler, Ghostscript, MuPDF and PDFium; words by poppler, MuPDF and PDFium; what a screen
reader gets by poppler (`pdfinfo -struct-text`); links by MuPDF. A program draws the same bytes the
same way, so each is compared with itself, to the pixel. None of them is missive's own.
"""

import multiprocessing
import re
import subprocess

import numpy
import pymupdf
import pypdfium2

DPI = 72
SLACK = 3.0  # points by which a frame may stand out of its box
LEVELS = 3   # levels of colour, of 255, that blending may differ by
PATIENCE = 90
DRAWERS = ("poppler", "ghostscript", "mupdf", "pdfium")

pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)


def portable_pixmaps(data):
    """Pages of concatenated PPM files."""
    pages, at = [], 0
    while data[at:at + 2] == b"P6":
        head = re.match(rb"P6\s+(?:#[^\n]*\n)*(\d+)\s+(\d+)\s+255\s", data[at:])
        width, height = int(head[1]), int(head[2])
        at += head.end()
        pages.append(numpy.frombuffer(data, numpy.uint8, width * height * 3, at).reshape(height, width, 3))
        at += width * height * 3
    return pages


def output(*command):
    return subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE).stdout


def drawn_by_poppler(path):
    return portable_pixmaps(output("pdftoppm", "-r", str(DPI), path))


def drawn_by_ghostscript(path):
    return portable_pixmaps(output(
        "gs", "-q", "-dSAFER", "-dNOPAUSE", "-dBATCH", "-sDEVICE=ppmraw", f"-r{DPI}", "-dTextAlphaBits=4",
        "-dGraphicsAlphaBits=4", "-sOutputFile=-", "-sstdout=%stderr", path))


def drawn_by_mupdf(path):
    with pymupdf.open(path) as document:
        pages = []
        for page in document:
            picture = page.get_pixmap(dpi=DPI, alpha=False, colorspace=pymupdf.csRGB)
            pages.append(numpy.frombuffer(picture.samples, numpy.uint8).reshape(picture.height, picture.width, 3))
        return pages


def drawn_by_pdfium(path):
    document = pypdfium2.PdfDocument(path)
    document.init_forms()
    return [page.render(scale=DPI / 72, rev_byteorder=True).to_numpy()[:, :, :3].copy() for page in document]


def words_of_poppler(path):
    pages = output("pdftotext", "-bbox", path, "-").decode("utf-8", "replace").split("<page ")[1:]
    word = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>')
    return [[(tuple(map(float, found.groups()[:4])), found[5]) for found in word.finditer(page)] for page in pages]


def words_of_mupdf(path):
    with pymupdf.open(path) as document:
        return [[(tuple(word[:4]), word[4]) for word in page.get_text("words")] for page in document]


def words_of_pdfium(path):
    document = pypdfium2.PdfDocument(path)
    return [[((0, 0, 0, 0), word) for word in page.get_textpage().get_text_range().split()] for page in document]


def spoken_by_poppler(path):
    told = output("pdfinfo", "-struct-text", path).decode("utf-8", "replace")
    return re.sub(r"\bObject \d+ \d+", "Object", told)  # numbers change when a file is written anew


def facts_of_poppler(path):
    told = output("pdfinfo", "-l", "9", path).decode("utf-8", "replace")
    return re.findall(r"(?m)^(?:Pages|Page +\d+ size|Page +\d+ rot|JavaScript):.*$", told) + [output("pdfinfo", "-js", path)]


def links_of_mupdf(path):
    with pymupdf.open(path) as document:
        return [[(link["kind"], str(link.get("uri") or link.get("file") or link.get("page")), [round(v, 1) for v in link["from"]])
                 for link in page.get_links()] for page in document]


READERS = {
    "poppler": drawn_by_poppler, "ghostscript": drawn_by_ghostscript, "mupdf": drawn_by_mupdf, "pdfium": drawn_by_pdfium,
    "poppler-words": words_of_poppler, "mupdf-words": words_of_mupdf, "pdfium-words": words_of_pdfium,
    "poppler-spoken": spoken_by_poppler, "poppler-facts": facts_of_poppler, "mupdf-links": links_of_mupdf,
}


def read(path, names=None):
    """Everything that readers make of a file; None where one gives up."""
    found = {}
    for name in names or READERS:
        try:
            found[name] = READERS[name](str(path))
        except Exception:  # whatever a forged file makes a reader raise
            found[name] = None
    return found


class Boxes:
    """Where anything may be added: boxes by page, in points from the upper left corner."""

    def __init__(self, boxes):
        self.boxes = boxes

    def on(self, page):
        for box in self.boxes:
            if box["page"] == page:
                yield (box["x"] - SLACK, box["y"] - SLACK, box["x"] + box["width"] + SLACK, box["y"] + box["height"] + SLACK)

    def hold(self, page, place):
        x, y = (place[0] + place[2]) / 2, (place[1] + place[3]) / 2
        return any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in self.on(page))

    def blank(self, page, picture):
        scale = DPI / 72
        for left, top, right, bottom in self.on(page):
            picture[int(top * scale):int(bottom * scale) + 1, int(left * scale):int(right * scale) + 1] = 0


def pictures_differ(mine, other, boxes):
    if len(mine) != len(other):
        return f"{len(other)} pages for {len(mine)}"
    for number, (one, two) in enumerate(zip(mine, other), 1):
        if one.shape != two.shape:
            return f"page {number} of another size"
        change = numpy.abs(one.astype(numpy.int16) - two).max(axis=2)
        boxes.blank(number, change)
        seen = int((change > LEVELS).sum())
        if seen:
            return f"page {number}: {seen} pixels, by {int(change.max())}"
    return None


def words_differ(mine, other, boxes):
    if len(mine) != len(other):
        return f"words of {len(other)} pages for {len(mine)}"
    for number, pages in enumerate(zip(mine, other), 1):
        left, right = ([text for place, text in page if not boxes.hold(number, place)] for page in pages)
        if left != right:
            lost, more = [word for word in left if word not in right], [word for word in right if word not in left]
            return f"page {number}: words {' '.join(lost)[:40]!r} -> {' '.join(more)[:40]!r}"
    return None


def differences(sent, other, boxes):
    """What each reader makes otherwise of a file, by reader; nothing when all agree."""
    found = {}
    for name in sent:
        mine, its = sent[name], other.get(name)
        if mine is None:
            continue
        if its is None or (name in DRAWERS and not its):
            found[name] = "gives up"
        elif name in DRAWERS:
            found[name] = pictures_differ(mine, its, boxes)
        elif name.endswith("words"):
            found[name] = words_differ(mine, its, boxes)
        elif mine != its:
            found[name] = "otherwise"
    return {name: why for name, why in found.items() if why}


def _in_a_process(path, pipe, work):
    pipe.send(work(path))
    pipe.close()


def guarded(work, path):
    """Runs something on a file in a process of its own, which a forged file may crash."""
    mine, its = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_in_a_process, args=(path, its, work))
    process.start()
    its.close()
    try:
        return mine.recv() if mine.poll(PATIENCE) else {"process": "takes too long"}
    except EOFError:
        return {"process": "crashes"}
    finally:
        process.kill()
        process.join()
