//! What came back, as the ledger keeps it: files as they were received, the letters found in them,
//! what a person said of them, and the certificates seen at each school.

use super::decode::parsed;
use crate::ledger::connection::Ledger;
use crate::ledger::error::LedgerError;
use crate::letter::content::agreed_texts::AgreedTexts;
use crate::plan::history::{CampaignHistory, MessageState, ReturnEntry, ReturnState, SentRevision};
use rusqlite::{OptionalExtension as _, Row};
use serde_json::Value;
use std::collections::BTreeMap;

/// A file that came back, or a mail that brought some.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// SHA-256, its name in the archive.
    pub object: String,
    /// SHA-512, for the manifest kept apart.
    pub sha512: String,
    /// Size in octets.
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
    /// Reference of the letter.
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
    /// State of the return.
    pub state: ReturnState,
    /// What a person said: `by`, `day`, `note`, `priorities`.
    pub review: Option<Value>,
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
            .ok_or_else(|| LedgerError::Corrupt(format!("état « {state} »")))?,
        review: review.map(|text| parsed(&text, "relecture")).transpose()?,
    })
}

const RECEIVED: &str =
    "SELECT object, sha512, size, kind, label, mail, verdict, method, findings, day FROM received";

const RETURNED: &str = "SELECT returned.id, object, returned.reference, revision, returned.pages,
    verdict, hint, day, state, review FROM returned";

/// Adds the returns of a campaign to its letters.
pub(in crate::ledger) fn fill(
    connection: &rusqlite::Connection,
    campaign: &str,
    history: &mut CampaignHistory,
) -> Result<(), LedgerError> {
    let numbered = RETURNED.replace(" FROM returned", ", revision.number, (SELECT findings FROM received WHERE received.object = returned.object) FROM returned");
    let sql = format!(
        "{numbered} JOIN letter ON letter.reference = returned.reference
         JOIN revision ON revision.id = returned.revision WHERE campaign = ? ORDER BY returned.id"
    );
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([campaign])?;
    while let Some(row) = rows.next()? {
        let returned = returned(row)?;
        if let Some(letter) = history.letters.get_mut(&returned.reference) {
            let findings: Option<String> = row.get(11)?;
            let findings = findings.map(|text| parsed(&text, "constatations")).transpose()?;
            let revision_number = number(row, 10)?;
            let head_signed = findings.is_some_and(|findings: Value| {
                has_head_signature(&findings, &returned.reference, revision_number)
            });
            let entry = ReturnEntry {
                id: returned.id,
                object: returned.object,
                revision: returned.revision,
                number: revision_number,
                day: returned
                    .day
                    .parse()
                    .map_err(|_| LedgerError::Corrupt(format!("date « {} »", returned.day)))?,
                state: returned.state,
                agreed: returned.review.as_ref().map(agreed_texts).unwrap_or_default(),
                head_signed,
            };
            letter.returns.push(entry);
        }
    }
    Ok(())
}

/// What a person read in the boxes; earlier versions kept the priorities alone.
fn agreed_texts(review: &Value) -> AgreedTexts {
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let agreed = &review["agreed"];
    AgreedTexts {
        priorities: text(&agreed["priorities"]).or_else(|| text(&review["priorities"])),
        indicators: text(&agreed["indicators"]),
    }
}

/// The box of the head.
const HEAD_BOX: &str = "sign-head";

/// Whether a file holds the head's own signature of a letter, as it was counted when it was filed.
fn has_head_signature(findings: &Value, reference: &str, revision: u32) -> bool {
    let letters = findings["letters"].as_array();
    let is_it =
        |letter: &&Value| letter["reference"] == reference && letter["revision"] == revision;
    let counted = letters.into_iter().flatten().filter(is_it);
    let counted: Vec<&Vec<Value>> =
        counted.filter_map(|letter| letter["signed_boxes"].as_array()).collect();
    match counted.is_empty() {
        true => lies_in_head_box(findings),
        false => counted.iter().any(|boxes| boxes.iter().any(|label| label == HEAD_BOX)),
    }
}

