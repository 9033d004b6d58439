#!/usr/bin/env python3
"""Three untidy fictional lists for real schools: heads, référents, indemnities.

    lists.py DIRECTORY.csv OUTDIR SEED

The schools are those of a directory extract that get letters: collèges, lycées and EREA of the Education
ministry, public or under contract, no sections, one row per UAI. Every person is invented, every address
lies in academie.example. Same extract and seed: same rows. Needs openpyxl. Writes

    annuaire.csv     the extract itself with every mail moved to academie.example, to import first
    chefs.csv        the personnel service's list of heads, Windows-1252, names in capitals
    referents.xlsx   the answers to an online survey, one a row, as people typed them
    indemnites.ods   what the payroll office exports
    truth.json       what they say: schools, heads, persons with their assignments, allowances, and for
                     each row of each list what is the matter with it (`line` counts from 1, header included)
"""

import argparse
import collections
import datetime
import json
import pathlib
import random
import unicodedata

import openpyxl

import sheets
import spreadsheets

WOMEN = """Anne Claire Élodie Françoise Zoé Inès Marie-Hélène Léa Nathalie Aïcha Agnès Océane Solène Maïwenn
Anne-Laure Sophie Gaëlle Bérénice Thérèse Fatoumata Chloé Noémie Valérie Camille Dominique""".split()
MEN = """Alain Benoît Loïc François Jean-Luc Gaël Mehdi Jérôme Noël Étienne Yann Stéphane Frédéric Ismaël
Hervé Jean-François Théo Rémi Cédric Goulven André Joël Mathieu Camille Dominique""".split()
FAMILIES = (
    """Martin Bernard Petit Durand Moreau Lefèvre-Marchal Le_Goff de_La_Tour D'Angelo Mc_Adam O'Brien Gauthier
Le_Bihan Kerdoncuff Guéguen Hamon Prigent Le_Roux Traoré N'Guessan Benali García_López Müller Françoise-Noël
Dupré_la_Tour de_Kergorlay d'Hervé L'Hostis Saint-Gilles Çelik Œuvrard Ménard Cœurdevey Nguyễn Le_Dû Le_Floc'h
Fontaine Chevalier Renault Boucher Leclercq Masson Royer Garnier Pichon Leblanc Joly Aubert Besnard Tessier
Vasseur Carré Rolland Poirier Maillard Lemoine Daniel Martin-Petit Baÿ Thomas Vincent André""".split()
)
DISCIPLINES = {
    "mathématiques": ("Mathématiques", "maths", "MATHEMATIQUES", "Maths-sciences", "L1300"),
    "lettres": ("Lettres modernes", "Français", "lettres", "Lettres-histoire"),
    "technologie": ("Technologie", "Techno", "TECHNOLOGIE "),
    "documentation": ("Documentation", "Professeure documentaliste", "prof doc", "CDI"),
    "physique-chimie": ("Physique-chimie", "SPC", "sciences physiques", "Physique/Chimie"),
    "SVT": ("SVT", "Sciences de la vie et de la Terre", "svt"),
    "anglais": ("Anglais", "LV1 Anglais", "anglais ; DNL"),
    "éducation musicale": ("Éducation musicale", "musique", "Education musicale"),
}
RATES = (312.50, 625, 1250, 1250, 1250, 2500, 3750)
KINDS = {"Collège": "college", "Lycée": "lycee", "EREA": "erea"}


def ascii_only(text):
    """Without accents, ligatures and apostrophes, for an address."""
    text = text.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae")
    plain = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode()
    return plain.replace("'", "").replace(" ", "")


def capitals(name, accents=True):
    """As a personnel service writes it."""
    return (
        name.upper()
        if accents
        else unicodedata.normalize("NFD", name.upper().replace("Œ", "OE")).encode("ascii", "ignore").decode()
    )


