//! Candidates for referents against the records: fields of people who are known, records of those who
//! are new, assignments in the schools they name. Pure; [`identity`](super::identity) says who is who.

use super::assignments::{
    KnownReferent, PERSON_FIELDS, assignment_base, assignment_fields, current_assignment,
    find_missing_assignments, of_row_key, why_no_since,
};
use super::identifier::free_identifier;
use super::identity::{
    Identity, MatchedPerson, claimed_once, group_by_person, identify, personal_email,
    removed_by_hand, school_mailboxes, shown_name,
};
use super::other_schools::{count_rows_once, with_other_schools};
use super::replacements::settle_replacements;
use crate::import::edit_toml::record_edit::NewRecord;
use crate::import::extract::extracted_rows::CandidateRow;
use crate::import::field_value::FieldValue;
use crate::import::import_input::ImportInput;
use crate::import::proposal::{FieldChange, ImportQuestion, Proposal, QuestionKind};
use crate::import::three_way_merge::{RecordComparison, SourceField, keep_unread, merge_field};
use std::collections::{BTreeMap, BTreeSet};

/// Proposes what a list of referents changes.
pub(in crate::import) fn match_referents(input: &ImportInput<'_>) -> Proposal {
    let mut proposal = Proposal::default();
    let each = with_other_schools(input.records, input.extracted);
    let further = each.rejected.len() - input.extracted.rejected.len();
    proposal.rejected.extend(each.rejected.iter().rev().take(further).cloned());
    let extracted = settle_replacements(input, &each, &mut proposal);
    let input = &ImportInput { extracted: &extracted, ..*input };
    let mut matching = ReferentMatching {
        input,
        mailboxes: school_mailboxes(input.records),
        ids: input.records.of("referent").map(|(_, entry)| entry.key.clone()).collect(),
        proposal,
    };
    let people = group_by_person(input, &matching.mailboxes, &mut matching.proposal);
    let identities =
        people.iter().map(|person| identify(input, person, &matching.mailboxes)).collect();
    for (person, identity) in people.into_iter().zip(claimed_once(input.records, identities)) {
        match identity {
            Identity::ExcludedRecords => matching.leave_out(&person),
            Identity::Unclear(known) => matching.ask(&person, known),
            Identity::New => matching.new_person(person),
            Identity::Known { entry, .. } => matching.known_person(entry, &person),
        }
    }
    find_missing_assignments(input, &mut matching.proposal);
    count_rows_once(&each, &mut matching.proposal);
    matching.proposal
}

struct ReferentMatching<'i> {
    input: &'i ImportInput<'i>,
    mailboxes: BTreeSet<String>,
    /// Identifiers that are taken.
    ids: BTreeSet<String>,
    proposal: Proposal,
}

