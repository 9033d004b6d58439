//! Candidates for heads of schools against the records: the same person, or somebody else since a day.

use super::school_records::source_field;
use crate::import::edit_toml::record_edit::RecordEdit;
use crate::import::existing_records::{ExistingRecords, RecordEntry};
use crate::import::extract::extracted_rows::CandidateRow;
use crate::import::field_value::FieldValue;
use crate::import::import_input::ImportInput;
use crate::import::proposal::{
    FieldChange, ImportAnswer, ImportQuestion, MissingRecord, Proposal, QuestionKind,
};
use crate::import::three_way_merge::{RecordComparison, keep_unread, merge_field};
use crate::records::spelling;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Fields of a head in the order they are written.
const FIELDS: [&str; 6] = ["civility", "given_name", "family_name", "function", "since", "acting"];

/// What becomes of the head of a school.
enum HeadSuccession {
    /// The one whom the last import brought was taken out of the records by a person, and the source
    /// still names them.
    Removed,
    /// The source empties what it said before.
    Emptied,
    /// The same person, or the first one: compared field by field.
    Same,
    /// Somebody else, since a day.
    New(Option<Date>),
    /// A person has to say.
    Unclear,
}

/// Proposes what a list of heads changes.
pub(in crate::import) fn match_heads(input: &ImportInput<'_>) -> Proposal {
    let mut proposal = Proposal::default();
    for candidate in &input.extracted.candidates {
        let uai = candidate.uai().to_owned();
        let Some(entry) = input.records.find("establishment", &uai) else {
            proposal.reject(
                candidate.row,
                format!(
                    "l'établissement {uai} n'est pas dans les fiches : importer d'abord l'annuaire"
                ),
            );
            continue;
        };
        match succession(input, entry, candidate, &uai) {
            HeadSuccession::Removed => keep_removed(input, entry, candidate, &mut proposal),
            HeadSuccession::Emptied => empty_head(input, entry, candidate, &mut proposal),
            HeadSuccession::Unclear => ask(input, entry, candidate, uai, &mut proposal),
            HeadSuccession::New(since) => {
                replace_head(input.records, entry, candidate, since, &mut proposal);
            }
            HeadSuccession::Same => compare_head(input, entry, candidate, uai, &mut proposal),
        }
    }
    find_missing_heads(input, &mut proposal);
    proposal
}

fn succession(
    input: &ImportInput<'_>,
    entry: usize,
    candidate: &CandidateRow,
    uai: &str,
) -> HeadSuccession {
    let Some(record) = input.records.entries.get(entry) else { return HeadSuccession::Unclear };
    let names = ["given_name", "family_name"];
    let file = names.map(|name| record.fields.get(&format!("head.{name}")));
    let source = names.map(|name| candidate.fields.get(name));
    if FIELDS.iter().all(|name| !candidate.fields.contains_key(name)) {
        return HeadSuccession::Emptied;
    }
    let folded = |value: Option<&FieldValue>| {
        value.and_then(FieldValue::as_text).map(spelling::folded).unwrap_or_default()
    };
    if file.map(folded) == source.map(folded) {
        return HeadSuccession::Same;
    }
    // The source says what it said before: a person changed the name, or took the head out.
    let last = input.base.records.get(uai);
    let unchanged = names.iter().zip(source).all(|(name, source)| {
        let last = last.and_then(|fields| fields.get(*name));
        last.is_some_and(|last| source.is_some_and(|source| last.same_ignoring_accents(source)))
    });
    // A head is whole or is not there: its parts are not merged into nothing.
    if file.iter().all(Option::is_none) {
        return match unchanged {
            true => HeadSuccession::Removed,
            false => HeadSuccession::New(None),
        };
    }
    if unchanged {
        return HeadSuccession::Same;
    }
    match input.answers.each.get(&format!("head:{uai}")) {
        Some(ImportAnswer::Correction) => return HeadSuccession::Same,
        Some(ImportAnswer::NewSince(day)) => return HeadSuccession::New(Some(*day)),
        Some(_) => return HeadSuccession::Unclear,
        None => {}
    }
    let before = known_since(input, entry);
    match (candidate.day("since"), before) {
        (Some(now), Some(before)) if now > before => HeadSuccession::New(Some(now)),
        (Some(now), Some(before)) if now == before => HeadSuccession::Same,
        _ => match input.answers.since {
            Some(day) => HeadSuccession::New(Some(candidate.day("since").unwrap_or(day))),
            None => HeadSuccession::Unclear,
        },
    }
}

