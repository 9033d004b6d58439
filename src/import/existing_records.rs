//! The schools and referents as the TOML files hold them now, each with the part of the text that
//! holds it. Reads values without validating them: an import can correct a record that `check`
//! refuses.

use super::field_value::FieldValue;
use crate::records::values::Day;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// A file of records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordFile {
    /// Path, relative to the project.
    pub path: String,
    /// Its text, without a byte order mark.
    pub text: String,
    /// Whether it begins with one.
    pub mark: bool,
}

/// Values by field; those of a table within are named with a dot.
pub type FieldValues = BTreeMap<String, FieldValue>;

/// A record in a file.
#[derive(Clone, Debug)]
pub struct RecordEntry {
    /// Its table: `establishment` or `referent`.
    pub table: &'static str,
    /// Its UAI or identifier.
    pub key: String,
    /// Number of its file.
    pub file: usize,
    /// Its text, up to the next record and the comment right above that.
    pub range: Range<usize>,
    /// Whether it is a `{ … }` in a list.
    pub inline: bool,
    /// Values by field.
    pub fields: FieldValues,
    /// The values of its assignments.
    pub assignments: Vec<FieldValues>,
    /// Where each of them begins in the text of the file.
    pub assignment_starts: Vec<usize>,
    /// Its opinions: whether each says which school year it is about.
    pub opinions: Vec<bool>,
}

impl RecordEntry {
    /// The text of a field.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(FieldValue::as_text)
    }

    /// A school as a person calls it.
    pub fn school_label(&self) -> String {
        match self.text("name") {
            Some(name) => format!("{name} ({})", self.key),
            None => self.key.clone(),
        }
    }

    /// The school of the assignment that holds a place of the text, if one does.
    pub fn school_at(&self, place: usize) -> Option<&str> {
        let at = self.assignment_starts.iter().rposition(|start| *start <= place)?;
        self.assignments.get(at)?.get("establishment").and_then(FieldValue::as_text)
    }
}

/// All records of a project.
#[derive(Clone, Debug, Default)]
pub struct ExistingRecords {
    /// The files, with their records.
    pub files: Vec<RecordFile>,
    /// Their records, in the order of the files.
    pub entries: Vec<RecordEntry>,
}

impl ExistingRecords {
    /// Reads files; one that is not TOML is named.
    pub fn read(files: Vec<RecordFile>) -> Result<Self, Vec<String>> {
        let mut records = Self::default();
        let mut broken = Vec::new();
        for (at, file) in files.iter().enumerate() {
            match DeTable::parse(&file.text) {
                Ok(table) => records.entries.extend(entries(at, table.get_ref(), &file.text)),
                Err(_) => broken.push(file.path.clone()),
            }
        }
        records.files = files;
        match broken.is_empty() {
            true => Ok(records),
            false => Err(broken),
        }
    }

    /// The same records with new texts of some files; what cannot be read stays.
    pub fn with(&self, texts: &BTreeMap<String, RecordFile>) -> Self {
        let mut files = self.files.clone();
        for (path, text) in texts {
            match files.iter_mut().find(|file| file.path == *path) {
                Some(file) => *file = text.clone(),
                None => files.push(text.clone()),
            }
        }
        Self::read(files).unwrap_or_else(|_| self.clone())
    }

    /// A school as a person calls it; its code, where no record has it.
    pub fn school_label(&self, uai: &str) -> String {
        let entry = self.find("establishment", uai).and_then(|at| self.entries.get(at));
        entry.map_or_else(|| uai.to_owned(), RecordEntry::school_label)
    }

    /// A referent as a person calls them; the identifier, where no record has it.
    pub fn person_label(&self, id: &str) -> String {
        let entry = self.find("referent", id).and_then(|at| self.entries.get(at));
        let name = entry.and_then(|entry| {
            Some(format!("{} {}", entry.text("given_name")?, entry.text("family_name")?))
        });
        name.map_or_else(|| id.to_owned(), |name| format!("{name} ({id})"))
    }

    /// A school or a referent.
    pub fn find(&self, table: &str, key: &str) -> Option<usize> {
        let is = |entry: &RecordEntry| entry.table == table && entry.key.eq_ignore_ascii_case(key);
        self.entries.iter().position(is)
    }

    /// All records of a table.
    pub fn of(&self, table: &'static str) -> impl Iterator<Item = (usize, &RecordEntry)> {
        self.entries.iter().enumerate().filter(move |(_, entry)| entry.table == table)
    }
}

