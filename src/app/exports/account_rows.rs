//! The account of a campaign as rows, one a letter: what a person follows up in a spreadsheet.
//!
//! What a letter says comes from the ledger, as it was last made; where to write to comes from the
//! records, which are of today. Must not know files or formats: [`super::account_sheet`] writes them.

use crate::app::resolved_campaign::ResolvedCampaign;
use crate::ledger::{Ledger, LedgerError};
use crate::letter::content::{EstablishmentView, ReferentView};
use crate::letter::mission_letter::Letter;
use crate::plan::account::Account;
use crate::plan::history::{CampaignHistory, LetterEntry};
use crate::plan::letter_state::LetterState;
use crate::plan::returned;
use crate::records::Records;
use crate::records::campaign::Campaign;
use crate::records::people::{Establishment, Referent};
use crate::records::word_lists::{Kind, Sector};
use jiff::civil::Date;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// One letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub reference: String,
    /// Its school's code.
    pub uai: String,
    /// Its school's name.
    pub school: String,
    /// The kind of school.
    pub kind: String,
    /// Public or private.
    pub sector: String,
    /// Postcode.
    pub postcode: String,
    /// City.
    pub city: String,
    /// The school's address today.
    pub school_email: String,
    /// The school's telephone today.
    pub phone: String,
    /// Its head, with the function.
    pub head: String,
    /// Whom it names.
    pub referent: String,
    /// The referent's address today.
    pub referent_email: String,
    /// Its latest revision; none yet of a letter to be made.
    pub revision: Option<u32>,
    /// Where it stands.
    pub state: LetterState,
    /// Why it is kept from being sent, where that is known.
    pub blocked: &'static str,
    /// The printed date.
    pub date: Option<Date>,
    /// The day a message with it last left, reminders aside.
    pub sent_on: Option<Date>,
    /// The day its signed copy is due.
    pub reply_by: Option<Date>,
    /// Whether that day has passed and the copy is owed.
    pub overdue: bool,
    /// How many reminders left.
    pub reminders: u32,
    /// The day of the last one.
    pub reminded_on: Option<Date>,
    /// The day a copy came back.
    pub returned_on: Option<Date>,
    /// Where that copy stands.
    pub returned: String,
}

/// A value of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words.
    Text(String),
    /// A code that looks like a number to some programs.
    Code(String),
    /// A day.
    Day(Date),
    /// A count.
    Number(u32),
}

/// What is read to make the rows.
pub struct Source<'s> {
    /// What the records call for, where they are sound.
    pub resolved: Option<&'s ResolvedCampaign<'s>>,
    /// The records.
    pub records: &'s Records,
    /// The campaign's record.
    pub campaign: Option<&'s Campaign>,
    /// What the ledger knows.
    pub past: &'s CampaignHistory,
    /// The ledger.
    pub ledger: Option<&'s Ledger>,
    /// The day it is.
    pub today: Date,
}

/// Headings of the columns, with their width in characters.
pub const COLUMNS: [(&str, f64); 23] = [
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
];

impl Row {
    /// Its cells, under [`COLUMNS`].
    pub fn cells(&self) -> [Cell; COLUMNS.len()] {
        let text = |text: &str| match text {
            "" => Cell::Empty,
            text => Cell::Text(text.to_owned()),
        };
        let code = |text: &str| match text {
            "" => Cell::Empty,
            text => Cell::Code(text.to_owned()),
        };
        let day = |day: Option<Date>| day.map_or(Cell::Empty, Cell::Day);
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
            self.revision.map_or(Cell::Empty, Cell::Number),
            text(self.state.french().0),
            text(self.blocked),
            day(self.date),
            day(self.sent_on),
            day(self.reply_by),
            text(if self.overdue { "oui" } else { "non" }),
            Cell::Number(self.reminders),
            day(self.reminded_on),
            day(self.returned_on),
            text(&self.returned),
        ]
    }
}

