//! Changes of records written into the TOML text with `toml_edit`: what is not changed stays byte for
//! byte, comments, order and formatting included. Pure.

use super::cell_values::FieldValue;
use super::existing_records::{ExistingRecords, RecordEntry, RecordFile, before_comment};
use std::collections::BTreeMap;
use toml_edit::{
    Array, ArrayOfTables, DocumentMut, Formatted, InlineTable, Item, Table, TableLike,
    Value as Toml,
};

/// One change of a record that is there.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordEdit {
    /// Sets a field, or takes it away.
    Set {
        /// The record.
        entry: usize,
        /// The table of a list that has the field, if it is not the record itself: `assignment`, 0.
        within: Option<(&'static str, usize)>,
        /// The field; those of a table within are named with a dot.
        field: String,
        /// Its new value.
        value: Option<FieldValue>,
    },
    /// Adds an assignment.
    Assign {
        /// The referent.
        entry: usize,
        /// Its fields.
        fields: Vec<(String, FieldValue)>,
    },
}

impl RecordEdit {
    fn entry(&self) -> usize {
        match self {
            Self::Set { entry, .. } | Self::Assign { entry, .. } => *entry,
        }
    }
}

/// A record that is not there yet.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRecord {
    /// Name of its TOML table.
    pub table: &'static str,
    /// What it is sorted by in its file.
    pub key: String,
    /// Its fields, in the order they are written.
    pub fields: Vec<(String, FieldValue)>,
    /// Fields of each of its assignments.
    pub assignments: Vec<Vec<(String, FieldValue)>>,
}

/// Why a text could not be changed: a defect of missive, shown with the record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("la fiche {0} ne peut pas être modifiée là où elle est ({1})")]
pub struct RecordEditError(pub String, pub String);

/// The new texts of the files that change; new records go to the file of this path.
pub fn apply_edits(
    records: &ExistingRecords,
    edits: &[RecordEdit],
    new: &[NewRecord],
    into: &str,
) -> Result<BTreeMap<String, RecordFile>, RecordEditError> {
    let mut by_entry: BTreeMap<usize, Vec<&RecordEdit>> = BTreeMap::new();
    for edit in edits {
        by_entry.entry(edit.entry()).or_default().push(edit);
    }
    let mut changed: BTreeMap<String, RecordFile> = BTreeMap::new();
    for (at, file) in records.files.iter().enumerate() {
        let mut text = file.text.clone();
        let changes: Vec<(&RecordEntry, &Vec<&RecordEdit>)> = by_entry
            .iter()
            .filter_map(|(entry, edits)| Some((records.entries.get(*entry)?, edits)))
            .filter(|(entry, _)| entry.file == at)
            .collect();
        let mut pieces: Vec<(usize, usize, String)> = Vec::new();
        for (entry, edits) in changes {
            let before = file.text.get(entry.range.clone()).unwrap_or_default();
            let after = edited_record(before, entry, edits)
                .map_err(|why| RecordEditError(entry.key.clone(), why))?;
            pieces.push((entry.range.start, entry.range.end, with_line_ends(&after, before)));
        }
        if file.path == into {
            pieces.extend(insertions(records, at, new));
        }
        // From the end, so that what comes before keeps its place; an insertion before a record that is
        // rewritten comes first.
        pieces.sort_by_key(|(start, end, _)| (*start, *end));
        for (start, end, new) in pieces.iter().rev() {
            text.replace_range(*start..*end, new);
        }
        if text != file.text {
            changed.insert(file.path.clone(), RecordFile { text, ..file.clone() });
        }
    }
    if !new.is_empty() && !records.files.iter().any(|file| file.path == into) {
        let mut sorted: Vec<&NewRecord> = new.iter().collect();
        sorted.sort_by(|a, b| a.key.cmp(&b.key));
        let texts: Vec<String> = sorted.into_iter().map(record_text).collect();
        let file = RecordFile { path: into.to_owned(), text: texts.join("\n"), mark: false };
        changed.insert(into.to_owned(), file);
    }
    Ok(changed)
}

/// New lines end as those of the text around do.
fn with_line_ends(new: &str, around: &str) -> String {
    match around.contains("\r\n") {
        true => new.replace("\r\n", "\n").replace('\n', "\r\n"),
        false => new.to_owned(),
    }
}

