//! What came back, in the ledger: files as they were received, the letters found in them, what a
//! person said of them, and the certificates seen at each school.

use super::events::NewEvent;
use super::read::parsed;
use super::write::Change;
use super::{Ledger, LedgerError, digest};
use crate::plan::past::{CampaignHistory, MessageState};
use crate::plan::returned::{ReturnPast, ReturnState};
use rusqlite::{OptionalExtension as _, Row, params};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A file that came back, or a mail that brought some.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// SHA-256, its name in the archive.
    pub object: String,
    /// SHA-512, for the manifest kept apart.
    pub sha512: String,
    /// Octets.
    pub size: u64,
    /// What it is: "pdf", "jpeg"…
    pub kind: String,
    /// Where it was found: path, message, attachment.
    pub label: String,
    /// The mail that brought it.
    pub mail: Option<String>,
    /// What was found: a word of the contract, or "carrier" for a mail.
    pub verdict: String,
    /// How its letters were recognised.
    pub method: Option<String>,
    /// Everything that was looked at.
    pub findings: Value,
    /// The day it was filed.
    pub day: String,
}

/// A letter found in a file, or an original on paper.
#[derive(Clone, Debug, PartialEq)]
pub struct Returned {
    /// Number in the ledger; 0 before it is kept.
    pub id: i64,
    /// The file; none for an original on paper.
    pub object: Option<String>,
    /// Letter.
    pub reference: String,
    /// Its revision, by number in the ledger.
    pub revision: i64,
    /// Pages of the file, from 1.
    pub pages: Vec<u32>,
    /// What was found of this letter.
    pub verdict: String,
    /// Ink in the boxes to sign: hundredths; sorts the queue, decides nothing.
    pub hint: u32,
    /// The day it was filed.
    pub day: String,
    /// Where it stands.
    pub state: ReturnState,
    /// What a person said: `by`, `day`, `note`, `priorities`.
    pub review: Option<Value>,
}

/// A revision that a return may be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Number in the ledger.
    pub id: i64,
    /// Letter.
    pub reference: String,
    /// Its campaign.
    pub campaign: String,
    /// Its school.
    pub uai: String,
    /// Number of the revision.
    pub number: u32,
    /// Hash of the PDF as sent.
    pub issued: String,
    /// Pages.
    pub pages: u32,
    /// Whether another draft took its place.
    pub void: bool,
    /// Whether nothing calls for the letter any more.
    pub withdrawn: bool,
    /// What became of the messages that carry it: those that left before others.
    pub state: Option<MessageState>,
}

impl Known {
    /// Whether it left, as far as anyone said.
    pub fn has_left(&self) -> bool {
        self.state.is_some_and(MessageState::has_left)
    }
}

fn number<T: TryFrom<i64> + Default>(row: &Row<'_>, at: usize) -> rusqlite::Result<T> {
    Ok(T::try_from(row.get::<_, i64>(at)?).unwrap_or_default())
}

fn received(row: &Row<'_>) -> Result<Received, LedgerError> {
    let findings: String = row.get(8)?;
    Ok(Received {
        object: row.get(0)?,
        sha512: row.get(1)?,
        size: number(row, 2)?,
        kind: row.get(3)?,
        label: row.get(4)?,
        mail: row.get(5)?,
        verdict: row.get(6)?,
        method: row.get(7)?,
        findings: parsed(&findings, "constatations")?,
        day: row.get(9)?,
    })
}

fn returned(row: &Row<'_>) -> Result<Returned, LedgerError> {
    let (pages, state): (String, String) = (row.get(4)?, row.get(8)?);
    let review: Option<String> = row.get(9)?;
    Ok(Returned {
        id: row.get(0)?,
        object: row.get(1)?,
        reference: row.get(2)?,
        revision: row.get(3)?,
        pages: parsed(&pages, "pages")?,
        verdict: row.get(5)?,
        hint: number(row, 6)?,
        day: row.get(7)?,
        state: ReturnState::from_word(&state)
            .ok_or_else(|| LedgerError::Spoilt(format!("état « {state} »")))?,
        review: review.map(|text| parsed(&text, "relecture")).transpose()?,
    })
}

const RECEIVED: &str =
    "SELECT object, sha512, size, kind, label, mail, verdict, method, findings, day FROM received";
const RETURNED: &str = "SELECT returned.id, object, returned.reference, revision, returned.pages,
    verdict, hint, day, state, review FROM returned";

