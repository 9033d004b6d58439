//! What a page of the guide shows at the terminal is what a fresh project says, command after command.
//!
//! `UPDATE_GUIDE=1 cargo test --test suite guide_console::` writes what is said now into the page.

use crate::support::{Project, missive, told};
use std::fs;
use std::path::Path;

const START: &str = "```console\n";

/// Days, hours and the name of this computer as the pages print them.
fn usual(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let is_day = |word: &str| {
        word.len() == 10
            && word.bytes().enumerate().all(|(at, byte)| match at {
                2 | 5 => byte == b'/',
                _ => byte.is_ascii_digit(),
            })
    };
    let mut shown: Vec<String> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let follows_day = at >= 2 && words[at - 1] == "à" && is_day(words[at - 2]);
        shown.push(match *word {
            word if is_day(word) => "24/11/2026".to_owned(),
            word if follows_day => format!("10:00{}", word.get(5..).unwrap_or_default()),
            word => match word.find("jeanne@") {
                Some(start) => {
                    let end = word.trim_end_matches(|c: char| !c.is_alphanumeric());
                    format!("{}jeanne@poste-12{}", &word[..start], &word[end.len()..])
                }
                None => word.to_owned(),
            },
        });
    }
    shown.join(" ")
}

/// A block with what its commands say now.
fn run(project: &Project, block: &str) -> String {
    let mut said = String::new();
    for line in block.lines().filter(|line| line.starts_with("$ missive ")) {
        let words = line.trim_start_matches("$ missive ").split(' ');
        let told = told(missive().env("USER", "jeanne").current_dir(project.root()).args(words));
        said.push_str(line);
        said.push('\n');
        for line in told.err.lines().chain(told.out.lines()) {
            said.push_str(&usual(line));
            said.push('\n');
        }
    }
    said
}

/// Runs the blocks of a page in the folder of a project.
fn page_of(project: &Project, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide").join(page);
    let written = fs::read_to_string(&path).unwrap();
    let mut shown = String::new();
    let mut rest = written.as_str();
    let mut blocks = 0;
    while let Some(start) = rest.find(START) {
        let (before, after) = rest.split_at(start + START.len());
        let end = after.find("```").unwrap();
        shown.push_str(before);
        shown.push_str(&run(project, &after[..end]));
        rest = &after[end..];
        blocks += 1;
    }
    shown.push_str(rest);
    assert!(blocks > 0, "{page} shows nothing");
    if std::env::var_os("UPDATE_GUIDE").is_some() {
        fs::write(&path, &shown).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap();
    let first = written.lines().zip(shown.lines()).find(|(written, said)| written != said);
    assert!(written == shown, "UPDATE_GUIDE=1 writes the page anew; first difference: {first:?}");
}

#[test]
fn backing_up_and_restoring() {
    let project = Project::sample();
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    page_of(&project, "15-sauvegarder-et-restaurer.md");
}

#[test]
fn days_and_names_are_those_of_the_pages() {
    let said = "le 28/11/2026 à 04:24 (jeanne@vm), 12/2026 à midi";
    assert_eq!(usual(said), "le 24/11/2026 à 10:00 (jeanne@poste-12), 12/2026 à midi");
}
