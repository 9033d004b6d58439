//! The way back after a restore: control copies say what left from another copy of the ledger.

use crate::relay::{Relay, mailbox, plain, says, uai};
use crate::support::{Project, Told, forget_ledgers, missive, told};
use std::fs;
use std::path::{Path, PathBuf};

const ACCEPT: [&str; 3] = ["--first-from-here", "--why", "copies rapprochées"];

/// Letters made, backed up, sent; then the backup restored on another computer.
fn restored(relay: &Relay, number: usize) -> (Project, PathBuf) {
    let project = Project::over(number, &plain(relay.port));
    let control = "control_copy = \"dan-controle@academie.example\"\nreply_to";
    project.replace("missive.toml", "reply_to", control);
    project.missive(&["generate"]).expect(0);
    let backup = project.root().with_file_name("s.zip");
    project.missive(&["backup", backup.to_str().unwrap()]).expect(0);
    project.missive(&["send", "--confirm", &number.to_string()]).expect(0);
    let back = project.root().with_file_name("rendu");
    told(missive().args(["restore", backup.to_str().unwrap(), back.to_str().unwrap()])).expect(0);
    forget_ledgers();
    (project, back)
}

fn run(root: &Path, words: &[&str]) -> Told {
    told(missive().arg("-C").arg(root).args(words))
}

/// A mailbox with the mails of the relay, as a program exports it: headers added, line ends of this system.
fn mailbox_of(path: &Path, mails: &[Vec<u8>]) {
    let mut text = Vec::new();
    for mail in mails {
        text.extend(b"From - Mon Dec  7 10:00:00 2026\nReceived: from relais.example\n");
        let mail: Vec<u8> = mail.iter().copied().filter(|octet| *octet != b'\r').collect();
        text.extend(mail);
        text.extend(b"\n");
    }
    fs::write(path, text).unwrap();
}

fn messages(root: &Path) -> serde_json::Value {
    run(root, &["status", "--json"]).expect(0).json()["messages"].clone()
}

#[test]
fn what_left_elsewhere_is_handed_over_under_the_name_of_its_copy() {
    let relay = Relay::usual();
    let (_project, back) = restored(&relay, 3);
    let sent = relay.seen.whole();
    let copies = back.with_file_name("copies.mbox");
    mailbox_of(&copies, &[sent[0].bytes.clone(), sent[1].bytes.clone()]);
    let json = run(&back, &["resolve", "--copies", copies.to_str().unwrap(), "--json"]).expect(0);
    let json = json.json();
    assert_eq!(
        (&json["messages"], &json["elsewhere"], &json["held"]),
        (&2.into(), &2.into(), &0.into())
    );
    let ids: Vec<&str> =
        json["message_ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert!(ids.contains(&sent[0].message_id().as_str()));
    let counts = messages(&back);
    assert_eq!((&counts["handed_over"], &counts["ready"]), (&2.into(), &1.into()));
    assert_eq!(run(&back, &["status", "--json"]).json()["balanced"], true);
    run(&back, &["ledger", "verify"]).expect(0);
    let said = run(&back, &["history", &uai(0)]).expect(0);
    says(&said, &["parti d'ailleurs : copie de contrôle reçue (copies.mbox)"]);
    // The same copies again change nothing.
    let again = run(&back, &["resolve", "--copies", copies.to_str().unwrap()]).expect(0);
    assert!(!again.out.contains("ailleurs"), "{}", again.out);
    // Only what nobody knows of leaves, once a person says so.
    run(&back, &["send", "--confirm", "1"]).expect(5);
    run(&back, &[&["send", "--confirm", "1"], &ACCEPT[..]].concat()).expect(0);
    assert_eq!((relay.seen.taken_by(&mailbox(0)), relay.seen.taken_by(&mailbox(1))), (1, 1));
    run(&back, &["generate"]).expect(0);
    run(&back, &["ledger", "verify"]).expect(0);
}

#[test]
fn a_copy_with_other_letters_holds_the_message_in_doubt() {
    let relay = Relay::usual();
    let (_project, back) = restored(&relay, 2);
    let sent = relay.seen.whole();
    // Another name is in the record now, and so in the letter.
    let schools = back.join("data/schools.toml");
    let text = fs::read_to_string(&schools).unwrap();
    fs::write(&schools, text.replacen("Durand", "Durant", 1)).unwrap();
    run(&back, &["generate"]).expect(0);
    let copies = back.with_file_name("copies");
    fs::create_dir(&copies).unwrap();
    fs::write(copies.join("1.eml"), &sent[0].bytes).unwrap();
    fs::write(copies.join("2.eml"), &sent[1].bytes).unwrap();
    // A test to oneself, a mail of somebody else and one of another campaign say nothing.
    let text = String::from_utf8_lossy(&sent[0].bytes).into_owned();
    fs::write(copies.join("3.eml"), text.replace("<missive.", "<missive-test.")).unwrap();
    fs::write(copies.join("4.eml"), "Message-ID: <a@b.example>\r\nSubject: x\r\n\r\nx").unwrap();
    let other = "Message-ID: <missive.2025-0860001J-AAAA.r1.x@a>\r\nSubject: [2025-0860001J-AAAA] x\r\n\r\nx";
    fs::write(copies.join("5.eml"), other).unwrap();
    let told = run(&back, &["resolve", "--copies", copies.to_str().unwrap()]).expect(1);
    says(
        &told,
        &[
            "1 message est parti d'ailleurs",
            "1 message a pu partir d'ailleurs",
            "avec d'autres octets",
        ],
    );
    let counts = messages(&back);
    assert_eq!((&counts["handed_over"], &counts["ambiguous"]), (&1.into(), &1.into()));
    // In doubt: it does not leave, whatever is said of the place.
    run(&back, &[&["send", "--confirm", "1"], &ACCEPT[..]].concat()).expect(5);
    run(&back, &["run", "--confirm", "1"]).expect(5);
    assert_eq!((relay.seen.taken_by(&mailbox(0)), relay.seen.taken_by(&mailbox(1))), (1, 1));
    // A person settles it.
    run(&back, &["resolve", &uai(0), "--handed-over", "--why", "vu avec l'établissement"])
        .expect(0);
    run(&back, &["ledger", "verify"]).expect(0);
}

#[test]
fn a_message_that_left_from_both_is_told() {
    let relay = Relay::usual();
    let (_project, back) = restored(&relay, 1);
    let first = relay.seen.whole();
    run(&back, &[&["send", "--confirm", "1", "--today", "2027-01-05T10:00"], &ACCEPT[..]].concat())
        .expect(0);
    let copies = back.with_file_name("copies.mbox");
    mailbox_of(&copies, &[first[0].bytes.clone()]);
    let told = run(&back, &["resolve", "--copies", copies.to_str().unwrap()]).expect(0);
    says(&told, &["1 copie est celle d'un message", "deux fois"]);
    assert_eq!(messages(&back)["handed_over"], 1);
}

#[test]
fn a_control_copy_is_advised_where_there_is_none() {
    let relay = Relay::usual();
    let project = Project::over(1, &plain(relay.port));
    says(&project.missive(&["check"]).expect(0), &["Conseil : régler control_copy"]);
    let json = project.missive(&["check", "--json"]).expect(0).json();
    assert_eq!(
        (&json["advice"][0], &json["counts"]["warnings"]),
        (&"control_copy".into(), &0.into())
    );
    let control = "control_copy = \"dan-controle@academie.example\"\nreply_to";
    project.replace("missive.toml", "reply_to", control);
    assert!(!project.missive(&["check"]).expect(0).out.contains("Conseil"));
}