/// The returns of a campaign's letters, put where they belong.
pub(super) fn fill(
    connection: &rusqlite::Connection,
    campaign: &str,
    past: &mut CampaignHistory,
) -> Result<(), LedgerError> {
    let numbered = RETURNED.replace(" FROM returned", ", revision.number FROM returned");
    let sql = format!(
        "{numbered} JOIN letter ON letter.reference = returned.reference
         JOIN revision ON revision.id = returned.revision WHERE campaign = ? ORDER BY returned.id"
    );
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([campaign])?;
    while let Some(row) = rows.next()? {
        let own = returned(row)?;
        if let Some(letter) = past.letters.get_mut(&own.reference) {
            let past = ReturnPast {
                id: own.id,
                object: own.object,
                revision: own.revision,
                number: number(row, 10)?,
                day: own
                    .day
                    .parse()
                    .map_err(|_| LedgerError::Spoilt(format!("date « {} »", own.day)))?,
                state: own.state,
            };
            letter.returns.push(past);
        }
    }
    Ok(())
}

impl Change<'_> {
    /// Keeps what was found in a file. The file has to be in the archive.
    pub fn received(&mut self, new: &Received) -> Result<(), LedgerError> {
        self.transaction
            .prepare_cached(
                "INSERT INTO received (object, sha512, size, kind, label, mail, verdict, method,
                     findings, day) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                new.object,
                new.sha512,
                i64::try_from(new.size).unwrap_or(i64::MAX),
                new.kind,
                new.label,
                new.mail,
                new.verdict,
                new.method,
                new.findings.to_string(),
                self.stamp.1,
            ])?;
        let row = self.transaction.last_insert_rowid();
        let digest = digest::of(&self.transaction, digest::RECEIVED, row)?;
        self.event(&NewEvent {
            kind: "received",
            body: json!({
                "row": row, "digest": digest, "object": new.object, "label": new.label,
                "verdict": new.verdict, "size": new.size,
            }),
            ..NewEvent::default()
        })
    }

    /// Keeps a letter that came back; gives its number.
    pub fn returned(&mut self, new: &Returned) -> Result<i64, LedgerError> {
        self.transaction
            .prepare_cached(
                "INSERT INTO returned (object, reference, revision, pages, verdict, hint, day, state)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                new.object,
                new.reference,
                new.revision,
                json!(new.pages).to_string(),
                new.verdict,
                new.hint,
                self.stamp.1,
                new.state.as_str(),
            ])?;
        let row = self.transaction.last_insert_rowid();
        let digest = digest::of(&self.transaction, digest::RETURNED, row)?;
        self.event(&NewEvent {
            kind: "returned",
            reference: Some(&new.reference),
            body: json!({
                "row": row, "digest": digest, "object": new.object, "verdict": new.verdict,
                "pages": new.pages, "state": new.state.as_str(),
            }),
            ..NewEvent::default()
        })?;
        Ok(row)
    }

    /// Notes what a person said of a return. `review` tells who, and what else there was to say.
    pub fn review(
        &mut self,
        own: &Returned,
        state: ReturnState,
        review: &Value,
    ) -> Result<(), LedgerError> {
        self.transaction
            .prepare_cached("UPDATE returned SET state = ?, review = ? WHERE id = ?")?
            .execute(params![state.as_str(), review.to_string(), own.id])?;
        self.event(&NewEvent {
            kind: "reviewed",
            reference: Some(&own.reference),
            body: json!({ "row": own.id, "state": state.as_str(), "review": review }),
            ..NewEvent::default()
        })
    }

    /// Notes that no signed copy of a letter is expected any more, and why; without a reason, that
    /// one is expected after all.
    pub fn waive(&mut self, reference: &str, why: Option<&str>) -> Result<(), LedgerError> {
        self.transaction
            .prepare_cached("UPDATE letter SET waived = ? WHERE reference = ?")?
            .execute(params![why, reference])?;
        let (kind, body) = match why {
            Some(why) => ("waived", json!({ "why": why, "by": self.stamp.2 })),
            None => ("expected", json!({ "by": self.stamp.2 })),
        };
        self.event(&NewEvent { kind, reference: Some(reference), body, ..NewEvent::default() })
    }

    /// Remembers a certificate that a school signed with, the first time it is seen there.
    pub fn pin(
        &mut self,
        uai: &str,
        fingerprint: &str,
        signer: &str,
        object: &str,
    ) -> Result<(), LedgerError> {
        let fresh = self
            .transaction
            .prepare_cached("INSERT OR IGNORE INTO pin VALUES (?, ?, ?, ?)")?
            .execute(params![uai, fingerprint, signer, object])?;
        if fresh == 0 {
            return Ok(());
        }
        let body = json!({
            "uai": uai, "fingerprint": fingerprint, "signer": signer, "object": object,
        });
        self.event(&NewEvent { kind: "pinned", body, ..NewEvent::default() })
    }

    /// Makes a signed file the bytes that are sent of a revision which has not left yet.
    pub fn countersign(
        &mut self,
        revision: i64,
        reference: &str,
        issued: &str,
        signer: &str,
    ) -> Result<(), LedgerError> {
        self.transaction
            .prepare_cached("UPDATE revision SET issued = ? WHERE id = ?")?
            .execute(params![issued, revision])?;
        let body = json!({ "row": revision, "issued": issued, "signer": signer });
        self.event(&NewEvent {
            kind: "countersigned",
            reference: Some(reference),
            body,
            ..NewEvent::default()
        })
    }

    /// Notes that the archive was held against the ledger, and what came out (fixity check).
    pub fn checked(&mut self, body: Value) -> Result<(), LedgerError> {
        self.event(&NewEvent { kind: "archive_checked", body, ..NewEvent::default() })
    }
}

