//! Commands on a project, told one after the other, and held against what they said before.

use super::normal::Normal;
use super::shapes::Shapes;
use crate::support::{Project, Told, missive, told};
use rusqlite::types::ValueRef;
use serde_json::{Map, Value};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A story with its project.
pub struct Story {
    name: &'static str,
    pub project: Project,
    now: String,
    pub normal: Normal,
    screens: String,
    documents: String,
    shapes: Shapes,
}

impl Story {
    /// A story on a project; its fixtures have its name.
    pub fn new(name: &'static str, project: Project) -> Self {
        let mut normal = Normal::new();
        let folder = project.path("..").canonicalize().unwrap();
        normal.name(folder.to_str().unwrap(), "FOLDER");
        normal.name(project.root().parent().unwrap().to_str().unwrap(), "FOLDER");
        Self {
            name,
            project,
            now: "2026-11-18T09:00:00+01:00".to_owned(),
            normal,
            screens: String::new(),
            documents: String::new(),
            shapes: Shapes::default(),
        }
    }

    /// From now on commands run at this moment.
    pub fn now(&mut self, moment: &str) {
        self.now = moment.to_owned();
        self.remark(moment);
    }

    /// This computer forgets which ledgers it has seen.
    pub fn forget(&mut self) {
        remove(&self.project.root().parent().unwrap().join("state"));
    }

    /// A line of the fixtures that says what happens.
    pub fn remark(&mut self, text: &str) {
        let text = self.normal.apply(text);
        self.screens.push_str(&format!("# {text}\n\n"));
        self.documents.push_str(&format!("# {text}\n\n"));
    }

    /// Runs a command; words with blanks stand between quotation marks.
    pub fn screen(&mut self, line: &str) -> Told {
        let told = told(&mut self.command(line));
        let block = said(line, &told, &told.out);
        self.screens.push_str(&self.normal.apply(&block));
        told
    }

    /// Runs a command with `--json`.
    pub fn document(&mut self, line: &str) -> Told {
        let line = format!("{line} --json");
        let told = told(&mut self.command(&line));
        let document = told.json();
        assert_eq!(
            told.out,
            format!("{document}\n"),
            "one line, its keys in the order of the alphabet"
        );
        let schema = document["schema"].as_str().unwrap().to_owned();
        self.shapes.add(&schema, &document);
        let block = said(&line, &told, &format!("{document:#}\n"));
        self.documents.push_str(&self.normal.apply(&block));
        told
    }

    /// Runs a command that writes nothing, both ways.
    pub fn reads(&mut self, line: &str) {
        self.screen(line);
        self.document(line);
    }

    /// Runs a command that writes, both ways, each on the project as it is now.
    pub fn both(&mut self, line: &str) {
        self.aside(|story| {
            story.screen(line);
        });
        self.document(line);
    }

    /// Tells something after which the project is as it was before.
    pub fn aside(&mut self, tell: impl FnOnce(&mut Self)) {
        let kept = crate::support::folder();
        let folder = self.project.root().parent().unwrap().to_owned();
        copy(&folder, kept.path());
        tell(self);
        for entry in fs::read_dir(&folder).unwrap() {
            remove(&entry.unwrap().path());
        }
        copy(kept.path(), &folder);
    }

    /// The text of a file.
    pub fn file(&mut self, path: &str) {
        let text = fs::read_to_string(self.project.path(path));
        let text = text.unwrap_or_else(|_| "[not there]".to_owned());
        let block = format!("--- {path}\n{}\n\n", text.trim_start_matches('\u{feff}').trim_end());
        self.screens.push_str(&self.normal.apply(&block));
    }

    /// The names of the files below a folder.
    pub fn names(&mut self, path: &str) {
        let there = self.project.path(path).is_dir();
        let names: Vec<String> = match there {
            true => self.project.hashes(path).into_keys().collect(),
            false => vec!["[not there]".to_owned()],
        };
        let block = format!("--- {path}/\n{}\n\n", names.join("\n"));
        self.screens.push_str(&self.normal.apply(&block));
    }

