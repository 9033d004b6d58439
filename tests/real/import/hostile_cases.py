"""The CSV files of the hostile corpus; `hostile.py` says what the columns of CASES mean.

All stand on one small valid file: two fictional schools, a public collège and a private lycée
under contract, with addresses in academie.example.
"""

import random
import unicodedata

from spreadsheets import key

HEADER = (
    "Identifiant_de_l_etablissement",
    "Nom_etablissement",
    "Type_etablissement",
    "Statut_public_prive",
    "Adresse_1",
    "Adresse_2",
    "Adresse_3",
    "Code_postal",
    "Nom_commune",
    "Mail",
    "Type_contrat_prive",
    "ministere_tutelle",
    "libelle_nature",
    "etablissement_mere",
)
EDUCATION = "MINISTERE DE L'EDUCATION NATIONALE"
ADA = (
    "0860001J",
    "Collège Ada-Lovelace",
    "Collège",
    "Public",
    "3 place du Marché",
    "",
    "",
    "86100",
    "Châtellerault",
    "ce.0860001j@academie.example",
    "SANS OBJET",
    EDUCATION,
    "COLLEGE",
    "",
)
BLAISE = (
    "0860002K",
    "Lycée Blaise-Exemple",
    "Lycée",
    "Privé",
    "7 rue de l'Œuvre",
    "BP 12",
    "",
    "86000",
    "Exempleville",
    "ce.0860002k@academie.example",
    "CONTRAT D'ASSOCIATION TOUTES CLASSES",
    EDUCATION,
    "LYCEE POLYVALENT",
    "",
)
UAI, NAME, ADDRESS, POSTCODE, MAIL = 0, 1, 4, 7, 9
HEADS = (
    "UAI",
    "Établissement",
    "Civilité",
    "NOM",
    "Prénom",
    "Fonction",
    "Date de prise de fonction",
    "Intérim",
)
HEAD = ("0860001J", "CLG ADA-LOVELACE", "Mme", "DURAND", "Anne", "Principale", "01/09/2026", "")

if any(row[UAI][7] != key(row[UAI][:7]) for row in (ADA, BLAISE)):
    raise ValueError("the key of a fictional UAI is wrong")


def put(row, **cells):
    """A row with some cells replaced, columns named by the constants above in lower case."""
    row = list(row)
    for column, cell in cells.items():
        row[{"uai": UAI, "name": NAME, "address": ADDRESS, "postcode": POSTCODE, "mail": MAIL}[column]] = cell
    return row


def quoted(cell, separator=";"):
    return (
        '"' + cell.replace('"', '""') + '"'
        if any(own in cell for own in (separator, '"', "\r", "\n"))
        else cell
    )


def text(*rows, header=HEADER, separator=";", end="\r\n"):
    """The text of a CSV, cells quoted where they must be."""
    return "".join(
        separator.join(quoted(cell, separator) for cell in row) + end
        for row in ([header] if header else []) + list(rows)
    )


def csv(*rows, encoding="utf-8-sig", **more):
    """A CSV as `make` of a case."""
    return lambda: text(*rows, **more).encode(encoding)


def raw(content, encoding="utf-8-sig"):
    """A given text or bytes as `make` of a case."""
    return lambda: content if isinstance(content, bytes) else content.encode(encoding)


def heads(*rows):
    """A list of heads in Windows-1252."""
    return csv(*rows, header=HEADS, encoding="cp1252")


def both(**cells):
    """The first school with cells replaced, the second as it is."""
    return csv(put(ADA, **cells), BLAISE)


def dated(cell):
    """The two schools with a date column, which no record takes, in front."""
    return csv((cell, *ADA), (cell, *BLAISE), header=("date_ouverture", *HEADER))


BASE = text(ADA, BLAISE)
LINES = BASE.split("\r\n")
AIN = "0019001" + key("0019001")
D, H = "directory", "heads"