/// The same of a file that was filed before the boxes were kept: an intact signature lies in the box of the head
/// alone.
fn lies_in_head_box(findings: &Value) -> bool {
    let signatures = findings["signatures"].as_array();
    signatures.into_iter().flatten().any(|signature| {
        let places = signature["places"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_of_head = matches!(places, [only] if only["label"] == HEAD_BOX);
        is_of_head && signature["integrity"] == "ok"
    })
}

impl Ledger {
    /// Every revision of every campaign that a return may be of, by letter and age.
    pub fn sent_revisions(&self) -> Result<Vec<SentRevision>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare(
            "SELECT revision.id, revision.reference, campaign, uai, number, issued, pages, void,
                    withdrawn,
                    (SELECT state FROM message_letter JOIN message ON message.id = message
                     WHERE message_letter.revision = revision.id AND message.kind = 'letters'
                     ORDER BY state IN ('handed_over', 'bounced') DESC, state = 'ambiguous' DESC,
                              state = 'deposited' DESC, message.id DESC LIMIT 1)
             , issue, settled IS NOT NULL FROM revision JOIN letter USING (reference)
             ORDER BY revision.reference, revision.id",
        )?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let state: Option<String> = row.get(9)?;
            let issue: String = row.get(10)?;
            found.push(SentRevision {
                id: row.get(0)?,
                reference: row.get(1)?,
                campaign: row.get(2)?,
                uai: row.get(3)?,
                number: number(row, 4)?,
                issue: parsed(&issue, "révision")?,
                issued: row.get(5)?,
                pages: number(row, 6)?,
                void: row.get(7)?,
                withdrawn: row.get(8)?,
                settled: row.get(11)?,
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

    /// Whether a signed copy of a letter of this message came back: proof that it left, but for a message to a referent.
    pub fn has_return(&self, message: i64) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM message_letter JOIN message ON message.id = message
                       JOIN returned ON returned.revision = message_letter.revision
                       WHERE message = ? AND message.kind != 'referent')";
        Ok(self.view()?.query_row(sql, [message], |row| row.get(0))?)
    }

    /// Whether an object is the cover of some message.
    pub fn is_cover(&self, object: &str) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM message WHERE cover_pdf = ?)";
        Ok(self.view()?.query_row(sql, [object], |row| row.get(0))?)
    }

    /// Why no signed copy of a whole letter is expected any more, as could be said before version 5.
    pub fn waived(&self, reference: &str) -> Result<Option<String>, LedgerError> {
        let sql = "SELECT waived FROM letter WHERE reference = ?";
        let found = self.view()?.query_row(sql, [reference], |row| row.get(0)).optional()?;
        Ok(found.flatten())
    }

    /// Why no signed copy of a revision is expected any more.
    pub fn waived_revision(&self, revision: i64) -> Result<Option<String>, LedgerError> {
        let sql = "SELECT waived FROM revision WHERE id = ?";
        let found = self.view()?.query_row(sql, [revision], |row| row.get(0)).optional()?;
        Ok(found.flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_heads_signature_is_what_was_counted_or_lies_in_her_box() {
        let shown = json!([{ "integrity": "ok", "places": [{ "label": "sign-head" }] }]);
        let letter =
            |boxes: Value| json!([{ "reference": "A", "revision": 1, "signed_boxes": boxes }]);
        let none = json!([]);
        for (signatures, letters, wanted) in [
            (&none, letter(json!(["sign-head"])), true),
            (&none, letter(json!(["sign-referent"])), false),
            (&shown, letter(json!([])), false),
            (&shown, json!([{ "reference": "B", "revision": 1, "signed_boxes": [] }]), true),
            (&shown, json!([]), true),
            (&none, json!([]), false),
        ] {
            let findings = json!({ "signatures": signatures, "letters": letters });
            assert_eq!(has_head_signature(&findings, "A", 1), wanted, "{findings}");
        }
    }
}
