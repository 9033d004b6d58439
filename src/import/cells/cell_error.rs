//! Why a cell cannot be taken as a field, with the sentence of each reason.

use crate::records::table_reader::ValueError;

/// Why a cell cannot be taken; texts are those of the cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellError {
    /// The spreadsheet could not calculate it.
    #[error("la case contient l'erreur de calcul « {0} »")]
    Calculation(String),
    /// It has a character that nobody sees.
    #[error("la case contient un caractère invisible (U+{:04X})", *.0 as u32)]
    Invisible(char),
    /// Its text was read in the wrong encoding before.
    #[error("les accents sont abîmés : « {} »", shortened(.0))]
    Garbled(String),
    /// It has a formula where a text is expected.
    #[error("la case contient une formule : « {} »", shortened(.0))]
    Formula(String),
    /// No record may have this text.
    #[error(transparent)]
    Text(#[from] ValueError),
    /// No code of a school.
    #[error("« {} » n'est pas un code UAI", shortened(.0))]
    NotUai(String),
    /// A code of a school with the wrong key letter.
    #[error("{error} ({label})")]
    UaiKey {
        /// What is wrong.
        error: Box<ValueError>,
        /// Which letter it should be.
        label: String,
    },
    /// No postcode.
    #[error("« {} » n'est pas un code postal", shortened(.0))]
    NotPostcode(String),
    /// No mail address.
    #[error("{error} : « {} »", shortened(.text))]
    NotEmail {
        /// What is wrong.
        error: Box<ValueError>,
        /// The text.
        text: String,
    },
    /// No telephone number.
    #[error("« {} » n'est pas un numéro de téléphone", shortened(.0))]
    NotPhone(String),
    /// No day.
    #[error("« {} » n'est pas une date", shortened(.0))]
    NotDate(String),
    /// Neither yes nor no.
    #[error("« {} » n'est ni oui ni non", shortened(.0))]
    NotFlag(String),
    /// No amount.
    #[error("« {} » n'est pas un montant", shortened(.0))]
    NotAmount(String),
    /// Neither Mme nor M.
    #[error("« {} » n'est pas une civilité (Mme ou M.)", shortened(.0))]
    NotCivility(String),
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
