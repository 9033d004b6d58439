//! Never twice, even from a copy: before the first message leaves from a place where the ledger was not made, a person
//! is asked.

use crate::relay::{Relay, mailbox, plain, says};
use crate::support::{Project, Told, folder, missive, told};
use crate::terminal;
use crate::waiting::wait_until;
use missive::clock::Clock;
use missive::ledger::{Actor, Ledger};
use std::fs;
use std::path::{Path, PathBuf};

/// An account on a computer, with its state folder.
struct Person {
    name: &'static str,
    state: tempfile::TempDir,
}

impl Person {
    fn new(name: &'static str) -> Self {
        Self { name, state: folder() }
    }

    fn runs(&self, root: &Path, words: &[&str]) -> Told {
        let state = self.state.path();
        told(
            missive()
                .env("XDG_STATE_HOME", state)
                .env("USER", self.name)
                .arg("-C")
                .arg(root)
                .args(words),
        )
    }

    /// What this computer remembers of the one ledger that it knows.
    fn anchor(&self) -> PathBuf {
        let entries = fs::read_dir(self.state.path().join("missive")).unwrap();
        let is_anchor =
            |path: &PathBuf| path.extension().is_some_and(|extension| extension == "json");
        entries.map(|entry| entry.unwrap().path()).find(is_anchor).unwrap()
    }
}

/// A folder copied as a whole, as people do.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

const ACCEPT: [&str; 3] = ["--first-from-here", "--why", "l'autre poste est éteint"];

