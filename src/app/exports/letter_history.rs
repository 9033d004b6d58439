//! Everything known about one letter, as plain values: its revisions with their rules and reasons, the
//! messages that carried them, what came back, what happened.
//!
//! Dossiers and archives are made of it. Must not know files or HTML.

use crate::app::exports::event_text;
use crate::ledger::read::returns::{Received, Returned};
use crate::ledger::{Ledger, LedgerError};
use crate::letter::french;
use crate::letter::reference::campaign_of;
use crate::plan::account::Account;
use crate::plan::history::{
    CampaignHistory, MessageEntry, MessageKind, ObjectHash, ReturnState, StoredRevision,
};
use crate::plan::letter_state::LetterState;
use crate::rules::snapshot::{RuleKind, RuleView};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A letter with its revisions, messages, returns and events.
#[derive(Clone, Debug)]
pub struct LetterHistory {
    /// Reference of the letter.
    pub reference: String,
    /// The identifier of its campaign.
    pub campaign: String,
    /// The code of its school.
    pub uai: String,
    /// The name of its school, as last printed.
    pub school: String,
    /// The referent that it names, as last printed; empty where it names none.
    pub person: String,
    /// State of the letter.
    pub state: LetterState,
    /// Its revisions that left, oldest first.
    pub revisions: Vec<RevisionHistory>,
    /// What came back, oldest first.
    pub returns: Vec<ReturnHistory>,
    /// Why no return of any of its revisions is expected any more.
    pub waived: Option<String>,
    /// What happened, in order.
    pub events: Vec<EventLine>,
}

impl LetterHistory {
    /// The person it names, and its reference.
    pub fn who(&self) -> String {
        match self.person.as_str() {
            "" => self.reference.clone(),
            person => format!("{person} ({})", self.reference),
        }
    }
}

/// A revision that left.
#[derive(Clone, Debug)]
pub struct RevisionHistory {
    /// Its number, from 1.
    pub number: u32,
    /// The printed date, as YYYY-MM-DD.
    pub date: String,
    /// What it does to a former revision, and why, in French.
    pub change: Option<String>,
    /// Why no return of it is expected any more.
    pub waived: Option<String>,
    /// The rules that it prints, with their legal sources.
    pub rules: Vec<RuleView>,
    /// SHA-256 of the PDF as it was sent, its name in the ledger's object store.
    pub issued: ObjectHash,
    /// What the template read, as JSON.
    pub content: String,
    /// The messages that carried it.
    pub messages: Vec<SentMessage>,
}

/// A message that left.
#[derive(Clone, Debug)]
pub struct SentMessage {
    /// Its number in the ledger.
    pub id: i64,
    /// The lowest UAI of its letters.
    pub uai: String,
    /// The day it left, as YYYY-MM-DD.
    pub left_on: String,
    /// The address that it was sent to.
    pub address: String,
    /// Subject of the message.
    pub subject: String,
    /// Message-ID (RFC 5322, 3.6.4), angle brackets included.
    pub message_id: String,
    /// What it is for.
    pub kind: MessageKind,
    /// SHA-256 of its bytes, their name in the ledger's object store.
    pub bytes: Option<ObjectHash>,
    /// SHA-256 of its cover, its name in the ledger's object store.
    pub cover: ObjectHash,
    /// The last reply of the server, or how the connection was lost.
    pub reply: String,
}

/// A copy that came back.
#[derive(Clone, Debug)]
pub struct ReturnHistory {
    /// The return as the ledger keeps it.
    pub entry: Returned,
    /// The file; none for an original on paper.
    pub file: Option<Received>,
    /// The mail that brought the file.
    pub mail: Option<Received>,
}

/// An event, as a person reads it.
#[derive(Clone, Debug)]
pub struct EventLine {
    /// When it was noted (RFC 3339, UTC).
    pub moment: String,
    /// What happened, in French.
    pub sentence: String,
    /// Who caused it: account and computer.
    pub person: String,
}

impl ReturnHistory {
    /// The return in one French sentence.
    pub fn sentence(&self) -> String {
        let reader = self.entry.review.as_ref().and_then(|review| review["by"].as_str());
        let by = reader.map_or(String::new(), |reader| format!(", vu par {reader}"));
        let day = french::date_of(&self.entry.day);
        let state = self.entry.state;
        match &self.file {
            None => format!("original sur papier, {}{by} (noté le {day})", state.french()),
            Some(file) if state == ReturnState::ToReview => {
                format!("{} : reçu le {day}, à relire", file.label)
            }
            Some(file) => format!("{} : {}{by} (reçu le {day})", file.label, state.french()),
        }
    }
}