/// Where new records go in a file: before the first record with a later key if the file is in order,
/// else at its end.
fn insertions(
    records: &ExistingRecords,
    file: usize,
    new: &[NewRecord],
) -> Vec<(usize, usize, String)> {
    let Some(target) = records.files.get(file) else { return Vec::new() };
    let mut sorted: Vec<&NewRecord> = new.iter().collect();
    sorted.sort_by(|a, b| a.key.cmp(&b.key));
    let mut at_end: Vec<String> = Vec::new();
    let mut found: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for record in sorted {
        let there: Vec<&RecordEntry> = records
            .entries
            .iter()
            .filter(|entry| entry.file == file && entry.table == record.table && !entry.inline)
            .collect();
        let in_order = there.windows(2).all(|pair| pair[0].key <= pair[1].key);
        let next = there.iter().find(|entry| entry.key > record.key);
        match next.filter(|_| in_order && record.table == "establishment") {
            Some(entry) => {
                let start = before_comment(&target.text, entry.range.start);
                found.entry(start).or_default().push(format!("{}\n", record_text(record)));
            }
            None => at_end.push(record_text(record)),
        }
    }
    let mut pieces: Vec<(usize, usize, String)> = found
        .into_iter()
        .map(|(start, texts)| (start, start, with_line_ends(&texts.concat(), &target.text)))
        .collect();
    if !at_end.is_empty() {
        let end = target.text.len();
        let gap = match target.text.as_str() {
            "" => "",
            text if text.ends_with("\n\n") || text.ends_with("\n\r\n") => "",
            text if text.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        let text = format!("{gap}{}", at_end.join("\n"));
        pieces.push((end, end, with_line_ends(&text, &target.text)));
    }
    pieces
}

/// A text between plain quotes on one line, as people write it; the library would choose other quotes
/// for a text that holds some.
fn quoted(text: &str) -> Toml {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            c if c.is_control() => written.push_str(&format!("\\u{:04X}", c as u32)),
            c => written.push(c),
        }
    }
    written.push('"');
    written.parse().unwrap_or_else(|_| Toml::from(text))
}

fn toml(value: &FieldValue) -> Toml {
    match value {
        FieldValue::Flag(flag) => Toml::from(*flag),
        FieldValue::Day(day) => {
            let date = toml_edit::Date {
                year: day.year().unsigned_abs(),
                month: day.month().unsigned_abs(),
                day: day.day().unsigned_abs(),
            };
            Toml::Datetime(Formatted::new(toml_edit::Datetime {
                date: Some(date),
                time: None,
                offset: None,
            }))
        }
        FieldValue::Text(text) => quoted(text),
        FieldValue::List(list) => {
            let mut array = Array::new();
            list.iter().for_each(|text| array.push(quoted(text)));
            Toml::Array(array)
        }
    }
}

/// A new record as text. Fields of one table within follow each other and become `{ … }`.
fn record_text(record: &NewRecord) -> String {
    let mut text = format!("[[{}]]\n", record.table);
    text.push_str(&field_lines(&record.fields));
    for assignment in &record.assignments {
        text.push_str(&format!("\n[[{}.assignment]]\n{}", record.table, field_lines(assignment)));
    }
    text
}

fn field_lines(fields: &[(String, FieldValue)]) -> String {
    let mut text = String::new();
    let mut inner: BTreeMap<&str, InlineTable> = BTreeMap::new();
    let mut order: Vec<(&str, Option<Toml>)> = Vec::new();
    for (name, value) in fields {
        match name.split_once('.') {
            Some((table, key)) => {
                if !inner.contains_key(table) {
                    order.push((table, None));
                }
                inner.entry(table).or_default().insert(key, toml(value));
            }
            None => order.push((name, Some(toml(value)))),
        }
    }
    for (name, value) in order {
        let value = match value {
            Some(value) => value,
            None => {
                let mut table = inner.remove(name).unwrap_or_default();
                table.fmt();
                Toml::InlineTable(table)
            }
        };
        text.push_str(&format!("{name} = {}\n", value.to_string().trim()));
    }
    text
}

