"""After signing: tables, headers and trailers that readers understand in different ways.

Each trick puts a forged object where some readers find it and others do not.
"""

import re

import bases
from tail import Tail, object_stream, stream
from dictionary import put

KIND = "cross-reference"


def payloads(shop, compress=True):
    """Forged objects that take an honest one's number: (what, number, body)."""
    for what, page, content in shop.other_pages():
        if what in ("amount", "year"):
            yield what, bases.CONTENTS[page], stream(content, compress=compress)


def tricks():
    """Tricks by name: each takes a tail, a number and a forged body, gives the whole file."""
    def generation(tail, number, body):
        tail.object(number, body, generation=1)
        return tail.finish()

    def generation_listed(tail, number, body):
        tail.object(number, body, listed_generation=1)
        return tail.finish()

    def generation_written(tail, number, body):
        tail.object(number, body, generation=1, listed_generation=0)
        return tail.finish()

    def generation_with_other_entry(tail, number, body):
        tail.object(number, body, generation=1)
        tail.entry(5000, tail.letter.places[number].start())
        return tail.finish()

    def header_differs(tail, number, body):
        tail.object(number, body, header=number + 4000)
        return tail.finish()

    def entry_differs(tail, number, body):
        tail.object(tail.new(), body, header=number)
        return tail.finish()

    def entry_far(tail, number, body):
        tail.object(9000, body, header=number)
        return tail.finish(size=9001)

    def twice(first):
        def trick(tail, number, body):
            place = tail.object(number, body, listed=False)
            entries = [(number, place), (number, tail.letter.places[number].start())]
            at = tail.here()
            rows = b"".join(b"%d 1\n%010d 00000 n \n" % entry for entry in
                            (entries if first else entries[::-1]))
            tail.out += b"xref\n" + rows + b"trailer\n<<%s>>\n" % tail.trailer()
            return tail.end(at)
        return trick

    def overlapping(tail, number, body):
        place = tail.object(number, body, listed=False)
        honest = [tail.letter.places[number + step].start() for step in (-1, 0)]
        at = tail.here()
        tail.out += b"xref\n%d 2\n%010d 00000 n \n%010d 00000 n \n%d 1\n%010d 00000 n \n" % (
            number - 1, *honest, number, place)
        tail.out += b"trailer\n<<%s>>\n" % tail.trailer()
        return tail.end(at)

    def hybrid(free):
        def trick(tail, number, body):
            tail.object(number, body)
            hidden = tail.packed_table(previous=0)
            tail.entries = [(number, 0, 0, b"f")] if free else []
            return tail.end(tail.table(extra=b"/XRefStm %d" % hidden))
        return trick

    def loop(tail, number, body):
        tail.object(number, body)
        return tail.end(tail.table(previous=tail.here()))

    def letter_again(tail, number, body):
        """The chain goes past the signature, straight to the letter."""
        tail.object(number, body)
        return tail.finish(previous=int(re.search(rb"startxref\s+(\d+)", tail.letter.data)[1]))

    def whole_table(tail, number, body):
        for known, place in tail.letter.places.items():
            if known != number:
                tail.entry(known, place.start())
        tail.object(number, body)
        return tail.end(tail.table(previous=0))

    def table_elsewhere(step):
        def trick(tail, number, body):
            tail.object(number, body)
            return tail.end(max(0, tail.table() + step))
        return trick

    def table_old(tail, number, body):
        tail.object(number, body)
        tail.table()
        return tail.end(tail.letter.start)

    def table_nought(tail, number, body):
        tail.object(number, body)
        tail.table()
        return tail.end(0)

    def free(tail, number, body):
        tail.object(number, body, listed=False)
        tail.entry(number, 0, 1, b"f")
        return tail.finish()

    def revision_skipped(tail, number, body):
        start = tail.letter.start
        tail.object(number, body)
        tail.end(tail.table())
        tail.entries = []
        information(tail)
        return tail.end(tail.table(previous=start))

    def place_nought(tail, number, body):
        tail.object(number, body, listed=False)
        tail.entry(number, 0)
        return tail.finish()

    def place_near(step):
        def trick(tail, number, body):
            tail.loose(b"%" + b" " * 12 + b"\n")
            place = tail.object(number, body, listed=False)
            tail.entry(number, place + step)
            return tail.finish()
        return trick

    def counted(step):
        def trick(tail, number, body):
            place = tail.object(number, body, listed=False)
            other = tail.add(b"<<>>", listed=False)
            at = tail.here()
            tail.out += b"xref\n%d %d\n%010d 00000 n \n%010d 00000 n \n" % (
                number - 1, 2 + step, tail.letter.places[number - 1].start(), place)
            tail.out += b"trailer\n<<%s>>\n" % tail.trailer(size=other + 1)
            return tail.end(at)
        return trick

    def small(tail, number, body):
        tail.object(number, body)
        return tail.finish(size=number)

    def two_trailers(tail, number, body):
        tail.object(number, body)
        root = tail.add(put(tail.letter.body(tail.letter.root), Lang=b"(en)"))
        at = tail.table()
        tail.out += b"trailer\n<<%s>>\n" % tail.trailer(root=root)
        return tail.end(at)

    def roots(first):
        def trick(tail, number, body):
            content = tail.add(body)
            page = bases.PAGES[bases.CONTENTS.index(number)]
            forged = tail.add(put(tail.letter.body(page), Contents=b"%d 0 R" % content))
            kids = b" ".join(b"%d 0 R" % (forged if kid == page else kid) for kid in bases.PAGES)
            tree = tail.add(b"<</Type/Pages/Count 2/Kids[%s]>>" % kids)
            root = tail.add(put(tail.letter.body(tail.letter.root), Pages=b"%d 0 R" % tree))
            if first is None:
                return tail.finish(root=root)
            two = (root, tail.letter.root) if first else (tail.letter.root, root)
            return tail.finish(root=two[0], extra=b"/Root %d 0 R" % two[1])
        return trick

    def previous_twice(tail, number, body):
        forged = Tail(bytes(tail.out))
        tail.object(number, body)
        at = tail.table()
        tail.entries = []
        return tail.end(tail.table(previous=at, extra=b"/Prev %d" % forged.letter.start))

    def packed(tail, number, body):
        """A table that is a stream, in a file that has others."""
        tail.object(number, body)
        return tail.end(tail.packed_table())

    def packed_twice(tail, number, body):
        tail.object(number, body)
        tail.entry(number, tail.letter.places[number].start())
        return tail.end(tail.packed_table())

    def packed_type(tail, number, body):
        tail.object(number, body)
        return tail.end(tail.packed_table(entries=b"/Type/ObjStm"))

    def cut(tail, number, body):
        tail.object(number, body)
        tail.table()
        return bytes(tail.out)

    def endings(word):
        def trick(tail, number, body):
            tail.object(number, body)
            return tail.finish().replace(b" n \n", word, 1) if word else tail.finish()[:-6]
        return trick

    return {
        "generation": generation, "generation-listed": generation_listed,
        "generation-written": generation_written, "generation-and-entry": generation_with_other_entry,
        "header-differs": header_differs, "entry-differs": entry_differs, "entry-far": entry_far,
        "twice-forged-first": twice(True), "twice-forged-last": twice(False),
        "overlapping": overlapping, "hybrid": hybrid(False), "hybrid-free": hybrid(True),
        "loop": loop, "signature-skipped": letter_again, "whole-table": whole_table,
        "table-before": table_elsewhere(-7), "table-behind": table_elsewhere(3),
        "table-far": table_elsewhere(100000), "table-old": table_old, "table-nought": table_nought,
        "free": free, "revision-skipped": revision_skipped, "place-nought": place_nought,
        "place-before": place_near(-5), "place-behind": place_near(2),
        "count-less": counted(-1), "count-more": counted(1), "small": small,
        "two-trailers": two_trailers, "root-first": roots(True), "root-last": roots(False),
        "root-other": roots(None), "previous-twice": previous_twice, "packed": packed,
        "packed-twice": packed_twice, "packed-type": packed_type, "cut": cut,
        "line-ends": endings(b" n\r\n"), "line-short": endings(b" n\n"), "end-cut": endings(b""),
    }