/// All that came back, indexed, so that several letters need one reading.
struct ReturnsIndex {
    /// By SHA-256 of the file.
    received: HashMap<String, Received>,
    /// By reference of the letter.
    returned: HashMap<String, Vec<Returned>>,
}

impl ReturnsIndex {
    fn read(ledger: &Ledger) -> Result<Self, LedgerError> {
        let received = ledger.all_received()?;
        let mut returned: HashMap<String, Vec<Returned>> = HashMap::new();
        for entry in ledger.all_returned()? {
            returned.entry(entry.reference.clone()).or_default().push(entry);
        }
        let received = received.into_iter().map(|file| (file.object.clone(), file)).collect();
        Ok(Self { received, returned })
    }

    fn of_letter(&self, reference: &str) -> Vec<ReturnHistory> {
        let entries = self.returned.get(reference).into_iter().flatten();
        entries.map(|entry| self.with_files(entry)).collect()
    }

    fn with_files(&self, entry: &Returned) -> ReturnHistory {
        let received = |object: &Option<String>| self.received.get(object.as_ref()?).cloned();
        let file = received(&entry.object);
        let mail = file.as_ref().and_then(|file| received(&file.mail));
        ReturnHistory { entry: entry.clone(), file, mail }
    }
}

/// Reads everything about some letters, by campaign and reference.
pub fn read_letters(
    ledger: &Ledger,
    references: &BTreeSet<String>,
) -> Result<Vec<LetterHistory>, LedgerError> {
    let index = ReturnsIndex::read(ledger)?;
    let mut by_campaign: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for reference in references {
        by_campaign.entry(campaign_of(reference)).or_default().push(reference);
    }
    let mut letters = Vec::new();
    for (campaign, references) in by_campaign {
        let history = ledger.history(campaign)?;
        let account = Account::of(&history, []);
        for reference in references {
            let mut letter = read_letter(ledger, &history, campaign, reference)?;
            letter.state = account.letters.get(reference).copied().unwrap_or(LetterState::Draft);
            letter.returns = index.of_letter(reference);
            letters.push(letter);
        }
    }
    Ok(letters)
}

/// One letter, without its state and its returns.
fn read_letter(
    ledger: &Ledger,
    history: &CampaignHistory,
    campaign: &str,
    reference: &str,
) -> Result<LetterHistory, LedgerError> {
    let entry = history.letters.get(reference);
    let mut letter = LetterHistory {
        reference: reference.to_owned(),
        campaign: campaign.to_owned(),
        uai: entry.map_or(String::new(), |entry| entry.uai.clone()),
        school: String::new(),
        person: String::new(),
        state: LetterState::Draft,
        revisions: Vec::new(),
        returns: Vec::new(),
        waived: ledger.waived(reference)?,
        events: Vec::new(),
    };
    for known in ledger.revisions(reference)? {
        let stored = ledger.stored(known.id)?;
        // The names are those of the last revision, even of one that has not left.
        letter.school = text(&stored.content, "/establishment/name");
        let given = text(&stored.content, "/referent/given_name");
        let family = text(&stored.content, "/referent/family_name");
        letter.person = format!("{given} {family}").trim().to_owned();
        if known.has_left {
            let waived = ledger.waived_revision(known.id)?;
            let revision = revision(known.number, stored, messages_with(history, known.id));
            letter.revisions.push(RevisionHistory { waived, ..revision });
        }
    }
    let events = ledger.events_of(reference)?.into_iter().filter(event_text::has_sentence);
    letter.events = events
        .map(|event| EventLine {
            sentence: event_text::sentence(&event),
            moment: event.moment,
            person: event.person,
        })
        .collect();
    Ok(letter)
}

/// The messages and reminders that left with a revision.
fn messages_with(history: &CampaignHistory, revision: i64) -> Vec<SentMessage> {
    let messages = history.all_messages();
    let with_revision = messages.filter(|message| {
        message.state.has_left() && message.letters.iter().any(|letter| letter.revision == revision)
    });
    with_revision.map(sent_message).collect()
}