/// The rows of an account, by reference: as many as it counts letters.
pub fn rows(account: &Account, source: &Source<'_>) -> Result<Vec<Row>, LedgerError> {
    let desired: BTreeMap<String, &Letter<'_>> = match source.resolved {
        Some(resolved) => {
            resolved.desired.letters.iter().map(|own| (own.reference.to_string(), own)).collect()
        }
        None => BTreeMap::new(),
    };
    let reminders = reminders(source.past);
    let contacts = Contacts::new(source.records);
    let mut rows = Vec::with_capacity(account.letters.len());
    for (reference, state) in &account.letters {
        let mut row = row(reference, *state, desired.get(reference).copied(), (source, &contacts))?;
        if let Some((number, last)) = reminders.get(reference.as_str()) {
            (row.reminders, row.reminded_on) = (*number, *last);
        }
        rows.push(row);
    }
    Ok(rows)
}

/// How many reminders of each letter left, and the day of the last.
fn reminders(past: &CampaignHistory) -> HashMap<&str, (u32, Option<Date>)> {
    let mut found: HashMap<&str, (u32, Option<Date>)> = HashMap::new();
    for message in past.reminders.values().filter(|own| own.state.has_left()) {
        for (reference, ..) in &message.letters {
            let own = found.entry(reference).or_default();
            own.0 += 1;
            own.1 = own.1.max(message.left_on);
        }
    }
    found
}

fn row(
    reference: &str,
    state: LetterState,
    desired: Option<&Letter<'_>>,
    (source, contacts): (&Source<'_>, &Contacts<'_>),
) -> Result<Row, LedgerError> {
    let past = source.past.letters.get(reference);
    let content = match (past, source.ledger) {
        (Some(past), Some(ledger)) => ledger.content(reference, past.latest().map(|own| own.id))?,
        _ => None,
    };
    let year = source.campaign.map(|own| own.school_year.value);
    let (school, person) = match (&content, desired) {
        (Some(content), _) => (content["establishment"].clone(), content["referent"].clone()),
        (None, Some(letter)) => (
            year.map_or(Value::Null, |year| {
                view(EstablishmentView::new(letter.establishment, year))
            }),
            letter.referent.map_or(Value::Null, |(own, _)| view(ReferentView::new(own))),
        ),
        (None, None) => (Value::Null, Value::Null),
    };
    let uai = match (past, desired) {
        (Some(past), _) => past.uai.clone(),
        (None, Some(letter)) => letter.establishment.uai.to_string(),
        (None, None) => String::new(),
    };
    let latest = past.and_then(LetterEntry::latest);
    let issue = latest.map(|own| &own.issue);
    let reply_by = match (source.campaign, issue) {
        (Some(campaign), Some(issue)) => Some(issue.due(campaign)),
        (Some(campaign), None) if past.is_none() => {
            Some(campaign.dates(source.today, None).reply_by)
        }
        _ => content.as_ref().and_then(|own| day(own, "/campaign/reply_by")),
    };
    let back = past.and_then(returned::telling);
    Ok(Row {
        reference: reference.to_owned(),
        school: text(&school, "/name"),
        kind: kind(&text(&school, "/kind")),
        sector: sector(&text(&school, "/sector")),
        postcode: text(&school, "/postcode"),
        city: text(&school, "/city"),
        school_email: contacts.of_school(&uai, &school),
        phone: contacts.phone(&uai),
        head: head(&school),
        referent: name(&person),
        referent_email: contacts.of_referent(&person),
        uai,
        revision: issue.map(|own| own.revision),
        state,
        blocked: match state {
            LetterState::Blocked => blocked(desired, source.resolved),
            _ => "",
        },
        date: issue
            .map(|own| own.date)
            .or_else(|| content.as_ref().and_then(|own| day(own, "/date"))),
        sent_on: source.past.last_sent(reference).and_then(|own| own.left_on),
        reply_by,
        overdue: state.is_owed() && reply_by.is_some_and(|day| day < source.today),
        reminders: 0,
        reminded_on: None,
        returned_on: back.map(|own| own.day),
        returned: back.map_or(String::new(), |own| {
            let former = latest.is_some_and(|latest| latest.id != own.revision);
            match former {
                true => format!("{} (révision {})", own.state.french(), own.number),
                false => own.state.french().to_owned(),
            }
        }),
    })
}

