"""Hostile images, archives, mails, office files and names, built by hand.

`build(letter, rng)` yields (name, kind, note, bytes), like hostile_pdf.py. Caller: hostile.py.
"""

import base64
import struct
import zlib

import hostile_pdf

MOMENT = (2026, 12, 1, 8, 0, 0)


def build(letter, rng):
    yield from images(rng)
    yield from archives(letter, rng)
    yield from mails(letter, rng)
    yield from office(letter, rng)
    yield from names(letter)


# --- images


def chunk(kind, data, wrong=0):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(
        ">I", zlib.crc32(kind + data) ^ wrong)


def png(width, height, bits, data, wrong=0, more=b""):
    head = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head, wrong) + more + chunk(b"IDAT", data)
            + chunk(b"IEND", b""))


def tiff(entries, following=0, data=b"", order="<"):
    """A TIFF of one directory at offset 8; entries are (tag, type, count, value)."""
    body = b"".join(struct.pack(order + "HHII", *entry) for entry in entries)
    return (b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(entries)) + body
            + struct.pack("<I", following) + data)


def page_tags(width, height, compression, offset, count, bits=1):
    return [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, bits), (259, 3, 1, compression),
            (262, 3, 1, 0), (273, 4, 1, offset), (278, 4, 1, height), (279, 4, 1, count)]


def images(rng):
    side, row = 50_000, 6_251
    data = hostile_pdf.zeros(side * row // (1 << 24) * (1 << 24) + (1 << 24))
    yield "bomb-50000.png", "bomb", "50000 x 50000, 1 bit: 312 MB inflated", png(side, side, 1, data)
    yield "bomb-65535-rgb16.png", "lie", "2^31-1 x 2^31-1 announced", png(
        2**31 - 1, 2**31 - 1, 16, zlib.compress(b"\0" * 100))
    text = b"Comment\0\0" + zlib.compress(zlib.compress(b"\0" * (64 << 20), 9), 9)
    yield "bomb-text.png", "bomb", "a compressed comment of 64 MB, deflated twice", png(
        8, 8, 1, zlib.compress(b"\0\0" * 8), more=chunk(b"zTXt", text))
    yield "wrong-crc.png", "lie", "a header whose CRC is wrong", png(
        8, 8, 1, zlib.compress(b"\0\xff" * 8), wrong=1)
    yield "cut-idat.png", "cut", "1000 x 1000, four bytes of data", png(
        1000, 1000, 8, zlib.compress(b"\0" * 1_001_000)[:4])
    yield "header-65500.jpg", "bomb", "65500 x 65500 announced, 2 kB of data", (
        hostile_pdf.jpeg_header(65500, 65500))
    yield "zero-size.jpg", "lie", "0 x 0", hostile_pdf.jpeg_header(0, 0)
    exif = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\x03\0\xff\xff\xff\xff\xff\xff\xff\xff" * 9
    whole = hostile_pdf.jpeg_header(64, 64)
    yield "exif-lies.jpg", "lie", "an Exif block whose counts lead far outside", (
        whole[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + whole[2:])
    yield "progressive-scans.jpg", "bomb", "4000 progressive scans over 20000 x 20000", (
        progressive(20_000, 4_000))
    yield "ifd-loop.tif", "loop", "a directory whose next is itself", tiff(
        page_tags(100, 100, 1, 8, 100), 8, b"\0" * 2000)
    yield "ifd-far.tif", "lie", "a next directory beyond the end", tiff(
        page_tags(100, 100, 1, 8, 100), 0xFFFFFFF0, b"\0" * 2000)
    yield "strips-4gb.tif", "lie", "a strip of 4 294 967 295 bytes", tiff(
        page_tags(60_000, 60_000, 1, 110, 0xFFFFFFFF, 8), 0, b"\0" * 2000)
    yield "strips-count.tif", "lie", "four thousand million strips", tiff(
        [(256, 4, 1, 100), (257, 4, 1, 0xFFFFFFFF), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
         (273, 4, 0xFFFFFFFF, 110), (278, 4, 1, 1), (279, 4, 0xFFFFFFFF, 110)], 0, b"\0" * 2000)
    yield "group4-60000.tif", "bomb", "60000 x 60000 group 4, all white: 450 MB", tiff(
        page_tags(60_000, 60_000, 4, 110, 7503), 0, b"\xff" * 7500 + b"\x00\x10\x01")
    pages = bytearray(b"II*\0" + struct.pack("<I", 8))
    for index in range(10_000):
        tags = page_tags(1, 1, 1, 8, 1)
        pages += struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *t) for t in tags)
        pages += struct.pack("<I", len(pages) + 4 if index < 9_999 else 0)
    yield "pages-10000.tif", "bomb", "10 000 pages of one pixel", bytes(pages)
    yield "header.heic", "unsupported", "a HEIC header and random bytes", (
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + rng.bytes(4000))
    yield "header.webp", "unsupported", "a WebP header and random bytes", (
        b"RIFF" + struct.pack("<I", 4008) + b"WEBPVP8 " + rng.bytes(4000))
    yield "entity.svg", "unsupported", "SVG with entities nested ten deep", (
        b"<?xml version='1.0'?><!DOCTYPE s [<!ENTITY a0 'ha'>" + b"".join(
            b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 11))
        + b"]><svg xmlns='http://www.w3.org/2000/svg'><text>&a10;</text></svg>")


