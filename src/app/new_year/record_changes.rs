//! The decisions of a renewal as changes of the records. Pure.

use crate::app::new_year::cases::{Case, Fate, Key, Newcomer, Situation, Successor};
use crate::import::clean::Value;
use crate::import::edit::{Edit, NewRecord};
use crate::import::stock::{Fields, Stock};
use crate::records::values::SchoolYear;
use std::collections::{BTreeMap, BTreeSet};

/// What is written.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Changes of records that are there.
    pub edits: Vec<Edit>,
    /// New referents.
    pub additions: Vec<NewRecord>,
    /// Assignments that go on, end, pass to somebody else, follow a merger.
    pub counts: Counts,
    /// Opinions and decisions that now say which year they are for.
    pub dated: usize,
}

/// How many assignments of each fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Go on.
    pub continued: usize,
    /// End.
    pub ended: usize,
    /// Pass to somebody else.
    pub passed: usize,
    /// Go on in the school that takes over.
    pub followed: usize,
    /// Schools without a referent that get one.
    pub appointed: usize,
}

/// Turns decisions into changes.
pub fn changes(
    stock: &Stock,
    cases: &[Case<'_>],
    fates: &BTreeMap<Key, Fate>,
    appointed: &[(String, Successor)],
    (year, next): (SchoolYear, SchoolYear),
) -> Changes {
    let mut changes = Changes::default();
    let mut ids: BTreeSet<String> = stock.of("referent").map(|(_, own)| own.key.clone()).collect();
    let first_day = Value::Day(next.first_day());
    for case in cases {
        let Some(entry) = stock.find("referent", case.referent.id.as_str()) else { continue };
        let own = stock.entries.get(entry).and_then(|own| own.assignments.get(case.at));
        let fields = own.cloned().unwrap_or_default();
        let set = |field: &str, value: Option<Value>| Edit::Set {
            entry,
            within: Some(("assignment", case.at)),
            field: field.to_owned(),
            value,
        };
        year_of_decision(&fields, year, &mut changes, &set);
        let Some(fate) = fates.get(&case.key()) else { continue };
        let end = |reason: Option<&str>, changes: &mut Changes| {
            if !fields.contains_key("until") {
                changes.edits.push(set("until", Some(Value::Day(year.last_day()))));
            }
            if let Some(reason) = reason.filter(|_| !fields.contains_key("end_reason")) {
                changes.edits.push(set("end_reason", Some(Value::Text(reason.to_owned()))));
            }
        };
        match fate {
            Fate::Continues => {
                changes.counts.continued += 1;
                if matches!(case.situation, Situation::Ends(_)) {
                    changes.edits.extend([set("until", None), set("end_reason", None)]);
                }
            }
            Fate::Ends(reason) => {
                changes.counts.ended += 1;
                end(reason.as_deref(), &mut changes);
            }
            Fate::Follows(into) => {
                changes.counts.followed += 1;
                end(Some("fermeture de l’établissement"), &mut changes);
                let next = next_assignment(&fields, &into.to_string(), &first_day);
                changes.edits.push(Edit::Assign { entry, fields: next });
            }
            Fate::Passes(successor, reason) => {
                changes.counts.passed += 1;
                end(reason.as_deref(), &mut changes);
                let uai = case.assignment.establishment.value.to_string();
                let next = next_assignment(&fields, &uai, &first_day);
                appoint(stock, successor, uai, next, &mut changes, &mut ids);
            }
        }
    }
    for (uai, successor) in appointed {
        let next = next_assignment(&Fields::new(), uai, &first_day);
        appoint(stock, successor, uai.clone(), next, &mut changes, &mut ids);
        changes.counts.appointed += 1;
    }
    opinions(stock, year, &mut changes);
    changes
}

/// Gives an assignment to somebody the records know, or to somebody new; one new person in two schools
/// is one.
fn appoint(
    stock: &Stock,
    successor: &Successor,
    uai: String,
    assignment: Vec<(String, Value)>,
    changes: &mut Changes,
    ids: &mut BTreeSet<String>,
) {
    match successor {
        Successor::Known(id) => {
            let entry = stock.find("referent", id);
            changes.edits.extend(entry.map(|entry| Edit::Assign { entry, fields: assignment }));
        }
        Successor::New(person) => {
            let record = newcomer(person, uai, ids);
            let same = |own: &NewRecord| own.fields.iter().skip(1).eq(record.fields.iter().skip(1));
            match changes.additions.iter_mut().find(|own| same(own)) {
                Some(own) => own.assignments.push(assignment),
                None => {
                    changes.additions.push(NewRecord { assignments: vec![assignment], ..record })
                }
            }
        }
    }
}

/// A decision of the rector is for one year: the letters of the next say "proposed" again.
fn year_of_decision(
    fields: &Fields,
    year: SchoolYear,
    changes: &mut Changes,
    set: &impl Fn(&str, Option<Value>) -> Edit,
) {
    let decided = fields.contains_key("allowance_granted");
    if decided && !fields.contains_key("allowance_school_year") {
        changes.edits.push(set("allowance_school_year", Some(Value::Text(year.to_string()))));
        changes.dated += 1;
    }
}

/// Opinions of councils are about one year too.
fn opinions(stock: &Stock, year: SchoolYear, changes: &mut Changes) {
    for (entry, own) in stock.of("establishment") {
        for (at, dated) in own.opinions.iter().enumerate() {
            if !dated {
                changes.edits.push(Edit::Set {
                    entry,
                    within: Some(("opinions", at)),
                    field: "school_year".to_owned(),
                    value: Some(Value::Text(year.to_string())),
                });
                changes.dated += 1;
            }
        }
    }
}

/// The assignment of the next year: the allowance is proposed again, missions stay.
fn next_assignment(fields: &Fields, uai: &str, since: &Value) -> Vec<(String, Value)> {
    let mut next = vec![
        ("establishment".to_owned(), Value::Text(uai.to_owned())),
        ("since".to_owned(), since.clone()),
    ];
    for name in ["allowance", "missions"] {
        next.extend(fields.get(name).map(|value| (name.to_owned(), value.clone())));
    }
    next
}

fn newcomer(person: &Newcomer, uai: String, ids: &mut BTreeSet<String>) -> NewRecord {
    let id = crate::import::persons::free_identifier(&person.family_name, &person.given_name, ids);
    let text = |text: &str| Value::Text(text.to_owned());
    let mut fields = vec![("id".to_owned(), text(&id))];
    fields.extend(person.civility.as_deref().map(|own| ("civility".to_owned(), text(own))));
    fields.push(("given_name".to_owned(), text(&person.given_name)));
    fields.push(("family_name".to_owned(), text(&person.family_name)));
    fields.extend(person.email.as_deref().map(|own| ("email".to_owned(), text(own))));
    fields.push(("post".to_owned(), text(&person.post)));
    NewRecord { table: "referent", key: uai, fields, assignments: Vec::new() }
}
