//! A disk that fills up in the middle of a message, for real: a small file system of its own.

use crate::relay::{Do, Event, Relay, mailbox, plain};
use crate::support::{Project, missive, skip, told};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

/// A file system of a few megabytes, taken away when dropped.
struct Small(tempfile::TempDir);

impl Small {
    /// None where mounting is not allowed; the story says so.
    fn mount() -> Option<Self> {
        let folder = crate::support::folder();
        let words = ["-t", "tmpfs", "-o", "size=24m,mode=0777", "tmpfs"];
        let mounted = Command::new("mount").args(words).arg(folder.path()).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        skip("a small file system cannot be mounted here");
        None
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(self.0.path()).status().ok();
    }
}

/// Takes all that is left.
fn fill(path: &Path) {
    let mut file = std::fs::File::create(path).unwrap();
    let block = [b'x'; 64 * 1024];
    while file.write_all(&block).is_ok() {}
    while file.write_all(b"x").is_ok() {}
}

/// The sample's project of two schools, moved to the small disk.
fn moved(small: &Small, relay: &Relay) -> PathBuf {
    let project = Project::over(2, &plain(relay.port));
    project.missive(&["generate"]).expect(0);
    let target = small.0.path().join("p");
    let copied = Command::new("cp").arg("-r").arg(project.root()).arg(&target).status().unwrap();
    assert!(copied.success());
    target
}

fn states(root: &Path) -> Vec<String> {
    let ledger = rusqlite::Connection::open(root.join("data/ledger/ledger.sqlite")).unwrap();
    let mut statement = ledger.prepare("SELECT state FROM message ORDER BY address").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn row_27_and_28_the_disk_is_full_at_the_intent_and_at_the_verdict() {
    for verdict in [false, true] {
        let Some(small) = Small::mount() else { return };
        let filler = small.0.path().join("filler");
        let (path, done) = (filler.clone(), AtomicBool::new(false));
        let relay = Relay::scripted(move |event, seen| {
            let now = match event {
                Event::Command(line) => !verdict && line.starts_with("RCPT"),
                Event::Dot => verdict && seen.dots() == 1,
                _ => false,
            };
            if now && !done.swap(true, Ordering::SeqCst) {
                fill(&path);
            }
            Do::Usual
        });
        let root = moved(&small, &relay);
        let elsewhere = crate::support::folder();
        let run = |words: &[&str]| {
            let mut command = missive();
            command.env("TMPDIR", elsewhere.path()).arg("-C").arg(&root).args(words);
            told(&mut command)
        };
        let first = run(&["send", "--confirm", "2"]).expect(4);
        let all = format!("{}{}", first.out, first.err);
        assert!(
            all.contains("le journal ne peut plus être écrit")
                && all.contains("le disque est plein"),
            "{all}"
        );
        std::fs::remove_file(&filler).unwrap();
        if verdict {
            // The relay answered yes; the reply is on the screen, the ledger knows only the intent.
            assert!(all.contains("queued as") && all.contains("n'a pas pu le noter"), "{all}");
            let kept =
                std::fs::read_to_string(elsewhere.path().join("missive-urgence.txt")).unwrap();
            assert!(
                kept.contains("handed_over\t<missive.") && kept.contains("queued as"),
                "{kept}"
            );
            assert_eq!(
                (states(&root), relay.seen.taken().len()),
                (vec!["ambiguous".to_owned(), "ready".to_owned()], 1)
            );
        } else {
            assert_eq!((states(&root), relay.seen.whole().len()), (vec!["ready".to_owned(); 2], 0));
            assert_eq!(relay.seen.count("DATA"), 0);
        }
        // With room again the rest goes, and nothing twice.
        let rest = if verdict { "1" } else { "2" };
        let second = run(&["send", "--confirm", rest]);
        assert_eq!(second.code, 0, "{}{}", second.out, second.err);
        for number in 0..2 {
            assert_eq!(relay.seen.taken_by(&mailbox(number)), 1);
        }
        if verdict {
            let told = run(&["send", "--confirm", "0"]).expect(5);
            assert!(told.err.contains("1 message reste au sort incertain"), "{}", told.err);
        }
        run(&["ledger", "verify"]).expect(0);
    }
}

#[test]
fn the_disk_is_full_while_returns_are_filed() {
    let Some(small) = Small::mount() else { return };
    let project = crate::returns::sent("0160101Y");
    let letter = crate::returns::letter(&project, "2026-0160101Y-4S54");
    let root = small.0.path().join("p");
    let copied = Command::new("cp").arg("-r").arg(project.root()).arg(&root).status().unwrap();
    assert!(copied.success());
    // More files than are in memory at once, so that some still wait when the disk says no.
    let inbox = crate::support::folder();
    for number in 0..30 {
        let bytes = [&letter[..], format!("\n%{number}\n").as_bytes()].concat();
        std::fs::write(inbox.path().join(format!("{number}.pdf")), bytes).unwrap();
    }
    let run = |words: &[&str]| {
        let mut command = missive();
        command.env("TMPDIR", inbox.path().parent().unwrap()).arg("-C").arg(&root).args(words);
        told(&mut command)
    };
    let filler = small.0.path().join("filler");
    fill(&filler);
    let add = ["archive", "add", inbox.path().to_str().unwrap(), "--json"];
    let told = run(&add).expect(4);
    assert!(told.err.contains("le disque est plein"), "{}", told.err);
    std::fs::remove_file(filler).unwrap();
    let told = run(&add).expect(0).json();
    assert_eq!(told["files"].as_array().unwrap().len(), 30);
    run(&["archive", "verify"]).expect(0);
    run(&["ledger", "verify"]).expect(0);
}
