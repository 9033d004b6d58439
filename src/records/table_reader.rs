//! Reads one TOML table key by key, keeping spans and collecting every problem.
//!
//! serde would stop at the first mistake; office staff need them all at once. So a [`TableReader`]
//! walks the parsed table, notes which keys were asked for, and reports the rest as unknown with
//! the nearest known name. Knows nothing of what the tables mean.

use crate::diagnostic::{Problem, SourceId, Span, did_you_mean};
use std::collections::BTreeSet;
use std::ops::Deref;
use toml::de::{DeTable, DeValue};

/// After this many problems in one list of records the rest is not read: they are alike, and a
/// million of them would fill the memory.
const MOST_PROBLEMS: usize = 2_000;

/// How a text begins that a person has still to write: the form of a new project has such texts.
pub const TO_FILL: &str = "À REMPLIR";

/// Takes a value, unless it is still to be filled in.
fn taken<T: FromToml>(value: &DeValue<'_>) -> Result<T, ValueError> {
    let left = match value {
        DeValue::String(text) => text.strip_prefix(TO_FILL),
        _ => None,
    };
    let Some(what) = left else { return T::from_toml(value) };
    let what = what.trim_start_matches([' ', '\u{a0}', ':']);
    let message =
        if what.is_empty() { "à remplir".to_owned() } else { format!("à remplir, {what}") };
    Err(ValueError::new("E-TO-FILL", message).help(format!("écrire {}", T::EXPECTED)))
}

/// A value and the place it was written at.
#[derive(Clone, Debug)]
pub struct Located<T> {
    /// The parsed value.
    pub value: T,
    /// Place of the value in its file.
    pub span: Span,
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Why a value cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ValueError {
    /// Stable code, as in `E-UAI-KEY`.
    pub code: &'static str,
    /// What is wrong, as a French sentence.
    pub message: String,
    /// A few words under the value.
    pub label: Option<String>,
    /// What the user can do about it, as a French sentence.
    pub help: Option<String>,
}

impl ValueError {
    /// An error with its code and sentence.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), label: None, help: None }
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Writes a few words under the value.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The problem at a place.
    pub fn at(self, span: Span) -> Problem {
        let mut problem = Problem::error(self.code, self.message).at(span);
        problem.label = self.label.map(String::into_boxed_str);
        problem.help = self.help.map(String::into_boxed_str);
        problem
    }
}

/// A type that a TOML value can be turned into.
pub trait FromToml: Sized {
    /// What a person should write, e.g. "un texte entre guillemets".
    const EXPECTED: &'static str;

    /// Takes the value or says why not.
    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError>;
}

/// The error for a value of another type.
pub fn wrong_type(value: &DeValue<'_>, expected: &str) -> ValueError {
    let found = match value {
        DeValue::String(_) => "un texte",
        DeValue::Integer(_) => "un nombre entier",
        DeValue::Float(_) => "un nombre à virgule",
        DeValue::Boolean(_) => "true ou false",
        DeValue::Datetime(_) => "une date",
        DeValue::Array(_) => "une liste",
        DeValue::Table(_) => "une table",
    };
    ValueError::new("E-TYPE", format!("on lit {found} là où il faut {expected}"))
        .label(format!("attendu : {expected}"))
        .help(format!("écrire {expected}"))
}

/// Reads the keys of one TOML table, and reports every problem.
pub struct TableReader<'t, 'p> {
    source: SourceId,
    table: &'t DeTable<'t>,
    place: Span,
    what: &'static str,
    asked: BTreeSet<&'static str>,
    problems: &'p mut Vec<Problem>,
    finished: bool,
}

impl<'t, 'p> TableReader<'t, 'p> {
    /// A reader of `table`, which stands at `place` and is called `what` in messages.
    pub fn new(
        source: SourceId,
        table: &'t DeTable<'t>,
        place: Span,
        what: &'static str,
        problems: &'p mut Vec<Problem>,
    ) -> Self {
        Self { source, table, place, what, asked: BTreeSet::new(), problems, finished: false }
    }

    /// The place of the table itself.
    pub fn place(&self) -> Span {
        self.place
    }

