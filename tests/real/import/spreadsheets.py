#!/usr/bin/env python3
"""The directory extract as it comes back from a spreadsheet program, careful and careless.

    spreadsheets.py SOURCE.csv OUTDIR [--soffice soffice]

SOURCE is an extract of the public directory (UTF-8 with BOM, `;`). Everything goes through LibreOffice
Calc without a window, in a profile of its own, with a French locale. Writes

    text/      every column imported as text: nothing may be lost
    careless/  the column types left at "standard": numbers and dates are recognised, zeros are lost
    header2026/  the same CSV under the header of 2026, in lower case, and with columns gone
    edited10/  the same CSV with ten cells edited, and truth.json that says which
    zeros/     the extract moved to the département 01 (UAIs, postcodes, mails), as CSV and careless:
               the only files here whose postcodes begin with a zero, and lose it

`careless/annuaire-excel.csv` is not made by LibreOffice: it imitates what Excel saves, which writes a
long number the way it shows it. `mangled.py` says what each file lost.
"""

import argparse
import csv
import datetime
import json
import pathlib
import re
import subprocess
import tempfile

CALC_CSV = "csv:Text - txt - csv (StarCalc):"
XLSX = "xlsx:Calc MS Excel 2007 XML"
UTF_8, WINDOWS_1252, UTF_16 = 76, 1, 65535  # LibreOffice's numbers of the encodings
FRENCH = 1036  # its number of the language
DROPPED = (
    "Lycee_Agricole",
    "Lycee_militaire",
    "Lycee_des_metiers",
    "PIAL",
    "Fiche_onisep",
    "ministere_tutelle",
)
EDUCATION = "MINISTERE DE L'EDUCATION NATIONALE"


def read(path):
    """The header and the rows of a directory extract."""
    with open(path, encoding="utf-8-sig", newline="") as source:
        header, *rows = csv.reader(source, delimiter=";")
    return header, rows


def write(path, header, rows, encoding="utf-8-sig"):
    """The same, as the directory writes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding=encoding, newline="") as out:
        csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([header, *rows])


class Calc:
    """LibreOffice Calc without a window."""

    def __init__(self, program, profile):
        self.command = [
            program,
            f"-env:UserInstallation={pathlib.Path(profile).as_uri()}",
            "--headless",
            "--norestore",
        ]

    def convert(self, source, columns, target, out):
        """SOURCE to the format TARGET at OUT; COLUMNS is the number of columns to keep as text, or None."""
        types = "" if columns is None else "/".join(f"{own + 1}/2" for own in range(columns))
        # separator, quote, encoding, first line, column types, language, quoted is text, recognise dates
        careless = str(columns is None).lower()
        options = f"CSV:59,34,{UTF_8},1,{types},{FRENCH},false,{careless}"
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as place:
            subprocess.run(
                [
                    *self.command,
                    f"--infilter={options}",
                    "--convert-to",
                    target,
                    "--outdir",
                    place,
                    str(source),
                ],
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            made = list(pathlib.Path(place).iterdir())
            if len(made) != 1:
                raise SystemExit(f"LibreOffice made {len(made)} files of {out.name}")
            out.write_bytes(made[0].read_bytes())


def as_excel_saves(cell):
    """A cell of type "standard" that French Excel read from a CSV and saves as it shows it."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return datetime.date.fromisoformat(cell).strftime("%d/%m/%Y")
    if re.fullmatch(r"-?\d+", cell):
        number = int(cell)
        if abs(number) < 10**11:
            return str(number)
        return re.sub(r",?0*E", "E", f"{number:.5E}".replace(".", ","))
    return cell


def key(digits):
    """The check letter of a UAI's seven digits."""
    return "ABCDEFGHJKLMNPRSTUVWXYZ"[int(digits) % 23]


def moved(header, rows, department="01"):
    """The rows as if the schools lay in another département: fictional UAIs with good keys."""
    postcode, code = header.index("Code postal"), header.index("Code_departement")

    def uai(found):
        digits = f"0{department}{found[1]}"
        return digits + (key(digits) if found[2].isupper() else key(digits).lower())

    for row in rows:
        row = [re.sub(r"(?<!\d)035(\d{4})([A-Za-z])(?![A-Za-z0-9])", uai, cell) for cell in row]
        row[postcode] = department + row[postcode][2:]
        row[code] = f"0{department}"
        yield [
            re.sub(r"^35(?=\d{3} )", department, cell) if column.startswith("Adresse") else cell
            for column, cell in zip(header, row)
        ]


