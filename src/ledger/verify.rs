//! Keeps the ledger honest: the chain of events, the tables against it, the objects, the totals.
//!
//! The events are replayed from the first; what they say must be what the tables hold, no more and
//! no less.

use super::events::{self, Event, GENESIS};
use super::{Ledger, LedgerError, digest, lease};
use rusqlite::Connection;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable code, for JSON.
    pub code: &'static str,
    /// What a person reads.
    pub message: String,
}

/// What a look at everything gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Events that were read.
    pub events: usize,
    /// Letters, revisions and messages.
    pub rows: usize,
    /// Objects that were read.
    pub objects: usize,
    /// Objects left by a command that was cut; the next one removes them.
    pub leftovers: usize,
    /// What is amiss; nothing when all is well.
    pub findings: Vec<Finding>,
}

impl Report {
    fn find(&mut self, code: &'static str, message: impl Into<String>) {
        self.findings.push(Finding { code, message: message.into() });
    }
}

/// What the events say there should be.
#[derive(Default)]
struct Told {
    /// Withdrawn or not, by reference.
    letters: BTreeMap<String, ToldLetter>,
    /// By row.
    revisions: BTreeMap<i64, ToldRevision>,
    /// By row.
    messages: BTreeMap<i64, ToldMessage>,
    /// By row: their hash.
    received: BTreeMap<i64, String>,
    /// By row: hash, state, what a person said.
    returned: BTreeMap<i64, (String, String, Option<String>)>,
    /// School, certificate, signer, file.
    pins: BTreeMap<String, String>,
}

#[derive(Default, PartialEq)]
struct ToldLetter {
    withdrawn: bool,
    waived: Option<String>,
}

#[derive(PartialEq)]
struct ToldRevision {
    digest: String,
    void: bool,
    issued: String,
}

#[derive(Default, PartialEq)]
struct ToldMessage {
    digest: String,
    state: String,
    message_id: Option<String>,
    bytes: Option<String>,
    left_on: Option<String>,
    kind: String,
    route: Option<String>,
    tries: u32,
    due: Option<String>,
    reply: Option<String>,
}

impl Told {
    fn follow(&mut self, event: &Event) {
        let text = |key: &str| event.body.get(key).and_then(Value::as_str).map(str::to_owned);
        let row = event.body.get("row").and_then(Value::as_i64).unwrap_or_default();
        let reference = event.reference.clone().unwrap_or_default();
        match event.kind.as_str() {
            "called_for" => self.letters.entry(reference).or_default().withdrawn = false,
            "withdrawn" => self.letters.entry(reference).or_default().withdrawn = true,
            "waived" => self.letters.entry(reference).or_default().waived = text("why"),
            "expected" => self.letters.entry(reference).or_default().waived = None,
            "received" => drop(self.received.insert(row, text("digest").unwrap_or_default())),
            "returned" => {
                let state = text("state").unwrap_or_default();
                let told = (text("digest").unwrap_or_default(), state, None);
                self.returned.insert(row, told);
            }
            "reviewed" => {
                if let Some(told) = self.returned.get_mut(&row) {
                    told.1 = text("state").unwrap_or_default();
                    told.2 = event.body.get("review").map(Value::to_string);
                }
            }
            "pinned" => {
                let [uai, fingerprint] =
                    ["uai", "fingerprint"].map(|key| text(key).unwrap_or_default());
                let [signer, object] =
                    ["signer", "object"].map(|key| text(key).unwrap_or_default());
                self.pins.insert(format!("{uai} {fingerprint}"), format!("{signer} {object}"));
            }
            "countersigned" => {
                if let Some(revision) = self.revisions.get_mut(&row) {
                    revision.issued = text("issued").unwrap_or_default();
                }
            }
            "forgotten" => drop(self.letters.remove(&reference)),
            "made" => {
                let digest = text("digest").unwrap_or_default();
                let issued = text("rendered").unwrap_or_default();
                self.revisions.insert(row, ToldRevision { digest, void: false, issued });
            }
            "dropped" => drop(self.revisions.remove(&row)),
            "voided" => {
                if let Some(revision) = self.revisions.get_mut(&row) {
                    revision.void = true;
                }
            }
            "composed" => {
                let digest = text("digest").unwrap_or_default();
                let state = text("state").unwrap_or_default();
                let kind = text("kind").unwrap_or_else(|| "letters".to_owned());
                let message = ToldMessage { digest, state, kind, ..ToldMessage::default() };
                self.messages.insert(event.message.unwrap_or_default(), message);
            }
            "unmade" => drop(self.messages.remove(&event.message.unwrap_or_default())),
            _ => {
                let message = self.messages.get_mut(&event.message.unwrap_or_default());
                if let (Some(message), Some(state)) = (message, text("state")) {
                    if event.kind == "handed_over" {
                        message.left_on = Some(event.day.clone());
                    }
                    message.state = state;
                    if let Some(id) = text("message_id") {
                        (message.message_id, message.bytes) = (Some(id), text("bytes"));
                        message.route = event.body.get("route").map(Value::to_string);
                    }
                    message.due = text("due");
                    message.reply = text("reply").or(message.reply.take());
                    let tries = event.body.get("tries").and_then(Value::as_u64);
                    message.tries = tries.map_or(message.tries, |n| u32::try_from(n).unwrap_or(0));
                }
            }
        }
    }
}

