//! Assignments of referents: what a row says of one, which one it is about, and those that a source no
//! longer has. Pure.

use crate::import::edit_toml::record_edit::RecordEdit;
use crate::import::existing_records::{FieldValues, RecordEntry};
use crate::import::extract::extracted_rows::CandidateRow;
use crate::import::field_value::FieldValue;
use crate::import::import_input::ImportInput;
use crate::import::proposal::{FieldChange, ImportContext, MissingRecord, Proposal};
use crate::import::three_way_merge::{RecordComparison, SourceField, keep_unread, merge_field};
use std::collections::BTreeMap;

/// Fields of an assignment in the order they are written.
const ASSIGNMENT_FIELDS: [&str; 6] =
    ["establishment", "since", "until", "end_reason", "allowance", "allowance_granted"];
/// Fields of a referent, besides the identifier, in the order they are written.
pub(super) const PERSON_FIELDS: [&str; 5] =
    ["civility", "given_name", "family_name", "email", "post"];

/// What a row says of the person, as it is remembered with the assignment: of several rows, one may be
/// changed and the others left.
pub(super) fn of_row_key(field: &str) -> String {
    format!("person.{field}")
}

fn person_of_row(row: &CandidateRow) -> impl Iterator<Item = (String, FieldValue)> {
    let is_known = row.text("id").is_some();
    let fields = PERSON_FIELDS.iter().filter(move |_| is_known);
    fields.filter_map(|field| Some((of_row_key(field), row.fields.get(field)?.clone())))
}

/// Why a row without a first day cannot be taken.
pub(super) fn why_no_since(context: &ImportContext) -> &'static str {
    match context.open_campaigns {
        0 => "date de début : manque, et aucune campagne ouverte ne dit l'année scolaire",
        _ => {
            "date de début : manque, et plusieurs campagnes sont ouvertes : dire laquelle avec --campaign"
        }
    }
}

/// A referent of the records, whose assignments rows are held against.
pub(super) struct KnownReferent<'i, 'p> {
    /// What the source is held against.
    pub(super) input: &'i ImportInput<'i>,
    /// What it changes.
    pub(super) proposal: &'p mut Proposal,
    /// The entry of the referent among the records.
    pub(super) entry: usize,
    /// The referent's identifier.
    pub(super) id: &'i str,
}

impl KnownReferent<'_, '_> {
    /// Holds a row against the assignment that it is about; says whether that changes.
    pub(super) fn compare(&mut self, row: &CandidateRow, at: usize) -> bool {
        let (entry, id) = (self.entry, self.id);
        let mut changed = false;
        let key = format!("{id}@{}", row.uai());
        let school = FieldValue::Text(row.uai().to_owned());
        let mut next = BTreeMap::from([("establishment".to_owned(), school)]);
        let record = RecordComparison {
            referent: Some(id.to_owned()),
            assignment: Some(at),
            shown_prefix: "assignment.",
            ..RecordComparison::school(entry, row.uai(), row.row, self.input.base.records.get(&key))
        };
        for name in ASSIGNMENT_FIELDS.into_iter().skip(1) {
            if !row.present.contains(name) {
                continue;
            }
            let field = SourceField {
                name,
                value: row.fields.get(name),
                all_caps: false,
                optional: name != "since",
            };
            changed |= merge_field(self.input, self.proposal, &record, &field, &mut next);
        }
        keep_unread(record.base, &row.present, &mut next);
        next.extend(person_of_row(row));
        self.proposal.base.records.insert(key, next);
        changed
    }

    /// An assignment that the record has not; one that a person took away does not come back.
    pub(super) fn add(&mut self, row: &CandidateRow) -> bool {
        let (entry, id) = (self.entry, self.id);
        let uai = row.uai();
        let key = format!("{id}@{uai}");
        if let Some(last) = self.input.base.records.get(&key) {
            let note = format!(
                "{} : désignation à {} retirée à la main, pas remise",
                self.input.records.person_label(id),
                self.input.records.school_label(uai)
            );
            self.proposal.notes.push(note);
            self.proposal.base.records.insert(key, last.clone());
            return false;
        }
        let Some(fields) = assignment_fields(row, self.input.context) else {
            self.proposal.reject(row.row, why_no_since(self.input.context));
            return false;
        };
        self.proposal.changes.extend(fields.iter().map(|(name, value)| FieldChange {
            uai: uai.to_owned(),
            referent: Some(id.to_owned()),
            field: format!("assignment.{name}"),
            before: None,
            after: Some(value.clone()),
            row: row.row,
            new: false,
        }));
        self.proposal.edits.push(RecordEdit::Assign { entry, fields });
        self.proposal.base.records.insert(key, assignment_base(row));
        true
    }
}

/// The fields of a new assignment; none where nothing says since when.
pub(super) fn assignment_fields(
    candidate: &CandidateRow,
    context: &ImportContext,
) -> Option<Vec<(String, FieldValue)>> {
    let year = context.year.map(|(first, _)| FieldValue::Day(first));
    let since = candidate.fields.get("since").cloned().or(year)?;
    let mut fields = Vec::new();
    for name in ASSIGNMENT_FIELDS {
        let value = match name {
            "establishment" => candidate.fields.get("uai").cloned(),
            "since" => Some(since.clone()),
            name => candidate.fields.get(name).cloned(),
        };
        fields.extend(value.map(|value| (name.to_owned(), value)));
    }
    Some(fields)
}

/// The base of the next import for an assignment.
pub(super) fn assignment_base(candidate: &CandidateRow) -> BTreeMap<String, FieldValue> {
    let known = ASSIGNMENT_FIELDS.iter().filter_map(|name| {
        let key = if *name == "establishment" { "uai" } else { name };
        Some(((*name).to_owned(), candidate.fields.get(key)?.clone()))
    });
    known.chain(person_of_row(candidate)).collect()
}

/// The assignment of a referent in a school that touches the school year.
pub fn current_assignment(
    entry: &RecordEntry,
    uai: &str,
    context: &ImportContext,
) -> Option<usize> {
    let day = |fields: &FieldValues, name: &str| match fields.get(name) {
        Some(FieldValue::Day(day)) => Some(*day),
        _ => None,
    };
    entry.assignments.iter().position(|assignment| {
        let school = assignment.get("establishment").and_then(FieldValue::as_text);
        let touches = context.year.is_none_or(|(first, last)| {
            day(assignment, "since").is_none_or(|since| since <= last)
                && day(assignment, "until").is_none_or(|until| until >= first)
        });
        school.is_some_and(|school| school.eq_ignore_ascii_case(uai)) && touches
    })
}

/// Assignments that the last import had and this source has not: shown, and `campaign new` asks about
/// them.
pub(super) fn find_missing_assignments(input: &ImportInput<'_>, proposal: &mut Proposal) {
    for (key, last) in &input.base.records {
        if proposal.base.records.contains_key(key) {
            continue;
        }
        let (id, uai) = key.split_once('@').unwrap_or((key, ""));
        if input.records.find("referent", id).is_none() {
            continue;
        }
        proposal.base.records.insert(key.clone(), last.clone());
        if uai.is_empty()
            || input.extracted.is_part
            || input.extracted.aside.get(uai) == Some(&None)
        {
            continue;
        }
        let label =
            format!("{} à {}", input.records.person_label(id), input.records.school_label(uai));
        proposal.gone.push(MissingRecord { key: key.clone(), label, reason: None });
    }
}
