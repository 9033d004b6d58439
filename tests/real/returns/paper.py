"""The paper: a letter's page printed at 600 dpi, and what people do to it with a pen and a stamp.

Knows nothing of scanners, files or truth. Lengths are points from the top-left corner of the page;
a sheet is a numpy array, grey (height, width) or RGB (height, width, 3). Every function that draws
returns the rectangle (x, y, width, height) that its ink covers, in points.
Next: scanner.py, which turns a sheet into what a machine saw.
"""

import collections
import functools
import math
import pathlib
import subprocess
import tempfile

import cv2
import numpy as np

DPI = 600
POINT = DPI / 72
BLACK, BLUE, GREY = (28, 28, 32), (30, 44, 140), (70, 70, 74)
PENS = (BLUE, BLUE, BLACK, BLACK, GREY)
STAMP = (92, 40, 130)
# The first letter of a signature: knots in steps across, and in heights from the middle.
INITIALS = (
    ((0.4, 0.25), (1.0, -0.45), (1.9, 0.3), (0.8, 0.0)),
    ((1.8, -0.3), (1.1, -0.45), (0.4, 0.05), (1.0, 0.4), (1.9, 0.2)),
    ((0.5, -0.4), (0.7, 0.35), (1.2, -0.35), (1.5, 0.3), (2.0, -0.4), (2.2, 0.3)),
    ((0.3, -0.1), (1.2, -0.48), (1.5, -0.1), (0.7, 0.1), (0.6, 0.45), (0.2, 0.3), (1.4, 0.05)),
    ((1.6, -0.4), (0.7, -0.3), (1.5, -0.02), (1.4, 0.35), (0.4, 0.3)),
    ((0.6, 0.45), (0.9, -0.45), (1.8, -0.3), (1.0, 0.02), (2.0, 0.35)),
)
SCRIPT, PLAIN = cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, cv2.FONT_HERSHEY_SIMPLEX
PHRASES = (
    "Accompagner les equipes de 6e", "Pix : toutes les classes de 3e", "Formation ENT en janvier",
    "Mise en place du cahier de textes", "Projet radio avec le CDI", "Nombre d'ateliers menes",
    "Inventaire des tablettes", "Suivi du pret d'ordinateurs", "Bilan avec les professeurs",
    "voir conseil pedagogique", "Education aux medias", "2 ateliers par trimestre",
)
NOTES = ("a revoir", "D'accord", "NON", "sauf indemnite", "vu avec M. Petit", "a compter du 1er oct.",
         "1 heure par semaine", "rappeler le rectorat", "sous reserve")


@functools.lru_cache(maxsize=4096)
def pages(path):
    """How many pages a PDF has."""
    told = subprocess.run(["pdfinfo", path], capture_output=True, check=True, text=True).stdout
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pages:"))


def render(path, number, dpi=DPI, colour=False):
    """One page of a PDF as pixels."""
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "page"
        command = ["pdftoppm", "-singlefile", "-r", str(dpi), "-f", str(number), path, target]
        subprocess.run(command + ([] if colour else ["-gray"]), capture_output=True, check=True)
        raw = np.fromfile(target.with_suffix(".ppm" if colour else ".pgm"), np.uint8)
    kind, size, _most = raw[:40].tobytes().split(b"\n")[:3]
    width, height = map(int, size.split())
    depth = 3 if kind == b"P6" else 1
    pixels = raw[-width * height * depth:]
    return pixels.reshape((height, width, 3) if depth == 3 else (height, width))


class Shelf:
    """The pages printed last, so that a letter used several times in a row is rendered once."""

    def __init__(self, most=10):
        self.most, self.kept = most, collections.OrderedDict()

    def print(self, path, number, colour):
        """A page nobody has written on yet; the caller may draw on it."""
        key = (str(path), number, colour)
        if key not in self.kept:
            self.kept[key] = render(path, number, colour=colour)
            while len(self.kept) > self.most:
                self.kept.popitem(last=False)
        self.kept.move_to_end(key)
        return self.kept[key].copy()


