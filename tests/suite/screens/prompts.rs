//! Questions at a terminal: their words, the answers, and what follows.

use super::normal::Normal;
use super::story::hold_alone;
use crate::relay::{Relay, made, plain};
use crate::support::{Project, missive};
use rexpect::session::{PtySession, spawn_command};

/// A conversation of a command and a person.
struct Talk {
    session: PtySession,
    said: String,
}

impl Talk {
    fn new(project: &Project, line: &str) -> Self {
        let mut command = missive();
        command.env("TZ", "Europe/Paris").args(["--no-progress", "--color", "never", "-C"]);
        command.arg(project.root()).args(line.split(' '));
        command.args(["--today", "2026-11-18T09:00:00+01:00"]);
        let session = spawn_command(command, Some(60_000)).unwrap();
        Self { session, said: format!("$ missive {line}\n") }
    }

    /// Waits for a question and types a line.
    fn answer(&mut self, question: &str, line: &str) {
        self.hear(question);
        self.session.send_line(line).unwrap();
    }

    fn hear(&mut self, question: &str) {
        // rexpect takes each octet for a character of its own.
        let octets: String = question.bytes().map(char::from).collect();
        let before = self.session.exp_string(&octets).unwrap();
        self.said.push_str(&format!("{before}{octets}"));
    }

    /// Gives up with Ctrl-D.
    fn give_up(&mut self, question: &str) {
        self.hear(question);
        self.session.send_control('d').unwrap();
    }

    /// All of it, with the exit code.
    fn end(mut self) -> String {
        self.said += &self.session.exp_eof().unwrap();
        let octets: Vec<u8> = self
            .said
            .chars()
            .filter_map(|character| u8::try_from(u32::from(character)).ok())
            .collect();
        let ended = format!("{:?}", self.session.process().wait().unwrap());
        let code = ended.rsplit(", ").next().unwrap_or_default().trim_end_matches(')').to_owned();
        // Some terminals show the key and take it back.
        let said = String::from_utf8_lossy(&octets).replace("^D\u{8}\u{8}", "");
        format!("{}=> {code}\n\n", said.replace("\r\n", "\n"))
    }
}

/// A terminal shows what its command line says in octets, the line of the story in characters.
fn hold_talk(name: &str, project: &Project, talks: Vec<String>) {
    let mut normal = Normal::new();
    normal.name(project.root().to_str().unwrap(), "PROJECT");
    let text: String = talks.iter().map(|talk| normal.apply(talk)).collect();
    hold_alone(name, &text);
}

#[test]
fn next_year_is_asked_about() {
    let project = Project::sample();
    let mut talks = Vec::new();
    let mut talk = Talk::new(&project, "campaign new 2027 --from 2026");
    talk.answer("Date des lettres [2027-11-16] : ", "hier");
    talk.give_up("Date des lettres [2027-11-16] : ");
    talks.push(talk.end());
    let mut talk = Talk::new(&project, "campaign new 2027 --from 2026");
    talk.answer("Date des lettres [2027-11-16] : ", "");
    talk.answer("[2027-12-20] : ", "");
    talk.answer("] : ", "");
    talk.answer("s = suit la fusion [f] : ", "x");
    talk.answer("s = suit la fusion [f] : ", "f");
    talk.answer("motif, imprimé", "départ en retraite");
    talk.answer("Un autre référent s'arrête", "personne");
    talk.answer("Un autre référent s'arrête", "martin-claire");
    talk.answer("r = remplacé", "r");
    talk.answer("nom du remplaçant", "Petit");
    talk.answer("prénom", "Luc");
    talk.answer("civilité", "M.");
    talk.answer("adresse électronique", "");
    talk.answer("fonction", "professeur de lettres");
    talk.answer("motif, imprimé", "");
    talk.answer("s = suit la fusion [c] : ", "c");
    talk.answer("Un autre référent s'arrête", "");
    talk.answer("continuent sans changement ? (oui / non) ", "peut-être");
    talk.answer("(oui / non) ", "oui");
    talk.answer("Écrire ces changements ? (oui / non) ", "non");
    talks.push(talk.end());
    hold_talk("prompts-next-year", &project, talks);
}

#[test]
fn closing_and_sending_are_confirmed() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    let mut talks = Vec::new();
    let mut talk = Talk::new(&project, "campaign close 2026");
    talk.answer("ou Entrée pour renoncer : ", "douze");
    talk.session.send_line("").unwrap();
    talks.push(talk.end());
    hold_talk("prompts-close", &project, talks);
    let relay = Relay::usual();
    let project = made(2, &plain(relay.port));
    let mut talks = Vec::new();
    for answer in ["", "1", "2"] {
        let mut talk = Talk::new(&project, "send");
        talk.answer(" : ", answer);
        talks.push(talk.end().replace(&format!(":{}", relay.port), ":PORT"));
    }
    hold_talk("prompts-send", &project, talks);
}

