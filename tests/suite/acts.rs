//! After the hand-over: what was sent stays; what changes becomes an act with its own date.

use crate::beginning::sent_sample;
use crate::support::{Project, hashes};
use serde_json::Value;

const SCHOOLS: &str = "data/establishments.toml";
const CAMPAIGN: &str = "data/campaigns/2026.toml";
const ADA: &str = "2026-0860001J-NGRM";

fn plan(project: &Project, day: &str) -> Value {
    project.missive(&["plan", "--json", "--today", day]).expect(0).json()
}

fn touched(plan: &Value) -> Vec<&Value> {
    plan["actions"].as_array().unwrap().iter().filter(|action| action["action"] != "keep").collect()
}

fn content(project: &Project, reference: &str, words: &[&str]) -> Value {
    let mut all = vec!["explain", reference, "--json"];
    all.extend(words);
    project.missive(&all).expect(0).json()
}

fn text(explained: &Value) -> String {
    let list = explained["paragraphs"].as_array().unwrap();
    let texts: Vec<&str> = list.iter().map(|block| block["text"].as_str().unwrap()).collect();
    texts.join("\n").replace('\u{a0}', " ")
}

/// A cover's page with plain spaces.
fn cover(project: &Project, uai: &str) -> String {
    project.read(&format!("out/2026/covers/{uai}.html")).replace('\u{a0}', " ")
}

fn status(project: &Project) -> Value {
    project.missive(&["status", "--json"]).expect(0).json()
}

/// The bytes of every revision that was handed over.
fn restored(project: &Project) -> std::collections::BTreeMap<String, String> {
    let folder = project.path("restored");
    std::fs::remove_dir_all(&folder).ok();
    project.missive(&["ledger", "restore", folder.to_str().unwrap()]).expect(0);
    hashes(&folder)
}

#[test]
fn a_corrected_name_annuls_and_replaces() {
    let project = Project::sample();
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    let sent_bytes = project.bytes(&format!("out/2026/letters/{ADA}.pdf"));
    project.hand_over("2026-11-20");
    assert!(project.names("out/2026/outbox").is_empty(), "nobody sends it twice");
    let first = restored(&project);
    assert_eq!(first.len(), 13);
    project.replace(SCHOOLS, "family_name = \"Durand\"", "family_name = \"Durant\"");
    let planned = plan(&project, "2026-11-25");
    let one = touched(&planned);
    assert_eq!(one.len(), 1);
    assert_eq!((&one[0]["action"], &one[0]["act"]), (&"reissue".into(), &"correction".into()));
    assert_eq!(one[0]["revision"], 2);
    project.missive(&["run", "--today", "2026-11-25"]).expect(0);
    let second = content(&project, ADA, &[]);
    let said = text(&second);
    assert!(said.contains("annule et remplace la lettre du 16 novembre 2026"), "{said}");
    assert!(said.contains("Rectification du nom du chef d’établissement."), "{said}");
    assert_eq!((&second["revision"], &second["date"]), (&2.into(), &"2026-11-25".into()));
    assert_eq!(project.names("out/2026/outbox"), ["0860001J.r2.eml"]);
    // A rerun on another day gives the same bytes: the date was said once.
    let bytes = project.hashes("out/2026");
    project.missive(&["run", "--today", "2026-12-02"]).expect(0);
    assert_eq!(project.hashes("out/2026"), bytes);
    assert_eq!(restored(&project), first, "the first revision is untouched");
    let folder = project.path("restored");
    assert_eq!(std::fs::read(folder.join(format!("{ADA}.r1.pdf"))).unwrap(), sent_bytes);
    let account = status(&project);
    assert_eq!(
        (&account["messages"]["deposited"], &account["letters"]["handed_over"]),
        (&1.into(), &13.into()),
        "until the correction leaves, the letter is the one that was sent"
    );
    assert_eq!(
        (&account["revisions"]["superseded"], &account["balanced"]),
        (&0.into(), &true.into())
    );
    let report = project.read("out/2026/report.html");
    for words in ["transmises", "déposée dans la boîte d&#39;envoi", "outbox/0860001J.r2.eml"] {
        assert!(report.contains(words), "{words}");
    }
    // The cover says the same, to the same school.
    let cover = cover(&project, "0860001J");
    assert!(cover.contains("annule et remplace la lettre du 16 novembre 2026"), "{cover}");
    // Undone before it was sent, the correction goes away.
    project.replace(SCHOOLS, "family_name = \"Durant\"", "family_name = \"Durand\"");
    project.missive(&["run", "--today", "2026-12-03"]).expect(0);
    assert!(project.names("out/2026/outbox").is_empty());
    assert_eq!(project.bytes(&format!("out/2026/letters/{ADA}.pdf")), sent_bytes);
    assert_eq!(status(&project)["letters"]["handed_over"], 13);
    project.missive(&["ledger", "verify", "--replay"]).expect(0);
}

