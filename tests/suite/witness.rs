//! `ledger verify --witness`: the last event, kept elsewhere, against which the ledger is held.

use crate::support::{Project, Told, missive, told};

struct Story {
    project: Project,
    elsewhere: tempfile::TempDir,
}

impl Story {
    fn new() -> Self {
        let project = Project::small();
        project.missive(&["run", "--today", "2026-11-25"]).expect(0);
        Self { project, elsewhere: crate::support::folder() }
    }

    fn witness(&self) -> std::path::PathBuf {
        self.elsewhere.path().join("témoin.txt")
    }

    fn verify(&self, more: &[&str]) -> Told {
        let mut command = missive();
        command.arg("-C").arg(self.project.root()).args(["ledger", "verify", "--witness"]);
        told(command.arg(self.witness()).args(more))
    }

    fn outcome(&self, code: i32) -> String {
        let told = self.verify(&["--json"]).expect(code).json();
        told["witness"]["outcome"].as_str().unwrap().to_owned()
    }

    fn hand_over(&self) {
        let words = ["resolve", "--deposited", "--handed-over", "--why", "essai"];
        self.project.missive(&words).expect(0);
    }

    fn ledger(&self) -> std::path::PathBuf {
        self.project.path("data/ledger/ledger.sqlite")
    }
}

#[test]
fn a_witness_is_written_compared_and_completed() {
    let story = Story::new();
    let told = story.verify(&[]).expect(0);
    assert!(told.out.contains("Témoin écrit"), "{}", told.out);
    let first = std::fs::read_to_string(story.witness()).unwrap();
    assert_eq!(first.matches("point ").count(), 2, "a comment and a point: {first}");
    assert_eq!(story.outcome(0), "unchanged");
    assert_eq!(std::fs::read_to_string(story.witness()).unwrap(), first);
    story.hand_over();
    let told = story.verify(&["--json"]).expect(0).json();
    assert_eq!(
        (&told["witness"]["outcome"], &told["witness"]["points"]),
        (&"extended".into(), &2.into())
    );
    assert!(told["witness"]["since"].as_i64().unwrap() > 0, "{told}");
    let second = std::fs::read_to_string(story.witness()).unwrap();
    assert!(second.starts_with(&first) && second != first, "{second}");
    let names: Vec<_> = std::fs::read_dir(story.elsewhere.path()).unwrap().collect();
    assert_eq!(names.len(), 1, "nothing is left beside it");
}

#[test]
fn an_older_ledger_a_chain_made_anew_and_another_ledger_are_told_apart() {
    let story = Story::new();
    let older = std::fs::read(story.ledger()).unwrap();
    story.hand_over();
    story.verify(&[]).expect(0);
    let kept = std::fs::read_to_string(story.witness()).unwrap();
    std::fs::write(story.ledger(), &older).unwrap();
    // Only the witness remembers: the computer is another one.
    crate::support::forget_ledgers();
    let told = story.verify(&[]).expect(1);
    assert!(told.out.contains("une copie plus ancienne a été remise"), "{}", told.out);
    assert_eq!(story.outcome(1), "older");
    // The same story again, from the copy: the chain is sound, and another one.
    let words = ["resolve", "--deposited", "--handed-over", "--why", "autre"];
    story.project.missive(&words).expect(0);
    story.project.missive(&["ledger", "verify"]).expect(0);
    assert_eq!(story.outcome(1), "rewritten");
    let other = Story::new();
    std::fs::write(other.witness(), &kept).unwrap();
    let told = other.verify(&[]).expect(1);
    assert!(told.out.contains("celui d'un autre journal"), "{}", told.out);
    for each in [&story, &other] {
        assert_eq!(std::fs::read_to_string(each.witness()).unwrap(), kept, "left as it was");
    }
}

#[test]
fn a_chain_made_anew_with_all_its_hashes_is_seen_by_the_witness_alone() {
    let story = Story::new();
    story.verify(&[]).expect(0);
    let sql = "UPDATE message SET state = 'ambiguous' WHERE uai = '0860001J'";
    assert_eq!(crate::forge::edit(&story.project, sql, &[]), 1);
    story.project.missive(&["ledger", "verify"]).expect(0);
    assert_eq!(story.outcome(1), "rewritten");
}

#[test]
fn a_ledger_in_which_something_is_amiss_gets_no_witness() {
    let story = Story::new();
    let spoil = || {
        let connection = rusqlite::Connection::open(story.ledger()).unwrap();
        connection.execute("UPDATE message SET subject = 'autre'", []).unwrap();
    };
    let whole = std::fs::read(story.ledger()).unwrap();
    spoil();
    assert_eq!(story.outcome(1), "not_written");
    assert!(!story.witness().exists());
    std::fs::write(story.ledger(), whole).unwrap();
    story.verify(&[]).expect(0);
    let kept = std::fs::read(story.witness()).unwrap();
    story.hand_over();
    spoil();
    let told = story.verify(&[]).expect(1);
    assert!(told.out.contains("n'est pas complété"), "{}", told.out);
    assert_eq!(std::fs::read(story.witness()).unwrap(), kept);
}

#[test]
fn a_file_that_is_no_witness_is_left_alone() {
    let story = Story::new();
    let cases: [(&[u8], &str); 4] = [
        (b"", "il est vide"),
        (b"Bonjour, voici le fichier.", "ligne 1"),
        (b"journal 00112233445566778899aabbccddeeff\npoint 3", "il manque une date"),
        (&[0xff, 0xfe, b'j', 0, b'o', 0], "ligne 1"),
    ];
    for (bytes, part) in cases {
        std::fs::write(story.witness(), bytes).unwrap();
        let told = story.verify(&[]).expect(2);
        assert!(told.err.contains(part) && told.err.contains("témoin"), "{part}: {}", told.err);
        assert_eq!(std::fs::read(story.witness()).unwrap(), bytes);
    }
    std::fs::write(story.witness(), vec![b' '; 3_000_000]).unwrap();
    assert!(story.verify(&[]).expect(2).err.contains("trop gros"));
    std::fs::remove_file(story.witness()).unwrap();
    std::fs::create_dir(story.witness()).unwrap();
    story.verify(&[]).expect(4);
    let beside = story.project.path("témoin.txt");
    let words = ["ledger", "verify", "--witness", beside.to_str().unwrap()];
    let told = story.project.missive(&words).expect(0);
    assert!(told.err.contains("dans le dossier du projet"), "{}", told.err);
    // Among the ledger's own files it would prove nothing.
    let inside = story.project.path("data/ledger/témoin.txt");
    let words = ["ledger", "verify", "--witness", inside.to_str().unwrap()];
    let told = story.project.missive(&words).expect(2);
    assert!(told.err.contains("ailleurs") && !inside.exists(), "{}", told.err);
}