def progressive(side, scans):
    size = side.to_bytes(2, "big")
    frame = b"\xff\xc2\x00\x0b\x08" + size + size + b"\x01\x01\x11\x00"
    table = b"\xff\xc4\x00\x14\x00" + bytes([1] + [0] * 15) + b"\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00" + b"\x00" * 4
    quantise = b"\xff\xdb\x00\x43\x00" + bytes([16]) * 64
    return b"\xff\xd8" + quantise + frame + table + scan * scans + b"\xff\xd9"


# --- archives


class Zip:
    """A ZIP written by hand, so that it can lie."""

    def __init__(self):
        self.out, self.central, self.count = bytearray(), bytearray(), 0

    def local(self, name, packed, size, checksum, method, flags=0):
        """A local header and its data; gives the offset."""
        at = len(self.out)
        self.out += struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, flags, method, 0, 0x5B81, checksum,
                                len(packed), size, len(name), 0) + name + packed
        return at

    def entry(self, name, packed, size, checksum, method, at, flags=0, mode=0o100644):
        """A row of the central directory."""
        self.central += struct.pack(
            "<4sBBHHHHHIIIHHHHHII", b"PK\1\2", 20, 3, 20, flags, method, 0, 0x5B81, checksum,
            packed, size, len(name), 0, 0, 0, 0, mode << 16, at) + name
        self.count += 1

    def add(self, name, packed, size, checksum, method=8, flags=0, mode=0o100644):
        at = self.local(name, packed, size, checksum, method, flags)
        self.entry(name, len(packed), size, checksum, method, at, flags, mode)

    def store(self, name, data, mode=0o100644):
        self.add(name, data, len(data), zlib.crc32(data), 0, 0x800, mode)

    def bytes(self):
        few = min(self.count, 0xFFFF)
        start = len(self.out)
        tail = b""
        if self.count > 0xFFFF:
            at = start + len(self.central)
            tail = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, self.count, self.count,
                               len(self.central), start)
            tail += struct.pack("<4sIQI", b"PK\6\7", 0, at, 1)
        return bytes(self.out + self.central + tail + struct.pack(
            "<4sHHHHIIH", b"PK\5\6", 0, 0, few, few, len(self.central), start, 0))


