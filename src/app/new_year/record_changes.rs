//! The decisions about a new year as changes of the records. Pure.

use crate::app::new_year::agreed_priorities::AgreedPriorities;
use crate::app::new_year::assignment_cases::{AssignmentCase, Situation};
use crate::app::new_year::decisions::{
    AssignmentDecision, NewYearDecisions, Newcomer, ReferentSuccessor,
};
use crate::import::edit_toml::record_edit::{NewRecord, RecordEdit};
use crate::import::existing_records::{ExistingRecords, FieldValues};
use crate::import::field_value::FieldValue;
use crate::import::matching::identifier::free_identifier;
use crate::records::values::SchoolYear;
use serde::Serialize;
use std::collections::BTreeSet;

/// The edits of the records that the decisions lead to.
#[derive(Clone, Debug, Default)]
pub struct NewYearChanges {
    /// Changes of records that are there.
    pub edits: Vec<RecordEdit>,
    /// Records of new referents.
    pub additions: Vec<NewRecord>,
    /// What becomes of the assignments.
    pub counts: AssignmentCounts,
}

/// How many assignments of each decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AssignmentCounts {
    /// Number of assignments that continue.
    pub continued: usize,
    /// Number of assignments that end.
    pub ended: usize,
    /// Pass to somebody else.
    pub passed: usize,
    /// Go on in the school that takes over.
    pub followed: usize,
    /// Schools without a referent that get one.
    pub appointed: usize,
}

/// Turns decisions about the assignments of a year into changes for the next.
pub fn record_changes(
    records: &ExistingRecords,
    cases: &[AssignmentCase<'_>],
    decisions: &NewYearDecisions,
    year: SchoolYear,
    next: SchoolYear,
) -> NewYearChanges {
    let referents = records.of("referent");
    let mut writer = ChangeWriter {
        records,
        year,
        first_day: FieldValue::Day(next.first_day()),
        ids: referents.map(|(_, referent)| referent.key.clone()).collect(),
        changes: NewYearChanges::default(),
    };
    for case in cases {
        let Some(entry) = records.find("referent", case.referent.id.as_str()) else { continue };
        writer.date_allowance(entry, case.at);
        if let Some(decision) = decisions.assignments.get(&case.key()) {
            writer.decide(entry, case, decision);
        }
    }
    for appointment in &decisions.appointments {
        let assignment = writer.next_assignment(&FieldValues::new(), &appointment.uai);
        writer.appoint(&appointment.referent, appointment.uai.clone(), assignment);
        writer.changes.counts.appointed += 1;
    }
    writer.date_opinions();
    writer.changes
}

/// What was agreed on in the letters of a year, as the priorities of the next year's letters alone.
pub fn priority_edits(
    records: &ExistingRecords,
    agreed: &[AgreedPriorities],
    next: SchoolYear,
) -> Vec<RecordEdit> {
    let kept = agreed.iter().filter(|school| school.kept);
    let edits = kept.filter_map(|school| {
        let entry = records.find("establishment", &school.uai)?;
        let set = |field: &str, value: FieldValue| RecordEdit::Set {
            entry,
            within: None,
            field: field.to_owned(),
            value: Some(value),
        };
        let year = FieldValue::Text(next.to_string());
        Some([
            set("priorities", FieldValue::List(school.priorities.clone())),
            set("priorities_school_year", year),
        ])
    });
    edits.flatten().collect()
}

struct ChangeWriter<'r> {
    records: &'r ExistingRecords,
    /// The year that ends.
    year: SchoolYear,
    /// Of the next year.
    first_day: FieldValue,
    /// Identifiers of referents that are taken.
    ids: BTreeSet<String>,
    changes: NewYearChanges,
}

/// Sets a field of an assignment.
fn set_assignment(entry: usize, at: usize, field: &str, value: Option<FieldValue>) -> RecordEdit {
    RecordEdit::Set { entry, within: Some(("assignment", at)), field: field.to_owned(), value }
}