#[test]
fn a_change_of_layout_is_kept_unless_a_person_says_otherwise() {
    let project = sent_sample();
    let before = project.hashes("out/2026/letters");
    project.replace("templates/lib/page.typ", "#let top-margin = 30mm", "#let top-margin = 31mm");
    let planned = plan(&project, "2026-11-25");
    assert_eq!(
        (&planned["letters"]["cosmetic"], &planned["messages"]["to_send"]),
        (&13.into(), &0.into())
    );
    project.missive(&["run", "--today", "2026-11-25"]).expect(0);
    assert_eq!(project.hashes("out/2026/letters"), before);
    assert_eq!(plan(&project, "2026-11-25")["letters"]["unchanged"], 13, "judged once");
    let words =
        ["run", "--today", "2026-11-26", "--only", "0860001J", "--materiality", "substantive"];
    let refused = project.missive(&words).expect(2);
    assert!(refused.err.contains("--why"), "{}", refused.err);
    let mut words = words.to_vec();
    words.extend(["--why", "le logo était celui d'une autre académie"]);
    project.missive(&words).expect(0);
    assert_eq!(project.names("out/2026/outbox"), ["0860001J.r2.eml"]);
    let told = project.missive(&["history", ADA]).expect(0).out;
    assert!(told.contains("autre académie"), "{told}");
}

#[test]
fn a_typo_that_a_person_calls_cosmetic_reissues_nothing() {
    let project = sent_sample();
    project.replace("data/rules/clauses.toml", "Enseignant parmi ses pairs, le référent pour les ressources et usages pédagogiques numériques aide", "Enseignant parmi ses pairs, le référent pour les ressources et les usages pédagogiques numériques aide");
    assert_eq!(plan(&project, "2026-11-25")["letters"]["changed"], 13);
    project
        .missive(&[
            "run",
            "--today",
            "2026-11-25",
            "--materiality",
            "cosmetic",
            "--why",
            "coquille",
        ])
        .expect(0);
    assert!(project.names("out/2026/outbox").is_empty());
    assert_eq!(plan(&project, "2026-11-26")["letters"]["unchanged"], 13);
    // A later change of substance counts against what was sent.
    project.replace(SCHOOLS, "family_name = \"Durand\"", "family_name = \"Durant\"");
    assert_eq!(touched(&plan(&project, "2026-11-26")).len(), 1);
}

#[test]
fn a_rule_that_declares_its_change_cosmetic_reissues_nothing() {
    let project = sent_sample();
    project.replace(
        "data/rules/clauses.toml",
        "text = \"code de l’éducation, article L. 214-6 ;\"",
        "materiality = \"cosmetic\"\ntext = \"code de l’éducation, art. L. 214-6 ;\"",
    );
    let planned = plan(&project, "2026-11-25");
    assert_eq!(planned["letters"]["cosmetic"], 7, "{planned:#}");
    assert!(touched(&planned).is_empty());
}

/// A date and a rule change in January.
pub fn amend(project: &Project) {
    let text = project.read(CAMPAIGN);
    project.write(CAMPAIGN, format!("{text}\n[[campaign.amendment]]\ndate = 2027-01-18\nreply_by = 2027-02-12\nact = \"amendment\"\n"));
    project.replace(
        "data/rules/clauses.toml",
        "text = \"code de l’éducation, article L. 214-6 ;\"",
        "until = 2027-01-17\ntext = \"code de l’éducation, article L. 214-6 ;\"",
    );
    project.replace(
        "data/rules/clauses.toml",
        "source = { title = \"Code de l’éducation\", article = \"L214-6\" }\n",
        "source = { title = \"Code de l’éducation\", article = \"L214-6\" }\n[[clause.version]]\nsince = 2027-01-18\nwhen = { kind = [\"lycee\", \"lycee-professionnel\", \"lycee-polyvalent\", \"erea\"], sector = [\"public\"] }\ntext = \"code de l’éducation, article L. 214-6-1 ;\"\nsource = { title = \"Code de l’éducation\", article = \"L214-6-1\" }\n",
    );
}

