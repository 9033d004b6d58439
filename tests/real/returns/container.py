"""The file: images written as PDF, TIFF, JPEG or PNG, the same bytes for the same images.

Knows nothing of letters. Before: scanner.py. Next: scans.py, which decides what to write.
"""

import io
import os
import pathlib
import re
import subprocess
import zlib

import cv2
import numpy as np
from PIL import Image

DATED = re.compile(rb"(/CreationDate \()D:\d{14}")  # cairo 1.16 knows no SOURCE_DATE_EPOCH
PRODUCERS = ("Copieur Exemple MF-420", "NumeriScan 3.1", "ScanStation 7", "Multifonction A3 v2.04")


def jpeg(image, quality, dpi=None, orientation=None):
    """A JPEG file of a grey or RGB image; `orientation` is the Exif tag."""
    options = {"quality": int(quality)}
    if dpi:
        options["dpi"] = (dpi, dpi) if np.isscalar(dpi) else dpi
    if orientation:
        exif = Image.Exif()
        exif[0x0112], exif[0x010F], exif[0x0110] = orientation, "Exemple", "Telephone 12"
        options["exif"] = exif
    out = io.BytesIO()
    Image.fromarray(image).save(out, "JPEG", **options)
    return out.getvalue()


def png(image, dpi=None, bits=8):
    """A PNG file; `bits` 1 or 4 reduces a grey image to a palette of so many bits."""
    picture = Image.fromarray(image)
    if bits == 1:
        picture = picture.convert("1", dither=Image.Dither.NONE)
    elif bits == 4:
        picture = Image.fromarray(((image.astype(np.uint16) + 8) // 17 * 17).clip(0, 255)
                                  .astype(np.uint8)).quantize(16, dither=Image.Dither.NONE)
    out = io.BytesIO()
    picture.save(out, "PNG", dpi=(dpi, dpi) if dpi else (72, 72), compress_level=6)
    return out.getvalue()


def tiff(images, dpi, compression):
    """A TIFF file of one or several pages: `group4`, `group3`, `tiff_lzw`, `jpeg`, `raw`."""
    pictures = [Image.fromarray(image) for image in images]
    if compression in ("group4", "group3"):
        pictures = [picture.convert("1", dither=Image.Dither.NONE) for picture in pictures]
    options = {"compression": compression, "dpi": (dpi, dpi) if np.isscalar(dpi) else dpi}
    if compression == "jpeg":
        options["quality"] = 60
    out = io.BytesIO()
    pictures[0].save(out, "TIFF", save_all=True, append_images=pictures[1:], **options)
    return out.getvalue()


def group4(image):
    """The CCITT group 4 data of a bilevel image, as one strip: ink is what fax calls black."""
    picture = Image.fromarray(255 - image).convert("1", dither=Image.Dither.NONE)
    out = io.BytesIO()
    picture.save(out, "TIFF", compression="group4", tiffinfo={278: image.shape[0]})
    out.seek(0)
    with Image.open(out) as written:
        (offset,), (count,) = written.tag_v2[273], written.tag_v2[279]
    return out.getvalue()[offset:offset + count]


class Pdf:
    """A PDF written object by object, in the order given, without a date."""

    def __init__(self, producer):
        self.objects, self.kids, self.producer = [], [], producer

    def add(self, body, stream=None):
        """Adds an object; gives its number."""
        if stream is not None:
            body = body[:-2] + f"/Length {len(stream)}>>"
        self.objects.append((body.encode("latin-1"), stream))
        return len(self.objects) + 2

    def image(self, image, how, quality=60):
        """Adds an image by `jpeg`, `flate` or `group4`; gives its number."""
        height, width = image.shape[:2]
        space = "/DeviceRGB" if image.ndim == 3 else "/DeviceGray"
        head = f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace{space}"
        if how == "jpeg":
            return self.add(f"{head}/BitsPerComponent 8/Filter/DCTDecode>>", jpeg(image, quality))
        if how == "group4":
            parameters = f"<</K -1/Columns {width}/Rows {height}>>"
            return self.add(f"{head}/BitsPerComponent 1/Filter/CCITTFaxDecode"
                            f"/DecodeParms{parameters}>>", group4(image))
        return self.add(f"{head}/BitsPerComponent 8/Filter/FlateDecode>>",
                        zlib.compress(image.tobytes(), 6))

    def page(self, images, dpi, rotate=0):
        """A page of images stacked from top to bottom: [(number, width, height in pixels)]."""
        across, down = (dpi, dpi) if np.isscalar(dpi) else dpi
        width = max(w for _, w, _ in images) * 72 / across
        total = sum(h for _, _, h in images) * 72 / down
        top, drawn, names = total, [], []
        for index, (number, w, h) in enumerate(images):
            high = h * 72 / down
            top -= high
            drawn.append(f"q {w * 72 / across:.3f} 0 0 {high:.3f} 0 {top:.3f} cm /I{index} Do Q")
            names.append(f"/I{index} {number} 0 R")
        content = self.add("<</Filter/FlateDecode>>", zlib.compress("\n".join(drawn).encode()))
        turned = f"/Rotate {rotate}" if rotate else ""
        self.kids.append(self.add(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width:.3f} {total:.3f}]{turned}"
            f"/Resources<</XObject<<{''.join(names)}>>>>/Contents {content} 0 R>>"
        ))

    def bytes(self):
        """The whole file."""
        kids = " ".join(f"{kid} 0 R" for kid in self.kids)
        info = self.add(f"<</Producer({self.producer})>>")
        first = [(b"<</Type/Catalog/Pages 2 0 R>>", None),
                 (f"<</Type/Pages/Count {len(self.kids)}/Kids[{kids}]>>".encode(), None)]
        out, offsets = io.BytesIO(), []
        out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
        for number, (body, stream) in enumerate(first + self.objects, 1):
            offsets.append(out.tell())
            out.write(b"%d 0 obj\n" % number + body)
            if stream is not None:
                out.write(b"\nstream\n" + stream + b"\nendstream")
            out.write(b"\nendobj\n")
        start = out.tell()
        out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
        out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
        out.write(b"trailer\n<</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n"
                  % (len(offsets) + 1, info, start))
        return out.getvalue()


def pdf(images, dpi, how, quality=60, producer=PRODUCERS[0], strips=1, rotate=0):
    """A PDF of one image per page, or of `strips` images per page."""
    file = Pdf(producer)
    dpis = dpi if isinstance(dpi, list) else [dpi] * len(images)
    for image, one in zip(images, dpis):
        parts = []
        for strip in np.array_split(image, strips):
            number = file.image(np.ascontiguousarray(strip), how, quality)
            parts.append((number, strip.shape[1], strip.shape[0]))
        file.page(parts, one, rotate)
    return file.bytes()


def resaved(path):
    """Replaces a PDF by what pdftocairo makes of it, dated in the past."""
    other = f"{path}.cairo"
    subprocess.run(["pdftocairo", "-pdf", path, other], check=True, capture_output=True,
                   env={**os.environ, "TZ": "UTC"})
    data = pathlib.Path(other).read_bytes()
    os.remove(other)
    path.write_bytes(DATED.sub(rb"\1D:20261203101500", data))


def turned(image, turn):
    """The image turned clockwise by 0, 90, 180 or 270 degrees."""
    if turn == 0:
        return image
    how = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    return cv2.rotate(image, how[turn])
