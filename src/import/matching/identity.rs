//! Identifies the people of a list: groups the rows of each person and finds them in the records.
//! Pure.
//!
//! A person is known by an identifier, by a mail address that is not a school's, or by the name in
//! the same school. The same name in another school, or the address of somebody of another name, is
//! asked about, never guessed.

use crate::import::existing_records::{ExistingRecords, RecordEntry};
use crate::import::extract::extracted_rows::CandidateRow;
use crate::import::field_value::FieldValue;
use crate::import::import_input::ImportInput;
use crate::import::proposal::{ImportAnswer, MergeBase, Proposal, RepeatedRow};
use crate::import::record_target::RecordTarget;
use crate::records::spelling;
use std::collections::{BTreeMap, BTreeSet};

/// Given and family name.
type Names<'n> = (Option<&'n str>, Option<&'n str>);

fn folded_name((given, family): Names<'_>) -> String {
    format!(
        "{} {}",
        spelling::folded(family.unwrap_or_default()),
        spelling::folded(given.unwrap_or_default())
    )
}

fn names(candidate: &CandidateRow) -> Names<'_> {
    (candidate.text("given_name"), candidate.text("family_name"))
}

/// The name of a candidate, to be compared.
pub(super) fn candidate_name(candidate: &CandidateRow) -> String {
    folded_name(names(candidate))
}

/// The name of a referent, to be compared.
pub(super) fn entry_name(entry: &RecordEntry) -> String {
    folded_name((entry.text("given_name"), entry.text("family_name")))
}

/// The name of a candidate, to be read.
pub(super) fn shown_name(candidate: &CandidateRow) -> String {
    let (given, family) = names(candidate);
    format!("{} {}", given.unwrap_or_default(), family.unwrap_or_default()).trim().to_owned()
}

/// Whether two names belong to two people: both the given and the family name differ.
fn are_different_people(one: Names<'_>, other: Names<'_>) -> bool {
    let folded = |text: Option<&str>| spelling::folded(text.unwrap_or_default());
    folded(one.0) != folded(other.0) && folded(one.1) != folded(other.1)
}

/// The rows of one person.
pub(super) struct MatchedPerson<'h> {
    pub(super) rows: Vec<&'h CandidateRow>,
}

/// Who a person is.
pub(super) enum Identity {
    /// A referent whom the records know: beyond doubt, or by the name in the school alone.
    Known { entry: usize, certain: bool },
    /// Nobody whom the records know.
    New,
    /// One of these referents, or nobody whom the records know: a person has to say.
    Unclear(Vec<String>),
    /// Left out, as a person said.
    ExcludedRecords,
}

/// Mail addresses that belong to schools: no person is known by them.
pub(super) fn school_mailboxes(records: &ExistingRecords) -> BTreeSet<String> {
    let schools = records.of("establishment");
    schools.filter_map(|(_, entry)| entry.text("email")).map(str::to_lowercase).collect()
}

/// The mail address of a person that is not a school's.
pub(super) fn personal_email<'c>(
    candidate: &'c CandidateRow,
    mailboxes: &BTreeSet<String>,
) -> Option<&'c str> {
    candidate.text("email").filter(|email| !mailboxes.contains(*email))
}

/// The identifier of a person that the last import brought and somebody took out of the records since.
pub(super) fn removed_by_hand(person: &MatchedPerson<'_>, base: &MergeBase) -> Option<String> {
    let first = person.rows.first()?;
    if let Some(id) = first.text("id") {
        return base.records.contains_key(id).then(|| id.to_owned());
    }
    let name = candidate_name(first);
    let text = |fields: &BTreeMap<String, FieldValue>, field: &str| {
        fields.get(field).and_then(FieldValue::as_text).map(str::to_owned)
    };
    let mut found = base.records.iter().filter(|(key, fields)| {
        let (given, family) = (text(fields, "given_name"), text(fields, "family_name"));
        let same_name = folded_name((given.as_deref(), family.as_deref())) == name;
        let mut schools = person.rows.iter().filter_map(|row| row.text("uai"));
        let here = schools.any(|uai| base.records.contains_key(&format!("{key}@{uai}")));
        !key.contains('@') && same_name && here
    });
    found.next().map(|(key, _)| key.clone())
}

