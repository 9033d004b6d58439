//! Where a mission begins, ends, or is shared within the year: what letters, reminders and checks say of it.

use crate::support::Project;

const SCHOOLS: &str = "data/establishments.toml";
const REFERENTS: &str = "data/referents.toml";
const SCHOOL: &str = "0790701H";
/// The assignment of M. Lucas Petit, the only one of his school.
const PETIT: &str = "establishment = \"0790701H\"\nsince = 2026-09-01\n";

/// Adds lines to the assignment of M. Petit.
fn petit(project: &Project, lines: &str) {
    project.replace(REFERENTS, PETIT, &format!("{PETIT}{lines}"));
}

/// Adds a colleague in a school.
fn colleague(project: &Project, name: &str, school: &str, since: &str) {
    let text = project.read(REFERENTS);
    let id = name.to_lowercase();
    project.write(REFERENTS, format!("{text}\n[[referent]]\nid = \"{id}\"\ncivility = \"Mme\"\ngiven_name = \"Jeanne\"\nfamily_name = \"{name}\"\npost = \"professeure de lettres\"\n[[referent.assignment]]\nestablishment = \"{school}\"\nsince = {since}\n"));
}

/// The text of a school's letters, by the family name of the referent.
fn letter_of(project: &Project, name: &str) -> String {
    let planned = project.missive(&["status", "--json"]).expect(0).json();
    let letters = planned["schools"].as_array().unwrap().iter();
    let references = letters.flat_map(|school| school["letters"].as_array().unwrap());
    let texts = references.map(|letter| {
        let reference = letter["reference"].as_str().unwrap();
        let told = project.missive(&["explain", reference, "--json"]).expect(0).json();
        let list = told["paragraphs"].as_array().unwrap().clone();
        let texts: Vec<&str> = list.iter().map(|one| one["text"].as_str().unwrap()).collect();
        texts.join("\n").replace('\u{a0}', " ")
    });
    let mut named = texts.filter(|text| text.contains(&format!("{name}, prof")));
    named.next().unwrap()
}

#[test]
fn one_after_the_other_is_a_succession_and_together_is_a_colleague() {
    let project = Project::sample();
    petit(&project, "until = 2027-01-31\n");
    colleague(&project, "Moulin", SCHOOL, "2027-02-01");
    colleague(&project, "Grand", "0860003L", "2027-02-01");
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    let first = letter_of(&project, "Petit");
    assert!(!first.contains("Moulin"), "{first}");
    let second = letter_of(&project, "Moulin");
    assert!(second.contains("Mme Jeanne Moulin succède à M. Lucas Petit."), "{second}");
    assert!(!second.contains("exerce aussi"), "{second}");
    let beside = letter_of(&project, "Leroy");
    let words = "Mme Inês Ferreira et Mme Jeanne Grand, à compter du 1er février 2027, exercent aussi cette mission";
    assert!(beside.contains(words), "{beside}");
    // Whoever comes later changes nothing in the letter of whom they follow.
    project.hand_over("2026-11-20");
    project.replace(REFERENTS, "id = \"moulin\"", "id = \"moulin-jeanne\"");
    let planned = project.missive(&["plan", "--json", "--today", "2026-11-21"]).expect(0).json();
    let actions = planned["actions"].as_array().unwrap();
    assert!(actions.iter().all(|one| one["action"] != "reissue"), "{planned:#}");
}

#[test]
fn a_school_that_closes_within_the_year_ends_its_missions() {
    let project = Project::sample();
    let closed = |day: &str| format!("uai = \"{SCHOOL}\"\nclosed = {day}\n");
    project.replace(SCHOOLS, &format!("uai = \"{SCHOOL}\"\n"), &closed("2027-02-28"));
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    let letter = letter_of(&project, "Petit");
    assert!(letter.contains("du 1er septembre 2026 au 28 février 2027"), "{letter}");
    project.hand_over("2026-11-20");
    project.replace(SCHOOLS, &closed("2027-02-28"), &closed("2026-12-31"));
    let planned = project.missive(&["plan", "--json", "--today", "2026-12-01"]).expect(0).json();
    let actions = planned["actions"].as_array().unwrap();
    let ended: Vec<_> = actions.iter().filter(|one| one["action"] == "end").collect();
    assert_eq!((ended.len(), &ended[0]["uai"]), (1, &SCHOOL.into()), "{planned:#}");
    project.missive(&["run", "--today", "2026-12-01"]).expect(0);
    let told = project.missive(&["explain", ended[0]["reference"].as_str().unwrap()]).expect(0);
    let text = told.out.replace('\u{a0}', " ");
    assert!(text.contains("31 décembre 2026") && text.contains("fermeture de l’établissement"));
}

#[test]
fn a_mission_that_begins_after_the_school_closed_is_an_error() {
    let project = Project::sample();
    let school = format!("uai = \"{SCHOOL}\"\n");
    project.replace(SCHOOLS, &school, &format!("{school}closed = 2026-10-31\n"));
    project.missive(&["check"]).expect(3);
    // One that ended in time is none.
    petit(&project, "until = 2026-10-31\n");
    project.missive(&["check"]).expect(0);
    colleague(&project, "Moulin", SCHOOL, "2026-11-02");
    let told = project.missive(&["check"]).expect(3);
    assert!(told.err.contains("est fermé"), "{}", told.err);
}

#[test]
fn a_closed_school_shares_no_training_session() {
    let project = Project::sample();
    petit(&project, "training_with = [\"0170203D\"]\n");
    let text = project.read(REFERENTS);
    let at = text.find("[[referent]]\nid = \"dossantos-miguel\"").unwrap();
    project.write(REFERENTS, &text[..at]);
    let school = "uai = \"0170203D\"\n";
    project.replace(SCHOOLS, school, &format!("{school}closed = 2026-08-31\n"));
    let told = project.missive(&["check"]).expect(0);
    assert!(told.err.contains("la formation partagée avec 0170203D"), "{}", told.err);
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    let letter = letter_of(&project, "Petit");
    assert!(!letter.contains("Besoin partagé"), "{letter}");
}

#[test]
fn a_mission_that_was_over_before_the_letter_gets_none() {
    let project = Project::sample();
    petit(&project, "until = 2026-10-10\n");
    let told = project.missive(&["run", "--today", "2026-11-18"]).expect(1);
    let words = "la mission a pris fin le 10\u{a0}octobre\u{a0}2026, avant la date de la lettre";
    assert!(told.out.contains(words), "{}", told.out);
    assert_eq!(project.names("out/2026/letters").len(), 12);
    let account = project.missive(&["status", "--json"]).expect(0).json();
    assert_eq!((&account["balanced"], &account["letters"]["draft"]), (&true.into(), &1.into()));
    project.missive(&["ledger", "verify", "--replay"]).expect(0);
}

#[test]
fn nobody_is_reminded_of_a_mission_that_is_over() {
    let project = Project::sample();
    petit(&project, "until = 2026-12-31\n");
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    project.hand_over("2026-11-20");
    let words = ["send", "--remind", "--today", "2027-02-01", "--only", SCHOOL];
    let told = project.missive(&words).expect(0);
    assert!(told.out.contains("sa mission est terminée"), "{}", told.out);
    assert!(project.names("out/2026/outbox").is_empty());
}
