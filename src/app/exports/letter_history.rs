//! Everything known about one letter, as plain values: its revisions with their rules and reasons,
//! the messages that carried them, what came back, what happened. What a dossier and an archive's
//! export are made of.

use crate::app::exports::event_text;
use crate::archive::file_kind::FileKind;
use crate::archive::store::path_of;
use crate::ledger::read::returns::{Received, Returned};
use crate::ledger::{Ledger, LedgerError};
use crate::plan::account::Account;
use crate::plan::history::{CampaignHistory, MessageEntry, ReturnState};
use crate::plan::letter_state::LetterState;
use crate::rules::snapshot::{RuleKind, RuleView};
use serde_json::{Value, json};
use std::collections::HashMap;

/// One letter.
#[derive(Clone, Debug)]
pub struct Folio {
    /// Its name.
    pub reference: String,
    /// Its campaign.
    pub campaign: String,
    /// Its school's code.
    pub uai: String,
    /// Its school's name, as last printed.
    pub school: String,
    /// Whom it names, as last printed.
    pub person: String,
    /// Its state.
    pub state: LetterState,
    /// Its revisions that left, oldest first.
    pub revisions: Vec<Revision>,
    /// What came back.
    pub returns: Vec<Back>,
    /// Why no return is expected any more.
    pub waived: Option<String>,
    /// What happened: moment, sentence, person.
    pub events: Vec<(String, String, String)>,
}

/// A revision that left.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Its number.
    pub number: u32,
    /// The printed date.
    pub date: String,
    /// What it does to a former one, and why.
    pub change: Option<String>,
    /// The rules that it prints, with their legal sources.
    pub rules: Vec<RuleView>,
    /// The PDF as it was sent, in the ledger's store.
    pub issued: String,
    /// What the template read, as JSON.
    pub content: String,
    /// The messages that carried it.
    pub messages: Vec<Sending>,
}

/// A message that left.
#[derive(Clone, Debug)]
pub struct Sending {
    /// Its number in the ledger.
    pub id: i64,
    /// Lowest UAI of its letters.
    pub uai: String,
    /// The day it left.
    pub left_on: String,
    /// Where to.
    pub address: String,
    /// Subject.
    pub subject: String,
    /// Message-ID.
    pub message_id: String,
    /// Whether it reminds of a letter sent before.
    pub reminder: bool,
    /// Its bytes, in the ledger's store.
    pub bytes: Option<String>,
    /// The cover as PDF, in the ledger's store.
    pub cover: String,
    /// What was last heard of it.
    pub reply: String,
}

/// A return.
#[derive(Clone, Debug)]
pub struct Back {
    /// What the ledger has of it.
    pub own: Returned,
    /// The file, unless it was an original on paper.
    pub file: Option<Received>,
    /// The mail that brought it.
    pub mail: Option<Received>,
}

impl Back {
    /// Where the file is, relative to the project.
    pub fn stored(&self) -> Option<String> {
        self.file.as_ref().map(|file| path_of(&file.object, FileKind::from_word(&file.kind)))
    }

    /// What a person reads.
    pub fn sentence(&self) -> String {
        let by = self.own.review.as_ref().and_then(|own| own["by"].as_str());
        let by = by.map_or(String::new(), |by| format!(", vu par {by}"));
        let day = &self.own.day;
        match (&self.file, self.own.state) {
            (None, state) => format!("original sur papier, {}{by} (noté le {day})", state.french()),
            (Some(file), ReturnState::ToReview) => {
                format!("{} : reçu le {day}, à relire", file.label)
            }
            (Some(file), state) => {
                format!("{} : {}{by} (reçu le {day})", file.label, state.french())
            }
        }
    }
}

/// What a request about several letters reads once.
pub struct Shelf {
    received: HashMap<String, Received>,
    returned: HashMap<String, Vec<Returned>>,
}

impl Shelf {
    /// Reads what came back.
    pub fn read(ledger: &Ledger) -> Result<Self, LedgerError> {
        let received = ledger.all_received()?;
        let mut returned: HashMap<String, Vec<Returned>> = HashMap::new();
        for own in ledger.all_returned()? {
            returned.entry(own.reference.clone()).or_default().push(own);
        }
        let received = received.into_iter().map(|own| (own.object.clone(), own)).collect();
        Ok(Self { received, returned })
    }
}

fn sending(message: &MessageEntry) -> Sending {
    Sending {
        id: message.id,
        uai: message.uai.clone(),
        left_on: message.left_on.map_or(String::new(), |day| day.to_string()),
        address: message.address.clone().unwrap_or_default(),
        subject: message.subject.clone(),
        message_id: message.message_id.clone().unwrap_or_default(),
        reminder: message.reminder,
        bytes: message.bytes.clone(),
        cover: message.cover_pdf.clone(),
        reply: message.reply.clone().unwrap_or_default(),
    }
}

