//! Faults for real: killed in the middle, a disk that refuses, two at once.

use crate::support::{PERSON, Project, SCHOOL, hashes, missive, skip, told};
use crate::waiting::{PATIENCE, kill_when};
use std::process::{Command, Stdio};

/// A project of many letters, so that a run takes long enough to be cut.
fn many(count: u32) -> Project {
    let project = Project::empty();
    let mut schools = String::new();
    let mut people = String::new();
    for number in 0..count {
        let digits = 860_100 + number;
        let letter = missive::records::values::Uai::check_letter(digits);
        let uai = format!("{digits:07}{letter}");
        schools += &SCHOOL.replace("0860001J", &uai).replace("0860001j", &uai.to_lowercase());
        people += &PERSON
            .replace("martin-claire", &format!("p{number}"))
            .replace("\"Martin\"", &format!("\"Martin{number}\""))
            .replace("0860001J", &uai);
    }
    project.write("data/schools.toml", schools);
    project.write("data/people.toml", people);
    project
}

#[test]
fn killed_at_any_moment_every_file_is_whole_and_a_rerun_completes() {
    let reference = many(60);
    reference.missive(&["run"]).expect(0);
    let whole = reference.hashes("out/2026");
    let project = many(60);
    let mut cut = 0;
    for round in 0..6 {
        std::fs::remove_dir_all(project.path("out")).ok();
        std::fs::remove_dir_all(project.path("data/ledger")).ok();
        let mut child = missive()
            .arg("-C")
            .arg(project.root())
            .arg("run")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Killed once so many files are there: a moment that does not depend on the machine.
        let wanted = 5 + round * 20;
        kill_when(&mut child, PATIENCE, || {
            let made = project.names("out/2026/letters").len();
            made + project.names("out/2026/outbox").len() >= wanted
        });
        let left = hashes(&project.path("out"));
        cut += usize::from(left.len() < whole.len());
        for (name, hash) in left {
            if name.contains("/.missive-") {
                continue;
            }
            let name = name.strip_prefix("2026/").unwrap().to_owned();
            assert_eq!(whole.get(&name), Some(&hash), "half a file: {name}");
        }
        // What was deposited before the cut was noted before the cut, but for the last ones.
        let noted = std::fs::read_to_string(project.path("out/2026/send.log")).unwrap_or_default();
        let there = project.names("out/2026/outbox");
        let there = there.iter().filter(|name| name.ends_with(".eml")).count();
        assert!(noted.lines().count() + 8 >= there, "{there} deposited, noted:\n{noted}");
        let verified = project.missive(&["ledger", "verify"]);
        assert!(verified.code == 0 || verified.code == 2, "{}{}", verified.out, verified.err);
        project.missive(&["run"]).expect(0);
        assert_eq!(project.hashes("out/2026"), whole, "completed, and nothing temporary left");
        project.missive(&["ledger", "verify"]).expect(0);
    }
    assert!(cut > 0, "no run was cut in the middle");
}

#[test]
fn a_disk_that_refuses_stops_the_run_and_costs_nothing_already_there() {
    let project = many(20);
    project.missive(&["run"]).expect(0);
    let before = project.hashes("out/2026");
    project.replace("data/campaigns/2026.toml", "place = \"Exempleville\"", "place = \"Ailleurs\"");
    // No file may grow beyond a few blocks: what a full disk or a quota does to a write.
    let mut limited = Command::new("bash");
    limited
        .arg("-c")
        .arg("trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\"")
        .arg(env!("CARGO_BIN_EXE_missive"))
        .arg("-C")
        .arg(project.root())
        .args(["run", "--json"]);
    let stopped = told(&mut limited).expect(4);
    assert!(stopped.err.contains("ne peut pas être écrit"), "{}", stopped.err);
    assert_eq!(stopped.json()["send"]["stopped_by"], "disk");
    let after = project.hashes("out/2026");
    assert!(before.keys().all(|name| after.contains_key(name)), "a file went missing");
    for (name, hash) in &after {
        assert!(before.get(name) == Some(hash) || name.ends_with(".html"), "{name} was damaged");
    }
    project.missive(&["run"]).expect(0);
    assert_ne!(project.hashes("out/2026"), before);
}

