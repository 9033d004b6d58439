"""Fictional schools, heads and referents, as the spreadsheets of an office: same number, same files."""

import csv

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
KINDS = [("Collège", "COLLEGE"), ("Lycée", "LYCEE ENSEIGNT GENERAL ET TECHNOLOGIQUE"),
         ("Lycée", "LYCEE POLYVALENT"), ("Lycée", "LYCEE PROFESSIONNEL"),
         ("EREA", "ETAB REGIONAL/LYCEE ENSEIGNEMENT ADAPTE")]
FIRST = [("Mme", "Anne"), ("M.", "Paul"), ("Mme", "Élise"), ("M.", "Yves"), ("Mme", "Noémie"),
         ("M.", "Étienne"), ("Mme", "Agathe"), ("M.", "Hugo"), ("", "Alix"), ("", "Camille")]
LAST = ["Martin", "Bernard", "Durand", "Petit", "Lefèvre", "Moreau", "Garnier", "Le Goff",
        "Dos Santos", "El Amrani", "Faure-Delmas", "N'Diaye", "Hénon", "Œuvrard", "d'Angelo"]
NAMES = ["Ada-Lovelace", "Alan-Turing", "Marie-Curie", "Émilie-du-Châtelet", "Wangari-Maathai",
         "Rosalind-Franklin", "Blaise-Pascal", "Sophie-Germain", "Katherine-Johnson", "Aimé-Césaire"]
TOWNS = ["Valclair", "Pont-l'Exemple", "Exempleville CEDEX", "Saint-Exemple-sur-Clairière"]
DEPARTEMENTS = [("016", "Charente"), ("017", "Charente-Maritime"), ("079", "Deux-Sèvres"),
                ("086", "Vienne")]
POSTS = ["Mathématiques", "SVT", "Technologie", "Anglais", "Documentation"]


def uai(index):
    """A code with its check letter (number mod 23)."""
    number = f"{DEPARTEMENTS[index % 4][0]}{1000 + index // 4:04}"
    return number + LETTERS[int(number) % 23]


def person(index, salt):
    civility, given = FIRST[(index * 7 + salt) % len(FIRST)]
    family = LAST[(index * 11 + salt * 3) % len(LAST)]
    return civility, given, f"{family}-{family[:1]}{index}" if index >= len(LAST) else family


class School:
    """A school of the year, and what the year's account has to say of it."""

    def __init__(self, index):
        self.index = index
        self.uai = uai(index)
        self.departement = self.uai[:3]
        # Of twenty schools: twelve collèges, seven lycées of three kinds, now and then an EREA.
        self.kind = 0 if index % 20 < 12 else 4 if index % 100 == 19 else 1 + index % 3
        self.is_private = index % 10 == 9 and self.kind in (0, 1)
        self.has_head = index % 50 != 7
        self.has_referent = index % 15 != 14
        self.has_address = index % 100 != 50

    @property
    def is_lycee(self):
        return self.kind in (1, 2, 3)


def write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header)
        writer.writerows(rows)


def write_directory(path, schools):
    """The directory extract."""
    header = ["Identifiant_de_l_etablissement", "Nom_etablissement", "Type_etablissement",
              "Statut_public_prive", "Adresse_1", "Code_postal", "Nom_commune", "Mail", "Telephone",
              "Libelle_departement", "Libelle_region", "libelle_nature", "ministere_tutelle",
              "Type_contrat_prive", "etablissement_mere", "etat"]
    rows = []
    for school in schools:
        kind, nature = KINDS[school.kind]
        name = f"{kind} {NAMES[school.index % len(NAMES)]} {school.index}"
        rows.append([school.uai, name, kind, "Privé" if school.is_private else "Public",
                     f"{school.index} rue de l'Exemple", f"{school.departement[1:]}{school.index % 1000:03}",
                     TOWNS[school.index % 4],
                     f"ce.{school.uai.lower()}@academie.example" if school.has_address else "",
                     f"05490{school.index:05}", dict(DEPARTEMENTS)[school.departement], "Grand-Exemple",
                     nature, "MINISTERE DE L'EDUCATION NATIONALE",
                     "CONTRAT D'ASSOCIATION TOUTES CLASSES" if school.is_private else "", "", "OUVERT"])
    write(path, header, rows)


def write_heads(path, schools, salt, since):
    """The list of heads."""
    rows = []
    for school in schools:
        civility, given, family = person(school.index, salt)
        woman = civility == "Mme"
        functions = {0: ("PRINCIPALE", "PRINCIPAL"), 4: ("DIRECTRICE", "DIRECTEUR")}
        function = functions.get(school.kind, ("PROVISEURE", "PROVISEUR"))[0 if woman else 1]
        if school.is_private:
            function = "CHEFFE D'ETABLISSEMENT" if woman else "CHEF D'ETABLISSEMENT"
        rows.append([school.uai, civility, family, given, function, since])
    write(path, ["UAI", "Civilité", "Nom", "Prénom", "Fonction", "Date de prise de fonction"], rows)


def write_referents(path, schools, since="01/09/2026"):
    """The list of referents."""
    rows = []
    for school in schools:
        civility, given, family = person(school.index, 5)
        mail = f"referent.{school.index}@academie.example"
        rows.append([school.uai, civility, family, given, mail, POSTS[school.index % len(POSTS)], since])
    write(path, ["UAI", "Civilité", "Nom", "Prénom", "Courriel", "Discipline", "Depuis le"], rows)
