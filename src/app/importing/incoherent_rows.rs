//! Records that would not hold together after an import: the rows that make them so are rejected, each with
//! what is wrong, and the others are taken.

use crate::app::importing::effects::Effects;
use crate::app::importing::import_changes::ImportChanges;
use crate::diagnostic::{Problem, Span};
use crate::import::existing_records::ExistingRecords;
use std::collections::BTreeMap;

/// The rows of one part, with their reasons.
pub(super) type RowsOfPart = BTreeMap<usize, String>;

/// The rows that bring about the errors that an import would leave, by part; nothing for an error that no
/// row brings about.
pub(super) fn rows_of_errors(changes: &ImportChanges, effects: &Effects) -> Vec<RowsOfPart> {
    let mut found = vec![RowsOfPart::new(); changes.parts.len()];
    let texts = changes.texts.values().cloned().collect();
    let Ok(records) = ExistingRecords::read(texts) else { return found };
    for problem in &effects.errors {
        for (part, row) in rows_of_problem(changes, effects, &records, problem) {
            let reason = format!("la fiche ne tiendrait pas : {}", problem.message);
            if let Some(rows) = found.get_mut(part) {
                rows.entry(row).or_insert(reason);
            }
        }
    }
    found
}

/// The rows that bring about one error, each with its part.
fn rows_of_problem(
    changes: &ImportChanges,
    effects: &Effects,
    records: &ExistingRecords,
    problem: &Problem,
) -> Vec<(usize, usize)> {
    let places = problem.span.into_iter().chain(problem.related.iter().map(|(span, _)| *span));
    for place in places {
        let rows = rows_at(changes, effects, records, place);
        if !rows.is_empty() {
            return rows;
        }
    }
    Vec::new()
}

/// The rows that change the record at a place; those of one school, where the place is in an assignment.
fn rows_at(
    changes: &ImportChanges,
    effects: &Effects,
    records: &ExistingRecords,
    place: Span,
) -> Vec<(usize, usize)> {
    let path = effects.sources.path(place);
    let start = place.start as usize;
    let entry = records.entries.iter().find(|entry| {
        let file = records.files.get(entry.file);
        file.is_some_and(|file| file.path == path) && entry.range.contains(&start)
    });
    let Some(entry) = entry else { return Vec::new() };
    let school = entry.school_at(start);
    let parts = changes.parts.iter().enumerate();
    let rows = |school: Option<&str>| -> Vec<(usize, usize)> {
        let of_part = parts.clone().flat_map(|(part, proposal)| {
            proposal.rows_of(&entry.key, school).into_iter().map(move |row| (part, row))
        });
        of_part.collect()
    };
    match rows(school) {
        found if found.is_empty() => rows(None),
        found => found,
    }
}
