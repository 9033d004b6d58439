//! Candidates for referents and their allowances against the records: who is known already, who is
//! new, and who could be either. Pure.
//!
//! A person is known by an identifier, by a mail address of their own, or by the name in the same
//! school. The same name in another school is asked about, never guessed.

use super::clean::Value;
use super::edit::{Edit, NewRecord};
use super::harvest::{Candidate, Harvest};
use super::proposal::{
    Answers, Asked, Aspect, Base, Change, Compared, Gone, Proposal, Question, Reply, Surroundings,
};
use super::stock::{Entry, Fields, Stock};
use super::words;
use std::collections::{BTreeMap, BTreeSet};

/// Fields of a referent in the order they are written.
const PERSON: [&str; 6] = ["id", "civility", "given_name", "family_name", "email", "post"];
/// Fields of an assignment in that order.
const ASSIGNMENT: [&str; 6] =
    ["establishment", "since", "until", "end_reason", "allowance", "allowance_granted"];

fn folded_name(given: Option<&str>, family: Option<&str>) -> String {
    format!(
        "{} {}",
        words::folded(family.unwrap_or_default()),
        words::folded(given.unwrap_or_default())
    )
}

pub(super) fn name_of(candidate: &Candidate) -> String {
    folded_name(candidate.text("given_name"), candidate.text("family_name"))
}

pub(super) fn entry_name(entry: &Entry) -> String {
    folded_name(entry.text("given_name"), entry.text("family_name"))
}

pub(super) fn shown_name(candidate: &Candidate) -> String {
    let text = |field| candidate.text(field).unwrap_or_default();
    format!("{} {}", text("given_name"), text("family_name")).trim().to_owned()
}

/// Rows of one person.
struct Person<'h> {
    rows: Vec<&'h Candidate>,
}

/// Who a person is.
enum Who {
    Known(usize),
    New,
    Unclear(Vec<String>),
    Left,
}

/// Mail addresses that belong to schools: no person is known by them.
pub(super) fn mailboxes(stock: &Stock) -> BTreeSet<String> {
    let schools = stock.of("establishment");
    schools.filter_map(|(_, own)| own.text("email")).map(str::to_lowercase).collect()
}