#[test]
fn an_amendment_reaches_just_the_letters_whose_text_changes() {
    let project = sent_sample();
    amend(&project);
    assert!(touched(&plan(&project, "2027-01-17")).is_empty(), "not yet in force");
    let planned = plan(&project, "2027-01-20");
    let changed = touched(&planned);
    assert_eq!(changed.len(), 7);
    for letter in &changed {
        assert_eq!((&letter["action"], &letter["act"]), (&"reissue".into(), &"amendment".into()));
    }
    project.missive(&["run", "--today", "2027-01-20"]).expect(0);
    let reference = changed[0]["reference"].as_str().unwrap();
    let said = text(&content(&project, reference, &[]));
    assert!(said.contains("avenant à la lettre du 16 novembre 2026"), "{said}");
    assert!(said.contains("18 janvier 2027") && said.contains("12 février 2027"), "{said}");
    assert!(said.contains("Avenant n° 1"), "{said}");
    project.hand_over("2027-01-21");
    // A correction after it is dated by the day it is made.
    project.replace(SCHOOLS, "family_name = \"Durand\"", "family_name = \"Durant\"");
    let later = plan(&project, "2027-02-01");
    assert_eq!(touched(&later)[0]["act"], "correction");
    project.missive(&["ledger", "verify", "--replay"]).expect(0);
}

#[test]
fn another_address_alone_is_a_new_message() {
    let project = sent_sample();
    project.replace(
        SCHOOLS,
        "email = \"ce.0860001j@academie.example\"",
        "email = \"college.ada@academie.example\"",
    );
    let planned = plan(&project, "2026-11-25");
    let one = touched(&planned);
    assert_eq!(one.len(), 1);
    assert_eq!((&one[0]["action"], &one[0]["revision"]), (&"readdress".into(), &1.into()));
    assert_eq!(
        (&planned["letters"]["unchanged"], &planned["messages"]["to_send"]),
        (&13.into(), &1.into())
    );
}

#[test]
fn a_mission_that_ends_early_gets_its_own_letter() {
    let project = sent_sample();
    let text_of = project.read("data/referents.toml");
    let at = text_of.find("since = 2026-09-01").unwrap();
    let (start, rest) = text_of.split_at(at);
    project.write(
        "data/referents.toml",
        format!("{start}until = 2027-01-31\nend_reason = \"mutation\"\n{rest}"),
    );
    let planned = plan(&project, "2027-01-11");
    let one = touched(&planned);
    assert_eq!(one.len(), 1, "{one:#?}");
    assert_eq!((&one[0]["action"], &one[0]["act"]), (&"end".into(), &"end".into()));
    project.missive(&["run", "--today", "2027-01-11"]).expect(0);
    let said = text(&content(&project, one[0]["reference"].as_str().unwrap(), &[]));
    for words in ["Fin de mission", "31 janvier 2027", "Motif : mutation.", "11 janvier 2027"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("Missions prioritaires"), "{said}");
    // Once it left, an end that is taken back is a correction, and does not stop the others.
    let words =
        ["resolve", "--deposited", "--handed-over", "--why", "essai", "--today", "2027-01-12"];
    project.missive(&words).expect(0);
    project.write("data/referents.toml", text_of);
    let planned = plan(&project, "2027-01-12");
    let one = touched(&planned);
    assert_eq!((one.len(), &one[0]["act"]), (1, &"correction".into()), "{one:#?}");
    project.missive(&["run", "--today", "2027-01-12", "--reply-by", "2027-02-01"]).expect(0);
    let said = text(&content(&project, one[0]["reference"].as_str().unwrap(), &[]));
    assert!(said.contains("Missions prioritaires"), "{said}");
}

