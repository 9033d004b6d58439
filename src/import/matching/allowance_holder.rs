//! Whose allowance a row is about: the assignment in this school, or the true reason why there is none.

use super::assignments::current_assignment;
use super::identity::{candidate_name, entry_name, personal_email, shown_name};
use crate::import::existing_records::RecordEntry;
use crate::import::extract::extracted_rows::CandidateRow;
use crate::import::field_value::FieldValue;
use crate::import::import_input::ImportInput;
use std::collections::BTreeSet;

/// Why the assignment of a row is not found; schools and people as a person calls them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum HolderError {
    #[error("l'établissement {0} n'est pas dans les fiches : importer d'abord l'annuaire")]
    UnknownSchool(String),
    #[error("{0} n'est pas un référent des fiches : importer d'abord les référents")]
    UnknownPerson(String),
    #[error("{person} est désigné à {elsewhere}, pas à {school}")]
    Elsewhere { person: String, elsewhere: String, school: String },
    #[error(
        "{person} a bien été désigné à {school}, mais pas pour l'année scolaire de la campagne"
    )]
    OtherYear { person: String, school: String },
    #[error("{person} n'a aucune désignation dans les fiches : importer d'abord les référents")]
    NoAssignment { person: String },
    #[error("plusieurs référents de {school} ont l'adresse {email} : corriger les fiches")]
    SameEmail { school: String, email: String },
    #[error(
        "plusieurs référents de {school} ont ce nom : donner l'adresse électronique, ou l'identifiant"
    )]
    SameName { school: String },
}

/// The assignment that a row is about.
pub(super) struct Holder {
    /// Number of the referent's entry among the records.
    pub(super) entry: usize,
    /// Which of the referent's assignments.
    pub(super) assignment: usize,
}

/// Finds it: by identifier, by mail address, or by name.
pub(super) fn find_holder(
    input: &ImportInput<'_>,
    candidate: &CandidateRow,
    uai: &str,
    mailboxes: &BTreeSet<String>,
) -> Result<Holder, HolderError> {
    let records = input.records;
    if records.find("establishment", uai).is_none() {
        return Err(HolderError::UnknownSchool(uai.to_owned()));
    }
    let is_meant = |is: &dyn Fn(&RecordEntry) -> bool| -> Vec<(usize, &RecordEntry)> {
        records.of("referent").filter(|(_, entry)| is(entry)).collect()
    };
    let email = personal_email(candidate, mailboxes);
    let name = candidate_name(candidate);
    let here = |people: &[(usize, &RecordEntry)]| -> Vec<Holder> {
        let found = people.iter().filter_map(|(entry, record)| {
            let assignment = current_assignment(record, uai, input.context)?;
            Some(Holder { entry: *entry, assignment })
        });
        found.collect()
    };
    let by_email = is_meant(&|entry| {
        email.is_some() && entry.text("email").map(str::to_lowercase).as_deref() == email
    });
    let by_name =
        is_meant(&|entry| candidate.text("family_name").is_some() && entry_name(entry) == name);
    let school = || records.school_label(uai);
    let (people, found, several) = if let Some(id) = candidate.text("id") {
        let people = is_meant(&|entry| entry.key == id);
        let found = here(&people);
        (people, found, HolderError::SameName { school: school() })
    } else if let (found @ [_, ..], Some(email)) = (here(&by_email).as_mut_slice(), email) {
        let found = found.iter().map(|holder| Holder { ..*holder }).collect();
        (by_email, found, HolderError::SameEmail { school: school(), email: email.to_owned() })
    } else {
        let found = here(&by_name);
        let people = by_email.into_iter().chain(by_name).collect();
        (people, found, HolderError::SameName { school: school() })
    };
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(why_none(input, candidate, uai, &people)),
        _ => Err(several),
    }
}

/// Why none of the people whom a row may mean has an assignment there.
fn why_none(
    input: &ImportInput<'_>,
    candidate: &CandidateRow,
    uai: &str,
    people: &[(usize, &RecordEntry)],
) -> HolderError {
    let person = match shown_name(candidate) {
        name if name.is_empty() => {
            candidate.text("id").or(candidate.text("email")).unwrap_or("?").to_owned()
        }
        name => name,
    };
    if people.is_empty() {
        let id = candidate.text("id");
        return HolderError::UnknownPerson(id.map_or(person, str::to_owned));
    }
    let schools: Vec<&str> = people
        .iter()
        .flat_map(|(_, entry)| &entry.assignments)
        .filter_map(|fields| fields.get("establishment").and_then(FieldValue::as_text))
        .collect();
    let school = input.records.school_label(uai);
    if schools.iter().any(|other| other.eq_ignore_ascii_case(uai)) {
        return HolderError::OtherYear { person, school };
    }
    match schools.first() {
        Some(other) => {
            let elsewhere = input.records.school_label(other);
            HolderError::Elsewhere { person, elsewhere, school }
        }
        None => HolderError::NoAssignment { person },
    }
}