impl ChangeWriter<'_> {
    fn assignment(&self, entry: usize, at: usize) -> FieldValues {
        let entry = self.records.entries.get(entry);
        entry.and_then(|entry| entry.assignments.get(at)).cloned().unwrap_or_default()
    }

    /// A decision of the rector is for one year: the letters of the next say "proposed" again.
    fn date_allowance(&mut self, entry: usize, at: usize) {
        let fields = self.assignment(entry, at);
        let is_granted = fields.contains_key("allowance_granted");
        if is_granted && !fields.contains_key("allowance_school_year") {
            let year = FieldValue::Text(self.year.to_string());
            let edit = set_assignment(entry, at, "allowance_school_year", Some(year));
            self.changes.edits.push(edit);
        }
    }

    fn decide(&mut self, entry: usize, case: &AssignmentCase<'_>, decision: &AssignmentDecision) {
        let fields = self.assignment(entry, case.at);
        match decision {
            AssignmentDecision::Continues => {
                self.changes.counts.continued += 1;
                if matches!(case.situation, Situation::Ends(_)) {
                    let clear = |field| set_assignment(entry, case.at, field, None);
                    self.changes.edits.extend([clear("until"), clear("end_reason")]);
                }
            }
            AssignmentDecision::Ends(reason) => {
                self.changes.counts.ended += 1;
                self.end(entry, case.at, &fields, reason.as_deref());
            }
            AssignmentDecision::Follows(into) => {
                self.changes.counts.followed += 1;
                self.end(entry, case.at, &fields, Some("fermeture de l’établissement"));
                let fields = self.next_assignment(&fields, &into.to_string());
                self.changes.edits.push(RecordEdit::Assign { entry, fields });
            }
            AssignmentDecision::Passes(successor, reason) => {
                self.changes.counts.passed += 1;
                self.end(entry, case.at, &fields, reason.as_deref());
                let uai = case.assignment.establishment.value.to_string();
                let assignment = self.next_assignment(&fields, &uai);
                self.appoint(successor, uai, assignment);
            }
        }
    }

    /// Ends an assignment with the year, unless its record has an end; so for the reason.
    fn end(&mut self, entry: usize, at: usize, fields: &FieldValues, reason: Option<&str>) {
        if !fields.contains_key("until") {
            let last_day = FieldValue::Day(self.year.last_day());
            self.changes.edits.push(set_assignment(entry, at, "until", Some(last_day)));
        }
        if let Some(reason) = reason.filter(|_| !fields.contains_key("end_reason")) {
            let reason = FieldValue::Text(reason.to_owned());
            self.changes.edits.push(set_assignment(entry, at, "end_reason", Some(reason)));
        }
    }

    /// The assignment of the next year: the allowance is proposed again, missions stay.
    fn next_assignment(&self, fields: &FieldValues, uai: &str) -> Vec<(String, FieldValue)> {
        let mut next = vec![
            ("establishment".to_owned(), FieldValue::Text(uai.to_owned())),
            ("since".to_owned(), self.first_day.clone()),
        ];
        for name in ["allowance", "missions"] {
            next.extend(fields.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        next
    }

    /// Gives an assignment to somebody the records know, or to somebody new; one new person in two
    /// schools is one.
    fn appoint(
        &mut self,
        successor: &ReferentSuccessor,
        uai: String,
        assignment: Vec<(String, FieldValue)>,
    ) {
        let changes = &mut self.changes;
        match successor {
            ReferentSuccessor::Known(id) => {
                let entry = self.records.find("referent", id);
                let edit = entry.map(|entry| RecordEdit::Assign { entry, fields: assignment });
                changes.edits.extend(edit);
            }
            ReferentSuccessor::New(person) => {
                let record = newcomer_record(person, uai, &mut self.ids);
                let is_same = |other: &NewRecord| {
                    // The identifier comes first.
                    other.fields.iter().skip(1).eq(record.fields.iter().skip(1))
                };
                match changes.additions.iter_mut().find(|other| is_same(other)) {
                    Some(same) => same.assignments.push(assignment),
                    None => {
                        let assignments = vec![assignment];
                        changes.additions.push(NewRecord { assignments, ..record });
                    }
                }
            }
        }
    }

    /// Opinions of councils are about one year too.
    fn date_opinions(&mut self) {
        for (entry, school) in self.records.of("establishment") {
            for (at, is_dated) in school.opinions.iter().enumerate() {
                if !is_dated {
                    self.changes.edits.push(RecordEdit::Set {
                        entry,
                        within: Some(("opinions", at)),
                        field: "school_year".to_owned(),
                        value: Some(FieldValue::Text(self.year.to_string())),
                    });
                }
            }
        }
    }
}

fn newcomer_record(person: &Newcomer, uai: String, ids: &mut BTreeSet<String>) -> NewRecord {
    let id = free_identifier(&person.family_name, &person.given_name, ids);
    let text = |text: &str| FieldValue::Text(text.to_owned());
    let optional = |name: &str, value: &Option<String>| {
        value.as_deref().map(|value| (name.to_owned(), text(value)))
    };
    let mut fields = vec![("id".to_owned(), text(&id))];
    fields.extend(optional("civility", &person.civility));
    fields.push(("given_name".to_owned(), text(&person.given_name)));
    fields.push(("family_name".to_owned(), text(&person.family_name)));
    fields.extend(optional("email", &person.email));
    fields.push(("post".to_owned(), text(&person.post)));
    NewRecord { table: "referent", key: uai, fields, assignments: Vec::new() }
}
