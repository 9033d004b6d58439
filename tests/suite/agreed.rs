//! What was agreed on in the boxes of a letter: typed on the screen, confirmed by a person, printed by the acts that
//! follow, offered to the records of the next year.

use crate::acts::amend;
use crate::forms::{filled, returned};
use crate::returns::{LETTER, letter, sent};
use crate::support::{Project, Told};
use crate::terminal::{at_a_terminal, rest, says};
use serde_json::Value;

const CAMPAIGN: &str = "data/campaigns/2026.toml";
const SCHOOLS: &str = "data/establishments.toml";
const PRIORITIES: &str = "Deux ateliers par trimestre";
const INDICATORS: &str = "Dix classes";

/// A letter of which a copy came back with both boxes filled in, and that a person has read.
fn agreed(words: &[&str]) -> Project {
    let project = sent("0160101Y");
    let copy = filled(&letter(&project, LETTER), "_priorities", PRIORITIES, PRIORITIES);
    let copy = filled(&copy, "_indicators", INDICATORS, INDICATORS);
    returned(&project, "rempli.pdf", copy);
    review(&project, words).expect(0);
    project
}

fn review(project: &Project, words: &[&str]) -> Told {
    let answer = [
        "archive",
        "review",
        LETTER,
        "--answer",
        "signed",
        "--seen-by",
        "Jeanne Exemple",
        "--json",
    ];
    project.missive(&[&answer[..], words].concat())
}

/// The text of what would be made of the letter next.
fn next_text(project: &Project, day: &str) -> String {
    project.missive(&["generate", "--only", "0160101Y", "--today", day]).expect(0);
    let told = project.missive(&["explain", LETTER, "--revision", "r2", "--json"]).expect(0).json();
    let blocks = told["paragraphs"].as_array().unwrap();
    let texts: Vec<&str> = blocks.iter().map(|block| block["text"].as_str().unwrap()).collect();
    texts.join("\n").replace('\u{a0}', " ")
}

/// What would be done with the letter.
fn action(project: &Project, day: &str) -> String {
    let words = ["plan", "--campaign", "2026", "--json", "--today", day];
    let planned = project.missive(&words).expect(0).json();
    let actions = planned["actions"].as_array().unwrap();
    let found = actions.iter().find(|action| action["reference"] == LETTER).unwrap();
    found["action"].as_str().unwrap().to_owned()
}

/// The names of the fields of the letter's last PDF.
fn fields(project: &Project) -> Vec<String> {
    let form = pdf_form::read_form(&letter(project, LETTER)).unwrap();
    form.fields.iter().map(|field| field.name.rsplit('_').next().unwrap().to_owned()).collect()
}

#[test]
fn what_a_person_confirms_stands_in_the_ledger_and_reissues_nothing() {
    let project = agreed(&[]);
    assert_eq!(action(&project, "2026-12-20"), "keep");
    let told = project.missive(&["history", LETTER]).expect(0).out;
    for wanted in ["priorités inscrites : Deux ateliers", "indicateurs inscrits : Dix classes"] {
        assert!(told.contains(wanted), "{wanted} is not in {told}");
    }
    project.missive(&["ledger", "verify", "--replay"]).expect(0);
}

#[test]
fn what_a_person_types_counts_and_a_word_that_no_box_has_is_refused() {
    let project = sent("0160101Y");
    let copy = filled(&letter(&project, LETTER), "_priorities", PRIORITIES, PRIORITIES);
    returned(&project, "rempli.pdf", copy);
    let told = review(&project, &["--field", "priorité=Trois"]).expect(2);
    assert!(told.err.contains("la lettre n'a pas de champ « priorité »"), "{}", told.err);
    assert!(told.err.contains("indicators"), "{}", told.err);
    let words = ["--field", "priorities=", "--field", "indicators=Vingt classes"];
    let told = review(&project, &words).expect(0).json();
    assert_eq!(told["review"]["agreed"], serde_json::json!({ "indicators": "Vingt classes" }));
    let words = ["--priorities", "Trois ateliers", "--field", "date-head=18/12/2026"];
    let told = review(&project, &words).expect(0).json();
    let wanted = serde_json::json!({ "priorities": "Trois ateliers", "date-head": "18/12/2026" });
    assert_eq!(told["review"]["agreed"], wanted);
    assert_eq!(told["review"]["priorities"], "Trois ateliers");
}

