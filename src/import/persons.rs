//! Candidates for referents against the records: fields of people who are known, records of those who
//! are new, assignments in the schools they name. Pure; [`identity`](super::identity) says who is who.

use super::clean::Value;
use super::edit::{Edit, NewRecord};
use super::harvest::{Candidate, Harvest};
use super::identity::{
    Person, Who, claimed_once, grouped, identify, mailboxes, own_email, shown_name, taken_away,
};
use super::proposal::{
    Answers, Asked, Aspect, Base, Change, Compared, Gone, Proposal, Question, Surroundings,
};
use super::stock::{Entry, Fields, Stock};
use crate::records::spelling;
use std::collections::{BTreeMap, BTreeSet};

/// Fields of a referent in the order they are written.
const PERSON: [&str; 6] = ["id", "civility", "given_name", "family_name", "email", "post"];
/// Fields of an assignment in that order.
const ASSIGNMENT: [&str; 6] =
    ["establishment", "since", "until", "end_reason", "allowance", "allowance_granted"];

/// Proposes what a list of referents changes.
pub fn referents(
    stock: &Stock,
    harvest: &Harvest,
    base: &Base,
    around: &Surroundings,
    answers: &Answers,
) -> Proposal {
    let mut proposal = Proposal::default();
    let mailboxes = mailboxes(stock);
    let mut ids: BTreeSet<String> = stock.of("referent").map(|(_, own)| own.key.clone()).collect();
    let people = grouped(stock, harvest, &mailboxes, &mut proposal);
    let who = people.iter().map(|own| identify(stock, own, &mailboxes, answers)).collect();
    for (mut person, who) in people.into_iter().zip(claimed_once(stock, who)) {
        match who {
            Who::Left => {
                for row in person.rows {
                    proposal.rejected.push((row.row, "laissé de côté à la demande".to_owned()));
                }
            }
            Who::Unclear(known) => unclear(&person, known, &mut proposal),
            Who::New => {
                if let Some(id) = taken_away(&person, base) {
                    proposal.notes.push(format!("{id} : retiré des fiches à la main, pas remis"));
                    let own = base.records.iter().filter(|(key, _)| {
                        **key == id || key.split_once('@').is_some_and(|(own, _)| own == id)
                    });
                    proposal.base.records.extend(own.map(|(k, v)| (k.clone(), v.clone())));
                    proposal.unchanged += 1;
                    continue;
                }
                new_person(&mut person, &mailboxes, around, &mut ids, &mut proposal);
            }
            Who::Known(entry, _) => {
                known_person(
                    stock,
                    entry,
                    &person,
                    &mailboxes,
                    base,
                    around,
                    answers,
                    &mut proposal,
                );
            }
        }
    }
    gone(stock, harvest, base, &mut proposal);
    proposal
}

fn unclear(person: &Person<'_>, known: Vec<String>, proposal: &mut Proposal) {
    let Some(first) = person.rows.first() else { return };
    let schools: Vec<&str> = person.rows.iter().filter_map(|row| row.text("uai")).collect();
    let text = format!(
        "{} ({}) a le nom ou l'adresse de {}, désigné ailleurs ou autrement : la même personne ?",
        shown_name(first),
        schools.join(", "),
        known.join(", ")
    );
    for row in &person.rows {
        proposal.rejected.push((
            row.row,
            format!(
                "à décider : même nom ou même adresse que {}, la même personne ?",
                known.join(", ")
            ),
        ));
    }
    proposal.questions.push(Question {
        id: format!("person:{}", first.row),
        row: first.row,
        kind: Asked::Person(known),
        text,
    });
}

fn identifier(candidate: &Candidate, ids: &mut BTreeSet<String>) -> String {
    let text = |field| candidate.text(field).unwrap_or_default();
    free_identifier(text("family_name"), text("given_name"), ids)
}

/// An identifier for a name, that nobody has yet: `martin-claire`, `martin-claire-2`.
pub fn free_identifier(family: &str, given: &str, ids: &mut BTreeSet<String>) -> String {
    let part = |text: &str| -> String {
        let parts: Vec<String> = text
            .split([' ', '-', '\'', '’'])
            .map(spelling::folded)
            .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
            .filter(|word| !word.is_empty())
            .collect();
        parts.join("-")
    };
    let mut stem = format!("{}-{}", part(family), part(given));
    stem.truncate(56);
    let stem = match stem.trim_matches('-') {
        "" => "referent".to_owned(),
        stem => stem.to_owned(),
    };
    let mut id = stem.clone();
    let mut number = 2;
    while !ids.insert(id.clone()) {
        id = format!("{stem}-{number}");
        number += 1;
    }
    id
}

