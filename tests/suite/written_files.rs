//! Every command that writes a file where a person says: a bare name, a folder that is not there, a folder in its
//! place, a file that is there already.

use crate::beginning;
use crate::support::{Project, Told, folder, missive, told};
use std::path::Path;

/// The words of each command before the name of the file, and the extension of the file.
const COMMANDS: &[(&[&str], &str)] = &[
    (&["export"], "csv"),
    (&["export"], "xlsx"),
    (&["export", "--records"], "xlsx"),
    (&["backup"], "zip"),
    (&["ledger", "backup"], "sqlite"),
    (&["ledger", "verify", "--witness"], "json"),
    (&["campaign", "new", "2027", "--from", "2026", "--questions"], "csv"),
];

/// Runs a command in a folder, on a project that lies elsewhere.
fn run(project: &Project, place: &Path, words: &[&str], file: &str) -> Told {
    told(missive().current_dir(place).arg("-C").arg(project.root()).args(words).arg(file))
}

#[test]
fn a_bare_name_is_a_file_of_the_current_folder() {
    let project = beginning::sent_sample();
    for (words, extension) in COMMANDS {
        let place = folder();
        let file = format!("fichier.{extension}");
        let answer = run(&project, place.path(), words, &file);
        assert!(place.path().join(&file).is_file(), "{words:?}: {}", answer.err);
        assert!(!answer.err.contains("introuvable"), "{words:?}: {}", answer.err);
    }
}

#[test]
fn what_cannot_be_written_is_said_and_nothing_that_was_there_changes() {
    let project = beginning::sent_sample();
    for (words, extension) in COMMANDS {
        let place = folder();
        let file = format!("fichier.{extension}");
        std::fs::write(place.path().join(&file), "à garder").unwrap();
        std::fs::create_dir(place.path().join(format!("dossier.{extension}"))).unwrap();
        for name in [file.clone(), format!("dossier.{extension}"), format!("{file}/x.{extension}")]
        {
            let answer = run(&project, place.path(), words, &name);
            assert!(
                [2, 4].contains(&answer.code),
                "{words:?} {name}: {} {}",
                answer.code,
                answer.err
            );
            assert!(answer.err.contains("à faire :"), "{words:?} {name}: {}", answer.err);
        }
        assert_eq!(std::fs::read_to_string(place.path().join(&file)).unwrap(), "à garder");
    }
}

#[test]
fn what_the_project_reads_is_never_replaced() {
    let project = Project::sample();
    project.missive(&["generate"]).expect(0);
    let settings = project.read("missive.toml");
    let enclosure = project.bytes("enclosures/ressources.pdf");
    for (words, file, code) in [
        (["proof"].as_slice(), "enclosures/ressources.pdf", 2),
        (&["proof"], "enclosures/nouvelles.pdf", 2),
        (&["proof"], "missive.toml", 2),
        (&["proof"], "epreuves.txt", 2),
        (&["backup"], "missive.toml", 2),
        (&["backup"], "templates/letter.typ", 2),
        (&["backup"], "profiles/annuaire.toml", 2),
        (&["proof"], "epreuves.pdf", 0),
    ] {
        let place = project.path(file).to_string_lossy().into_owned();
        let answer = project.missive(&[words, &[place.as_str(), "--force"]].concat()).expect(code);
        assert!(code == 0 || answer.err.contains("à faire :"), "{words:?} {file}: {}", answer.err);
    }
    assert_eq!(project.read("missive.toml"), settings);
    assert_eq!(project.bytes("enclosures/ressources.pdf"), enclosure);
    project.missive(&["check"]).expect(0);
}

#[test]
fn contents_are_not_dumped_into_the_folders_of_the_project() {
    let project = Project::sample();
    project.missive(&["generate"]).expect(0);
    for folder in ["data", "data/ledger", "data/nouveau", "templates/donnees", "enclosures"] {
        let place = project.path(folder).to_string_lossy().into_owned();
        let answer = project.missive(&["generate", "--dump-data", &place]).expect(2);
        assert!(answer.err.contains("--dump-data"), "{folder}: {}", answer.err);
        assert!(!project.path(folder).join("letters").exists(), "{folder}");
    }
    let place = project.path("out/contenus").to_string_lossy().into_owned();
    project.missive(&["generate", "--dump-data", &place]).expect(0);
    project.missive(&["ledger", "verify"]).expect(0);
}
