//! What an import would change, what a person has to say first, and what stays; values only.
//! [`matching`](super::matching) makes them.

use super::edit_toml::record_edit::{NewRecord, RecordEdit};
use super::extract::extracted_rows::{FieldDifference, RowReason};
use super::field_value::FieldValue;
use crate::records::values::Uai;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the last import with a profile said, the base of the three-way merge: values by field, by record
/// (a UAI, a referent's identifier, or `identifier@UAI` for an assignment).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeBase {
    /// Values by field, by record.
    pub records: BTreeMap<String, BTreeMap<String, FieldValue>>,
}

impl MergeBase {
    /// Records that the last import had and this one has not.
    pub fn missing<'b>(&'b self, seen: &BTreeSet<String>) -> Vec<&'b String> {
        self.records.keys().filter(|key| !seen.contains(*key)).collect()
    }
}

/// One value that changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldChange {
    /// UAI of the school.
    pub uai: String,
    /// The referent, for what is theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referent: Option<String>,
    /// Path of the field in the record.
    pub field: String,
    /// The value in the file.
    pub before: Option<FieldValue>,
    /// The new value; none if it is removed.
    pub after: Option<FieldValue>,
    /// The row of the source.
    pub row: usize,
    /// Whether the whole record is new.
    pub new: bool,
}

/// A value that both a person and the source changed since the last import.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Conflict {
    /// UAI of the school.
    pub uai: String,
    /// The referent, for what is theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referent: Option<String>,
    /// Path of the field.
    pub field: String,
    /// Value at the last import.
    pub last: Option<FieldValue>,
    /// The file, where a person wrote.
    pub file: Option<FieldValue>,
    /// Value in the spreadsheet.
    pub source: Option<FieldValue>,
    /// Number of the row in the spreadsheet, from 1.
    pub row: usize,
}

/// A record that the source does not have any more.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MissingRecord {
    /// Its UAI, or `identifier@UAI`.
    pub key: String,
    /// What a person calls it.
    pub label: String,
    /// Why, where a filter left it out.
    pub reason: Option<String>,
}

/// Something a person has to say before a row can be taken.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportQuestion {
    /// What it is about; the key of its answer.
    pub id: String,
    /// The row; 0 where it is about none.
    pub row: usize,
    /// Kind of question, with its data.
    #[serde(skip)]
    pub kind: QuestionKind,
    /// The question, in a French sentence.
    pub text: String,
}

/// Kinds of questions.
#[derive(Clone, Debug, PartialEq)]
pub enum QuestionKind {
    /// Another name for a head: a correction, or somebody else.
    Head,
    /// A conflict: the file or the source.
    Side,
    /// A school that is gone.
    Gone,
    /// A person of a known name elsewhere: the same as one of these referents, or another.
    Person(Vec<String>),
    /// A row whose words say that it takes the place of another one of the sheet, or of a referent of the
    /// records.
    Replacement(Replaced),
}

/// What a row may take the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// Other rows of the sheet.
    Rows,
    /// Somebody whom the records know.
    Referent,
    /// The one or the other.
    Both,
}

/// What a person answers.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportAnswer {
    /// The same person, spelt better.
    Correction,
    /// Somebody else, since a day.
    NewSince(Date),
    /// The file is right.
    File,
    /// The source is right.
    Source,
    /// The school is closed since a day.
    Closed(Date),
    /// Another school took it over on a day.
    Merged(Uai, Date),
    /// The person is this referent.
    Same(String),
    /// The person is another one; both rows count.
    Other,
    /// The row takes the place of the others of the sheet.
    Replaces,
    /// Nothing is done.
    Leave,
}

/// What a person decided, for all or for one.
#[derive(Clone, Debug, Default)]
pub struct ImportAnswers {
    /// Since when new heads are in office.
    pub since: Option<Date>,
    /// Conflicts: the file or the source.
    pub conflicts: Option<ImportAnswer>,
    /// Schools that are gone are closed since this day.
    pub gone_closed: Option<Date>,
    /// By the identifier of a question.
    pub each: BTreeMap<String, ImportAnswer>,
}

/// What the rest of the project says that matters here.
#[derive(Clone, Debug, Default)]
pub struct ImportContext {
    /// The day of the import: a year is likely or not as it is near.
    pub today: Date,
    /// First and last day of the campaign's school year.
    pub year: Option<(Date, Date)>,
    /// How many campaigns are open, where none was chosen.
    pub open_campaigns: usize,
    /// The day whose allowances count: that of the campaign. All count, without one.
    pub day: Option<Date>,
    /// Allowances of the rules, in force on that day or not.
    pub allowances: Vec<AllowanceRate>,
}

