//! What a command may change in the ledger: whole transactions, each change with its event.

use super::events::{self, NewEvent};
use super::lease::{self, Lease, Owner};
use super::store::hash;
use super::{Ledger, LedgerError, check, digest, schema};
use crate::letter::issue::Issue;
use crate::plan::Materiality;
use crate::plan::past::{Addressee, Inputs, MessageState, Seen};
use jiff::civil::Date;
use rusqlite::{OptionalExtension as _, Transaction, params};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a ledger that is open for writing remembers between transactions.
#[derive(Debug)]
pub(super) struct Writer {
    /// Number and hash of the last event.
    pub(super) last: (i64, String),
    /// Whether the ledger lacked events that this computer had seen.
    pub(super) older: bool,
    /// Rows of `inputs` and `ruleset` known to be there.
    known: BTreeSet<String>,
}

impl Writer {
    pub(super) fn new(last: (i64, String)) -> Self {
        Self { last, older: false, known: BTreeSet::new() }
    }
}

/// One transaction.
pub struct Change<'a> {
    pub(super) transaction: Transaction<'a>,
    last: (i64, String),
    known: BTreeSet<String>,
    pub(super) stamp: (String, String, String),
}

/// A revision to be kept.
#[derive(Clone, Debug)]
pub struct NewRevision {
    /// Letter.
    pub reference: String,
    /// What makes it.
    pub issue: Issue,
    /// The JSON that the template read, without its QR codes.
    pub content: String,
    /// Hash of that JSON.
    pub content_hash: String,
    /// `file:line` of each field, as JSON.
    pub origins: String,
    /// The rules, as JSON.
    pub ruleset: String,
    /// Hash of what was read to render it.
    pub inputs: String,
    /// Hash of the PDF.
    pub rendered: String,
    /// Pages.
    pub pages: usize,
    /// Its text, block by block, as JSON.
    pub text: String,
    /// Hash of its text.
    pub text_hash: String,
    /// Its boxes to sign and to write in, as JSON.
    pub boxes: String,
}

/// A message to be kept.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Campaign.
    pub campaign: String,
    /// Lowest UAI of its letters.
    pub uai: String,
    /// Number among the messages of that UAI.
    pub number: u32,
    /// Reference, or campaign and UAI.
    pub name: String,
    /// Where to; absent when blocked.
    pub address: Option<String>,
    /// Printed date.
    pub date: Date,
    /// The heads it is addressed to.
    pub addressees: Vec<Addressee>,
    /// Hash over the contents of its cover.
    pub cover: String,
    /// Hash of what was read to render the cover.
    pub inputs: String,
    /// Hash over everything that decides about its bytes.
    pub fingerprint: String,
    /// The cover as PDF.
    pub cover_pdf: String,
    /// The cover as HTML.
    pub cover_html: String,
    /// Subject.
    pub subject: String,
    /// Reference and revision in the ledger, and whether it went before.
    pub letters: Vec<(String, i64, bool)>,
    /// Whether it reminds of letters sent before.
    pub reminder: bool,
    /// Whether one of its letters has yet to be signed by the authority: it is blocked.
    pub held: bool,
}

fn issue_json(issue: &Issue) -> Result<String, LedgerError> {
    serde_json::to_string(issue).map_err(|error| LedgerError::Spoilt(error.to_string()))
}

