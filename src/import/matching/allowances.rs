//! Allowances that were awarded, against the assignments they are for: the amount says which allowance of
//! the rules it is, the referent is known by identifier, mail address, or name in the school. Pure.

use super::assignments::{current_assignment, find_missing_assignments};
use super::identity::{candidate_name, entry_name, personal_email, school_mailboxes, shown_name};
use crate::import::existing_records::{FieldValues, RecordEntry};
use crate::import::extract::extracted_rows::CandidateRow;
use crate::import::field_value::FieldValue;
use crate::import::import_input::ImportInput;
use crate::import::proposal::{Proposal, RepeatedRow};
use crate::import::three_way_merge::{RecordComparison, SourceField, merge_field};
use crate::records::values::Euros;
use std::collections::{BTreeMap, BTreeSet};

/// Why a row cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum AllowanceError {
    #[error(
        "aucune désignation de {person} à {uai} dans les fiches : importer d'abord les référents"
    )]
    NoAssignment { person: String, uai: String },
    #[error("plusieurs désignations à {uai} conviennent : donner l'adresse électronique")]
    SeveralAssignments { uai: String },
    #[error("l'indemnité « {0} » n'existe pas dans data/rules")]
    Unknown(String),
    #[error("aucune indemnité en vigueur n'est de {0} dans data/rules")]
    NoneOfAmount(String),
    #[error("plusieurs indemnités sont de {amount} : {}", .allowances.join(", "))]
    SeveralOfAmount { amount: String, allowances: Vec<String> },
}

/// The assignment that a row is about.
struct Holder {
    /// Number of the referent's entry among the records.
    entry: usize,
    /// Which of the referent's assignments.
    assignment: usize,
}

/// Proposes what a list of allowances changes.
pub(in crate::import) fn match_allowances(input: &ImportInput<'_>) -> Proposal {
    let mut proposal = Proposal::default();
    let mailboxes = school_mailboxes(input.records);
    // By assignment, the row that counts.
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for candidate in &input.extracted.candidates {
        if let Err(error) = match_row(input, candidate, &mailboxes, &mut counted, &mut proposal) {
            proposal.reject(candidate.row, error.to_string());
        }
    }
    find_missing_assignments(input, &mut proposal);
    proposal
}

/// Holds one row against the assignment that it is about.
fn match_row(
    input: &ImportInput<'_>,
    candidate: &CandidateRow,
    mailboxes: &BTreeSet<String>,
    counted: &mut BTreeMap<String, usize>,
    proposal: &mut Proposal,
) -> Result<(), AllowanceError> {
    let uai = candidate.uai();
    let holder = find_holder(input, candidate, uai, mailboxes)?;
    let Some(record) = input.records.entries.get(holder.entry) else { return Ok(()) };
    let key = format!("{}@{uai}", record.key);
    if let Some(first) = counted.get(&key) {
        proposal.merged.push(RepeatedRow { row: candidate.row, counted: *first, label: key });
        return Ok(());
    }
    let assignment = record.assignments.get(holder.assignment).cloned().unwrap_or_default();
    let allowance = find_allowance(input, candidate, &assignment)?;
    counted.insert(key.clone(), candidate.row);
    let mut next = BTreeMap::new();
    let mut changed = false;
    let comparison = RecordComparison {
        referent: Some(record.key.clone()),
        assignment: Some(holder.assignment),
        shown_prefix: "assignment.",
        ..RecordComparison::school(holder.entry, uai, candidate.row, input.base.records.get(&key))
    };
    for (name, value) in [
        ("allowance", allowance.as_ref()),
        ("allowance_granted", candidate.fields.get("allowance_granted")),
    ] {
        let field = SourceField { name, value, all_caps: false, optional: true };
        changed |= merge_field(input, proposal, &comparison, &field, &mut next);
    }
    proposal.base.records.insert(key, next);
    proposal.count(changed);
    Ok(())
}

/// Whose allowance a row is about.
fn find_holder(
    input: &ImportInput<'_>,
    candidate: &CandidateRow,
    uai: &str,
    mailboxes: &BTreeSet<String>,
) -> Result<Holder, AllowanceError> {
    let records = input.records;
    let here = |(entry, record): (usize, &RecordEntry)| {
        let assignment = current_assignment(record, uai, input.context)?;
        Some(Holder { entry, assignment })
    };
    let mut found: Vec<Holder> = Vec::new();
    if let Some(id) = candidate.text("id") {
        found.extend(records.of("referent").filter(|(_, entry)| entry.key == id).filter_map(here));
    } else {
        let email = personal_email(candidate, mailboxes);
        let by_email = records.of("referent").filter(|(_, entry)| {
            email.is_some() && entry.text("email").map(str::to_lowercase).as_deref() == email
        });
        found.extend(by_email.filter_map(here));
        if found.is_empty() {
            let name = candidate_name(candidate);
            let by_name = records.of("referent").filter(|(_, entry)| {
                candidate.text("family_name").is_some() && entry_name(entry) == name
            });
            found.extend(by_name.filter_map(here));
        }
    }
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => {
            let person = match shown_name(candidate) {
                name if name.is_empty() => {
                    candidate.text("id").or(candidate.text("email")).unwrap_or("?").to_owned()
                }
                name => name,
            };
            Err(AllowanceError::NoAssignment { person, uai: uai.to_owned() })
        }
        _ => Err(AllowanceError::SeveralAssignments { uai: uai.to_owned() }),
    }
}

