//! Why a cell cannot be taken as a field, with the sentence of each reason.

use crate::records::table_reader::ValueError;
use crate::records::values::broken_text::BrokenText;

/// Why a cell cannot be taken; texts are those of the cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellError {
    /// The spreadsheet could not calculate it.
    #[error("la case contient l'erreur de calcul « {0} »")]
    Calculation(String),
    /// It has a character that nobody sees.
    #[error("la case contient un caractère invisible (U+{:04X})", *.0 as u32)]
    Invisible(char),
    /// Its formula has no result in the file.
    #[error(
        "formule sans résultat enregistré (ouvrir le fichier dans un tableur et l'enregistrer)"
    )]
    Uncomputed,
    /// Its text is broken to the eye.
    #[error("{what} : « {} »", shortened(.text))]
    Broken {
        /// What is broken.
        what: BrokenText,
        /// The text.
        text: String,
    },
    /// A quotation mark has no partner.
    #[error("un guillemet est seul : « {} »", shortened(.0))]
    LoneQuote(String),
    /// A name is on several lines.
    #[error("plusieurs lignes dans la case : « {} » ; une seule personne, une seule ligne", shortened(.0))]
    SeveralLines(String),
    /// A mark for "the same as above", which is no longer true once a list was sorted.
    #[error("« {} » : écrire la valeur elle-même", shortened(.0))]
    Ditto(String),
    /// Nothing like a mail address.
    #[error("« {} » n'est pas une adresse électronique", shortened(.0))]
    NoEmail(String),
    /// Several mail addresses, and nothing says which.
    #[error("plusieurs adresses dans la case : « {} »", shortened(.0))]
    SeveralEmails(String),
    /// A word where a value is missing.
    #[error("« {} » tient lieu de valeur : elle manque", shortened(.0))]
    SaysNothing(String),
    /// A day of a column that may have the month first.
    #[error("jour et mois inversés ? la ligne {row} dit « {} » : écrire les dates de la colonne en jour/mois/année", shortened(.text))]
    MonthFirst {
        /// The row that shows it.
        row: usize,
        /// What stands there.
        text: String,
    },
    /// A day too far away.
    #[error("« {} » : l'année n'est pas vraisemblable", shortened(.0))]
    FarDay(String),
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
    #[error("« {} » n'est pas une adresse électronique ({error})", shortened(.text))]
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