@functools.lru_cache(maxsize=512)
def codes(path, number):
    """The QR codes of a page: [(text, (x, y, width, height))]."""
    found, texts, corners, _ = cv2.QRCodeDetector().detectAndDecodeMulti(render(path, number, 200))
    if not found:
        return []
    scale = 72 / 200
    return [
        (text, (*(quad.min(0) * scale).tolist(), *(np.ptp(quad, axis=0) * scale).tolist()))
        for text, quad in zip(texts, corners)
    ]


def ink(sheet, paths, widths, colour):
    """Draws curves (arrays of points) of a width that varies from one point to the next."""
    every = np.concatenate(paths)
    thick = max(float(np.max(w)) for w in widths)
    left, top = np.maximum(np.floor((every.min(0) - thick - 1) * POINT), 0).astype(int)
    right, bottom = np.ceil((every.max(0) + thick + 1) * POINT).astype(int)
    right, bottom = min(right, sheet.shape[1]), min(bottom, sheet.shape[0])
    if right <= left or bottom <= top:
        return (0, 0, 0, 0)
    mask = np.zeros((bottom - top, right - left), np.uint8)
    for path, width in zip(paths, widths):
        at = np.round((path * POINT - (left, top)) * 16).astype(int)
        width = np.broadcast_to(width, len(path))
        for one, two, w in zip(at[:-1], at[1:], width):
            cv2.line(mask, one, two, 255, max(1, round(float(w) * POINT)), cv2.LINE_AA, 4)
    blend(sheet, mask, left, top, colour)
    return tuple(round(float(v) / POINT, 1) for v in (left, top, right - left, bottom - top))


def blend(sheet, mask, left, top, colour, strength=0.93):
    """Lays a colour on the sheet where the mask (0 to 255) says so."""
    height = min(mask.shape[0], sheet.shape[0] - top)
    width = min(mask.shape[1], sheet.shape[1] - left)
    if height <= 0 or width <= 0 or top < 0 or left < 0:
        return
    area = sheet[top:top + height, left:left + width]
    share = mask[:height, :width].astype(np.float32) * (strength / 255)
    if sheet.ndim == 3:
        share, tone = share[..., None], np.array(colour, np.float32)
    else:
        tone = np.float32(0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2])
    area[...] = np.minimum(area, area * (1 - share) + tone * share).astype(np.uint8)


