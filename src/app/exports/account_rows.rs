//! The rows of a campaign's account, one a letter.
//!
//! What a letter says comes from the ledger, as it was last made; the addresses come from the records of
//! today. Must not know files or formats: [`super::account_sheet`] writes the rows.

use crate::app::exports::account_columns::AccountRow;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::ledger::{Ledger, LedgerError};
use crate::letter::content::record_views::{EstablishmentView, ReferentView};
use crate::letter::mission_letter::Letter;
use crate::plan::account::Account;
use crate::plan::history::{CampaignHistory, LetterEntry, MessageLetter};
use crate::plan::letter_state::LetterState;
use crate::plan::returned;
use crate::records::Records;
use crate::records::campaign::Campaign;
use crate::records::people::{Establishment, Referent};
use crate::records::values::{Departement, Euros};
use crate::records::word_lists::{Kind, Sector};
use jiff::civil::Date;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// What the rows are made from.
pub struct AccountInputs<'s> {
    /// The letters that the records call for; none where the records have errors.
    pub resolved: Option<&'s ResolvedCampaign<'s>>,
    /// The records of today, for addresses.
    pub records: &'s Records,
    /// The record of the campaign.
    pub campaign: Option<&'s Campaign>,
    /// What the ledger knows of the campaign.
    pub history: &'s CampaignHistory,
    /// The ledger, for the contents that were sent; none if it does not exist.
    pub ledger: Option<&'s Ledger>,
    /// The day it is.
    pub today: Date,
}

/// The rows of an account, by reference: as many as it counts letters.
pub fn rows(account: &Account, inputs: &AccountInputs<'_>) -> Result<Vec<AccountRow>, LedgerError> {
    let letters = inputs.resolved.map_or(&[][..], |resolved| &resolved.desired.letters);
    let desired: BTreeMap<String, &Letter<'_>> =
        letters.iter().map(|letter| (letter.reference.to_string(), letter)).collect();
    let reminders = reminders(inputs.history);
    let contacts = Contacts::new(inputs.records);
    let mut rows = Vec::with_capacity(account.letters.len());
    for (reference, state) in &account.letters {
        let letter = LetterInputs::read(inputs, reference, desired.get(reference).copied())?;
        let reminded = reminders.get(reference.as_str()).copied().unwrap_or_default();
        let row = letter.row(*state, &contacts, reminded);
        rows.push(AccountRow { acts: account.acts_of_letter(reference).join(" ; "), ..row });
    }
    Ok(rows)
}

/// How many reminders of a letter left, and the day of the last.
type Reminded = (u32, Option<Date>);

fn reminders(history: &CampaignHistory) -> HashMap<&str, Reminded> {
    let mut found: HashMap<&str, Reminded> = HashMap::new();
    for message in history.reminders.values().filter(|message| message.state.has_left()) {
        for MessageLetter { reference, .. } in &message.letters {
            let (number, last) = found.entry(reference).or_default();
            *number += 1;
            *last = (*last).max(message.left_on);
        }
    }
    found
}

/// What is known of one letter.
struct LetterInputs<'l> {
    inputs: &'l AccountInputs<'l>,
    reference: &'l str,
    /// The letter that the records call for.
    desired: Option<&'l Letter<'l>>,
    /// The letter in the ledger.
    entry: Option<&'l LetterEntry>,
    /// What its latest revision says, as JSON.
    content: Option<Value>,
}

impl<'l> LetterInputs<'l> {
    fn read(
        inputs: &'l AccountInputs<'l>,
        reference: &'l str,
        desired: Option<&'l Letter<'l>>,
    ) -> Result<Self, LedgerError> {
        let entry = inputs.history.letters.get(reference);
        let content = match (entry, inputs.ledger) {
            (Some(entry), Some(ledger)) => {
                ledger.content(reference, entry.latest().map(|revision| revision.id))?
            }
            _ => None,
        };
        Ok(Self { inputs, reference, desired, entry, content })
    }