# name, profile, outcome, imported, expect, make: one line each
# fmt: off
CASES = [
    # the control
    ("valid.csv", D, "read", 2, "two schools, nothing to say", raw(BASE)),
    ("valid-heads.csv", H, "read", 1, "one head, nothing to say", heads(HEAD)),
    # text that another program would run
    ("formula-hyperlink.csv", D, "read", None, "kept as text or the row told; never a live formula in a file that missive writes", both(name='=HYPERLINK("http://x.example";"Collège")')),
    ("formula-plus.csv", D, "read", None, "the name is the text +1+1, or the row is told", both(name="+1+1")),
    ("formula-at.csv", D, "read", None, "the name is the text @SUM(A1), or the row is told", both(name="@SUM(A1)")),
    ("formula-command.csv", D, "read", None, "the name is text; nothing runs", both(name="=cmd|' /C calc'!A0")),
    ("formula-tab.csv", D, "read", None, "a tab before the formula is dropped or told", both(name="\t=1+1")),
    ("typst-eval.csv", D, "read", 2, "#eval(…) is printed character for character on the letter", both(name='#eval("1+1") *gras* $x$ [c] @ref <l>')),
    ("toml-injection.csv", D, "read", None, "the name is one TOML string; no key or table comes of it", both(name='Collège"\n[mail]\ntransport = "smtp"\n#')),
    ("html-injection.csv", D, "read", None, "the markup is text in the mail's body", both(name="<script>alert(1)</script><b>Collège</b>&nbsp;")),
    # shape
    ("rows-longer.csv", D, "read", None, "cells past the header: the row is told; it may be read if they are empty", csv((*ADA, "", "", ""), (*BLAISE, "surplus", "x"))),
    ("rows-shorter.csv", D, "read", None, "cells missing at the end: told; nothing shifts to another column", csv(ADA[:10], BLAISE[:3])),
    ("header-twice-needed.csv", D, "refused", 0, "two columns Mail: which one is meant must be said", csv((*ADA, "autre@academie.example"), (*BLAISE, ""), header=(*HEADER, "Mail"))),
    ("header-twice-needed-spelling.csv", D, "refused", 0, "Code_postal and Code postal are the same column twice", csv((*ADA, "86999"), (*BLAISE, "86999"), header=(*HEADER, "Code postal"))),
    ("header-twice-unneeded.csv", D, "read", 2, "two columns Fax: nobody needs them", csv((*ADA, "1", "2"), (*BLAISE, "", ""), header=(*HEADER, "Fax", "Fax"))),
    ("header-empty-names.csv", D, "read", 2, "columns without a name are ignored", csv((*ADA, "1", "2"), (*BLAISE, "", ""), header=(*HEADER, "", ""))),
    ("header-missing-uai.csv", D, "refused", 0, "no column of UAI: the columns found and those looked for are told", csv(ADA[1:], BLAISE[1:], header=HEADER[1:])),
    ("header-missing-mail.csv", D, "either", None, "no column of mail: told once, not at each row; no address is emptied", csv(ADA[:9] + ADA[10:], BLAISE[:9] + BLAISE[10:], header=HEADER[:9] + HEADER[10:])),
    ("header-shuffled.csv", D, "read", 2, "columns are found by name", csv(ADA[::-1], BLAISE[::-1], header=HEADER[::-1])),
    ("header-spaces.csv", D, "read", 2, "header cells with spaces and no-break spaces around them", csv(ADA, BLAISE, header=[f" {own}\u00a0" for own in HEADER])),
    ("header-upper.csv", D, "read", 2, "header in capitals", csv(ADA, BLAISE, header=[own.upper() for own in HEADER])),
    ("header-decomposed.csv", H, "read", 1, "header and cells in decomposed Unicode (NFD, as a Mac writes)", lambda: unicodedata.normalize("NFD", text(HEAD, header=HEADS)).encode("utf-8-sig")),
    ("no-header.csv", D, "refused", 0, "data from the first line on: no header", csv(ADA, BLAISE, header=None)),
    ("title-above.csv", D, "either", 2, "a title line above the header: found, or refused with the line's words", raw("Annuaire des établissements – extraction du 16/11/2026" + ";" * 13 + "\r\n" + BASE)),
    ("header-row-5.csv", D, "either", 2, "the header is the fifth line", raw("Rectorat d'Exemple\r\n\r\nListe\r\n" + ";" * 13 + "\r\n" + BASE)),
    ("total-below.csv", D, "read", 2, "a line of totals below the data is rejected, not imported", raw(BASE + "Total;2" + ";" * 12 + "\r\n")),
    ("header-again.csv", D, "read", 2, "the header comes again in the middle (files put one after the other)", raw(BASE + BASE.split("\r\n")[0] + "\r\n")),
    ("million-columns.csv", D, "either", None, "a row of a million cells", raw(BASE + ";" * 1_000_000 + "\r\n")),
    ("million-header.csv", D, "either", None, "a header of a million names", raw(LINES[0] + ";c" * 1_000_000 + "\r\n" + "\r\n".join(LINES[1:]))),
    # nothing in it
    ("empty.csv", D, "refused", 0, "zero bytes", raw(b"")),
    ("bom-only.csv", D, "refused", 0, "a byte order mark and nothing else", raw("")),
    ("header-only.csv", D, "read", 0, "no row: no record is taken to be gone without a word", csv()),
    ("header-only-no-end.csv", D, "read", 0, "the same, without an end of line", raw(LINES[0])),
    ("blank-lines.csv", D, "refused", 0, "only blank lines", raw("\r\n" * 500)),
    ("blank-separators.csv", D, "read", 2, "many lines of separators only: not rows, or told as one", raw(BASE + (";" * 13 + "\r\n") * 5000)),
    # ends of line
    ("end-cr.csv", D, "either", 2, "lone CR as ends of line (old Macintosh)", csv(ADA, BLAISE, end="\r")),
    ("end-crlf.csv", D, "read", 2, "CRLF", csv(ADA, BLAISE, end="\r\n")),
    ("end-lf.csv", D, "read", 2, "LF", csv(ADA, BLAISE, end="\n")),
    ("end-mixed.csv", D, "read", 2, "CRLF, LF and CRCRLF in one file", raw(LINES[0] + "\n" + LINES[1] + "\r\r\n" + LINES[2] + "\r\n")),
    ("end-none.csv", D, "read", 2, "no end of line after the last row", raw(BASE.rstrip("\r\n"))),
    ("end-unicode.csv", D, "read", 2, "U+2028 and U+0085 inside a name are no ends of line", both(name="Collège\u2028Ada\u0085Lovelace")),
    # quotes
    ("quote-unclosed.csv", D, "either", None, "a quote that never closes: told with its line; the rows after it are not lost in silence", raw("\r\n".join([LINES[0], LINES[1].replace("3 place", '"3 place'), *LINES[2:]]))),
    ("quote-inside.csv", D, "read", 2, "quotes doubled inside quotes", both(name='Collège "Ada" dit ""la Comtesse""')),
    ("quote-bare.csv", D, "read", None, "bare quotes inside an unquoted cell: kept as they stand", raw(BASE.replace("Collège Ada-Lovelace", 'Collège "Ada" Lovelace'))),
    ("quote-after.csv", D, "either", None, "text after a closing quote", raw(BASE.replace("Collège Ada-Lovelace", '"Collège" Ada'))),
    ("quote-single.csv", D, "read", 2, "apostrophes are no quotes", both(name="'Collège; Ada'")),
    ("quote-separators.csv", D, "read", 2, "separator and line end inside a quoted address", both(address="3 place du Marché;\r\nbâtiment B")),
    # characters
    ("nul-cell.csv", D, "either", None, "NUL bytes in a name: told, none reaches a TOML file", both(name="Collège\0Ada\0")),
    ("nul-many.csv", D, "refused", 0, "a file of NUL bytes", raw(bytes(100_000))),
    ("name-long.csv", D, "either", None, "a name of 10,000 characters: refused or told; the letter does not break", both(name="Collège " + "A" * 10_000)),
    ("name-long-words.csv", D, "either", None, "the same with spaces", both(name="Collège " * 1250)),
    ("bidi.csv", D, "read", None, "right-to-left override and isolates in a name and in a mail: told, and never printed raw", csv(put(ADA, name="Collège \u202eecalevoL-adA\u2066"), put(BLAISE, mail="ce.\u202e0860002k@academie.example"))),
    ("zero-width.csv", D, "read", 2, "zero-width characters in UAI and mail: removed or told, never kept", csv(put(ADA, uai="\u200b0860001J\ufeff", mail="ce.0860001j\u200d@academie.example"), put(BLAISE, name="Lycée\u00ad Blaise\u2060-Exemple"))),
    ("control.csv", D, "read", None, "escape sequences for a terminal (colour, title, bell): never printed raw", both(name="Collège \x1b[31mrouge\x1b[0m\x1b]0;titre\x07\x08\x7f\x9b31m")),
    ("homoglyph.csv", D, "read", None, "a UAI with the letters O and l, and one in full-width digits: no silent guess", csv(put(ADA, uai="O86OOOlJ"), put(BLAISE, uai="\uff10\uff18\uff16\uff10\uff10\uff10\uff12K"), put(ADA))),
    ("arabic-digits.csv", D, "read", 1, "digits that are no ASCII digits in UAI and postcode", csv(put(ADA, uai="\u0660\u0668\u0666\u0660\u0660\u0660\u0661J", postcode="\u0668\u0666\u0661\u0660\u0660"), BLAISE)),
    ("private-use.csv", D, "read", None, "private-use, unassigned and noncharacter code points in a name", both(name="Collège \ue000\U0010ffff\ufffe\U000e0041")),
    ("combining.csv", D, "read", None, "hundreds of combining marks on one letter", both(name="Colle" + "\u0300" * 500 + "ge")),
    ("spaces.csv", D, "read", 2, "no-break, thin, ideographic spaces and tabs around and inside cells", csv(put(ADA, name="\u00a0 Collège\u00a0\u00a0Ada-Lovelace \u3000", postcode="86\u202f100", mail=" ce.0860001j@academie.example\u00a0"), BLAISE)),
    # encodings
    ("mojibake.csv", D, "read", 1, "UTF-8 read as Windows-1252 by an earlier program (CollÃ¨ge): the row is rejected and told, not printed on a letter in silence", both(name="Collège Ada-Lovelace".encode().decode("cp1252"), address="3 place du Marché".encode().decode("cp1252"))),
    ("mojibake-replaced.csv", D, "read", None, "U+FFFD in a name: the character is lost, told", both(name="Coll\ufffdge Ada-Lovelace")),
    ("mojibake-question.csv", D, "read", 2, "? in place of an accent (Coll?ge): perhaps told", both(name="Coll?ge Ada-Lovelace")),
    ("utf-8-no-bom.csv", D, "read", 2, "UTF-8 without a mark", csv(ADA, BLAISE, encoding="utf-8")),
    ("utf-8-two-boms.csv", D, "read", 2, "two byte order marks", raw("\ufeff" + BASE)),
    ("utf-8-cut.csv", D, "either", None, "ends in the middle of a character", raw(text(ADA, BLAISE).encode("utf-8-sig") + "0860003L;Collège é".encode()[:-1])),
    ("utf-8-broken.csv", D, "either", None, "UTF-8 with one Windows-1252 byte in it: no guess that breaks the other rows", raw(text(ADA).encode() + text(BLAISE, header=None).encode("cp1252"))),
    ("utf-8-overlong.csv", D, "either", None, "overlong and surrogate sequences", raw(text(ADA, BLAISE).encode().replace(b"Ada", b"\xc0\xaf\xed\xa0\x80"))),
    ("windows-1252.csv", D, "read", 2, "Windows-1252 with œ (0x9C) and typographic apostrophes", csv(put(ADA, name="Collège de l’Œuvre – cœur"), BLAISE, encoding="cp1252")),
    ("mac-roman.csv", D, "either", None, "Mac Roman: é is 0x8E; wrong letters must be seen by a person", csv(ADA, BLAISE, encoding="mac-roman", end="\r")),
    ("ibm-850.csv", D, "either", None, "code page 850, as MS-DOS programs write", csv(ADA, put(BLAISE, address="7 rue Haute"), encoding="cp850")),
    ("utf-16-le.csv", D, "read", 2, "UTF-16 LE with its mark, tabs (Excel's “Texte Unicode”)", raw(b"\xff\xfe" + text(ADA, BLAISE, separator="\t").encode("utf-16-le"))),
    ("utf-16-le-no-bom.csv", D, "either", None, "UTF-16 LE without a mark: read right or refused", csv(ADA, BLAISE, encoding="utf-16-le")),
    ("utf-16-be.csv", D, "either", 2, "UTF-16 BE with its mark", raw(b"\xfe\xff" + BASE.encode("utf-16-be"))),
    ("utf-16-odd.csv", D, "either", None, "UTF-16 with an odd number of bytes", raw(b"\xff\xfe" + BASE.encode("utf-16-le") + b"0")),
    ("utf-16-surrogate.csv", D, "either", None, "UTF-16 with a lone surrogate in a name", raw(b"\xff\xfe" + BASE.replace("Ada", "A\ud800").encode("utf-16-le", "surrogatepass"))),
    ("utf-32.csv", D, "either", None, "UTF-32 LE with its mark, which begins like UTF-16's", csv(ADA, BLAISE, encoding="utf-32")),
    ("utf-7.csv", D, "either", None, "UTF-7: plain ASCII to the eye of a program", raw(BASE.encode("utf-7"))),
    # separators
    ("separator-comma.csv", D, "read", 2, "commas", csv(ADA, BLAISE, separator=",")),
    ("separator-tab.csv", D, "read", 2, "tabs", csv(ADA, BLAISE, separator="\t")),
    ("separator-bar.csv", D, "read", 2, "bars", csv(ADA, BLAISE, separator="|")),
    ("separator-comma-inside.csv", D, "read", 2, "semicolons, and many commas inside the cells", csv(put(ADA, name="Collège Ada, comtesse, de Lovelace, mathématicienne,,,", address="3, place, du, Marché, bât. B, 2e étage"), put(BLAISE, address="7,,,,,,,,,,,,,,,,,,,,"))),
    ("separator-sep-line.csv", D, "either", 2, "Excel's own first line sep=;", raw("sep=;\r\n" + BASE)),
    ("separator-spaces.csv", D, "refused", 0, "columns drawn with spaces (a listing for print)", raw("UAI       Nom                   Code postal\r\n0860001J  Collège Ada-Lovelace  86100\r\n")),
    ("separator-one-column.csv", D, "refused", 0, "only UAIs, no separator at all", raw("0860001J\r\n0860002K\r\n")),
    # dates and numbers, in a column that no record takes
    ("date-impossible-unneeded.csv", D, "read", 2, "32/13/2026 in a column that no record takes", dated("32/13/2026")),
    ("date-serial-unneeded.csv", D, "read", 2, "46266 in a column that no record takes", dated("46266")),
    # and where one does
    ("heads-date-impossible.csv", H, "read", None, "32/13/2026: the row is rejected or the date left out, told either way", heads([*HEAD[:6], "32/13/2026", ""])),
    ("heads-date-february.csv", H, "read", None, "29/02/2026 does not exist", heads([*HEAD[:6], "29/02/2026", ""])),
    ("heads-date-american.csv", H, "read", None, "09/13/2026 is no day of a French calendar; never taken for 13 September in silence", heads([*HEAD[:6], "09/13/2026", ""])),
    ("heads-date-serial.csv", H, "read", None, "46266, Excel's serial of 01/09/2026, in a text file: told", heads([*HEAD[:6], "46266", ""])),
    ("heads-date-short-year.csv", H, "read", None, "01/09/26: 2026 or told, never the year 26", heads([*HEAD[:6], "01/09/26", ""])),
    ("heads-date-words.csv", H, "read", None, "1er septembre 2026", heads([*HEAD[:6], "1er septembre 2026", ""])),
    ("heads-date-time.csv", H, "read", 1, "01/09/2026 00:00:00", heads([*HEAD[:6], "01/09/2026 00:00:00", ""])),
    ("heads-date-far.csv", H, "read", None, "01/09/2206 and 01/01/1900: a slip of the keyboard, told", heads([*HEAD[:6], "01/09/2206", ""], ["0860002K", *HEAD[1:6], "01/01/1900", ""])),
    ("heads-vacant.csv", H, "read", None, "NOM is VACANT, à pourvoir, - : no head, never a person called Vacant", heads([*HEAD[:3], "VACANT", "", "Principale", "", ""], ["0860002K", "", "", "à pourvoir", "-", "Proviseur", "", ""])),
    ("heads-interim.csv", H, "read", 2, "oui and x both mean acting", heads([*HEAD[:7], "oui"], ["0860002K", *HEAD[1:7], "x"])),
    ("heads-civility.csv", H, "read", None, "civilities MR, Mlle, Dr, 1, “Mme/M.”: known ones mapped, the others told", heads(["0860001J", "", "MR", "DURAND", "Alain", "Principal", "01/09/2026", ""], ["0860002K", "", "1", "PETIT", "Zoé", "Proviseur", "01/09/2026", ""])),
    ("heads-two.csv", H, "read", None, "two heads for one school: conflict, told; none chosen by its place in the file", heads(HEAD, [*HEAD[:3], "BERNARD", "Louise", *HEAD[5:]])),
    ("error-name.csv", D, "read", 1, "#N/A as a name: rejected, never a school called #N/A", both(name="#N/A")),
    ("error-mail.csv", D, "read", None, "#REF! as a mail: no address, told", both(mail="#REF!")),
    ("error-uai.csv", D, "read", 1, "#VALEUR! as a UAI: rejected", both(uai="#VALEUR!")),
    ("error-hashes.csv", D, "read", None, "######## as a postcode (a column too narrow when it was saved)", both(postcode="########")),
    # UAIs
    ("uai-wrong-key.csv", D, "read", 1, "the check letter is wrong: rejected, the right letter is told", both(uai="0860001A")),
    ("uai-no-zero.csv", D, "read", None, "860001J: the zero is put back (the key proves it) or the row rejected; never another school", both(uai="860001J")),
    ("uai-twice-same.csv", D, "read", None, "the same row twice: one school, the second row merged", csv(ADA, BLAISE, ADA)),
    ("uai-twice-conflict.csv", D, "read", None, "the same UAI with two names: told; neither wins by its place in the file", csv(ADA, BLAISE, put(ADA, name="Collège Grace-Hopper", mail="autre@academie.example"))),
    ("uai-lower-spaces.csv", D, "read", 2, "lower case with spaces and no-break spaces: the same school", csv(put(ADA, uai=" 086\u00a00001 j\u202f"), put(BLAISE, uai="0860002k "))),
    ("uai-path.csv", D, "read", 1, "../../etc/passwd as a UAI: rejected, no path is built of it", both(uai="../../etc/passwd")),
    ("uai-mail-in-it.csv", D, "read", None, "the UAI and the name in one cell: 0860001J - Collège Ada", both(uai="0860001J - Collège Ada-Lovelace")),
    ("uai-empty.csv", D, "read", 1, "an empty UAI in a row that holds a school: rejected", both(uai="")),
    ("uai-number.csv", D, "read", 1, "a number alone, and one in scientific notation", csv(put(ADA, uai="860001"), put(ADA, uai="8,6E+05"), BLAISE)),
    # postcodes and mails
    ("postcode-no-zero.csv", D, "read", 2, "1000 for 01000 in the Ain: the zero is put back, told", csv(put(ADA, uai=AIN, postcode="1000", mail="ce.ain@academie.example"), BLAISE)),
    ("postcode-float.csv", D, "read", 2, "35580.0 and 35580,0: 35580", csv(put(ADA, postcode="35580.0"), put(BLAISE, postcode="35580,0"))),
    ("postcode-foreign.csv", D, "read", None, "B-1000 and 2A004 are no French postcodes: told", csv(put(ADA, postcode="B-1000"), put(BLAISE, postcode="2A004"))),
    ("postcode-cedex.csv", D, "read", None, "86100 CHATELLERAULT CEDEX in the postcode", both(postcode="86100 CHATELLERAULT CEDEX")),
    ("mail-injection.csv", D, "read", None, "CR and LF in a quoted mail: no header of a message comes of it", both(mail="ce.0860001j@academie.example\r\nBcc: pirate@academie.example")),
    ("mail-two.csv", D, "read", None, "two addresses in one cell: told", both(mail="ce.0860001j@academie.example ; autre@academie.example")),
    ("mail-display.csv", D, "read", None, "a name and an address in angle brackets; a mailto: link", csv(put(ADA, mail="Collège <ce.0860001j@academie.example>"), put(BLAISE, mail="mailto:ce.0860002k@academie.example"))),
    ("mail-accent.csv", D, "read", None, "an accent and a space in the local part, a comma for a full stop", csv(put(ADA, mail="secrétariat collège@academie.example"), put(BLAISE, mail="ce.0860002k@academie,example"))),
    ("mail-outside.csv", D, "read", 2, "an address outside the allowed domains, one that only looks inside", csv(put(ADA, mail="college@elsewhere.test"), put(BLAISE, mail="ce@academie.example.elsewhere.test"))),
    ("mail-empty.csv", D, "read", 2, "no mail: the record is made or kept; a known address is not wiped in silence", both(mail="")),
    # schools that get no letter by default
    ("filtered-contract.csv", D, "read", 1, "a private school out of contract is filtered, with its reason", lambda: text(ADA, (*BLAISE[:10], "HORS CONTRAT", *BLAISE[11:])).encode("utf-8-sig")),
    ("filtered-ministry.csv", D, "read", 1, "a school of the Agriculture ministry is filtered", lambda: text(ADA, (*BLAISE[:11], "AGRICULTURE", *BLAISE[12:])).encode("utf-8-sig")),
    ("filtered-section.csv", D, "read", 1, "a section of a parent school is filtered", lambda: text(ADA, (*BLAISE[:13], "0860001J")).encode("utf-8-sig")),
    ("filtered-kind.csv", D, "read", 1, "a primary school is filtered", lambda: text(ADA, (*BLAISE[:2], "Ecole", *BLAISE[3:12], "ECOLE MATERNELLE", "")).encode("utf-8-sig")),
    # another kind of file under this name
    ("really-json.csv", D, "refused", 0, "JSON", raw('[{"Identifiant_de_l_etablissement": "0860001J"}]\n')),
    ("really-html.csv", D, "refused", 0, "a page of the web: “please sign in”", raw("<!DOCTYPE html>\n<html><body>Session expirée ; reconnectez-vous</body></html>\n")),
    ("random.csv", D, "refused", 0, "noise", lambda: random.Random(1).randbytes(50_000)),
]
# fmt: on


def many(row, count):
    """The valid file, then COUNT times the same row, in pieces."""
    yield BASE.encode("utf-8-sig")
    for _ in range(count // 100_000):
        yield row * 100_000


LONG = b"0860001A;x\r\n"
# fmt: off
LARGE = [
    ("large-10m-rows.csv", D, "refused", 0, "ten million rows, 120 MB: refused by its size, at once", lambda: many(LONG, 10_000_000)),
    ("large-10m-short.csv", D, "either", None, "ten million rows a;b, 40 MB: below a limit of 64 MB; what is told of them stays short", lambda: many(b"a;b\n", 10_000_000)),
    ("large-one-line.csv", D, "either", None, "one cell of 60 MB, never closed", lambda: [BASE.encode("utf-8-sig"), b'"', *[b"x" * 1_000_000] * 60]),
]