def information(tail):
    """Properties that are new: what an honest program may add."""
    tail.object(tail.letter.info, put(tail.letter.body(tail.letter.info), Subject=b"(Retour)"))


def packed_objects(shop, base):
    """Objects that hide in object streams."""
    page = bases.PAGES[1]
    content = dict((what, body) for what, number, body in payloads(shop))["amount"]
    for name, listed in (("right", True), ("index", False)):
        tail = Tail(base.data)
        number = tail.add(content)
        forged = put(tail.letter.body(page), Contents=b"%d 0 R" % number)
        holder = tail.add(object_stream([(page, forged)]))
        yield f"packed-object-{name}", tail.end(
            tail.packed_table(packed=[(page, holder, 0 if listed else 7)]))
    tail = Tail(base.data)
    number = tail.add(content)
    forged = put(tail.letter.body(page), Contents=b"%d 0 R" % number)
    tail.add(object_stream([(page, forged)]))
    yield "packed-object-unlisted", tail.end(tail.packed_table())
    tail = Tail(base.data)
    number = tail.add(content)
    forged = put(tail.letter.body(page), Contents=b"%d 0 R" % number)
    tail.add(object_stream([(page, tail.letter.body(page)), (page, forged)]))
    holder = tail.fresh - 1
    yield "packed-object-twice", tail.end(tail.packed_table(packed=[(page, holder, 0)]))


def mutations(shop, base):
    """(name, bytes) for a base."""
    for what, number, body in payloads(shop):
        for name, trick in tricks().items():
            yield f"{name}-{what}", trick(Tail(base.data), number, body)
    yield from packed_objects(shop, base)
