//! The whole project as one file, and back: consistent while others write, checked before anything gets its name, and
//! never a way to send twice.

use crate::relay::{Relay, made as made_for_relay, plain, says};
use crate::support::{Project, folder, forget_ledgers, hashes, missive, sha256, told};
use crate::waiting::wait_until;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The files of an archive, in its order.
type Entries = Vec<(String, Vec<u8>)>;

fn beside(project: &Project, name: &str) -> PathBuf {
    project.root().with_file_name(name)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The sample, its letters handed over by hand, with a return, a password and a private key.
fn lived() -> Project {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    project.missive(&["resolve", "--deposited", "--handed-over", "--why", "essai"]).expect(0);
    let letter = project.names("out/2026/letters").remove(0);
    let letter = project.path(&format!("out/2026/letters/{letter}"));
    project.missive(&["archive", "add", text(&letter)]);
    project.write("secret.txt", "mot de passe");
    project.write("notes/idées.txt", "à ne pas sauvegarder");
    project.write("certs/relais.pem", "-----BEGIN CERTIFICATE-----\n");
    project.write("certs/cle.pem", "-----BEGIN PRIVATE KEY-----\n");
    project.write("certs/mot-de-passe.txt", "mot de passe");
    let settings = "\n[mail.relay]\nhost = \"relais.academie.example\"\nport = 587\nsecurity = \"starttls\"\nauth = [\"plain\"]\nusername = \"dan\"\npassword_file = \"certs/mot-de-passe.txt\"\nca_file = \"certs/relais.pem\"\nquota = \"prudent\"\n";
    project.write("missive.toml", project.read("missive.toml") + settings);
    project
}

fn restore(backup: &Path, to: &Path) -> crate::support::Told {
    told(missive().args(["restore", text(backup), text(to)]))
}

/// The files of an archive.
fn entries(backup: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut zip = ZipArchive::new(Cursor::new(fs::read(backup).unwrap())).unwrap();
    let mut found = BTreeMap::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        found.insert(entry.name().unwrap().into_owned(), bytes);
    }
    found
}

fn archive(at: &Path, entries: &[(String, Vec<u8>)]) {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    fs::write(at, zip.finish().unwrap().into_inner()).unwrap();
}

#[test]
fn a_project_comes_back_as_it_was_without_secrets() {
    let project = lived();
    let backup = beside(&project, "sauvegarde.zip");
    let told = project.missive(&["backup", text(&backup)]).expect(0);
    says(
        &told,
        &[
            "relus un par un",
            "données personnelles",
            "ni mot de passe",
            "certs/cle.pem",
            "notes",
            "secret.txt",
        ],
    );
    let held = entries(&backup);
    assert!(held.keys().all(|name| !name.contains("out/") && !name.contains("passe")));
    assert!(held.contains_key("projet/certs/relais.pem"));
    let notice = String::from_utf8(held["LISEZ-MOI.txt"].clone()).unwrap();
    assert!(notice.contains("données personnelles") && notice.contains("missive restore"));
    let manifest: serde_json::Value = serde_json::from_slice(&held["manifest.json"]).unwrap();
    assert_eq!(manifest["schema"], "missive/backup/1");
    for file in manifest["files"].as_array().unwrap() {
        let bytes = &held[&format!("projet/{}", file["path"].as_str().unwrap())];
        assert_eq!(file["sha256"], sha256(bytes).as_str());
    }
    let back = beside(&project, "rendu");
    let told = restore(&backup, &back).expect(0);
    says(&told, &["vérifiés un par un", "missive generate -C", "resolve --copies"]);
    for folder in ["data/archive", "data/campaigns", "templates", "profiles", "enclosures"] {
        assert_eq!(hashes(&back.join(folder)), project.hashes(folder), "{folder}");
    }
    assert_eq!(hashes(&back.join("data/ledger/objects")), project.hashes("data/ledger/objects"));
    let run = |words: &[&str]| self::told(missive().arg("-C").arg(&back).args(words));
    assert_eq!(
        run(&["ledger", "verify", "--json"]).expect(0).json()["findings"],
        serde_json::json!([])
    );
    run(&["archive", "verify"]).expect(0);
    run(&["generate"]).expect(0);
    assert_eq!(hashes(&back.join("out/2026/letters")), project.hashes("out/2026/letters"));
    let status = |told: crate::support::Told| told.json()["letters"].clone();
    let there = status(project.missive(&["status", "--json"]));
    assert_eq!(status(run(&["status", "--json"])), there);
    let said = run(&["history", "0860001J"]).expect(0);
    assert!(!said.out.is_empty());
}