impl ReferentMatching<'_> {
    fn leave_out(&mut self, person: &MatchedPerson<'_>) {
        for row in &person.rows {
            self.proposal.reject(row.row, "laissé de côté à la demande");
        }
    }

    fn ask(&mut self, person: &MatchedPerson<'_>, known: Vec<String>) {
        let Some(first) = person.rows.first() else { return };
        let records = self.input.records;
        let schools = person.rows.iter().filter_map(|row| row.text("uai"));
        let schools: Vec<String> = schools.map(|uai| records.school_label(uai)).collect();
        let ids: Vec<String> = known.iter().map(|id| records.person_label(id)).collect();
        let ids = ids.join(", ");
        let text = format!(
            "{} ({}) a le nom ou l'adresse de {ids}, désigné ailleurs ou autrement : la même personne ?",
            shown_name(first),
            schools.join(", "),
        );
        let reason = format!("à décider : même nom ou même adresse que {ids}, la même personne ?");
        for row in &person.rows {
            self.proposal.reject(row.row, reason.clone());
        }
        self.proposal.questions.push(ImportQuestion {
            id: format!("person:{}", first.row),
            row: first.row,
            kind: QuestionKind::Person(known),
            text,
        });
    }

    fn new_person(&mut self, mut person: MatchedPerson<'_>) {
        if let Some(id) = removed_by_hand(&person, self.input.base) {
            return self.keep_removed(&id);
        }
        let context = self.input.context;
        let mut assignments = Vec::new();
        person.rows.retain(|row| match assignment_fields(row, context) {
            Some(fields) => {
                assignments.push(fields);
                true
            }
            None => {
                self.proposal.reject(row.row, why_no_since(context));
                false
            }
        });
        let Some(first) = person.rows.first() else { return };
        let id = self.identifier(first);
        let uai = first.uai().to_owned();
        let mut fields = vec![("id".to_owned(), FieldValue::Text(id.clone()))];
        let mut next = BTreeMap::new();
        for name in PERSON_FIELDS {
            if let Some((value, _)) = self.person_value(&person, name) {
                fields.push((name.to_owned(), value.clone()));
                next.insert(name.to_owned(), value.clone());
            }
        }
        let new = |uai: &str, field: String, value: &FieldValue, row: usize| FieldChange {
            uai: uai.to_owned(),
            referent: Some(id.clone()),
            field,
            before: None,
            after: Some(value.clone()),
            row,
            new: true,
        };
        let changes = &mut self.proposal.changes;
        changes
            .extend(fields.iter().map(|(name, value)| new(&uai, name.clone(), value, first.row)));
        for (row, assignment) in person.rows.iter().zip(&assignments) {
            let uai = row.uai();
            changes.extend(
                assignment
                    .iter()
                    .map(|(name, value)| new(uai, format!("assignment.{name}"), value, row.row)),
            );
            self.proposal.base.records.insert(format!("{id}@{uai}"), assignment_base(row));
        }
        self.proposal.base.records.insert(id, next);
        self.proposal.additions.push(NewRecord {
            table: "referent",
            key: uai,
            fields,
            assignments,
        });
        self.proposal.new += 1;
    }

    /// Somebody whom a person took out of the records does not come back.
    fn keep_removed(&mut self, id: &str) {
        let last = self.input.base.records.get(id);
        let name = |field: &str| last?.get(field)?.as_text();
        let who = match (name("given_name"), name("family_name")) {
            (Some(given), Some(family)) => format!("{given} {family} ({id})"),
            _ => id.to_owned(),
        };
        self.proposal.notes.push(format!("{who} : retiré des fiches à la main, pas remis"));
        let of_person = self.input.base.records.iter().filter(|(key, _)| {
            key.as_str() == id || key.split_once('@').is_some_and(|(owner, _)| owner == id)
        });
        let records = of_person.map(|(key, fields)| (key.clone(), fields.clone()));
        self.proposal.base.records.extend(records);
        self.proposal.unchanged += 1;
    }

    fn identifier(&mut self, first: &CandidateRow) -> String {
        if let Some(id) = first.text("id") {
            self.ids.insert(id.to_owned());
            return id.to_owned();
        }
        let text = |field| first.text(field).unwrap_or_default();
        free_identifier(text("family_name"), text("given_name"), &mut self.ids)
    }

    /// The value that the rows of a person give for a field, and whether it stood in capitals; the last
    /// row counts most.
    fn person_value(&self, person: &MatchedPerson<'_>, field: &str) -> Option<(FieldValue, bool)> {
        let of_row = |row: &CandidateRow| {
            Some((row.fields.get(field)?.clone(), row.all_caps.contains(field)))
        };
        if let Some(row) = self.row_that_differs(person, field) {
            return of_row(row);
        }
        if let Some(last) = self.as_remembered(person) {
            return last.get(field).map(|value| (value.clone(), false));
        }
        let row = person.rows.iter().rev().find(|row| match field {
            "email" => personal_email(row, &self.mailboxes).is_some(),
            field => row.fields.contains_key(field),
        })?;
        of_row(row)
    }

    /// What the last import said of a person who is known by their identifier, if it had the same rows.
    fn as_remembered(&self, person: &MatchedPerson<'_>) -> Option<&BTreeMap<String, FieldValue>> {
        let id = person.rows.first()?.text("id")?;
        let base = &self.input.base.records;
        let is_remembered = |row: &&CandidateRow| {
            let of_row = base.get(&format!("{id}@{}", row.uai()));
            of_row.is_some_and(|of_row| {
                PERSON_FIELDS.iter().any(|field| of_row.contains_key(&of_row_key(field)))
            })
        };
        base.get(id).filter(|_| person.rows.iter().all(is_remembered))
    }

    /// Of the rows of a person who is known by their identifier, the last that does not say what the last
    /// import said: somebody changed it there and left the others.
    fn row_that_differs<'h>(
        &self,
        person: &MatchedPerson<'h>,
        field: &str,
    ) -> Option<&'h CandidateRow> {
        let id = person.rows.first()?.text("id")?;
        let base = &self.input.base.records;
        let of_person = base.get(id)?;
        let mut rows = person.rows.iter().rev().filter(|row| row.present.contains(field));
        rows.find(|row| {
            let last = match base.get(&format!("{id}@{}", row.uai())) {
                Some(of_row) => of_row.get(&of_row_key(field)),
                None => of_person.get(field),
            };
            match (row.fields.get(field), last) {
                (Some(value), Some(last)) => !value.same(last),
                (value, last) => value.is_some() != last.is_some(),
            }
        })
        .copied()
    }

    fn known_person(&mut self, entry: usize, person: &MatchedPerson<'_>) {
        let input = self.input;
        let (Some(record), Some(first)) = (input.records.entries.get(entry), person.rows.first())
        else {
            return;
        };
        let mut changed = self.compare_person(entry, &record.key, first, person);
        for row in &person.rows {
            let mut assignments =
                KnownReferent { input, proposal: &mut self.proposal, entry, id: &record.key };
            changed |= match current_assignment(record, row.uai(), input.context) {
                Some(at) => assignments.compare(row, at),
                None => assignments.add(row),
            };
        }
        self.proposal.count(changed);
    }

    fn compare_person(
        &mut self,
        entry: usize,
        id: &str,
        first: &CandidateRow,
        person: &MatchedPerson<'_>,
    ) -> bool {
        let mut changed = false;
        let mut next = BTreeMap::new();
        let record = RecordComparison {
            referent: Some(id.to_owned()),
            ..RecordComparison::school(
                entry,
                first.uai(),
                first.row,
                self.input.base.records.get(id),
            )
        };
        for name in PERSON_FIELDS {
            let value = self.person_value(person, name);
            if value.is_none() && !first.present.contains(name) {
                continue;
            }
            let field = SourceField {
                name,
                value: value.as_ref().map(|(value, _)| value),
                all_caps: value.as_ref().is_some_and(|(_, all_caps)| *all_caps),
                optional: matches!(name, "civility" | "email"),
            };
            changed |= merge_field(self.input, &mut self.proposal, &record, &field, &mut next);
        }
        keep_unread(record.base, &first.present, &mut next);
        self.proposal.base.records.insert(id.to_owned(), next);
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::existing_records::{ExistingRecords, RecordFile};
    use crate::import::extract::extracted_rows::ExtractedRows;
    use crate::import::proposal::{ImportAnswers, ImportContext, MergeBase};
    use jiff::civil::date;

    const SCHOOLS: &str = "[[establishment]]\nuai = \"0860001J\"\nemail = \"ce.0860001j@academie.example\"\n[[establishment]]\nuai = \"0860002K\"\n";
    const CLAIRE: &str = "[[referent]]\nid = \"martin-claire\"\ngiven_name = \"Claire\"\nfamily_name = \"Martin\"\nemail = \"claire@academie.example\"\npost = \"professeure\"\n[[referent.assignment]]\nestablishment = \"0860001J\"\nsince = 2024-09-01\n";

    fn records(people: &str) -> ExistingRecords {
        let text = format!("{SCHOOLS}{people}");
        let file = RecordFile { path: "data/a.toml".into(), text, mark: false };
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

    fn claire(number: usize, uai: &str, email: &str) -> CandidateRow {
        let mut candidate = row(
            number,
            &[
                ("uai", uai),
                ("given_name", "Claire"),
                ("family_name", "Martin"),
                ("post", "professeure"),
            ],
        );
        if !email.is_empty() {
            candidate.fields.insert("email", FieldValue::Text(email.to_owned()));
        }
        candidate
    }

    fn of(people: &str, rows: Vec<CandidateRow>) -> Proposal {
        let extracted =
            ExtractedRows { read: rows.len(), candidates: rows, ..ExtractedRows::default() };
        let context = ImportContext {
            year: Some((date(2026, 9, 1), date(2027, 8, 31))),
            ..ImportContext::default()
        };
        match_referents(&ImportInput {
            records: &records(people),
            extracted: &extracted,
            base: &MergeBase::default(),
            context: &context,
            answers: &ImportAnswers::default(),
        })
    }

    #[test]
    fn a_new_person_in_two_schools_is_one() {
        let found = of(
            "",
            vec![
                claire(2, "0860001J", "claire@academie.example"),
                claire(3, "0860002K", "claire@academie.example"),
            ],
        );
        assert_eq!(found.new, 1);
        assert_eq!(found.additions[0].assignments.len(), 2);
        assert_eq!(found.additions[0].fields[0].1, FieldValue::Text("martin-claire".into()));
    }

    #[test]
    fn a_known_name_elsewhere_is_asked_about_never_guessed() {
        let same = of(CLAIRE, vec![claire(2, "0860001J", "")]);
        assert_eq!((same.unchanged, same.questions.len()), (1, 0));
        let moved = of(CLAIRE, vec![claire(2, "0860002K", "claire@academie.example")]);
        assert_eq!((moved.changed, moved.questions.len()), (1, 0), "the mail address tells");
        let other = of(CLAIRE, vec![claire(2, "0860002K", "")]);
        assert_eq!((other.questions.len(), other.rejected.len(), other.edits.len()), (1, 1, 0));
        let two =
            of("", vec![claire(2, "0860001J", "a@academie.example"), claire(3, "0860002K", "")]);
        assert_eq!((two.new, two.rejected.len()), (1, 1));
    }

    #[test]
    fn an_address_that_two_names_share_is_nobodys() {
        let mut colleague = claire(3, "0860002K", "claire@academie.example");
        colleague.fields.insert("given_name", FieldValue::Text("Luc".into()));
        colleague.fields.insert("family_name", FieldValue::Text("Petit".into()));
        let married = claire(2, "0860001J", "claire@academie.example");
        let found = of("", vec![married.clone(), colleague.clone()]);
        assert_eq!((found.new, found.rejected.len()), (0, 2), "{found:?}");
        let found = of(CLAIRE, vec![colleague]);
        assert_eq!((found.questions.len(), found.edits.len()), (1, 0));
        // A name that changed in part is the same person's.
        let mut married = married;
        married.fields.insert("family_name", FieldValue::Text("Martin-Leroy".into()));
        let found = of(CLAIRE, vec![married]);
        assert_eq!((found.changed, found.questions.len()), (1, 0));
    }

    #[test]
    fn the_mailbox_of_a_school_is_nobody() {
        let found = of("", vec![claire(2, "0860001J", "ce.0860001j@academie.example")]);
        assert!(found.additions[0].fields.iter().all(|(name, _)| name != "email"));
        assert_eq!(found.notes.len(), 1);
    }

    #[test]
    fn the_last_answer_of_a_survey_counts() {
        let found = of(
            "",
            vec![
                claire(2, "0860001J", "a@academie.example"),
                claire(3, "0860001J", "a@academie.example"),
            ],
        );
        assert_eq!((found.new, found.merged.len()), (1, 1));
        assert_eq!(found.merged[0].row, 2);
    }
}