/// Brings the rows of each person together; rows whose school is unknown are rejected, and of those that
/// name the same school again the last one counts.
pub(super) fn group_by_person<'h>(
    input: &ImportInput<'h>,
    mailboxes: &BTreeSet<String>,
    proposal: &mut Proposal,
) -> Vec<MatchedPerson<'h>> {
    let mut people: Vec<(String, MatchedPerson<'h>)> = Vec::new();
    let mut keyless: Vec<&CandidateRow> = Vec::new();
    for candidate in &input.extracted.candidates {
        if !is_school_known(input, candidate, mailboxes, proposal) {
            continue;
        }
        let key = match (candidate.text("id"), personal_email(candidate, mailboxes)) {
            (Some(id), _) => format!("id:{id}"),
            (None, Some(email)) => format!("mail:{email}"),
            (None, None) => {
                keyless.push(candidate);
                continue;
            }
        };
        match people.iter_mut().find(|(other, _)| *other == key) {
            Some((_, person)) => person.rows.push(candidate),
            None => people.push((key, MatchedPerson { rows: vec![candidate] })),
        }
    }
    for candidate in keyless {
        place_by_name(candidate, &mut people, proposal);
    }
    people.retain(|(_, person)| !reject_shared_addresses(person, proposal));
    for (_, person) in &mut people {
        keep_last_of_each_school(person, proposal);
    }
    let people: Vec<MatchedPerson<'h>> = people.into_iter().map(|(_, person)| person).collect();
    note_homonyms(&people, proposal);
    people
}

/// Rejects a row whose school is unknown, and notes the address of a school as a person's.
fn is_school_known(
    input: &ImportInput<'_>,
    candidate: &CandidateRow,
    mailboxes: &BTreeSet<String>,
    proposal: &mut Proposal,
) -> bool {
    let uai = candidate.uai();
    if input.records.find("establishment", uai).is_none() {
        proposal.reject(
            candidate.row,
            format!(
                "l'établissement {uai} n'est pas dans les fiches : importer d'abord l'annuaire"
            ),
        );
        return false;
    }
    if let Some(email) = candidate.text("email").filter(|email| mailboxes.contains(*email)) {
        proposal.notes.push(format!(
            "ligne {} : {email} est la boîte d'un établissement, pas celle d'une personne ; laissée",
            candidate.row,
        ));
    }
    true
}

/// Adds a row without identifier and address to the person of the same name in the same school, or makes
/// it a person; the same name in another school could be either.
fn place_by_name<'h>(
    candidate: &'h CandidateRow,
    people: &mut Vec<(String, MatchedPerson<'h>)>,
    proposal: &mut Proposal,
) {
    let name = candidate_name(candidate);
    let uai = candidate.text("uai");
    let same_school = people.iter_mut().find(|(_, person)| {
        person.rows.iter().any(|row| {
            let is_same_row = row.row == candidate.row;
            candidate_name(row) == name && (is_same_row || row.text("uai") == uai)
        })
    });
    if let Some((_, person)) = same_school {
        person.rows.push(candidate);
        return;
    }
    let elsewhere =
        people.iter().find(|(_, person)| person.rows.iter().any(|row| candidate_name(row) == name));
    match elsewhere {
        Some((_, other)) => {
            let rows: Vec<String> = other.rows.iter().map(|row| row.row.to_string()).collect();
            proposal.reject(
                candidate.row,
                format!(
                    "à décider : {} est aussi ligne {} dans un autre établissement ; ajouter l'adresse électronique qui dit si c'est la même personne",
                    shown_name(candidate),
                    rows.join(", ")
                ),
            );
        }
        None => people.push((format!("name:{name}"), MatchedPerson { rows: vec![candidate] })),
    }
}

fn keep_last_of_each_school(person: &mut MatchedPerson<'_>, proposal: &mut Proposal) {
    let mut kept: Vec<&CandidateRow> = Vec::new();
    for row in person.rows.iter().rev() {
        let uai = row.uai();
        match kept.iter().find(|later| later.text("uai") == row.text("uai")) {
            Some(later) => {
                let label = format!("{} à {uai}", shown_name(row));
                proposal.merged.push(RepeatedRow {
                    row: row.row,
                    counted: later.row,
                    label,
                    is_replaced: false,
                    differs: later.differs(row, RecordTarget::Referent),
                });
            }
            None => kept.push(row),
        }
    }
    kept.reverse();
    person.rows = kept;
}

/// Rejects rows that have one address, or one identifier, for people of different names: probably a
/// colleague's address was typed.
fn reject_shared_addresses(person: &MatchedPerson<'_>, proposal: &mut Proposal) -> bool {
    let Some(first) = person.rows.first() else { return false };
    let other = person.rows.iter().find(|row| are_different_people(names(row), names(first)));
    let Some(other) = other else { return false };
    let shared = first.text("id").or(first.text("email")).unwrap_or("la même adresse");
    let reason = format!(
        "à décider : {shared} vaut pour {} (ligne {}) et pour {} (ligne {})",
        shown_name(first),
        first.row,
        shown_name(other),
        other.row
    );
    for row in &person.rows {
        proposal.reject(row.row, reason.clone());
    }
    true
}