impl Ledger {
    /// Every revision of every campaign that a return may be of, by letter and age.
    pub fn known(&self) -> Result<Vec<Known>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare(
            "SELECT revision.id, revision.reference, campaign, uai, number, issued, pages, void,
                    withdrawn,
                    (SELECT state FROM message_letter JOIN message ON message.id = message
                     WHERE message_letter.revision = revision.id AND message.kind = 'letters'
                     ORDER BY state IN ('handed_over', 'bounced') DESC, state = 'ambiguous' DESC,
                              state = 'deposited' DESC, message.id DESC LIMIT 1)
             FROM revision JOIN letter USING (reference) ORDER BY revision.reference, revision.id",
        )?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let state: Option<String> = row.get(9)?;
            found.push(Known {
                id: row.get(0)?,
                reference: row.get(1)?,
                campaign: row.get(2)?,
                uai: row.get(3)?,
                number: number(row, 4)?,
                issued: row.get(5)?,
                pages: number(row, 6)?,
                void: row.get(7)?,
                withdrawn: row.get(8)?,
                state: state.as_deref().and_then(MessageState::from_word),
            });
        }
        Ok(found)
    }

    /// The places to sign and to write in of a revision, as JSON.
    pub fn boxes(&self, revision: i64) -> Result<String, LedgerError> {
        let sql = "SELECT boxes FROM revision WHERE id = ?";
        Ok(self.view()?.query_row(sql, [revision], |row| row.get(0))?)
    }

    /// Every file that was received, in the order it was filed.
    pub fn all_received(&self) -> Result<Vec<Received>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare(&format!("{RECEIVED} ORDER BY id"))?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(received(row)?);
        }
        Ok(found)
    }

    /// Whether a file was received before, and what was found in it then.
    pub fn received_as(&self, object: &str) -> Result<Option<Received>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare_cached(&format!("{RECEIVED} WHERE object = ?"))?;
        let mut rows = statement.query([object])?;
        rows.next()?.map(received).transpose()
    }

    /// Every return, in the order it was filed.
    pub fn all_returned(&self) -> Result<Vec<Returned>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare(&format!("{RETURNED} ORDER BY returned.id"))?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(returned(row)?);
        }
        Ok(found)
    }

    /// The certificates seen at each school: fingerprint to signer.
    pub fn pins(&self) -> Result<BTreeMap<String, BTreeMap<String, String>>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare("SELECT uai, fingerprint, signer FROM pin")?;
        let mut rows = statement.query([])?;
        let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            found.entry(row.get(0)?).or_default().insert(row.get(1)?, row.get(2)?);
        }
        Ok(found)
    }

    /// The letters of the message with this Message-ID.
    pub fn letters_of(&self, message_id: &str) -> Result<Vec<String>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare_cached(
            "SELECT DISTINCT reference FROM message_letter JOIN message ON message.id = message
             WHERE message_id = ?1 OR message_id = '<' || ?1 || '>' ORDER BY reference",
        )?;
        let rows = statement.query_map([message_id], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether something came back of what a message carried.
    pub fn came_back(&self, message: i64) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM message_letter JOIN returned
                       ON returned.revision = message_letter.revision WHERE message = ?)";
        Ok(self.view()?.query_row(sql, [message], |row| row.get(0))?)
    }

    /// Whether an object is the cover of some message.
    pub fn is_cover(&self, object: &str) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM message WHERE cover_pdf = ?)";
        Ok(self.view()?.query_row(sql, [object], |row| row.get(0))?)
    }

    /// Why no signed copy of a letter is expected any more.
    pub fn waived(&self, reference: &str) -> Result<Option<String>, LedgerError> {
        let sql = "SELECT waived FROM letter WHERE reference = ?";
        let found = self.view()?.query_row(sql, [reference], |row| row.get(0)).optional()?;
        Ok(found.flatten())
    }
}
