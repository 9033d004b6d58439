//! What a person's words mean: the schools and persons whose name, town or code they fit.
//!
//! A word of a name is enough, in any spelling: "cassin", "rené cassin", "martin", "rennes". A name that is
//! fitted whole goes before those that are only begun.

use crate::app::error::{ErrorKind, UserError};
use crate::records::people::{Establishment, Referent};
use crate::records::record_set::Records;
use crate::records::spelling::folded;

/// The names of a project's schools and persons.
#[derive(Clone, Debug)]
pub struct NameIndex {
    names: Vec<KnownName>,
}

/// A school or person that words may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownName {
    /// What commands take: the UAI, the identifier of a person or the reference of a letter.
    pub key: String,
    /// What a person reads: "Collège René-Cassin (0350003N), Rennes".
    pub label: String,
    /// Whether it is a school.
    is_school: bool,
    words: Vec<String>,
    whole: Vec<String>,
}

/// What may be meant by a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meant {
    /// Schools and persons.
    Anyone,
    /// Schools only.
    Schools,
}

/// What a word fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameMatch {
    /// A code as it stands, or nothing that is known.
    AsTyped,
    /// One.
    One(KnownName),
    /// Several.
    Several(Vec<KnownName>),
}

/// A word that fits several, where nobody can be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("« {word} » peut désigner : {}", labels(.candidates))]
pub struct SeveralNames {
    /// What was typed.
    pub word: String,
    /// What it fits.
    pub candidates: Vec<KnownName>,
}

fn labels(candidates: &[KnownName]) -> String {
    let labels: Vec<&str> = candidates.iter().map(|known| known.label.as_str()).collect();
    labels.join(" ; ")
}

impl UserError for SeveralNames {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Decision
    }

    fn todo(&self) -> String {
        let keys: Vec<&str> = self.candidates.iter().map(|known| known.key.as_str()).collect();
        format!("donner le code : {}", keys.join(", "))
    }
}

impl KnownName {
    /// A letter, among which a person chooses.
    pub fn letter(reference: String, label: String) -> Self {
        let (words, whole) = (Vec::new(), Vec::new());
        Self { key: reference, label, is_school: false, words, whole }
    }

    fn school(school: &Establishment) -> Self {
        let (name, city) = (&school.name.value, &school.city.value);
        let site = school.site.as_ref().map_or("", |site| &*site.value);
        Self {
            key: school.uai.value.to_string(),
            label: format!("{}, {city}", school.label()),
            is_school: true,
            words: words(&format!("{name} {city} {site}")),
            whole: vec![folded(name), folded(city), folded(site)],
        }
    }

    fn person(referent: &Referent, schools: &[Establishment]) -> Self {
        let (given, family) = (&referent.given_name.value, &referent.family_name.value);
        let last = referent.assignments.last().map(|assignment| &assignment.establishment.value);
        let school = schools.iter().find(|school| Some(&school.uai.value) == last);
        let place = school.map_or(String::new(), |school| format!(", {}", school.label()));
        Self {
            key: referent.id.value.to_string(),
            label: format!("{} ({}){place}", referent.label(), referent.id.value),
            is_school: false,
            words: words(&format!("{given} {family} mme m")),
            whole: vec![
                folded(family),
                folded(&format!("{given} {family}")),
                folded(&format!("{family} {given}")),
            ],
        }
    }

    fn begins_with(&self, typed: &[String]) -> bool {
        typed.iter().all(|word| self.words.iter().any(|known| known.starts_with(word.as_str())))
    }
}

impl NameIndex {
    /// The names in the records.
    pub fn new(records: &Records) -> Self {
        let schools = records.establishments.iter().map(KnownName::school);
        let persons = records.referents.iter();
        let persons = persons.map(|referent| KnownName::person(referent, &records.establishments));
        Self { names: schools.chain(persons).collect() }
    }

    /// What a word fits.
    pub fn find(&self, word: &str, meant: Meant) -> NameMatch {
        let is_meant = |known: &&KnownName| meant == Meant::Anyone || known.is_school;
        let names = || self.names.iter().filter(is_meant);
        if names().any(|known| known.key.eq_ignore_ascii_case(word)) {
            return NameMatch::AsTyped;
        }
        let (typed, whole) = (words(word), folded(word));
        if whole.chars().count() < 2 {
            return NameMatch::AsTyped;
        }
        let mut found: Vec<KnownName> =
            names().filter(|known| known.whole.contains(&whole)).cloned().collect();
        if found.is_empty() {
            found = names().filter(|known| known.begins_with(&typed)).cloned().collect();
        }
        match found.len() {
            0 => NameMatch::AsTyped,
            1 => NameMatch::One(found.remove(0)),
            _ => NameMatch::Several(found),
        }
    }
}

/// The words of a name, each folded; "St" and "Ste" as they are said.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).map(folded);
    let said = parts.map(|word| match word.as_str() {
        "st" => "saint".to_owned(),
        "ste" => "sainte".to_owned(),
        _ => word,
    });
    said.filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;
    use crate::records::record_set::Text;

    fn index() -> NameIndex {
        let school = |uai: &str, name: &str, city: &str| {
            format!(
                "[[establishment]]\nuai = \"{uai}\"\nkind = \"college\"\nsector = \"public\"\nname = \"{name}\"\naddress = [\"1 rue A\"]\npostcode = \"35000\"\ncity = \"{city}\"\n"
            )
        };
        let text = [
            school("0860001J", "Collège René-Cassin", "Rennes"),
            school("0860002K", "Collège Martin", "Rennes"),
            school("0860003L", "Lycée Saint-Martin", "Saint-Malo"),
            "[[referent]]\nid = \"martin-claire\"\ncivility = \"Mme\"\ngiven_name = \"Claire\"\nfamily_name = \"Martin\"\npost = \"professeure\"\n".to_owned(),
        ];
        let mut sources = Sources::default();
        let id = sources.add("data/a.toml", text.concat());
        let mut problems = Vec::new();
        let text = Text { id, is_settings: false, is_sound: true };
        NameIndex::new(&Records::read(&[text], &sources, &mut problems))
    }

    fn keys(found: NameMatch) -> Vec<String> {
        match found {
            NameMatch::AsTyped => Vec::new(),
            NameMatch::One(known) => vec![known.key],
            NameMatch::Several(known) => known.into_iter().map(|known| known.key).collect(),
        }
    }

    #[test]
    fn a_part_of_a_name_or_a_town_is_enough() {
        let index = index();
        let found = |word| keys(index.find(word, Meant::Anyone));
        assert_eq!(found("cassin"), ["0860001J"]);
        assert_eq!(found("RENE cassin"), ["0860001J"]);
        assert_eq!(found("rennes"), ["0860001J", "0860002K"]);
        assert_eq!(found("st malo"), ["0860003L"]);
        assert_eq!(found("Collège Martin"), ["0860002K"]);
        assert_eq!(found("Mme Martin"), ["martin-claire"]);
        assert_eq!(found("martin"), ["martin-claire"], "a family name fitted whole");
        assert_eq!(found("mart"), ["0860002K", "0860003L", "martin-claire"]);
        assert_eq!(keys(index.find("mart", Meant::Schools)), ["0860002K", "0860003L"]);
        for code in ["0860001j", "martin-claire", "personne", "a", ""] {
            assert_eq!(index.find(code, Meant::Anyone), NameMatch::AsTyped, "{code}");
        }
    }
}