#[test]
fn what_was_deposited_is_shown_and_its_number_confirmed() {
    let project = Project::sample();
    project.missive(&["run", "--today", "2026-11-18T09:00:00Z"]).expect(0);
    let mut talks = Vec::new();
    for answer in ["", "10", "11"] {
        let line = "resolve --deposited --handed-over --why partis";
        let mut talk = Talk::new(&project, line);
        talk.answer("ou Entrée pour renoncer : ", answer);
        talks.push(talk.end());
    }
    let mut talk = Talk::new(&project, "history franklin");
    talk.answer("ou « tous ») ", "2");
    talks.push(talk.end());
    hold_talk("prompts-resolve", &project, talks);
}

#[test]
fn a_survey_asks_whether_one_answer_takes_the_place_of_another() {
    let project = Project::sample();
    project.write(
        "enquete.csv",
        "UAI;Civilité;Nom;Prénom;Courriel;Discipline;Observations\n\
         0860003L;Mme;Aubert;Zoé;zoe@academie.example;SVT;\n\
         0860003L;M.;Petit;Luc;luc@academie.example;SVT;annule et remplace la réponse précédente\n\
         0860001J;M.;Roux;Jean;jean@academie.example;SVT;remplace Claire Martin\n",
    );
    let file = project.path("enquete.csv");
    let line = format!("import {} --profile referents --apply", file.to_str().unwrap());
    let mut talk = Talk::new(&project, &line);
    talk.answer("a = tous restent : ", "oui");
    talk.answer("a = tous restent : ", "r");
    talk.answer("a = les deux restent : ", "2027-01-04");
    let talks = vec![talk.end()];
    let text = project.read("data/referents.toml");
    assert!(!text.contains("zoe@academie.example") && text.contains("luc@academie.example"));
    assert!(text.contains("until = 2027-01-03\nend_reason = \"remplacement\""), "{text}");
    assert!(text.contains("since = 2027-01-04"), "{text}");
    hold_talk("prompts-survey", &project, talks);
}

#[test]
fn a_new_project_is_asked_about() {
    let project = Project::nothing();
    let root = project.root();
    let mut talk = Talk::new(&project, &format!("init --empty {}", root.to_str().unwrap()));
    talk.answer("Le nom de l'académie :", "Académie d’Exemple");
    talk.answer("Le service qui écrit :", "Délégation académique au numérique");
    talk.answer("L'adresse du service (numéro et rue) :", "12 rue de l’Exemple");
    talk.answer("Le code postal du service :", "8600");
    talk.answer("Le code postal du service :", "86000");
    talk.answer("La ville du service :", "Exempleville");
    talk.answer("L'adresse électronique du service :", "dan@academie.example");
    talk.answer("[dan@academie.example] :", "");
    talk.answer("[academie.example] :", "");
    talk.answer("[rien] :", "");
    talk.answer("[2026-2027] :", "");
    talk.answer("La date des lettres :", "");
    talk.give_up("Le dernier jour pour les renvoyer signées :");
    let talks = vec![talk.end()];
    assert!(project.read("missive.toml").contains("reply_to = \"dan@academie.example\""));
    let campaign = project.read("data/campaigns/2026.toml");
    assert!(campaign.contains("date = \"À REMPLIR : la date des lettres\""), "{campaign}");
    hold_talk("prompts-first-day", &project, talks);
}

#[test]
fn a_guess_is_corrected_at_the_terminal() {
    let project = Project::sample();
    project.write(
        "enquete.csv",
        "1. UAI;2. Nom du référent;3. Petit nom;4. Sa discipline;5. Courriel\n\
         0860003L;AUBERT;Zoé;SVT;zoe@academie.example\n\
         0860001J;ROUX;Jean;SVT;jean@academie.example\n",
    );
    let file = project.path("enquete.csv");
    let line =
        format!("import {} --new-profile enquete --records referent", file.to_str().unwrap());
    let mut talk = Talk::new(&project, &line);
    talk.answer("si tout est juste :", "3 pseudo");
    talk.answer("si tout est juste :", "3 prenom");
    talk.answer("si tout est juste :", "5 -");
    talk.answer("si tout est juste :", "");
    let talks = vec![talk.end()];
    let profile = project.read("profiles/enquete.toml");
    assert!(profile.contains("field = \"given_name\"\nnames = [\"3. Petit nom\"]"), "{profile}");
    assert!(profile.contains("Colonnes laissées : 5. Courriel"), "{profile}");
    hold_talk("prompts-guess", &project, talks);
}
