//! How messages to people call schools and letters: by name first, then by code.

use crate::letter::campaign_letters::CampaignLetters;
use crate::letter::mission_letter::Letter;
use crate::letter::reference::Reference;
use crate::records::people::{Establishment, Referent};
use crate::records::record_set::Records;
use std::collections::BTreeMap;

/// Names of schools by UAI, and of letters by reference.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    schools: BTreeMap<String, String>,
    letters: BTreeMap<String, String>,
    persons: BTreeMap<String, String>,
    referents: BTreeMap<String, String>,
}

/// "Collège René-Cassin (0350003N), Mme Claire Martin"; without a referent, what is left to fill in.
pub fn of_letter(school: &Establishment, referent: Option<&Referent>) -> String {
    match referent {
        Some(referent) => format!("{}, {}", school.label(), referent.label()),
        None => format!("{}, nom à compléter", school.label()),
    }
}

impl Labels {
    /// The names that the records give, for the letters of every campaign.
    pub fn of_records(records: &Records) -> Self {
        let mut labels = Self::default();
        for school in &records.establishments {
            labels.schools.insert(school.uai.value.to_string(), school.label());
            for campaign in &records.campaigns {
                let open = Reference::new(&campaign.id.value, &school.uai.value, None);
                labels.letters.insert(open.to_string(), of_letter(school, None));
            }
        }
        let schools: BTreeMap<&str, &Establishment> =
            records.establishments.iter().map(|school| (school.uai.as_str(), school)).collect();
        for referent in &records.referents {
            labels.referents.insert(referent.id.value.to_string(), referent.label());
            for assignment in &referent.assignments {
                let uai = &assignment.establishment.value;
                let Some(school) = schools.get(uai.as_str()) else { continue };
                for campaign in &records.campaigns {
                    let id = Some(&referent.id.value);
                    let reference = Reference::new(&campaign.id.value, uai, id).to_string();
                    labels.persons.insert(reference.clone(), referent.label());
                    labels.letters.insert(reference, of_letter(school, Some(referent)));
                }
            }
        }
        labels
    }

    /// The names of one campaign's letters.
    pub fn of_campaign(desired: &CampaignLetters<'_>) -> Self {
        let mut labels = Self::default();
        for school in desired.schools() {
            labels.schools.insert(school.uai.value.to_string(), school.label());
        }
        for letter in &desired.letters {
            let Letter { reference, establishment, referent, .. } = letter;
            let referent = referent.map(|(referent, _)| referent);
            let person = referent.map_or("nom à compléter".to_owned(), Referent::label);
            labels.persons.insert(reference.to_string(), person);
            labels.letters.insert(reference.to_string(), of_letter(establishment, referent));
        }
        labels
    }

    /// The school of this code; the code where no record has it.
    pub fn school(&self, uai: &str) -> String {
        self.schools.get(uai).cloned().unwrap_or_else(|| uai.to_owned())
    }

    /// The letter of this reference. One that no record calls for has the name of its school, and its
    /// reference.
    pub fn letter(&self, reference: &str) -> String {
        if let Some(label) = self.letters.get(reference) {
            return label.clone();
        }
        let school = reference.parse::<Reference>().ok();
        let school = school.and_then(|known| self.schools.get(known.uai().as_str()));
        school.map_or_else(|| reference.to_owned(), |school| format!("{school}, {reference}"))
    }

    /// The name behind a code, where the code stands beside it: "Collège René-Cassin, Mme Claire Martin".
    pub(super) fn short_name(&self, code: &str) -> Option<String> {
        let code = code.to_uppercase();
        if let Some(label) = self.letters.get(&code) {
            let uai = code.parse::<Reference>().ok().map(|known| format!(" ({})", known.uai()));
            return Some(label.replacen(&uai.unwrap_or_default(), "", 1));
        }
        let school = self.schools.get(&code)?;
        Some(school.replacen(&format!(" ({code})"), "", 1))
    }

    /// The schools of these codes.
    pub fn schools<'u>(&self, uais: impl IntoIterator<Item = &'u String>) -> Vec<String> {
        uais.into_iter().map(|uai| self.school(uai)).collect()
    }

    /// The person of this identifier; the identifier where no record has it.
    pub fn referent(&self, id: &str) -> String {
        self.referents.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    /// A school, a person or a letter, by a code that a person gave.
    pub fn anyone(&self, code: &str) -> String {
        match self.referents.get(code) {
            Some(person) => person.clone(),
            None => self.sentence(code),
        }
    }

    /// The person that a letter names, where its school is said already.
    pub fn person(&self, reference: &str) -> String {
        let person = self.persons.get(reference).cloned();
        person.unwrap_or_else(|| "lettre".to_owned())
    }

    /// The same of many.
    pub fn letters<'r>(&self, references: impl IntoIterator<Item = &'r String>) -> Vec<String> {
        references.into_iter().map(|reference| self.letter(reference)).collect()
    }

    /// A message by its name: one letter's reference, or the campaign and lowest UAI of several.
    pub fn message(&self, name: &str) -> String {
        match name.split_once('-').filter(|_| !self.letters.contains_key(name)) {
            Some((_, uai)) if self.schools.contains_key(uai) => self.school(uai),
            _ => self.letter(name),
        }
    }
}

/// One school with one letter.
#[cfg(test)]
pub(super) fn example() -> Labels {
    let school = "Collège René-Cassin (0860001J)".to_owned();
    let letter = "2026-0860001J-NGRM".to_owned();
    Labels {
        schools: [("0860001J".to_owned(), school.clone())].into(),
        letters: [(letter.clone(), format!("{school}, Mme Claire Martin"))].into(),
        persons: [(letter, "Mme Claire Martin".to_owned())].into(),
        referents: BTreeMap::new(),
    }
}