#[test]
fn an_amendment_prints_what_was_agreed_and_has_fields_to_sign_alone() {
    let project = agreed(&[]);
    amend(&project);
    let text = next_text(&project, "2027-01-20");
    for wanted in [
        "Priorités inscrites d’un commun accord : Deux ateliers par trimestre.",
        "Indicateurs retenus d’un commun accord : Dix classes.",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in {text}");
    }
    assert_eq!(fields(&project), ["date-head", "head", "date-referent", "referent"]);
    // For information: nothing to sign, nothing to fill in.
    let table = "reply_by = 2027-02-12\nact = \"amendment\"\n";
    project.replace(CAMPAIGN, table, &format!("{table}signature = false\n"));
    next_text(&project, "2027-01-20");
    assert!(fields(&project).is_empty());
}

#[test]
fn a_correction_prints_in_its_boxes_what_was_agreed() {
    for (kept, wanted) in [
        (&[][..], &["date-head", "head", "date-referent", "referent"][..]),
        (
            &["--field", "indicators="],
            &["indicators", "date-head", "head", "date-referent", "referent"],
        ),
    ] {
        let project = agreed(kept);
        let post = "post = \"professeur ou professeure de sciences de l’ingénieur\"";
        project.replace("data/referents.toml", post, "post = \"professeur de technologie\"");
        let text = next_text(&project, "2026-12-10");
        assert!(text.contains("inscrites d’un commun accord"), "{text}");
        assert!(text.contains(PRIORITIES), "{text}");
        assert_eq!(text.contains(INDICATORS), kept.is_empty(), "{text}");
        assert_eq!(text.contains("complétée"), !kept.is_empty(), "{text}");
        assert_eq!(fields(&project), wanted);
    }
}

#[test]
fn what_is_agreed_after_an_act_left_changes_nothing_of_it() {
    let project = sent("0160101Y");
    let copy = filled(&letter(&project, LETTER), "_priorities", PRIORITIES, PRIORITIES);
    amend(&project);
    assert!(!next_text(&project, "2027-01-20").contains("inscrites d’un commun accord"));
    project.missive(&["send", "--only", "0160101Y", "--today", "2027-01-20"]).expect(0);
    project.hand_over("2027-01-21");
    let before = letter(&project, LETTER);
    returned(&project, "rempli.pdf", copy);
    let answer =
        ["archive", "review", "rempli.pdf", "--answer", "signed", "--seen-by", "J. Exemple"];
    project.missive(&answer).expect(0);
    assert_eq!(action(&project, "2027-01-22"), "keep");
    project.missive(&["generate", "--only", "0160101Y", "--today", "2027-01-22"]).expect(0);
    assert_eq!(letter(&project, LETTER), before);
}

/// The sheet of questions about the next year, where its row of a school says this about the priorities.
fn answered(project: &Project, keep: &str) -> std::path::PathBuf {
    let path = project.path("../questions.csv");
    let _ = std::fs::remove_file(&path);
    let words =
        ["campaign", "new", "2027", "--from", "2026", "--questions", path.to_str().unwrap()];
    let told = project.missive(&words).expect(0);
    assert!(told.out.contains("Reprendre les priorités"), "{}", told.out);
    let text = std::fs::read_to_string(&path).unwrap();
    let rows = text.lines().enumerate().map(|(at, line)| {
        let mut cells: Vec<String> = line.split(';').map(str::to_owned).collect();
        if at > 0 {
            cells[6] = if cells[2].is_empty() { String::new() } else { "continue".to_owned() };
            if cells[0] == "0160101Y" {
                assert_eq!(cells[14], PRIORITIES);
                cells[15] = keep.to_owned();
            }
        }
        cells.join(";")
    });
    std::fs::write(&path, rows.collect::<Vec<_>>().join("\r\n")).unwrap();
    path
}

fn renewed(project: &Project, keep: &str) -> Value {
    let path = answered(project, keep);
    let words = ["campaign", "new", "2027", "--from", "2026", "--answers", path.to_str().unwrap()];
    project.missive(&[&words[..], &["--apply", "--json"]].concat()).expect(0).json()
}