/// "1250.00", as a cell of the spreadsheet was cleaned, as "1 250 €".
fn shown_amount(cell: &str) -> String {
    let (whole, cents) = cell.split_once('.').unwrap_or((cell, "00"));
    let cents = format!("{whole}{cents:0<2}").parse();
    cents.map_or_else(|_| format!("{cell}\u{a0}€"), |cents| Euros { cents }.to_string())
}

/// Which allowance of the rules a row means: by its name, or by its amount for that kind of school.
fn find_allowance(
    input: &ImportInput<'_>,
    candidate: &CandidateRow,
    assignment: &FieldValues,
) -> Result<Option<FieldValue>, AllowanceError> {
    let rates = &input.context.allowances;
    if let Some(id) = candidate.text("allowance") {
        return match rates.iter().any(|rate| rate.id == id) {
            true => Ok(Some(FieldValue::Text(id.to_owned()))),
            false => Err(AllowanceError::Unknown(id.to_owned())),
        };
    }
    let Some(amount) = candidate.text("amount") else { return Ok(None) };
    let uai = candidate.uai();
    let records = input.records;
    let school = records.find("establishment", uai).and_then(|at| records.entries.get(at));
    let suits = |list: &[String], field: &str| {
        let value = school.and_then(|school| school.text(field));
        list.is_empty() || value.is_none_or(|value| list.iter().any(|word| word == value))
    };
    let fit: BTreeSet<&str> = rates
        .iter()
        .filter(|rate| rate.amount == amount)
        .filter(|rate| suits(&rate.kinds, "kind") && suits(&rate.sectors, "sector"))
        .map(|rate| rate.id.as_str())
        .collect();
    let fit: Vec<&str> = fit.into_iter().collect();
    let in_file = assignment.get("allowance").and_then(FieldValue::as_text);
    match fit.as_slice() {
        [only] => Ok(Some(FieldValue::Text((*only).to_owned()))),
        [] => Err(AllowanceError::NoneOfAmount(shown_amount(amount))),
        several => match in_file.filter(|id| several.contains(id)) {
            Some(id) => Ok(Some(FieldValue::Text(id.to_owned()))),
            None => Err(AllowanceError::SeveralOfAmount {
                amount: shown_amount(amount),
                allowances: several.iter().map(|id| (*id).to_owned()).collect(),
            }),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::existing_records::{ExistingRecords, RecordFile};
    use crate::import::extract::extracted_rows::ExtractedRows;
    use crate::import::proposal::{ImportAnswers, ImportContext, MergeBase, RateInForce};
    use jiff::civil::date;

    const CLAIRE: &str = "[[establishment]]\nuai = \"0860001J\"\nsector = \"public\"\n[[establishment]]\nuai = \"0860002K\"\n[[referent]]\nid = \"martin-claire\"\ngiven_name = \"Claire\"\nfamily_name = \"Martin\"\npost = \"professeure\"\n[[referent.assignment]]\nestablishment = \"0860001J\"\nsince = 2024-09-01\n";

    fn rate(id: &str, amount: &str, sectors: &[&str]) -> RateInForce {
        let sectors = sectors.iter().map(|sector| (*sector).to_owned()).collect();
        RateInForce { id: id.into(), amount: amount.into(), sectors, ..RateInForce::default() }
    }

    fn records(text: &str) -> ExistingRecords {
        let file = RecordFile { path: "data/a.toml".into(), text: text.into(), mark: false };
        ExistingRecords::read(vec![file]).unwrap()
    }

    fn row(row: usize, fields: &[(&'static str, &str)]) -> CandidateRow {
        let mut candidate = CandidateRow { row, ..CandidateRow::default() };
        for (name, value) in fields {
            candidate.fields.insert(name, FieldValue::Text((*value).to_owned()));
            candidate.present.insert(name);
        }
        candidate
    }

    #[test]
    fn an_amount_names_its_allowance() {
        let context = ImportContext {
            year: Some((date(2026, 9, 1), date(2027, 8, 31))),
            allowances: vec![
                rate("imp-2", "1250.00", &[]),
                rate("imp-1", "625.00", &[]),
                rate("imp-prive", "1250.00", &["private"]),
            ],
        };
        let rows = vec![
            row(
                2,
                &[
                    ("uai", "0860001J"),
                    ("given_name", "CLAIRE"),
                    ("family_name", "MARTIN"),
                    ("amount", "1250.00"),
                ],
            ),
            row(
                3,
                &[
                    ("uai", "0860002K"),
                    ("given_name", "CLAIRE"),
                    ("family_name", "MARTIN"),
                    ("amount", "1250.00"),
                ],
            ),
            row(
                4,
                &[
                    ("uai", "0860001J"),
                    ("given_name", "CLAIRE"),
                    ("family_name", "MARTIN"),
                    ("amount", "1.00"),
                ],
            ),
        ];
        let extracted = ExtractedRows { read: 3, candidates: rows, ..ExtractedRows::default() };
        let found = match_allowances(&ImportInput {
            records: &records(CLAIRE),
            extracted: &extracted,
            base: &MergeBase::default(),
            context: &context,
            answers: &ImportAnswers::default(),
        });
        assert_eq!(
            (found.changed, found.rejected.len(), found.merged.len()),
            (1, 1, 1),
            "{found:?}"
        );
        assert_eq!(found.changes[0].after, Some(FieldValue::Text("imp-2".into())));
    }
}
