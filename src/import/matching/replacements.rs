//! A row whose words say that it takes the place of another one is asked about: another row of the sheet,
//! or a referent of the records. Until it is answered, it is not taken. Pure.

use super::assignments::current_assignment;
use super::identity::{candidate_name, entry_name, shown_name};
use crate::import::edit_toml::record_edit::RecordEdit;
use crate::import::existing_records::RecordEntry;
use crate::import::extract::extracted_rows::{CandidateRow, ExtractedRows, Remark};
use crate::import::extract::remark_words::RemarkSubject;
use crate::import::field_value::FieldValue;
use crate::import::import_input::ImportInput;
use crate::import::proposal::{
    FieldChange, ImportAnswer, ImportQuestion, Proposal, QuestionKind, RepeatedRow, Replaced,
};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Why the assignment of somebody who is replaced ends.
const REASON: &str = "remplacement";

/// Whom a row may take the place of.
struct Predecessors<'i> {
    rows: Vec<&'i CandidateRow>,
    /// Referents of the records, with the assignment in this school.
    referents: Vec<(usize, &'i RecordEntry, usize)>,
}

/// Settles the rows that say that they take the place of another one; gives the rows that are left.
pub(super) fn settle_replacements(
    input: &ImportInput<'_>,
    extracted: &ExtractedRows,
    proposal: &mut Proposal,
) -> ExtractedRows {
    let mut left = extracted.clone();
    let says =
        extracted.remarks.iter().filter(|remark| remark.subject == RemarkSubject::Replacement);
    let mut by_row: BTreeMap<usize, &Remark> = BTreeMap::new();
    for remark in says {
        by_row.entry(remark.row).or_insert(remark);
    }
    for (row, remark) in &by_row {
        let of_row = extracted.candidates.iter().filter(|candidate| candidate.row == *row);
        for candidate in of_row {
            let found = predecessors(input, extracted, candidate, &by_row);
            if found.rows.is_empty() && found.referents.is_empty() {
                continue;
            }
            apply_answer(input, candidate, remark, &found, &mut left, proposal);
        }
    }
    left
}

fn predecessors<'i>(
    input: &ImportInput<'i>,
    extracted: &'i ExtractedRows,
    candidate: &CandidateRow,
    by_row: &BTreeMap<usize, &Remark>,
) -> Predecessors<'i> {
    let (uai, name) = (candidate.uai(), candidate_name(candidate));
    let rows = extracted.candidates.iter().filter(|other| {
        other.uai() == uai && candidate_name(other) != name && !by_row.contains_key(&other.row)
    });
    let records = input.records;
    let is_in_sheet = |entry: &RecordEntry| {
        extracted
            .candidates
            .iter()
            .any(|row| row.uai() == uai && candidate_name(row) == entry_name(entry))
    };
    let referents = records.of("referent").filter_map(|(at, entry)| {
        let assignment = current_assignment(entry, uai, input.context)?;
        let has_end = entry.assignments.get(assignment)?.contains_key("until");
        (!has_end && !is_in_sheet(entry)).then_some((at, entry, assignment))
    });
    Predecessors { rows: rows.collect(), referents: referents.collect() }
}

fn apply_answer(
    input: &ImportInput<'_>,
    candidate: &CandidateRow,
    remark: &Remark,
    found: &Predecessors<'_>,
    left: &mut ExtractedRows,
    proposal: &mut Proposal,
) {
    let row = candidate.row;
    let id = format!("replaces:{row}:{}", candidate.uai());
    match input.answers.each.get(&id) {
        Some(ImportAnswer::Other) => {}
        Some(ImportAnswer::Replaces) => take_place_of_rows(candidate, found, left, proposal),
        Some(ImportAnswer::NewSince(day)) => {
            take_place_of_rows(candidate, found, left, proposal);
            found.referents.iter().for_each(|(entry, record, assignment)| {
                end_assignment(candidate, *entry, record, *assignment, *day, proposal);
            });
            let of_row = left.candidates.iter_mut().filter(|kept| kept.row == row);
            for kept in of_row.filter(|kept| kept.uai() == candidate.uai()) {
                kept.fields.entry("since").or_insert(FieldValue::Day(*day));
                kept.present.insert("since");
            }
        }
        answer => {
            let asked = sentence(input, candidate, remark, found);
            proposal.reject(row, format!("à décider : {asked}"));
            if answer.is_none() {
                let replaced = match (found.rows.is_empty(), found.referents.is_empty()) {
                    (_, true) => Replaced::Rows,
                    (true, false) => Replaced::Referent,
                    (false, false) => Replaced::Both,
                };
                let text = format!(
                    "ligne {row}, {} : {asked}",
                    input.records.school_label(candidate.uai())
                );
                let kind = QuestionKind::Replacement(replaced);
                proposal.questions.push(ImportQuestion { id, row, kind, text });
            }
            left.aside.insert(candidate.uai().to_owned(), None);
            left.candidates.retain(|kept| kept.row != row);
        }
    }
}

/// The question in words: "« annule et remplace » : Claire Martin prend-elle la place de …".
fn sentence(
    input: &ImportInput<'_>,
    candidate: &CandidateRow,
    remark: &Remark,
    found: &Predecessors<'_>,
) -> String {
    let rows = found.rows.iter().map(|row| format!("{} (ligne {})", shown_name(row), row.row));
    let known =
        found.referents.iter().map(|(_, record, _)| input.records.person_label(&record.key));
    let others: Vec<String> = rows.chain(known).collect();
    format!(
        "la ligne dit « {} » ; {} prend la place de {} ?",
        remark.text,
        shown_name(candidate),
        others.join(", ")
    )
}

/// The other rows of the sheet do not count any more.
fn take_place_of_rows(
    candidate: &CandidateRow,
    found: &Predecessors<'_>,
    left: &mut ExtractedRows,
    proposal: &mut Proposal,
) {
    for other in &found.rows {
        let is_other = |kept: &CandidateRow| kept.row == other.row && kept.uai() == other.uai();
        left.candidates.retain(|kept| !is_other(kept));
        let label = format!("{}, dont {} prend la place", shown_name(other), shown_name(candidate));
        proposal.merged.push(RepeatedRow {
            row: other.row,
            counted: candidate.row,
            label,
            is_replaced: true,
            differs: Vec::new(),
        });
    }
}

/// The assignment of somebody whom the records know ends the day before.
fn end_assignment(
    candidate: &CandidateRow,
    entry: usize,
    record: &RecordEntry,
    assignment: usize,
    since: Date,
    proposal: &mut Proposal,
) {
    let Ok(last) = since.yesterday() else { return };
    let values =
        [("until", FieldValue::Day(last)), ("end_reason", FieldValue::Text(REASON.to_owned()))];
    for (field, value) in values {
        proposal.changes.push(FieldChange {
            uai: candidate.uai().to_owned(),
            referent: Some(record.key.clone()),
            field: format!("assignment.{field}"),
            before: None,
            after: Some(value.clone()),
            row: candidate.row,
            new: false,
        });
        proposal.edits.push(RecordEdit::Set {
            entry,
            within: Some(("assignment", assignment)),
            field: field.to_owned(),
            value: Some(value),
        });
    }
    proposal.count(true);
}