fn edited_record(text: &str, entry: &RecordEntry, edits: &[&RecordEdit]) -> Result<String, String> {
    if entry.inline {
        let holder = format!("x = {text}\n");
        let mut document: DocumentMut =
            holder.parse().map_err(|e: toml_edit::TomlError| e.to_string())?;
        let table =
            document.get_mut("x").and_then(Item::as_table_like_mut).ok_or("table absente")?;
        edit_table(table, edits)?;
        let out = document.to_string();
        let out = out.strip_prefix("x = ").unwrap_or(&out);
        return Ok(out.strip_suffix('\n').unwrap_or(out).to_owned());
    }
    let mut document: DocumentMut =
        text.parse().map_err(|e: toml_edit::TomlError| e.to_string())?;
    let list = document.get_mut(entry.table).and_then(Item::as_array_of_tables_mut);
    let table = list.and_then(|list| list.get_mut(0)).ok_or("table absente")?;
    edit_table(table, edits)?;
    Ok(document.to_string())
}

fn edit_table(table: &mut dyn TableLike, edits: &[&RecordEdit]) -> Result<(), String> {
    for edit in edits {
        match edit {
            RecordEdit::Set { within: None, field, value, .. } => {
                set_field(table, field, value.as_ref())?
            }
            RecordEdit::Set { within: Some((list, at)), field, value, .. } => {
                set_field(list_item(table, list, *at)?, field, value.as_ref())?;
            }
            RecordEdit::Assign { fields, .. } => add_assignment(table, fields)?,
        }
    }
    Ok(())
}

fn list_item<'t>(
    table: &'t mut dyn TableLike,
    list: &str,
    at: usize,
) -> Result<&'t mut dyn TableLike, String> {
    match table.get_mut(list) {
        Some(Item::ArrayOfTables(tables)) => tables
            .get_mut(at)
            .map(|table| table as &mut dyn TableLike)
            .ok_or_else(|| format!("{list} absent")),
        Some(Item::Value(Toml::Array(array))) => array
            .get_mut(at)
            .and_then(Toml::as_inline_table_mut)
            .map(|table| table as &mut dyn TableLike)
            .ok_or_else(|| format!("{list} absent")),
        _ => Err(format!("{list} absent")),
    }
}

/// Sets a field of a table, or takes it away; what stands around the old value stays.
pub fn set_field(
    table: &mut dyn TableLike,
    field: &str,
    value: Option<&FieldValue>,
) -> Result<(), String> {
    if let Some((outer, rest)) = field.split_once('.') {
        if table.get(outer).is_none() {
            let Some(value) = value else { return Ok(()) };
            let mut inner = InlineTable::new();
            inner.insert(rest, toml(value));
            inner.fmt();
            table.insert(outer, Item::Value(Toml::InlineTable(inner)));
            return Ok(());
        }
        let inner = table.get_mut(outer).and_then(Item::as_table_like_mut);
        set_field(inner.ok_or_else(|| format!("{outer} n'est pas une table"))?, rest, value)?;
        let empty =
            table.get(outer).and_then(Item::as_table_like).is_some_and(|table| table.is_empty());
        if empty {
            table.remove(outer);
        }
        if let Some(Item::Value(Toml::InlineTable(inner))) = table.get_mut(outer)
            && !inner.to_string().contains('\n')
        {
            let decor = inner.decor().clone();
            inner.fmt();
            *inner.decor_mut() = decor;
        }
        return Ok(());
    }
    match value {
        None => {
            table.remove(field);
        }
        Some(value) => {
            let mut new = toml(value);
            match table.get_mut(field) {
                Some(Item::Value(old)) => {
                    *new.decor_mut() = old.decor().clone();
                    *old = new;
                }
                Some(_) => return Err(format!("{field} n'est pas une valeur")),
                None => {
                    table.insert(field, Item::Value(new));
                }
            }
        }
    }
    Ok(())
}

fn add_assignment(
    table: &mut dyn TableLike,
    fields: &[(String, FieldValue)],
) -> Result<(), String> {
    match table.get_mut("assignment") {
        None => {
            let mut list = ArrayOfTables::new();
            list.push(new_table(fields));
            table.insert("assignment", Item::ArrayOfTables(list));
        }
        Some(Item::ArrayOfTables(list)) => list.push(new_table(fields)),
        Some(Item::Value(Toml::Array(array))) => {
            let mut inline = InlineTable::new();
            for (name, value) in fields {
                inline.insert(name, toml(value));
            }
            inline.fmt();
            array.push(inline);
        }
        Some(_) => return Err("assignment n'est pas une liste".to_owned()),
    }
    Ok(())
}

