//! Pages of the guide whose console blocks are run word by word, in the order of the page, on a fresh folder;
//! what is printed there is what missive says.
//!
//! A line `$ missive …` is run; what follows up to the next is its output. A line `…` stands for any lines.
//! `<!-- terminal -->` before a block: it is a conversation, whose questions end with « : ». `<!-- FILE -->`
//! before a block of TOML: its lines take the place of those with the same keys in that file of the project.
//! `UPDATE_GUIDE=1 cargo test --test suite guide_runs` writes what is said today; read the difference.

use crate::support::{folder, missive};
use rexpect::session::spawn_command;
use std::fs;
use std::io::Read as _;
use std::path::Path;

/// The day of the page.
const TODAY: [&str; 2] = ["--today", "2026-11-02T09:00:00+01:00"];
/// The project of the page.
const PROJECT: &str = "mon-academie";

const HEADS: &str = "UAI;Civilité;Nom;Prénom;Fonction;Date de prise de fonction\n0010001W;Mme;LE GOFF;ANNE-MARIE;PRINCIPAL;01/09/2024\n0010002X;M.;D'ANGELO;Luc;PROVISEUR;01/09/2025\n";
const SURVEY: &str = "Horodateur;1. Code UAI de votre établissement;2. Civilité;3. NOM de la personne désignée;4. Prénom de la personne désignée;5. Son adresse électronique;6. Discipline ou fonction;7. Exerce-t-elle aussi dans un second établissement ? Lequel ?;8. Observations\n\
    02/10/2026;0010001W;Mme;MARTIN;Claire;claire.martin@academie.example;Mathématiques;Non;\n\
    05/10/2026;0010002X;M.;PETIT;Luc;luc.petit@academie.example;SVT;;part à la retraite en avril\n";

struct Page {
    name: &'static str,
    text: String,
}

impl Page {
    fn read(name: &'static str) -> Self {
        let text = fs::read_to_string(Self::path(name)).unwrap();
        Self { name, text }
    }

    fn path(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide").join(name)
    }

    /// Runs its blocks in a folder; gives the page with what was said.
    fn run(&self, folder: &Path) -> String {
        let mut page = String::new();
        let mut lines = self.text.lines().peekable();
        let mut note = String::new();
        while let Some(line) = lines.next() {
            page.push_str(&format!("{line}\n"));
            if let Some(comment) =
                line.strip_prefix("<!-- ").and_then(|own| own.strip_suffix(" -->"))
            {
                note = comment.to_owned();
                continue;
            }
            if line != "```console" && line != "```toml" {
                continue;
            }
            let block: Vec<&str> = lines.by_ref().take_while(|own| *own != "```").collect();
            let said = match line {
                "```toml" => edit(folder, &note, &block),
                _ if note == "terminal" => talk(folder, &block),
                _ => commands(folder, &block),
            };
            page.push_str(&format!("{said}```\n"));
            note.clear();
        }
        page
    }
}

fn words(command: &str) -> Vec<&str> {
    command.strip_prefix("$ missive ").unwrap_or_else(|| panic!("{command}")).split(' ').collect()
}

/// Runs the commands of a block.
fn commands(folder: &Path, block: &[&str]) -> String {
    let mut said = String::new();
    let mut block = block.iter().peekable();
    while let Some(line) = block.next() {
        let mut wanted = Vec::new();
        while let Some(next) = block.next_if(|own| !own.starts_with("$ ")) {
            wanted.push(*next);
        }
        let all = said_together(folder, line);
        let kept = elided(&wanted, &all).unwrap_or(all);
        said.push_str(&format!("{line}\n{kept}"));
    }
    said
}

/// Runs a command; what it prints on both outputs, in the order of a terminal.
fn said_together(folder: &Path, line: &str) -> String {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut command = missive();
    command.current_dir(folder).args(words(line)).args(TODAY);
    let mut child = command.stdout(writer.try_clone().unwrap()).stderr(writer).spawn().unwrap();
    drop(command);
    let mut said = String::new();
    reader.read_to_string(&mut said).unwrap();
    child.wait().unwrap();
    said
}

/// The lines of a page, if a command says them where `…` stands for any lines.
fn elided(wanted: &[&str], said: &str) -> Option<String> {
    if !wanted.contains(&"…") {
        return None;
    }
    let mut rest: Vec<&str> = said.lines().collect();
    for (at, part) in wanted.split(|line| *line == "…").enumerate() {
        let found = match at {
            0 => rest.starts_with(part).then_some(0),
            _ if part.is_empty() => Some(0),
            _ => rest.windows(part.len()).position(|lines| lines == part),
        };
        rest = rest.split_off(found? + part.len());
    }
    (rest.is_empty() || wanted.last() == Some(&"…"))
        .then(|| wanted.iter().map(|line| format!("{line}\n")).collect())
}

/// Holds a conversation at a terminal; the answers are those of the page.
fn talk(folder: &Path, block: &[&str]) -> String {
    let (command, lines) = block.split_first().unwrap();
    let mut missive = missive();
    missive.current_dir(folder).args(words(command)).args(TODAY).args(["--color", "never"]);
    let mut session = spawn_command(missive, Some(60_000)).unwrap();
    // rexpect takes each octet for a character of its own.
    let octets = |text: &str| text.bytes().map(char::from).collect::<String>();
    for line in lines.iter().filter(|line| line.contains(" :") && !line.contains("questions (")) {
        let (question, answer) = line.rsplit_once(" :").unwrap();
        session.exp_string(&octets(&format!("{question} :"))).unwrap();
        session.send_line(answer.trim()).unwrap();
    }
    session.exp_eof().unwrap();
    block.iter().map(|line| format!("{line}\n")).collect()
}

/// Writes the lines of a block over those with the same keys.
fn edit(folder: &Path, file: &str, block: &[&str]) -> String {
    let path = folder.join(PROJECT).join(file);
    let mut text = fs::read_to_string(&path).unwrap();
    for line in block {
        let key = line.split('=').next().unwrap().trim();
        let old = text.lines().find(|own| own.split('=').next().unwrap().trim() == key);
        text = text.replace(old.unwrap_or_else(|| panic!("{file} has no {key}")), line);
    }
    fs::write(&path, text).unwrap();
    block.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn my_first_day_is_as_the_guide_tells_it() {
    let page = Page::read("14-mon-premier-jour.md");
    let folder = folder();
    let schools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import/ecoles.csv");
    fs::copy(schools, folder.path().join("annuaire.csv")).unwrap();
    fs::write(folder.path().join("chefs.csv"), HEADS).unwrap();
    fs::write(folder.path().join("enquete.csv"), SURVEY).unwrap();
    let said = page.run(folder.path());
    if std::env::var_os("UPDATE_GUIDE").is_some() {
        fs::write(Page::path(page.name), &said).unwrap();
    }
    let first = page.text.lines().zip(said.lines()).find(|(written, now)| written != now);
    let is_written = std::env::var_os("UPDATE_GUIDE").is_some() || page.text == said;
    assert!(is_written, "UPDATE_GUIDE=1 writes the page anew; first difference: {first:?}");
}
