"""What is written behind a PDF, octet by octet: revisions right and wrong.

pyHanko and pikepdf write only what is right; a forger does not. `Letter` reads a file's objects by
their place in the bytes, `Tail` appends objects and a table that need not agree with each other.
"""

import re
import zlib


class Letter:
    """A PDF whose objects are found by their headers: enough for files that we made ourselves."""

    HEADER = re.compile(rb"(?:^|(?<=[\r\n])|(?<=%%EOF))(\d+) (\d+) obj\b")

    def __init__(self, data):
        self.data = data
        self.places = {}
        for found in self.HEADER.finditer(data):
            self.places[int(found[1])] = found  # the last one holds
        starts = [int(place) for place in re.findall(rb"startxref\s+(\d+)", data)]
        self.start = starts[-1]
        self.size = max(int(size) for size in re.findall(rb"/Size\s+(\d+)", data))
        self.root = int(re.findall(rb"/Root\s+(\d+)", data)[-1])
        info = re.findall(rb"/Info\s+(\d+)", data)
        self.info = int(info[-1]) if info else None
        ids = re.findall(rb"/ID\s*(\[[^\]]*\])", data)
        self.identity = ids[-1] if ids else None
        self.streams = data[self.start:self.start + 4] != b"xref"

    def body(self, number):
        """What stands between `obj` and `endobj`."""
        start = self.places[number].end()
        end = self.data.index(b"endobj", start)
        length = re.search(rb"/Length (\d+)\b(?! \d+ R)", self.data[start:end])
        stream = re.search(rb">>\s*stream\r?\n", self.data[start:end])
        if length and stream:
            end = self.data.index(b"endobj", start + stream.end() + int(length[1]))
        return self.data[start:end].strip(b"\r\n ")

    def stream(self, number):
        """A stream's bytes, decompressed."""
        body = self.body(number)
        head = re.search(rb"stream\r?\n", body)
        length = int(re.search(rb"/Length (\d+)", body[:head.start()])[1])
        raw = body[head.end():head.end() + length]
        return zlib.decompress(raw) if b"FlateDecode" in body[:head.start()] else raw


def stream(data, entries=b"", compress=False):
    """A stream object."""
    if compress:
        data, entries = zlib.compress(data), entries + b"/Filter/FlateDecode"
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), entries, data)


def replaced(body, old, new, times=1):
    """A body with something else in it; that it was there is sure."""
    assert old in body, (old, body[:200])
    return body.replace(old, new, times)


def with_entry(body, entry):
    """A dictionary with an entry more, at its end."""
    at = body.index(b"stream") if b"stream" in body else len(body)
    end = body.rindex(b">>", 0, at)
    return body[:end] + b" " + entry + body[end:]


def with_first_entry(body, entry):
    """A dictionary with an entry more, at its beginning."""
    at = body.index(b"<<") + 2
    return body[:at] + entry + b" " + body[at:]


class Tail:
    """A revision in the making."""

    def __init__(self, data):
        self.letter = Letter(data)
        self.out = bytearray(data)
        if not data.endswith((b"\n", b"\r")):
            self.out += b"\n"
        self.entries = []  # (number, place, generation, kind)
        self.fresh = self.letter.size

    def new(self):
        """A number that is free."""
        self.fresh += 1
        return self.fresh - 1

    def here(self):
        return len(self.out)

    def loose(self, data):
        """Bytes that no table knows."""
        self.out += data
        return self

    def object(self, number, body, generation=0, header=None, listed=True, listed_generation=None):
        """An object; its header and its entry may say different things."""
        place = self.here()
        told = number if header is None else header
        self.out += b"%d %d obj\n%s\nendobj\n" % (told, generation, body)
        if listed:
            entry = generation if listed_generation is None else listed_generation
            self.entries.append((number, place, entry, b"n"))
        return place

    def add(self, body, **more):
        number = self.new()
        self.object(number, body, **more)
        return number

    def entry(self, number, place, generation=0, kind=b"n"):
        self.entries.append((number, place, generation, kind))

    def trailer(self, extra=b"", previous=None, size=None, root=None, info=True):
        letter = self.letter
        told = b"/Size %d/Root %d 0 R" % (size or self.fresh, root or letter.root)
        if letter.info and info:
            told += b"/Info %d 0 R" % letter.info
        if letter.identity:
            told += b"/ID" + letter.identity
        if previous != 0:
            told += b"/Prev %d" % (letter.start if previous is None else previous)
        return told + extra

    def table(self, **trailer):
        """Writes a table and where it is; gives its place."""
        place = self.here()
        self.out += b"xref\n"
        groups = []
        for entry in sorted(self.entries, key=lambda entry: entry[0]):
            if groups and entry[0] == groups[-1][-1][0] + 1:
                groups[-1].append(entry)
            else:
                groups.append([entry])
        for group in groups or [[(0, 0, 65535, b"f")]]:
            self.out += b"%d %d\n" % (group[0][0], len(group))
            for _, at, generation, kind in group:
                self.out += b"%010d %05d %s \n" % (at, generation, kind)
        self.out += b"trailer\n<<%s>>\n" % self.trailer(**trailer)
        return place

    def packed_table(self, packed=(), number=None, compress=True, entries=b"", **trailer):
        """Writes a table that is a stream; `packed`: (number, object stream, place in it)."""
        number = number or self.new()
        place = self.here()
        rows = [(of, 1 if kind == b"n" else 0, at, generation)
                for of, at, generation, kind in self.entries]
        rows += [(of, 2, inside, at) for of, inside, at in packed]
        rows.append((number, 1, place, 0))
        rows.sort()
        index = b" ".join(b"%d 1" % row[0] for row in rows)
        data = b"".join(b"%c%s%s" % (kind, at.to_bytes(4, "big"), generation.to_bytes(2, "big"))
                        for _, kind, at, generation in rows)
        known = b"/Type/XRef/W[1 4 2]/Index[%s]%s%s" % (index, self.trailer(**trailer), entries)
        self.out += b"%d 0 obj\n%s\nendobj\n" % (number, stream(data, known, compress))
        return place

    def end(self, place, comment=b""):
        self.out += b"startxref\n%d\n%%%%EOF\n%s" % (place, comment)
        return bytes(self.out)

    def finish(self, **trailer):
        """A right ending, of the kind that the file has."""
        return self.end(self.packed_table(**trailer) if self.letter.streams
                        else self.table(**trailer))


def object_stream(objects):
    """A stream that holds objects: (number, body)."""
    head, bodies = b"", b""
    for number, body in objects:
        head += b"%d %d " % (number, len(bodies))
        bodies += body + b" "
    return stream(head + bodies, b"/Type/ObjStm/N %d/First %d" % (len(objects), len(head)), True)


def appended(data, changes, **trailer):
    """A right revision: bodies by number."""
    tail = Tail(data)
    for number, body in changes.items():
        tail.object(number, body)
    return tail.finish(**trailer)