pub(super) fn own_email<'c>(
    candidate: &'c Candidate,
    mailboxes: &BTreeSet<String>,
) -> Option<&'c str> {
    candidate.text("email").filter(|email| !mailboxes.contains(*email))
}

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
    for mut person in grouped(stock, harvest, &mailboxes, &mut proposal) {
        let who = identify(stock, &person, &mailboxes, answers);
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
            Who::Known(entry) => {
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

/// A person that the last import brought and somebody took away since.
fn taken_away(person: &Person<'_>, base: &Base) -> Option<String> {
    let first = person.rows.first()?;
    if let Some(id) = first.text("id") {
        return base.records.contains_key(id).then(|| id.to_owned());
    }
    let name = name_of(first);
    let text = |own: &BTreeMap<String, Value>, field: &str| {
        own.get(field).and_then(Value::as_text).map(str::to_owned)
    };
    let mut found = base.records.iter().filter(|(key, own)| {
        let same_name =
            folded_name(text(own, "given_name").as_deref(), text(own, "family_name").as_deref())
                == name;
        let schools = person.rows.iter().filter_map(|row| row.text("uai"));
        let here =
            schools.into_iter().any(|uai| base.records.contains_key(&format!("{key}@{uai}")));
        !key.contains('@') && same_name && here
    });
    found.next().map(|(key, _)| key.clone())
}

/// Brings the rows of each person together; rows whose school is unknown are rejected, and those that
/// say the same school again are merged, the last one counting.
fn grouped<'h>(
    stock: &Stock,
    harvest: &'h Harvest,
    mailboxes: &BTreeSet<String>,
    proposal: &mut Proposal,
) -> Vec<Person<'h>> {
    let mut people: Vec<(String, Person<'h>)> = Vec::new();
    let mut nameless: Vec<&Candidate> = Vec::new();
    for candidate in &harvest.candidates {
        let uai = candidate.text("uai").unwrap_or_default();
        if stock.find("establishment", uai).is_none() {
            proposal.rejected.push((
                candidate.row,
                format!(
                    "l'établissement {uai} n'est pas dans les fiches : importer d'abord l'annuaire"
                ),
            ));
            continue;
        }
        if candidate.text("email").is_some_and(|email| mailboxes.contains(email)) {
            proposal.notes.push(format!(
                "ligne {} : {} est la boîte d'un établissement, pas celle d'une personne ; laissée",
                candidate.row,
                candidate.text("email").unwrap_or_default()
            ));
        }
        let key = match (candidate.text("id"), own_email(candidate, mailboxes)) {
            (Some(id), _) => format!("id:{id}"),
            (None, Some(email)) => format!("mail:{email}"),
            (None, None) => {
                nameless.push(candidate);
                continue;
            }
        };
        match people.iter_mut().find(|(own, _)| *own == key) {
            Some((_, person)) => person.rows.push(candidate),
            None => people.push((key, Person { rows: vec![candidate] })),
        }
    }
    for candidate in nameless {
        let name = name_of(candidate);
        let uai = candidate.text("uai");
        let same_school = people.iter_mut().find(|(_, person)| {
            person.rows.iter().any(|row| name_of(row) == name && row.text("uai") == uai)
        });
        if let Some((_, person)) = same_school {
            person.rows.push(candidate);
            continue;
        }
        let elsewhere =
            people.iter().find(|(_, person)| person.rows.iter().any(|row| name_of(row) == name));
        match elsewhere {
            Some((_, other)) => {
                let rows: Vec<String> = other.rows.iter().map(|row| row.row.to_string()).collect();
                proposal.rejected.push((
                    candidate.row,
                    format!(
                        "à décider : {} est aussi ligne {} dans un autre établissement ; ajouter l'adresse électronique qui dit si c'est la même personne",
                        shown_name(candidate),
                        rows.join(", ")
                    ),
                ));
            }
            None => people.push((format!("name:{name}"), Person { rows: vec![candidate] })),
        }
    }
    for (_, person) in &mut people {
        let mut kept: Vec<&Candidate> = Vec::new();
        for row in person.rows.iter().rev() {
            let uai = row.text("uai").unwrap_or_default();
            match kept.iter().find(|own| own.text("uai") == row.text("uai")) {
                Some(later) => {
                    let about = format!("{} à {uai}", shown_name(row));
                    proposal.merged.push((row.row, later.row, about));
                }
                None => kept.push(row),
            }
        }
        kept.reverse();
        person.rows = kept;
    }
    homonyms(&people, proposal);
    people.into_iter().map(|(_, person)| person).collect()
}

fn homonyms(people: &[(String, Person<'_>)], proposal: &mut Proposal) {
    let mut names: BTreeMap<String, Vec<&Candidate>> = BTreeMap::new();
    for (_, person) in people {
        if let Some(first) = person.rows.first() {
            names.entry(name_of(first)).or_default().push(first);
        }
    }
    for rows in names.values().filter(|rows| rows.len() > 1) {
        let list: Vec<String> = rows.iter().map(|row| row.row.to_string()).collect();
        proposal.notes.push(format!(
            "{} : homonymes d'adresses différentes (lignes {}), pris pour des personnes différentes",
            shown_name(rows[0]),
            list.join(", ")
        ));
    }
}

fn identify(
    stock: &Stock,
    person: &Person<'_>,
    mailboxes: &BTreeSet<String>,
    answers: &Answers,
) -> Who {
    let Some(first) = person.rows.first() else { return Who::Left };
    if let Some(id) = first.text("id") {
        return stock.find("referent", id).map_or(Who::New, Who::Known);
    }
    let emails: BTreeSet<&str> =
        person.rows.iter().filter_map(|row| own_email(row, mailboxes)).collect();
    let of_mail = |entry: &Entry| {
        entry.text("email").is_some_and(|own| emails.contains(own.to_lowercase().as_str()))
    };
    let mut by_mail = stock.of("referent").filter(|(_, entry)| of_mail(entry));
    if let (Some((at, _)), None) = (by_mail.next(), by_mail.next()) {
        return Who::Known(at);
    }
    let name = name_of(first);
    let same: Vec<(usize, &Entry)> =
        stock.of("referent").filter(|(_, entry)| entry_name(entry) == name).collect();
    let schools: BTreeSet<&str> = person.rows.iter().filter_map(|row| row.text("uai")).collect();
    let here = |entry: &Entry| {
        entry.assignments.iter().any(|own| {
            own.get("establishment")
                .and_then(Value::as_text)
                .is_some_and(|uai| schools.contains(uai))
        })
    };
    let near: Vec<usize> =
        same.iter().filter(|(_, entry)| here(entry)).map(|(at, _)| *at).collect();
    if let [only] = near.as_slice() {
        return Who::Known(*only);
    }
    if same.is_empty() {
        return Who::New;
    }
    match answers.each.get(&format!("person:{}", first.row)) {
        Some(Reply::Same(id)) => stock.find("referent", id).map_or(Who::Left, Who::Known),
        Some(Reply::Other) => Who::New,
        Some(Reply::Leave) => Who::Left,
        _ => Who::Unclear(same.iter().map(|(_, entry)| entry.key.clone()).collect()),
    }
}

fn unclear(person: &Person<'_>, known: Vec<String>, proposal: &mut Proposal) {
    let Some(first) = person.rows.first() else { return };
    let schools: Vec<&str> = person.rows.iter().filter_map(|row| row.text("uai")).collect();
    let text = format!(
        "{} ({}) porte le nom de {}, désigné ailleurs : la même personne ?",
        shown_name(first),
        schools.join(", "),
        known.join(", ")
    );
    for row in &person.rows {
        proposal.rejected.push((
            row.row,
            format!("à décider : même nom que {}, dans un autre établissement", known.join(", ")),
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
            .map(words::folded)
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
            entry,
            assignment: None,
            uai: uai.clone(),
            referent: Some(id.clone()),
            prefix: "",
            told: "",
            last: base.records.get(&id),
            row: first.row,
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
                        entry,
                        assignment: Some(at),
                        uai: uai.clone(),
                        referent: Some(id.clone()),
                        prefix: "",
                        told: "assignment.",
                        last: base.records.get(&key),
                        row: row.row,
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