    fn row(&self, state: LetterState, contacts: &Contacts<'_>, reminded: Reminded) -> AccountRow {
        let inputs = self.inputs;
        let (school, person) = (self.school(), self.person());
        let uai = self.uai();
        let standing = self.entry.and_then(LetterEntry::standing);
        let issue = standing.map(|revision| &revision.issue);
        let content_date = || self.content.as_ref().and_then(|content| day(content, "/date"));
        let reply_by = self.reply_by();
        let returned = self.entry.and_then(returned::return_to_show);
        let allowance = self.allowance();
        AccountRow {
            reference: self.reference.to_owned(),
            departement: Departement::of_uai(&uai).to_string(),
            allowance: text(&allowance, "/label"),
            amount: amount(&allowance),
            granted_on: day(&allowance, "/granted"),
            school: text(&school, "/name"),
            kind: kind(&text(&school, "/kind")),
            sector: sector(&text(&school, "/sector")),
            postcode: text(&school, "/postcode"),
            city: text(&school, "/city"),
            school_email: contacts.school_email(&uai, &school),
            phone: contacts.phone(&uai),
            head: head(&school),
            referent: name(&person),
            referent_email: contacts.referent_email(&person),
            uai,
            revision: issue.map(|issue| issue.revision),
            state,
            blocked: match state {
                LetterState::Blocked => self.blocked(),
                _ => "",
            },
            date: issue.map(|issue| issue.date).or_else(content_date),
            sent_on: standing
                .and_then(|standing| inputs.history.last_sent_with(standing.id))
                .and_then(|message| message.left_on),
            reply_by,
            is_overdue: state.is_owed() && reply_by.is_some_and(|day| day < inputs.today),
            reminders: reminded.0,
            reminded_on: reminded.1,
            returned_on: returned.map(|copy| copy.day),
            returned: self.returned_state(),
            acts: String::new(),
        }
    }

    /// The school as the letter prints it, or would.
    fn school(&self) -> Value {
        let year = self.inputs.campaign.map(|campaign| campaign.school_year.value);
        match (&self.content, self.desired.zip(year)) {
            (Some(content), _) => content["establishment"].clone(),
            (None, Some((letter, year))) => {
                as_json(EstablishmentView::new(letter.establishment, year))
            }
            (None, None) => Value::Null,
        }
    }

    /// The allowance as the letter prints it, or would.
    fn allowance(&self) -> Value {
        let of = |content: &Value| content.get("allowance").cloned().unwrap_or(Value::Null);
        match (&self.content, self.desired.zip(self.inputs.resolved)) {
            (Some(content), _) => of(content),
            (None, Some((letter, resolved))) => {
                let desired = &resolved.desired;
                let content = desired.words(letter, &desired.first_issue());
                content.map_or(Value::Null, |content| of(&as_json(content)))
            }
            (None, None) => Value::Null,
        }
    }

    /// The referent as the letter prints it, or would.
    fn person(&self) -> Value {
        match (&self.content, self.desired.and_then(|letter| letter.referent)) {
            (Some(content), _) => content["referent"].clone(),
            (None, Some((referent, _))) => as_json(ReferentView::new(referent)),
            (None, None) => Value::Null,
        }
    }

    fn uai(&self) -> String {
        match (self.entry, self.desired) {
            (Some(entry), _) => entry.uai.clone(),
            (None, Some(letter)) => letter.establishment.uai.to_string(),
            (None, None) => String::new(),
        }
    }

    /// The day the signed copy is due: that of the revision that stands, or of a letter made today.
    fn reply_by(&self) -> Option<Date> {
        let standing = self.entry.and_then(LetterEntry::standing);
        match (self.inputs.campaign, standing) {
            (Some(campaign), Some(revision)) => Some(revision.issue.due(campaign)),
            (Some(campaign), None) if self.entry.is_none() => {
                Some(campaign.dates(self.inputs.today, None).reply_by)
            }
            _ => self.content.as_ref().and_then(|content| day(content, "/campaign/reply_by")),
        }
    }