fn send<'w>(number: &'w str, more: &[&'w str]) -> Vec<&'w str> {
    [&["send", "--confirm", number], more].concat()
}

/// Jeanne made three letters and sent one; then the folder was copied, and she sent another.
fn copied(relay: &Relay) -> (Project, PathBuf, Person) {
    let jeanne = Person::new("jeanne");
    let project = Project::over(3, &plain(relay.port));
    let root = project.root();
    jeanne.runs(&root, &["generate"]).expect(0);
    jeanne.runs(&root, &send("1", &["--limit", "1"])).expect(0);
    let copied = root.with_file_name("copie");
    copy(&root, &copied);
    jeanne.runs(&root, &send("1", &["--limit", "1"])).expect(0);
    assert_eq!(relay.seen.taken().len(), 2);
    (project, copied, jeanne)
}

#[test]
fn another_account_with_a_copy_is_asked_once() {
    let relay = Relay::usual();
    let (_project, copied, _) = copied(&relay);
    let paul = Person::new("paul");
    // What is made there does not make the place known.
    paul.runs(&copied, &["generate"]).expect(0);
    for words in [send("2", &[]), vec!["run", "--confirm", "2"]] {
        let told = paul.runs(&copied, &words).expect(5);
        says(
            &told,
            &[
                "rien n'est parti",
                "écrit ailleurs",
                "jeanne@",
                "dernier envoi connu",
                "resolve --copies",
                "--first-from-here",
            ],
        );
    }
    let json = paul.runs(&copied, &send("2", &["--json"])).expect(5).json();
    let known = &json["first_hand_over"];
    assert_eq!((&known["reason"], &json["handed_over"]), (&"unknown".into(), &0.into()));
    assert_eq!(known["writers"].as_array().unwrap().len(), 1);
    assert!(known["writers"][0]["person"].as_str().unwrap().starts_with("jeanne@"));
    paul.runs(&copied, &["send", "--first-from-here"]).expect(2);
    assert_eq!(relay.seen.taken().len(), 2, "nothing left without an answer");
    // A person's word, and remembered.
    paul.runs(&copied, &send("1", &[&ACCEPT[..], &["--limit", "1"]].concat())).expect(0);
    paul.runs(&copied, &send("1", &[])).expect(0);
    let events = paul.runs(&copied, &["ledger", "verify", "--json"]).expect(0).json();
    assert_eq!(events["findings"], serde_json::json!([]));
    assert!(paul.runs(&copied, &["history", "0860001J"]).expect(0).err.is_empty());
}

/// What a reinstalled computer, a clone or another profile is: the same names, and nothing remembered.
#[test]
fn the_same_account_with_an_emptied_state_folder_is_asked_once() {
    let relay = Relay::usual();
    let (project, copied, jeanne) = copied(&relay);
    let again = Person::new("jeanne");
    again.runs(&copied, &["generate"]).expect(0);
    let told = again.runs(&copied, &send("2", &[])).expect(5);
    says(&told, &["rien n'est parti", "ne connaît pas ce journal", "jeanne@", "--first-from-here"]);
    let json = again.runs(&copied, &["run", "--json", "--confirm", "2"]).expect(5).json();
    assert_eq!(json["send"]["first_hand_over"]["reason"], "unknown");
    assert_eq!(relay.seen.taken().len(), 2, "nothing left without an answer");
    again.runs(&copied, &send("1", &[&ACCEPT[..], &["--limit", "1"]].concat())).expect(0);
    again.runs(&copied, &send("1", &[])).expect(0);
    // The folder of one's own, when what the computer remembered is gone.
    fs::remove_dir_all(jeanne.state.path()).unwrap();
    let root = project.root();
    says(&jeanne.runs(&root, &send("1", &[])).expect(5), &["ne connaît pas ce journal"]);
    jeanne.runs(&root, &send("1", &ACCEPT)).expect(0);
    project.replace("data/schools.toml", "Durand", "Durant");
    jeanne.runs(&root, &["run", "--confirm", "1"]).expect(0);
}

#[test]
fn a_first_run_that_is_killed_leaves_a_ledger_that_is_known() {
    let relay = Relay::usual();
    let jeanne = Person::new("jeanne");
    let project = Project::over(1, &plain(relay.port));
    let root = project.root();
    let mut command = missive();
    command.env("XDG_STATE_HOME", jeanne.state.path()).env("USER", "jeanne");
    let mut running = command.arg("-C").arg(&root).arg("generate").spawn().unwrap();
    wait_until("the ledger is made", || project.path("data/ledger/ledger.sqlite").is_file());
    running.kill().unwrap();
    running.wait().unwrap();
    jeanne.runs(&root, &["run", "--confirm", "1"]).expect(0);
    assert_eq!(relay.seen.taken().len(), 1);
}

#[test]
fn a_folder_that_two_share_asks_the_second_once_and_the_first_never() {
    let relay = Relay::usual();
    let (jeanne, paul) = (Person::new("jeanne"), Person::new("paul"));
    let project = Project::over(4, &plain(relay.port));
    let root = project.root();
    jeanne.runs(&root, &["run", "--confirm", "4", "--limit", "1"]).expect(0);
    paul.runs(&root, &send("1", &["--limit", "1"])).expect(5);
    let accepted = [&ACCEPT[..], &["--limit", "1"]].concat();
    paul.runs(&root, &send("1", &accepted)).expect(0);
    jeanne.runs(&root, &send("1", &["--limit", "1"])).expect(0);
    paul.runs(&root, &send("1", &["--limit", "1"])).expect(0);
    for number in 0..4 {
        assert_eq!(relay.seen.taken_by(&mailbox(number)), 1);
    }
    // The folder may be moved: the file is the same.
    let moved = root.with_file_name("ailleurs");
    fs::rename(&root, &moved).unwrap();
    jeanne.runs(&moved, &send("0", &[])).expect(0);
}

#[test]
fn a_ledger_from_another_computer_is_asked_about() {
    let relay = Relay::usual();
    let project = Project::over(2, &plain(relay.port));
    let there = Actor {
        user: "jeanne".into(),
        computer: "poste-12".into(),
        process: 1,
        command: None,
        clock: Clock::new(Some(&"2026-11-18T10:00:00+01:00".parse().unwrap())),
        seed: "essai".into(),
        state: None,
    };
    drop(Ledger::open(&project.root(), there, false).unwrap());
    let here = Person::new("jeanne");
    here.runs(&project.root(), &["generate"]).expect(0);
    let told = here.runs(&project.root(), &send("2", &[])).expect(5);
    says(
        &told,
        &["jeanne@poste-12 (1 événement", "journal tenu depuis le 18/11/2026", "aucun envoi connu"],
    );
    // A clock that is behind changes nothing: events are told by their numbers.
    let early = ["--today", "2026-11-01T08:00:00+01:00"];
    here.runs(&project.root(), &send("2", &early)).expect(5);
    here.runs(&project.root(), &send("2", &[&ACCEPT[..], &early].concat())).expect(0);
    assert_eq!(relay.seen.taken().len(), 2);
}

#[test]
fn a_file_put_back_on_the_same_account_is_older_or_asked_about() {
    let relay = Relay::usual();
    let (project, copied, jeanne) = copied(&relay);
    // She sends from the copy: this computer has seen more.
    let told = jeanne.runs(&copied, &send("2", &[])).expect(5);
    says(&told, &["plus ancien que celui que cet ordinateur a connu"]);
    // Paul writes in the copy, which then takes the place of the original.
    let paul = Person::new("paul");
    paul.runs(&copied, &["run", "--confirm", "2", "--first-from-here", "--why", "x"]).expect(0);
    let ledger = "data/ledger/ledger.sqlite";
    jeanne.runs(&project.root(), &["run", "--confirm", "1"]).expect(0);
    fs::remove_file(project.path(ledger)).unwrap();
    fs::copy(copied.join(ledger), project.path(ledger)).unwrap();
    fs::remove_file(jeanne.anchor()).unwrap();
    project.replace("data/schools.toml", "Durand", "Durant");
    jeanne.runs(&project.root(), &["generate"]).expect(0);
    let told = jeanne.runs(&project.root(), &send("1", &["--json"])).expect(5);
    assert_eq!(told.json()["first_hand_over"]["reason"], "unknown");
}

#[test]
fn who_updates_missive_on_the_same_computer_is_not_asked() {
    for (is_other_folder, code) in [(false, 0), (true, 5)] {
        let relay = Relay::usual();
        let (project, copied, jeanne) = copied(&relay);
        let root = project.root();
        // What earlier versions remembered: the last event, and the folder that messages left from.
        let anchor = jeanne.anchor();
        let mut known: serde_json::Value =
            serde_json::from_slice(&fs::read(&anchor).unwrap()).unwrap();
        for key in ["place", "version"] {
            assert!(known.as_object_mut().unwrap().remove(key).is_some());
        }
        fs::write(&anchor, known.to_string()).unwrap();
        let root = match is_other_folder {
            true => {
                fs::remove_dir_all(&copied).unwrap();
                copy(&root, &copied);
                copied
            }
            false => root,
        };
        drop(
            Ledger::open(&root, stranger(), false)
                .unwrap()
                .0
                .write(|change| change.pin("0860001J", &"ab".repeat(32), "Anne Durand", "00")),
        );
        jeanne.runs(&root, &send("1", &[])).expect(code);
    }
}

fn stranger() -> Actor {
    Actor {
        user: "paul".into(),
        computer: "poste-13".into(),
        process: 1,
        command: None,
        clock: Clock::new(None),
        seed: "essai".into(),
        state: None,
    }
}

#[test]
fn without_a_state_folder_the_ledger_itself_remembers_the_answer() {
    let relay = Relay::usual();
    let project = Project::over(2, &plain(relay.port));
    let run = |words: &[&str]| {
        told(missive().env_remove("XDG_STATE_HOME").arg("-C").arg(project.root()).args(words))
    };
    run(&["generate"]).expect(0);
    let asked = run(&send("2", &[])).expect(5);
    says(&asked, &["pas de dossier personnel"]);
    run(&send("1", &[&ACCEPT[..], &["--limit", "1"]].concat())).expect(0);
    run(&send("1", &[])).expect(0);
    // A run that makes the ledger itself knows that nothing was sent.
    let project = Project::over(1, &plain(relay.port));
    let mut command = missive();
    command.env_remove("XDG_STATE_HOME").arg("-C").arg(project.root());
    told(command.args(["run", "--confirm", "1"])).expect(0);
}

#[test]
fn at_a_terminal_the_reason_is_typed() {
    let relay = Relay::usual();
    let project = Project::over(1, &plain(relay.port));
    drop(Ledger::open(&project.root(), stranger(), false).unwrap());
    project.missive(&["generate"]).expect(0);
    let mut session = terminal::at_a_terminal(&project, &["send"]);
    terminal::says(&mut session, "écrit par ");
    terminal::says(&mut session, "ou Entrée pour renoncer : ");
    session.send_line("").unwrap();
    let (said, code) = terminal::rest(session);
    assert!(code == 5 && said.contains("rien n'est parti"), "{code}: {said}");
    let mut session = terminal::at_a_terminal(&project, &["send"]);
    terminal::says(&mut session, "ou Entrée pour renoncer : ");
    session.send_line("le poste 13 est réformé").unwrap();
    terminal::says(&mut session, "confirmer l'envoi (1)");
    session.send_line("1").unwrap();
    let (said, code) = terminal::rest(session);
    assert_eq!(code, 0, "{said}");
    assert_eq!(relay.seen.taken().len(), 1);
}
