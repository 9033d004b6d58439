//! Allowances that were awarded, against the assignments they are for: the amount says which allowance of
//! the rules it is, the referent is known by identifier, mail address, or name in the school. Pure.

use super::allowance_holder::find_holder;
use super::allowance_rates::find_allowance;
use super::assignments::find_missing_assignments;
use super::identity::school_mailboxes;
use crate::import::extract::extracted_rows::CandidateRow;
use crate::import::import_input::ImportInput;
use crate::import::proposal::{Proposal, RepeatedRow};
use crate::import::record_target::RecordTarget;
use crate::import::three_way_merge::{RecordComparison, SourceField, merge_field};
use std::collections::{BTreeMap, BTreeSet};

/// Proposes what a list of allowances changes.
pub(in crate::import) fn match_allowances(input: &ImportInput<'_>) -> Proposal {
    let mut proposal = Proposal::default();
    let mailboxes = school_mailboxes(input.records);
    // By assignment, the row that counts.
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for candidate in &input.extracted.candidates {
        if let Err(reason) = match_row(input, candidate, &mailboxes, &mut counted, &mut proposal) {
            proposal.reject(candidate.row, reason);
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
) -> Result<(), String> {
    let uai = candidate.uai();
    let holder =
        find_holder(input, candidate, uai, mailboxes).map_err(|error| error.to_string())?;
    let Some(record) = input.records.entries.get(holder.entry) else { return Ok(()) };
    let key = format!("{}@{uai}", record.key);
    if let Some(first) = counted.get(&key) {
        let counted = input.extracted.candidates.iter().find(|row| row.row == *first);
        let differs = counted.map(|counted| counted.differs(candidate, RecordTarget::Allowance));
        proposal.merged.push(RepeatedRow {
            row: candidate.row,
            counted: *first,
            label: key,
            is_replaced: false,
            differs: differs.unwrap_or_default(),
        });
        return Ok(());
    }
    let assignment = record.assignments.get(holder.assignment).cloned().unwrap_or_default();
    let allowance =
        find_allowance(input, candidate, &assignment).map_err(|error| error.to_string())?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::existing_records::{ExistingRecords, RecordFile};
    use crate::import::extract::extracted_rows::ExtractedRows;
    use crate::import::field_value::FieldValue;
    use crate::import::proposal::{AllowanceRate, ImportAnswers, ImportContext, MergeBase};
    use jiff::civil::date;

    const CLAIRE: &str = "[[establishment]]\nuai = \"0860001J\"\nsector = \"public\"\n[[establishment]]\nuai = \"0860002K\"\n[[referent]]\nid = \"martin-claire\"\ngiven_name = \"Claire\"\nfamily_name = \"Martin\"\npost = \"professeure\"\n[[referent.assignment]]\nestablishment = \"0860001J\"\nsince = 2024-09-01\n";

    fn rate(id: &str, amount: &str, sectors: &[&str]) -> AllowanceRate {
        AllowanceRate {
            id: id.into(),
            amount: amount.into(),
            kinds: Vec::new(),
            sectors: sectors.iter().map(|sector| (*sector).to_owned()).collect(),
            since: date(2015, 9, 1),
            until: None,
        }
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

    /// The reason for which a row of Claire is rejected.
    fn reason(rates: Vec<AllowanceRate>, fields: &[(&'static str, &str)]) -> String {
        let context = ImportContext {
            year: Some((date(2026, 9, 1), date(2027, 8, 31))),
            day: Some(date(2026, 11, 16)),
            allowances: rates,
            ..ImportContext::default()
        };
        let name = [("given_name", "Claire"), ("family_name", "Martin")];
        let fields: Vec<(&'static str, &str)> = name.iter().chain(fields).copied().collect();
        let candidates = vec![row(2, &fields)];
        let extracted = ExtractedRows { read: 1, candidates, ..ExtractedRows::default() };
        let found = match_allowances(&ImportInput {
            records: &records(CLAIRE),
            extracted: &extracted,
            base: &MergeBase::default(),
            context: &context,
            answers: &ImportAnswers::default(),
        });
        found.rejected.first().map(|row| row.reason.clone()).unwrap_or_default()
    }

    #[test]
    fn the_reason_is_the_true_one() {
        let here = ("uai", "0860001J");
        let later = AllowanceRate { since: date(2027, 9, 1), ..rate("imp-9", "900.00", &[]) };
        let before =
            AllowanceRate { until: Some(date(2020, 8, 31)), ..rate("imp-0", "800.00", &[]) };
        let private = rate("imp-prive", "1250.00", &["private"]);
        let twice = vec![rate("a", "500.00", &[]), rate("b", "500.00", &[])];
        for (rates, fields, words) in [
            (
                vec![],
                [here, ("amount", "17.00")],
                "aucune indemnité de data/rules n'est de 17\u{a0}€",
            ),
            (vec![], [here, ("amount", "1250.50")], "de 1\u{202f}250,50\u{a0}€"),
            (
                vec![private.clone()],
                [here, ("amount", "1250.00")],
                "« imp-prive » est pour le secteur privé",
            ),
            (
                vec![private],
                [here, ("allowance", "imp-prive")],
                "« imp-prive » est pour le secteur privé",
            ),
            (
                vec![later.clone()],
                [here, ("amount", "900.00")],
                "« imp-9 » n'est en vigueur que depuis le 2027-09-01",
            ),
            (
                vec![later],
                [here, ("allowance", "imp-9")],
                "« imp-9 » n'est en vigueur que depuis le 2027-09-01",
            ),
            (
                vec![before],
                [here, ("amount", "800.00")],
                "« imp-0 » n'est plus en vigueur depuis le 2020-08-31",
            ),
            (vec![], [here, ("allowance", "x")], "l'indemnité « x » n'existe pas"),
            (twice, [here, ("amount", "500.00")], "plusieurs indemnités sont de 500\u{a0}€ : a, b"),
            (
                vec![],
                [("uai", "0860002K"), ("amount", "17.00")],
                "désigné à 0860001J, pas à 0860002K",
            ),
            (
                vec![],
                [("uai", "0860009Z"), ("amount", "17.00")],
                "l'établissement 0860009Z n'est pas dans les fiches",
            ),
        ] {
            let told = reason(rates, &fields);
            assert!(told.contains(words), "{told}");
        }
        let nobody = reason(vec![], &[here, ("amount", "1"), ("id", "petit-luc")]);
        assert!(nobody.contains("n'est pas un référent des fiches"), "{nobody}");
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
            ..ImportContext::default()
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