def smooth(knots, steps=14):
    """A Catmull-Rom curve, as cubic Béziers, through the knots."""
    knots = np.asarray(knots, float)
    padded = np.concatenate([knots[:1], knots, knots[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:]):
        one, two = b + (c - a) / 6, c - (d - b) / 6
        parts.append((1 - t) ** 3 * b + 3 * t * (1 - t) ** 2 * one + 3 * t * t * (1 - t) * two
                     + t ** 3 * c)
    return np.concatenate([*parts, knots[-1:]])


def pressure(rng, count, width):
    """The width along a stroke: a pen presses more here than there."""
    wave = np.sin(np.linspace(0, rng.uniform(6, 25), count) + rng.uniform(0, 6))
    return width * (1 + 0.3 * wave)


def signature(sheet, rng, box, colour, width=None):
    """A signature in a rectangle: a tall initial, a running hand, often a flourish under it."""
    x, y, w, h = box
    width = width or rng.uniform(0.8, 2.0)
    middle, step = y + h * rng.uniform(0.4, 0.6), w / rng.integers(9, 16)
    initial = INITIALS[rng.integers(len(INITIALS))]
    knots = [(x + step * over, middle + h * down) for over, down in initial]
    knots.append((x + step * 2.4, middle - h * rng.uniform(0, 0.3)))
    across, swing = x + step * 2.6, h * rng.uniform(0.18, 0.34)
    while across < x + w * rng.uniform(0.72, 0.95):
        tall = 2.2 if rng.random() < 0.22 else rng.uniform(0.4, 1.1)
        knots += [(across + step * 0.3, middle - swing * tall * rng.uniform(0.6, 1)),
                  (across - step * rng.uniform(0, 0.25), middle + swing * rng.uniform(0.2, 0.9))]
        across += step * rng.uniform(0.45, 0.9)
        swing *= rng.uniform(0.82, 1.02)
    if rng.random() < 0.6:
        low = y + h * rng.uniform(0.8, 0.98)
        knots += [(x + w * 0.98, middle), (x + w * rng.uniform(0.1, 0.4), low),
                  (x + w * rng.uniform(0.75, 1), low - h * rng.uniform(0.02, 0.15))]
    knots = np.array(knots) + rng.normal(0, 0.012 * w, (len(knots), 2))
    slant = rng.uniform(-0.1, 0.3)
    knots[:, 0] += (middle - knots[:, 1]) * slant
    knots = np.clip(knots, (x, y), (x + w, y + h))
    path = smooth(knots)
    return ink(sheet, [path], [pressure(rng, len(path), width)], colour)


def handwriting(sheet, rng, text, x, y, size, colour, script=True):
    """Words by hand: `size` is the height of a capital; (x, y) the left end of the base line."""
    font = SCRIPT if script else PLAIN
    scale, thick = size * POINT / 21, max(2, round(rng.uniform(0.6, 1.1) * POINT))
    (width, high), low = cv2.getTextSize(text, font, scale, thick)
    edge = round(size * POINT * 0.7)
    mask = np.zeros((high + low + 2 * edge, width + 2 * edge), np.uint8)
    cv2.putText(mask, text, (edge, edge + high), font, scale, 255, thick, cv2.LINE_AA)
    rows, columns = np.mgrid[0:mask.shape[0], 0:mask.shape[1]].astype(np.float32)
    length, sway = size * POINT * rng.uniform(2.5, 5), size * POINT * 0.13
    tilt, lean = math.tan(math.radians(rng.uniform(-2.5, 2))), rng.uniform(-0.25, 0.25)
    phase = rng.uniform(0, 6, 4)
    down = (rows + sway * np.sin(columns / length + phase[0])
            + sway * 0.5 * np.sin(columns / length * 3.1 + phase[1]) - columns * tilt)
    over = (columns + sway * 0.8 * np.sin(columns / length * 1.7 + phase[2])
            + (rows - edge - high) * lean)
    mask = cv2.remap(mask, np.float32(over), np.float32(down), cv2.INTER_LINEAR)
    inked = cv2.boundingRect(mask)
    left, top = round(x * POINT) - edge, round(y * POINT) - edge - high
    left, top = max(left, 0), max(top, 0)
    blend(sheet, mask, left, top, colour)
    return tuple(round(float(v) / POINT, 1)
                 for v in (left + inked[0], top + inked[1], inked[2], inked[3]))


def stamp(sheet, rng, x, y, words, round_one=True, colour=STAMP):
    """A rubber stamp, unevenly inked, around the centre (x, y)."""
    side = round(72 * POINT * (1.25 if round_one else 1.7))
    mask = np.zeros((side, side), np.uint8)
    centre, line = side // 2, max(3, round(0.9 * POINT))
    if round_one:
        for radius in (0.46, 0.32):
            cv2.circle(mask, (centre, centre), round(side * radius), 255, line, cv2.LINE_AA)
        for index, letter in enumerate(words[0]):
            angle = -2.6 + 5.2 * index / max(1, len(words[0]) - 1)
            place = (centre + side * 0.375 * math.sin(angle), centre - side * 0.375 * math.cos(angle))
            glyph = np.zeros_like(mask)
            cv2.putText(glyph, letter, (centre - 20, centre + 22), PLAIN, 1.9, 255, line, cv2.LINE_AA)
            turn = cv2.getRotationMatrix2D((centre, centre), -math.degrees(angle), 1)
            turn[:, 2] += np.array(place) - centre
            mask = np.maximum(mask, cv2.warpAffine(glyph, turn, mask.shape[::-1]))
    else:
        cv2.rectangle(mask, (line, side // 3), (side - line, side * 2 // 3), 255, line, cv2.LINE_AA)
    for row, word in enumerate(words[1:]):
        wide = cv2.getTextSize(word, PLAIN, 2.2, line)[0][0]
        cv2.putText(mask, word, (centre - wide // 2, centre + 20 + 80 * row), PLAIN, 2.2, 255,
                    line, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((centre, centre), rng.uniform(-14, 14), 1)
    mask = cv2.warpAffine(mask, turn, mask.shape[::-1])
    worn = cv2.resize(rng.uniform(0.35, 1.1, (24, 24)), (side, side), interpolation=cv2.INTER_CUBIC)
    mask = np.clip(mask * np.clip(worn, 0, 1), 0, 255).astype(np.uint8)
    left = min(max(round(x * POINT) - centre, 0), sheet.shape[1] - side)
    top = min(max(round(y * POINT) - centre, 0), sheet.shape[0] - side)
    blend(sheet, mask, left, top, colour, 0.8)
    inked = cv2.boundingRect((mask > 24).astype(np.uint8))
    return tuple(round(float(v) / POINT, 1)
                 for v in (left + inked[0], top + inked[1], inked[2], inked[3]))


def stroke(sheet, rng, start, end, colour, width=1.6):
    """One nearly straight line of the pen."""
    start, end = np.array(start, float), np.array(end, float)
    knots = [start + (end - start) * share + rng.normal(0, 1.2, 2) for share in (0, 0.3, 0.7, 1)]
    path = smooth(knots)
    return ink(sheet, [path], [pressure(rng, len(path), width)], colour)


def scribble(sheet, rng, box, colour, width=1.6, turns=7):
    """A to-and-fro that covers a rectangle, as one crosses out or tries a pen."""
    x, y, w, h = box
    knots = [(x + w * (i / turns) + rng.normal(0, 1), y + (h if i % 2 else 0) + rng.normal(0, 1))
             for i in range(turns + 1)]
    path = smooth(knots)
    return ink(sheet, [path], [pressure(rng, len(path), width)], colour)


def typed(rng, colour=False, code=None):
    """A page that is not ours: somebody's typed letter, with or without a QR code of its own."""
    sheet = np.full((round(842 * POINT), round(595 * POINT)), 255, np.uint8)
    words = ("conseil", "de", "la", "reunion", "est", "prevue", "salle", "pour", "les", "classes",
             "absence", "merci", "horaire", "le", "budget", "et", "commande", "fournisseur")
    y = rng.uniform(70, 120)
    while y < rng.uniform(420, 760):
        line = " ".join(rng.choice(words, rng.integers(3, 11)))
        cv2.putText(sheet, line, (round(70 * POINT), round(y * POINT)), PLAIN, 3.3, 20, 8,
                    cv2.LINE_AA)
        y += 15 if rng.random() < 0.85 else 34
    if code:
        drawn = cv2.QRCodeEncoder.create().encode(code)
        side = round(60 * POINT)
        drawn = cv2.resize(drawn, (side, side), interpolation=cv2.INTER_NEAREST)
        at = round(470 * POINT), round(40 * POINT)
        sheet[at[1]:at[1] + side, at[0]:at[0] + side] = drawn
    return cv2.cvtColor(sheet, cv2.COLOR_GRAY2RGB) if colour else sheet


def blank(colour=False):
    """A sheet with nothing on it."""
    size = (round(842 * POINT), round(595 * POINT))
    return np.full((*size, 3) if colour else size, 255, np.uint8)