    /// Why the letter is blocked, as far as the records tell.
    fn blocked(&self) -> &'static str {
        let signs_first = || self.inputs.resolved.is_some_and(ResolvedCampaign::signs_first);
        match self.desired.map(|letter| letter.blocked) {
            Some(Some(block)) => block.reason(),
            Some(None) if signs_first() => "la signature de l'autorité est attendue",
            // The record was corrected, and the letter not made since.
            Some(None) => "la fiche est corrigée : la lettre est à refaire",
            None => "",
        }
    }

    /// The state of the copy that counts, with its revision where it is not the one that stands.
    fn returned_state(&self) -> String {
        let Some(copy) = self.entry.and_then(returned::return_to_show) else {
            return String::new();
        };
        let standing = self.entry.and_then(LetterEntry::standing);
        match standing.is_some_and(|standing| standing.id != copy.revision) {
            true => format!("{} (révision {})", copy.state.french(), copy.number),
            false => copy.state.french().to_owned(),
        }
    }
}

/// Today's records by their names.
struct Contacts<'r> {
    schools: HashMap<&'r str, &'r Establishment>,
    referents: HashMap<&'r str, &'r Referent>,
}

impl<'r> Contacts<'r> {
    fn new(records: &'r Records) -> Self {
        let schools = records.establishments.iter();
        let referents = records.referents.iter();
        Self {
            schools: schools.map(|school| (school.uai.as_str(), school)).collect(),
            referents: referents.map(|referent| (referent.id.as_str(), referent)).collect(),
        }
    }

    /// The address of today's record; where there is none any more, the address in the letter.
    fn school_email(&self, uai: &str, printed: &Value) -> String {
        match self.schools.get(uai) {
            Some(school) => school.email.as_ref().map_or("", |email| email.as_str()).to_owned(),
            None => text(printed, "/email"),
        }
    }

    fn phone(&self, uai: &str) -> String {
        let phone = self.schools.get(uai).and_then(|school| school.phone.as_ref());
        phone.map_or(String::new(), |phone| phone.value.to_string())
    }

    /// Likewise for a referent.
    fn referent_email(&self, printed: &Value) -> String {
        match self.referents.get(text(printed, "/id").as_str()) {
            Some(referent) => referent.email.as_ref().map_or("", |email| email.as_str()).to_owned(),
            None => text(printed, "/email"),
        }
    }
}

fn as_json(view: impl serde::Serialize) -> Value {
    serde_json::to_value(view).unwrap_or(Value::Null)
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Euros, to the cent.
fn amount(allowance: &Value) -> Option<Euros> {
    let euros = allowance.get("amount")?.as_f64()?;
    Some(Euros { cents: (euros * 100.0).round() as u64 })
}

fn day(value: &Value, pointer: &str) -> Option<Date> {
    value.pointer(pointer)?.as_str()?.parse().ok()
}

/// "Mme Anne Durand".
fn name(person: &Value) -> String {
    let parts = ["/civility", "/given_name", "/family_name"].map(|pointer| text(person, pointer));
    let parts: Vec<&str> =
        parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// "Mme Anne Durand, Principale (par intérim)".
fn head(school: &Value) -> String {
    let Some(head) = school.get("head").filter(|head| head.is_object()) else {
        return String::new();
    };
    let is_acting = head.get("acting").and_then(Value::as_bool) == Some(true);
    let acting = if is_acting { " (par intérim)" } else { "" };
    format!("{}, {}{acting}", name(head), text(head, "/function"))
}

fn kind(word: &str) -> String {
    let kind = Kind::ALL.iter().find(|kind| kind.as_str() == word);
    let french = kind.map(|kind| match kind {
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
    let sector = Sector::ALL.iter().find(|sector| sector.as_str() == word);
    let french = sector.map(|sector| match sector {
        Sector::Public => "public",
        Sector::Private => "privé sous contrat",
    });
    french.unwrap_or(word).to_owned()
}
