"""A dictionary as it is written: its entries in order, doubled ones too, and how to write others."""

import re

TOKEN = re.compile(rb"\s+|%[^\r\n]*|<<|>>|\[|\]|/[^\s<>\[\]()/%]*|<[0-9A-Fa-f\s]*>|[^\s<>\[\]()/%]+")


def tokens(data, at=0):
    """(start, end) of each token; a literal string is one."""
    while at < len(data):
        if data[at:at + 1] == b"(":
            depth, end = 0, at
            while True:
                if data[end:end + 1] == b"\\":
                    end += 2
                    continue
                depth += {b"(": 1, b")": -1}.get(data[end:end + 1], 0)
                end += 1
                if depth == 0:
                    break
        else:
            end = TOKEN.match(data, at).end()
        if data[at:end].strip() and data[at:at + 1] != b"%":
            yield at, end
        at = end


def parted(body):
    """The entries of a dictionary, as (key, value), and what follows it (a stream)."""
    depth, key, start, entries, last = 0, None, None, [], None
    for at, end in tokens(body):
        word = body[at:end]
        if word in (b"<<", b"["):
            depth += 1
            if depth == 1:
                continue
        if word in (b">>", b"]"):
            depth -= 1
            if depth == 0:
                if key is not None:
                    entries.append((key, body[start:last].strip()))
                return entries, body[end:]
        fresh = depth == 1 and word.startswith(b"/")
        if fresh and (key is None or (start is not None and body[start:at].strip())):
            if key is not None:
                entries.append((key, body[start:at].strip()))
            key, start = word, end
        last = end
    raise AssertionError(body[:100])


def built(entries, rest=b""):
    return b"<<" + b"".join(key + b" " + value + b" " for key, value in entries) + b">>" + rest


def value(body, key):
    """The last value of a key."""
    found = [worth for name, worth in parted(body)[0] if name == b"/" + key]
    return found[-1] if found else None


def put(body, **changes):
    """A dictionary with other values; None takes an entry away. Keys as they are, values bytes."""
    entries, rest = parted(body)
    known = {b"/" + key.encode(): worth for key, worth in changes.items()}
    kept = [(key, known.pop(key, worth)) for key, worth in entries]
    kept += list(known.items())
    return built([(key, worth) for key, worth in kept if worth is not None], rest)


def doubled(body, key, other, first):
    """A dictionary with a key twice; `key` as it is written, escapes and all."""
    entries, rest = parted(body)
    more = (b"/" + key, other)
    return built([more, *entries] if first else [*entries, more], rest)


def longer(array, more):
    """An array with something more at its end."""
    array = array.strip()
    assert array.endswith(b"]"), array
    return array[:-1] + b" " + more + b"]"