/// The first value that the rows of a person give for a field; the last row counts most.
fn person_value<'h>(
    person: &Person<'h>,
    field: &str,
    mailboxes: &BTreeSet<String>,
) -> Option<(&'h Value, bool)> {
    let row = person.rows.iter().rev().find(|row| match field {
        "email" => own_email(row, mailboxes).is_some(),
        field => row.fields.contains_key(field),
    })?;
    Some((row.fields.get(field)?, row.shouted.contains(field)))
}

fn assignment_fields(candidate: &Candidate, around: &Surroundings) -> Option<Vec<(String, Value)>> {
    let since = candidate
        .fields
        .get("since")
        .cloned()
        .or(around.year.map(|(first, _)| Value::Day(first)))?;
    let mut fields = Vec::new();
    for name in ASSIGNMENT {
        let value = match name {
            "establishment" => candidate.fields.get("uai").cloned(),
            "since" => Some(since.clone()),
            name => candidate.fields.get(name).cloned(),
        };
        fields.extend(value.map(|value| (name.to_owned(), value)));
    }
    Some(fields)
}

const NO_SINCE: &str = "date de début : manque, et aucune campagne ouverte ne dit l'année scolaire";

fn remembered(candidate: &Candidate) -> BTreeMap<String, Value> {
    let own = ASSIGNMENT.iter().filter_map(|name| {
        let key = if *name == "establishment" { "uai" } else { name };
        Some(((*name).to_owned(), candidate.fields.get(key)?.clone()))
    });
    own.collect()
}

fn new_person(
    person: &mut Person<'_>,
    mailboxes: &BTreeSet<String>,
    around: &Surroundings,
    ids: &mut BTreeSet<String>,
    proposal: &mut Proposal,
) {
    let mut assignments = Vec::new();
    person.rows.retain(|row| match assignment_fields(row, around) {
        Some(fields) => {
            assignments.push((fields, row.row));
            true
        }
        None => {
            proposal.rejected.push((row.row, NO_SINCE.to_owned()));
            false
        }
    });
    let Some(first) = person.rows.first() else { return };
    let id = match first.text("id") {
        Some(id) => {
            ids.insert(id.to_owned());
            id.to_owned()
        }
        None => identifier(first, ids),
    };
    let uai = first.text("uai").unwrap_or_default().to_owned();
    let mut fields = vec![("id".to_owned(), Value::Text(id.clone()))];
    let mut next = BTreeMap::new();
    for name in PERSON.into_iter().skip(1) {
        if let Some((value, _)) = person_value(person, name, mailboxes) {
            fields.push((name.to_owned(), value.clone()));
            next.insert(name.to_owned(), value.clone());
        }
    }
    let change = |uai: &str, field: String, value: &Value, row: usize| Change {
        uai: uai.to_owned(),
        referent: Some(id.clone()),
        field,
        before: None,
        after: Some(value.clone()),
        row,
        new: true,
    };
    proposal
        .changes
        .extend(fields.iter().map(|(name, value)| change(&uai, name.clone(), value, first.row)));
    for (row, (own, number)) in person.rows.iter().zip(&assignments) {
        let uai = row.text("uai").unwrap_or_default();
        proposal.changes.extend(
            own.iter()
                .map(|(name, value)| change(uai, format!("assignment.{name}"), value, *number)),
        );
        proposal.base.records.insert(format!("{id}@{uai}"), remembered(row));
    }
    proposal.base.records.insert(id, next);
    proposal.additions.push(NewRecord {
        table: "referent",
        key: uai,
        fields,
        assignments: assignments.into_iter().map(|(fields, _)| fields).collect(),
    });
    proposal.new += 1;
}

/// The assignment of an entry in a school that touches a school year.
pub(super) fn current(entry: &Entry, uai: &str, around: &Surroundings) -> Option<usize> {
    let day = |fields: &Fields, name: &str| match fields.get(name) {
        Some(Value::Day(day)) => Some(*day),
        _ => None,
    };
    entry.assignments.iter().position(|own| {
        let here = own
            .get("establishment")
            .and_then(Value::as_text)
            .is_some_and(|own| own.eq_ignore_ascii_case(uai));
        let touches = around.year.is_none_or(|(first, last)| {
            day(own, "since").is_none_or(|since| since <= last)
                && day(own, "until").is_none_or(|until| until >= first)
        });
        here && touches
    })
}

