//! One field and its three values: what the last import said, what the file says now, what the source
//! says. A correction by hand wins over a source that did not change. Pure.

use super::edit_toml::record_edit::RecordEdit;
use super::existing_records::ExistingRecords;
use super::field_value::FieldValue;
use super::import_input::ImportInput;
use super::proposal::{
    Conflict, FieldChange, ImportAnswer, ImportQuestion, Proposal, QuestionKind,
};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldDecision {
    /// File and source say the same.
    Same,
    /// The source's value comes in.
    Take,
    /// The value written by hand stays.
    Keep,
    /// A person chooses.
    Conflict,
}

/// The three values of one field.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldVersions<'v> {
    /// Whether the record was in the last import.
    known: bool,
    base: Option<&'v FieldValue>,
    source: Option<&'v FieldValue>,
    file: Option<&'v FieldValue>,
    /// Whether the source wrote in capitals, which often lack accents.
    all_caps: bool,
    /// Whether a record can do without the field.
    optional: bool,
}

impl FieldVersions<'_> {
    fn same(&self, one: &FieldValue, other: &FieldValue) -> bool {
        one.same(other) || (self.all_caps && one.same_ignoring_accents(other))
    }

    fn decide(&self) -> FieldDecision {
        match (self.source, self.file) {
            (None, None) => FieldDecision::Same,
            // The source no longer has a value: it is removed only if the source had set it.
            (None, Some(file)) => match self.base {
                Some(base) if self.optional && self.same(base, file) => FieldDecision::Take,
                _ => FieldDecision::Same,
            },
            (Some(source), Some(file)) if self.same(source, file) => FieldDecision::Same,
            (Some(source), file) => match (self.base, file) {
                (Some(base), _) if self.same(base, source) => FieldDecision::Keep,
                (Some(base), Some(file)) if self.same(base, file) => FieldDecision::Take,
                (Some(_), _) => FieldDecision::Conflict,
                (None, Some(_)) if self.known => FieldDecision::Conflict,
                (None, _) => FieldDecision::Take,
            },
        }
    }
}

/// A record that is compared field by field.
pub(super) struct RecordComparison<'a> {
    /// Number of its entry among the records.
    pub(super) entry: usize,
    /// The assignment that is compared, if not the record itself.
    pub(super) assignment: Option<usize>,
    /// UAI of the school.
    pub(super) uai: String,
    /// Identifier of the referent.
    pub(super) referent: Option<String>,
    /// The prefix of the field names in the record: `head.`.
    pub(super) prefix: &'a str,
    /// What stands before them where they are shown.
    pub(super) shown_prefix: &'a str,
    /// What the last import said of it.
    pub(super) base: Option<&'a BTreeMap<String, FieldValue>>,
    /// The row.
    pub(super) row: usize,
}

impl<'a> RecordComparison<'a> {
    /// The record of a school, compared whole.
    pub(super) fn school(
        entry: usize,
        uai: &str,
        row: usize,
        base: Option<&'a BTreeMap<String, FieldValue>>,
    ) -> Self {
        Self {
            entry,
            assignment: None,
            uai: uai.to_owned(),
            referent: None,
            prefix: "",
            shown_prefix: "",
            base,
            row,
        }
    }

    /// The value of a field in the file.
    fn in_file<'r>(&self, records: &'r ExistingRecords, path: &str) -> Option<&'r FieldValue> {
        let entry = records.entries.get(self.entry)?;
        match self.assignment {
            Some(at) => entry.assignments.get(at).and_then(|fields| fields.get(path)),
            None => entry.fields.get(path),
        }
    }

    fn question_id(&self, shown: &str) -> String {
        format!("side:{}:{}:{shown}", self.uai, self.referent.as_deref().unwrap_or_default())
    }

    fn question(
        &self,
        records: &ExistingRecords,
        shown: &str,
        versions: &FieldVersions<'_>,
    ) -> ImportQuestion {
        let text =
            |value: Option<&FieldValue>| value.map_or("(vide)".to_owned(), FieldValue::to_string);
        let who = match &self.referent {
            Some(id) => {
                format!("{}, {}", records.person_label(id), records.school_label(&self.uai))
            }
            None => records.school_label(&self.uai),
        };
        ImportQuestion {
            id: self.question_id(shown),
            row: self.row,
            kind: QuestionKind::Side,
            text: format!(
                "{who} : {shown} valait {} au dernier import ; la fiche dit maintenant « {} », la source « {} »",
                text(versions.base),
                text(versions.file),
                text(versions.source)
            ),
        }
    }
}

/// A field as the source says it.
pub(super) struct SourceField<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// The source's value.
    pub(super) value: Option<&'a FieldValue>,
    /// Whether it stood in capitals.
    pub(super) all_caps: bool,
    /// Whether a record can do without.
    pub(super) optional: bool,
}

