//! `--only`, `--departement`: which messages they select.

use crate::app::error::{Complaint, ErrorKind, UserError};
use crate::diagnostic::did_you_mean;
use crate::letter::campaign_letters::CampaignLetters;
use crate::letter::mission_letter::Letter;
use crate::records::values::Departement;
use std::collections::BTreeSet;
use std::fmt;

/// Words of `--only` that name nothing; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownNames(pub Vec<UnknownName>);

/// A word that names nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("--only ne désigne aucune lettre : « {word} »")]
pub struct UnknownName {
    /// The value that matches nothing.
    pub word: String,
    /// The name that may be meant.
    pub nearest: Option<String>,
}

impl UserError for UnknownName {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn todo(&self) -> String {
        match &self.nearest {
            Some(nearest) => format!("vouliez-vous écrire « {nearest} » ?"),
            None => "donner un nom, une ville, un UAI, l'identifiant d'un référent ou une référence de cette campagne"
                .to_owned(),
        }
    }
}

impl fmt::Display for UnknownNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|name| name.word.as_str()).collect();
        write!(f, "--only ne désigne aucune lettre : « {} »", words.join(" », « "))
    }
}

impl std::error::Error for UnknownNames {}

impl UserError for UnknownNames {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn todo(&self) -> String {
        self.0.first().map_or_else(String::new, UnknownName::todo)
    }

    fn complaints(&self) -> Vec<Complaint> {
        self.0.iter().flat_map(UnknownName::complaints).collect()
    }
}

/// Letters that a person chose; all where nothing is said.
#[derive(Clone, Copy, Debug, Default)]
pub struct LetterChoice<'a> {
    /// UAIs, referents or references; all letters when empty.
    pub names: &'a [String],
    /// Their département.
    pub departement: Option<&'a Departement>,
}

/// Why a choice takes nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// Words that name nothing.
    #[error(transparent)]
    Unknown(#[from] UnknownNames),
    /// No letter is of this département, among those that are named.
    #[error("aucune lettre à faire dans ce département : {0}")]
    NoLetter(String),
}

impl UserError for ChoiceError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn todo(&self) -> String {
        match self {
            Self::Unknown(names) => names.todo(),
            Self::NoLetter(_) => "voir le compte par département : missive status".to_owned(),
        }
    }

    fn complaints(&self) -> Vec<Complaint> {
        match self {
            Self::Unknown(names) => names.complaints(),
            Self::NoLetter(_) => vec![Complaint { message: self.to_string(), todo: self.todo() }],
        }
    }
}

/// The chosen messages, as places in the campaign's mailings; none where all are.
pub fn chosen(
    desired: &CampaignLetters<'_>,
    choice: LetterChoice<'_>,
) -> Result<Option<BTreeSet<usize>>, ChoiceError> {
    let named = match choice.names {
        [] => None,
        words => Some(mailings(desired, words)?),
    };
    let Some(departement) = choice.departement else { return Ok(named) };
    let lies_in = |at: &usize| {
        let mut letters = desired.mailings[*at].letters.iter();
        letters.any(|at| departement.has(desired.letters[*at].establishment.uai.as_str()))
    };
    let all = named.unwrap_or_else(|| (0..desired.mailings.len()).collect());
    let taken: BTreeSet<usize> = all.into_iter().filter(lies_in).collect();
    match taken.is_empty() {
        true => Err(ChoiceError::NoLetter(departement.to_string())),
        false => Ok(Some(taken)),
    }
}

/// Whether a word names a letter: by its reference, its school or its referent.
fn is_named(letter: &Letter<'_>, word: &str) -> bool {
    let is = |name: &str| name.eq_ignore_ascii_case(word);
    is(letter.establishment.uai.as_str())
        || is(&letter.reference.to_string())
        || letter.referent.is_some_and(|(referent, _)| is(referent.id.as_str()))
}

/// The references of the letters that words name.
pub fn references(desired: &CampaignLetters<'_>, words: &[String]) -> BTreeSet<String> {
    let named = |letter: &&Letter<'_>| words.iter().any(|word| is_named(letter, word));
    desired.letters.iter().filter(named).map(|letter| letter.reference.to_string()).collect()
}

/// The chosen messages, as places in the campaign's mailings.
fn mailings(
    desired: &CampaignLetters<'_>,
    words: &[String],
) -> Result<BTreeSet<usize>, UnknownNames> {
    let mut chosen = BTreeSet::new();
    let mut unknown = Vec::new();
    for word in words {
        let before = chosen.len();
        let mut hit = false;
        for (index, mailing) in desired.mailings.iter().enumerate() {
            let named = mailing.letters.iter().any(|at| is_named(&desired.letters[*at], word));
            if named {
                hit = true;
                chosen.insert(index);
            }
        }
        if !hit && chosen.len() == before {
            let names: Vec<String> = desired
                .letters
                .iter()
                .flat_map(|letter| {
                    [
                        Some(letter.reference.to_string()),
                        Some(letter.establishment.uai.value.to_string()),
                        letter.referent.map(|(referent, _)| referent.id.value.to_string()),
                    ]
                })
                .flatten()
                .collect();
            let nearest = did_you_mean(word, names.iter().map(String::as_str)).map(str::to_owned);
            unknown.push(UnknownName { word: word.clone(), nearest });
        }
    }
    if unknown.is_empty() { Ok(chosen) } else { Err(UnknownNames(unknown)) }
}