def headers(header, rows, out):
    """The three headers of 2026."""
    write(out / "annuaire.csv", [own.replace("Code postal", "Code_postal") for own in header], rows)
    write(out / "minuscules.csv", [own.lower().replace(" ", "_") for own in header], rows)
    kept = [place for place, own in enumerate(header) if own not in DROPPED]
    write(
        out / "colonnes-en-moins.csv",
        [header[place].replace("Code postal", "Code_postal") for place in kept],
        [[row[place] for place in kept] for row in rows],
    )


def edited(header, rows, out):
    """Ten edits, each in another public school that gets letters: names, mails, addresses."""
    place = {own: index for index, own in enumerate(header)}
    uais = [row[place["Identifiant_de_l_etablissement"]] for row in rows]
    schools = [
        number
        for number, row in enumerate(rows)
        if row[place["Type_etablissement"]] in ("Collège", "Lycée", "EREA")
        and row[place["Statut_public_prive"]] == "Public"
        and row[place["ministere_tutelle"]] == EDUCATION
        and not row[place["etablissement_mere"]]
        and row[place["Mail"]]
        and row[place["Adresse_1"]]
        and uais.count(uais[number]) == 1
    ]
    kinds = {}
    for number in schools:
        kinds.setdefault(rows[number][place["Type_etablissement"]], []).append(number)
    chosen = kinds["Collège"][3::7][:5] + kinds["Lycée"][2::6][:4] + kinds["EREA"][:1]
    if len(chosen) != 10:
        raise SystemExit(f"only {len(chosen)} schools to edit")
    edits = [
        ("Nom_etablissement", lambda cell, uai: "Collège Joséphine-Baker"),
        ("Mail", lambda cell, uai: f"ce.{uai.lower()}@academie.example"),
        ("Adresse_1", lambda cell, uai: "1 bis rue de l'Œuvre"),
        ("Nom_etablissement", lambda cell, uai: cell + " – site Nord"),
        ("Mail", lambda cell, uai: f"secretariat.{uai.lower()}@academie.example"),
        ("Adresse_1", lambda cell, uai: "112 boulevard de l'Europe"),
        ("Nom_etablissement", lambda cell, uai: "Lycée Toni-Morrison"),
        ("Mail", lambda cell, uai: f"accueil-{uai.lower()}@academie.example"),
        ("Adresse_1", lambda cell, uai: "Place du 8-Mai-1945"),
        ("Mail", lambda cell, uai: f"direction.{uai.lower()}@academie.example"),
    ]
    rows = [list(row) for row in rows]
    truth = []
    for number, (column, edit) in zip(chosen, edits):
        uai, before = uais[number], rows[number][place[column]]
        after = edit(before, uai)
        rows[number][place[column]] = after
        truth.append({"uai": uai, "column": column, "before": before, "after": after, "line": number + 2})
    write(out / "annuaire.csv", header, rows)
    (out / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--soffice", default="soffice")
    own = parser.parse_args()
    header, rows = read(own.source)
    with tempfile.TemporaryDirectory() as profile:
        calc = Calc(own.soffice, profile)
        zeros = own.out / "zeros/annuaire.csv"
        write(zeros, header, moved(header, rows))
        calc.convert(zeros, None, XLSX, zeros.with_name("careless.xlsx"))
        calc.convert(
            zeros,
            None,
            f"{CALC_CSV}59,34,{WINDOWS_1252},1,,{FRENCH},false,true",
            zeros.with_name("careless-1252.csv"),
        )
        for kind, columns in (("text", len(header)), ("careless", None)):
            # the last two of each CSV: quote every text, write cells as they are shown
            formats = {
                "annuaire.xlsx": XLSX,
                "annuaire.ods": "ods:calc8",
                "annuaire-1252.csv": f"{CALC_CSV}59,34,{WINDOWS_1252},1,,{FRENCH},false,true",
            }
            if kind == "text":
                formats["annuaire.xls"] = "xls:MS Excel 97"
                formats["annuaire-utf16.csv"] = f"{CALC_CSV}9,34,{UTF_16},1,,{FRENCH},false,true"
            for name, target in formats.items():
                calc.convert(own.source, columns, target, own.out / kind / name)
    write(
        own.out / "careless/annuaire-excel.csv",
        header,
        [[as_excel_saves(cell) for cell in row] for row in rows],
        "cp1252",
    )
    headers(header, rows, own.out / "header2026")
    edited(header, rows, own.out / "edited10")


if __name__ == "__main__":
    main()