#[test]
fn a_reply_date_gone_by_is_asked_for() {
    let project = sent_sample();
    project.replace(SCHOOLS, "family_name = \"Durand\"", "family_name = \"Durant\"");
    let before = project.hashes("out/2026");
    let planned = project.missive(&["plan", "--today", "2027-01-11"]).expect(0);
    let planned = planned.out.replace('\u{a0}', " ");
    for words in ["la date de retour (18 décembre 2026) est passée", "régler d'abord"] {
        assert!(planned.contains(words), "{words}: {planned}");
    }
    assert!(!planned.contains("Ensuite : missive run"), "{planned}");
    let asked = project.missive(&["run", "--today", "2027-01-11"]).expect(5);
    assert!(asked.err.contains("--reply-by"), "{}", asked.err);
    assert_eq!(project.hashes("out/2026/letters").len(), 13);
    for (name, hash) in project.hashes("out/2026/letters") {
        assert_eq!(before.get(&format!("letters/{name}")), Some(&hash));
    }
    project.missive(&["run", "--today", "2027-01-11", "--reply-by", "2027-02-01"]).expect(0);
    let said = text(&content(&project, ADA, &[]));
    assert!(said.contains("1er février 2027"), "{said}");
    // The answer was kept: nobody is asked again.
    project.missive(&["run", "--today", "2027-01-12"]).expect(0);
    // A draft that has to be made again when its day is past is asked about as well.
    let later = sent_sample();
    later.replace(SCHOOLS, "family_name = \"Durand\"", "family_name = \"Durant\"");
    later.missive(&["run", "--today", "2026-12-01"]).expect(0);
    later.missive(&["run", "--today", "2027-01-05"]).expect(0);
    later.replace(SCHOOLS, "family_name = \"Durant\"", "family_name = \"Dupond\"");
    later.missive(&["run", "--today", "2027-01-06"]).expect(5);
}

#[test]
fn a_reason_of_ones_own_is_printed() {
    let project = sent_sample();
    project.replace(SCHOOLS, "family_name = \"Durand\"", "family_name = \"Durant\"");
    project
        .missive(&["run", "--today", "2026-11-25", "--reason", "Erreur de notre fichier."])
        .expect(0);
    assert!(text(&content(&project, ADA, &[])).contains("Erreur de notre fichier."));
    project.missive(&["run", "--today", "2026-11-26"]).expect(0);
    assert!(text(&content(&project, ADA, &[])).contains("Erreur de notre fichier."), "it stays");
    // Whatever it begins with, and also when the draft is made again.
    let reason = "Modification de notre annuaire.";
    project.missive(&["run", "--today", "2026-11-27", "--reason", reason]).expect(0);
    project.replace(SCHOOLS, "city = \"Valclair\"", "city = \"Valsombre\"");
    project.missive(&["run", "--today", "2026-11-28"]).expect(0);
    let said = text(&content(&project, ADA, &[]));
    assert!(said.contains(reason) && said.contains("Valsombre"), "{said}");
}

#[test]
fn a_strict_policy_reissues_for_a_layout() {
    let project = sent_sample();
    project.replace("missive.toml", "materiality = \"default\"", "materiality = \"strict\"");
    project.replace("templates/lib/page.typ", "#let top-margin = 30mm", "#let top-margin = 31mm");
    let planned = plan(&project, "2026-11-25");
    assert_eq!(touched(&planned).len(), 13);
    assert_eq!(touched(&planned)[0]["action"], "reissue");
}

