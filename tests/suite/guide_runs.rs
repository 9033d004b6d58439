//! Pages of the guide, and the README, whose console blocks are run word by word, in the order of the page, on a
//! fresh folder; what is printed there is what missive says.
//!
//! A line `$ missive …` is run; what follows up to the next is its output. A line `…` stands for any lines. The
//! person is jeanne@poste-12, whoever runs it.
//! `<!-- terminal -->` before a block: it is a conversation, whose questions end with « : ». `<!-- FILE -->`
//! before a block of TOML: its lines take the place of those with the same keys in that file of the project
//! (`<!-- FILE, LINE -->`: of the first behind this line);
//! `<!-- à la fin de FILE -->`: they are added to it. `<!-- le DAY -->`: the day of what follows.
//! `UPDATE_GUIDE=1 cargo test --test suite guide_runs` writes what is said today; read the difference.

use crate::forms::filled;
use crate::returns::LETTER;
use crate::support::{folder, missive};
use rexpect::session::spawn_command;
use std::fs;
use std::io::Read as _;
use std::path::Path;

/// The day of the page.
const TODAY: &str = "2026-11-02T09:00:00+01:00";
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

/// Where the commands of a page are run, and on which day.
struct PageRun {
    typed_in: std::path::PathBuf,
    day: String,
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
    fn run(&self, folder: &Path, typed_in: &str) -> String {
        let typed_in = folder.join(typed_in);
        let mut run = PageRun { typed_in, day: TODAY.to_owned() };
        let mut page = String::new();
        let mut lines = self.text.lines().peekable();
        let mut note = String::new();
        while let Some(line) = lines.next() {
            page.push_str(&format!("{line}\n"));
            if let Some(comment) =
                line.strip_prefix("<!-- ").and_then(|comment| comment.strip_suffix(" -->"))
            {
                match comment.strip_prefix("le ") {
                    Some(day) => run.day = format!("{day}T09:00:00+01:00"),
                    None => note = comment.to_owned(),
                }
                continue;
            }
            if line != "```console" && line != "```toml" {
                continue;
            }
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let said = match line {
                "```toml" => edit(folder, &note, &block),
                _ if note == "terminal" => talk(&run, &block),
                _ => commands(&run, &block),
            };
            page.push_str(&format!("{said}```\n"));
            note.clear();
        }
        page
    }

    /// Holds what was said against the page, or writes it.
    fn hold(&self, said: &str) {
        if std::env::var_os("UPDATE_GUIDE").is_some() {
            fs::write(Self::path(self.name), said).unwrap();
            return;
        }
        let first = self.text.lines().zip(said.lines()).find(|(written, now)| written != now);
        assert!(
            self.text == said,
            "UPDATE_GUIDE=1 writes the page anew; first difference: {first:?}"
        );
    }
}

