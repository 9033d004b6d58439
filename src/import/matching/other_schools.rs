//! A row of a survey that names a second school: the person has an assignment in each. Pure.

use crate::import::existing_records::ExistingRecords;
use crate::import::extract::extracted_rows::{CandidateRow, ExtractedRows, RowReason};
use crate::import::field_value::FieldValue;
use crate::import::proposal::Proposal;
use crate::records::spelling;
use crate::records::values::Uai;
use std::collections::BTreeSet;

/// Why a second school is not found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum OtherSchoolError {
    #[error(
        "autre établissement : aucun ne s'appelle « {0} » dans les fiches ; écrire son code UAI"
    )]
    Unknown(String),
    #[error("autre établissement : « {text} » peut être {} ; écrire son code UAI", .schools.join(" ou "))]
    Several { text: String, schools: Vec<String> },
}

/// The same rows, and one more for each further school that a row names.
pub(super) fn with_other_schools(
    records: &ExistingRecords,
    extracted: &ExtractedRows,
) -> ExtractedRows {
    let mut all = extracted.clone();
    let mut rejected = Vec::new();
    all.candidates = extracted
        .candidates
        .iter()
        .flat_map(|candidate| match of_each_school(records, candidate) {
            Ok(rows) => rows,
            Err(error) => {
                rejected.push((candidate.clone(), error.to_string()));
                Vec::new()
            }
        })
        .collect();
    for (candidate, reason) in rejected {
        all.rejected.push(RowReason { row: candidate.row, reason });
        all.aside.insert(candidate.uai().to_owned(), None);
    }
    all
}

fn of_each_school(
    records: &ExistingRecords,
    candidate: &CandidateRow,
) -> Result<Vec<CandidateRow>, OtherSchoolError> {
    let mut rows = vec![candidate.clone()];
    let Some(FieldValue::List(others)) = candidate.fields.get("other_uai") else { return Ok(rows) };
    let mut seen = BTreeSet::from([candidate.uai().to_owned()]);
    for text in others {
        let uai = find_school(records, text)?;
        if !seen.insert(uai.clone()) {
            continue;
        }
        let mut other = candidate.clone();
        other.fields.insert("uai", FieldValue::Text(uai));
        // What was decided about the first school says nothing of the second.
        for field in ["allowance", "allowance_granted"] {
            other.fields.remove(field);
            other.present.remove(field);
        }
        rows.push(other);
    }
    Ok(rows)
}

/// The code of a school that is named by its code, or by its name in the records.
fn find_school(records: &ExistingRecords, text: &str) -> Result<String, OtherSchoolError> {
    if let Ok(uai) = text.parse::<Uai>() {
        return Ok(uai.to_string());
    }
    let wanted = spelling::folded(text);
    let names = |is: &dyn Fn(&str) -> bool| -> Vec<&str> {
        let schools = records.of("establishment");
        let named = schools.filter(|(_, entry)| {
            entry.text("name").is_some_and(|name| is(&spelling::folded(name)))
        });
        named.map(|(_, entry)| entry.key.as_str()).collect()
    };
    let exact = names(&|name| name == wanted);
    let found = match exact.is_empty() {
        true => names(&|name| wanted.len() >= 4 && name.contains(&wanted)),
        false => exact,
    };
    match found.as_slice() {
        [only] => Ok((*only).to_owned()),
        [] => Err(OtherSchoolError::Unknown(text.to_owned())),
        several => Err(OtherSchoolError::Several {
            text: text.to_owned(),
            schools: several.iter().map(|uai| records.school_label(uai)).collect(),
        }),
    }
}

/// Each row counts once: it was merged only if that is so in all its schools, and not if it was rejected
/// in one.
pub(super) fn count_rows_once(extracted: &ExtractedRows, proposal: &mut Proposal) {
    let number_of =
        |row: usize| extracted.candidates.iter().filter(|candidate| candidate.row == row).count();
    let rejected: BTreeSet<usize> = proposal.rejected.iter().map(|rejected| rejected.row).collect();
    let merged = std::mem::take(&mut proposal.merged);
    let times = |row: usize| merged.iter().filter(|merged_row| merged_row.row == row).count();
    let mut counted = BTreeSet::new();
    let kept: Vec<_> = merged
        .iter()
        .filter(|merged_row| {
            !rejected.contains(&merged_row.row)
                && times(merged_row.row) >= number_of(merged_row.row)
        })
        .filter(|merged_row| counted.insert(merged_row.row))
        .cloned()
        .collect();
    proposal.merged = kept;
}