impl Ledger {
    /// Looks at everything.
    pub fn verify(&self) -> Result<Report, LedgerError> {
        let mut report = Report::default();
        let connection = self.lock();
        let sound: String =
            connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if sound != "ok" {
            report.find("sqlite", format!("le fichier ledger.sqlite est abîmé : {sound}"));
            return Ok(report);
        }
        let told = chain(&connection, &mut report)?;
        letters(&connection, &told, &mut report)?;
        revisions(&connection, &told, &mut report)?;
        messages(&connection, &told, &mut report)?;
        returns(&connection, &told, &mut report)?;
        totals(&connection, &mut report)?;
        drop(connection);
        self.objects(&mut report)?;
        if self.is_older()? {
            report.find(
                "older",
                "il manque des événements que cet ordinateur a déjà vus : ce journal est plus ancien, ou un autre",
            );
        }
        Ok(report)
    }

    fn objects(&self, report: &mut Report) -> Result<(), LedgerError> {
        let wanted = self.referred()?;
        for name in &wanted {
            report.objects += 1;
            match self.store.get(name) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    report.find("object-missing", format!("il manque l'objet {name}"));
                }
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    report.find("object-changed", format!("l'objet {name} a été modifié"));
                }
                Err(error) => return Err(error.into()),
            }
        }
        // A command that is at work, or was cut, has objects that no row names yet.
        let at_work = lease::path(&self.folder).exists();
        for name in self.store.list()?.difference(&wanted) {
            match at_work {
                true => report.leftovers += 1,
                false => {
                    report.find("object-stray", format!("rien ne renvoie à l'objet {name}"));
                }
            }
        }
        Ok(())
    }

    /// The names of all objects that some row refers to.
    pub(super) fn referred(&self) -> Result<BTreeSet<String>, LedgerError> {
        let connection = self.lock();
        let mut names = BTreeSet::new();
        for sql in [
            "SELECT rendered FROM revision UNION SELECT issued FROM revision",
            "SELECT cover_pdf FROM message UNION SELECT cover_html FROM message",
            "SELECT bytes FROM message WHERE bytes IS NOT NULL",
            "SELECT DISTINCT value FROM inputs, json_each(inputs.json, '$.templates')",
        ] {
            let mut statement = connection.prepare(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                names.insert(row.get(0)?);
            }
        }
        Ok(names)
    }
}

fn chain(connection: &Connection, report: &mut Report) -> Result<Told, LedgerError> {
    let mut told = Told::default();
    let mut previous = (0, GENESIS.to_owned());
    events::select(connection, "", &[], |event, intact| {
        report.events += 1;
        if event.seq != previous.0 + 1 {
            let missing = previous.0 + 1;
            report.find("event-missing", format!("il manque l'événement {missing}"));
        } else if event.previous != previous.1 {
            let text = format!("l'événement {} ne suit pas celui d'avant", event.seq);
            report.find("event-order", text);
        }
        if !intact.0 {
            report.find("event-changed", format!("l'événement {} a été modifié", event.seq));
        }
        told.follow(&event);
        previous = (event.seq, event.hash);
    })?;
    Ok(told)
}

fn letters(connection: &Connection, told: &Told, report: &mut Report) -> Result<(), LedgerError> {
    let mut statement = connection.prepare("SELECT reference, withdrawn, waived FROM letter")?;
    let mut rows = statement.query([])?;
    let mut there = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let letter = ToldLetter { withdrawn: row.get(1)?, waived: row.get(2)? };
        there.insert(row.get::<_, String>(0)?, letter);
    }
    report.rows += there.len();
    compare(&there, &told.letters, "letter-changed", "la lettre", report);
    Ok(())
}

