//! What comes back changes what has to go: a signed letter settles the message that was kept from leaving, and
//! a message that came back in error goes once more, on a person's word and never otherwise.

use crate::relay::{Do, Event, Relay, made, plain, says, send, uai};
use crate::scans::{printed, scanned};
use crate::support::{PERSON, Project};
use serde_json::Value;

fn references(project: &Project) -> Vec<String> {
    let names = project.names("out/2026/letters").into_iter();
    names.map(|name| name.trim_end_matches(".pdf").to_owned()).collect()
}

fn status(project: &Project) -> Value {
    project.missive(&["status", "--json"]).expect(0).json()
}

/// A relay that answers this to the first recipients it is given.
fn refusing(text: &'static str, times: usize) -> Relay {
    Relay::scripted(move |event, seen| match event {
        Event::Command(line) if line.starts_with("RCPT") && seen.count("RCPT") <= times => {
            Do::Say(text.to_owned())
        }
        _ => Do::Usual,
    })
}

/// A scan of a letter comes back.
fn scan(project: &Project, reference: &str) {
    let bytes = project.bytes(&format!("out/2026/letters/{reference}.pdf"));
    let name = format!("{reference}.pdf");
    project.receive(&name, scanned(&[printed(&bytes, 1), printed(&bytes, 2)]));
    let told = project.archive().expect(1).json();
    let files = told["files"].as_array().unwrap();
    let found = files.iter().find(|file| file["path"].as_str().unwrap().ends_with(&name)).unwrap();
    assert_eq!(found["verdict"], "scanned", "{told:#}");
}

/// A person calls it signed; gives what the command said.
fn review(project: &Project, reference: &str) -> String {
    let told = project.missive(&["archive", "review", reference, "--answer", "signed"]).expect(0);
    told.out + &told.err
}

#[test]
fn a_letter_that_came_back_signed_settles_its_message_in_every_state() {
    for state in ["ready", "deferred", "refused", "ambiguous"] {
        let relay = match state {
            "deferred" => refusing("451 4.3.0 plus tard", 1),
            "refused" => refusing("550 5.1.1 inconnu", 1),
            "ambiguous" => Relay::scripted(|event, seen| match event {
                Event::Dot if seen.dots() == 1 => Do::Close,
                _ => Do::Usual,
            }),
            _ => Relay::usual(),
        };
        let project = made(1, &plain(relay.port));
        if state != "ready" {
            send(&project, 1).expect(1);
        }
        assert_eq!(project.states(), [state]);
        let dots = relay.seen.dots();
        let reference = references(&project).remove(0);
        scan(&project, &reference);
        assert_eq!(project.states(), [state], "a scan proves nothing before a person read it");
        let told = review(&project, &reference);
        assert!(told.contains("arrivée par une autre voie"), "{state}: {told}");
        let account = status(&project);
        assert_eq!(account["letters"]["signed"], 1, "{state}");
        assert_eq!(
            (&account["messages"]["total"], &account["balanced"]),
            (&0.into(), &true.into())
        );
        // Nothing is stuck, and nothing leaves any more.
        project.missive(&["run"]).expect(0);
        says(&project.missive(&["send", "--confirm", "0"]).expect(0), &["Rien à envoyer"]);
        assert_eq!(relay.seen.dots(), dots, "{state}");
        let history = project.missive(&["history", &reference]).expect(0).out;
        assert!(history.contains("arrivée autrement, d'après son retour"), "{history}");
        project.missive(&["ledger", "verify"]).expect(0);
    }
}

#[test]
fn a_deposit_whose_letter_came_back_leaves_the_outbox() {
    let project = Project::small();
    project.missive(&["run"]).expect(0);
    let reference = references(&project).remove(0);
    assert_eq!(project.names("out/2026/outbox").len(), 1);
    scan(&project, &reference);
    review(&project, &reference);
    assert!(project.names("out/2026/outbox").is_empty());
    assert_eq!(status(&project)["letters"]["signed"], 1);
    project.missive(&["run"]).expect(0);
    assert!(project.names("out/2026/outbox").is_empty());
    project.missive(&["ledger", "verify"]).expect(0);
}

/// A school with two letters in one message.
fn two_letters(relay: &Relay) -> Project {
    let project = Project::over(1, &plain(relay.port));
    let second = PERSON.replace("martin-claire", "petit-jean").replace("0860001J", &uai(0));
    project.write("data/second.toml", second.replace("Martin", "Petit"));
    project.missive(&["generate"]).expect(0);
    assert_eq!(references(&project).len(), 2);
    project
}