/// The words of a command; those between quotes are one.
fn words(command: &str) -> Vec<String> {
    let command = command.split(" #").next().unwrap_or(command);
    let command = command.strip_prefix("$ missive ").unwrap_or_else(|| panic!("{command}"));
    let mut words = Vec::new();
    for (at, part) in command.split('"').enumerate() {
        match at % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// Runs the commands of a block.
fn commands(run: &PageRun, block: &[&str]) -> String {
    let mut said = String::new();
    let mut block = block.iter().peekable();
    while let Some(line) = block.next() {
        let mut wanted = Vec::new();
        while let Some(next) = block.next_if(|next| !next.starts_with("$ ")) {
            wanted.push(*next);
        }
        let all = said_together(run, line);
        let kept = elided(&wanted, &all).unwrap_or(all);
        said.push_str(&format!("{line}\n{kept}"));
    }
    said
}

/// Runs a command; what it prints on both outputs, in the order of a terminal.
fn said_together(run: &PageRun, line: &str) -> String {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut command = missive();
    command.current_dir(&run.typed_in).env("USER", "jeanne").env("TZ", "Europe/Paris");
    command.args(words(line)).args(["--today", &run.day]);
    let mut child = command.stdout(writer.try_clone().unwrap()).stderr(writer).spawn().unwrap();
    drop(command);
    let mut said = String::new();
    reader.read_to_string(&mut said).unwrap();
    child.wait().unwrap();
    with_usual_computer(&said)
}

/// The same text with the name of the pages for this computer.
fn with_usual_computer(said: &str) -> String {
    let mut parts = said.split("jeanne@");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |shown, part| {
        let end = part.find([' ', ')', ',', '\n']).unwrap_or(part.len());
        format!("{shown}jeanne@poste-12{}", &part[end..])
    })
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
fn talk(run: &PageRun, block: &[&str]) -> String {
    let (command, lines) = block.split_first().unwrap();
    let mut missive = missive();
    missive.current_dir(&run.typed_in).args(words(command));
    missive.args(["--today", &run.day, "--color", "never"]);
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
    let (is_added, file) = match file.strip_prefix("à la fin de ") {
        Some(file) => (true, file),
        None => (false, file),
    };
    let (file, start) = file.split_once(", ").unwrap_or((file, ""));
    let path = folder.join(PROJECT).join(file);
    let mut text = fs::read_to_string(&path).unwrap();
    if is_added {
        fs::write(&path, format!("{text}\n{}\n", block.join("\n"))).unwrap();
        return block.iter().map(|line| format!("{line}\n")).collect();
    }
    for line in block {
        let key = line.split('=').next().unwrap().trim();
        let at = text.find(start).unwrap_or_else(|| panic!("{file} has no {start}"));
        let (before, behind) = text.split_at(at);
        let old = behind.lines().find(|line| line.split('=').next().unwrap().trim() == key);
        let old = old.unwrap_or_else(|| panic!("{file} has no {key}"));
        text = format!("{before}{}", behind.replace(old, line));
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
    page.hold(&page.run(folder.path(), ""));
}

#[test]
fn an_amendment_is_as_the_guide_tells_it() {
    let page = Page::read("16-un-avenant.md");
    let folder = folder();
    let init = missive().current_dir(folder.path()).args(["init", PROJECT]).output().unwrap();
    assert!(init.status.success());
    page.hold(&page.run(folder.path(), PROJECT));
}

#[test]
fn a_new_head_is_as_the_guide_tells_it() {
    let page = Page::read("17-changer-de-chef.md");
    let folder = folder();
    let init = missive().current_dir(folder.path()).args(["init", PROJECT]).output().unwrap();
    assert!(init.status.success());
    page.hold(&page.run(folder.path(), PROJECT));
}

#[test]
fn proofreading_and_approving_is_as_the_guide_tells_it() {
    let page = Page::read("18-relire-et-approuver.md");
    let folder = folder();
    let init = missive().current_dir(folder.path()).args(["init", PROJECT]).output().unwrap();
    assert!(init.status.success());
    page.hold(&page.run(folder.path(), PROJECT));
}

#[test]
fn backing_up_and_restoring_is_as_the_guide_tells_it() {
    let page = Page::read("15-sauvegarder-et-restaurer.md");
    let folder = folder();
    let root = folder.path().join(PROJECT);
    for words in [&["init", PROJECT][..], &["-C", PROJECT, "run", "--today", TODAY]] {
        let output = missive().current_dir(folder.path()).args(words).output().unwrap();
        assert!(output.status.success() && root.is_dir());
    }
    page.hold(&page.run(folder.path(), PROJECT));
}

#[test]
fn schools_without_a_referent_are_asked_as_the_guide_tells_it() {
    let page = Page::read("19-sans-referent.md");
    let folder = folder();
    let init = missive().current_dir(folder.path()).args(["init", PROJECT]).output().unwrap();
    assert!(init.status.success());
    page.hold(&page.run(folder.path(), PROJECT));
}

#[test]
fn referents_get_their_letters_as_the_guide_tells_it() {
    let page = Page::read("20-message-au-referent.md");
    let folder = folder();
    let init = missive().current_dir(folder.path()).args(["init", PROJECT]).output().unwrap();
    assert!(init.status.success());
    page.hold(&page.run(folder.path(), PROJECT));
}

#[test]
fn filling_in_on_the_screen_is_as_the_guide_tells_it() {
    let page = Page::read("21-remplir-a-l-ecran.md");
    let folder = folder();
    let root = folder.path().join(PROJECT);
    let sent = ["resolve", "--deposited", "--handed-over", "--why", "envoyés"];
    for words in
        [&["init", PROJECT][..], &["-C", PROJECT, "run"], &[&["-C", PROJECT][..], &sent].concat()]
    {
        let mut command = missive();
        command.current_dir(folder.path()).args(words).args(["--today", TODAY]);
        assert!(command.output().unwrap().status.success(), "{words:?}");
    }
    let letter = fs::read(root.join(format!("out/2026/letters/{LETTER}.pdf"))).unwrap();
    let (priorities, indicators) = ("Deux ateliers par trimestre", "Dix classes");
    let copy = filled(&letter, "_priorities", priorities, priorities);
    let copy = filled(&copy, "_indicators", indicators, indicators);
    fs::create_dir(root.join("retours")).unwrap();
    fs::write(root.join("retours/lettre-remplie.pdf"), copy).unwrap();
    page.hold(&page.run(folder.path(), PROJECT));
}

#[test]
fn the_name_of_this_computer_is_that_of_the_pages() {
    let said = "(jeanne@vm) jeanne@vm, jeanne@vm\njeanne@vm";
    let shown = "(jeanne@poste-12) jeanne@poste-12, jeanne@poste-12\njeanne@poste-12";
    assert_eq!(with_usual_computer(said), shown);
}

#[test]
fn five_minutes_are_as_the_readme_tells_them() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(path).unwrap();
    let (_, text) = text.split_once("## Five minutes").unwrap();
    let (text, _) = text.split_once("\n## ").unwrap();
    let blocks = text.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let folder = folder();
    let project = folder.path().join("mon-projet");
    let change = |file: &str, from: &str, to: &str| {
        let text = fs::read_to_string(project.join(file)).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(project.join(file), text.replacen(from, to, 1)).unwrap();
    };
    let mut run = PageRun { typed_in: folder.path().to_owned(), day: TODAY.to_owned() };
    // What the text between two blocks tells to do.
    let edits: [&dyn Fn(); 5] = [
        &|| {},
        &|| change("data/referents.toml", "\"Claire\"", "\"Clara\""),
        &|| change("data/establishments.toml", "\"Durand\"", "\"Durant\""),
        &|| change("data/establishments.toml", "\"college\"", "\"colege\""),
        &|| change("data/establishments.toml", "\"colege\"", "\"college\""),
    ];
    let mut number = 0;
    for block in blocks {
        edits[number]();
        number += 1;
        let lines: Vec<&str> = block.lines().collect();
        for part in lines.split(|line| *line == "$ cd mon-projet") {
            assert_eq!(commands(&run, part).lines().collect::<Vec<_>>(), part);
            run.typed_in = project.clone();
        }
    }
    assert_eq!(number, edits.len());
}
