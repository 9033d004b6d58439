//! What an import would change, and why it would not: the values of the source, of the files, and of
//! the last import held against each other. Pure; [`schools`](super::schools) and
//! [`persons`](super::persons) make it.

use super::clean::Value;
use super::edit::{Edit, NewRecord};
use super::stock::Stock;
use crate::records::values::Uai;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the last import with a profile said: values by field, by record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// Records.
    pub records: BTreeMap<String, BTreeMap<String, Value>>,
}

/// One value that changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The school.
    pub uai: String,
    /// The referent, for what is theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referent: Option<String>,
    /// Path of the field in the record.
    pub field: String,
    /// The value in the file.
    pub before: Option<Value>,
    /// The value proposed.
    pub after: Option<Value>,
    /// The row of the source.
    pub row: usize,
    /// Whether the whole record is new.
    pub new: bool,
}

/// A value that both a person and the source changed since the last import.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Conflict {
    /// The school.
    pub uai: String,
    /// The referent, for what is theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referent: Option<String>,
    /// Path of the field.
    pub field: String,
    /// The last import.
    pub last: Option<Value>,
    /// The file, where a person wrote.
    pub file: Option<Value>,
    /// The source.
    pub source: Option<Value>,
    /// The row.
    pub row: usize,
}

/// A record that the source does not have any more.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gone {
    /// Its UAI, or `referent@uai`.
    pub key: String,
    /// What a person calls it.
    pub label: String,
    /// Why, where a filter left it out.
    pub reason: Option<String>,
}

/// Something a person has to say before a row can be taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// What it is about; the key of its answer.
    pub id: String,
    /// The row.
    pub row: usize,
    /// What is asked.
    pub kind: Asked,
    /// The question, in a sentence.
    pub text: String,
}

/// Kinds of questions.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// Another name for a head: a correction, or somebody else.
    Head,
    /// A conflict: the file or the source.
    Side,
    /// A school that is gone.
    Gone,
    /// A person of a known name elsewhere: the same as one of these referents, or another.
    Person(Vec<String>),
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
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
    /// The person is another one.
    Other,
    /// Nothing is done.
    Leave,
}

/// What a person decided, for all or for one.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// Since when new heads are in office.
    pub since: Option<Date>,
    /// Conflicts: the file or the source.
    pub conflicts: Option<Reply>,
    /// Schools that are gone are closed since this day.
    pub gone_closed: Option<Date>,
    /// Answers to single questions.
    pub each: BTreeMap<String, Reply>,
}

/// What the rest of the project says that matters here.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// First and last day of the campaign's school year.
    pub year: Option<(Date, Date)>,
    /// Allowances in force.
    pub allowances: Vec<Rate>,
}

/// An allowance in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate {
    /// Its identifier.
    pub id: String,
    /// Euros a year, with two decimals.
    pub amount: String,
    /// The kinds of schools it is for; all, if empty.
    pub kinds: Vec<String>,
    /// The sectors it is for; all, if empty.
    pub sectors: Vec<String>,
}

/// What an import would do.
#[derive(Clone, Debug, Default)]
pub struct Proposal {
    /// Values.
    pub changes: Vec<Change>,
    /// Values that a person has to choose.
    pub conflicts: Vec<Conflict>,
    /// What a person has to say.
    pub questions: Vec<Question>,
    /// Records the source does not have any more.
    pub gone: Vec<Gone>,
    /// Corrections by hand that stay, though the source says otherwise as it did before.
    pub kept: Vec<Change>,
    /// Records that are new.
    pub new: usize,
    /// Records that change.
    pub changed: usize,
    /// Records that do not.
    pub unchanged: usize,
    /// Rows that cannot be taken after all.
    pub rejected: Vec<(usize, String)>,
    /// Rows that say again what another says: row, row that counts, about what.
    pub merged: Vec<(usize, usize, String)>,
    /// What a person should know.
    pub notes: Vec<String>,
    /// Schools that have no address: their letters are blocked.
    pub without_mail: Vec<String>,
    /// How to do it.
    pub edits: Vec<Edit>,
    /// What to add.
    pub additions: Vec<NewRecord>,
    /// What the next import compares with.
    pub base: Base,
}

impl Proposal {
    /// Whether there is nothing to write in the records.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty() && self.additions.is_empty()
    }
}