    /// Adds a problem to the list.
    pub fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Whether the key is written.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn get(&mut self, key: &'static str) -> Option<(&'t DeValue<'t>, Span)> {
        self.asked.insert(key);
        let value = self.table.get(key)?;
        Some((value.get_ref(), Span::new(self.source, value.span())))
    }

    /// Reports a key that has to be there.
    pub fn missing(&mut self, key: &'static str, expected: &str) {
        self.report(
            Problem::error("E-MISSING", format!("il manque « {key} » dans {}", self.what))
                .at(self.place)
                .help(format!("ajouter la ligne « {key} = … » ({expected})")),
        );
    }

    /// Reports a table of `missive.toml` that has to be there.
    pub fn missing_table(&mut self, key: &'static str) {
        self.report(
            Problem::error("E-MISSING", format!("il manque la table [{key}] dans {}", self.what))
                .at(self.place)
                .help("la recopier de l'exemple que « missive init » écrit"),
        );
    }

    /// The place of the value of a key; of the table, if the key is not there.
    pub fn place_of(&self, key: &str) -> Span {
        let value = self.table.get(key);
        value.map_or(self.place, |value| Span::new(self.source, value.span()))
    }

    /// A value that may be absent.
    pub fn optional<T: FromToml>(&mut self, key: &'static str) -> Option<Located<T>> {
        let (value, span) = self.get(key)?;
        match taken(value) {
            Ok(value) => Some(Located { value, span }),
            Err(error) => {
                let mut problem = error.at(span);
                problem.message = format!("« {key} » : {}", problem.message);
                self.report(problem);
                None
            }
        }
    }

    /// A value that has to be there.
    pub fn required<T: FromToml>(&mut self, key: &'static str) -> Option<Located<T>> {
        if !self.has(key) {
            self.asked.insert(key);
            self.missing(key, T::EXPECTED);
            return None;
        }
        self.optional(key)
    }

    /// A list that may be absent (then empty). Bad items are reported and left out.
    pub fn list<T: FromToml>(&mut self, key: &'static str) -> Vec<Located<T>> {
        let Some((value, span)) = self.get(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value else {
            let expected =
                format!("une liste entre crochets, chaque élément étant {}", T::EXPECTED);
            let problem = wrong_type(value, &expected).at(span);
            self.report(problem);
            return Vec::new();
        };
        let mut list = Vec::with_capacity(items.len());
        for item in items.iter() {
            let span = Span::new(self.source, item.span());
            match taken(item.get_ref()) {
                Ok(value) => list.push(Located { value, span }),
                Err(error) => {
                    let mut problem = error.at(span);
                    problem.message = format!("« {key} » : {}", problem.message);
                    self.report(problem);
                }
            }
        }
        list
    }

    /// A list that has to be there and hold something.
    pub fn required_list<T: FromToml>(&mut self, key: &'static str) -> Vec<Located<T>> {
        if !self.has(key) {
            self.asked.insert(key);
            self.missing(key, &format!("une liste : [{}]", T::EXPECTED));
            return Vec::new();
        }
        let before = self.problems.len();
        let list = self.list(key);
        if list.is_empty() && self.problems.len() == before {
            self.report(
                Problem::error("E-EMPTY", format!("« {key} » est vide"))
                    .at(self.place_of(key))
                    .help("donner au moins un élément"),
            );
        }
        list
    }

    /// A table within this one, if it is written.
    pub fn table(&mut self, key: &'static str, what: &'static str) -> Option<TableReader<'t, '_>> {
        let (value, span) = self.get(key)?;
        if let DeValue::Table(table) = value {
            return Some(TableReader::new(self.source, table, span, what, self.problems));
        }
        let problem = wrong_type(value, "une table { … }").at(span);
        self.report(problem);
        None
    }

    /// Reads a table that is not written as if it were there and empty.
    pub fn empty_table<T>(
        &mut self,
        what: &'static str,
        read: impl FnOnce(&mut TableReader<'_, '_>) -> T,
    ) -> T {
        let empty = DeTable::new();
        read(&mut TableReader::new(self.source, &empty, self.place, what, self.problems))
    }

    /// A table whose keys are free, each with a text or a list of texts.
    pub fn pairs(&mut self, key: &'static str) -> Vec<(String, Vec<String>)> {
        let Some((value, span)) = self.get(key) else {
            return Vec::new();
        };
        let DeValue::Table(table) = value else {
            let problem = wrong_type(value, "une table { … }").at(span);
            self.report(problem);
            return Vec::new();
        };
        let mut pairs = Vec::with_capacity(table.len());
        for (name, value) in table.iter() {
            let items = match value.get_ref() {
                DeValue::Array(items) => items.iter().collect(),
                _ => vec![value],
            };
            let mut texts = Vec::with_capacity(items.len());
            for item in items {
                match item.get_ref() {
                    DeValue::String(text) => texts.push(text.to_string()),
                    other => {
                        let problem = wrong_type(other, "un texte entre guillemets")
                            .at(Span::new(self.source, item.span()));
                        self.report(problem);
                    }
                }
            }
            pairs.push((name.get_ref().to_string(), texts));
        }
        pairs
    }

    /// A table within this one, with its problems reported apart.
    pub fn table_apart<'q>(
        &mut self,
        key: &'static str,
        what: &'static str,
        problems: &'q mut Vec<Problem>,
    ) -> Option<TableReader<'t, 'q>> {
        let (value, span) = self.get(key)?;
        if let DeValue::Table(table) = value {
            return Some(TableReader::new(self.source, table, span, what, problems));
        }
        problems.push(wrong_type(value, "une table { … }").at(span));
        None
    }

