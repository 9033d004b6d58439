"""A year of an office at 600 fictional schools, played through the binary: see README.md.

Every step prints the account, and fails where it is not what the script itself expects, where a
message reached the relay twice, or where the ledger does not agree with the relay.
"""

import argparse
import csv
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import schools as fiction
from relay import Relay

ROOT = pathlib.Path(__file__).resolve().parents[3]
LETTERS = ["draft", "blocked", "ready", "deposited", "deferred", "refused", "ambiguous",
           "handed_over", "bounced", "to_review", "partly_signed", "signed", "declined", "waived",
           "withdrawn"]
SHOWN = ["draft", "blocked", "ready", "handed_over", "to_review", "signed", "waived"]
ACTS = ["draft", "blocked", "ready", "awaiting", "signed", "information"]


def fail(text):
    raise SystemExit(f"\nwrong: {text}")


def require(told, expected, what):
    if told != expected:
        fail(f"{what}: {told}, expected {expected}")


class Office:
    """A project folder on a computer, and what was run there."""

    def __init__(self, binary, folder, state):
        self.binary, self.folder, self.state = binary, folder, state
        self.state.mkdir(parents=True, exist_ok=True)
        self.seconds, self.peak, self.slowest = 0.0, 0, ("", 0.0)

    def run(self, today, *words, codes=(0,)):
        """Runs a command; gives its JSON document."""
        environment = {"PATH": os.environ["PATH"], "XDG_STATE_HOME": str(self.state), "USER": "jeanne"}
        command = [self.binary, "-C", self.folder, "--json", "--today", today, *words]
        start = time.monotonic()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL,
                                       env=environment)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            told, complaints = out.read().decode(), err.read().decode()
        took = time.monotonic() - start
        self.seconds += took
        self.peak = max(self.peak, usage.ru_maxrss)
        self.slowest = max(self.slowest, (" ".join(words[:2]), took), key=lambda one: one[1])
        if process.returncode not in codes:
            fail(f"missive {' '.join(map(str, words))}: exit {process.returncode}\n{told[:400]}\n{complaints}")
        return json.loads(told) if told.strip() else {}

    def edit(self, name, change):
        path = self.folder / name
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


class Year:
    """The office's year, with the account that the script expects."""

    def __init__(self, office, relay, number):
        self.office, self.relay = office, relay
        self.all = [fiction.School(index) for index in range(number)]
        self.state = {}
        self.acts = {}
        self.left = 0
        self.step_number = 0

    # What every step checks

    def count(self):
        counts = dict.fromkeys(LETTERS, 0)
        for state in self.state.values():
            counts[state] += 1
        return counts

    def step(self, title, today):
        """Prints the account, and compares it."""
        told = self.office.run(today, "status")
        require(told["balanced"], True, "balanced")
        counts, letters = self.count(), told["letters"]
        require({key: letters[key] for key in LETTERS}, counts, f"letters after « {title} »")
        require(letters["total"], len(self.state), "letters in all")
        expected = {}
        for state in self.acts.values():
            expected[state] = expected.get(state, 0) + 1
        acts = {key: value for key, value in told["acts"].items() if value and key != "total"}
        require(acts, expected, f"acts after « {title} »")
        for part in ("letters", "acts", "messages"):
            total = sum(value for key, value in told[part].items() if key != "total")
            require(total, told[part]["total"], f"{part}: the sum of the states")
        by_departement = sum(one["letters"]["total"] for one in told["departements"].values())
        require(by_departement, letters["total"], "letters by département")
        self.check_relay()
        self.step_number += 1
        shown = " ".join(f"{letters[key]:>5}" for key in SHOWN)
        of_acts = " ".join(f"{told['acts'][key]:>5}" for key in ACTS)
        print(f"{self.step_number:>2} {title[:44]:<44} {letters['total']:>5} {shown} |{of_acts} "
              f"| {len(self.relay.messages):>5}", flush=True)

    def check_relay(self):
        """No message twice; as many at the relay as the commands said."""
        ids = [message["id"] for message in self.relay.messages]
        require(len(ids), len(set(ids)), "messages at the relay, each Message-ID once")
        require(len(ids), self.left, "messages at the relay, as the commands said")
        # The first letter of a school goes once: reminders and copies for information are others.
        first = {}
        for message in self.relay.messages:
            if message["id"].startswith("<missive.") and "pour information" not in message["subject"]:
                for name, octets in message["attached"]:
                    if name.startswith(("Lettre", "Avenant", "Fin")):
                        key = hashlib.sha256(octets).hexdigest()
                        first.setdefault(key, []).append(message["id"])
        twice = {key: ids for key, ids in first.items() if len(ids) > 1}
        readdressed = len(twice)
        if readdressed > self.readdressed:
            fail(f"{readdressed} letters went twice, {self.readdressed} may: {list(twice.values())[:3]}")

    readdressed = 0
    not_due = 0

    # What people do

    def approve(self, today):
        """Reads the proof and approves it."""
        proof = self.office.folder.parent / f"epreuves-{self.step_number}-{today}.pdf"
        self.office.run(today, "proof", str(proof), "--force")
        self.office.run(today, "approve", "--by", "Jeanne Exemple")

    def send(self, today, number, *words, more=()):
        """Sends so many messages, as `plan` announced."""
        told = self.office.run(today, "send", *words, "--confirm", str(number), *more, codes=(0, 1))
        require(told["handed_over"], number, f"handed over by send {' '.join(words)}")
        self.left += number
        return told

    def planned(self, today):
        return self.office.run(today, "plan")["messages"]

    def make(self, today, *words):
        """Makes what changed; nothing leaves before it is approved."""
        self.office.run(today, "generate", *words, codes=(0, 1))

    def letters_of(self, *states):
        return [school for school in self.all if self.state.get(school.uai) in states]


