//! Who signs what: a letter and its acts are accounted apart, document by document.

use crate::beginning::sent_sample;
use crate::support::Project;
use serde_json::Value;

const SCHOOLS: &str = "data/establishments.toml";
const CAMPAIGN: &str = "data/campaigns/2026.toml";
const CLAUSES: &str = "data/rules/clauses.toml";
/// The letter of a collège, and two of the seven letters whose rule changes.
const ADA: &str = "2026-0860001J-NGRM";

fn status(project: &Project) -> Value {
    project.missive(&["status", "--json"]).expect(0).json()
}

/// An original on paper came back signed.
fn signed(project: &Project, reference: &str, day: &str) {
    let words = ["archive", "declare", reference, "--paper", "--seen-by", "Paul", "--today", day];
    project.missive(&words).expect(0);
}

/// A rule that changes on 18 January for the seven collèges and private schools.
fn amend(project: &Project, keys: &str) {
    let text = project.read(CAMPAIGN);
    let table = format!(
        "\n[[campaign.amendment]]\ndate = 2027-01-18\nreply_by = 2027-02-12\nact = \"amendment\"\n{keys}"
    );
    project.write(CAMPAIGN, text + &table);
    let former = "text = \"code de l’éducation, article L. 214-6 ;\"";
    project.replace(CLAUSES, former, &format!("until = 2027-01-17\n{former}"));
    let source = "source = { title = \"Code de l’éducation\", article = \"L214-6\" }\n";
    let version = "[[clause.version]]\nsince = 2027-01-18\nwhen = { kind = [\"lycee\", \"lycee-professionnel\", \"lycee-polyvalent\", \"erea\"], sector = [\"public\"] }\ntext = \"code de l’éducation, article L. 214-6-1 ;\"\nsource = { title = \"Code de l’éducation\", article = \"L214-6-1\" }\n";
    project.replace(CLAUSES, source, &format!("{source}{version}"));
}

/// The letters that the amendment changes.
fn amended(project: &Project) -> Vec<String> {
    let plan = project.missive(&["plan", "--json", "--today", "2027-01-20"]).expect(0).json();
    let actions = plan["actions"].as_array().unwrap().iter();
    let touched = actions.filter(|action| action["act"] == "amendment");
    touched.map(|action| action["reference"].as_str().unwrap().to_owned()).collect()
}

/// The numbers of some states.
fn counts(part: &Value, states: &[&str]) -> Vec<u64> {
    states.iter().map(|state| part[*state].as_u64().unwrap()).collect()
}