fn note_homonyms(people: &[MatchedPerson<'_>], proposal: &mut Proposal) {
    let mut by_name: BTreeMap<String, Vec<&CandidateRow>> = BTreeMap::new();
    for first in people.iter().filter_map(|person| person.rows.first()) {
        by_name.entry(candidate_name(first)).or_default().push(first);
    }
    for rows in by_name.values().filter(|rows| rows.len() > 1) {
        let list: Vec<String> = rows.iter().map(|row| row.row.to_string()).collect();
        proposal.notes.push(format!(
            "{} : homonymes d'adresses différentes (lignes {}), pris pour des personnes différentes",
            shown_name(rows[0]),
            list.join(", ")
        ));
    }
}

/// Two people of a source are not one referent: who is that beyond doubt counts, the others are asked
/// about.
pub(super) fn claimed_once(records: &ExistingRecords, people: Vec<Identity>) -> Vec<Identity> {
    let mut claims: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, identity) in people.iter().enumerate() {
        if let Identity::Known { entry, .. } = identity {
            claims.entry(*entry).or_default().push(at);
        }
    }
    let is_certain =
        |at: &usize| matches!(people.get(*at), Some(Identity::Known { certain: true, .. }));
    let kept: BTreeSet<usize> = claims
        .values()
        .filter_map(|claimants| match claimants.as_slice() {
            [only] => Some(*only),
            several => several.iter().copied().find(is_certain),
        })
        .collect();
    let settle = |(at, identity): (usize, Identity)| match identity {
        Identity::Known { entry, .. } if !kept.contains(&at) => {
            let entry = records.entries.get(entry);
            Identity::Unclear(entry.map(|entry| entry.key.clone()).into_iter().collect())
        }
        identity => identity,
    };
    people.into_iter().enumerate().map(settle).collect()
}

/// Recognises a person among the referents of the records.
pub(super) fn identify(
    input: &ImportInput<'_>,
    person: &MatchedPerson<'_>,
    mailboxes: &BTreeSet<String>,
) -> Identity {
    let records = input.records;
    let Some(first) = person.rows.first() else { return Identity::ExcludedRecords };
    if let Some(id) = first.text("id") {
        return known_or(records.find("referent", id), Identity::New);
    }
    if let Some(identity) = identify_by_email(input, person, first, mailboxes) {
        return identity;
    }
    let name = candidate_name(first);
    let namesakes: Vec<(usize, &RecordEntry)> =
        records.of("referent").filter(|(_, entry)| entry_name(entry) == name).collect();
    let schools: BTreeSet<&str> = person.rows.iter().filter_map(|row| row.text("uai")).collect();
    let is_here = |entry: &RecordEntry| {
        entry.assignments.iter().any(|assignment| {
            let uai = assignment.get("establishment").and_then(FieldValue::as_text);
            uai.is_some_and(|uai| schools.contains(uai))
        })
    };
    let here: Vec<usize> =
        namesakes.iter().filter(|(_, entry)| is_here(entry)).map(|(at, _)| *at).collect();
    if let [only] = here.as_slice() {
        return Identity::Known { entry: *only, certain: false };
    }
    if namesakes.is_empty() {
        return Identity::New;
    }
    let ids = namesakes.iter().map(|(_, entry)| entry.key.clone());
    answered(input, first).unwrap_or_else(|| Identity::Unclear(ids.collect()))
}

/// The only referent with an address of this person; somebody of another name is asked about.
fn identify_by_email(
    input: &ImportInput<'_>,
    person: &MatchedPerson<'_>,
    first: &CandidateRow,
    mailboxes: &BTreeSet<String>,
) -> Option<Identity> {
    let emails: BTreeSet<&str> =
        person.rows.iter().filter_map(|row| personal_email(row, mailboxes)).collect();
    let has_email = |entry: &RecordEntry| {
        entry.text("email").is_some_and(|email| emails.contains(email.to_lowercase().as_str()))
    };
    let mut found = input.records.of("referent").filter(|(_, entry)| has_email(entry));
    let (Some((at, entry)), None) = (found.next(), found.next()) else { return None };
    let known = (entry.text("given_name"), entry.text("family_name"));
    if !are_different_people(names(first), known) {
        return Some(Identity::Known { entry: at, certain: true });
    }
    let unclear = || Identity::Unclear(vec![entry.key.clone()]);
    Some(answered(input, first).unwrap_or_else(unclear))
}

/// What was answered about somebody who could be known.
fn answered(input: &ImportInput<'_>, first: &CandidateRow) -> Option<Identity> {
    match input.answers.each.get(&format!("person:{}", first.row))? {
        ImportAnswer::Same(id) => {
            Some(known_or(input.records.find("referent", id), Identity::ExcludedRecords))
        }
        ImportAnswer::Other => Some(Identity::New),
        ImportAnswer::Leave => Some(Identity::ExcludedRecords),
        _ => None,
    }
}

fn known_or(entry: Option<usize>, otherwise: Identity) -> Identity {
    entry.map_or(otherwise, |entry| Identity::Known { entry, certain: true })
}