def settings(port):
    def fill(text):
        answers = {
            "le nom de l'académie": "Académie d’Exemple",
            "le service qui écrit": "Délégation académique au numérique",
            "l'adresse du service (numéro et rue)": "12 rue de l’Exemple",
            "le code postal du service": "86000", "la ville du service": "Exempleville",
            "l'adresse électronique du service": "dan@academie.example",
            "l'expéditeur, comme « Service – Académie <adresse> »": "DAN <dan@academie.example>",
            "l'adresse où les retours arrivent": "dan-retours@academie.example",
            "le domaine des boîtes d'établissement": "academie.example",
            "la civilité du signataire (Mme ou M.)": "Mme", "le prénom du signataire": "Jeanne",
            "le nom du signataire": "Exemple",
            "la fonction du signataire": "Déléguée académique au numérique",
        }
        for question, answer in answers.items():
            text = text.replace(f"À REMPLIR : {question}", answer)
        text = text.replace('"À REMPLIR : la date des lettres"', "2026-11-16")
        text = text.replace('"À REMPLIR : le dernier jour pour les renvoyer signées"', "2026-12-18")
        text = text.replace('transport = "outbox"', 'transport = "smtp"')
        text = text.replace('issuer_signature = "none"',
                            'issuer_signature = "none"\napproval = "required"')
        if "[letters]" in text:
            text += (f'\n[mail.relay]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nauth = []\n'
                     'quota = "none"\n')
        return text
    return fill