/// What becomes of one value.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Nothing.
    Same,
    /// The source's value comes in.
    Take,
    /// The hand's value stays.
    Keep,
    /// A person chooses.
    Conflict,
}

/// The three values of one field.
#[derive(Clone, Copy, Debug)]
pub struct Three<'v> {
    /// Whether the record was in the last import.
    pub known: bool,
    /// The last import.
    pub base: Option<&'v Value>,
    /// The source.
    pub source: Option<&'v Value>,
    /// The file.
    pub file: Option<&'v Value>,
    /// Whether the source wrote in capitals.
    pub shouted: bool,
    /// Whether a record can do without the field.
    pub optional: bool,
}

impl Three<'_> {
    fn same(&self, one: &Value, other: &Value) -> bool {
        one.same(other) || (self.shouted && one.alike(other))
    }

    /// Who wins.
    pub fn verdict(&self) -> Verdict {
        match (self.source, self.file) {
            (None, None) => Verdict::Same,
            // The source lost a value: it goes only if the source had brought it.
            (None, Some(file)) => match self.base {
                Some(base) if self.optional && self.same(base, file) => Verdict::Take,
                _ => Verdict::Same,
            },
            (Some(source), Some(file)) if self.same(source, file) => Verdict::Same,
            (Some(source), file) => match (self.base, file) {
                (Some(base), _) if self.same(base, source) => Verdict::Keep,
                (Some(base), Some(file)) if self.same(base, file) => Verdict::Take,
                (Some(_), _) => Verdict::Conflict,
                (None, Some(_)) if self.known => Verdict::Conflict,
                (None, _) => Verdict::Take,
            },
        }
    }
}

/// One record that is compared field by field.
pub struct Compared<'a> {
    /// Number of the entry in the stock.
    pub entry: usize,
    /// Its assignment, if that is compared.
    pub assignment: Option<usize>,
    /// The school.
    pub uai: String,
    /// The referent.
    pub referent: Option<String>,
    /// What stands before the names of the fields in the record: `head.`.
    pub prefix: &'a str,
    /// What stands before them where they are told.
    pub told: &'a str,
    /// What the last import said of it.
    pub last: Option<&'a BTreeMap<String, Value>>,
    /// The row.
    pub row: usize,
}

impl<'a> Compared<'a> {
    /// A record of a school, compared whole.
    pub fn new(
        entry: usize,
        uai: &str,
        row: usize,
        last: Option<&'a BTreeMap<String, Value>>,
    ) -> Self {
        let uai = uai.to_owned();
        Self { entry, assignment: None, uai, referent: None, prefix: "", told: "", last, row }
    }
}

/// One field of it.
pub struct Aspect<'a> {
    /// Its name.
    pub name: &'a str,
    /// The source's value.
    pub source: Option<&'a Value>,
    /// Whether it stood in capitals.
    pub shouted: bool,
    /// Whether a record can do without.
    pub optional: bool,
}