    /// The tables of an array of tables; `read` is called with a reader for each.
    pub fn tables<T>(
        &mut self,
        key: &'static str,
        what: &'static str,
        mut read: impl FnMut(&mut TableReader<'t, '_>) -> Option<T>,
    ) -> Vec<T> {
        let Some((value, span)) = self.get(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value else {
            let problem = wrong_type(value, &format!("des tables [[{key}]]")).at(span);
            self.report(problem);
            return Vec::new();
        };
        let mut list = Vec::with_capacity(items.len());
        let before = self.problems.len();
        for item in items.iter() {
            let span = Span::new(self.source, item.span());
            if self.problems.len() > before + MOST_PROBLEMS {
                self.problems.push(
                    Problem::error(
                        "E-TOO-MANY",
                        "ce fichier a trop d'erreurs : la suite n'est pas lue",
                    )
                    .at(span)
                    .help("corriger d'abord les précédentes : elles se ressemblent sans doute"),
                );
                break;
            }
            let DeValue::Table(table) = item.get_ref() else {
                let problem = wrong_type(item.get_ref(), "une table { … }").at(span);
                self.report(problem);
                continue;
            };
            let mut reader = TableReader::new(self.source, table, span, what, self.problems);
            let value = read(&mut reader);
            reader.finish();
            list.extend(value);
        }
        list
    }

    /// How many problems were reported so far, by anyone.
    pub fn problem_count(&self) -> usize {
        self.problems.len()
    }

    /// The text behind a key, whatever else is wrong with the record; for naming it.
    pub fn raw_text(&self, key: &str) -> Option<String> {
        match self.table.get(key)?.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => None,
        }
    }

    /// Reports the keys that were not read, as unknown. Call it when all keys were read; a second
    /// call does nothing.
    pub fn finish(&mut self) {
        if std::mem::replace(&mut self.finished, true) {
            return;
        }
        for (key, _) in self.table.iter() {
            let name: &str = key.get_ref();
            if self.asked.contains(name) {
                continue;
            }
            let shown: String = name.chars().take(60).collect();
            let mut problem = Problem::error(
                "E-UNKNOWN-KEY",
                format!("la clé « {shown} » n'existe pas dans {}", self.what),
            )
            .at(Span::new(self.source, key.span()));
            problem = match did_you_mean(name, self.asked.iter().copied()) {
                Some(near) => problem.help(format!("vouliez-vous écrire « {near} » ?")),
                None => {
                    let known: Vec<&str> = self.asked.iter().copied().collect();
                    problem.help(format!(
                        "la supprimer ; les clés possibles sont : {}",
                        known.join(", ")
                    ))
                }
            };
            self.problems.push(problem);
        }
    }
}