/// Merges one field: notes what becomes of it and, in `next`, the base of the next import. Gives
/// whether the record changes.
pub(super) fn merge_field(
    input: &ImportInput<'_>,
    proposal: &mut Proposal,
    record: &RecordComparison<'_>,
    field: &SourceField<'_>,
    next: &mut BTreeMap<String, FieldValue>,
) -> bool {
    let path = format!("{}{}", record.prefix, field.name);
    let shown = format!("{}{}", record.shown_prefix, field.name);
    let versions = FieldVersions {
        known: record.base.is_some(),
        base: record.base.and_then(|fields| fields.get(field.name)),
        source: field.value,
        file: record.in_file(input.records, &path),
        all_caps: field.all_caps,
        optional: field.optional,
    };
    let mut decision = versions.decide();
    if decision == FieldDecision::Conflict {
        let answers = input.answers;
        match answers.each.get(&record.question_id(&shown)).or(answers.conflicts.as_ref()) {
            Some(ImportAnswer::Source) => decision = FieldDecision::Take,
            Some(ImportAnswer::File) => decision = FieldDecision::Keep,
            _ => proposal.questions.push(record.question(input.records, &shown, &versions)),
        }
    }
    let remembered = match decision {
        // Undecided: the next import asks again.
        FieldDecision::Conflict => versions.base,
        _ => versions.source,
    };
    if let Some(value) = remembered {
        next.insert(field.name.to_owned(), value.clone());
    }
    apply(decision, proposal, record, versions, (path, shown))
}

/// What the last import said of fields that this one does not know: it is remembered, and not forgotten.
pub(super) fn keep_unread(
    last: Option<&BTreeMap<String, FieldValue>>,
    present: &BTreeSet<&'static str>,
    next: &mut BTreeMap<String, FieldValue>,
) {
    let unread = last.into_iter().flatten().filter(|(name, _)| {
        !name.contains('.') && *name != "establishment" && !present.contains(name.as_str())
    });
    for (name, value) in unread {
        next.entry(name.clone()).or_insert_with(|| value.clone());
    }
}

/// Writes a decision down; gives whether the record changes.
fn apply(
    decision: FieldDecision,
    proposal: &mut Proposal,
    record: &RecordComparison<'_>,
    versions: FieldVersions<'_>,
    (path, shown): (String, String),
) -> bool {
    let (uai, referent) = (record.uai.clone(), record.referent.clone());
    let change = |uai, referent, field| FieldChange {
        uai,
        referent,
        field,
        before: versions.file.cloned(),
        after: versions.source.cloned(),
        row: record.row,
        new: false,
    };
    match decision {
        FieldDecision::Same => {}
        FieldDecision::Keep => proposal.kept.push(change(uai, referent, shown)),
        FieldDecision::Conflict => proposal.conflicts.push(Conflict {
            uai,
            referent,
            field: shown,
            last: versions.base.cloned(),
            file: versions.file.cloned(),
            source: versions.source.cloned(),
            row: record.row,
        }),
        FieldDecision::Take => {
            proposal.changes.push(change(uai, referent, shown));
            proposal.edits.push(RecordEdit::Set {
                entry: record.entry,
                within: record.assignment.map(|at| ("assignment", at)),
                field: path,
                value: versions.source.cloned(),
            });
        }
    }
    decision == FieldDecision::Take
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> FieldValue {
        FieldValue::Text(text.to_owned())
    }

    fn decided(base: Option<&str>, source: Option<&str>, file: Option<&str>) -> FieldDecision {
        let values = [base, source, file].map(|value| value.map(text));
        FieldVersions {
            known: base.is_some(),
            base: values[0].as_ref(),
            source: values[1].as_ref(),
            file: values[2].as_ref(),
            all_caps: false,
            optional: true,
        }
        .decide()
    }

    #[test]
    fn a_hand_wins_over_a_source_that_did_not_change() {
        assert_eq!(decided(Some("a"), Some("a"), Some("b")), FieldDecision::Keep);
        assert_eq!(decided(Some("a"), Some("b"), Some("a")), FieldDecision::Take);
        assert_eq!(decided(Some("a"), Some("b"), Some("c")), FieldDecision::Conflict);
        assert_eq!(decided(Some("a"), Some("b"), Some("b")), FieldDecision::Same);
        assert_eq!(decided(None, Some("b"), Some("c")), FieldDecision::Take);
        assert_eq!(decided(None, Some("b"), None), FieldDecision::Take);
        assert_eq!(decided(Some("a"), Some("a"), None), FieldDecision::Keep);
        assert_eq!(decided(Some("a"), None, Some("a")), FieldDecision::Take);
        assert_eq!(decided(Some("a"), None, Some("b")), FieldDecision::Same);
    }

    #[test]
    fn capitals_do_not_take_accents_away() {
        let (source, file) = (text("Lefevre"), text("Lefèvre"));
        let three = FieldVersions {
            known: false,
            base: None,
            source: Some(&source),
            file: Some(&file),
            all_caps: true,
            optional: false,
        };
        assert_eq!(three.decide(), FieldDecision::Same);
        assert_eq!(FieldVersions { all_caps: false, ..three }.decide(), FieldDecision::Take);
    }

    proptest! {
        #[test]
        fn what_was_taken_is_not_proposed_again(
            base in proptest::option::of("[ab]"), source in proptest::option::of("[ab]"), file in proptest::option::of("[ab]")
        ) {
            let (base, source, file) = (base.as_deref(), source.as_deref(), file.as_deref());
            let first = decided(base, source, file);
            let after = if first == FieldDecision::Take { source } else { file };
            let known = if first == FieldDecision::Conflict { base } else { source };
            let again = decided(known, source, after);
            match first {
                FieldDecision::Conflict => prop_assert_eq!(again, FieldDecision::Conflict),
                _ => prop_assert!(matches!(again, FieldDecision::Same | FieldDecision::Keep), "{:?}", again),
            }
        }
    }
}