/// The rules that a letter prints, of those that were in force: the others concern other schools.
fn printed(content: &Value, rules: Vec<RuleView>) -> Vec<RuleView> {
    let holds = |list: &str, id: &str| {
        let items = content.get(list).and_then(Value::as_array).into_iter().flatten();
        items.into_iter().any(|own| own.get("id").and_then(Value::as_str) == Some(id))
    };
    let is_printed = |rule: &RuleView| match rule.kind {
        RuleKind::Mission => holds("missions", &rule.id),
        RuleKind::Clause => holds("clauses", &rule.id),
        RuleKind::Allowance => {
            content.pointer("/allowance/id").and_then(Value::as_str) == Some(&rule.id)
        }
    };
    rules.into_iter().filter(is_printed).collect()
}

fn text(content: &Value, path: &[&str]) -> String {
    let found = path.iter().try_fold(content, |value, key| value.get(key));
    found.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Everything about one letter of a campaign.
pub fn read(
    ledger: &Ledger,
    shelf: &Shelf,
    (campaign, past, account): (&str, &CampaignHistory, &Account),
    reference: &str,
) -> Result<Folio, LedgerError> {
    let letter = past.letters.get(reference);
    let mut folio = Folio {
        reference: reference.to_owned(),
        campaign: campaign.to_owned(),
        uai: letter.map_or(String::new(), |letter| letter.uai.clone()),
        school: String::new(),
        person: String::new(),
        state: account.letters.get(reference).copied().unwrap_or(LetterState::Draft),
        revisions: Vec::new(),
        returns: Vec::new(),
        waived: ledger.waived(reference)?,
        events: Vec::new(),
    };
    for (row, number, left) in ledger.revisions(reference)? {
        let stored = ledger.stored(row)?;
        folio.school = text(&stored.content, &["establishment", "name"]);
        let name = ["given_name", "family_name"];
        let [given, family] = name.map(|key| text(&stored.content, &["referent", key]));
        folio.person = format!("{given} {family}").trim().to_owned();
        if !left {
            continue;
        }
        let all = past.messages.values().chain(past.reminders.values());
        let carried = all.filter(|message| {
            message.state.has_left() && message.letters.iter().any(|(_, own, _)| *own == row)
        });
        let change = stored.issue.supersedes.as_ref();
        folio.revisions.push(Revision {
            number,
            date: stored.issue.date.to_string(),
            change: change.map(|own| {
                let act = match own.act.as_str() {
                    "correction" => "annule et remplace",
                    "end" => "met fin à",
                    _ => "complète",
                };
                format!("{act} la révision {} : {}", own.revision, own.reason)
            }),
            rules: printed(&stored.content, stored.rules),
            issued: stored.issued,
            content: stored.json,
            messages: carried.map(sending).collect(),
        });
    }
    for own in shelf.returned.get(reference).into_iter().flatten() {
        let file = own.object.as_ref().and_then(|object| shelf.received.get(object)).cloned();
        let mail = file.as_ref().and_then(|file| shelf.received.get(file.mail.as_ref()?)).cloned();
        folio.returns.push(Back { own: own.clone(), file, mail });
    }
    for event in ledger.events_of(reference)?.into_iter().filter(event_text::is_told) {
        folio.events.push((event.moment.clone(), event_text::sentence(&event), event.person));
    }
    Ok(folio)
}

impl Folio {
    /// The same as JSON, for a program.
    pub fn to_json(&self) -> Value {
        json!({
            "schema": "missive/letter-history/1",
            "reference": self.reference, "campaign": self.campaign, "uai": self.uai,
            "establishment": self.school, "referent": self.person, "state": self.state.as_str(),
            "waived": self.waived,
            "revisions": self.revisions.iter().map(|own| json!({
                "revision": own.number, "date": own.date, "change": own.change,
                "issued_sha256": own.issued,
                "content": serde_json::from_str::<Value>(&own.content).unwrap_or(Value::Null),
                "rules": own.rules,
                "messages": own.messages.iter().map(|message| json!({
                    "left_on": message.left_on, "to": message.address,
                    "subject": message.subject, "message_id": message.message_id,
                    "reminder": message.reminder, "reply": message.reply,
                    "sha256": message.bytes,
                })).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "returns": self.returns.iter().map(|own| json!({
                "day": own.own.day, "verdict": own.own.verdict, "state": own.own.state.as_str(),
                "pages": own.own.pages, "review": own.own.review,
                "sha256": own.own.object,
                "name": own.file.as_ref().map(|file| &file.label),
                "findings": own.file.as_ref().map(|file| &file.findings),
            })).collect::<Vec<_>>(),
            "events": self.events.iter().map(|(moment, sentence, person)| json!({
                "moment": moment, "event": sentence, "person": person,
            })).collect::<Vec<_>>(),
        })
    }
}
