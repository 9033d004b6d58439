//! Who the people of a list are: brought together by identifier, mail address or name, and recognised
//! among those the records know. What could be either is for a person. Pure.
//!
//! A person is known by an identifier, by a mail address of their own, or by the name in the same
//! school. The same name in another school, or the address of somebody of another name, is asked about,
//! never guessed.

use super::clean::Value;
use super::harvest::{Candidate, Harvest};
use super::proposal::{Answers, Base, Proposal, Reply};
use super::stock::{Entry, Stock};
use crate::records::spelling;
use std::collections::{BTreeMap, BTreeSet};

fn folded_name(given: Option<&str>, family: Option<&str>) -> String {
    format!(
        "{} {}",
        spelling::folded(family.unwrap_or_default()),
        spelling::folded(given.unwrap_or_default())
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

/// Whether two names are two people's: neither the given nor the family name is the same.
fn strangers(one: (Option<&str>, Option<&str>), other: (Option<&str>, Option<&str>)) -> bool {
    let folded = |text: Option<&str>| spelling::folded(text.unwrap_or_default());
    folded(one.0) != folded(other.0) && folded(one.1) != folded(other.1)
}

fn names(candidate: &Candidate) -> (Option<&str>, Option<&str>) {
    (candidate.text("given_name"), candidate.text("family_name"))
}

/// Rows of one person.
pub(super) struct Person<'h> {
    pub(super) rows: Vec<&'h Candidate>,
}

/// Who a person is.
pub(super) enum Who {
    /// Somebody the records know; beyond doubt, or by the name in the school alone.
    Known(usize, bool),
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

/// A person that the last import brought and somebody took away since.
pub(super) fn taken_away(person: &Person<'_>, base: &Base) -> Option<String> {
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
pub(super) fn grouped<'h>(
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
    people.retain(|(_, person)| !shared_by_strangers(person, proposal));
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

/// One address, or one identifier, for people of different names: somebody typed a colleague's.
fn shared_by_strangers(person: &Person<'_>, proposal: &mut Proposal) -> bool {
    let Some(first) = person.rows.first() else { return false };
    let other = person.rows.iter().find(|row| strangers(names(row), names(first)));
    let Some(other) = other else { return false };
    let shared = first.text("id").or(first.text("email")).unwrap_or("la même adresse");
    let reason = format!(
        "à décider : {shared} vaut pour {} (ligne {}) et pour {} (ligne {})",
        shown_name(first),
        first.row,
        shown_name(other),
        other.row
    );
    proposal.rejected.extend(person.rows.iter().map(|row| (row.row, reason.clone())));
    true
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

/// Two people of a source are not one of the records: who is that beyond doubt counts, the others are
/// asked about.
pub(super) fn claimed_once(stock: &Stock, who: Vec<Who>) -> Vec<Who> {
    let mut claims: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, own) in who.iter().enumerate() {
        if let Who::Known(entry, _) = own {
            claims.entry(*entry).or_default().push(at);
        }
    }
    let kept: BTreeSet<usize> = claims
        .values()
        .filter_map(|own| match own.as_slice() {
            [only] => Some(*only),
            several => {
                several.iter().copied().find(|at| matches!(who.get(*at), Some(Who::Known(_, true))))
            }
        })
        .collect();
    let one = |(at, own): (usize, Who)| match own {
        Who::Known(entry, _) if !kept.contains(&at) => {
            Who::Unclear(stock.entries.get(entry).map(|own| own.key.clone()).into_iter().collect())
        }
        own => own,
    };
    who.into_iter().enumerate().map(one).collect()
}

pub(super) fn identify(
    stock: &Stock,
    person: &Person<'_>,
    mailboxes: &BTreeSet<String>,
    answers: &Answers,
) -> Who {
    let Some(first) = person.rows.first() else { return Who::Left };
    if let Some(id) = first.text("id") {
        return stock.find("referent", id).map_or(Who::New, |at| Who::Known(at, true));
    }
    let emails: BTreeSet<&str> =
        person.rows.iter().filter_map(|row| own_email(row, mailboxes)).collect();
    let of_mail = |entry: &Entry| {
        entry.text("email").is_some_and(|own| emails.contains(own.to_lowercase().as_str()))
    };
    let mut by_mail = stock.of("referent").filter(|(_, entry)| of_mail(entry));
    if let (Some((at, entry)), None) = (by_mail.next(), by_mail.next()) {
        let known = (entry.text("given_name"), entry.text("family_name"));
        if !strangers(names(first), known) {
            return Who::Known(at, true);
        }
        return answered(stock, first, answers)
            .unwrap_or_else(|| Who::Unclear(vec![entry.key.clone()]));
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
        return Who::Known(*only, false);
    }
    if same.is_empty() {
        return Who::New;
    }
    answered(stock, first, answers)
        .unwrap_or_else(|| Who::Unclear(same.iter().map(|(_, entry)| entry.key.clone()).collect()))
}

/// What a person said of somebody who could be known.
fn answered(stock: &Stock, first: &Candidate, answers: &Answers) -> Option<Who> {
    match answers.each.get(&format!("person:{}", first.row))? {
        Reply::Same(id) => {
            Some(stock.find("referent", id).map_or(Who::Left, |at| Who::Known(at, true)))
        }
        Reply::Other => Some(Who::New),
        Reply::Leave => Some(Who::Left),
        _ => None,
    }
}
