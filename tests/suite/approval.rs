//! Nothing leaves that nobody read, where the settings ask for it: the set to proofread, the approval of exactly what
//! was read, and what lapses.

use crate::acts::amend;
use crate::beginning::sent_sample;
use crate::relay::{Do, Event, Relay, mailbox, plain, says, send, uai};
use crate::support::{PERSON, Project, SCHOOL, Told, told};
use crate::waiting::wait_until;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeSet;

const TODAY: &str = "2026-11-18";
const HEADS: &str = "data/schools.toml";

/// Approvals are asked for from now on.
fn require(project: &Project) {
    let none = "issuer_signature = \"none\"";
    project.replace("missive.toml", none, &format!("{none}\napproval = \"required\""));
}

/// So many schools over a relay that have their letters, and need an approval.
fn over(schools: usize, relay: &Relay) -> Project {
    let project = Project::over(schools, &plain(relay.port));
    require(&project);
    project.missive(&["generate"]).expect(0);
    project
}

/// So many schools whose messages go into the outbox.
fn outbox(schools: usize) -> Project {
    let project = Project::over(schools, &plain(1));
    project.replace("missive.toml", "transport = \"smtp\"", "transport = \"outbox\"");
    require(&project);
    project
}

fn proof(project: &Project) -> Told {
    let file = project.path("../epreuves.pdf");
    project.missive(&["proof", file.to_str().unwrap(), "--force"])
}

fn approve(project: &Project) -> Told {
    project.missive(&["approve", "--by", "Jeanne Exemple"])
}

/// Somebody reads what there is, and approves it.
fn read_and_approve(project: &Project) {
    proof(project).expect(0);
    approve(project).expect(0);
}

fn plan(project: &Project, day: &str) -> Value {
    let told = project.missive(&["plan", "--json", "--today", day]);
    assert!(told.code <= 1, "{}", told.err);
    told.json()
}

/// How many messages `plan` would send, and how many wait for an approval.
fn counts(project: &Project) -> (u64, u64) {
    let plan = plan(project, TODAY);
    let number = |key: &str| plan["messages"][key].as_u64().unwrap();
    (number("to_send"), number("unapproved"))
}

/// What changed since a message was approved, by UAI.
fn lapsed(project: &Project) -> Vec<(String, Vec<String>)> {
    let plan = plan(project, TODAY);
    let messages = plan["approval"]["messages"].as_array().unwrap();
    let of = |message: &Value| {
        let changes = message["changes"].as_array().unwrap().iter();
        let changes = changes.map(|change| change.as_str().unwrap().to_owned()).collect();
        (message["uai"].as_str().unwrap().to_owned(), changes)
    };
    messages.iter().map(of).collect()
}

