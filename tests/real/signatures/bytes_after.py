"""After signing: bytes that belong to no table, for readers that repair; and the file's own frame."""

import bases
import tables
from tail import Tail, stream
from dictionary import put

KIND = "loose-bytes"


def letters(shop, number, body):
    """A whole forged letter that is written anew, with all of its objects."""
    tail = Tail(shop.letter)
    tail.object(number, body)
    return tail.finish()


def mutations(shop, base):
    for what, number, body in tables.payloads(shop, compress=False):
        whole = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        for name, data in placed(shop, base, number, body, whole):
            yield f"{name}-{what}", data


def placed(shop, base, number, body, whole):
    """One forged object in every place where no table looks."""
    data = base.data
    for gap in (0, 1, 100, 1023, 1100, 5000, 20000):
        yield f"behind-{gap}", data + b"\n" * 2 + whole + b" " * gap
    yield "with-trailer", data + b"\n" + whole + b"trailer\n<</Root %d 0 R/Size 9>>\n" % base.letter().root
    yield "with-start", data + b"\n" + whole + b"startxref\n%d\n%%%%EOF\n" % base.letter().start
    yield "with-start-nought", data + b"\n" + whole + b"startxref\n0\n%%EOF\n"
    yield "with-start-past", data + b"\n" + whole + b"startxref\n99999999\n%%EOF\n"
    yield "comment", data + b"\n%" + whole.replace(b"\n", b"\n%")
    yield "comment-carriage", data + b"\n%\r" + whole
    yield "spaced", data + b"\n" + whole.replace(b" 0 obj", b"\t0\r\nobj")
    yield "open", data + b"\n" + whole.replace(b"\nendobj", b"")
    yield "nul", data + b"\0" * 30 + whole
    yield "letter", data + b"\n" + letters(shop, number, body)
    yield "letter-cut", data + b"\n" + letters(shop, number, body)[:-30]
    for name, at in (("before-objects", "first"), ("between-objects", "middle"),
                     ("before-table", "last")):
        tail = Tail(data)
        if at == "first":
            tail.loose(whole)
        tables.information(tail)
        if at == "middle":
            tail.loose(whole)
            tail.add(b"<</Type/Nothing>>")
        if at == "last":
            tail.loose(whole)
        yield name, tail.finish()
    tail = Tail(data)
    tables.information(tail)
    place = tail.table()
    tail.loose(whole)
    yield "between-table-and-start", tail.end(place)
    tail = Tail(data)
    tables.information(tail)
    yield "behind-revision", tail.finish() + whole
    tail = Tail(data)
    tables.information(tail)
    yield "behind-revision-5000", tail.finish() + whole + b"\n" * 5000
    tail = Tail(data)
    tail.add(stream(whole))
    tables.information(tail)
    yield "in-stream", tail.finish()
    tail = Tail(data)
    tail.add(stream(b"").replace(b"/Length 0", b"/Length %d" % (len(whole) + 12)).replace(
        b"endstream", whole + b"\nendstream", 1))
    yield "behind-endstream", tail.finish()
    tail = Tail(data)
    tail.add(b"(" + whole.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")")
    yield "in-string", tail.finish()
    tail = Tail(data)
    tail.loose(b"% ")
    tail.loose(whole)
    yield "half-comment", tail.finish()


def frame(shop, base):
    """What surrounds the objects: versions, encryption, ends of lines. Some of it is harmless."""
    data = base.data
    root = base.letter().body(base.letter().root)
    for version in (b"1.0", b"1.4", b"2.0", b"9.9"):
        tail = Tail(data)
        tail.object(tail.letter.root, put(root, Version=b"/" + version))
        yield f"version-{version.decode()}", tail.finish()
    tail = Tail(data)
    lock = tail.add(b"<</Filter/Standard/V 2/R 3/Length 128/P -4/O(%s)/U(%s)>>" % (b"o" * 32, b"u" * 32))
    yield "encrypted", tail.finish(extra=b"/Encrypt %d 0 R" % lock)
    tail = Tail(data)
    lock = tail.add(b"<</Filter/Standard/V 5/R 6/Length 256/P -4/O(%s)/U(%s)/OE(%s)/UE(%s)/Perms(%s)>>"
                    % (b"o" * 48, b"u" * 48, b"o" * 32, b"u" * 32, b"p" * 16))
    yield "encrypted-aes", tail.finish(extra=b"/Encrypt %d 0 R" % lock)
    tail = Tail(data)
    tail.letter.identity = b"[(a)(b)]"
    tables.information(tail)
    yield "identity", tail.finish()
    tail = Tail(data)
    yield "header-again", tail.loose(b"%PDF-1.7\n").finish()
    yield "end-again", data + b"%%EOF\n%%EOF\n"
    yield "start-again", data + b"\nstartxref\n%d\n%%%%EOF" % base.letter().start
    yield "start-letter", data + b"\nstartxref\n50581\n%%EOF"
    tail = Tail(data)
    yield "empty-revision", tail.finish()
    for page in bases.PAGES:
        tail = Tail(data)
        tail.object(page, tail.letter.body(page))
        yield f"page-again-{page}", tail.finish()
