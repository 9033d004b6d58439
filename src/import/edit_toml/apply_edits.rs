//! Changed records put back into the texts of their files, and new ones where they belong.

use super::edit_record::{EditError, edited_record};
use super::record_edit::{NewRecord, RecordEdit};
use super::write_values::record_text;
use crate::import::existing_records::{ExistingRecords, RecordEntry, RecordFile, before_comment};
use std::collections::BTreeMap;
use std::ops::Range;

/// Why a text could not be changed: a defect of missive, shown with the record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("la fiche {record} ne peut pas être modifiée là où elle est ({error})")]
pub struct RecordEditError {
    /// The record.
    pub record: String,
    /// What is wrong.
    pub error: EditError,
}

/// A part of a file's text, and what takes its place.
struct TextEdit {
    range: Range<usize>,
    text: String,
}

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
        let mut pieces: Vec<TextEdit> = Vec::new();
        for (entry, edits) in changes {
            let before = file.text.get(entry.range.clone()).unwrap_or_default();
            let after = edited_record(before, entry, edits)
                .map_err(|error| RecordEditError { record: entry.key.clone(), error })?;
            let text = with_line_ends(&after, before);
            pieces.push(TextEdit { range: entry.range.clone(), text });
        }
        if file.path == into {
            pieces.extend(insertions(records, at, new));
        }
        // From the end, so that what comes before keeps its place; an insertion before a record that is
        // rewritten comes first.
        pieces.sort_by_key(|piece| (piece.range.start, piece.range.end));
        for piece in pieces.iter().rev() {
            text.replace_range(piece.range.clone(), &piece.text);
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
fn insertions(records: &ExistingRecords, file: usize, new: &[NewRecord]) -> Vec<TextEdit> {
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
    let mut pieces: Vec<TextEdit> = found
        .into_iter()
        .map(|(start, texts)| TextEdit {
            range: start..start,
            text: with_line_ends(&texts.concat(), &target.text),
        })
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
        pieces.push(TextEdit { range: end..end, text: with_line_ends(&text, &target.text) });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::field_value::FieldValue;

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