#[test]
fn a_full_disk_is_told_as_such() {
    let folder = crate::support::folder();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=400k", "tmpfs"])
        .arg(folder.path())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !mounted {
        skip("no small disk can be mounted here");
        return;
    }
    let project = many(20);
    std::fs::remove_dir_all(project.path("out")).ok();
    std::os::unix::fs::symlink(folder.path(), project.path("out")).unwrap();
    let stopped = project.missive(&["run"]);
    Command::new("umount").arg(folder.path()).status().unwrap();
    let stopped = stopped.expect(4);
    assert!(stopped.err.contains("le disque est plein"), "{}", stopped.err);
    assert!(
        !stopped.out.contains("Ensuite"),
        "one thing to do, told with the error: {}",
        stopped.out
    );
}

#[test]
fn a_file_in_the_place_of_a_folder_is_told() {
    let project = Project::small();
    project.write("out/2026/letters", "x");
    let stopped = project.missive(&["run"]).expect(4);
    assert!(stopped.err.contains("out/2026/letters"), "{}", stopped.err);
    assert_eq!(project.read("out/2026/letters"), "x");
}

#[test]
fn a_second_writer_is_told_to_wait() {
    let project = Project::small();
    std::fs::create_dir_all(project.path("out")).unwrap();
    let held = std::fs::File::create(project.path("out/.verrou")).unwrap();
    held.lock().unwrap();
    let refused = project.missive(&["run"]).expect(4);
    assert!(refused.err.contains("une autre commande missive"), "{}", refused.err);
    // Whoever holds the lock says who it is, which command runs and since when.
    let holder = r#"{"user":"jeanne","computer":"poste-12","process":4242,
        "since":"2026-11-24T08:00:00Z","command":"produire"}"#;
    project.write("out/.verrou.json", holder);
    for words in [&["run"][..], &["schema"], &["campaign", "close", "2026"]] {
        let refused = project.missive(words).expect(4);
        for part in ["jeanne sur l'ordinateur poste-12, depuis le 24/11/2026", "missive produire"] {
            assert!(refused.err.contains(part), "{part}: {}", refused.err);
        }
    }
    assert!(!project.path("out/2026").exists());
    drop(held);
    project.missive(&["run"]).expect(0);
    assert!(!project.path("out/.verrou.json").exists());
}

#[test]
fn a_pipe_in_the_place_of_a_file_is_not_waited_for() {
    let project = Project::small();
    std::fs::remove_file(project.path("enclosures/ressources.pdf")).unwrap();
    Command::new("mkfifo").arg(project.path("enclosures/ressources.pdf")).status().unwrap();
    let told = project.missive(&["check"]).expect(3);
    assert!(told.err.contains("ce n'est pas un fichier"), "{}", told.err);
}

#[test]
fn an_answer_that_cannot_be_written_is_no_success() {
    let project = Project::small();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = missive()
        .arg("-C")
        .arg(project.root())
        .args(["check", "--json"])
        .stdout(full)
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(4));
}

#[test]
fn a_million_mistakes_do_not_fill_the_memory() {
    let project = Project::small();
    project.write("data/zz.toml", "[[establishment]]\n".repeat(100_000));
    let json = project.missive(&["check", "--json"]).expect(3).json();
    let errors = json["counts"]["errors"].as_u64().unwrap();
    assert!((2_000..4_000).contains(&errors), "{errors}");
}

#[test]
fn a_reader_that_goes_away_is_no_bug() {
    let project = Project::small();
    let mut child = missive()
        .arg("-C")
        .arg(project.root())
        .args(["check", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}