#[test]
fn a_backup_replaces_nothing_and_lies_outside_of_what_it_holds() {
    let project = Project::small();
    let backup = beside(&project, "s.zip");
    let json = project.missive(&["backup", text(&backup), "--json"]).expect(0).json();
    assert_eq!(
        (&json["events"], &json["lost"]),
        (&serde_json::Value::Null, &serde_json::json!([]))
    );
    says(&project.missive(&["backup", text(&backup)]).expect(2), &["existe déjà", "--force"]);
    project.missive(&["sauvegarder", text(&backup), "--force"]).expect(0);
    for inside in ["data/s.zip", "enclosures/s.zip", "templates/lib/s.zip"] {
        project.missive(&["backup", text(&project.path(inside))]).expect(2);
        assert!(!project.path(inside).exists());
    }
    // One in the project's own folder is not in the next.
    project.missive(&["backup", text(&project.path("s.zip"))]).expect(0);
    let told = project.missive(&["backup", text(&backup), "--force"]).expect(0);
    says(&told, &["Laissés de côté aussi : s.zip"]);
    // A folder that holds something is left alone; without a ledger nothing is asked later.
    let full = beside(&project, "plein");
    fs::create_dir(&full).unwrap();
    fs::write(full.join("x"), "x").unwrap();
    says(&restore(&backup, &full).expect(2), &["n'est pas vide"]);
    let empty = beside(&project, "vide");
    fs::create_dir(&empty).unwrap();
    self::told(missive().args(["restaurer", text(&backup), text(&empty)])).expect(0);
    self::told(missive().arg("-C").arg(&empty).arg("check")).expect(0);
    let left: Vec<String> = fs::read_dir(project.root().parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".missive-"))
        .collect();
    assert_eq!(left, [] as [&str; 0], "nothing temporary stays");
}

#[test]
fn a_backup_that_was_changed_is_not_restored() {
    let project = Project::small();
    let backup = beside(&project, "s.zip");
    project.missive(&["backup", text(&backup)]).expect(0);
    let good: Entries = entries(&backup).into_iter().collect();
    let settings = "projet/missive.toml";
    let with = |change: &dyn Fn(&mut Entries)| {
        let mut changed = good.clone();
        change(&mut changed);
        changed
    };
    let listed = |name: &str, more: &'static str| {
        let name = name.to_owned();
        with(&move |entries| {
            entries.push((format!("projet/{name}"), b"x".to_vec()));
            let manifest = entries.iter_mut().find(|(file, _)| file == "manifest.json").unwrap();
            let mut value: serde_json::Value = serde_json::from_slice(&manifest.1).unwrap();
            let size = if more.is_empty() { 1 } else { 0 };
            let entry = serde_json::json!({ "path": name, "size": size, "sha256": sha256(b"x") });
            value["files"].as_array_mut().unwrap().push(entry);
            manifest.1 = serde_json::to_vec(&value).unwrap();
        })
    };
    let cases: Vec<(Entries, &str)> = vec![
        (
            with(&|all| all.iter_mut().find(|(name, _)| name == settings).unwrap().1.push(b'#')),
            "n'est pas ce que dit sa liste",
        ),
        (with(&|all| all.retain(|(name, _)| name != settings)), "il manque"),
        (
            with(&|all| all.push(("projet/data/x.toml".into(), b"x".to_vec()))),
            "n'est pas dans sa liste",
        ),
        (
            with(&|all| all.retain(|(name, _)| name != "manifest.json")),
            "pas une sauvegarde de missive",
        ),
        (with(&|all| all.push(("ailleurs".into(), b"x".to_vec()))), "n'a rien à y faire"),
        (listed("../x", ""), "n'a rien à y faire"),
        (listed("/tmp/x", ""), "n'a rien à y faire"),
        (listed(".git/hooks/pre-commit", ""), "n'a rien à y faire"),
        (listed("data/grand.toml", "larger than listed"), "n'est pas ce que dit sa liste"),
        (listed("missive.toml", ""), "deux fichiers"),
    ];
    let wrong = beside(&project, "faux.zip");
    let target = beside(&project, "cible");
    for (entries, words) in cases {
        // A writer of archives refuses a name that comes twice: the manifest alone says it then.
        let mut seen = std::collections::BTreeSet::new();
        let entries: Vec<_> =
            entries.into_iter().filter(|(name, _)| seen.insert(name.clone())).collect();
        archive(&wrong, &entries);
        let told = restore(&wrong, &target).expect(4);
        says(&told, &[words, "n'est pas restauré"]);
        assert!(!target.exists(), "{words}");
    }
    // A byte anywhere, or the end of the file, is missed.
    let bytes = fs::read(&backup).unwrap();
    for at in [bytes.len() / 3, bytes.len() / 2] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0xff;
        fs::write(&wrong, &damaged).unwrap();
        restore(&wrong, &target).expect(4);
        fs::write(&wrong, &bytes[..at]).unwrap();
        restore(&wrong, &target).expect(4);
        assert!(!target.exists());
    }
    fs::write(&wrong, "rien").unwrap();
    restore(&wrong, &target).expect(4);
    restore(&beside(&project, "absent.zip"), &target).expect(4);
}