    /// The rows of a table of the ledger, or what else a query gives.
    pub fn stored(&mut self, table: &str) {
        let query = match table.contains(' ') {
            true => table.to_owned(),
            false => format!("SELECT * FROM {table} ORDER BY 1"),
        };
        let rows = rows(&self.project.path("data/ledger/ledger.sqlite"), &query);
        for row in &rows {
            self.shapes.add(&format!("ledger/{}", table.split(' ').next_back().unwrap()), row);
        }
        let block = format!("$ ledger: {table}\n{:#}\n\n", Value::from(rows));
        self.documents.push_str(&self.normal.apply(&block));
    }

    fn command(&self, line: &str) -> Command {
        let mut command = missive();
        command.current_dir(self.project.root());
        command.env("TZ", "Europe/Paris");
        command.env("XDG_STATE_HOME", self.project.root().parent().unwrap().join("state"));
        command.env("MOT_DE_PASSE", "Tr0ub4dor");
        command.args(words(line));
        if !line.contains("--today") {
            command.args(["--today", &self.now]);
        }
        command
    }

    /// Holds everything that was said against the fixtures, or writes them.
    pub fn end(self) {
        let mut wrong = Vec::new();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let screens = folder.join(format!("screens/{}.txt", self.name));
        hold(&screens, &self.screens, &mut wrong);
        if !self.documents.is_empty() {
            let documents = folder.join(format!("documents/{}.txt", self.name));
            hold(&documents, &self.documents, &mut wrong);
        }
        let list = folder.join(format!("documents/{}.shapes", self.name));
        let before = fs::read_to_string(&list).unwrap_or_default();
        let missing = self.shapes.missing(&before);
        if !missing.is_empty() {
            wrong.push(format!("{}: no longer there:\n{}", self.name, missing.join("\n")));
        } else {
            hold(&list, &self.shapes.added_to(&before), &mut wrong);
        }
        assert!(
            wrong.is_empty(),
            "{}\nMISSIVE_FIXTURES=write writes what is said today",
            wrong.join("\n")
        );
    }
}

/// Holds a text against a fixture, or writes it.
fn hold(path: &Path, text: &str, wrong: &mut Vec<String>) {
    let before = fs::read_to_string(path).unwrap_or_default();
    if before == text {
        return;
    }
    if std::env::var("MISSIVE_FIXTURES").is_ok_and(|wanted| wanted == "write") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        return;
    }
    let difference = similar::TextDiff::from_lines(before.as_str(), text);
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    wrong.push(difference.unified_diff().header(&name, "said today").to_string());
}

/// Holds one text of `tests/fixtures/screens` against what is said today.
pub fn hold_alone(name: &str, text: &str) {
    hold_file(&format!("screens/{name}.txt"), text);
}

/// Holds a file of `tests/fixtures` against what is said today.
pub fn hold_file(relative: &str, text: &str) {
    let mut wrong = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    hold(&folder.join(relative), text, &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A command and all it said.
fn said(line: &str, told: &Told, out: &str) -> String {
    let mut block = format!("$ missive {line}\n{out}");
    if !out.is_empty() && !out.ends_with('\n') {
        block.push_str("[no end of line]\n");
    }
    if !told.err.is_empty() {
        block.push_str(&format!("--- standard error\n{}", told.err));
    }
    format!("{block}=> {}\n\n", told.code)
}

/// The words of a line; what stands between quotation marks is one.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        match index % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

fn rows(ledger: &PathBuf, query: &str) -> Vec<Value> {
    let connection = rusqlite::Connection::open(ledger).unwrap();
    let mut statement = connection.prepare(query).unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let row = |row: &rusqlite::Row<'_>| {
        let mut fields = Map::new();
        for (index, name) in names.iter().enumerate() {
            fields.insert(name.clone(), value(row.get_ref(index)?));
        }
        Ok(Value::Object(fields))
    };
    statement.query_map([], row).unwrap().map(Result::unwrap).collect()
}

/// A value of the ledger; JSON in it as JSON.
fn value(cell: ValueRef<'_>) -> Value {
    match cell {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Blob(bytes) => format!("{} octets", bytes.len()).into(),
        ValueRef::Text(bytes) => {
            let text = String::from_utf8_lossy(bytes).into_owned();
            match text.starts_with(['{', '[']) {
                true => serde_json::from_str(&text).unwrap_or_else(|_| text.clone().into()),
                false => text.into(),
            }
        }
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

fn remove(path: &Path) {
    match path.is_dir() {
        true => fs::remove_dir_all(path).unwrap(),
        false => fs::remove_file(path).unwrap(),
    }
}