def first_letters(year):
    """Import, first run, approval, pilot, sending, schools without a referent."""
    office, tables, day = year.office, year.office.folder.parent, "2026-11-16"
    subprocess.run([office.binary, "init", "--empty", office.folder], check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    for name in ("missive.toml", "data/campaigns/2026.toml"):
        office.edit(name, settings(year.relay.port))
    fiction.write_directory(tables / "annuaire.csv", year.all)
    fiction.write_heads(tables / "chefs.csv", [s for s in year.all if s.has_head], 1, "01/09/2024")
    staffed = [school for school in year.all if school.has_referent]
    fiction.write_referents(tables / "referents.csv", staffed)
    rows = {}
    for name in ("annuaire", "chefs", "referents"):
        words = ["import", str(tables / f"{name}.csv"), "--profile", name, "--apply"]
        rows[name] = office.run("2026-11-02", *words)["rows"]
        require(rows[name]["imported"], rows[name]["read"], f"rows imported of {name}")
    require(rows["annuaire"]["imported"], len(year.all), "schools imported")
    checked = office.run("2026-11-02", "check")
    require(checked["counts"]["letters"], len(staffed), "letters called for")
    year.state = {school.uai: "draft" for school in staffed}
    year.step("imported", "2026-11-02")

    office.run(day, "run", "--confirm", "1", codes=(5,))
    year.state = {s.uai: "ready" if s.has_address else "blocked" for s in staffed}
    year.step("first run: nothing leaves unapproved", day)
    ready = len(year.letters_of("ready"))
    require(year.planned(day)["to_send"], 0, "to send before the approval")
    year.approve(day)
    require(year.planned(day)["to_send"], ready, "to send after the approval")

    pilot = [school for school in year.letters_of("ready") if school.departement == "016"]
    year.send(day, len(pilot), "--departement", "16")
    year.state.update({school.uai: "handed_over" for school in pilot})
    year.step("pilot: one département", day)
    year.send("2026-11-17", ready - len(pilot))
    year.state.update({school.uai: "handed_over" for school in year.letters_of("ready")})
    year.step("sent", "2026-11-17")
    year.office.run("2026-11-17", "send", "--confirm", "0", codes=(0, 1, 5))
    year.step("sent again: nothing", "2026-11-17")

    unstaffed = [school for school in year.all if not school.has_referent and school.has_address]
    year.send("2026-11-20", len(unstaffed), "--ask-referent")
    year.step("schools without a referent asked", "2026-11-20")


def returns(year, number=30):
    """A third on paper, a third as copies that a person reads, a third is not there yet to the eye."""
    office, day = year.office, "2026-12-01"
    back = year.letters_of("handed_over")[::3][:number]
    references = letter_references(office, day)
    paper, copies = back[: number // 3], back[number // 3:]
    for school in paper:
        office.run(day, "archive", "declare", references[school.uai], "--paper", "--seen-by", "Paul")
        year.state[school.uai] = "signed"
    folder = office.folder.parent / "retours"
    folder.mkdir(exist_ok=True)
    sent = {message["to"][0]: message for message in year.relay.messages
            if message["id"].startswith("<missive.")}
    for school in copies:
        message = sent[f"ce.{school.uai.lower()}@academie.example"]
        (folder / f"{school.uai}.pdf").write_bytes(message["attached"][0][1])
    told = office.run(day, "archive", "add", str(folder), codes=(0, 1))
    require(len(told["files"]), len(copies), "files of the returns")
    for file in told["files"]:
        require(file["verdict"], "unsigned-copy", f"verdict of {file['path']}")
    year.step("returns: paper, and copies", day)
    # A person says of the files: the head's own hand is on the paper.
    for school in copies:
        office.run(day, "archive", "declare", references[school.uai], "--paper", "--seen-by", "Paul")
        year.state[school.uai] = "signed"
    year.step(f"{len(back)} returns signed", day)
    return back


def letter_references(office, day):
    plan = office.run(day, "plan")
    return {action["uai"]: action["reference"] for action in plan["actions"]}


def late_letters(year):
    """Nine schools that were asked designate somebody, before the day of return."""
    day, office = "2026-12-05", year.office
    late = [s for s in year.all if not s.has_referent and s.has_address][:9]
    table = office.folder.parent / "designes.csv"
    fiction.write_referents(table, late, since="01/12/2026")
    office.run(day, "import", str(table), "--profile", "referents", "--apply")
    year.make(day)
    year.state.update({school.uai: "ready" for school in late})
    year.step("9 late letters made", day)
    year.approve(day)
    require(year.planned(day)["to_send"], len(late), "late letters to send")
    year.send(day, len(late))
    year.state.update({school.uai: "handed_over" for school in late})
    year.step("late letters sent", day)


def new_heads(year, signed):
    """Twelve heads change, half of them after their letter came back signed."""
    day, office = "2027-01-05", year.office
    after = [school for school in signed if school.has_head][:6]
    before = [school for school in year.letters_of("handed_over") if school.has_head][20:26]
    table = office.folder.parent / "nouveaux-chefs.csv"
    fiction.write_heads(table, after + before, 6, "04/01/2027")
    office.run(day, "import", str(table), "--profile", "chefs", "--apply")
    actions = {}
    for action in office.run(day, "plan")["actions"]:
        actions[action["action"]] = actions.get(action["action"], 0) + 1
    require(actions.get("readdress", 0), len(after), "copies for information")
    require(actions.get("reissue", 0), len(before), "letters corrected in the new head's name")
    # The day of return is past: a letter to be signed anew gets another.
    year.make(day, "--reply-by", "2027-01-29")
    year.approve(day)
    year.send(day, len(after) + len(before))
    year.readdressed = len(after)
    year.not_due = len(before)
    year.step("12 new heads", day)


def remind(year):
    day = "2027-01-12"
    due = year.planned(day)["reminders"]
    owed = len(year.letters_of("handed_over")) - year.not_due
    require(due, owed, "reminders, one a letter whose day of return is past")
    year.send(day, due, "--remind")
    year.step("reminders", day)


def change_clause(identity, since, text):
    """A rule says something else from a day on."""
    def change(rules):
        start = rules.index(f'id = "{identity}"')
        place = rules.index("text = ", start)
        end = rules.index("\n\n", place)
        version = rules[rules.rindex("[[clause.version]]", start, place):end]
        newer = re.sub(r'text = ".*"', f'text = "{text}"', version)
        newer = re.sub(r"since = \S+", f"since = {since}", newer)
        day = int(since[-2:])
        closed = version.replace("text = ", f"until = {since[:-2]}{day - 1:02}\ntext = ", 1)
        return rules[: rules.index(version, start)] + closed + "\n" + newer + rules[end:]
    return change


def amendment(year, day, clause, text, signature, concerned):
    """An amendment for the schools whose rule changes."""
    office = year.office
    office.edit("data/rules/clauses.toml", change_clause(clause, day, text))
    table = (f'\n[[campaign.amendment]]\ndate = {day}\nact = "amendment"\nsignature = {signature}\n'
             'reason = "nouveau texte de référence"\n')
    if signature == "true":
        table += "reply_by = 2027-02-12\n"
    office.edit("data/campaigns/2026.toml", lambda campaign: campaign + table)
    of = [school for school in year.all if concerned(school)
          and year.state.get(school.uai) in ("handed_over", "signed")]
    year.make(day)
    year.approve(day)
    require(year.planned(day)["to_send"], len(of), "amendments to send")
    year.send(day, len(of))
    state = "awaiting" if signature == "true" else "information"
    year.acts.update({(school.uai, day): state for school in of})
    kind = "to be signed" if signature == "true" else "for information"
    year.step(f"amendment {kind}", day)


def ends(year):
    """Five missions end before the year does."""
    day, office = "2027-04-01", year.office
    ending = [school for school in year.letters_of("handed_over") if school.kind == 0][3:8]
    def change(text):
        for school in ending:
            place = text.index(f'establishment = "{school.uai}"')
            line = text.index("\n", text.index("since", place))
            text = text[:line] + '\nuntil = 2027-04-30\nend_reason = "mutation"' + text[line:]
        return text
    office.edit("data/referents.toml", change)
    year.make(day)
    year.approve(day)
    require(year.planned(day)["to_send"], len(ending), "ends to send")
    year.send(day, len(ending))
    for school in ending:
        year.state[school.uai] = "waived"
        year.acts[(school.uai, day)] = "information"
    year.step("5 missions end", day)


def other_computer(year):
    """The folder is restored on another computer, which has never sent for it."""
    day, former = "2027-04-12", year.office
    saved = former.folder.parent / "sauvegarde.zip"
    former.run(day, "backup", str(saved))
    folder = former.folder.parent / "autre-poste" / "projet"
    folder.parent.mkdir()
    office = Office(former.binary, folder, former.folder.parent / "state-2")
    environment = {"PATH": os.environ["PATH"], "XDG_STATE_HOME": str(office.state), "USER": "paul"}
    subprocess.run([office.binary, "restore", saved, folder], check=True, env=environment,
                   stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    office.seconds, office.peak, office.slowest = former.seconds, former.peak, former.slowest
    year.office = office
    year.step("restored on another computer", day)
    late = [s for s in year.all if not s.has_referent and s.has_address and s.uai not in year.state][:1]
    table = folder.parent / "designe.csv"
    fiction.write_referents(table, late, since="01/04/2027")
    office.run(day, "import", str(table), "--profile", "referents", "--apply")
    year.make(day, "--reply-by", "2027-05-14")
    year.state.update({school.uai: "ready" for school in late})
    year.approve(day)
    office.run(day, "send", "--confirm", str(len(late)), codes=(5,))
    year.step("nothing leaves from there unasked", day)
    year.send(day, len(late), more=("--first-from-here", "--why", "l'autre poste est en panne"))
    year.state.update({school.uai: "handed_over" for school in late})
    year.step("a person answered: one letter leaves", day)


def close(year):
    """The campaign is closed, and the next one begun."""
    day, office = "2027-08-31", year.office
    # What is not settled: letters that are owed or never left, and schools whose act alone is.
    owed = {school.uai for school in year.letters_of("handed_over", "blocked")}
    owed |= {uai for (uai, _), state in year.acts.items() if state == "awaiting"}
    office.run(day, "campaign", "close", "2026", "--confirm", str(len(owed) + 1), codes=(5,))
    office.run(day, "campaign", "close", "2026", "--confirm", str(len(owed)))
    year.step("closed", day)
    questions = office.folder.parent / "questions.csv"
    office.run(day, "campaign", "new", "2027", "--from", "2026", "--questions", str(questions))
    with questions.open(encoding="utf-8-sig", newline="") as file:
        asked = list(csv.reader(file, delimiter=";"))
    office.run(day, "campaign", "new", "2027", "--from", "2026", "--answers", str(answered(questions, asked)),
               "--apply", "--date", "2027-11-15", "--reply-by", "2027-12-17", "--report-by", "2028-06-30")
    told = office.run("2027-09-06", "--campaign", "2027", "status")
    require(told["balanced"], True, "balanced next year")
    # A mission that ended this year is not one of the next.
    ended = sum(1 for state in year.state.values() if state == "waived")
    continued = len(year.state) - ended
    require(told["letters"]["total"], continued, "letters of the next year")
    print(f"   next year: {told['letters']['total']} letters, {told['letters']['draft']} to be made")
    office.run("2027-09-06", "ledger", "verify")


def answered(questions, asked):
    """The sheet with an answer for every referent: whoever can, goes on. A school without one stays so."""
    header, rows = asked[0], asked[1:]
    place = next(i for i, name in enumerate(header) if name.lower().startswith("réponse"))
    for row in rows:
        if len(row) > place and not row[place] and row[header.index("Référent")]:
            row[place] = "continue"
    target = questions.with_name("reponses.csv")
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, *rows])
    return target


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=600)
    parser.add_argument("--missive", default=os.environ.get("MISSIVE_BIN", ROOT / "target/release/missive"))
    parser.add_argument("--keep", action="store_true", help="keep the folder")
    options = parser.parse_args()
    if options.schools < 200:
        parser.error("the year needs 200 schools at least")
    place = pathlib.Path(tempfile.mkdtemp(prefix="missive-year-"))
    relay = Relay()
    year = Year(Office(str(options.missive), place / "projet", place / "state"), relay, options.schools)
    print(f"{'':<47} total {' '.join(f'{key[:5]:>5}' for key in SHOWN)} |"
          f"{' '.join(f'{key[:5]:>5}' for key in ACTS)} | relay")
    first_letters(year)
    signed = returns(year)
    late_letters(year)
    new_heads(year, signed)
    remind(year)
    amendment(year, "2027-01-18", "text-education-code-lycee", "code de l’éducation, article L. 214-6-1 ;",
              "true", lambda school: school.kind != 0 and not school.is_private)
    amendment(year, "2027-03-02", "text-education-code-college", "code de l’éducation, article L. 213-2-1 ;",
              "false", lambda school: school.kind == 0 and not school.is_private)
    ends(year)
    other_computer(year)
    close(year)
    office = year.office
    print(f"\nno message twice: {len(relay.messages)} at the relay, as the commands said\n"
          f"commands: {office.seconds:.1f} s in all, at most {office.peak / 1024:.0f} MiB; "
          f"the slowest: {office.slowest[0]}, {office.slowest[1]:.1f} s")
    if options.keep:
        print(place)
    else:
        shutil.rmtree(place)


if __name__ == "__main__":
    sys.exit(main())
