//! Candidates for schools against the records: what is new, what changes, which school is gone.

use super::school_records::source_field;
use crate::import::edit_toml::record_edit::{NewRecord, RecordEdit};
use crate::import::extract::extracted_rows::CandidateRow;
use crate::import::field_value::FieldValue;
use crate::import::import_input::ImportInput;
use crate::import::proposal::{
    FieldChange, ImportAnswer, ImportQuestion, MissingRecord, Proposal, QuestionKind,
};
use crate::import::three_way_merge::{RecordComparison, keep_unread, merge_field};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Fields of a school in the order they are written.
const FIELDS: [&str; 15] = [
    "uai",
    "kind",
    "sector",
    "name",
    "site",
    "address",
    "postcode",
    "city",
    "email",
    "phone",
    "authority",
    "digital_workspace",
    "priorities",
    "closed",
    "merged_into",
];

/// Proposes what a list of schools changes.
pub(in crate::import) fn match_establishments(input: &ImportInput<'_>) -> Proposal {
    let mut proposal = Proposal::default();
    for candidate in &input.extracted.candidates {
        let uai = candidate.uai().to_owned();
        let last = input.base.records.get(&uai);
        let next = match (input.records.find("establishment", &uai), last) {
            (Some(entry), _) => compare_school(input, &mut proposal, candidate, &uai, entry),
            (None, Some(last)) => {
                let name = candidate.text("name").unwrap_or_default();
                proposal
                    .notes
                    .push(format!("{name} ({uai}) : retiré des fiches à la main, pas remis"));
                proposal.unchanged += 1;
                last.clone()
            }
            (None, None) => add_school(&mut proposal, candidate, &uai),
        };
        let in_file = input.records.find("establishment", &uai);
        let in_file = in_file.and_then(|at| input.records.entries.get(at)?.text("email"));
        let is_unread = candidate.left_out.contains("email") && in_file.is_none();
        let is_empty =
            candidate.present.contains("email") && !candidate.fields.contains_key("email");
        if is_empty || is_unread {
            proposal.without_mail.push(uai.clone());
        }
        proposal.base.records.insert(uai, next);
    }
    find_missing_schools(input, &mut proposal);
    proposal
}

/// Compares a school with its record; gives the base of the next import.
fn compare_school(
    input: &ImportInput<'_>,
    proposal: &mut Proposal,
    candidate: &CandidateRow,
    uai: &str,
    entry: usize,
) -> BTreeMap<String, FieldValue> {
    let mut next = BTreeMap::new();
    let mut changed = false;
    let base = input.base.records.get(uai);
    let record = RecordComparison::school(entry, uai, candidate.row, base);
    for name in FIELDS.into_iter().filter(|name| candidate.present.contains(name)) {
        let field = source_field(candidate, name);
        changed |= merge_field(input, proposal, &record, &field, &mut next);
    }
    keep_unread(base, &candidate.present, &mut next);
    let closed = input.records.entries.get(entry).and_then(|entry| entry.fields.get("closed"));
    if let (Some(closed), false) = (closed, candidate.fields.contains_key("closed")) {
        let label = input.records.school_label(uai);
        proposal
            .notes
            .push(format!("{label} : la fiche le dit fermé le {closed}, la source l'a encore"));
    }
    proposal.count(changed);
    next
}

/// Adds a new school; gives the base of the next import.
fn add_school(
    proposal: &mut Proposal,
    candidate: &CandidateRow,
    uai: &str,
) -> BTreeMap<String, FieldValue> {
    let fields: Vec<(String, FieldValue)> = FIELDS
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), candidate.fields.get(name)?.clone())))
        .collect();
    proposal.changes.extend(fields.iter().map(|(field, value)| FieldChange {
        uai: uai.to_owned(),
        referent: None,
        field: field.clone(),
        before: None,
        after: Some(value.clone()),
        row: candidate.row,
        new: true,
    }));
    proposal.additions.push(NewRecord {
        table: "establishment",
        key: uai.to_owned(),
        fields,
        assignments: Vec::new(),
    });
    proposal.new += 1;
    let known = candidate.fields.iter();
    known.map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// Schools that the last import had and this source has not: closed, merged, or left out by mistake;