def schools(source):
    """The extract with fictional mails, and the schools that get letters, by UAI."""
    header, rows = spreadsheets.read(source)
    at = {name: place for place, name in enumerate(header)}
    chosen, mails = {}, {}
    for row in rows:
        mail = row[at["Mail"]].strip()
        if mail:
            local, _, domain = mail.partition("@")
            local += "" if "ac-" in domain else "." + domain.split(".")[0]
            row[at["Mail"]] = mails.setdefault(mail.lower(), f"{ascii_only(local)}@academie.example")
        uai = row[at["Identifiant_de_l_etablissement"]]
        if (
            row[at["Type_etablissement"]] in KINDS
            and row[at["ministere_tutelle"]] == spreadsheets.EDUCATION
            and row[at["Type_contrat_prive"]] != "HORS CONTRAT"
            and not row[at["etablissement_mere"]]
            and uai not in chosen
        ):
            chosen[uai] = {
                "uai": uai,
                "name": row[at["Nom_etablissement"]],
                "kind": KINDS[row[at["Type_etablissement"]]],
                "sector": "public" if row[at["Statut_public_prive"]] == "Public" else "private",
                "city": row[at["Nom_commune"]],
                "email": row[at["Mail"]],
            }
    return header, rows, chosen


class Lists:
    """One set of lists: everything drawn from one generator, in one order."""

    def __init__(self, chosen, seed):
        self.chosen, self.random = chosen, random.Random(seed)
        self.names, self.mails = set(), collections.Counter()
        self.heads, self.persons, self.answers, self.allowances = [], [], [], []
        self.notes = {"chefs.csv": [], "referents.xlsx": [], "indemnites.ods": []}

    def chance(self, share):
        return self.random.random() < share

    def person(self, named=None):
        """Somebody new; NAMED is (civility, given name, family name) of the person's namesake."""
        while True:
            civility = self.random.choice(("Mme", "M."))
            given = self.random.choice(WOMEN if civility == "Mme" else MEN)
            family = self.random.choice(FAMILIES).replace("_", " ")
            if named or (given, family) not in self.names:
                break
        if named:
            civility, given, family = named
        self.names.add((given, family))
        local = f"{ascii_only(given)}.{ascii_only(family)}".lower()
        self.mails[local] += 1
        local += str(self.mails[local]) if self.mails[local] > 1 else ""
        return {
            "civility": civility,
            "given_name": given,
            "family_name": family,
            "email": f"{local}@academie.example",
        }

    def day(self, first, last):
        return first + datetime.timedelta(self.random.randrange((last - first).days + 1))

    def uai(self, uai, note):
        """A UAI as somebody types it."""
        forms = [
            uai.lower(),
            f" {uai}",
            f"{uai[:7]} {uai[7]}",
            f"{uai}\u00a0",
            f"{uai[:3]} {uai[3:7]} {uai[7].lower()}",
        ]
        if not self.chance(0.15):
            return uai
        note.append("UAI spelled otherwise")
        return self.random.choice(forms)

    def short(self, name, accents=True):
        """A school's name as a personnel service shortens it."""
        for long, abbreviation in (
            ("Lycée professionnel", "LP"),
            ("Lycée polyvalent", "LPO"),
            ("Lycée", "LYC"),
            ("Collège", "CLG"),
        ):
            if name.startswith(long):
                name = abbreviation + name[len(long) :]
        return capitals(name, accents)[:32].rstrip()

    def function(self, school, civility):
        woman = civility == "Mme"
        if school["sector"] == "private":
            return "Cheffe d'établissement" if woman else "Chef d'établissement"
        return {
            "college": ("Principal", "Principale"),
            "lycee": ("Proviseur", "Proviseure"),
            "erea": ("Directeur", "Directrice"),
        }[school["kind"]][woman]

    def chefs(self):
        """The rows of the list of heads. Schools with one mailbox have one head."""
        rows, by_mail = [], {}
        for school in self.chosen.values():
            note, number = [], len(rows) + 2
            accents = not self.chance(0.25)
            if self.chance(0.05):
                continue
            if self.chance(0.04):
                rows.append(
                    [
                        school["uai"],
                        self.short(school["name"]),
                        "",
                        self.random.choice(("VACANT", "A POURVOIR", "N.")),
                        "",
                        "",
                        "",
                        "",
                    ]
                )
                self.notes["chefs.csv"].append(
                    {"line": number, "uai": school["uai"], "notes": ["no head yet"]}
                )
                continue
            head = by_mail.get(school["email"]) if school["email"] else None
            if head:
                note.append("head of another school too")
            else:
                head = self.person()
                head["since"] = self.day(datetime.date(2014, 9, 1), datetime.date(2025, 9, 1)).replace(
                    month=9, day=1
                )
                head["acting"] = self.chance(0.06)
                if self.chance(0.1):
                    head["since"] = self.day(datetime.date(2026, 9, 1), datetime.date(2026, 10, 15))
                by_mail[school["email"]] = head
            function = self.function(school, head["civility"])
            written = function
            if self.chance(0.3):
                written = function.upper()
            elif head["civility"] == "Mme" and self.chance(0.15):
                written = self.function(school, "M.")
                note.append("function in the masculine, civility Mme")
            civility = head["civility"]
            if self.chance(0.2):
                civility = self.random.choice(
                    {"Mme": ("MME", "Mme ", "Madame", "MADAME"), "M.": ("M", "MR", "Monsieur", "M. ")}[
                        civility
                    ]
                )
                note.append("civility spelled otherwise")
            if self.chance(0.02):
                civility = ""
                note.append("civility missing")
            family = capitals(head["family_name"], accents)
            if not accents and family != capitals(head["family_name"]):
                note.append("accents of the name lost")
            given = head["given_name"] if not self.chance(0.2) else capitals(head["given_name"], accents)
            if not accents:
                given = unicodedata.normalize("NFD", given).encode("ascii", "ignore").decode()
            if self.chance(0.05):
                family, given = family + " ", f"{given}\u00a0"
                note.append("spaces after the name")
            date = head["since"].strftime("%d/%m/%Y")
            if self.chance(0.03):
                date = ""
                note.append("date missing")
            acting = (
                self.random.choice(("oui", "O", "x", "Oui"))
                if head["acting"]
                else self.random.choice(("", "", "", "non", "N"))
            )
            rows.append(
                [
                    self.uai(school["uai"], note),
                    self.short(school["name"], accents),
                    civility,
                    family,
                    given,
                    written,
                    date,
                    acting,
                ]
            )
            self.heads.append(
                {
                    "line": number,
                    "uai": school["uai"],
                    "civility": head["civility"] if civility else None,
                    "given_name": head["given_name"],
                    "family_name": head["family_name"],
                    "function": function,
                    "since": head["since"].isoformat() if date else None,
                    "acting": head["acting"],
                }
            )
            if "?" in (family + given).encode("cp1252", "replace").decode("cp1252"):
                note.append("a letter that Windows-1252 has not: ?")
            self.note("chefs.csv", number, school["uai"], note)
        twin = self.random.choice([own for own in rows if own[6]])
        rows.append(list(twin))
        self.note("chefs.csv", len(rows) + 1, twin[0], ["the same row again"])
        rows.append(["0350001A", "CLG FERMÉ", "M.", "ANCIEN", "Paul", "Principal", "01/09/2009", ""])
        self.note("chefs.csv", len(rows) + 1, "0350001A", ["unknown UAI with a wrong key"])
        return rows

    def note(self, file, line, uai, notes):
        if notes:
            self.notes[file].append({"line": line, "uai": uai, "notes": notes})

    def staff(self):
        """Who is référent where."""
        places = list(self.chosen)
        answered = [uai for uai in places if not self.chance(0.08)]
        for uai in answered:
            for _ in range(2 if self.chance(0.12) else 1):
                member = self.person()
                self.persons.append(
                    {**member, "discipline": self.random.choice(list(DISCIPLINES)), "assignments": [uai]}
                )
        for member in self.random.sample(self.persons, 6):
            other = self.random.choice([uai for uai in places if uai not in member["assignments"]])
            member["assignments"].append(other)
        for member in self.random.sample(self.persons, 4):
            other = self.random.choice([uai for uai in places if uai not in member["assignments"]])
            named = (member["civility"], member["given_name"], member["family_name"])
            self.persons.append(
                {
                    **self.person(named),
                    "discipline": self.random.choice(list(DISCIPLINES)),
                    "assignments": [other],
                }
            )
        for number, member in enumerate(self.persons, 1):
            member["person"] = number
            member["assignments"] = [
                {
                    "uai": uai,
                    "since": self.day(datetime.date(2016, 9, 1), datetime.date(2026, 9, 1))
                    .replace(month=9, day=1)
                    .isoformat(),
                }
                for uai in member["assignments"]
            ]

    def named(self, member, note):
        """A person's name as people type it into one box."""
        civility, given, family = member["civility"], member["given_name"], member["family_name"]
        forms = {
            "“Mme Martin Claire”": f"{civility} {family} {given}",
            "“MARTIN Claire”": f"{capitals(family)} {given}",
            "“Claire MARTIN”": f"{given} {capitals(family)}",
            "“Claire Martin”": f"{given} {family}",
            "“MARTIN CLAIRE”": capitals(f"{family} {given}", False),
            "“Martin, Claire”": f"{family}, {given}",
            "“claire martin”": f"{given} {family}".lower(),
            "“Madame MARTIN Claire”": f"{'Madame' if civility == 'Mme' else 'Monsieur'} {capitals(family)} {given}",
        }
        form = self.random.choices(list(forms), (4, 6, 6, 4, 2, 1, 1, 1))[0]
        note.append(f"name in the form {form}")
        return forms[form]

    def since(self, text, note):
        """A date as people type it."""
        date = datetime.date.fromisoformat(text)
        draw = self.random.random()
        if draw < 0.7:
            return date
        if draw < 0.88:
            return date.strftime("%d/%m/%Y")
        note.append("“Depuis le” is no date")
        return self.random.choice(
            (
                f"sept. {date.year}",
                f"rentrée {date.year}",
                str(date.year),
                None,
                f"{date.day}/{date.month}/{date.year % 100:02}",
                "depuis toujours",
            )
        )

    def survey(self):
        """The answers, in the order they came in."""
        drafts = []
        for member in self.persons:
            for assignment in member["assignments"]:
                drafts.append((member, assignment, []))
        drafts += [
            (member, assignment, ["answered twice"])
            for member, assignment, _ in self.random.sample(drafts, 9)
        ]
        self.random.shuffle(drafts)
        moment, rows = datetime.datetime(2026, 9, 14, 8, 2, 11), []
        unknown = self.random.sample(range(len(drafts)), 4)
        boxes = self.random.sample([place for place in range(len(drafts)) if place not in unknown], 5)
        for place, (member, assignment, note) in enumerate(drafts):
            moment += datetime.timedelta(seconds=self.random.randrange(60, 12_000))
            uai, mail = assignment["uai"], member["email"]
            written = self.uai(uai, note)
            if place in unknown:
                written = self.random.choice(
                    (
                        "0359999" + spreadsheets.key("0359999"),
                        uai[:7] + spreadsheets.key(str(int(uai[:7]) + 1)),
                        "collège " + self.chosen[uai]["city"],
                        uai[1:],
                        "",
                    )
                )
                note.append("UAI unknown, wrong or missing")
            elif self.chance(0.04):
                written = f"{uai} - {self.chosen[uai]['name']}"
                note.append("UAI and name in one cell")
            if place in boxes and self.chosen[uai]["email"]:
                mail = self.chosen[uai]["email"]
                note.append("the school's mailbox as the person's mail")
            elif self.chance(0.08):
                mail = self.random.choice((mail.upper(), f" {mail}", mail.title()))
                note.append("mail spelled otherwise")
            stamp = moment if not self.chance(0.1) else moment.strftime("%d/%m/%Y %H:%M:%S")
            name = self.named(member, note)
            rows.append(
                [
                    stamp,
                    mail,
                    written,
                    name,
                    self.random.choice(DISCIPLINES[member["discipline"]]),
                    self.since(assignment["since"], note),
                ]
            )
            self.answers.append(
                {
                    "line": place + 2,
                    "person": member["person"],
                    "uai": uai,
                    "since": assignment["since"],
                    "notes": note,
                }
            )
        return rows

    def payroll(self):
        """What is paid: most référents, some with another name, some who are none."""
        rows = []
        for member in self.persons:
            for assignment in member["assignments"]:
                if self.chance(0.15):
                    continue
                note, amount = [], self.random.choice(RATES)
                decided = self.day(datetime.date(2026, 10, 1), datetime.date(2026, 12, 18))
                family = member["family_name"]
                if member["civility"] == "Mme" and self.chance(0.04):
                    family = self.random.choice(FAMILIES).replace("_", " ")
                    note.append("under another surname")
                digits = f"{amount:,.2f}".replace(".", ";").replace(",", self.random.choice("\u00a0\u202f "))
                shown = digits.replace(";", ",") + self.random.choice((" €", "\u00a0€"))
                cell = shown
                if self.chance(0.2):
                    value = f'office:value-type="currency" office:currency="EUR" office:value="{amount}"'
                    cell = sheets.Raw(
                        f"<table:table-cell {value}><text:p>{shown}</text:p></table:table-cell>"
                    )
                    note.append("amount is a number")
                date = decided if self.chance(0.5) else decided.strftime("%d/%m/%Y")
                if self.chance(0.07):
                    date, decided = None, None
                    note.append("no decision yet")
                rows.append(
                    (
                        assignment["uai"],
                        capitals(family, False),
                        capitals(member["given_name"], False),
                        cell,
                        date,
                    )
                )
                self.allowances.append(
                    {
                        "person": member["person"],
                        "uai": assignment["uai"],
                        "amount": amount,
                        "decided": decided.isoformat() if decided else None,
                        "notes": note,
                    }
                )
        for _ in range(3):
            stranger = self.person()
            uai = self.random.choice(list(self.chosen))
            rows.append(
                (
                    uai,
                    capitals(stranger["family_name"], False),
                    capitals(stranger["given_name"], False),
                    "625,00 €",
                    "03/11/2026",
                )
            )
            self.allowances.append(
                {
                    "person": None,
                    "uai": uai,
                    "amount": 625,
                    "decided": "2026-11-03",
                    "notes": ["paid, in no answer"],
                }
            )
        order = sorted(range(len(rows)), key=lambda own: rows[own][1:3])
        self.allowances = [{"line": line, **self.allowances[own]} for line, own in enumerate(order, 2)]
        return [rows[own] for own in order]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("seed", type=int)
    own = parser.parse_args()
    own.out.mkdir(parents=True, exist_ok=True)
    header, rows, chosen = schools(own.directory)
    spreadsheets.write(own.out / "annuaire.csv", header, rows)
    lists = Lists(chosen, own.seed)
    # a letter that Windows-1252 has not becomes ?, as it does in the program that exported the list
    heads = [[cell.encode("cp1252", "replace").decode("cp1252") for cell in row] for row in lists.chefs()]
    spreadsheets.write(
        own.out / "chefs.csv",
        [
            "UAI",
            "Établissement",
            "Civilité",
            "NOM",
            "Prénom",
            "Fonction",
            "Date de prise de fonction",
            "Intérim",
        ],
        heads,
        "cp1252",
    )
    lists.staff()
    book = openpyxl.Workbook()
    book.active.title = "Réponses au formulaire 1"
    book.active.append(
        [
            "Horodateur",
            "Adresse e-mail",
            "Code UAI de l'établissement",
            "Nom et prénom du référent",
            "Discipline",
            "Depuis le",
        ]
    )
    for row in lists.survey():
        book.active.append(row)
    for column, form in (("A", "dd/mm/yyyy hh:mm:ss"), ("F", "dd/mm/yyyy")):
        for cell in book.active[column]:
            if cell.is_date:
                cell.number_format = form
    book.save(own.out / "referents.xlsx")
    paid = lists.payroll()
    (own.out / "indemnites.ods").write_bytes(
        sheets.pack(sheets.ods([("UAI", "Nom", "Prénom", "Montant annuel", "Date de décision"), *paid]))
    )
    truth = {
        "seed": own.seed,
        "schools": list(chosen.values()),
        "heads": lists.heads,
        "heads_rows": lists.notes["chefs.csv"],
        "persons": lists.persons,
        "answers": lists.answers,
        "allowances": lists.allowances,
    }
    (own.out / "truth.json").write_text(
        json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    counts = f"{len(chosen)} schools, {len(heads)} rows of heads, {len(lists.persons)} persons"
    print(f"{counts} in {len(lists.answers)} answers, {len(paid)} indemnities")


if __name__ == "__main__":
    main()
