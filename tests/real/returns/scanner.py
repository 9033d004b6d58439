"""The machine: what a scanner's glass or a telephone's lens makes of a sheet of paper.

Knows nothing of letters, pens, files or truth: a sheet comes in at 600 dpi, an image goes out.
Before: paper.py. Next: container.py, which writes the image into a file.
"""

import functools

import cv2
import numpy as np

SHEET_DPI = 600


@functools.lru_cache(maxsize=4)
def grain(kind):
    """A tile of noise, made once: `fine` for scanners, `coarse` for a telephone's sensor."""
    rng = np.random.default_rng(20261116)
    tile = rng.normal(0, 1, (1500, 1500)).astype(np.float32)
    tile = cv2.GaussianBlur(tile, (0, 0), 0.55 if kind == "fine" else 0.9)
    return tile / tile.std()


def noise(rng, image, amount, kind="fine"):
    """Adds noise of the given standard deviation, in grey levels."""
    height, width = image.shape[:2]
    tile = np.roll(grain(kind), tuple(rng.integers(0, 1500, 2).tolist()), (0, 1))
    times = (-(-height // 1500), -(-width // 1500))
    layer = np.tile(tile, times)[:height, :width] * np.float32(amount)
    return cv2.add(image, layer if image.ndim == 2 else cv2.merge([layer] * 3), dtype=cv2.CV_8U)


def tone(image, paper=255.0, black=0.0):
    """Maps black and white to what the sensor gives for ink and paper (grey level, or RGB)."""
    paper, black = np.broadcast_to(paper, 3), np.broadcast_to(black, 3)
    ramp = np.arange(256, dtype=np.float32)[:, None] / 255
    table = (black + (paper - black) * ramp).clip(0, 255).astype(np.uint8)
    if image.ndim == 2:
        return cv2.LUT(image, table[:, 1].copy())
    return cv2.LUT(image, table.reshape(256, 1, 3))


def shade(image, field):
    """Multiplies by a small field of light (values around 1), spread over the image."""
    light = cv2.resize(field.astype(np.float32), image.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    if image.ndim == 3:
        light = cv2.merge([light] * 3)
    return cv2.multiply(image, light, dtype=cv2.CV_8U)


def dust(rng, image, specks):
    """Specks and, seldom, a hair: on the glass, so never rotated with the page."""
    height, width = image.shape[:2]
    for _ in range(specks):
        at = int(rng.integers(0, width)), int(rng.integers(0, height))
        level = int(rng.integers(60, 190))
        cv2.circle(image, at, int(rng.integers(0, 2)), (level,) * 3, -1, cv2.LINE_AA)
    if rng.random() < 0.15:
        at, walk = rng.uniform((0, 0), (width, height)), rng.normal(0, width / 200, (12, 2))
        path = (at + np.cumsum(walk + rng.normal(0, width / 300, 2), 0)).astype(np.int32)
        cv2.polylines(image, [path], False, (120,) * 3, 1, cv2.LINE_AA)


def scan(sheet, rng, dpi, skew=0.0, contrast="normal", bilevel=False, artefacts=(), scale=1.0):
    """A sheet through a scanner, at `dpi`; `skew` in degrees, clockwise.

    `scale` reduces the page on the glass (two pages on one sheet). `artefacts` names what belongs
    to the machine or the paper and is no mark of a pen: `punched`, `edge`, `fold`, `staple`.
    `dpi` may be a pair (across, down), for faxes.
    """
    across, down = (dpi, dpi) if np.isscalar(dpi) else dpi
    size = round(sheet.shape[1] * across / SHEET_DPI), round(sheet.shape[0] * down / SHEET_DPI)
    blur, shift, glass = float(rng.uniform(1.0, 2.2)), rng.normal(0, 8, 2), 1.0
    if max(across, down) <= 204:  # a third of the time, and no difference at these resolutions
        sheet, glass = cv2.resize(sheet, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), 0.5
    sheet = cv2.GaussianBlur(sheet, (0, 0), blur * glass)
    height, width = sheet.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -skew, scale)
    turn[:, 2] += shift * glass
    beyond = (255,) * 3
    if abs(skew) > 0.02 or scale != 1.0:
        sheet = cv2.warpAffine(sheet, turn, (width, height), borderValue=beyond)
    image = cv2.resize(sheet, size, interpolation=cv2.INTER_AREA)
    damage(image, rng, artefacts)
    paper, black = float(rng.uniform(236, 253)), float(rng.uniform(8, 45))
    if contrast == "low":
        paper, black = float(rng.uniform(175, 205)), float(rng.uniform(95, 125))
    if image.ndim == 3:
        paper = np.array((paper, paper - rng.uniform(0, 4), paper - rng.uniform(1, 10)))
    image = tone(image, paper, black)
    image = shade(image, 1 - rng.uniform(0, 0.05 if contrast == "normal" else 0.1, (3, 3)))
    image = noise(rng, image, rng.uniform(0.8, 2.6) if contrast == "normal" else 5)
    dust(rng, image, int(rng.integers(0, 25)))
    if bilevel:
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if image.ndim == 3 else image
        limit = float(rng.uniform(0.55, 0.72)) * float(np.percentile(grey[::8, ::8], 90))
        return np.where(grey > limit, 255, 0).astype(np.uint8)
    return image


def damage(image, rng, artefacts):
    """Draws the artefacts of the paper and of the machine on a scanned page."""
    height, width = image.shape[:2]
    if "punched" in artefacts:
        for y in (0.365, 0.635):
            at = round(width * 0.055), round(height * y)
            cv2.circle(image, at, round(width * 0.0135), (40,) * 3, -1, cv2.LINE_AA)
    if "edge" in artefacts:
        thick = max(2, round(width * float(rng.uniform(0.003, 0.012))))
        image[:, width - thick:] = 25
        image[:thick // 2] = 35
    if "fold" in artefacts:
        y = round(height * float(rng.uniform(0.32, 0.36)))
        for line in (y, height - y):
            band = image[line:line + max(2, height // 900)]
            band[...] = (band * 0.86).astype(np.uint8)
    if "staple" in artefacts:
        at = (round(width * 0.05), round(height * 0.035))
        end = (at[0] + round(width * 0.03), at[1] - round(height * 0.02))
        cv2.line(image, at, end, (60,) * 3, max(1, width // 500), cv2.LINE_AA)


def wood(rng, height, width):
    """A wooden table, RGB."""
    small = rng.normal(0, 1, (height // 4, 12)).astype(np.float32)
    grains = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    wave = cv2.resize(rng.normal(0, 1, (6, 5)).astype(np.float32), (width, height),
                      interpolation=cv2.INTER_CUBIC)
    rows = np.arange(height, dtype=np.float32)[:, None]
    rings = np.sin(rows / height * 60 + wave * 5)
    value = (1 + 0.10 * grains + 0.13 * rings)[..., None]
    base = np.array(((150, 104, 66), (120, 80, 50), (178, 140, 98))[rng.integers(3)], np.float32)
    return (base * value).clip(0, 255).astype(np.uint8)


def desk(rng, height, width):
    """A dark desk, a cloth or a wooden table, RGB."""
    kind = rng.integers(4)
    if kind < 2:
        return wood(rng, height, width)
    base = np.array(((38, 38, 42), (70, 78, 88))[kind - 2], np.float32)
    cloth = np.broadcast_to(base, (height, width, 3)).astype(np.uint8).copy()
    return noise(rng, cloth, 6, "coarse")


def photo(sheet, rng, width=2400, tilt=1.0, colour=True):
    """A sheet on a table, taken with a telephone held upright. Returns (image, dpi of the page)."""
    height = width * 4 // 3
    half = cv2.resize(sheet, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    if half.ndim == 2:
        half = cv2.cvtColor(half, cv2.COLOR_GRAY2RGB)
    half = bend(half, rng)
    rows, columns = half.shape[:2]
    page = float(rng.uniform(0.80, 0.92)) * height
    wide = page * columns / rows
    left, top = (width - wide) / 2, (height - page) / 2
    corners = np.array(((0, 0), (1, 0), (1, 1), (0, 1)), float) * (wide, page) + (left, top)
    corners += rng.normal(0, 0.012 * width, (4, 2)) * tilt
    lean = float(rng.uniform(-0.05, 0.05)) * wide * tilt
    corners[:2, 0] += (lean, -lean)
    angle = np.radians(float(rng.uniform(-3.5, 3.5)))
    spin = np.array(((np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))))
    corners = (corners - corners.mean(0)) @ spin + corners.mean(0)
    source = np.array(((0, 0), (columns, 0), (columns, rows), (0, rows)), np.float32)
    plane = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    half = tone(half, np.array((232, 229, 222)) - rng.uniform(0, 22), 30)
    soft = cv2.GaussianBlur(half, (0, 0), max(0.3, 0.45 * columns / wide))
    scene = desk(rng, height, width)
    cover = cv2.warpPerspective(np.full((rows, columns), 255, np.uint8), plane, (width, height),
                                flags=cv2.INTER_AREA)
    cast = cv2.GaussianBlur(cover, (0, 0), width / 90)
    shift = np.float32(((1, 0, width * 0.006), (0, 1, width * 0.008)))
    cast = cv2.warpAffine(cast, shift, (width, height)).astype(np.float32)[..., None] / 255
    scene = (scene * (1 - 0.55 * cast)).astype(np.uint8)
    scene = cv2.warpPerspective(soft, plane, (width, height), dst=scene,
                                borderMode=cv2.BORDER_TRANSPARENT)
    scene = shade(scene, rng.uniform(0.72, 1.08, (3, 3)))
    scene = shade(scene, shadow(rng))
    warm = np.array((1.0, rng.uniform(0.93, 1), rng.uniform(0.8, 1)), np.float32)
    scene = tone(scene, 255 * warm, 0)
    scene = cv2.GaussianBlur(scene, (0, 0), float(rng.uniform(0.4, 0.9)) * width / 2400)
    scene = noise(rng, scene, rng.uniform(1.5, 4.5), "coarse")
    dpi = round(wide / 8.27)
    return (scene if colour else cv2.cvtColor(scene, cv2.COLOR_RGB2GRAY)), dpi


def bend(image, rng):
    """A sheet that does not lie quite flat."""
    rows, columns = image.shape[:2]
    ys, xs = np.mgrid[0:rows, 0:columns].astype(np.float32)
    high, phase = float(rng.uniform(0, 0.006)) * rows, float(rng.uniform(0, 6))
    ys += high * np.sin(xs / columns * 3 + phase)
    return cv2.remap(image, xs, ys, cv2.INTER_LINEAR, borderValue=(255,) * 3)


def shadow(rng):
    """The shadow of a hand or of the telephone: a soft dark half-plane (40 x 30 field)."""
    ys, xs = np.mgrid[-1:1:40j, -1:1:30j]
    angle, offset = rng.uniform(0, 6.3), rng.uniform(0.1, 0.9)
    side = 1 / (1 + np.exp(-(xs * np.cos(angle) + ys * np.sin(angle) - offset) * 9))
    return 1 - side * rng.uniform(0.1, 0.42)


def flatten(sheet, rng, dpi):
    """What a telephone's "scan" application gives: straightened, brightened, still uneven."""
    image, _ = photo(sheet, rng, 2200, tilt=0.2)
    light = cv2.GaussianBlur(cv2.resize(image, None, fx=0.1, fy=0.1), (0, 0), 12)
    light = cv2.resize(light, image.shape[1::-1]).astype(np.float32)
    image = (image / np.maximum(light, 40) * 225).clip(0, 255).astype(np.uint8)
    height, width = image.shape[:2]
    image = image[round(height * 0.05):round(height * 0.95), round(width * 0.06):round(width * 0.94)]
    return cv2.resize(image, (round(8.27 * dpi), round(11.69 * dpi)), interpolation=cv2.INTER_AREA)
