//! All that the ledger knows of a campaign, as one value for decisions.

use super::approvals::approvals;
use super::decode::{moment, parsed};
use super::returns;
use crate::ledger::connection::Ledger;
use crate::ledger::error::LedgerError;
use crate::plan::Materiality;
use crate::plan::history::{
    CampaignHistory, JudgedChange, LetterEntry, MessageEntry, MessageKind, MessageLetter,
    MessageState, RevisionEntry,
};
use rusqlite::Row;
use std::collections::{BTreeSet, HashMap};

const REVISION: &str = "revision.id, revision.reference, revision.issue, content_hash, inputs, rendered, issued, text_hash, void, seen_content, seen_inputs, seen_materiality, seen_declared, revision.waived IS NOT NULL, revision.settled, form";

fn materiality(word: &str) -> Option<Materiality> {
    [Materiality::None, Materiality::Cosmetic, Materiality::Substantive]
        .into_iter()
        .find(|known| known.as_str() == word)
}

/// A revision with its letter, and whether it is void.
fn revision(row: &Row<'_>) -> Result<(String, RevisionEntry, bool), LedgerError> {
    let issue: String = row.get(2)?;
    let judged = match (
        row.get::<_, Option<String>>(9)?,
        row.get::<_, Option<String>>(10)?,
        row.get::<_, Option<String>>(11)?.as_deref().and_then(materiality),
    ) {
        (Some(content), Some(inputs), Some(materiality)) => {
            Some(JudgedChange { content, inputs, materiality, declared: row.get(12)? })
        }
        _ => None,
    };
    let settled: Option<String> = row.get(14)?;
    let unreadable = || LedgerError::Corrupt("date d'un retour".to_owned());
    let entry = RevisionEntry {
        id: row.get(0)?,
        issue: parsed(&issue, "révision")?,
        content: row.get(3)?,
        inputs: row.get(4)?,
        rendered: row.get(5)?,
        form: row.get(15)?,
        issued: row.get(6)?,
        text: row.get(7)?,
        judged,
        waived: row.get(13)?,
        settled_on: settled.map(|day| day.parse()).transpose().map_err(|_| unreadable())?,
    };
    Ok((row.get(1)?, entry, row.get(8)?))
}

impl Ledger {
    /// All that is known of a campaign.
    pub fn history(&self, campaign: &str) -> Result<CampaignHistory, LedgerError> {
        let mut history = CampaignHistory::default();
        let connection = self.view()?;
        let mut statement = connection
            .prepare("SELECT reference, uai, referent, withdrawn, waived IS NOT NULL FROM letter WHERE campaign = ?")?;
        let mut rows = statement.query([campaign])?;
        while let Some(row) = rows.next()? {
            let letter = LetterEntry {
                uai: row.get(1)?,
                referent: row.get(2)?,
                withdrawn: row.get(3)?,
                waived: row.get(4)?,
                ..LetterEntry::default()
            };
            history.letters.insert(row.get(0)?, letter);
        }
        drop(rows);
        drop(statement);
        messages(&connection, campaign, &mut history)?;
        history.approvals = approvals(&connection, campaign)?;
        returns::fill(&connection, campaign, &mut history)?;
        let left: BTreeSet<i64> = history
            .messages
            .values()
            .filter(|message| message.state.has_left())
            .flat_map(|message| message.letters.iter().map(|letter| letter.revision))
            .collect();
        let sql = format!(
            "SELECT {REVISION} FROM revision JOIN letter USING (reference) WHERE campaign = ? ORDER BY revision.id"
        );
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([campaign])?;
        let mut drafts: HashMap<String, RevisionEntry> = HashMap::new();
        while let Some(row) = rows.next()? {
            let (reference, revision, void) = revision(row)?;
            let Some(letter) = history.letters.get_mut(&reference) else { continue };
            if left.contains(&revision.id) || revision.settled_on.is_some() {
                let newest =
                    |known: &RevisionEntry| known.issue.revision <= revision.issue.revision;
                match letter.issued.as_ref().is_none_or(newest) {
                    true => letter.earlier.extend(letter.issued.replace(revision)),
                    false => letter.earlier.push(revision),
                }
            } else if !void {
                drafts.insert(reference, revision);
            }
        }
        for letter in history.letters.values_mut() {
            letter.earlier.sort_by_key(|sent| (sent.issue.revision, sent.id));
        }
        for (reference, draft) in drafts {
            if let Some(letter) = history.letters.get_mut(&reference) {
                let later = |issued: &RevisionEntry| draft.issue.revision > issued.issue.revision;
                if letter.issued.as_ref().is_none_or(later) {
                    letter.draft = Some(draft);
                }
            }
        }
        drop(rows);
        drop(statement);
        let mut statement = connection.prepare("SELECT hash, json FROM inputs")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let json: String = row.get(1)?;
            history.inputs.insert(row.get(0)?, parsed(&json, "entrées")?);
        }
        history.index();
        Ok(history)
    }
}

fn messages(
    connection: &rusqlite::Connection,
    campaign: &str,
    history: &mut CampaignHistory,
) -> Result<(), LedgerError> {
    let mut statement = connection.prepare(
        "SELECT id, uai, number, state, message_id, address, date, addressees, cover, inputs,
                fingerprint, cover_pdf, cover_html, subject, bytes, left_on, kind, route, tries,
                due, reply, name
         FROM message WHERE campaign = ?",
    )?;
    let mut rows = statement.query([campaign])?;
    while let Some(row) = rows.next()? {
        let state: String = row.get(3)?;
        let day = |at: usize| -> Result<Option<String>, LedgerError> { Ok(row.get(at)?) };
        let date =
            |text: &str| text.parse().map_err(|_| LedgerError::Corrupt(format!("date « {text} »")));
        let addressees: String = row.get(7)?;
        let kind: String = row.get(16)?;
        let message = MessageEntry {
            id: row.get(0)?,
            kind: MessageKind::from_word(&kind)
                .ok_or_else(|| LedgerError::Corrupt(format!("message « {kind} »")))?,
            name: row.get(21)?,
            uai: row.get(1)?,
            number: row.get(2)?,
            state: MessageState::from_word(&state)
                .ok_or_else(|| LedgerError::Corrupt(format!("état « {state} »")))?,
            message_id: row.get(4)?,
            address: row.get(5)?,
            date: date(&row.get::<_, String>(6)?)?,
            addressees: parsed(&addressees, "destinataires")?,
            letters: Vec::new(),
            cover: row.get(8)?,
            inputs: row.get(9)?,
            fingerprint: row.get(10)?,
            cover_pdf: row.get(11)?,
            cover_html: row.get(12)?,
            subject: row.get(13)?,
            bytes: row.get(14)?,
            left_on: day(15)?.map(|text| date(&text)).transpose()?,
            route: day(17)?.map(|text| parsed(&text, "enveloppe")).transpose()?,
            tries: row.get(18)?,
            due: day(19)?.map(|text| moment(&text)).transpose()?,
            reply: row.get(20)?,
        };
        history.of_kind_mut(message.kind).insert(message.id, message);
    }
    let mut statement = connection.prepare(
        "SELECT message, reference, revision, readdressed FROM message_letter
         JOIN message ON message.id = message WHERE campaign = ? ORDER BY message, reference",
    )?;
    let mut rows = statement.query([campaign])?;
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        if let Some(message) = history.carrier_mut(id) {
            message.letters.push(MessageLetter {
                reference: row.get(1)?,
                revision: row.get(2)?,
                readdressed: row.get(3)?,
            });
        }
    }
    Ok(())
}