/// The requests to designate a referent that left to a school, in all campaigns.
pub fn requests_to(ledger: &Ledger, uai: &str) -> Result<Vec<SentMessage>, LedgerError> {
    let mut requests = Vec::new();
    for campaign in ledger.asking_campaigns()? {
        let history = ledger.history(&campaign)?;
        let left = history.designations.values().filter(|message| message.state.has_left());
        requests.extend(left.filter(|message| message.is_addressed_to(uai)).map(sent_message));
    }
    Ok(requests)
}

fn sent_message(message: &MessageEntry) -> SentMessage {
    SentMessage {
        id: message.id,
        uai: message.uai.clone(),
        left_on: message.left_on.map_or(String::new(), |day| day.to_string()),
        address: message.address.clone().unwrap_or_default(),
        subject: message.subject.clone(),
        message_id: message.message_id.clone().unwrap_or_default(),
        kind: message.kind,
        bytes: message.bytes.clone(),
        cover: message.cover_pdf.clone(),
        reply: message.reply.clone().unwrap_or_default(),
    }
}

fn revision(number: u32, stored: StoredRevision, messages: Vec<SentMessage>) -> RevisionHistory {
    let former = stored.issue.supersedes.as_ref();
    RevisionHistory {
        number,
        date: stored.issue.date.to_string(),
        change: former.map(|former| {
            let act = match former.act.as_str() {
                "correction" => "annule et remplace",
                "end" => "met fin à",
                _ => "complète",
            };
            format!("{act} la révision {} : {}", former.revision, former.reason)
        }),
        waived: None,
        rules: printed_rules(&stored.content, stored.rules),
        issued: stored.issued,
        content: stored.json,
        messages,
    }
}

/// The rules that a letter prints. Of those in force, the others concern other schools.
fn printed_rules(content: &Value, rules: Vec<RuleView>) -> Vec<RuleView> {
    let lists = |list: &str, id: &str| {
        let items = content.get(list).and_then(Value::as_array).into_iter().flatten();
        items.into_iter().any(|item| item.get("id").and_then(Value::as_str) == Some(id))
    };
    let is_printed = |rule: &RuleView| match rule.kind {
        RuleKind::Mission => lists("missions", &rule.id),
        RuleKind::Clause => lists("clauses", &rule.id),
        RuleKind::Allowance => {
            content.pointer("/allowance/id").and_then(Value::as_str) == Some(&rule.id)
        }
    };
    rules.into_iter().filter(is_printed).collect()
}

fn text(content: &Value, pointer: &str) -> String {
    content.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

impl LetterHistory {
    /// The letter as JSON, schema `missive/letter-history/1`.
    pub fn to_json(&self) -> Value {
        json!({
            "schema": "missive/letter-history/1",
            "reference": self.reference, "campaign": self.campaign, "uai": self.uai,
            "establishment": self.school, "referent": self.person, "state": self.state.as_str(),
            "waived": self.waived,
            "revisions": self.revisions.iter().map(revision_json).collect::<Vec<_>>(),
            "returns": self.returns.iter().map(return_json).collect::<Vec<_>>(),
            "events": self.events.iter().map(|event| json!({
                "moment": event.moment, "event": event.sentence, "person": event.person,
            })).collect::<Vec<_>>(),
        })
    }
}

fn revision_json(revision: &RevisionHistory) -> Value {
    json!({
        "revision": revision.number, "date": revision.date, "change": revision.change,
        "waived": revision.waived,
        "issued_sha256": revision.issued,
        "content": serde_json::from_str::<Value>(&revision.content).unwrap_or(Value::Null),
        "rules": revision.rules,
        "messages": revision.messages.iter().map(|message| json!({
            "left_on": message.left_on, "to": message.address,
            "subject": message.subject, "message_id": message.message_id,
            "reminder": message.kind == MessageKind::Reminder,
            "to_referent": message.kind == MessageKind::Referent, "reply": message.reply,
            "sha256": message.bytes,
        })).collect::<Vec<_>>(),
    })
}

fn return_json(one: &ReturnHistory) -> Value {
    json!({
        "day": one.entry.day, "verdict": one.entry.verdict, "state": one.entry.state.as_str(),
        "pages": one.entry.pages, "review": one.entry.review,
        "sha256": one.entry.object,
        "name": one.file.as_ref().map(|file| &file.label),
        "findings": one.file.as_ref().map(|file| &file.findings),
    })
}
