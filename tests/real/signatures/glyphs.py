"""Other words in the letter's own fonts: what a forger writes who takes pains.

The letter's text is glyph numbers of two embedded fonts, in strings of octal escapes. Here such
strings are found by the words they show, and written anew.
"""

import re


class Script:
    """The letters of one font."""

    def __init__(self, cmap):
        pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})>\n", cmap)
        self.letters = {int(code, 16): chr(int(letter, 16)) for code, letter in pairs}
        self.codes = {letter: code for code, letter in self.letters.items()}

    def read(self, text):
        """What a string of a content stream says."""
        raw = unescaped(text)
        return "".join(self.letters.get(int.from_bytes(raw[at:at + 2], "big"), "?")
                       for at in range(0, len(raw) - 1, 2))

    def write(self, words):
        """A string of a content stream."""
        codes = b"".join(self.codes[letter].to_bytes(2, "big") for letter in words)
        return b"".join(b"\\%03o" % code for code in codes)


def unescaped(text):
    """The bytes of a literal string."""
    known = {b"n": 10, b"r": 13, b"t": 9, b"b": 8, b"f": 12}
    out, at = bytearray(), 0
    while at < len(text):
        if text[at:at + 1] != b"\\":
            out.append(text[at])
            at += 1
            continue
        octal = re.match(rb"\\([0-7]{1,3})", text[at:])
        if octal:
            out.append(int(octal[1], 8) & 255)
            at += octal.end()
        else:
            letter = text[at + 1:at + 2]
            out.append(known.get(letter, letter[0]))
            at += 2
    return bytes(out)


STRING = re.compile(rb"\(((?:\\.|[^\\()])*)\)", re.S)
BLOCK = re.compile(rb"(?:/Span<<[^>]*>>|/Artifact<<.*?>>)\s*BDC.*?\nEMC|"
                   rb"/Span\s*<</MCID (\d+)[^>]*>>BDC.*?EMC", re.S)


def respelled(content, scripts, old, new):
    """A content stream in which a word of a string is another of the same length."""
    assert len(old) == len(new)
    for found in re.finditer(rb"/(f\d) [\d.]+ Tf", content):
        end = content.find(b"ET", found.end())
        script = scripts[found[1].decode()]
        for string in STRING.finditer(content, found.end(), end):
            said = script.read(string[1])
            if old in said:
                other = script.write(said.replace(old, new, 1))
                return content[:string.start(1)] + other + content[string.end(1):]
    raise AssertionError(old)


def span(content, mark):
    """Where the marked content of a number stands: start and end."""
    start = re.search(rb"/Span<</MCID %d\b" % mark, content).start()
    return start, content.index(b"EMC", start)


def line(script, words, x, y, size=10.5, before=b"", font=b"f0"):
    """A line more, in a font of the letter."""
    return (b"\nq %s 1 0 0 -1 %.1f %.1f cm/c0 cs 0 scn BT 0 Tr/%s %.2f Tf 1 0 0 -1 0 0 Tm(%s)Tj ET Q\n"
            % (before, x, y, font, size, script.write(words)))