impl Proposal {
    /// Compares one field, notes what becomes of it and what the next import shall know. Gives whether
    /// the record changes.
    pub fn compare(
        &mut self,
        stock: &Stock,
        compared: &Compared<'_>,
        aspect: &Aspect<'_>,
        answers: &Answers,
        next: &mut BTreeMap<String, Value>,
    ) -> bool {
        let field = format!("{}{}", compared.prefix, aspect.name);
        let shown = format!("{}{}", compared.told, aspect.name);
        let entry = stock.entries.get(compared.entry);
        let file = entry.and_then(|entry| match compared.assignment {
            Some(at) => entry.assignments.get(at).and_then(|own| own.get(&field)),
            None => entry.fields.get(&field),
        });
        let base = compared.last.and_then(|own| own.get(aspect.name));
        let three = Three {
            known: compared.last.is_some(),
            base,
            source: aspect.source,
            file,
            shouted: aspect.shouted,
            optional: aspect.optional,
        };
        let mut verdict = three.verdict();
        if verdict == Verdict::Conflict {
            let id = format!(
                "side:{}:{}:{shown}",
                compared.uai,
                compared.referent.as_deref().unwrap_or_default()
            );
            match answers.each.get(&id).or(answers.conflicts.as_ref()) {
                Some(Reply::Source) => verdict = Verdict::Take,
                Some(Reply::File) => verdict = Verdict::Keep,
                _ => {
                    let words =
                        |value: Option<&Value>| value.map_or("(vide)".to_owned(), Value::to_string);
                    self.questions.push(Question {
                        id,
                        row: compared.row,
                        kind: Asked::Side,
                        text: format!(
                            "{} : {shown} valait {} au dernier import ; la fiche dit maintenant « {} », la source « {} »",
                            compared.referent.as_ref().map_or_else(|| compared.uai.clone(), |id| format!("{id} ({})", compared.uai)),
                            words(base), words(file), words(aspect.source)
                        ),
                    });
                }
            }
        }
        let change = || Change {
            uai: compared.uai.clone(),
            referent: compared.referent.clone(),
            field: shown.clone(),
            before: file.cloned(),
            after: aspect.source.cloned(),
            row: compared.row,
            new: false,
        };
        let remembered = match verdict {
            // Undecided: the next import asks again.
            Verdict::Conflict => base,
            _ => aspect.source,
        };
        if let Some(value) = remembered {
            next.insert(aspect.name.to_owned(), value.clone());
        }
        match verdict {
            Verdict::Same => false,
            Verdict::Keep => {
                self.kept.push(change());
                false
            }
            Verdict::Conflict => {
                self.conflicts.push(Conflict {
                    uai: compared.uai.clone(),
                    referent: compared.referent.clone(),
                    field: shown.clone(),
                    last: base.cloned(),
                    file: file.cloned(),
                    source: aspect.source.cloned(),
                    row: compared.row,
                });
                false
            }
            Verdict::Take => {
                self.changes.push(change());
                self.edits.push(Edit::Set {
                    entry: compared.entry,
                    within: compared.assignment.map(|at| ("assignment", at)),
                    field,
                    value: aspect.source.cloned(),
                });
                true
            }
        }
    }
}

/// Keys that the last import had and this one has not.
pub fn missing<'b>(base: &'b Base, seen: &BTreeSet<String>) -> Vec<&'b String> {
    base.records.keys().filter(|key| !seen.contains(*key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(own: &str) -> Value {
        Value::Text(own.to_owned())
    }

    fn verdict(base: Option<&str>, source: Option<&str>, file: Option<&str>) -> Verdict {
        let values = [base, source, file].map(|own| own.map(text));
        Three {
            known: base.is_some(),
            base: values[0].as_ref(),
            source: values[1].as_ref(),
            file: values[2].as_ref(),
            shouted: false,
            optional: true,
        }
        .verdict()
    }

    #[test]
    fn a_hand_wins_over_a_source_that_did_not_change() {
        assert_eq!(verdict(Some("a"), Some("a"), Some("b")), Verdict::Keep);
        assert_eq!(verdict(Some("a"), Some("b"), Some("a")), Verdict::Take);
        assert_eq!(verdict(Some("a"), Some("b"), Some("c")), Verdict::Conflict);
        assert_eq!(verdict(Some("a"), Some("b"), Some("b")), Verdict::Same);
        assert_eq!(verdict(None, Some("b"), Some("c")), Verdict::Take);
        assert_eq!(verdict(None, Some("b"), None), Verdict::Take);
        assert_eq!(verdict(Some("a"), Some("a"), None), Verdict::Keep);
        assert_eq!(verdict(Some("a"), None, Some("a")), Verdict::Take);
        assert_eq!(verdict(Some("a"), None, Some("b")), Verdict::Same);
    }

    #[test]
    fn capitals_do_not_take_accents_away() {
        let (source, file) = (text("Lefevre"), text("Lefèvre"));
        let three = Three {
            known: false,
            base: None,
            source: Some(&source),
            file: Some(&file),
            shouted: true,
            optional: false,
        };
        assert_eq!(three.verdict(), Verdict::Same);
        assert_eq!(Three { shouted: false, ..three }.verdict(), Verdict::Take);
    }

    proptest! {
        #[test]
        fn what_was_taken_is_not_proposed_again(
            base in proptest::option::of("[ab]"), source in proptest::option::of("[ab]"), file in proptest::option::of("[ab]")
        ) {
            let (base, source, file) = (base.as_deref(), source.as_deref(), file.as_deref());
            let first = verdict(base, source, file);
            let after = if first == Verdict::Take { source } else { file };
            let known = if first == Verdict::Conflict { base } else { source };
            let again = verdict(known, source, after);
            match first {
                Verdict::Conflict => prop_assert_eq!(again, Verdict::Conflict),
                _ => prop_assert!(matches!(again, Verdict::Same | Verdict::Keep), "{:?}", again),
            }
        }
    }
}
