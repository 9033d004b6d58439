//! Letters that are added when the main mailing has left: their date, their rules, the day of their return.

use crate::support::Project;
use serde_json::Value;

const REFERENTS: &str = "data/referents.toml";
const RULES: &str = "data/rules/clauses.toml";

/// The sample, handed over on 20 November.
fn sent() -> Project {
    let project = Project::sample();
    let petit = "establishment = \"0790701H\"\nsince = 2026-09-01\n";
    project.replace(REFERENTS, petit, &format!("{petit}until = 2026-11-22\n"));
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    project.hand_over("2026-11-20");
    project
}

/// Who takes over from M. Petit.
fn add(project: &Project) {
    let text = project.read(REFERENTS);
    project.write(REFERENTS, format!("{text}\n[[referent]]\nid = \"moulin-jeanne\"\ngiven_name = \"Jeanne\"\nfamily_name = \"Moulin\"\npost = \"professeure de lettres\"\n[[referent.assignment]]\nestablishment = \"0790701H\"\nsince = 2026-11-23\n"));
}

/// The one letter that is new.
fn new(project: &Project, day: &str) -> Value {
    let planned = project.missive(&["plan", "--json", "--today", day]).expect(0).json();
    let actions = planned["actions"].as_array().unwrap().clone();
    actions.into_iter().find(|one| one["action"] == "create").unwrap()
}

fn explained(project: &Project, reference: &str, day: &str) -> Value {
    project.missive(&["explain", reference, "--json", "--today", day]).expect(0).json()
}

#[test]
fn a_late_letter_is_dated_the_day_it_is_first_made_and_stays_so() {
    let project = sent();
    project.replace(
        RULES,
        "text = \"code de l’éducation, article L. 214-6 ;\"",
        "until = 2026-11-20\ntext = \"code de l’éducation, article L. 214-6 ;\"",
    );
    add(&project);
    let reference = new(&project, "2026-11-25")["reference"].as_str().unwrap().to_owned();
    let asked = explained(&project, &reference, "2026-11-25");
    assert_eq!(asked["date"], "2026-11-25", "before it is made, too");
    project.missive(&["run", "--today", "2026-11-25"]).expect(0);
    let made = explained(&project, &reference, "2026-12-02");
    assert_eq!((&made["date"], &made["revision"]), (&"2026-11-25".into(), &1.into()));
    assert_eq!(made["rules_date"], "2026-11-25");
    assert!(!made.to_string().contains("L. 214-6"), "the rule had ended by then");
    // Its cover has the same day, and both stay as they are on other days.
    let cover = project.read("out/2026/covers/0790701H.html").replace('\u{a0}', " ");
    assert!(cover.contains("25 novembre 2026"), "{cover}");
    let documents = || {
        let mut files = project.hashes("out/2026");
        // The report proposes an amendment for the rule that has ended, dated the day it is read.
        assert!(files.remove("report.html").is_some());
        files
    };
    let bytes = documents();
    project.missive(&["run", "--today", "2026-12-02"]).expect(0);
    assert_eq!(documents(), bytes);
    // Once it left, a correction is under the same rules.
    project.hand_over("2026-12-03");
    project.replace(REFERENTS, "family_name = \"Moulin\"", "family_name = \"Moulins\"");
    project.missive(&["run", "--today", "2026-12-04"]).expect(0);
    let corrected = explained(&project, &reference, "2026-12-04");
    assert_eq!((&corrected["date"], &corrected["revision"]), (&"2026-12-04".into(), &2.into()));
    assert_eq!(corrected["rules_date"], "2026-11-25");
    project.missive(&["ledger", "verify", "--replay"]).expect(0);
}

#[test]
fn a_letter_that_is_added_before_anything_left_has_the_date_of_all() {
    let project = Project::sample();
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    add(&project);
    let reference = new(&project, "2026-11-25")["reference"].as_str().unwrap().to_owned();
    project.missive(&["run", "--today", "2026-11-25"]).expect(0);
    assert_eq!(explained(&project, &reference, "2026-11-25")["date"], "2026-11-16");
}