/// One version of an allowance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AllowanceRate {
    /// Identifier of the allowance.
    pub id: String,
    /// Euros a year, with two decimals.
    pub amount: String,
    /// The kinds of schools it is for; all, if empty.
    pub kinds: Vec<String>,
    /// The sectors it is for; all, if empty.
    pub sectors: Vec<String>,
    /// First day of this version.
    pub since: Date,
    /// Last day of this version.
    pub until: Option<Date>,
}

impl AllowanceRate {
    /// Whether it is in force on a day; every one is, where no day counts.
    pub fn is_in_force(&self, day: Option<Date>) -> bool {
        day.is_none_or(|day| self.since <= day && self.until.is_none_or(|until| until >= day))
    }
}

/// A row that says again what another one says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatedRow {
    /// Number of the row in the spreadsheet, from 1.
    pub row: usize,
    /// The row that counts.
    pub counted: usize,
    /// What both are about, for a person.
    pub label: String,
    /// Whether the row that counts takes its place, rather than to say the same.
    pub is_replaced: bool,
    /// In what they differ.
    pub differs: Vec<FieldDifference>,
}

/// What an import would do.
#[derive(Clone, Debug, Default)]
pub struct Proposal {
    /// Fields whose values change.
    pub changes: Vec<FieldChange>,
    /// Values that a person has to choose.
    pub conflicts: Vec<Conflict>,
    /// What a person has to say.
    pub questions: Vec<ImportQuestion>,
    /// Records the source does not have any more.
    pub gone: Vec<MissingRecord>,
    /// Corrections by hand that stay, though the source says otherwise as it did before.
    pub kept: Vec<FieldChange>,
    /// How many records are new.
    pub new: usize,
    /// How many records change.
    pub changed: usize,
    /// How many records do not.
    pub unchanged: usize,
    /// Rows that cannot be taken after all.
    pub rejected: Vec<RowReason>,
    /// Rows that say again what another one says.
    pub merged: Vec<RepeatedRow>,
    /// What a person should know, in French.
    pub notes: Vec<String>,
    /// UAIs of schools that have no mail address: their letters are blocked.
    pub without_mail: Vec<String>,
    /// Changes of records that are there.
    pub edits: Vec<RecordEdit>,
    /// Records to add.
    pub additions: Vec<NewRecord>,
    /// What the next import compares with.
    pub base: MergeBase,
}

impl Proposal {
    /// Whether there is nothing to write in the records.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty() && self.additions.is_empty()
    }

    /// The rows that change a record; of a referent, those about one school if it is given.
    pub fn rows_of(&self, record: &str, school: Option<&str>) -> Vec<usize> {
        let about = self.changes.iter().filter(|change| {
            let is_of = match &change.referent {
                Some(id) => id == record,
                None => change.uai.eq_ignore_ascii_case(record),
            };
            let in_assignment = change.field.starts_with("assignment.");
            is_of && school.is_none_or(|school| in_assignment && change.uai == school)
        });
        let rows: BTreeSet<usize> = about.map(|change| change.row).filter(|row| *row > 0).collect();
        rows.into_iter().collect()
    }

    /// Adds what another part of the same import proposes.
    pub fn absorb(&mut self, part: Self) {
        self.changes.extend(part.changes);
        self.conflicts.extend(part.conflicts);
        self.questions.extend(part.questions);
        self.gone.extend(part.gone);
        self.kept.extend(part.kept);
        self.new += part.new;
        self.changed += part.changed;
        self.unchanged += part.unchanged;
        self.rejected.extend(part.rejected);
        self.merged.extend(part.merged);
        self.notes.extend(part.notes);
        self.without_mail.extend(part.without_mail);
        self.edits.extend(part.edits);
        self.additions.extend(part.additions);
    }

    /// Rejects a row.
    pub(super) fn reject(&mut self, row: usize, reason: impl Into<String>) {
        self.rejected.push(RowReason { row, reason: reason.into() });
    }

    /// Counts a record that was compared.
    pub(super) fn count(&mut self, changed: bool) {
        match changed {
            true => self.changed += 1,
            false => self.unchanged += 1,
        }
    }
}
