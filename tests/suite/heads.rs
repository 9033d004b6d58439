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

/// What the office sends in January: a new date of the yearly report, which each school signs.
fn amend(project: &Project) {
    let campaign = "data/campaigns/2026.toml";
    project.replace(campaign, "report_by = 2027-06-30", "report_by = 2027-06-15");
    let table = "\n[[campaign.amendment]]\ndate = 2027-01-18\nreply_by = 2027-02-12\nact = \"amendment\"\nreason = \"Le bilan est avancé.\"\n";
    let text = project.read(campaign);
    project.write(campaign, text + table);
    project.missive(&["run", "--today", "2027-01-20"]).expect(0);
    project.hand_over("2027-01-21");
}

/// Mme Arrivée comes on 1 February.
fn new_head_after_amendment(project: &Project) {
    new_head(project, "");
    project.replace(SCHOOLS, "since = 2026-12-01", "since = 2027-02-01");
}

#[test]
fn an_amendment_that_the_former_head_has_not_signed_is_made_again() {
    let project = sent_sample();
    declare(&project, &["--today", "2026-12-01"]);
    amend(&project);
    new_head_after_amendment(&project);
    let one = planned(&project, "2027-02-02");
    let found = (&one["action"], &one["act"], &one["revision"]);
    assert_eq!(found, (&"reissue".into(), &"amendment".into(), &3.into()), "{one:#}");
    project.missive(&["run", "--today", "2027-02-02"]).expect(0);
    let told = project.missive(&["explain", ADA]).expect(0).out.replace('\u{a0}', " ");
    for words in [
        "Le bilan est avancé. Avenant repris au nom de la nouvelle direction ; il remplace le précédent.",
        "16 novembre 2026",
        "« Madame Zoé Arrivée Principale",
        "« Jusqu’ici : Mme Anne Durand, principale. »",
        "« Désormais : Mme Zoé Arrivée, principale. »",
        "« Principale Zoé Arrivée Signature et cachet »",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!(told.matches("Durand").count(), 1, "only as the former head: {told}");
    project.hand_over("2027-02-03");
    let status = project.missive(&["status", "--json"]).expect(0).json();
    assert_eq!(status["letters"]["signed"], 1, "the letter stays signed: {status:#}");
    assert_eq!(status["acts"]["total"], 13, "one took the place of the other: {status:#}");
    assert_eq!(status["balanced"], true);
    assert_eq!(planned(&project, "2027-02-04")["action"], "keep");
    // What the former head signs after that is no longer what stands.
    let former = project.path("ancien.pdf");
    let sent = project.path("envoyes");
    project.missive(&["ledger", "export-sent", sent.to_str().unwrap(), "--only", ADA]).expect(0);
    std::fs::copy(sent.join(format!("{ADA}.r2.pdf")), &former).unwrap();
    let told = project.missive(&["archive", "add", former.to_str().unwrap(), "--json"]).json();
    assert_eq!(told["files"][0]["verdict"], "superseded", "{told:#}");
    declare(&project, &["--today", "2027-02-10"]);
    let status = project.missive(&["status", "--json"]).expect(0).json();
    assert_eq!((&status["acts"]["signed"], &status["letters"]["signed"]), (&1.into(), &1.into()));
    project.missive(&["ledger", "verify", "--replay"]).expect(0);
}

#[test]
fn an_amendment_that_is_signed_or_asks_for_nothing_goes_for_information() {
    let project = sent_sample();
    declare(&project, &["--today", "2026-12-01"]);
    amend(&project);
    declare(&project, &["--today", "2027-01-25"]);
    new_head_after_amendment(&project);
    assert_eq!(planned(&project, "2027-02-02")["action"], "readdress");
    // She gets all that is in force: the letter, and what was added to it.
    project.missive(&["run", "--today", "2027-02-02"]).expect(0);
    let names = project.attached("0860001J.r3.eml");
    let [letter, amendment] = ["Lettre_de_mission_", "Avenant_1_"]
        .map(|name| names.iter().filter(|one| one.starts_with(name)).collect::<Vec<_>>());
    assert_eq!((letter.len(), amendment.len()), (1, 1), "{names:?}");
    assert!(letter[0].ends_with("_r1.pdf") && amendment[0].ends_with("_r2.pdf"), "{names:?}");
    let said = cover(&project);
    for words in [
        "pour information",
        "la lettre de mission et l’avenant n° 1 de Mme Claire Martin, référente",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    // It is the same message as long as nothing changes; once it left, nothing more goes.
    let again = project.missive(&["run", "--json", "--today", "2027-02-02"]).expect(0).json();
    assert_eq!(again["send"]["unchanged"], 1, "{again:#}");
    project.hand_over("2027-02-03");
    assert_eq!(planned(&project, "2027-02-04")["action"], "keep");
    project.missive(&["ledger", "verify", "--replay"]).expect(0);
    // The letter itself is not signed: it is corrected, with its amendment.
    let project = sent_sample();
    amend(&project);
    new_head_after_amendment(&project);
    assert_eq!(planned(&project, "2027-02-02")["act"], "correction");
}

#[test]
fn a_head_who_comes_later_changes_nothing_before() {
    let project = sent_sample();
    let before = project.hashes("out/2026/letters");
    new_head(&project, "");
    project.replace(SCHOOLS, "since = 2026-12-01", "since = 2027-01-01");
    let plan = project.missive(&["plan", "--json", "--today", "2026-11-25"]).expect(0).json();
    let of_school = |one: &&Value| one["reference"] == ADA;
    let one = plan["actions"].as_array().unwrap().iter().find(of_school).unwrap();
    assert_eq!(one["action"], "keep", "{one:#}");
    assert_eq!(plan["messages"]["to_send"], 0);
    let coming = serde_json::json!([{
        "uai": "0860001J", "name": "Mme\u{a0}Zoé Arrivée", "since": "2027-01-01",
        "until_then": "Mme\u{a0}Anne Durand",
    }]);
    assert_eq!(plan["coming_heads"], coming);
    let told = project.missive(&["plan", "--today", "2026-11-25"]).expect(0).out;
    let told = told.replace('\u{a0}', " ");
    let line = "Collège Ada-Lovelace (0860001J) : Mme Zoé Arrivée prend la direction le 1ᵉʳ janvier 2027 ; jusque-là, Mme Anne Durand reste en fonction";
    assert!(told.contains(line), "{told}");
    project.missive(&["run", "--today", "2026-11-25"]).expect(0);
    assert_eq!(project.hashes("out/2026/letters"), before);
    assert_eq!(project.counts()["handed_over"], 13);
    // What else changes meanwhile is signed by who is in office.
    project.replace("data/referents.toml", "\"Claire\"", "\"Clara\"");
    project.missive(&["run", "--today", "2026-11-26"]).expect(0);
    let corrected = project.missive(&["explain", ADA, "--today", "2026-11-26"]).expect(0).out;
    assert!(corrected.contains("Durand") && !corrected.contains("Arrivée"), "{corrected}");
    assert!(!cover(&project).contains("Arrivée"), "{}", cover(&project));
    project.hand_over("2026-11-26");
    let one = planned(&project, "2027-01-02");
    assert_eq!((&one["act"], &one["revision"]), (&"correction".into(), &3.into()), "{one:#}");
    // The record itself is as it was written.
    assert!(project.read(SCHOOLS).contains("Arrivée"));
}

#[test]
fn the_signature_of_the_former_head_counts_though_no_page_shows_it() {
    let fixtures = crate::signed::Fixtures::read();
    let both = fixtures.file("both-unseen");
    let sent = fixtures.file("letter").len();
    let end = both[sent..].windows(5).position(|octets| octets == b"%%EOF").unwrap();
    for (bytes, wanted) in [
        // The first of its signatures, by the head.
        (&both[..sent + end + "%%EOF\n".len()], "readdress"),
        // Nobody knows whose box it is.
        (&fixtures.file("invisible")[..], "reissue"),
    ] {
        let project = crate::returns::sent("0160101Y");
        crate::certificates::adopt(&project, &fixtures);
        project.receive("retour.pdf", bytes);
        let told = project.archive().json();
        assert_eq!(told["files"][0]["letters"][0]["return"], "partly_signed", "{told:#}");
        project.replace(
            SCHOOLS,
            "given_name = \"Camille\", family_name = \"Aubert\", function = \"Proviseur\", since = 2026-09-01",
            "given_name = \"Zoé\", family_name = \"Arrivée\", function = \"Proviseure\", since = 2027-01-01",
        );
        let plan = project.missive(&["plan", "--json", "--today", "2027-01-02"]).expect(0).json();
        let actions = plan["actions"].as_array().unwrap();
        let one = actions.iter().find(|one| one["reference"] == crate::returns::LETTER).unwrap();
        assert_eq!(one["action"], wanted, "{one:#}");
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