#[expect(clippy::too_many_arguments, reason = "the whole of what decides about one person")]
fn known_person(
    stock: &Stock,
    entry: usize,
    person: &Person<'_>,
    mailboxes: &BTreeSet<String>,
    base: &Base,
    around: &Surroundings,
    answers: &Answers,
    proposal: &mut Proposal,
) {
    let (Some(record), Some(first)) = (stock.entries.get(entry), person.rows.first()) else {
        return;
    };
    let id = record.key.clone();
    let mut changed = false;
    let mut next = BTreeMap::new();
    let uai = first.text("uai").unwrap_or_default().to_owned();
    for name in PERSON.into_iter().skip(1) {
        let value = person_value(person, name, mailboxes);
        if value.is_none() && !first.present.contains(name) {
            continue;
        }
        let compared = Compared {
            referent: Some(id.clone()),
            ..Compared::new(entry, &uai, first.row, base.records.get(&id))
        };
        let aspect = Aspect {
            name,
            source: value.map(|(value, _)| value),
            shouted: value.is_some_and(|(_, shouted)| shouted),
            optional: matches!(name, "civility" | "email"),
        };
        changed |= proposal.compare(stock, &compared, &aspect, answers, &mut next);
    }
    proposal.base.records.insert(id.clone(), next);
    for row in &person.rows {
        let uai = row.text("uai").unwrap_or_default().to_owned();
        let key = format!("{id}@{uai}");
        match current(record, &uai, around) {
            Some(at) => {
                let mut next =
                    BTreeMap::from([("establishment".to_owned(), Value::Text(uai.clone()))]);
                for name in ASSIGNMENT.into_iter().skip(1) {
                    if !row.present.contains(name) {
                        continue;
                    }
                    let compared = Compared {
                        referent: Some(id.clone()),
                        assignment: Some(at),
                        told: "assignment.",
                        ..Compared::new(entry, &uai, row.row, base.records.get(&key))
                    };
                    let aspect = Aspect {
                        name,
                        source: row.fields.get(name),
                        shouted: false,
                        optional: name != "since",
                    };
                    changed |= proposal.compare(stock, &compared, &aspect, answers, &mut next);
                }
                proposal.base.records.insert(key, next);
            }
            None if base.records.contains_key(&key) => {
                proposal
                    .notes
                    .push(format!("{id} : désignation à {uai} retirée à la main, pas remise"));
                let last = base.records.get(&key).cloned().unwrap_or_default();
                proposal.base.records.insert(key, last);
            }
            None => match assignment_fields(row, around) {
                None => proposal.rejected.push((row.row, NO_SINCE.to_owned())),
                Some(fields) => {
                    for (name, value) in &fields {
                        proposal.changes.push(Change {
                            uai: uai.clone(),
                            referent: Some(id.clone()),
                            field: format!("assignment.{name}"),
                            before: None,
                            after: Some(value.clone()),
                            row: row.row,
                            new: false,
                        });
                    }
                    proposal.edits.push(Edit::Assign { entry, fields });
                    proposal.base.records.insert(key, remembered(row));
                    changed = true;
                }
            },
        }
    }
    match changed {
        true => proposal.changed += 1,
        false => proposal.unchanged += 1,
    }
}

