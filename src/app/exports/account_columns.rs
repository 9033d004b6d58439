//! The columns of a campaign's account: one row a letter, one value a column.
//!
//! Must not know where the values come from ([`super::account_rows`]) nor how they are written
//! ([`super::account_sheet`]).

use crate::plan::letter_state::LetterState;
use crate::records::values::Euros;
use jiff::civil::Date;

/// Headings of the columns, with their width in characters.
pub const COLUMNS: [(&str, f64); 28] = [
    ("Référence", 21.0),
    ("UAI", 10.0),
    ("Établissement", 32.0),
    ("Type", 20.0),
    ("Secteur", 18.0),
    ("Code postal", 11.0),
    ("Commune", 18.0),
    ("Adresse électronique de l’établissement", 34.0),
    ("Téléphone", 16.0),
    ("Chef d’établissement", 34.0),
    ("Référent", 26.0),
    ("Adresse électronique du référent", 34.0),
    ("Révision", 9.0),
    ("État", 26.0),
    ("Pourquoi bloquée", 34.0),
    ("Date de la lettre", 15.0),
    ("Transmise le", 13.0),
    ("Réponse attendue le", 18.0),
    ("En retard", 10.0),
    ("Rappels", 9.0),
    ("Dernier rappel le", 16.0),
    ("Revenue le", 12.0),
    ("État du retour", 26.0),
    ("Corrections, avenants, fin de mission", 40.0),
    ("Département", 24.0),
    ("Indemnité", 26.0),
    ("Montant annuel", 15.0),
    ("Indemnité accordée le", 20.0),
];

/// A letter as a row of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Reference of the letter.
    pub reference: String,
    /// The code of its school.
    pub uai: String,
    /// The name of its school.
    pub school: String,
    /// The kind of school, in French.
    pub kind: String,
    /// Public or private, in French.
    pub sector: String,
    /// The postcode of its school.
    pub postcode: String,
    /// The city of its school.
    pub city: String,
    /// The school's address today.
    pub school_email: String,
    /// The school's telephone today.
    pub phone: String,
    /// The head of the school, with the function.
    pub head: String,
    /// The referent that it names.
    pub referent: String,
    /// The referent's address today.
    pub referent_email: String,
    /// The number of the revision that stands; none where it was never made.
    pub revision: Option<u32>,
    /// State of the letter.
    pub state: LetterState,
    /// Why it is kept from being sent, where that is known.
    pub blocked: &'static str,
    /// Date printed on the document.
    pub date: Option<Date>,
    /// The day a message with it last left, reminders aside.
    pub sent_on: Option<Date>,
    /// The day its signed copy is due.
    pub reply_by: Option<Date>,
    /// Whether the copy is expected and that day is over.
    pub is_overdue: bool,
    /// How many reminders left.
    pub reminders: u32,
    /// The day of the last reminder.
    pub reminded_on: Option<Date>,
    /// The day a copy came back.
    pub returned_on: Option<Date>,
    /// The state of that copy, in French.
    pub returned: String,
    /// What came after it and does not replace it, or has not left, each with its state in French.
    pub acts: String,
    /// The département of its school.
    pub departement: String,
    /// The label of the allowance that it prints; empty where it prints none.
    pub allowance: String,
    /// Its amount a year.
    pub amount: Option<Euros>,
    /// The day it was granted; none where the letter proposes it.
    pub granted_on: Option<Date>,
}

/// The value of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountCell {
    /// Nothing.
    Empty,
    /// Words.
    Text(String),
    /// A code, which a spreadsheet might take for a number.
    Code(String),
    /// A day.
    Day(Date),
    /// A count.
    Number(u32),
    /// An amount.
    Amount(Euros),
}

impl AccountRow {
    /// Its values, in the order of [`COLUMNS`].
    pub fn cells(&self) -> [AccountCell; COLUMNS.len()] {
        let number = AccountCell::Number;
        [
            code(&self.reference),
            code(&self.uai),
            text(&self.school),
            text(&self.kind),
            text(&self.sector),
            code(&self.postcode),
            text(&self.city),
            text(&self.school_email),
            code(&self.phone),
            text(&self.head),
            text(&self.referent),
            text(&self.referent_email),
            self.revision.map_or(AccountCell::Empty, number),
            text(self.state.french().0),
            text(self.blocked),
            day(self.date),
            day(self.sent_on),
            day(self.reply_by),
            text(if self.is_overdue { "oui" } else { "non" }),
            number(self.reminders),
            day(self.reminded_on),
            day(self.returned_on),
            text(&self.returned),
            text(&self.acts),
            text(&self.departement),
            text(&self.allowance),
            self.amount.map_or(AccountCell::Empty, AccountCell::Amount),
            day(self.granted_on),
        ]
    }
}

fn text(text: &str) -> AccountCell {
    match text {
        "" => AccountCell::Empty,
        text => AccountCell::Text(text.to_owned()),
    }
}

fn code(text: &str) -> AccountCell {
    match text {
        "" => AccountCell::Empty,
        text => AccountCell::Code(text.to_owned()),
    }
}

fn day(day: Option<Date>) -> AccountCell {
    day.map_or(AccountCell::Empty, AccountCell::Day)
}