fn events(project: &Project, kinds: &str) -> i64 {
    let ledger = Connection::open(project.path("data/ledger/ledger.sqlite")).unwrap();
    let sql = format!("SELECT count(*) FROM event WHERE kind IN ({kinds})");
    ledger.query_row(&sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn over_a_relay_nothing_leaves_before_it_was_read_and_approved() {
    let relay = Relay::usual();
    let project = over(3, &relay);
    for words in [["send", "--confirm", "3"].as_slice(), &["run", "--confirm", "3"]] {
        let refused = project.missive(words).expect(5);
        says(&refused, &["3 messages attendent une approbation", "missive proof", "approve --by"]);
    }
    assert_eq!(counts(&project), (0, 3));
    says(&approve(&project).expect(5), &["aucune épreuve n'a encore été écrite"]);
    proof(&project).expect(0);
    says(&project.missive(&["send", "--confirm", "3"]).expect(5), &["une approbation"]);
    let approved = approve(&project).expect(0);
    says(&approved, &["Approuvé au nom de Jeanne Exemple : 3 messages", "non une preuve"]);
    assert_eq!(counts(&project), (3, 0));
    assert_eq!(relay.seen.dots(), 0);
    send(&project, 3).expect(0);
    assert_eq!(relay.seen.dots(), 3);
    says(&approve(&project).expect(0), &["Rien à approuver"]);
    let history = project.missive(&["history", &uai(1)]).expect(0).out;
    assert!(history.contains("envoi approuvé au nom de Jeanne Exemple"), "{history}");
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn into_the_outbox_likewise_and_run_stops_after_the_letters() {
    let project = outbox(2);
    let run = project.missive(&["run"]).expect(5);
    says(&run, &["Produit : 2 lettres", "missive proof", "missive approve --by"]);
    assert!(project.names("out/2026/outbox").is_empty());
    let json = project.missive(&["run", "--json"]).expect(5).json();
    assert_eq!((&json["send"]["deposited"], &json["send"]["unapproved"]), (&0.into(), &2.into()));
    read_and_approve(&project);
    project.missive(&["run"]).expect(0);
    assert_eq!(project.names("out/2026/outbox").len(), 2);
}

#[test]
fn each_change_lapses_for_the_messages_it_touches_and_says_which() {
    let address = |project: &Project| project.replace(HEADS, &mailbox(1), "autre@academie.example");
    let record = |project: &Project| {
        let at = project.read(HEADS).rfind("family_name = \"Durand\"").unwrap();
        let text = project.read(HEADS);
        project.write(HEADS, text[..at].to_owned() + &text[at..].replacen("Durand", "Durant", 1));
    };
    let template = |project: &Project| {
        let cover = project.read("templates/cover.typ");
        project.write("templates/cover.typ", cover + "\nUn mot de plus.\n");
    };
    let enclosure = |project: &Project| project.write("enclosures/ressources.pdf", enclosed());
    let sender = |project: &Project| {
        project.replace("missive.toml", "dan-retours@academie", "dan-autre@academie");
    };
    type Change<'c> = (&'c str, &'c dyn Fn(&Project), usize, &'c str);
    let changes: [Change<'_>; 4] = [
        ("address", &address, 1, "adresse changée"),
        ("letter", &record, 1, "lettre changée"),
        ("cover", &template, 2, "courrier d'accompagnement changé"),
        ("enclosures", &enclosure, 2, "pièces jointes changées"),
    ];
    for (word, change, touched, said) in changes {
        let relay = Relay::usual();
        let project = over(2, &relay);
        read_and_approve(&project);
        change(&project);
        let planned = lapsed(&project);
        assert_eq!(planned.len(), touched, "{word}: {planned:?}");
        assert!(planned.iter().all(|(_, why)| why.contains(&word.to_owned())), "{planned:?}");
        project.missive(&["generate"]).expect(0);
        assert_eq!(lapsed(&project), planned, "{word}: plan says the same once it was made");
        for words in [["plan"], ["status"], ["check"]] {
            says(&project.missive(&words).expect(0), &["approbation caduque", said]);
        }
        let report = project.read("out/2026/report.html");
        assert!(report.contains("approbation caduque"), "{word}");
        // Nothing is approved that was not read as it is.
        let refused = approve(&project).expect(5);
        says(&refused, &["missive proof", said]);
        let other = 2 - touched;
        match other {
            0 => drop(send(&project, 2).expect(5)),
            _ => {
                let sent = send(&project, other).expect(1);
                says(&sent, &["1 message attend une approbation"]);
            }
        }
        assert_eq!(relay.seen.dots(), other, "{word}");
        read_and_approve(&project);
        send(&project, touched).expect(0);
        assert_eq!(relay.seen.dots(), 2, "{word}");
    }
    // A sender is part of every message.
    let project = over(2, &Relay::usual());
    read_and_approve(&project);
    sender(&project);
    assert!(lapsed(&project).iter().all(|(_, why)| why.contains(&"sender".to_owned())));
    assert_eq!(counts(&project), (0, 2));
}

/// Another document to go with every message.
fn enclosed() -> Vec<u8> {
    let project = Project::small();
    project.missive(&["generate"]).expect(0);
    project.bytes(&format!("out/2026/letters/{}", project.names("out/2026/letters")[0]))
}

#[test]
fn what_was_approved_is_approved_again_once_a_change_is_undone() {
    let project = over(2, &Relay::usual());
    read_and_approve(&project);
    project.replace(HEADS, "Durand", "Durant");
    project.missive(&["generate"]).expect(0);
    assert_eq!(counts(&project), (1, 1));
    project.replace(HEADS, "Durant", "Durand");
    project.missive(&["generate"]).expect(0);
    assert_eq!(counts(&project), (2, 0));
}

#[test]
fn a_proof_after_some_were_approved_holds_the_others_alone() {
    let project = over(3, &Relay::usual());
    read_and_approve(&project);
    project.replace(HEADS, "Durand", "Durant");
    project.missive(&["generate"]).expect(0);
    let file = project.path("../suite.pdf");
    let file = file.to_str().unwrap();
    let told = project.missive(&["proof", file, "--json"]).expect(0).json();
    assert_eq!((&told["messages"], &told["approved_before"]), (&1.into(), &2.into()));
    let reasons = told["letters"][0]["reasons"].as_array().unwrap();
    assert_eq!(reasons[0], "depuis l'approbation : lettre changée", "{told:#}");
    let english = ["kind=", "sector=", "« privacy »", "« annual-report »"];
    let said = told["letters"].to_string();
    assert!(!english.iter().any(|word| said.contains(word)), "{said}");
    let told = project.missive(&["proof", file, "--force", "--all", "--json"]).expect(0).json();
    assert_eq!(told["letters"].as_array().unwrap().len(), 3);
    let told = project.missive(&["approve", "--by", "Jeanne", "--json"]).expect(0).json();
    assert_eq!((&told["approved"], &told["approved_before"]), (&1.into(), &2.into()));
    // The names of the commands in French. When all is approved, nothing is made again.
    let other = project.path("../rien.pdf");
    let told = project.missive(&["epreuves", other.to_str().unwrap()]).expect(0);
    says(&told, &["Rien à relire : 3 messages sont approuvés tels qu'ils sont", "--all"]);
    assert!(!other.exists());
    project.missive(&["approuver", "--by", "Jeanne"]).expect(0);
}

#[test]
fn a_proof_shows_every_case_says_why_and_is_the_same_twice() {
    let project = Project::sample();
    project.missive(&["generate"]).expect(0);
    let (one, two) = (project.path("../a.pdf"), project.path("../b.pdf"));
    let told = project.missive(&["proof", one.to_str().unwrap(), "--json"]).expect(0).json();
    project.missive(&["proof", two.to_str().unwrap()]).expect(0);
    assert_eq!(std::fs::read(&one).unwrap(), std::fs::read(&two).unwrap());
    let letters = told["letters"].as_array().unwrap();
    assert!(letters.len() < 13 && told["covered"] == 13, "{told:#}");
    let reasons: BTreeSet<&str> = letters
        .iter()
        .flat_map(|letter| letter["reasons"].as_array().unwrap())
        .map(|reason| reason.as_str().unwrap())
        .collect();
    for wanted in [
        "collège",
        "lycée professionnel",
        "enseignement privé",
        "enseignement public",
        "chef d'établissement : Mme",
        "chef d'établissement : M.",
        "chef d'établissement sans civilité",
        "chef d'établissement par intérim",
        "plusieurs référents dans l'établissement",
        "avec site commun",
        "sans espace numérique de travail",
        "avec espace numérique de travail",
        "aucune priorité locale",
        "3 priorités locales",
        "le nom d'établissement le plus long",
        "le nom de personne le plus long",
        "le nom de ville le plus long",
        "le texte le plus long",
    ] {
        assert!(reasons.contains(wanted), "{wanted}: {reasons:#?}");
    }
    // One letter is in it for each, with its cover, after the list.
    let document = lopdf::Document::load(&one).unwrap();
    let pages = u64::try_from(document.get_pages().len()).unwrap();
    assert_eq!(told["pages"], pages);
    assert!(pages > 2 * u64::try_from(letters.len()).unwrap());
    // It changes nothing where no approval is asked for.
    let run = project.missive(&["run", "--json"]).expect(0).json();
    assert_eq!(run["send"]["deposited"], 11);
    assert!(run["send"].get("unapproved").is_none());
}

#[test]
fn a_letter_without_head_or_name_and_one_that_is_blocked_are_read_too() {
    let project = outbox(1);
    project.replace("missive.toml", "without_referent = \"skip\"", "without_referent = \"open\"");
    let bare = SCHOOL.replace("0860001J", &uai(5)).replace("0860001j@academie", "x@elsewhere");
    let bare: Vec<&str> = bare.lines().filter(|line| !line.starts_with("head")).collect();
    project.write("data/bare.toml", bare.join("\n"));
    project.missive(&["run"]).expect(5);
    let file = project.path("../epreuves.pdf");
    let told = project.missive(&["proof", file.to_str().unwrap(), "--json"]).expect(0).json();
    let all = told.to_string();
    for wanted in ["sans chef d'établissement", "poste sans nom", "bloquée"] {
        assert!(all.contains(wanted), "{wanted}: {all}");
    }
    approve(&project).expect(0);
    // What is blocked stays so; once it has an address, that is new.
    assert_eq!(project.missive(&["run"]).code, 1);
    assert_eq!(project.names("out/2026/outbox").len(), 1);
    project.replace("data/bare.toml", "x@elsewhere", "x@academie");
    let run = project.missive(&["run"]).expect(1);
    says(&run, &["1 message attend une approbation", "Déposé : 1 message"]);
    assert_eq!(lapsed(&project), [(uai(5), vec!["address".to_owned()])]);
}

#[test]
fn files_and_names_that_cannot_be_are_refused() {
    let project = outbox(1);
    let file = project.path("../epreuves.pdf");
    let file = file.to_str().unwrap();
    says(&project.missive(&["proof", file]).expect(5), &["missive generate"]);
    says(&approve(&project).expect(5), &["missive generate"]);
    assert!(!project.path("data/ledger/ledger.sqlite").exists());
    project.missive(&["generate"]).expect(0);
    project.missive(&["proof", file]).expect(0);
    let bytes = std::fs::read(file).unwrap();
    says(&project.missive(&["proof", file]).expect(2), &["existe déjà", "--force"]);
    project.missive(&["proof", file, "--force"]).expect(0);
    assert_eq!(std::fs::read(file).unwrap(), bytes);
    let inside = project.path("data/epreuves.pdf");
    says(&project.missive(&["proof", inside.to_str().unwrap()]).expect(2), &["data/"]);
    let nowhere = project.path("../nulle-part/epreuves.pdf");
    says(&project.missive(&["proof", nowhere.to_str().unwrap()]).expect(4), &["n'existe pas"]);
    for name in [String::new(), "  ".to_owned(), "x".repeat(10_000), "Jeanne\u{7}".to_owned()] {
        let refused = project.missive(&["approve", "--by", &name]).expect(2);
        assert!(refused.err.len() < 2_000, "{}", refused.err.len());
    }
    project.missive(&["approve"]).expect(2);
    assert_eq!(events(&project, "'approved'"), 0);
}

#[test]
fn records_that_changed_have_to_be_made_before_they_are_read() {
    let project = over(2, &Relay::usual());
    proof(&project).expect(0);
    project.replace(HEADS, "Durand", "Durant");
    says(&proof(&project).expect(5), &["n'est pas à jour", "missive generate", "Ada-Lovelace"]);
    says(&approve(&project).expect(5), &["n'est pas à jour", "missive generate"]);
    project.missive(&["generate"]).expect(0);
    says(&approve(&project).expect(5), &["1 message n'était pas dans l'épreuve", "lettre changée"]);
    read_and_approve(&project);
}

#[test]
fn a_proof_with_no_letter_is_told_and_not_written() {
    let relay = Relay::usual();
    let project = over(1, &relay);
    read_and_approve(&project);
    send(&project, 1).expect(0);
    let file = project.path("../rien.pdf");
    says(&project.missive(&["proof", file.to_str().unwrap()]).expect(5), &["rien à relire"]);
    assert!(!file.exists());
    assert_eq!(project.missive(&["send", "--confirm", "0"]).expect(0).code, 0);
}

#[test]
fn acts_and_late_letters_need_one_and_reminders_do_not() {
    let project = sent_sample();
    require(&project);
    // What had left before stays as it was; nothing waits.
    assert_eq!(counts(&project), (0, 0));
    project.replace(
        "data/establishments.toml",
        "family_name = \"Durand\"",
        "family_name = \"Durant\"",
    );
    let run = project.missive(&["run", "--today", "2026-11-25"]).expect(5);
    says(&run, &["1 message attend une approbation"]);
    let file = project.path("../epreuves.pdf");
    let words = ["proof", file.to_str().unwrap(), "--force", "--json", "--today", "2026-11-25"];
    let told = project.missive(&words).expect(0).json();
    assert!(told.to_string().contains("annule et remplace"), "{told:#}");
    approve(&project).expect(0);
    project.missive(&["run", "--today", "2026-11-25"]).expect(0);
    project.hand_over("2026-11-26");
    // A late letter.
    project.write("data/late.toml", SCHOOL.replace("0860001J", &uai(40)));
    let person = PERSON.replace("martin-claire", "tard").replace("0860001J", &uai(40));
    project.write("data/late-person.toml", person);
    project.missive(&["run", "--today", "2026-11-27"]).expect(5);
    let words = ["proof", file.to_str().unwrap(), "--force", "--json", "--today", "2026-11-27"];
    let told = project.missive(&words).expect(0).json();
    assert!(told.to_string().contains("lettre datée du"), "{told:#}");
    let words = ["approve", "--by", "Jeanne", "--today", "2026-11-27"];
    project.missive(&words).expect(0);
    project.missive(&["run", "--today", "2026-11-27"]).expect(0);
    project.hand_over("2026-11-28");
    // An end of mission.
    let people = project.read("data/referents.toml");
    let since = "since = 2026-09-01\n";
    project.write(
        "data/referents.toml",
        people.replacen(since, &format!("{since}until = 2026-12-31\n"), 1),
    );
    project.missive(&["run", "--today", "2026-12-01"]).expect(5);
    let words = ["proof", file.to_str().unwrap(), "--force", "--json", "--today", "2026-12-01"];
    let told = project.missive(&words).expect(0).json();
    assert!(told.to_string().contains("fin de mission"), "{told:#}");
    let words = ["approve", "--by", "Jeanne", "--today", "2026-12-01"];
    project.missive(&words).expect(0);
    project.missive(&["run", "--today", "2026-12-01"]).expect(0);
    project.hand_over("2026-12-02");
    // Reminders go without.
    let approvals = events(&project, "'approved'");
    let told = project.missive(&["send", "--remind", "--today", "2027-01-10"]);
    assert!(told.code <= 1, "{}{}", told.out, told.err);
    assert!(!project.names("out/2026/outbox").is_empty());
    assert_eq!(events(&project, "'approved'"), approvals);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn an_amendment_is_read_before_it_leaves() {
    let project = sent_sample();
    require(&project);
    amend(&project);
    let day = "2027-01-20";
    says(&project.missive(&["run", "--today", day]).expect(5), &["une approbation"]);
    let file = project.path("../epreuves.pdf");
    let words = ["proof", file.to_str().unwrap(), "--json", "--today", day];
    let told = project.missive(&words).expect(0).json();
    assert!(told.to_string().contains("\"avenant\""), "{told:#}");
    project.missive(&["approve", "--by", "Jeanne", "--today", day]).expect(0);
    project.missive(&["run", "--today", day]).expect(0);
    assert!(!project.names("out/2026/outbox").is_empty());
}

#[test]
fn once_more_after_a_bounce_is_another_message_to_approve() {
    let relay = Relay::usual();
    let project = over(1, &relay);
    read_and_approve(&project);
    send(&project, 1).expect(0);
    project.missive(&["resolve", &uai(0), "--bounced", "--why", "boîte pleine"]).expect(0);
    let again = project.missive(&["send", "--again", &uai(0), "--confirm", "1"]).expect(5);
    says(&again, &["1 message attend une approbation"]);
    assert_eq!(relay.seen.dots(), 1);
    read_and_approve(&project);
    project.missive(&["send", "--confirm", "1"]).expect(0);
    assert_eq!(relay.seen.dots(), 2);
}

#[test]
fn a_test_to_oneself_needs_none_and_a_choice_takes_what_is_approved() {
    let relay = Relay::usual();
    let project = over(3, &relay);
    project.missive(&["send", "--test-to", "moi@academie.example"]).expect(0);
    assert_eq!(relay.seen.dots(), 3);
    read_and_approve(&project);
    project.replace(HEADS, "Durand", "Durant");
    project.missive(&["generate"]).expect(0);
    let chosen = ["send", "--only", &uai(0), "--confirm", "1"];
    says(&project.missive(&chosen).expect(5), &["1 message attend une approbation"]);
    project.missive(&["send", "--only", &uai(1), "--confirm", "1"]).expect(0);
    assert_eq!(relay.seen.dots(), 4);
    assert_eq!(counts(&project), (1, 1));
}

#[test]
fn a_deferred_message_stays_approved_and_one_that_stood_before_needs_it() {
    let relay = Relay::scripted(|event, seen| match event {
        Event::Command(line) if line.starts_with("RCPT") && seen.count("RCPT") <= 1 => {
            Do::Say("451 4.3.0 plus tard".to_owned())
        }
        _ => Do::Usual,
    });
    let project = Project::over(2, &(plain(relay.port) + "retry_after = [1]\n"));
    project.missive(&["generate"]).expect(0);
    send(&project, 2).expect(1);
    assert_eq!(relay.seen.dots(), 1);
    // From now on it is asked for: what left is not touched.
    require(&project);
    let later = ["send", "--confirm", "1", "--wait"];
    says(&project.missive(&later).expect(5), &["1 message attend une approbation"]);
    read_and_approve(&project);
    project.missive(&later).expect(0);
    assert_eq!(relay.seen.dots(), 2);
}

#[test]
fn a_proof_that_the_ledger_does_not_know_approves_nothing() {
    let project = over(1, &Relay::usual());
    let before = std::fs::read(project.path("data/ledger/ledger.sqlite")).unwrap();
    proof(&project).expect(0);
    // Killed between the file and the ledger: the file is there, the ledger says nothing.
    std::fs::write(project.path("data/ledger/ledger.sqlite"), before).unwrap();
    let refused = approve(&project);
    assert!(matches!(refused.code, 4 | 5), "{}", refused.err);
    assert_eq!(events(&project, "'approved'"), 0);
}

#[test]
fn killed_while_it_writes_a_proof_nothing_is_approved_by_half() {
    for is_awaited in [false, true] {
        let project = over(2, &Relay::usual());
        let file = project.path("../epreuves.pdf");
        let mut child = crate::support::missive();
        child.arg("-C").arg(project.root()).args(["proof", file.to_str().unwrap(), "--force"]);
        let mut child = child.spawn().unwrap();
        if is_awaited {
            wait_until("the file", || file.exists());
        }
        let _ = child.kill();
        child.wait().unwrap();
        let noted = events(&project, "'proofed'");
        assert!(noted == 0 || file.exists(), "the file is there before the ledger says so");
        read_and_approve(&project);
        project.missive(&["ledger", "verify"]).expect(0);
    }
}

#[test]
fn after_a_restore_the_approval_stands_and_the_place_is_asked_about() {
    let relay = Relay::usual();
    let project = over(1, &relay);
    read_and_approve(&project);
    let (file, folder) = (project.path("../sauvegarde.zip"), project.path("../revenu"));
    project.missive(&["backup", file.to_str().unwrap()]).expect(0);
    crate::support::run(&["restore", file.to_str().unwrap(), folder.to_str().unwrap()]).expect(0);
    let there = |words: &[&str]| told(crate::support::missive().arg("-C").arg(&folder).args(words));
    let plan = there(&["plan", "--json"]).expect(0).json();
    assert_eq!(
        (&plan["messages"]["to_send"], &plan["messages"]["unapproved"]),
        (&1.into(), &0.into())
    );
    says(&there(&["send", "--confirm", "1"]).expect(5), &["--first-from-here"]);
    assert_eq!(relay.seen.dots(), 0);
}

#[test]
fn the_last_look_before_a_message_asks_the_ledger_again() {
    let relay = Relay::usual();
    let project = over(2, &relay);
    proof(&project).expect(0);
    approve(&project).expect(0);
    // An approval that somebody wrote into the tables is none.
    let ledger = Connection::open(project.path("data/ledger/ledger.sqlite")).unwrap();
    ledger.execute("UPDATE approval SET name = 'Quelqu’un'", []).unwrap();
    drop(ledger);
    says(&send(&project, 2).expect(4), &["journal des envois est abîmé"]);
    assert_eq!(relay.seen.dots(), 0);
}

#[test]
fn another_control_copy_lapses_the_approval_of_all() {
    let relay = Relay::usual();
    let project = over(2, &relay);
    read_and_approve(&project);
    project.replace(
        "missive.toml",
        "reply_to = ",
        "control_copy = \"autre@academie.example\"\nreply_to = ",
    );
    assert_eq!(lapsed(&project).len(), 2);
    says(&send(&project, 2).expect(5), &["missive proof"]);
    assert_eq!(relay.seen.dots(), 0);
}

#[test]
fn what_was_deposited_before_an_approval_was_asked_for_waits_for_it() {
    let project = outbox(2);
    let required = "approval = \"required\"";
    project.replace("missive.toml", required, "approval = \"none\"");
    project.missive(&["run"]).expect(0);
    project.replace("missive.toml", "approval = \"none\"", required);
    let told = project.missive(&["run"]).expect(5);
    says(
        &told,
        &["2 messages attendent une approbation", "2 fichiers retirés", "resolve --deposited"],
    );
    assert!(project.names("out/2026/outbox").is_empty());
    let json = project.missive(&["run", "--json"]).expect(5).json();
    assert_eq!((&json["send"]["deposited"], &json["send"]["unapproved"]), (&0.into(), &2.into()));
    read_and_approve(&project);
    project.missive(&["run"]).expect(0);
    assert_eq!(project.names("out/2026/outbox").len(), 2);
    // Only one changes: the others stay, however often it is run, and that is a part.
    project.replace(HEADS, "Durand", "Durant");
    for _ in 0..2 {
        let told = project.missive(&["run"]).expect(1);
        says(&told, &["1 message attend une approbation", "Déposé : 1 message", "missive proof"]);
        assert!(!told.err.contains("rien n'est parti"), "{}", told.err);
    }
    project.missive(&["ledger", "verify"]).expect(0);
}