fn new_table(fields: &[(String, FieldValue)]) -> Table {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    for (name, value) in fields {
        table.insert(name, Item::Value(toml(value)));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> ExistingRecords {
        let file = RecordFile { path: "data/a.toml".into(), text: text.into(), mark: false };
        ExistingRecords::read(vec![file]).unwrap()
    }

    fn set(entry: usize, field: &str, value: &str) -> RecordEdit {
        RecordEdit::Set {
            entry,
            within: None,
            field: field.into(),
            value: Some(FieldValue::Text(value.into())),
        }
    }

    const TWO: &str = "# Nos écoles.\n\n# La première.\n[[establishment]]\nuai = \"0860001J\"  # vérifié\nname   =   'A'\nhead = { given_name = \"Anne\", family_name = \"B\" } # chef\n\n# La troisième.\n[[establishment]]\nuai = \"0860003L\"\nname = \"C\"\n";

    #[test]
    fn one_value_changes_and_nothing_else() {
        let records = records(TWO);
        let out = apply_edits(
            &records,
            &[set(0, "name", "L'\"École\""), set(0, "head.family_name", "Durand")],
            &[],
            "",
        )
        .unwrap();
        let expected = TWO.replace("'A'", "\"L'\\\"École\\\"\"").replace("\"B\"", "\"Durand\"");
        assert_eq!(out["data/a.toml"].text, expected);
    }

    #[test]
    fn a_new_record_goes_before_the_comment_of_the_next() {
        let records = records(TWO);
        let new = NewRecord {
            table: "establishment",
            key: "0860002K".into(),
            fields: vec![
                ("uai".into(), FieldValue::Text("0860002K".into())),
                ("head.given_name".into(), FieldValue::Text("Luc".into())),
                ("head.family_name".into(), FieldValue::Text("D".into())),
            ],
            assignments: Vec::new(),
        };
        let last = NewRecord { key: "0860009Z".into(), ..new.clone() };
        let out =
            apply_edits(&records, &[set(1, "name", "D")], &[last, new], "data/a.toml").unwrap();
        let text = &out["data/a.toml"].text;
        let at = |part: &str| text.find(part).unwrap();
        assert!(at("0860002K") < at("# La troisième") && at("# chef") < at("0860002K"), "{text}");
        assert!(text.ends_with("name = \"D\"\n\n[[establishment]]\nuai = \"0860002K\"\nhead = { given_name = \"Luc\", family_name = \"D\" }\n"), "{text}");
    }

    #[test]
    fn line_ends_and_lists_of_tables_are_kept() {
        let windows = TWO.replace('\n', "\r\n");
        let crlf = records(&windows);
        let out = apply_edits(&crlf, &[set(0, "city", "Ville")], &[], "").unwrap();
        assert_eq!(
            out["data/a.toml"].text,
            windows.replace("# chef\r\n", "# chef\r\ncity = \"Ville\"\r\n")
        );
        let inline =
            records("establishment = [\n  { uai = \"0860001J\", name = \"A\" }, # un\n]\n");
        let out = apply_edits(&inline, &[set(0, "name", "B")], &[], "").unwrap();
        assert_eq!(
            out["data/a.toml"].text,
            "establishment = [\n  { uai = \"0860001J\", name = \"B\" }, # un\n]\n"
        );
    }

    #[test]
    fn an_assignment_is_added_before_what_follows() {
        let text = "[[referent]]\nid = \"a\"\n\n[[referent.assignment]]\nestablishment = \"0860001J\"\nsince = 2026-09-01\n\n# Un autre.\n[[referent]]\nid = \"b\"\n";
        let people = records(text);
        let fields = vec![("establishment".to_owned(), FieldValue::Text("0860002K".into()))];
        let until = RecordEdit::Set {
            entry: 0,
            within: Some(("assignment", 0)),
            field: "until".into(),
            value: Some(FieldValue::Day(jiff::civil::date(2027, 8, 31))),
        };
        let out = apply_edits(&people, &[until, RecordEdit::Assign { entry: 0, fields }], &[], "")
            .unwrap();
        assert_eq!(
            out["data/a.toml"].text,
            text.replace("2026-09-01\n", "2026-09-01\nuntil = 2027-08-31\n\n[[referent.assignment]]\nestablishment = \"0860002K\"\n")
        );
    }
}