#[test]
fn a_letter_that_had_left_stays_on_the_account_when_it_is_withdrawn() {
    let project = sent_sample();
    let before = restored(&project);
    let text = project.read("data/referents.toml");
    project.write("data/referents.toml", &text[..text.rfind("[[referent]]").unwrap()]);
    let planned = plan(&project, "2026-11-25");
    let gone = planned["letters"]["withdrawn"].as_u64().unwrap();
    let note =
        touched(&planned).iter().find(|action| action["action"] == "withdraw").unwrap()["note"]
            .clone();
    assert!(gone > 0 && note.as_str().unwrap().contains("end_reason"), "{planned:#}");
    project.missive(&["run", "--today", "2026-11-25"]).expect(0);
    let account = status(&project);
    assert_eq!(
        (&account["letters"]["withdrawn"], &account["letters"]["total"]),
        (&gone.into(), &13.into())
    );
    assert_eq!(restored(&project), before, "its bytes stay recoverable");
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_referent_added_after_the_message_went_gets_a_message_of_their_own() {
    let project = sent_sample();
    let text = project.read("data/referents.toml");
    project.write("data/referents.toml", format!("{text}\n[[referent]]\nid = \"neuf-nina\"\ncivility = \"Mme\"\ngiven_name = \"Nina\"\nfamily_name = \"Neuf\"\npost = \"professeure de chimie\"\n[[referent.assignment]]\nestablishment = \"0860001J\"\nsince = 2026-11-21\n"));
    let planned = plan(&project, "2026-11-25");
    // The colleague's letter now names another referent: it is corrected.
    let actions: Vec<&Value> = touched(&planned).iter().map(|action| &action["action"]).collect();
    assert!(actions.contains(&&"create".into()), "{actions:?}");
    assert_eq!(planned["messages"]["to_send"], 1);
    project.missive(&["run", "--today", "2026-11-25"]).expect(0);
    assert_eq!(project.names("out/2026/outbox"), ["0860001J.r2.eml"]);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn an_earlier_deposit_can_be_said_to_have_left() {
    let project = Project::sample();
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    let first = project.bytes(&format!("out/2026/letters/{ADA}.pdf"));
    let log = project.read("out/2026/send.log");
    let line = log.lines().find(|line| line.contains("0860001J.r1.eml")).unwrap();
    let id = line.split('\t').nth(3).unwrap().to_owned();
    project.replace(SCHOOLS, "family_name = \"Durand\"", "family_name = \"Durant\"");
    project.missive(&["run", "--today", "2026-11-19"]).expect(0);
    let why = "le message du 18 était parti";
    project
        .missive(&["resolve", &id, "--handed-over", "--why", why, "--today", "2026-11-19"])
        .expect(0);
    project.missive(&["run", "--today", "2026-11-20"]).expect(0);
    let second = content(&project, ADA, &[]);
    assert_eq!(second["revision"], 2, "what left is the first revision");
    let folder = project.path("restored");
    project.missive(&["ledger", "restore", folder.to_str().unwrap()]).expect(0);
    assert_eq!(std::fs::read(folder.join(format!("{ADA}.r1.pdf"))).unwrap(), first);
    project.missive(&["ledger", "verify"]).expect(0);
    let again = project.missive(&["resolve", &id, "--not-sent", "--why", "non"]).expect(5);
    assert!(again.err.contains("ne se change plus"), "{}", again.err);
}

#[test]
fn two_campaigns_do_not_touch_each_other() {
    let project = sent_sample();
    let text = project.read(CAMPAIGN);
    let next = text
        .replace("id = \"2026\"", "id = \"2027\"")
        .replace("2026-2027", "2027-2028")
        .replace("2027-06-30", "2028-06-30")
        .replace("= 2026-", "= 2027-");
    project.write("data/campaigns/2027.toml", next);
    let several = project.missive(&["plan"]).expect(2);
    assert!(several.err.contains("--campaign"), "{}", several.err);
    let both = |words: &[&str]| {
        let mut all = vec!["--campaign", "2026", "--json"];
        all.extend(words);
        project.missive(&all).expect(0).json()
    };
    assert_eq!(both(&["plan", "--today", "2026-11-25"])["letters"]["unchanged"], 13);
    project.missive(&["run", "--campaign", "2027", "--today", "2027-11-20"]).expect(0);
    assert_eq!(both(&["plan", "--today", "2026-11-25"])["letters"]["unchanged"], 13);
    let closed = format!("closed = 2027-08-31\n{}", "");
    project.replace(CAMPAIGN, "reply_by = ", &format!("{closed}reply_by = "));
    project.replace(SCHOOLS, "family_name = \"Durand\"", "family_name = \"Durant\"");
    let open = project.missive(&["plan", "--json", "--today", "2027-11-25"]).expect(0).json();
    assert_eq!((&open["campaign"], &open["letters"]["changed"]), (&"2027".into(), &1.into()));
    let account = both(&["status", "--today", "2027-11-25"]);
    assert_eq!(account["letters"]["handed_over"], 13);
}

#[test]
fn an_act_that_was_never_deposited_leaves_nothing_in_the_store() {
    let project = sent_sample();
    let before = project.hashes("data/ledger/objects");
    project.replace(SCHOOLS, "family_name = \"Durand\"", "family_name = \"Durant\"");
    project.missive(&["generate", "--today", "2026-11-25"]).expect(0);
    assert!(project.hashes("data/ledger/objects").len() > before.len());
    project.replace(SCHOOLS, "family_name = \"Durant\"", "family_name = \"Durand\"");
    project.missive(&["generate", "--today", "2026-11-25"]).expect(0);
    assert_eq!(project.hashes("data/ledger/objects"), before);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_rehearsal_leaves_no_trace_in_the_ledger() {
    let project = sent_sample();
    let before = project.hashes("data");
    project.missive(&["generate", "--as-of", "2014-09-01"]).expect(0);
    project.missive(&["run", "--as-of", "2015-09-01"]).expect(0);
    assert_eq!(project.hashes("data"), before);
    let fresh = Project::sample();
    fresh.missive(&["run", "--as-of", "2014-09-01"]).expect(0);
    assert!(!fresh.path("data/ledger").exists());
}

/// Puts the message of the first school in a state that only a relay gives.
fn relay_said(project: &Project, state: &str) {
    let sql = "UPDATE message SET state = ? WHERE uai = '0860001J' AND state = 'deposited'";
    assert_eq!(crate::forge::edit(project, sql, &[state]), 1);
}

#[test]
fn a_letter_whose_message_may_have_left_waits_for_a_persons_word() {
    let project = Project::sample();
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    relay_said(&project, "ambiguous");
    project.replace(SCHOOLS, "family_name = \"Durand\"", "family_name = \"Durant\"");
    project.replace(SCHOOLS, "city = \"Val-d’Exemple\"", "city = \"Val-Exemple\"");
    let before = project.bytes(&format!("out/2026/letters/{ADA}.pdf"));
    let planned = plan(&project, "2026-11-20");
    let ada =
        planned["actions"].as_array().unwrap().iter().find(|action| action["reference"] == ADA);
    let ada = ada.unwrap();
    assert_eq!((&ada["action"], &planned["messages"]["ambiguous"]), (&"keep".into(), &1.into()));
    assert!(ada["note"].as_str().unwrap().contains("en attente"), "{ada}");
    assert!(!touched(&planned).is_empty(), "the others go on");
    let told = project.missive(&["run", "--today", "2026-11-20"]).expect(0);
    assert!(told.out.contains("missive resolve"), "{}", told.out);
    assert_eq!(project.bytes(&format!("out/2026/letters/{ADA}.pdf")), before);
    assert_eq!(status(&project)["letters"]["ambiguous"], 1);
    // Not sent: it is corrected as if nothing had happened. Sent: a second revision.
    let words =
        ["resolve", ADA, "--not-sent", "--why", "absent des journaux", "--today", "2026-11-20"];
    project.missive(&words).expect(0);
    project.missive(&["run", "--today", "2026-11-20"]).expect(0);
    assert_eq!(content(&project, ADA, &[])["revision"], 1);
    relay_said(&project, "ambiguous");
    let words =
        ["resolve", ADA, "--handed-over", "--why", "reçu par l'école", "--today", "2026-11-20"];
    project.missive(&words).expect(0);
    project.replace(SCHOOLS, "family_name = \"Durant\"", "family_name = \"Dupond\"");
    assert_eq!(touched(&plan(&project, "2026-11-25"))[0]["revision"], 2);
}

#[test]
fn a_letter_whose_message_was_put_off_or_refused_keeps_its_revision() {
    for state in ["deferred", "refused"] {
        let project = Project::sample();
        project.missive(&["run", "--today", "2026-11-18"]).expect(0);
        relay_said(&project, state);
        assert_eq!(status(&project)["letters"][state], 1);
        project.replace(SCHOOLS, "family_name = \"Durand\"", "family_name = \"Durant\"");
        assert_eq!(touched(&plan(&project, "2026-11-20"))[0]["action"], "update");
        project.missive(&["run", "--today", "2026-11-20"]).expect(0);
        assert_eq!(content(&project, ADA, &[])["revision"], 1);
        assert!(
            project.read("out/2026/send.log").lines().last().unwrap().contains("0860001J.r1.eml")
        );
        assert_eq!(status(&project)["letters"]["deposited"], 13);
    }
}

#[test]
fn the_title_of_an_amendment_is_explained_by_the_record_that_calls_for_it() {
    let project = sent_sample();
    amend(&project);
    let planned = plan(&project, "2027-01-20");
    let reference = touched(&planned)[0]["reference"].as_str().unwrap();
    project.missive(&["run", "--today", "2027-01-20"]).expect(0);
    let words = ["explain", reference, "--json", "--today", "2027-01-20"];
    let explained = project.missive(&words).expect(0).json();
    let paragraphs = explained["paragraphs"].as_array().unwrap();
    let title = |one: &&Value| one["text"].as_str().unwrap().contains("Avenant");
    let title = paragraphs.iter().find(title).unwrap();
    let fields = title["fields"].as_array().unwrap();
    let act = fields.iter().find(|field| field["field"] == "supersedes.act");
    let source = act.map(|act| act["source"].as_str().unwrap_or_default());
    assert!(source.is_some_and(|place| place.starts_with("data/campaigns/")), "{title:#}");
}