/// a person says which.
fn find_missing_schools(input: &ImportInput<'_>, proposal: &mut Proposal) {
    let seen: BTreeSet<String> = proposal.base.records.keys().cloned().collect();
    for uai in input.base.missing(&seen) {
        let last = input.base.records.get(uai).cloned().unwrap_or_default();
        let Some(at) = input.records.find("establishment", uai) else { continue };
        let Some(entry) = input.records.entries.get(at) else { continue };
        proposal.base.records.insert(uai.clone(), last);
        let reason = match input.extracted.aside.get(uai) {
            // Its row is there and was rejected, which is reported already; or it was taken before.
            Some(None) => continue,
            None if input.extracted.is_part => continue,
            Some(Some(reason)) => Some(reason.clone()),
            None => None,
        };
        if entry.fields.contains_key("closed") {
            continue;
        }
        let id = format!("gone:{uai}");
        let answer = input.answers.each.get(&id).cloned();
        let answer = answer.or(input.answers.gone_closed.map(ImportAnswer::Closed));
        let label = entry.school_label();
        match answer {
            Some(ImportAnswer::Closed(day)) => close(proposal, at, uai, day, None),
            Some(ImportAnswer::Merged(into, day)) => {
                close(proposal, at, uai, day, Some(into.to_string()));
            }
            _ => proposal.questions.push(ImportQuestion {
                id,
                row: 0,
                kind: QuestionKind::Gone,
                text: match &reason {
                    Some(reason) => {
                        format!("{label} est maintenant écarté par un filtre ({reason})")
                    }
                    None => format!("{label} n'est plus dans la source"),
                },
            }),
        }
        proposal.gone.push(MissingRecord { key: uai.clone(), label, reason });
    }
}

fn close(proposal: &mut Proposal, entry: usize, uai: &str, day: Date, into: Option<String>) {
    let values =
        [("closed", Some(FieldValue::Day(day))), ("merged_into", into.map(FieldValue::Text))];
    for (field, value) in values {
        let Some(value) = value else { continue };
        proposal.changes.push(FieldChange {
            uai: uai.to_owned(),
            referent: None,
            field: field.to_owned(),
            before: None,
            after: Some(value.clone()),
            row: 0,
            new: false,
        });
        proposal.edits.push(RecordEdit::Set {
            entry,
            within: None,
            field: field.to_owned(),
            value: Some(value),
        });
    }
    proposal.changed += 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::existing_records::{ExistingRecords, RecordFile};
    use crate::import::extract::extracted_rows::ExtractedRows;
    use crate::import::proposal::{ImportAnswers, ImportContext, MergeBase};

    #[test]
    fn a_school_that_is_gone_is_closed_only_by_a_person() {
        let text = "[[establishment]]\nuai = \"0860001J\"\nname = \"A\"\n";
        let file = RecordFile { path: "data/a.toml".into(), text: text.into(), mark: false };
        let records = ExistingRecords::read(vec![file]).unwrap();
        let base = MergeBase { records: [("0860001J".to_owned(), BTreeMap::new())].into() };
        let of = |extracted: &ExtractedRows, answers: &ImportAnswers| {
            let context = &ImportContext::default();
            match_establishments(&ImportInput {
                records: &records,
                extracted,
                base: &base,
                context,
                answers,
            })
        };
        let nothing = ExtractedRows::default();
        let asked = of(&nothing, &ImportAnswers::default());
        assert_eq!((asked.gone.len(), asked.questions.len(), asked.edits.len()), (1, 1, 0));
        let day = jiff::civil::date(2027, 8, 31);
        let answers = ImportAnswers { gone_closed: Some(day), ..ImportAnswers::default() };
        assert_eq!(of(&nothing, &answers).edits.len(), 1);
        let rejected = ExtractedRows {
            aside: [("0860001J".to_owned(), None)].into(),
            ..ExtractedRows::default()
        };
        assert!(of(&rejected, &ImportAnswers::default()).gone.is_empty());
    }
}