/// Since when the head of the records is in office.
fn known_since(input: &ImportInput<'_>, entry: usize) -> Option<Date> {
    let record = input.records.entries.get(entry)?;
    match record.fields.get("head.since") {
        Some(FieldValue::Day(day)) => Some(*day),
        _ => None,
    }
}

/// A head whom a person took out of the records does not come back while the source says the same.
fn keep_removed(
    input: &ImportInput<'_>,
    entry: usize,
    candidate: &CandidateRow,
    proposal: &mut Proposal,
) {
    let uai = candidate.uai();
    let label = input.records.entries.get(entry).map(RecordEntry::school_label).unwrap_or_default();
    proposal.notes.push(format!("{label} : chef d'établissement retiré à la main, pas remis"));
    proposal.unchanged += 1;
    if let Some(last) = input.base.records.get(uai) {
        proposal.base.records.insert(uai.to_owned(), last.clone());
    }
}

/// The source names no head any more: the one that it brought goes, unless a person wrote another since.
fn empty_head(
    input: &ImportInput<'_>,
    entry: usize,
    candidate: &CandidateRow,
    proposal: &mut Proposal,
) {
    let uai = candidate.uai();
    let Some(record) = input.records.entries.get(entry) else { return };
    let in_file: BTreeMap<String, FieldValue> = FIELDS
        .iter()
        .filter_map(|name| {
            let value = record.fields.get(&format!("head.{name}"))?;
            Some(((*name).to_owned(), value.clone()))
        })
        .collect();
    let last = input.base.records.get(uai).cloned().unwrap_or_default();
    let was_brought = !in_file.is_empty()
        && in_file.iter().all(|(name, value)| last.get(name).is_some_and(|last| last.same(value)));
    if !was_brought {
        if !in_file.is_empty() && !last.is_empty() {
            proposal.notes.push(format!(
                "{} : vidé dans la source, changé dans la fiche ; le chef d'établissement de la fiche reste",
                record.school_label()
            ));
        }
        proposal.base.records.insert(uai.to_owned(), last);
        return proposal.count(false);
    }
    for (name, value) in in_file {
        let field = format!("head.{name}");
        proposal.changes.push(FieldChange {
            uai: uai.to_owned(),
            referent: None,
            field: field.clone(),
            before: Some(value),
            after: None,
            row: candidate.row,
            new: false,
        });
        proposal.edits.push(RecordEdit::Set { entry, within: None, field, value: None });
    }
    proposal.base.records.insert(uai.to_owned(), BTreeMap::new());
    proposal.count(true);
}