impl Ledger {
    /// One transaction: all of it, or nothing. Objects it names have to be in the store. Refused
    /// when another took the lease over meanwhile.
    pub fn write<T>(
        &self,
        change: impl FnOnce(&mut Change<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        self.change(self.lease.as_ref().map(Lease::owner), change)
    }

    /// The same; `owner` is who has to hold the lease.
    pub(super) fn change<T>(
        &self,
        owner: Option<&Owner>,
        change: impl FnOnce(&mut Change<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        self.store.settle()?;
        let clock = &self.actor.clock;
        let stamp = (clock.moment(), clock.day().to_string(), self.actor.person());
        let mut desk = self.lock();
        let super::Desk { connection, writer, checked, amiss, .. } = &mut *desk;
        let Some(writer) = writer else {
            return Err(LedgerError::Spoilt("le journal est ouvert en lecture".to_owned()));
        };
        let transaction = connection.transaction()?;
        let mut open = Change {
            transaction,
            last: writer.last.clone(),
            known: std::mem::take(&mut writer.known),
            stamp,
        };
        if let Some(own) = owner {
            let holder = lease::row(&open.transaction)?;
            if holder.as_ref() != Some(own) {
                return Err(LedgerError::Held(holder));
            }
        }
        // Somebody who edits rows while a command works must not have them taken for its own.
        check::renew(&open.transaction, checked, amiss)?;
        let result = change(&mut open);
        // After a failure nothing is known to be there: it was all taken back.
        let Change { transaction, last, known, .. } = open;
        let value = result?;
        transaction.commit()?;
        (writer.last, writer.known) = (last, known);
        Ok(value)
    }

    /// Notes that a person works on with a ledger that is older than one seen before; from now on it
    /// is the one this computer knows.
    pub fn accept_older(&self, why: &str) -> Result<(), LedgerError> {
        self.write(|change| {
            let body = json!({ "why": why, "by": change.stamp.2 });
            change.event(&NewEvent { kind: "accepted", body, ..NewEvent::default() })
        })?;
        if let Some(writer) = &mut self.lock().writer {
            writer.older = false;
        }
        self.remember_place()?;
        Ok(())
    }

    /// Removes what nothing refers to any more: objects, and rows that many shared.
    pub fn clean(&self) -> Result<(), LedgerError> {
        self.write(|change| {
            change.known.clear();
            change.transaction.execute_batch(
                "DELETE FROM inputs WHERE hash NOT IN (
                     SELECT inputs FROM revision UNION SELECT inputs FROM message
                     UNION SELECT seen_inputs FROM revision WHERE seen_inputs IS NOT NULL);
                 DELETE FROM ruleset WHERE hash NOT IN (SELECT ruleset FROM revision);",
            )?;
            Ok(())
        })?;
        let wanted = self.referred()?;
        for object in self.store.list()?.difference(&wanted) {
            self.store.remove(object)?;
        }
        Ok(())
    }
}

impl Change<'_> {
    /// Adds an event.
    pub fn event(&mut self, event: &NewEvent<'_>) -> Result<(), LedgerError> {
        let (moment, day, person) = &self.stamp;
        events::append(&self.transaction, &mut self.last, (moment, day, person), event)
    }

    /// Notes the version of the tables, and digests of what no event told of the rows that a former
    /// version wrote.
    pub(super) fn bind(&mut self, found: i64) -> Result<(), LedgerError> {
        let name: String = self.transaction.query_row(
            "SELECT value FROM about WHERE key = 'ledger'",
            [],
            |row| row.get(0),
        )?;
        let mut body = json!({ "from": found, "to": schema::VERSION, "ledger": name });
        if found > 0 {
            let mut revisions = Vec::new();
            for id in self.numbers("SELECT id FROM revision ORDER BY id")? {
                let [head, bound] = [digest::HEAD, digest::SEEN]
                    .map(|columns| digest::of(&self.transaction, columns, id));
                revisions.push(json!([id, head?, bound?]));
            }
            let mut messages = Vec::new();
            for id in self.numbers("SELECT id FROM message ORDER BY id")? {
                messages.push(json!([id, digest::of(&self.transaction, digest::COVER, id)?]));
            }
            body["revisions"] = revisions.into();
            body["messages"] = messages.into();
        }
        self.event(&NewEvent { kind: "migrated", body, ..NewEvent::default() })
    }