/// Assignments that the last import had and this source has not: told; `campaign new` asks about
/// them.
pub(super) fn gone(stock: &Stock, harvest: &Harvest, base: &Base, proposal: &mut Proposal) {
    for (key, last) in &base.records {
        if proposal.base.records.contains_key(key) {
            continue;
        }
        let (id, uai) = key.split_once('@').unwrap_or((key, ""));
        if stock.find("referent", id).is_none() {
            continue;
        }
        proposal.base.records.insert(key.clone(), last.clone());
        if uai.is_empty() || harvest.aside.get(uai) == Some(&None) {
            continue;
        }
        let label = format!("{id} ({uai})");
        proposal.gone.push(Gone { key: key.clone(), label, reason: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::stock::File;
    use jiff::civil::date;

    const SCHOOLS: &str = "[[establishment]]\nuai = \"0860001J\"\nemail = \"ce.0860001j@academie.example\"\n[[establishment]]\nuai = \"0860002K\"\n";
    const CLAIRE: &str = "[[referent]]\nid = \"martin-claire\"\ngiven_name = \"Claire\"\nfamily_name = \"Martin\"\nemail = \"claire@academie.example\"\npost = \"professeure\"\n[[referent.assignment]]\nestablishment = \"0860001J\"\nsince = 2024-09-01\n";

    fn stock(people: &str) -> Stock {
        let text = format!("{SCHOOLS}{people}");
        Stock::read(vec![File { path: "data/a.toml".into(), text, mark: false }]).unwrap()
    }

    fn row(row: usize, fields: &[(&'static str, &str)]) -> Candidate {
        let mut candidate = Candidate { row, ..Candidate::default() };
        for (name, value) in fields {
            candidate.fields.insert(name, Value::Text((*value).to_owned()));
            candidate.present.insert(name);
        }
        candidate
    }

    fn who(number: usize, uai: &str, email: &str) -> Candidate {
        let mut own = row(
            number,
            &[
                ("uai", uai),
                ("given_name", "Claire"),
                ("family_name", "Martin"),
                ("post", "professeure"),
            ],
        );
        if !email.is_empty() {
            own.fields.insert("email", Value::Text(email.to_owned()));
        }
        own
    }

    fn of(people: &str, rows: Vec<Candidate>) -> Proposal {
        let harvest = Harvest { read: rows.len(), candidates: rows, ..Harvest::default() };
        let around = Surroundings {
            year: Some((date(2026, 9, 1), date(2027, 8, 31))),
            allowances: Vec::new(),
        };
        referents(&stock(people), &harvest, &Base::default(), &around, &Answers::default())
    }

    #[test]
    fn a_new_person_in_two_schools_is_one() {
        let found = of(
            "",
            vec![
                who(2, "0860001J", "claire@academie.example"),
                who(3, "0860002K", "claire@academie.example"),
            ],
        );
        assert_eq!(found.new, 1);
        assert_eq!(found.additions[0].assignments.len(), 2);
        assert_eq!(found.additions[0].fields[0].1, Value::Text("martin-claire".into()));
    }

    #[test]
    fn a_known_name_elsewhere_is_asked_about_never_guessed() {
        let same = of(CLAIRE, vec![who(2, "0860001J", "")]);
        assert_eq!((same.unchanged, same.questions.len()), (1, 0));
        let moved = of(CLAIRE, vec![who(2, "0860002K", "claire@academie.example")]);
        assert_eq!((moved.changed, moved.questions.len()), (1, 0), "the mail address tells");
        let other = of(CLAIRE, vec![who(2, "0860002K", "")]);
        assert_eq!((other.questions.len(), other.rejected.len(), other.edits.len()), (1, 1, 0));
        let two = of("", vec![who(2, "0860001J", "a@academie.example"), who(3, "0860002K", "")]);
        assert_eq!((two.new, two.rejected.len()), (1, 1));
    }

    #[test]
    fn an_address_that_two_names_share_is_nobodys() {
        let mut colleague = who(3, "0860002K", "claire@academie.example");
        colleague.fields.insert("given_name", Value::Text("Luc".into()));
        colleague.fields.insert("family_name", Value::Text("Petit".into()));
        let married = who(2, "0860001J", "claire@academie.example");
        let found = of("", vec![married.clone(), colleague.clone()]);
        assert_eq!((found.new, found.rejected.len()), (0, 2), "{found:?}");
        let found = of(CLAIRE, vec![colleague]);
        assert_eq!((found.questions.len(), found.edits.len()), (1, 0));
        // A name that changed in part is the same person's.
        let mut married = married;
        married.fields.insert("family_name", Value::Text("Martin-Leroy".into()));
        let found = of(CLAIRE, vec![married]);
        assert_eq!((found.changed, found.questions.len()), (1, 0));
    }

    #[test]
    fn the_mailbox_of_a_school_is_nobody() {
        let found = of("", vec![who(2, "0860001J", "ce.0860001j@academie.example")]);
        assert!(found.additions[0].fields.iter().all(|(name, _)| name != "email"));
        assert_eq!(found.notes.len(), 1);
    }

    #[test]
    fn the_last_answer_of_a_survey_counts() {
        let found = of(
            "",
            vec![
                who(2, "0860001J", "a@academie.example"),
                who(3, "0860001J", "a@academie.example"),
            ],
        );
        assert_eq!((found.new, found.merged.len()), (1, 1));
        assert_eq!(found.merged[0].0, 2);
    }
}