fn entries(file: usize, table: &DeTable<'_>, text: &str) -> Vec<RecordEntry> {
    let mut starts: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    for (name, value) in table.iter() {
        let known = match name.get_ref().as_ref() {
            "establishment" => Some(("establishment", "uai")),
            "referent" => Some(("referent", "id")),
            _ => None,
        };
        let DeValue::Array(items) = value.get_ref() else {
            starts.push(value.span().start);
            continue;
        };
        for item in items.iter() {
            starts.push(item.span().start);
            let (Some((table, key)), DeValue::Table(record)) = (known, item.get_ref()) else {
                continue;
            };
            let fields = fields(record);
            let key =
                fields.get(key).and_then(FieldValue::as_text).unwrap_or_default().trim().to_owned();
            let assignments = tables(record, "assignment");
            let key = if table == "establishment" { key.to_ascii_uppercase() } else { key };
            found.push(RecordEntry {
                table,
                key,
                file,
                range: item.span(),
                inline: false,
                fields,
                assignments,
                assignment_starts: starts_of_tables(record, "assignment"),
                opinions: tables(record, "opinions")
                    .iter()
                    .map(|opinion| opinion.contains_key("school_year"))
                    .collect(),
            });
        }
    }
    starts.sort_unstable();
    for entry in &mut found {
        let next = starts.iter().find(|start| **start > entry.range.start);
        // A `{ … }` ends with its brace, a [[table]] where anything else begins.
        entry.inline = text.get(entry.range.start..).is_some_and(|record| record.starts_with('{'));
        if !entry.inline {
            entry.range.end = next.map_or(text.len(), |next| before_comment(text, *next));
        }
    }
    found.sort_by_key(|entry| entry.range.start);
    found
}

/// The start of the comment lines that stand right above a record: they are about it.
pub fn before_comment(text: &str, start: usize) -> usize {
    let mut start = start;
    while let Some(line) = text.get(..start).and_then(|before| {
        let line = before.strip_suffix('\n')?;
        let from = line.rfind('\n').map_or(0, |at| at + 1);
        line.get(from..).filter(|line| line.trim_start().starts_with('#')).map(|_| from)
    }) {
        start = line;
    }
    start
}

/// Where each table of a list begins.
fn starts_of_tables(record: &DeTable<'_>, list: &str) -> Vec<usize> {
    match record.get(list).map(|list| list.get_ref()) {
        Some(DeValue::Array(items)) => items.iter().map(|item| item.span().start).collect(),
        _ => Vec::new(),
    }
}

/// The values of each table of a list.
fn tables(record: &DeTable<'_>, list: &str) -> Vec<FieldValues> {
    let Some(DeValue::Array(items)) = record.get(list).map(|list| list.get_ref()) else {
        return Vec::new();
    };
    let table = |item: &toml::Spanned<DeValue<'_>>| match item.get_ref() {
        DeValue::Table(table) => fields(table),
        _ => FieldValues::new(),
    };
    items.iter().map(table).collect()
}

fn fields(table: &DeTable<'_>) -> FieldValues {
    let mut fields = FieldValues::new();
    for (name, value) in table.iter() {
        let name = name.get_ref().to_string();
        if let DeValue::Table(inner) = value.get_ref() {
            for (key, value) in self::fields(inner) {
                fields.insert(format!("{name}.{key}"), value);
            }
        } else if let Some(value) = plain_value(value.get_ref()) {
            fields.insert(name, value);
        }
    }
    fields
}

fn plain_value(value: &DeValue<'_>) -> Option<FieldValue> {
    use crate::records::table_reader::FromToml as _;
    match value {
        DeValue::String(text) => Some(FieldValue::Text(text.to_string())),
        DeValue::Boolean(flag) => Some(FieldValue::Flag(*flag)),
        DeValue::Datetime(_) => Day::from_toml(value).ok().map(|day| FieldValue::Day(day.0)),
        DeValue::Array(items) => {
            let texts: Option<Vec<String>> = items
                .iter()
                .map(|item| match item.get_ref() {
                    DeValue::String(text) => Some(text.to_string()),
                    _ => None,
                })
                .collect();
            texts.map(FieldValue::List)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_record_has_its_own_text() {
        let text = "# top\n\n[[referent]]\nid = \"a\"\n[[referent.assignment]]\nestablishment = \"0860001J\"\nsince = 2026-09-01\n\n# next\n[[referent]] # b\nid = \"b\"\n\n[campaign]\nid = \"1\"\n";
        let inline = "establishment = [ { uai = \"0860001j\", head = { acting = true } }, {\n uai = \"2\"\n} ]\n";
        let file = |path: &str, text: &str| RecordFile {
            path: path.into(),
            text: text.into(),
            mark: false,
        };
        let records =
            ExistingRecords::read(vec![file("data/a.toml", text), file("data/b.toml", inline)])
                .unwrap();
        let text_of = |at: usize| {
            let entry: &RecordEntry = &records.entries[at];
            &records.files[entry.file].text[entry.range.clone()]
        };
        assert!(
            text_of(0).starts_with("[[referent]]\nid") && text_of(0).ends_with("2026-09-01\n\n"),
            "{}",
            text_of(0)
        );
        assert!(
            text_of(1).starts_with("[[referent]] # b") && text_of(1).ends_with("\"b\"\n\n"),
            "{}",
            text_of(1)
        );
        assert_eq!(records.entries[0].assignments.len(), 1);
        assert_eq!(text_of(2), "{ uai = \"0860001j\", head = { acting = true } }");
        assert_eq!(records.entries[2].fields["head.acting"], FieldValue::Flag(true));
        assert_eq!(records.find("establishment", "0860001J"), Some(2));
        assert!(records.entries[3].inline);
    }
}