#[test]
fn a_link_or_a_bomb_in_a_backup_is_not_unpacked() {
    let project = Project::small();
    let backup = beside(&project, "s.zip");
    project.missive(&["backup", text(&backup)]).expect(0);
    let mut entries = entries(&backup);
    let mut manifest: serde_json::Value =
        serde_json::from_slice(&entries.remove("manifest.json").unwrap()).unwrap();
    let bomb = vec![0; 80 << 20];
    manifest["files"].as_array_mut().unwrap().push(serde_json::json!({
        "path": "data/bombe.toml", "size": bomb.len(), "sha256": sha256(&bomb),
    }));
    let manifest = serde_json::to_vec(&manifest).unwrap();
    for (is_link, words) in [(false, "démesurément"), (true, "est un lien")] {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default();
        for (name, bytes) in &entries {
            zip.start_file(name, options).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.start_file("manifest.json", options).unwrap();
        zip.write_all(&manifest).unwrap();
        match is_link {
            true => zip.add_symlink("projet/data/bombe.toml", "/etc/passwd", options).unwrap(),
            false => {
                zip.start_file("projet/data/bombe.toml", options).unwrap();
                zip.write_all(&bomb).unwrap();
            }
        }
        let wrong = beside(&project, "faux.zip");
        fs::write(&wrong, zip.finish().unwrap().into_inner()).unwrap();
        let target = beside(&project, "cible");
        says(&restore(&wrong, &target).expect(4), &[words]);
        assert!(!target.exists());
    }
}

#[test]
fn a_backup_taken_while_letters_are_made_is_sound() {
    let project = Project::sample();
    project.missive(&["generate"]).expect(0);
    project.replace("missive.toml", "Délégation académique", "La délégation académique");
    let mut child = missive()
        .arg("-C")
        .arg(project.root())
        .args(["generate", "--jobs", "1"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_until("somebody writes", || project.path("data/ledger/bail.json").exists());
    let backup = beside(&project, "s.zip");
    let json = project.missive(&["backup", text(&backup), "--json"]).expect(0).json();
    assert_eq!(json["lost"], serde_json::json!([]));
    assert!(child.wait().unwrap().success());
    // On another computer: this one has seen what was written since.
    forget_ledgers();
    let back = beside(&project, "rendu");
    restore(&backup, &back).expect(0);
    let run = |words: &[&str]| told(missive().arg("-C").arg(&back).args(words));
    run(&["ledger", "verify"]).expect(0);
    run(&["generate"]).expect(0);
    assert_eq!(hashes(&back.join("out/2026/letters")), project.hashes("out/2026/letters"));
}

#[test]
fn after_a_restore_the_first_message_is_asked_about_on_any_computer() {
    let relay = Relay::usual();
    let project = made_for_relay(3, &plain(relay.port));
    let backup = beside(&project, "s.zip");
    project.missive(&["send", "--confirm", "1", "--limit", "1"]).expect(0);
    project.missive(&["backup", text(&backup)]).expect(0);
    project.missive(&["send", "--confirm", "1", "--limit", "1"]).expect(0);
    let back = beside(&project, "rendu");
    restore(&backup, &back).expect(0);
    let state = folder();
    let run = |words: &[&str]| {
        told(missive().env("XDG_STATE_HOME", state.path()).arg("-C").arg(&back).args(words))
    };
    run(&["generate"]).expect(0);
    for words in [&["send", "--confirm", "2"][..], &["run", "--confirm", "2"]] {
        let told = run(words).expect(5);
        says(&told, &["vient d'une sauvegarde", "dernier envoi connu", "--first-from-here"]);
    }
    let json = run(&["send", "--confirm", "2", "--json"]).expect(5).json();
    assert_eq!(json["first_hand_over"]["reason"], "restored");
    assert_eq!(relay.seen.taken().len(), 2);
    // A test to oneself and an account that is looked at need no answer.
    run(&["send", "--test-to", "dan@academie.example"]).expect(0);
    run(&["status"]).expect(0);
    let accepted = ["send", "--confirm", "1", "--limit", "1", "--first-from-here", "--why", "vu"];
    run(&accepted).expect(0);
    run(&["send", "--confirm", "1"]).expect(0);
    run(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_ledger_that_is_broken_is_not_restored() {
    let project = Project::sample();
    project.missive(&["generate"]).expect(0);
    let ledger = rusqlite::Connection::open(project.path("data/ledger/ledger.sqlite")).unwrap();
    ledger.execute("UPDATE letter SET uai = '0860002K' WHERE uai = '0860001J'", []).unwrap();
    drop(ledger);
    let backup = beside(&project, "s.zip");
    project.missive(&["backup", text(&backup)]).expect(0);
    let told = restore(&backup, &beside(&project, "rendu")).expect(4);
    says(&told, &["le journal de cette sauvegarde ne peut pas être repris"]);
    assert!(!beside(&project, "rendu").exists());
}

#[test]
fn the_old_name_of_the_export_of_letters_still_works() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    project.missive(&["resolve", "--deposited", "--handed-over", "--why", "essai"]).expect(0);
    let mut found = Vec::new();
    for name in ["export-sent", "exporter-envois", "restore", "restaurer"] {
        let to = beside(&project, name);
        project.missive(&["ledger", name, text(&to)]).expect(0);
        found.push(hashes(&to));
    }
    assert!(found[0].len() >= 10 && found.iter().all(|size| *size == found[0]));
}

#[test]
fn what_a_restored_folder_puts_into_the_outbox_may_have_been_sent_by_hand() {
    let project = Project::sample();
    project.missive(&["generate"]).expect(0);
    let before = beside(&project, "avant.zip");
    project.missive(&["backup", text(&before)]).expect(0);
    project.missive(&["run"]).expect(0);
    let after = beside(&project, "apres.zip");
    project.missive(&["backup", text(&after)]).expect(0);
    project.missive(&["resolve", "--deposited", "--handed-over", "--why", "envoyés"]).expect(0);
    // On another computer, before and after the messages were deposited.
    for (backup, command) in [(&before, "run"), (&after, "generate")] {
        forget_ledgers();
        let back = beside(&project, command);
        restore(backup, &back).expect(0);
        let run = |words: &[&str]| told(missive().arg("-C").arg(&back).args(words));
        let said = run(&[command]).expect(0);
        says(
            &said,
            &[
                "11 messages sont remis dans la boîte d'envoi",
                "vient d'une sauvegarde",
                "--handed-over",
            ],
        );
        assert_eq!(fs::read_dir(back.join("out/2026/outbox")).unwrap().count(), 11);
        let again = run(&[command]).expect(0);
        assert!(!again.err.contains("remis"), "{}", again.err);
        fs::remove_dir_all(back.join("out")).unwrap();
        let json = run(&[command, "--json"]).expect(0).json();
        let put_back = match command {
            "run" => &json["generate"]["put_back"],
            _ => &json["put_back"],
        };
        // What was deposited since the restore is known here.
        match command {
            "run" => assert!(put_back.is_null(), "{json}"),
            _ => assert_eq!(put_back["messages"], 11, "{json}"),
        }
    }
}