/// Asks whether another name is a correction; until then the row is rejected.
fn ask(
    input: &ImportInput<'_>,
    entry: usize,
    candidate: &CandidateRow,
    uai: String,
    proposal: &mut Proposal,
) {
    let in_file = |field: &str| {
        let entry = input.records.entries.get(entry);
        entry.and_then(|entry| entry.text(&format!("head.{field}"))).unwrap_or("?").to_owned()
    };
    let before = format!("{} {}", in_file("given_name"), in_file("family_name"));
    let after = format!(
        "{} {}",
        candidate.text("given_name").unwrap_or_default(),
        candidate.text("family_name").unwrap_or_default()
    );
    proposal.questions.push(ImportQuestion {
        id: format!("head:{uai}"),
        row: candidate.row,
        kind: QuestionKind::Head,
        text: format!(
            "{} : {before} → {after} : une correction du nom, ou une nouvelle personne (depuis quand ?)",
            input.records.school_label(&uai)
        ),
    });
    let hint = match (candidate.day("since"), known_since(input, entry)) {
        (Some(now), Some(known)) => format!(
            "la source la dit en fonction depuis le {now}, avant celle de la fiche, depuis le {known}"
        ),
        (Some(_), None) => "--since, ou une date dans la fiche, le dit".to_owned(),
        (None, _) => "une colonne de date, ou --since, le dit".to_owned(),
    };
    proposal.reject(
        candidate.row,
        format!("à décider : {before} → {after}, correction ou nouvelle personne ({hint})"),
    );
    if let Some(last) = input.base.records.get(&uai) {
        proposal.base.records.insert(uai, last.clone());
    }
}

fn compare_head(
    input: &ImportInput<'_>,
    entry: usize,
    candidate: &CandidateRow,
    uai: String,
    proposal: &mut Proposal,
) {
    let mut next = BTreeMap::new();
    let mut changed = false;
    let record = RecordComparison {
        prefix: "head.",
        shown_prefix: "head.",
        ..RecordComparison::school(entry, &uai, candidate.row, input.base.records.get(&uai))
    };
    for name in FIELDS.into_iter().filter(|name| candidate.present.contains(name)) {
        if name == "acting" && !is_acting(candidate) && !is_set(input.records, entry, name) {
            continue;
        }
        let field = source_field(candidate, name);
        changed |= merge_field(input, proposal, &record, &field, &mut next);
    }
    keep_unread(record.base, &candidate.present, &mut next);
    proposal.base.records.insert(uai, next);
    proposal.count(changed);
}

fn is_acting(candidate: &CandidateRow) -> bool {
    candidate.fields.get("acting") == Some(&FieldValue::Flag(true))
}

fn is_set(records: &ExistingRecords, entry: usize, name: &str) -> bool {
    let field = format!("head.{name}");
    records.entries.get(entry).is_some_and(|entry| entry.fields.contains_key(&field))
}

/// Somebody else: nothing of the one before stays.
fn replace_head(
    records: &ExistingRecords,
    entry: usize,
    candidate: &CandidateRow,
    since: Option<Date>,
    proposal: &mut Proposal,
) {
    let uai = candidate.uai();
    let Some(record) = records.entries.get(entry) else { return };
    for name in FIELDS {
        let field = format!("head.{name}");
        let before = record.fields.get(&field).cloned();
        let after = match name {
            "since" => since.map(FieldValue::Day).or_else(|| candidate.fields.get(name).cloned()),
            "acting" if !is_acting(candidate) => None,
            _ => candidate.fields.get(name).cloned(),
        };
        if before == after {
            continue;
        }
        proposal.changes.push(FieldChange {
            uai: uai.to_owned(),
            referent: None,
            field: field.clone(),
            before,
            after: after.clone(),
            row: candidate.row,
            new: false,
        });
        proposal.edits.push(RecordEdit::Set { entry, within: None, field, value: after });
    }
    let known = FIELDS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), candidate.fields.get(*name)?.clone())));
    proposal.base.records.insert(uai.to_owned(), known.collect());
    proposal.changed += 1;
}