#[test]
fn the_next_year_takes_over_what_was_agreed_where_a_person_says_so() {
    for (keep, is_kept) in [("oui", true), ("", false)] {
        let project = agreed(&[]);
        let told = renewed(&project, keep);
        let wanted = serde_json::json!([
            { "uai": "0160101Y", "priorities": [PRIORITIES], "kept": is_kept }
        ]);
        assert_eq!(told["agreed"], wanted);
        assert_eq!(project.read(SCHOOLS).contains(PRIORITIES), is_kept);
        // The letters of this year say what they said; those of the next print it.
        assert_eq!(action(&project, "2026-12-20"), "keep");
        let folder = project.path("../contenus");
        let words =
            ["generate", "--campaign", "2027", "--today", "2027-11-15", "--only", "0160101Y"];
        let dump = ["--dump-data", folder.to_str().unwrap()];
        project.missive(&[&words[..], &dump].concat()).expect(0);
        let letters = std::fs::read_dir(folder.join("letters")).unwrap();
        let contents: Vec<String> = letters
            .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
            .filter(|text| text.contains("\"2027-0160101Y"))
            .collect();
        assert_eq!(contents.len(), 1);
        assert_eq!(contents[0].contains(PRIORITIES), is_kept);
    }
}

#[test]
fn the_next_year_takes_nothing_over_that_nobody_agreed_on() {
    let project = agreed(&["--field", "priorities="]);
    let told = project.missive(&["campaign", "new", "2027", "--from", "2026", "--json"]);
    assert_eq!(told.json()["agreed"], serde_json::json!([]), "{}", told.err);
}

/// Answers questions at a terminal; what is said after the last one, and the exit code.
fn talk(project: &Project, words: &[&str], answers: &[(&str, &str)]) -> (String, i32) {
    let mut session = at_a_terminal(project, words);
    for (question, line) in answers {
        says(&mut session, question);
        session.send_line(line).unwrap();
    }
    rest(session)
}

#[test]
fn at_a_terminal_each_text_is_proposed_and_the_next_year_asks_about_it() {
    let project = sent("0160101Y");
    let copy = filled(&letter(&project, LETTER), "_priorities", PRIORITIES, PRIORITIES);
    let copy = filled(&copy, "_indicators", INDICATORS, INDICATORS);
    returned(&project, "rempli.pdf", copy);
    let answers = [
        ("Qui relit ? [", "Jeanne Exemple"),
        ("arrêter (q) ? ", "s"),
        (
            "Priorités inscrites [Deux ateliers par trimestre] (entrée : c'est cela, - : rien) : ",
            "",
        ),
        ("Indicateurs inscrits [Dix classes] (entrée : c'est cela, - : rien) : ", "Vingt classes"),
        ("Remarque (entrée : rien) : ", ""),
    ];
    let (said, code) = talk(&project, &["archive", "review"], &answers);
    assert!(code == 0 && said.contains("Tout est relu."), "{code}: {said}");
    let told = project.missive(&["history", LETTER]).expect(0).out;
    assert!(told.contains("priorités inscrites : Deux ateliers par trimestre"), "{told}");
    assert!(told.contains("indicateurs inscrits : Vingt classes"), "{told}");
    let answers = [
        ("Date des lettres [", ""),
        ("Réponse attendue le [", ""),
        ("Bilan attendu le [", ""),
        ("s = suit la fusion [f] : ", ""),
        ("motif, imprimé", ""),
        ("Un autre référent s'arrête", ""),
        ("Les reprendre dans les lettres de l'année suivante ? (oui / non)", "oui"),
        ("continuent sans changement ? (oui / non) ", "oui"),
    ];
    let words = ["campaign", "new", "2027", "--from", "2026", "--apply"];
    let (said, code) = talk(&project, &words, &answers);
    assert!(code == 0 && said.contains("Priorités convenues, reprises pour 2027-2028"), "{said}");
    let records = project.read(SCHOOLS);
    assert!(records.contains("priorities_school_year = \"2027-2028\""), "{records}");
}