def checksum_of_zeros(total):
    """CRC-32 of so many zero bytes, by chunks of 64 MB."""
    value, block = 0, b"\0" * (1 << 26)
    for _ in range(total // len(block)):
        value = zlib.crc32(block, value)
    return value


def zip_of(files):
    archive = Zip()
    for name, data in files:
        engine = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = engine.compress(data) + engine.flush()
        archive.add(name, packed, len(data), zlib.crc32(data))
    return archive.bytes()


def zip_crypto(packed, check, password, rng):
    """The ZipCrypto cipher (APPNOTE 6.1) over compressed data; `check` is the CRC's high byte."""
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0xEDB88320 if n & 1 else 0)
        table.append(n)
    keys = [0x12345678, 0x23456789, 0x34567890]

    def turn(byte):
        keys[0] = keys[0] >> 8 ^ table[(keys[0] ^ byte) & 255]
        keys[1] = ((keys[1] + (keys[0] & 255)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = keys[2] >> 8 ^ table[(keys[2] ^ keys[1] >> 24) & 255]

    for byte in password:
        turn(byte)
    out = bytearray()
    for byte in rng.bytes(11) + bytes([check]) + packed:
        half = keys[2] | 2
        out.append(byte ^ (half * (half ^ 1) >> 8 & 255))
        turn(byte)
    return bytes(out)


def archives(letter, rng):
    total = 10 * (1 << 30)
    flat = Zip()
    packed = hostile_pdf.inflating(b"\0" * (1 << 24), total >> 24, wrap=False)
    checksum = checksum_of_zeros(total)
    yield "bomb-nested.zip", "bomb", "ZIPs in ZIPs, four times ten, of 100 MB of zeros: 1 TB", nested()
    flat.add(b"zeros.pdf", packed, 0xFFFFFFFF, checksum)
    yield "bomb-flat.zip", "bomb", "10 GB of zeros in one entry that says 4 GB (10 MB on disk)", (
        flat.bytes())
    small = hostile_pdf.inflating(b"\0" * (1 << 24), 16, wrap=False)
    over, one = Zip(), checksum_of_zeros(1 << 28)
    at = over.local(b"a.pdf", small, 1 << 28, one, 8)
    for _ in range(2000):
        over.entry(b"a.pdf", len(small), 1 << 28, one, 8, at)
    yield "bomb-overlap.zip", "bomb", "2000 entries over the same 256 MB of zeros: 500 GB", over.bytes()
    liar = Zip()
    liar.add(b"lettre.pdf", small, 54_000, zlib.crc32(b""))
    yield "size-lies.zip", "lie", "an entry that says 54 kB and inflates to 256 MB", liar.bytes()
    names = Zip()
    for name in (b"../../evade.pdf", b"/tmp/absolu.pdf", b"C:\\Windows\\x.pdf", b"..\\..\\y.pdf",
                 b"a/../../b.pdf", b"\\\\serveur\\part\\z.pdf", b"nul.pdf", b"a\0b.pdf", b"",
                 b"dossier/", b"dossier", "\u202efdp.exe".encode(), b"x" * 300 + b".pdf",
                 b"lettre.pdf", b"lettre.pdf", b"LETTRE.PDF"):
        names.store(name, letter if name == b"lettre.pdf" else b"%PDF-1.4\n")
    yield "names.zip", "names", "names with ../, absolute, backslash, NUL, bidi, twice the same", (
        names.bytes())
    foreign = Zip()
    for name in (b"lettre sign\xe9e.pdf", b"\xff\xfe.pdf"):
        foreign.store(name, letter)
    yield "names-bytes.zip", "names", "names said to be UTF-8 that are not", foreign.bytes()
    link = Zip()
    link.store(b"lettre.pdf", b"/etc/passwd", 0o120777)
    link.store(b"vers/../../..", b"/", 0o120777)
    yield "links.zip", "names", "symbolic links named like letters", link.bytes()
    many = Zip()
    for number in range(100_000):
        many.store(b"%05d" % number, b"")
    yield "entries-100000.zip", "bomb", "100 000 empty entries", many.bytes()
    secret = Zip()
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    plain = engine.compress(letter) + engine.flush()
    value = zlib.crc32(letter)
    secret.add(b"lettre.pdf", zip_crypto(plain, value >> 24, b"secret", rng), len(letter), value, 8, 1)
    yield "encrypted.zip", "encrypted", "a letter under the password `secret` (ZipCrypto)", (
        secret.bytes())
    yield "empty.zip", "archive", "no entry", Zip().bytes()
    yield "cut.zip", "cut", "without its central directory", zip_of([(b"lettre.pdf", letter)])[:-90]
    method = Zip()
    method.add(b"lettre.pdf", rng.bytes(500), 54_000, 1, 99)
    yield "method.zip", "unsupported", "compression method 99", method.bytes()
    yield "letter.gz", "unsupported", "the letter under gzip", (
        b"\x1f\x8b\x08\0\0\0\0\0\2\xff" + zlib.compress(letter, 9)[2:-4]
        + struct.pack("<II", zlib.crc32(letter), len(letter)))
    yield "header.7z", "unsupported", "a 7z header", b"7z\xbc\xaf\x27\x1c\0\4" + rng.bytes(500)
    yield "header.rar", "unsupported", "a RAR 5 header", b"Rar!\x1a\7\1\0" + rng.bytes(500)


def nested():
    data = b"\0" * (100 << 20)
    name = b"zeros.pdf"
    for level in range(5):
        data = zip_of([(b"%d-" % n + name, data) for n in range(10 if level else 1)])
        name = b"%d.zip" % level
    return data


# --- mails


def mail(body, more=b""):
    return (b"From: ce.0750001x@academie.example\r\nTo: retours@academie.example\r\n"
            b"Subject: retour\r\nDate: Mon, 07 Dec 2026 10:00:00 +0100\r\n"
            b"MIME-Version: 1.0\r\n" + more + body)


def part(name, data, kind=b"application/pdf", raw=None):
    """One attachment; `raw` replaces the whole Content-Disposition line."""
    disposition = raw or b'Content-Disposition: attachment; filename="' + name + b'"'
    return (b"--B\r\nContent-Type: " + kind + b"\r\n" + disposition
            + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data)
            + b"\r\n")


def mixed(*parts):
    return mail(b"".join(parts) + b"--B--\r\n", b"Content-Type: multipart/mixed; boundary=B\r\n\r\n")


def mails(letter, rng):
    nest, close = b"", b""
    for level in range(1000):
        nest += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        close = b"\r\n--b%d--" % level + close[:0] + close
    nest += b"Content-Type: text/plain\r\n\r\nfond\r\n"
    yield "nested-1000.eml", "deep", "1000 nested multiparts", mail(nest + close)
    inner = mixed(part(b"lettre.pdf", letter))
    for _ in range(100):
        inner = mail(inner, b"Content-Type: message/rfc822\r\n\r\n")
    yield "forwarded-100.eml", "deep", "a letter forwarded as attachment 100 times", inner
    yield "header-10mb.eml", "bomb", "a header line of 10 MB", mail(
        b"fin\r\n", b"X-Long: " + b"a" * (10 << 20) + b"\r\nContent-Type: text/plain\r\n\r\n")
    yield "headers-100000.eml", "bomb", "100 000 header lines", mail(
        b"fin\r\n", b"X-A: b\r\n" * 100_000 + b"\r\n")
    yield "names-path.eml", "names", "attachments named ../../x.pdf, /etc/x.pdf, C:\\x.pdf", mixed(
        part(b"../../x.pdf", letter), part(b"/etc/x.pdf", letter), part(b"C:\\\\x.pdf", letter),
        part(b"", letter), part(b"..", letter), part(b"CON.pdf", letter))
    lines = b"Content-Disposition: attachment; filename*=utf-8''x%0D%0AX-Evil%3A%201%0D%0A.pdf"
    bidi = b"Content-Disposition: attachment; filename*=utf-8''lettre_%E2%80%AEfdp.exe"
    word = b'Content-Disposition: attachment; filename="=?utf-8?B?' + base64.b64encode(
        "lettre\r\nBcc: x@y\u0000.pdf".encode()) + b'?="'
    long = b'Content-Disposition: attachment; filename="' + b"a" * 5000 + b'.pdf"'
    yield "names-control.eml", "names", "attachment names with CR LF, NUL, bidi, 5000 letters", (
        mixed(*(part(b"", letter, raw=raw) for raw in (lines, bidi, word, long))))
    pieces = b"".join(b'; filename*%d="%d"' % (n, n) for n in range(20_000))
    yield "names-continued.eml", "bomb", "a name in 20 000 continuations (RFC 2231)", mixed(
        part(b"", letter, raw=b"Content-Disposition: attachment" + pieces))
    yield "base64-broken.eml", "cut", "an attachment cut in mid base64, no closing boundary", (
        mixed(part(b"lettre.pdf", letter))[:40_000])
    yield "charset.eml", "lie", "unknown charset, 8-bit bytes in headers, no subject", mail(
        b"\xe9\xff\xfe\x00\r\n", b"Subject: =?x-rien?Q?=E9?=\r\nX: \xe9\xff\r\n"
        b"Content-Type: text/plain; charset=x-rien\r\n\r\n")
    yield "boundary-empty.eml", "lie", "a multipart with an empty boundary", mail(
        b"--\r\n\r\na\r\n----\r\n", b'Content-Type: multipart/mixed; boundary=""\r\n\r\n')
    yield "parts-50000.eml", "bomb", "50 000 empty parts", mail(
        b"--B\r\n\r\n\r\n" * 50_000 + b"--B--\r\n",
        b"Content-Type: multipart/mixed; boundary=B\r\n\r\n")
    yield "auto-reply.eml", "mail", "an automatic answer, without attachment", mail(
        b"Je suis absent.\r\n", b"Auto-Submitted: auto-replied\r\nContent-Type: text/plain\r\n\r\n")
    yield "bounce.eml", "mail", "a delivery report", mail(
        b"--B\r\nContent-Type: text/plain\r\n\r\nEchec\r\n--B\r\nContent-Type: "
        b"message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: "
        b"rfc822; ce.0750001x@academie.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--B--\r\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n")
    good = mixed(part(b"lettre.pdf", letter)).replace(b"\r\n", b"\n")
    yield "garbage.mbox", "mail", "an mbox: a mail, random bytes, a mail, a From line cut", (
        b"From a@b Mon Dec  7 10:00:00 2026\n" + good + b"\n" + rng.bytes(5000)
        + b"\nFrom c@d Mon Dec  7 10:00:00 2026\n" + good + b"\nFrom ")
    yield "from-100000.mbox", "bomb", "100 000 empty mails", b"From a@b x\n\n" * 100_000


# --- office files and names


def office(letter, rng):
    kind = (b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            b'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>')
    text = (b'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/'
            b'wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Lettre sign\xc3\xa9e</w:t></w:r>'
            b"</w:p></w:body></w:document>")
    yield "letter.docx", "unsupported", "a Word file", zip_of(
        [(b"[Content_Types].xml", kind), (b"word/document.xml", text)])
    yield "letter.odt", "unsupported", "a LibreOffice file", zip_of(
        [(b"mimetype", b"application/vnd.oasis.opendocument.text"), (b"content.xml", text)])
    yield "bomb.docx", "bomb", "a Word file whose text is 200 MB of spaces", zip_of(
        [(b"[Content_Types].xml", kind), (b"word/document.xml", b" " * (200 << 20))])
    ole = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack(
        "<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 10 + struct.pack("<I", 1))
    ole += struct.pack("<IIIIIIII", 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    ole += b"\xff" * (512 - len(ole)) + struct.pack("<I", 0xFFFFFFFD) + b"\xff" * 508
    ole += "__substg1.0_3701000D".encode("utf-16-le") + rng.bytes(2000)
    yield "mail.msg", "unsupported", "an OLE file as Outlook writes them", bytes(ole)
    yield "letter.doc", "unsupported", "an OLE file whose sector chain is a ring", (
        bytes(ole[:512]) + struct.pack("<II", 1, 0) * 64 + bytes(512))
    yield "letter.rtf", "unsupported", "RTF with a million braces", (
        b"{\\rtf1 Lettre" + b"{" * 500_000 + b"}" * 500_000 + b"}")
    yield "page.html", "unsupported", "an HTML page", b"<html><script>alert(1)</script></html>"
    yield "link.lnk", "unsupported", "a Windows shortcut", (
        b"L\0\0\0\x01\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0F" + rng.bytes(200))
    yield "desktop.ini", "ignored", "what Windows leaves in folders", b"[.ShellClassInfo]\r\n"
    yield "Thumbs.db", "ignored", "what Windows leaves in folders", bytes(ole[:1024])
    yield ".DS_Store", "ignored", "what a Mac leaves in folders", b"\0\0\0\1Bud1" + bytes(500)
    yield "~$lettre.docx", "ignored", "the lock of an open Word file", b"\x07Exemple" + bytes(150)


def names(letter):
    yield "deux\nlignes.pdf", "names", "a name with a newline", letter
    yield "n" * 246 + ".pdf", "names", "a name of 250 characters", letter
    yield "lettre_\u202efdp.exe.pdf", "names", "a name with a right-to-left override", letter
    yield "lettre sign\u0065\u0301e.pdf", "names", "a decomposed accent (as a Mac writes it)", letter
    yield "-rf .pdf", "names", "a name that looks like an option", letter
    yield "$(touch x);`y`'\"&.pdf", "names", "a name for a shell", letter
    yield "  .pdf ", "names", "a name of blanks", letter
    yield "LETTRE.PDF", "names", "capital letters", letter
    yield "lettre", "names", "no extension", letter
