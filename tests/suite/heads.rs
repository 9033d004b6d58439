//! Another head comes within the year: who signs what is decided by what came back.

use crate::beginning::sent_sample;
use crate::support::Project;
use serde_json::Value;

const SCHOOLS: &str = "data/establishments.toml";
const ADA: &str = "2026-0860001J-NGRM";
const HEAD: &str = "given_name = \"Anne\", family_name = \"Durand\", function = \"Principale\", since = 2024-09-01";

/// Mme Arrivée comes on 1 December.
fn new_head(project: &Project, more: &str) {
    let head = format!(
        "given_name = \"Zoé\", family_name = \"Arrivée\", function = \"Principale\", since = 2026-12-01{more}"
    );
    project.replace(SCHOOLS, HEAD, &head);
}

fn declare(project: &Project, more: &[&str]) {
    let words = ["archive", "declare", ADA, "--paper", "--seen-by", "Jeanne"];
    project.missive(&[&words, more].concat()).expect(0);
}

/// The action on the letter of the school.
fn planned(project: &Project, day: &str) -> Value {
    let plan = project.missive(&["plan", "--json", "--today", day]).expect(0).json();
    let actions = plan["actions"].as_array().unwrap().clone();
    actions.into_iter().find(|one| one["reference"] == ADA).unwrap()
}

fn cover(project: &Project) -> String {
    project.read("out/2026/covers/0860001J.html").replace('\u{a0}', " ")
}

#[test]
fn a_letter_that_came_back_signed_goes_to_the_new_head_for_information() {
    let project = sent_sample();
    declare(&project, &[]);
    let before = project.hashes("out/2026/letters");
    new_head(&project, "");
    let one = planned(&project, "2026-12-02");
    assert_eq!((&one["action"], &one["revision"]), (&"readdress".into(), &1.into()));
    project.missive(&["run", "--today", "2026-12-02"]).expect(0);
    assert_eq!(project.hashes("out/2026/letters"), before);
    let said = cover(&project);
    for words in ["pour information", "n’est plus à signer", "rien à signer ni à retourner"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("dater et signer"), "{said}");
    let bytes = project.bytes("out/2026/outbox/0860001J.r2.eml");
    project.missive(&["run", "--today", "2026-12-09"]).expect(0);
    assert_eq!(project.bytes("out/2026/outbox/0860001J.r2.eml"), bytes);
    project.hand_over("2026-12-10");
    assert_eq!(planned(&project, "2026-12-11")["action"], "keep");
    // Another change of layout does not make it a letter of the new head.
    project.replace("templates/lib/page.typ", "#let top-margin = 30mm", "#let top-margin = 31mm");
    assert_eq!(planned(&project, "2026-12-11")["action"], "keep");
    let status = project.missive(&["status", "--json"]).expect(0).json();
    assert_eq!(status["letters"]["signed"], 1);
}

#[test]
fn a_letter_that_is_not_signed_is_corrected_in_the_name_of_the_new_head() {
    for partly in [false, true] {
        let project = sent_sample();
        if partly {
            // Nothing shows that it is the head who signed.
            declare(&project, &["--partly"]);
        }
        new_head(&project, ", acting = true");
        let one = planned(&project, "2026-12-02");
        let found = (&one["action"], &one["act"], &one["revision"]);
        assert_eq!(found, (&"reissue".into(), &"correction".into(), &2.into()));
        project.missive(&["run", "--today", "2026-12-02"]).expect(0);
        let told = project.missive(&["explain", ADA]).expect(0).out.replace('\u{a0}', " ");
        for words in [
            "Changement de chef d’établissement.",
            "annule et remplace la lettre du 16 novembre 2026",
            "2 décembre 2026",
            "Arrivée",
        ] {
            assert!(told.contains(words), "{words}: {told}");
        }
        // The former head stands in what changes alone.
        let former = "au lieu de « Mme Anne Durand, principale »";
        assert_eq!(told.matches("Durand").count(), told.matches(former).count(), "{told}");
        assert!(told.contains(former), "{told}");
        // The former head signs after all, before the correction has left: then it is not needed.
        declare(&project, &[]);
        assert_eq!(planned(&project, "2026-12-03")["action"], "readdress");
        project.missive(&["run", "--today", "2026-12-03"]).expect(0);
        assert!(cover(&project).contains("n’est plus à signer"));
        project.missive(&["ledger", "verify", "--replay"]).expect(0);
    }
}

#[test]
fn a_copy_to_be_read_keeps_all_as_it_is() {
    let project = sent_sample();
    let scan = crate::returns::letter(&project, ADA);
    project.write("retour.pdf", scan);
    project.missive(&["archive", "add", project.path("retour.pdf").to_str().unwrap()]);
    let state = project.missive(&["status", "--json"]).expect(0).json();
    new_head(&project, "");
    if state["letters"]["to_review"] == 1 {
        let one = planned(&project, "2026-12-02");
        assert_eq!(one["action"], "keep", "{one:#}");
        assert!(one["note"].as_str().unwrap().contains("archive review"), "{one:#}");
    }
}

#[test]
fn the_office_orders_the_other() {
    let why = ["--materiality", "cosmetic", "--why", "la rectrice a signé pour les deux"];
    let project = sent_sample();
    new_head(&project, "");
    let run = ["run", "--today", "2026-12-02", "--only", "0860001J"];
    project.missive(&[&run, &why[..]].concat()).expect(0);
    assert!(cover(&project).contains("de nouveau ci-joint, inchangée"));
    assert_eq!(planned(&project, "2026-12-03")["action"], "readdress", "it is remembered");
    let project = sent_sample();
    declare(&project, &[]);
    new_head(&project, "");
    let why = ["--materiality", "substantive", "--why", "elle veut signer aussi"];
    project.missive(&[&run, &why[..]].concat()).expect(0);
    assert_eq!(planned(&project, "2026-12-03")["act"], "correction", "it is remembered");
}

#[test]
fn the_same_person_confirmed_in_office_changes_nothing() {
    let project = Project::sample();
    project.replace(SCHOOLS, HEAD, &format!("{HEAD}, acting = true"));
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    project.hand_over("2026-11-20");
    let confirmed = HEAD.replace("2024-09-01", "2026-12-01");
    project.replace(SCHOOLS, &format!("{HEAD}, acting = true"), &confirmed);
    assert_eq!(planned(&project, "2026-12-02")["action"], "keep");
}