/// Why a letter is blocked, as far as the records tell.
fn blocked(desired: Option<&Letter<'_>>, resolved: Option<&ResolvedCampaign<'_>>) -> &'static str {
    match desired.map(|letter| letter.blocked) {
        Some(Some(block)) => block.reason(),
        Some(None) if resolved.is_some_and(ResolvedCampaign::signs_first) => {
            "la signature de l'autorité est attendue"
        }
        // The record was mended, and the letter not made since.
        Some(None) => "la fiche est corrigée : la lettre est à refaire",
        None => "",
    }
}

/// Today's records by their names.
struct Contacts<'r> {
    schools: HashMap<&'r str, &'r Establishment>,
    people: HashMap<&'r str, &'r Referent>,
}

impl<'r> Contacts<'r> {
    fn new(records: &'r Records) -> Self {
        Self {
            schools: records.establishments.iter().map(|own| (own.uai.as_str(), own)).collect(),
            people: records.referents.iter().map(|own| (own.id.as_str(), own)).collect(),
        }
    }

    /// The address of today's record; of a school that is there no more, the last one known.
    fn of_school(&self, uai: &str, school: &Value) -> String {
        match self.schools.get(uai) {
            Some(own) => own.email.as_ref().map_or("", |email| email.as_str()).to_owned(),
            None => text(school, "/email"),
        }
    }

    fn phone(&self, uai: &str) -> String {
        let own = self.schools.get(uai).and_then(|own| own.phone.as_ref());
        own.map_or(String::new(), |own| own.value.to_string())
    }

    fn of_referent(&self, person: &Value) -> String {
        match self.people.get(text(person, "/id").as_str()) {
            Some(own) => own.email.as_ref().map_or("", |email| email.as_str()).to_owned(),
            None => text(person, "/email"),
        }
    }
}

fn view(own: impl serde::Serialize) -> Value {
    serde_json::to_value(own).unwrap_or(Value::Null)
}

fn text(value: &Value, path: &str) -> String {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn day(value: &Value, path: &str) -> Option<Date> {
    value.pointer(path)?.as_str()?.parse().ok()
}

/// "Mme Anne Durand".
fn name(person: &Value) -> String {
    let parts = ["/civility", "/given_name", "/family_name"].map(|path| text(person, path));
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|own| !own.is_empty()).collect();
    parts.join(" ")
}

/// "Mme Anne Durand, Principale (par intérim)".
fn head(school: &Value) -> String {
    let Some(head) = school.get("head").filter(|own| own.is_object()) else {
        return String::new();
    };
    let acting = head.get("acting").and_then(Value::as_bool) == Some(true);
    let acting = if acting { " (par intérim)" } else { "" };
    format!("{}, {}{acting}", name(head), text(head, "/function"))
}

fn kind(word: &str) -> String {
    let found = Kind::ALL.iter().find(|own| own.as_str() == word);
    let french = found.map(|own| match own {
        Kind::College => "collège",
        Kind::Lycee => "lycée",
        Kind::LyceeProfessionnel => "lycée professionnel",
        Kind::LyceePolyvalent => "lycée polyvalent",
        Kind::Erea => "EREA",
        Kind::Other => "autre",
    });
    french.unwrap_or(word).to_owned()
}

fn sector(word: &str) -> String {
    let found = Sector::ALL.iter().find(|own| own.as_str() == word);
    let french = found.map(|own| match own {
        Sector::Public => "public",
        Sector::Private => "privé sous contrat",
    });
    french.unwrap_or(word).to_owned()
}