    fn numbers(&self, sql: &str) -> Result<Vec<i64>, LedgerError> {
        let mut statement = self.transaction.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Makes sure that a letter is there and called for.
    pub fn letter(
        &mut self,
        reference: &str,
        campaign: &str,
        uai: &str,
        referent: Option<&str>,
    ) -> Result<(), LedgerError> {
        let there: Option<bool> = self
            .transaction
            .prepare_cached("SELECT withdrawn FROM letter WHERE reference = ?")?
            .query_row([reference], |row| row.get(0))
            .optional()?;
        if there == Some(false) {
            return Ok(());
        }
        self.transaction
            .prepare_cached(
                "INSERT INTO letter (reference, campaign, uai, referent) VALUES (?, ?, ?, ?)
                 ON CONFLICT (reference) DO UPDATE SET withdrawn = 0",
            )?
            .execute(params![reference, campaign, uai, referent])?;
        self.event(&NewEvent {
            kind: "called_for",
            campaign: Some(campaign),
            reference: Some(reference),
            body: json!({ "uai": uai, "referent": referent }),
            ..NewEvent::default()
        })
    }

    /// Keeps what was read to render something.
    pub fn inputs(&mut self, name: &str, inputs: &Inputs) -> Result<(), LedgerError> {
        let json = || {
            serde_json::to_string(inputs).map_err(|error| LedgerError::Spoilt(error.to_string()))
        };
        self.shared("INSERT OR IGNORE INTO inputs VALUES (?, ?)", name, json)
    }

    fn shared(
        &mut self,
        sql: &str,
        name: &str,
        json: impl FnOnce() -> Result<String, LedgerError>,
    ) -> Result<(), LedgerError> {
        if !self.known.contains(name) {
            self.transaction.prepare_cached(sql)?.execute(params![name, json()?])?;
            self.known.insert(name.to_owned());
        }
        Ok(())
    }

    /// Keeps a revision; `drops` are the drafts it takes the place of.
    pub fn revision(&mut self, new: &NewRevision, drops: &[i64]) -> Result<i64, LedgerError> {
        let ruleset = hash(new.ruleset.as_bytes());
        self.shared("INSERT OR IGNORE INTO ruleset VALUES (?, ?)", &ruleset, || {
            Ok(new.ruleset.clone())
        })?;
        self.transaction
            .prepare_cached(
                "INSERT INTO revision (reference, number, issue, made_on, content, content_hash,
                     origins, ruleset, inputs, rendered, issued, pages, text, text_hash, boxes)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                new.reference,
                new.issue.revision,
                issue_json(&new.issue)?,
                self.stamp.1,
                new.content,
                new.content_hash,
                new.origins,
                ruleset,
                new.inputs,
                new.rendered,
                new.rendered,
                i64::try_from(new.pages).unwrap_or(i64::MAX),
                new.text,
                new.text_hash,
                new.boxes,
            ])?;
        let id = self.transaction.last_insert_rowid();
        let own = digest::of(&self.transaction, digest::REVISION, id)?;
        let head = digest::of(&self.transaction, digest::HEAD, id)?;
        let bound = digest::of(&self.transaction, digest::SEEN, id)?;
        let supersedes = new.issue.supersedes.as_ref();
        self.event(&NewEvent {
            kind: "made",
            reference: Some(&new.reference),
            body: json!({
                "row": id, "revision": new.issue.revision, "digest": own,
                "head": head, "bound": bound, "rendered": new.rendered, "act": supersedes.map(|former| former.act.as_str()),
                "reason": supersedes.map(|former| former.reason.as_str()),
            }),
            ..NewEvent::default()
        })?;
        self.drop_revisions(&new.reference, drops)?;
        Ok(id)
    }

    /// Takes drafts back: those that were deposited stay as void, others go.
    pub fn drop_revisions(&mut self, reference: &str, drops: &[i64]) -> Result<(), LedgerError> {
        for id in drops {
            let used: bool = self
                .transaction
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM message_letter WHERE revision = ?1)
                         OR EXISTS (SELECT 1 FROM returned WHERE revision = ?1)",
                )?
                .query_row([id], |row| row.get(0))?;
            let sql = match used {
                true => "UPDATE revision SET void = 1 WHERE id = ?",
                false => "DELETE FROM revision WHERE id = ?",
            };
            self.transaction.prepare_cached(sql)?.execute([id])?;
            self.event(&NewEvent {
                kind: if used { "voided" } else { "dropped" },
                reference: Some(reference),
                body: json!({ "row": id }),
                ..NewEvent::default()
            })?;
        }
        Ok(())
    }

    /// Remembers how much a later content or template matters to a revision. `why` is a person's
    /// reason, when a person said so.
    pub fn judge(
        &mut self,
        reference: &str,
        revision: i64,
        seen: &Seen,
        why: Option<&str>,
    ) -> Result<(), LedgerError> {
        self.transaction
            .prepare_cached(
                "UPDATE revision SET seen_content = ?, seen_inputs = ?, seen_materiality = ?,
                     seen_declared = ? WHERE id = ?",
            )?
            .execute(params![
                seen.content,
                seen.inputs,
                seen.materiality.as_str(),
                seen.declared,
                revision
            ])?;
        // "compared" is for the chain alone: people are told by what is done about it.
        let told = why.is_some() || seen.materiality == Materiality::Cosmetic;
        let bound = digest::of(&self.transaction, digest::SEEN, revision)?;
        self.event(&NewEvent {
            kind: if told { "judged" } else { "compared" },
            reference: Some(reference),
            body: json!({
                "row": revision, "materiality": seen.materiality.as_str(),
                "declared": seen.declared, "why": why, "bound": bound,
            }),
            ..NewEvent::default()
        })
    }

    /// Keeps a message that is ready, or blocked when it has no address.
    pub fn message(&mut self, new: &NewMessage) -> Result<i64, LedgerError> {
        let state = match new.address {
            Some(_) if !new.held => MessageState::Ready,
            _ => MessageState::Blocked,
        };
        let kind = if new.reminder { super::read::REMINDER } else { "letters" };
        let addressees = serde_json::to_string(&new.addressees)
            .map_err(|error| LedgerError::Spoilt(error.to_string()))?;
        self.transaction
            .prepare_cached(
                "INSERT INTO message (campaign, uai, number, name, address, date, addressees,
                     cover, inputs, fingerprint, cover_pdf, cover_html, subject, state, kind)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                new.campaign,
                new.uai,
                new.number,
                new.name,
                new.address,
                new.date.to_string(),
                addressees,
                new.cover,
                new.inputs,
                new.fingerprint,
                new.cover_pdf,
                new.cover_html,
                new.subject,
                state.as_str(),
                kind,
            ])?;
        let id = self.transaction.last_insert_rowid();
        for (reference, revision, readdressed) in &new.letters {
            self.transaction
                .prepare_cached("INSERT INTO message_letter VALUES (?, ?, ?, ?)")?
                .execute(params![id, reference, revision, readdressed])?;
        }
        let own = digest::of(&self.transaction, digest::MESSAGE, id)?;
        let bound = digest::of(&self.transaction, digest::COVER, id)?;
        self.event(&NewEvent {
            kind: "composed",
            campaign: Some(&new.campaign),
            message: Some(id),
            body: json!({
                "uai": new.uai, "number": new.number, "state": state.as_str(), "digest": own,
                "bound": bound, "kind": new.reminder.then_some(kind),
                "letters": new.letters.iter().map(|(reference, ..)| reference).collect::<Vec<_>>(),
            }),
            ..NewEvent::default()
        })?;
        Ok(id)
    }

    /// Notes that another content or template of the cover gives the very same message.
    pub fn refresh_cover(
        &mut self,
        message: i64,
        cover: &str,
        inputs: &str,
    ) -> Result<(), LedgerError> {
        self.transaction
            .prepare_cached("UPDATE message SET cover = ?, inputs = ? WHERE id = ?")?
            .execute(params![cover, inputs, message])?;
        let body = json!({ "bound": digest::of(&self.transaction, digest::COVER, message)? });
        let message = Some(message);
        self.event(&NewEvent { kind: "refreshed", message, body, ..NewEvent::default() })
    }

    /// Takes an open message back: one that was deposited stays as replaced, others go.
    pub fn retire(&mut self, message: i64) -> Result<(), LedgerError> {
        let deposited: bool = self
            .transaction
            .prepare_cached(
                "SELECT bytes IS NOT NULL AND (route IS NULL OR tries > 0) FROM message WHERE id = ?",
            )?
            .query_row([message], |row| row.get(0))?;
        if deposited {
            return self.transition(message, MessageState::Replaced, json!({}));
        }
        self.transaction.prepare_cached("DELETE FROM message WHERE id = ?")?.execute([message])?;
        self.event(&NewEvent { kind: "unmade", message: Some(message), ..NewEvent::default() })
    }

    /// Notes that a message is about to be deposited with these bytes.
    pub fn deposit(
        &mut self,
        message: i64,
        message_id: &str,
        bytes: &str,
        file: &str,
    ) -> Result<(), LedgerError> {
        let message = self.apart(message, bytes)?;
        self.transaction
            .prepare_cached(
                "UPDATE message SET message_id = ?, bytes = ?, route = NULL WHERE id = ?",
            )?
            .execute(params![message_id, bytes, message])?;
        let body = json!({ "message_id": message_id, "bytes": bytes, "file": file });
        self.transition(message, MessageState::Deposited, body)
    }

    /// Notes that a message left, on a person's word.
    pub fn hand_over(&mut self, message: i64, why: &str) -> Result<(), LedgerError> {
        let day = self.stamp.1.clone();
        self.transaction
            .prepare_cached("UPDATE message SET left_on = ? WHERE id = ?")?
            .execute(params![day, message])?;
        let body = json!({ "why": why, "by": self.stamp.2 });
        self.transition(message, MessageState::HandedOver, body)
    }

    /// Notes that a message has not left, on a person's word: it is ready again, or replaced when one
    /// of its letters was withdrawn meanwhile.
    pub fn not_sent(&mut self, message: i64, why: &str) -> Result<(), LedgerError> {
        let body = json!({ "why": why, "by": self.stamp.2 });
        // What nothing calls for any more does not go, nor does a message that holds some of it.
        let gone: bool = self
            .transaction
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM message_letter JOIN letter USING (reference)
                 WHERE message = ? AND withdrawn = 1)",
            )?
            .query_row([message], |row| row.get(0))?;
        let state = if gone { MessageState::Replaced } else { MessageState::Ready };
        self.transition(message, state, body)
    }

    pub(super) fn transition(
        &mut self,
        message: i64,
        state: MessageState,
        mut body: Value,
    ) -> Result<(), LedgerError> {
        let text = |key: &str| body.get(key).and_then(Value::as_str);
        self.transaction
            .prepare_cached(
                "UPDATE message SET state = ?, due = ?, reply = coalesce(?, reply) WHERE id = ?",
            )?
            .execute(params![state.as_str(), text("due"), text("reply"), message])?;
        body["state"] = state.as_str().into();
        let kind = match state {
            MessageState::Deposited => "deposited",
            MessageState::HandedOver => "handed_over",
            MessageState::Replaced => "replaced",
            MessageState::Ready => "not_sent",
            MessageState::Blocked => "blocked",
            MessageState::Deferred => "deferred",
            MessageState::Refused => "refused",
            MessageState::Ambiguous => "ambiguous",
            MessageState::Bounced => "bounced",
        };
        self.event(&NewEvent { kind, message: Some(message), body, ..NewEvent::default() })
    }

    /// Takes a letter off the campaign: one that was deposited or handed over stays on the account
    /// as withdrawn, others are forgotten.
    pub fn withdraw(&mut self, reference: &str) -> Result<(), LedgerError> {
        let drafts: Vec<i64> = self
            .transaction
            .prepare_cached("SELECT id FROM revision WHERE reference = ? AND void = 0")?
            .query_map([reference], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut unsent = Vec::new();
        for id in drafts {
            let left: bool = self
                .transaction
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM message_letter JOIN message ON message.id = message
                     WHERE revision = ? AND state IN ('handed_over', 'bounced', 'ambiguous'))",
                )?
                .query_row([id], |row| row.get(0))?;
            if !left {
                unsent.push(id);
            }
        }
        self.drop_revisions(reference, &unsent)?;
        let known: bool = self
            .transaction
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM revision WHERE reference = ?)")?
            .query_row([reference], |row| row.get(0))?;
        let (kind, sql) = match known {
            true => ("withdrawn", "UPDATE letter SET withdrawn = 1 WHERE reference = ?"),
            false => ("forgotten", "DELETE FROM letter WHERE reference = ?"),
        };
        self.transaction.prepare_cached(sql)?.execute([reference])?;
        self.event(&NewEvent { kind, reference: Some(reference), ..NewEvent::default() })
    }
}