#[test]
fn after_an_amendment_a_signed_letter_is_still_signed() {
    let project = sent_sample();
    amend(&project, "");
    let letters = amended(&project);
    assert_eq!(letters.len(), 7);
    signed(&project, &letters[0], "2026-12-01");
    signed(&project, &letters[1], "2026-12-01");
    project.missive(&["run", "--today", "2027-01-20"]).expect(0);
    // Until they leave, nothing of the letters changes.
    let account = status(&project);
    assert_eq!(counts(&account["letters"], &["total", "signed", "handed_over"]), [13, 2, 11]);
    assert_eq!(counts(&account["acts"], &["total", "deposited"]), [7, 7]);
    project.hand_over("2027-01-21");
    let account = status(&project);
    assert_eq!(counts(&account["letters"], &["total", "signed", "handed_over"]), [13, 2, 11]);
    assert_eq!(counts(&account["acts"], &["total", "awaiting"]), [7, 7]);
    assert_eq!(account["balanced"], true);
    // An amendment prints what changes: who signs it has not signed the letter.
    signed(&project, &letters[2], "2027-01-25");
    let account = status(&project);
    assert_eq!(counts(&account["letters"], &["signed", "handed_over"]), [2, 11]);
    assert_eq!(counts(&account["acts"], &["signed", "awaiting"]), [1, 6]);
    let told = project.missive(&["status"]).expect(0).out;
    for words in ["13 lettres", "2  signées", "7 avenants : 6 transmis, à signer ; 1 signé."] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let report = project.read("out/2026/report.html");
    for words in ["avenants", "avenant (révision 2) : "] {
        assert!(report.contains(words), "{words}: {report}");
    }
    let file = project.path("compte.csv");
    project.missive(&["export", file.to_str().unwrap()]).expect(0);
    let sheet = project.read("compte.csv");
    assert!(sheet.contains("avenant (révision 2) : signé"), "{sheet}");
    let list = project.missive(&["archive", "list", "--missing"]).expect(0).out;
    assert!(list.contains("avenant (révision 2) : transmis, à signer"), "{list}");
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_letter_is_reminded_of_by_the_document_that_is_owed() {
    let project = sent_sample();
    amend(&project, "");
    let letters = amended(&project);
    signed(&project, &letters[0], "2026-12-01");
    project.missive(&["run", "--today", "2027-01-20"]).expect(0);
    project.hand_over("2027-01-21");
    // The letter is signed, its amendment is not: the amendment is asked for, once its day is over.
    let only = ["send", "--remind", "--only", letters[0].as_str()];
    let early = project.missive(&[&only[..], &["--today", "2027-02-01"]].concat()).expect(0);
    assert!(early.out.contains("date"), "{}", early.out);
    project.missive(&[&only[..], &["--today", "2027-02-20"]].concat()).expect(0);
    let reminders = status(&project)["reminders"]["deposited"].clone();
    assert_eq!(reminders, 1);
    let reminder = |reference: &str| format!("{}.rappel1.eml", &reference[5..13]);
    let carried = project.attached(&reminder(&letters[0]));
    assert!(carried.len() == 1 && carried[0].starts_with("Avenant_1_"), "{carried:?}");
    // Released, it is asked for no more.
    let why = ["--why", "accord oral"];
    let waive = ["archive", "waive", letters[0].as_str(), "--revision", "r2"];
    let told = project.missive(&[&waive[..], &why].concat()).expect(0);
    assert!(told.out.contains("(révision 2)"), "{}", told.out);
    assert_eq!(status(&project)["reminders"]["deposited"], Value::Null);
    let account = status(&project);
    assert_eq!(counts(&account["acts"], &["waived", "awaiting"]), [1, 6]);
    assert_eq!(account["letters"]["signed"], 1);
    project.missive(&[&waive[..], &["--undo"]].concat()).expect(0);
    assert_eq!(counts(&status(&project)["acts"], &["waived", "awaiting"]), [0, 7]);
    // Of a letter that is not signed either, both are asked for, and both go.
    let words = ["send", "--remind", "--only", letters[1].as_str(), "--today", "2027-02-20"];
    project.missive(&words).expect(0);
    let carried = project.attached(&reminder(&letters[1]));
    let kinds: Vec<&str> = carried.iter().filter_map(|name| name.split('_').next()).collect();
    assert_eq!(kinds, ["Lettre", "Avenant"], "{carried:?}");
    let again = project.missive(&words).expect(0).out;
    assert!(again.contains("attend") || again.contains("boîte d'envoi"), "{again}");
    let refused = project.missive(
        &[&["archive", "waive", letters[0].as_str(), "--revision", "r9"][..], &why].concat(),
    );
    assert_eq!(refused.code, 2, "{}", refused.err);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_letter_that_came_back_in_error_goes_with_its_amendment() {
    let project = sent_sample();
    amend(&project, "");
    let letters = amended(&project);
    let uai = &letters[0][5..13];
    let bounced = ["resolve", uai, "--bounced", "--why", "boîte pleine", "--today", "2026-12-02"];
    project.missive(&bounced).expect(0);
    project.missive(&["run", "--today", "2027-01-20"]).expect(0);
    let carried = |uai: &str| {
        let names = project.attached(&format!("{uai}.r2.eml"));
        let kinds = names.iter().filter_map(|name| name.split('_').next());
        kinds
            .filter(|kind| ["Lettre", "Avenant"].contains(kind))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(carried(uai), ["Lettre", "Avenant"], "the school has never had its letter");
    assert_eq!(carried(&letters[1][5..13]), ["Avenant"]);
    project.hand_over("2027-01-21");
    let account = status(&project);
    assert_eq!(counts(&account["letters"], &["handed_over", "bounced"]), [13, 0]);
    assert_eq!(account["balanced"], true);
    project.missive(&["ledger", "verify", "--replay"]).expect(0);
}

#[test]
fn a_letter_that_came_back_in_error_after_its_amendment_left_goes_with_it_once_more() {
    let project = sent_sample();
    amend(&project, "");
    let letters = amended(&project);
    let uai = &letters[0][5..13];
    let history = project.missive(&["history", &letters[0]]).expect(0).out;
    let id = history.split('<').nth(1).and_then(|rest| rest.split('>').next()).unwrap().to_owned();
    project.missive(&["run", "--today", "2027-01-20"]).expect(0);
    project.hand_over("2027-01-21");
    let words = ["resolve", &id, "--bounced", "--why", "boîte pleine", "--today", "2027-01-22"];
    project.missive(&words).expect(0);
    assert_eq!(status(&project)["letters"]["bounced"], 1);
    let again = ["send", "--again", &letters[0], "--today", "2027-01-25"];
    project.missive(&again).expect(0);
    let names = project.attached(&format!("{uai}.r3.eml"));
    let kinds: Vec<&str> = names.iter().filter_map(|name| name.split('_').next()).collect();
    assert_eq!(kinds[..2], ["Lettre", "Avenant"], "{names:?}");
    project.hand_over("2027-01-26");
    assert_eq!(counts(&status(&project)["letters"], &["handed_over", "bounced"]), [13, 0]);
    assert_eq!(project.missive(&again).code, 5, "nothing came back since");
    project.missive(&["ledger", "verify", "--replay"]).expect(0);
}

#[test]
fn an_amendment_for_information_asks_for_nothing() {
    let project = sent_sample();
    amend(&project, "signature = false\n");
    project.missive(&["run", "--today", "2027-01-20"]).expect(0);
    let letters = amended(&project);
    let uai = &letters[0][5..13];
    let cover = project.read(&format!("out/2026/covers/{uai}.html")).replace('\u{a0}', " ");
    assert!(cover.contains("pour information : il n’y a rien à signer ni à retourner"), "{cover}");
    assert!(!cover.contains("Ce qui vous est demandé"), "{cover}");
    let said = project.missive(&["explain", &letters[0]]).expect(0).out.replace('\u{a0}', " ");
    assert!(!said.contains("est à retourner"), "{said}");
    project.hand_over("2027-01-21");
    let account = status(&project);
    assert_eq!(counts(&account["acts"], &["total", "information"]), [7, 7]);
    assert_eq!(account["letters"]["handed_over"], 13);
    let told = project.missive(&["status"]).expect(0).out;
    assert!(told.contains("7 avenants : 7 transmis pour information."), "{told}");
    // The letters themselves are still asked for: what was sent first is attached.
    project
        .missive(&["send", "--remind", "--only", &letters[0], "--today", "2027-03-01"])
        .expect(0);
    assert_eq!(status(&project)["reminders"]["deposited"], 1);
}

#[test]
fn an_amendment_for_information_needs_no_day_of_return() {
    let project = sent_sample();
    let text = project.read(CAMPAIGN);
    amend(&project, "signature = false\n");
    let amended = project.read(CAMPAIGN).replace("reply_by = 2027-02-12\n", "");
    assert_ne!(text, amended);
    project.write(CAMPAIGN, amended);
    // The campaign's own day of return is over: nobody is asked for another.
    project.missive(&["run", "--today", "2027-01-20"]).expect(0);
}

#[test]
fn only_a_correction_keeps_signatures() {
    let project = sent_sample();
    amend(&project, "signature = \"kept\"\n");
    let told = project.missive(&["check"]).expect(3);
    for words in ["kept", "E-SIGNATURE", CAMPAIGN] {
        assert!(told.err.contains(words) || told.out.contains(words), "{words}: {}", told.err);
    }
}

#[test]
fn a_correction_voids_signatures_unless_they_are_kept() {
    for keeps in [false, true] {
        let project = sent_sample();
        signed(&project, ADA, "2026-12-01");
        project.replace(SCHOOLS, "family_name = \"Durand\"", "family_name = \"Durant\"");
        let mut words = vec!["run", "--today", "2026-12-02", "--reason", "Rectification du nom."];
        words.extend(keeps.then_some("--keep-signatures"));
        project.missive(&words).expect(0);
        // The order is remembered with the draft.
        project.missive(&["run", "--today", "2026-12-03"]).expect(0);
        let account = status(&project);
        assert_eq!(account["letters"]["signed"], 1, "it has not left");
        let told = project.missive(&["status"]).expect(0).out;
        assert!(told.contains("1 correction : 1 déposée"), "{told}");
        project.hand_over("2026-12-04");
        let signed = if keeps { 1 } else { 0 };
        let account = status(&project);
        assert_eq!(
            counts(&account["letters"], &["signed", "handed_over"]),
            [signed, 13 - signed],
            "{keeps}"
        );
        assert_eq!(account["acts"]["total"], 0);
        project.missive(&["ledger", "verify", "--replay"]).expect(0);
    }
    for order in ["--keep-signatures", "--void-signatures"] {
        let refused = Project::sample().missive(&["run", order]).expect(2);
        assert!(refused.err.contains("--reason"), "{}", refused.err);
    }
}

#[test]
fn what_was_ordered_of_signatures_is_taken_back_as_it_was_given() {
    let project = sent_sample();
    signed(&project, ADA, "2026-12-01");
    project.replace(SCHOOLS, "family_name = \"Durand\"", "family_name = \"Durant\"");
    let run = |more: &[&str], day: &str| {
        let words = ["run", "--reason", "Rectification du nom.", "--today", day];
        project.missive(&[&words, more].concat()).expect(0);
    };
    let says_kept = || {
        let cover = project.read("out/2026/covers/0860001J.html").replace('\u{a0}', " ");
        cover.contains("reste valable")
    };
    run(&["--keep-signatures"], "2026-12-02");
    assert!(says_kept());
    run(&["--void-signatures"], "2026-12-03");
    assert!(!says_kept());
    // This order is remembered like the other.
    project.missive(&["run", "--today", "2026-12-04"]).expect(0);
    assert!(!says_kept());
    run(&["--keep-signatures"], "2026-12-05");
    assert!(says_kept());
    run(&["--void-signatures"], "2026-12-06");
    project.hand_over("2026-12-07");
    assert_eq!(counts(&status(&project)["letters"], &["signed", "handed_over"]), [0, 13]);
    let both = ["run", "--keep-signatures", "--void-signatures", "--reason", "x"];
    project.missive(&both).expect(2);
    project.missive(&["ledger", "verify", "--replay"]).expect(0);
}

#[test]
fn a_copy_of_the_letter_that_comes_after_its_amendment_counts() {
    let project = sent_sample();
    amend(&project, "");
    let letters = amended(&project);
    let copy = project.bytes(&format!("out/2026/letters/{}.pdf", letters[0]));
    project.missive(&["run", "--today", "2027-01-20"]).expect(0);
    project.hand_over("2027-01-21");
    let mut bytes = copy;
    bytes.extend(b"\n% returned\n");
    project.write("retours/lettre.pdf", bytes);
    let folder = project.path("retours");
    let words = ["archive", "add", folder.to_str().unwrap(), "--today", "2027-01-25", "--json"];
    let filed = project.missive(&words).json();
    let verdict = filed["files"][0]["verdict"].as_str().unwrap();
    assert_ne!(verdict, "superseded", "{filed:#}");
}

#[test]
fn an_end_releases_a_letter_that_was_not_signed() {
    for is_signed in [false, true] {
        let project = sent_sample();
        let text = project.read("data/referents.toml");
        let at = text.find("since = 2026-09-01").unwrap();
        let (start, rest) = text.split_at(at);
        let until = "until = 2027-01-31\nend_reason = \"mutation\"\n";
        project.write("data/referents.toml", format!("{start}{until}{rest}"));
        let plan = project.missive(&["plan", "--json", "--today", "2027-01-11"]).expect(0).json();
        let actions = plan["actions"].as_array().unwrap();
        let end = actions.iter().find(|action| action["act"] == "end").unwrap();
        let reference = end["reference"].as_str().unwrap();
        if is_signed {
            signed(&project, reference, "2026-12-01");
        }
        project.missive(&["run", "--today", "2027-01-11"]).expect(0);
        project.hand_over("2027-01-12");
        let account = status(&project);
        let state = if is_signed { "signed" } else { "waived" };
        assert_eq!(counts(&account["letters"], &[state, "handed_over"]), [1, 12]);
        assert_eq!(counts(&account["acts"], &["total", "information"]), [1, 1]);
        let told = project.missive(&["status"]).expect(0).out;
        assert!(told.contains("1 acte de fin de mission"), "{told}");
    }
}

#[test]
fn the_account_is_given_by_departement() {
    let account = status(&sent_sample());
    let departements = account["departements"].as_object().unwrap();
    assert!(departements.len() > 1 && departements.contains_key("086"), "{departements:?}");
    for part in ["letters", "acts", "messages"] {
        for key in account[part].as_object().unwrap().keys() {
            let sum: u64 = departements
                .values()
                .map(|departement| departement[part][key].as_u64().unwrap())
                .sum();
            assert_eq!(account[part][key], sum, "{part} {key}");
        }
    }
}

#[test]
fn an_amendment_of_a_former_ledger_was_a_whole_letter() {
    let project = sent_sample();
    amend(&project, "");
    let letters = amended(&project);
    project.missive(&["run", "--today", "2027-01-20"]).expect(0);
    project.hand_over("2027-01-21");
    // As earlier versions wrote it.
    let former = "UPDATE revision SET issue = json_remove(issue, '$.is_whole',
        '$.signatures_ordered', '$.supersedes.signature')";
    assert!(crate::forge::edit(&project, former, &[]) > 13);
    project.missive(&["ledger", "verify"]).expect(0);
    signed(&project, &letters[0], "2027-01-25");
    let account = status(&project);
    assert_eq!(counts(&account["letters"], &["signed", "handed_over"]), [1, 12]);
    assert_eq!(counts(&account["acts"], &["signed", "awaiting"]), [1, 6]);
}