#[test]
fn a_late_letter_whose_return_would_be_due_already_waits_for_a_day() {
    let project = sent();
    add(&project);
    let reference = new(&project, "2027-01-11")["reference"].as_str().unwrap().to_owned();
    let file = format!("out/2026/letters/{reference}.pdf");
    // Another letter changes and asks for nothing: it goes on.
    project.replace(REFERENTS, "since = 2024-09-01", "since = 2024-09-01\nuntil = 2027-02-28");
    let told = project.missive(&["run", "--today", "2027-01-11"]).expect(1);
    assert!(told.out.contains("--reply-by"), "{}", told.out);
    assert!(!project.path(&file).exists());
    assert_eq!(project.names("out/2026/outbox").len(), 1, "the end of the other mission");
    let account = project.missive(&["status", "--json"]).expect(0).json();
    assert_eq!((&account["balanced"], &account["letters"]["draft"]), (&true.into(), &1.into()));
    project.missive(&["run", "--today", "2027-01-11", "--reply-by", "2027-02-01"]).expect(0);
    let made = explained(&project, &reference, "2027-01-12");
    assert_eq!(made["date"], "2027-01-11");
    let text = made.to_string().replace('\u{a0}', " ");
    assert!(text.contains("1er février 2027"), "{text}");
    // Nobody is asked again, and its reminder is due by its own day.
    project.missive(&["run", "--today", "2027-01-12"]).expect(0);
    project.hand_over("2027-01-13");
    let words = ["send", "--remind", "--json", "--today", "2027-01-20", "--only", &reference];
    let told = project.missive(&words).expect(0);
    assert!(project.names("out/2026/outbox").is_empty(), "{}", told.out);
}

#[test]
fn letters_first_made_after_their_return_is_due_wait_for_a_day() {
    let project = Project::sample();
    let day = ["--today", "2027-01-11"];
    let told = project.missive(&["run", day[0], day[1]]).expect(1);
    let said = told.out.replace('\u{a0}', " ");
    assert!(said.contains("13 lettres ne sont pas faites"), "{said}");
    assert!(said.contains("la date de retour (18 décembre 2026) est passée"), "{said}");
    assert!(project.names("out/2026/outbox").is_empty());
    let with = ["run", day[0], day[1], "--reply-by", "2027-02-12"];
    project.missive(&with).expect(0);
    let letters = project.names("out/2026/letters");
    let made = explained(&project, letters[0].trim_end_matches(".pdf"), "2027-01-12");
    assert_eq!(made["date"], "2027-01-11");
    let text = made.to_string().replace('\u{a0}', " ");
    assert!(text.contains("12 février 2027"), "{text}");
    // Made in time and not sent, a letter stays as it is.
    let project = Project::sample();
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    project.missive(&["run", day[0], day[1]]).expect(0);
    // A rehearsal asks for nothing.
    let rehearsal = ["generate", "--as-of", "2027-01-11", day[0], day[1]];
    project.missive(&rehearsal).expect(0);
}

#[test]
fn a_correction_that_waits_for_a_day_is_told_before_anything_else() {
    let project = sent();
    project.replace(REFERENTS, "family_name = \"Petit\"", "family_name = \"Petite\"");
    let told = project.missive(&["run", "--today", "2027-01-11"]).expect(5);
    assert!(!told.out.contains("tout est déjà parti"), "{}", told.out);
    assert!(told.out.contains("1 lettre a changé et attend"), "{}", told.out);
    assert!(told.err.contains("--reply-by"), "{}", told.err);
    // A date for letters that are not made again would be ignored.
    let words = ["run", "--materiality", "cosmetic", "--why", "une faute", "--reply-by"];
    let told = project.missive(&[&words[..], &["2027-02-12"]].concat()).expect(2);
    assert!(told.err.contains("ne vont pas ensemble"), "{}", told.err);
}

#[test]
fn a_rehearsal_dates_a_late_letter_the_day_that_is_asked() {
    let project = sent();
    add(&project);
    let reference = new(&project, "2026-11-25")["reference"].as_str().unwrap().to_owned();
    let events = || {
        let json = project.missive(&["--json", "ledger", "verify"]).expect(0).json();
        json["events"].clone()
    };
    let before = events();
    let made = |day: &str| {
        let words = ["generate", "--as-of", day, "--today", "2026-11-25", "--dump-data", "dump"];
        let mut words = words.map(str::to_owned);
        words[6] = project.path("dump").to_string_lossy().into_owned();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        project.missive(&words).expect(0);
        let date = |reference: &str| {
            let text = project.read(&format!("dump/letters/{reference}.json"));
            serde_json::from_str::<Value>(&text).unwrap()["date"].clone()
        };
        (date(&reference), date("2026-0860001J-NGRM"))
    };
    assert_eq!(made("2026-12-08"), ("2026-12-08".into(), "2026-11-16".into()));
    // Once it was made, a rehearsal of another day still is of that day.
    project.missive(&["run", "--today", "2026-11-25"]).expect(0);
    let with_letter = events();
    assert_eq!(made("2026-12-09"), ("2026-12-09".into(), "2026-11-16".into()));
    assert_ne!(before, with_letter);
    assert_eq!(events(), with_letter, "a rehearsal leaves no trace");
    // Before anything was late it has the date of all.
    assert_eq!(made("2026-11-16"), ("2026-11-16".into(), "2026-11-16".into()));
}