/// Heads that the last import had and this source has not: shown, and nothing is asked.
fn find_missing_heads(input: &ImportInput<'_>, proposal: &mut Proposal) {
    let seen: BTreeSet<String> = proposal.base.records.keys().cloned().collect();
    for uai in input.base.missing(&seen) {
        let at = input.records.find("establishment", uai);
        let Some(entry) = at.and_then(|at| input.records.entries.get(at)) else { continue };
        let last = input.base.records.get(uai).cloned().unwrap_or_default();
        proposal.base.records.insert(uai.clone(), last);
        let is_expected = !input.extracted.is_part && input.extracted.aside.get(uai) != Some(&None);
        if is_expected && !entry.fields.contains_key("closed") {
            let label = entry.school_label();
            proposal.gone.push(MissingRecord { key: uai.clone(), label, reason: None });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::existing_records::RecordFile;
    use crate::import::extract::extracted_rows::ExtractedRows;
    use crate::import::proposal::{ImportAnswers, ImportContext, MergeBase};

    fn records(text: &str) -> ExistingRecords {
        let file = RecordFile { path: "data/a.toml".into(), text: text.into(), mark: false };
        ExistingRecords::read(vec![file]).unwrap()
    }

    fn head(given: &str, family: &str, since: Option<Date>) -> ExtractedRows {
        let mut candidate = CandidateRow { row: 2, ..CandidateRow::default() };
        for (name, value) in [
            ("uai", "0860001J"),
            ("given_name", given),
            ("family_name", family),
            ("function", "Principale"),
        ] {
            candidate.fields.insert(name, FieldValue::Text(value.into()));
            candidate.present.insert(name);
        }
        if let Some(day) = since {
            candidate.fields.insert("since", FieldValue::Day(day));
            candidate.present.insert("since");
        }
        ExtractedRows { read: 1, candidates: vec![candidate], ..ExtractedRows::default() }
    }

    fn matched(
        text: &str,
        extracted: &ExtractedRows,
        base: &MergeBase,
        answers: &ImportAnswers,
    ) -> Proposal {
        let (records, context) = (records(text), ImportContext::default());
        match_heads(&ImportInput { records: &records, extracted, base, context: &context, answers })
    }

    const ANNE: &str = "[[establishment]]\nuai = \"0860001J\"\nhead = { civility = \"Mme\", given_name = \"Anne\", family_name = \"Durand\", function = \"Principale\", since = 2024-09-01 }\n";

    #[test]
    fn another_name_is_asked_about_unless_a_date_tells() {
        let day = jiff::civil::date(2026, 9, 1);
        let base = MergeBase::default();
        let of = |extracted: &ExtractedRows, answers: &ImportAnswers| {
            matched(ANNE, extracted, &base, answers)
        };
        let asked = of(&head("Luc", "Petit", None), &ImportAnswers::default());
        assert_eq!((asked.questions.len(), asked.rejected.len(), asked.edits.len()), (1, 1, 0));
        let dated = of(&head("Luc", "Petit", Some(day)), &ImportAnswers::default());
        let civility = dated.changes.iter().find(|change| change.field == "head.civility").unwrap();
        assert_eq!(civility.after, None, "nothing of the one before stays");
        let since = Some(jiff::civil::date(2024, 9, 1));
        let same = of(&head("Anne", "Durant", since), &ImportAnswers::default());
        assert_eq!(same.changes.len(), 1);
        let answers = ImportAnswers { since: Some(day), ..ImportAnswers::default() };
        let all = of(&head("Luc", "Petit", None), &answers);
        assert!(all.changes.iter().any(|change| {
            change.field == "head.since" && change.after == Some(FieldValue::Day(day))
        }));
        let accents = of(&head("Anne", "DURAND", None), &ImportAnswers::default());
        assert!(accents.questions.is_empty());
    }

    #[test]
    fn a_name_corrected_by_hand_is_not_asked_about() {
        let text = ANNE.replace("Durand", "Durand-Leroy");
        let known = [("given_name", "Anne"), ("family_name", "Durand")];
        let record = known.map(|(k, v)| (k.to_owned(), FieldValue::Text(v.to_owned()))).into();
        let base = MergeBase { records: [("0860001J".to_owned(), record)].into() };
        let source = head("Anne", "Durand", None);
        let proposal = matched(&text, &source, &base, &ImportAnswers::default());
        assert!(proposal.questions.is_empty() && proposal.is_empty(), "{proposal:?}");
        assert_eq!(proposal.kept.len(), 1);
    }
}
