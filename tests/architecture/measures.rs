//! The measures of the source, each with the most that it may be.

use crate::functions::functions;
use crate::imports::{circles, graph};
use crate::source::{SourceFile, sources};
use crate::types::types;
use std::collections::BTreeMap;

/// The most that each may be.
const LONGEST_FUNCTION: usize = 80;
const FILES_A_FOLDER: usize = 15;
const PARAMETERS: usize = 6;
const BOOLS: usize = 1;

/// Names that mean two things in one crate, and why they must.
const RECURRING: &[(&str, &str)] = &[];

fn folders(files: &[SourceFile]) -> BTreeMap<&str, (usize, usize)> {
    let mut found: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for file in files {
        let (folder, name) = file.path.rsplit_once('/').unwrap();
        let entry = found.entry(folder).or_default();
        entry.0 += usize::from(!["mod.rs", "lib.rs", "main.rs"].contains(&name));
        entry.1 += file.text.lines().count();
    }
    found
}

#[test]
fn rooms_are_small() {
    let files = sources();
    let folders = folders(&files);
    for (folder, (count, lines)) in &folders {
        println!("{count:>4} files {lines:>6} lines  {folder}");
    }
    let lines: usize = folders.values().map(|(_, lines)| lines).sum();
    println!("{:>4} files {lines:>6} lines  in all", files.len());
    let full = folders.iter().filter(|(_, (count, _))| *count > FILES_A_FOLDER);
    let full: Vec<_> = full.collect();
    assert!(full.is_empty(), "more than {FILES_A_FOLDER} files in a folder: {full:?}");
}

#[test]
fn files_import_no_circle() {
    let files = sources();
    let circles = circles(&graph(&files));
    for circle in &circles {
        let names: Vec<&str> = circle.iter().map(|at| files[*at].path.as_str()).collect();
        println!("circle of {}: {}", names.len(), names.join(", "));
    }
    assert!(circles.is_empty(), "{} circles of files", circles.len());
}

#[test]
fn functions_are_short_and_take_little() {
    let files = sources();
    let mut all: Vec<_> = files.iter().filter(|file| !file.is_test).flat_map(functions).collect();
    all.sort_by_key(|function| std::cmp::Reverse(function.lines));
    for function in all.iter().take(10) {
        println!("{:>4} lines  {}", function.lines, function.place);
    }
    let long: Vec<_> =
        all.iter().filter(|one| one.lines > LONGEST_FUNCTION).map(|one| &one.place).collect();
    let loaded: Vec<_> = all
        .iter()
        .filter(|one| one.parameters > PARAMETERS || one.bools > BOOLS)
        .map(|one| &one.place)
        .collect();
    println!("{} functions of more than {LONGEST_FUNCTION} lines", long.len());
    println!("{} functions with too many parameters", loaded.len());
    assert!(long.is_empty(), "above {LONGEST_FUNCTION} lines: {long:#?}");
    assert!(loaded.is_empty(), "two bools, or more than {PARAMETERS} parameters: {loaded:#?}");
}

#[test]
fn a_type_name_means_one_thing() {
    let types = types(&sources());
    let twice: Vec<_> = types
        .iter()
        .filter(|((_, name), places)| {
            places.len() > 1 && !RECURRING.iter().any(|(known, _)| known == name)
        })
        .collect();
    for ((package, name), places) in &twice {
        println!("{package}: {name} in {}", places.join(", "));
    }
    println!("{} names of {} stand for two types or more", twice.len(), types.len());
    assert!(twice.is_empty(), "{} names of types mean two things", twice.len());
}

#[test]
fn mod_files_declare_only() {
    let files = sources();
    let is_hub = |file: &&SourceFile| {
        let is_root = file.path.ends_with("/lib.rs");
        // A crate of one file has nothing to declare.
        let is_alone = files.iter().filter(|other| other.package == file.package).count() == 1;
        file.path.ends_with("/mod.rs") || is_root && !is_alone
    };
    let hubs = files.iter().filter(is_hub);
    let busy: Vec<&str> =
        hubs.filter(|file| !declares_only(&file.code)).map(|file| file.path.as_str()).collect();
    assert!(busy.is_empty(), "mod.rs and lib.rs declare and re-export only: {busy:#?}");
}

fn declares_only(code: &str) -> bool {
    let mut is_inside = false;
    code.lines().all(|line| {
        let line = line.trim_end();
        let begins = ["pub mod ", "mod ", "pub use ", "pub(", "#["]
            .iter()
            .any(|word| line.starts_with(word));
        let is_fine = line.is_empty() || is_inside || begins;
        if begins && line.contains("use ") && !line.ends_with(';') {
            is_inside = true;
        } else if is_inside && line.ends_with(';') {
            is_inside = false;
        }
        is_fine
    })
}