#[test]
fn the_other_letters_of_a_settled_message_get_one_of_their_own() {
    let relay = refusing("451 4.3.0 plus tard", 1);
    let project = two_letters(&relay);
    send(&project, 1).expect(1);
    let letters = references(&project);
    scan(&project, &letters[0]);
    let told = review(&project, &letters[0]);
    assert!(told.contains("aura le sien") && told.contains("missive run"), "{told}");
    let account = status(&project);
    assert_eq!(
        (&account["letters"]["signed"], &account["letters"]["draft"]),
        (&1.into(), &1.into())
    );
    project.missive(&["run", "--confirm", "1"]).expect(0);
    let taken = relay.seen.taken();
    assert_eq!(taken.len(), 1);
    let text = String::from_utf8_lossy(&taken[0].bytes).into_owned();
    assert!(text.contains(&letters[1]) && !text.contains(&format!("{}_r1.pdf", letters[0])));
    assert_eq!(status(&project)["letters"]["handed_over"], 1);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_message_that_may_have_left_with_other_letters_waits_for_a_persons_word() {
    for word in ["--not-sent", "--handed-over"] {
        let relay = Relay::scripted(|event, seen| match event {
            Event::Dot if seen.dots() == 1 => Do::Close,
            _ => Do::Usual,
        });
        let project = two_letters(&relay);
        send(&project, 1).expect(1);
        let letters = references(&project);
        scan(&project, &letters[0]);
        let told = review(&project, &letters[0]);
        assert!(told.contains("--handed-over ou --not-sent"), "{told}");
        assert_eq!(project.states(), ["ambiguous"], "the other letter may have arrived with it");
        project.missive(&["resolve", &letters[0], word, "--why", "vu au relais"]).expect(0);
        let is_left = word == "--handed-over";
        project.missive(&["run", "--confirm", if is_left { "0" } else { "1" }]).expect(0);
        // The first is the one whose fate nobody knew.
        assert_eq!(relay.seen.taken().len(), if is_left { 1 } else { 2 }, "{word}");
        let account = status(&project);
        let states = ["signed", "handed_over"].map(|state| account["letters"][state].clone());
        assert_eq!(states, [1, 1], "{word}");
        project.missive(&["ledger", "verify"]).expect(0);
    }
}

#[test]
fn a_message_that_bounced_goes_once_more_on_a_persons_word_and_never_otherwise() {
    let relay = Relay::usual();
    let project = made(2, &plain(relay.port));
    send(&project, 2).expect(0);
    let letters = references(&project);
    let again = ["send", "--again", letters[0].as_str(), "--confirm", "1"];
    let refused = project.missive(&again).expect(5);
    says(&refused, &["non revenu en erreur", "--bounced"]);
    let bounced = ["resolve", letters[0].as_str(), "--bounced", "--why", "avis de non-remise"];
    says(&project.missive(&bounced).expect(0), &["revenu en erreur", "missive send --again"]);
    let account = status(&project);
    assert_eq!(account["letters"]["bounced"], 1);
    assert_eq!(account["messages"]["bounced"], 1);
    // Nothing goes by itself.
    project.missive(&["run", "--confirm", "0"]).expect(0);
    assert_eq!(relay.seen.taken().len(), 2);
    // The count is confirmed like any other.
    says(&project.missive(&again[..3]).expect(5), &["--confirm 1"]);
    assert_eq!(relay.seen.taken().len(), 2);
    // What was prepared stays until it is sent, and is not made again.
    assert_eq!(project.missive(&["plan", "--json"]).expect(0).json()["messages"]["to_send"], 1);
    project.missive(&again).expect(0);
    let taken = relay.seen.taken();
    assert_eq!(taken.len(), 3);
    assert!(taken[..2].iter().any(|first| first.to == taken[2].to), "to the same address");
    let account = status(&project);
    assert_eq!(account["letters"]["handed_over"], 2);
    assert_eq!(account["messages"]["bounced"], 1);
    project.missive(&again).expect(5);
    project.missive(&["run", "--confirm", "0"]).expect(0);
    assert_eq!(relay.seen.taken().len(), 3, "never otherwise twice");
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_bounced_letter_goes_to_the_corrected_address() {
    let relay = Relay::usual();
    let project = made(1, &plain(relay.port));
    send(&project, 1).expect(0);
    let letters = references(&project);
    let bounced = ["resolve", letters[0].as_str(), "--bounced", "--why", "adresse inconnue"];
    project.missive(&bounced).expect(0);
    let former = crate::relay::mailbox(0);
    project.replace("data/schools.toml", &former, "nouvelle@academie.example");
    project.missive(&["send", "--again", &letters[0], "--confirm", "1"]).expect(0);
    let taken = relay.seen.taken();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[1].to, ["nouvelle@academie.example"]);
    assert_eq!(status(&project)["letters"]["handed_over"], 1);
}

#[test]
fn a_bounced_deposit_is_deposited_once_more() {
    let project = Project::small();
    project.missive(&["run"]).expect(0);
    let letters = references(&project);
    let handed = ["resolve", "--deposited", "--handed-over", "--why", "envoyé"];
    project.missive(&handed).expect(0);
    let bounced = ["resolve", letters[0].as_str(), "--bounced", "--why", "boîte pleine"];
    project.missive(&bounced).expect(0);
    project.missive(&["run"]).expect(0);
    assert!(project.names("out/2026/outbox").is_empty());
    project.missive(&["send", "--again", &letters[0]]).expect(0);
    let outbox = project.names("out/2026/outbox");
    assert_eq!(outbox.len(), 1);
    project.missive(&["run"]).expect(0);
    assert_eq!(project.names("out/2026/outbox"), outbox, "it stays until somebody says it left");
    project.missive(&handed).expect(0);
    assert_eq!(status(&project)["letters"]["handed_over"], 1);
    project.missive(&["send", "--again", &letters[0]]).expect(5);
}

#[test]
fn a_letter_that_came_back_signed_is_not_sent_again() {
    let project = crate::beginning::sent_sample();
    let letter = "2026-0860001J-NGRM";
    project.missive(&["resolve", letter, "--bounced", "--why", "boîte pleine"]).expect(0);
    project.missive(&["archive", "declare", letter, "--paper", "--seen-by", "Paul"]).expect(0);
    let refused = project.missive(&["send", "--again", letter]).expect(5).err;
    assert!(refused.contains("déjà revenue signée (Collège Ada-Lovelace"), "{refused}");
}