fn revisions(connection: &Connection, told: &Told, report: &mut Report) -> Result<(), LedgerError> {
    let mut there = BTreeMap::new();
    for (id, digest) in digests(connection, digest::REVISION)? {
        let mut statement = connection.prepare_cached(
            "SELECT void, issued, content, content_hash FROM revision WHERE id = ?",
        )?;
        let (void, issued, content, of_content) = statement
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        let (content, of_content): (String, String) = (content, of_content);
        if super::store::hash(content.as_bytes()) != of_content {
            let what = format!("le contenu de la révision {id} a été modifié");
            report.find("revision-changed", what);
        }
        there.insert(id, ToldRevision { digest, void, issued });
    }
    report.rows += there.len();
    compare(&there, &told.revisions, "revision-changed", "la révision", report);
    Ok(())
}

fn messages(connection: &Connection, told: &Told, report: &mut Report) -> Result<(), LedgerError> {
    let mut there = BTreeMap::new();
    for (id, digest) in digests(connection, digest::MESSAGE)? {
        let mut statement = connection.prepare_cached(
            "SELECT state, message_id, bytes, left_on, kind, route, tries, due, reply
                 FROM message WHERE id = ?",
        )?;
        let message = statement.query_row([id], |row| {
            Ok(ToldMessage {
                digest,
                state: row.get(0)?,
                message_id: row.get(1)?,
                bytes: row.get(2)?,
                left_on: row.get(3)?,
                kind: row.get(4)?,
                route: row.get(5)?,
                tries: row.get(6)?,
                due: row.get(7)?,
                reply: row.get(8)?,
            })
        })?;
        there.insert(id, message);
    }
    report.rows += there.len();
    compare(&there, &told.messages, "message-changed", "le message", report);
    Ok(())
}

fn returns(connection: &Connection, told: &Told, report: &mut Report) -> Result<(), LedgerError> {
    let received = digests(connection, digest::RECEIVED)?;
    let mut returned = BTreeMap::new();
    for (id, digest) in digests(connection, digest::RETURNED)? {
        let sql = "SELECT state, review FROM returned WHERE id = ?";
        let (state, review) = connection
            .prepare_cached(sql)?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        returned.insert(id, (digest, state, review));
    }
    let mut pins = BTreeMap::new();
    let mut statement = connection.prepare("SELECT uai, fingerprint, signer, object FROM pin")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text = |at: usize| row.get::<_, String>(at);
        pins.insert(format!("{} {}", text(0)?, text(1)?), format!("{} {}", text(2)?, text(3)?));
    }
    report.rows += received.len() + returned.len() + pins.len();
    compare(&received, &told.received, "received-changed", "le fichier reçu", report);
    compare(&returned, &told.returned, "return-changed", "le retour", report);
    compare(&pins, &told.pins, "pin-changed", "le certificat", report);
    Ok(())
}

/// Every row of a table, by number, with its hash.
fn digests(connection: &Connection, select: &str) -> Result<BTreeMap<i64, String>, LedgerError> {
    let mut statement = connection.prepare(select)?;
    let mut rows = statement.query([])?;
    let mut found = BTreeMap::new();
    while let Some(row) = rows.next()? {
        found.insert(row.get(0)?, digest::row(row)?);
    }
    Ok(found)
}

fn compare<K: Ord + std::fmt::Display, V: PartialEq>(
    there: &BTreeMap<K, V>,
    told: &BTreeMap<K, V>,
    code: &'static str,
    what: &str,
    report: &mut Report,
) {
    for (name, value) in there {
        match told.get(name) {
            Some(own) if own == value => {}
            Some(_) => {
                report.find(code, format!("{what} {name} n'est pas ce que disent les événements"))
            }
            None => report.find(code, format!("{what} {name} n'a pas d'événement")),
        }
    }
    for name in told.keys().filter(|name| !there.contains_key(name)) {
        report.find(code, format!("{what} {name} a disparu"));
    }
}

/// Each letter that is called for has a revision, and is in one open message at most.
fn totals(connection: &Connection, report: &mut Report) -> Result<(), LedgerError> {
    for (sql, what) in [
        (
            "SELECT reference FROM letter WHERE withdrawn = 0 AND NOT EXISTS (
                 SELECT 1 FROM revision WHERE revision.reference = letter.reference)",
            "n'a aucune révision",
        ),
        (
            "SELECT reference FROM message_letter JOIN message ON message.id = message
             WHERE state IN ('blocked', 'ready', 'deposited', 'deferred', 'refused')
               AND kind = 'letters' GROUP BY reference HAVING count(*) > 1",
            "est dans deux messages à la fois",
        ),
        (
            "SELECT reference FROM message_letter JOIN message ON message.id = message_letter.message
             JOIN letter USING (reference)
             WHERE withdrawn = 1 AND kind = 'letters' AND state IN ('blocked', 'ready', 'deposited', 'deferred', 'refused')",
            "est retirée, et pourtant dans un message",
        ),
    ] {
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let reference: String = row.get(0)?;
            report.find("balance", format!("la lettre {reference} {what}"));
        }
    }
    Ok(())
}
