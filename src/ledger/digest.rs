//! A hash over all of a row that never changes: the event that makes the row notes it, and
//! `verify` computes it again.

use super::LedgerError;
use super::store::hash;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

/// What never changes of a revision.
pub(super) const REVISION: &str = "SELECT id, reference, number, issue, made_on, content,
    content_hash, origins, ruleset, inputs, rendered, pages, text, text_hash, boxes FROM revision";
/// What never changes of a message. Its cover's content and inputs may: another template can give
/// the very same page.
pub(super) const MESSAGE: &str =
    "SELECT id, campaign, uai, number, name, address, date, addressees,
    fingerprint, cover_pdf, cover_html, subject,
    (SELECT group_concat(reference || ' ' || revision || ' ' || readdressed, ';' ORDER BY reference)
     FROM message_letter WHERE message = message.id) FROM message";

/// What never changes of a received file: all of it.
pub(super) const RECEIVED: &str = "SELECT id, object, sha512, size, kind, label, mail, verdict,
    method, findings, day FROM received";
/// What never changes of a return.
pub(super) const RETURNED: &str =
    "SELECT id, object, reference, revision, pages, verdict, hint, day FROM returned";

/// SHA-256 over texts, each with its length, so that no two lists share one.
pub(super) fn texts(parts: &[&str]) -> String {
    let mut whole = Vec::new();
    for part in parts {
        whole.extend_from_slice(&(part.len() as u64).to_be_bytes());
        whole.extend_from_slice(part.as_bytes());
    }
    hash(&whole)
}

/// Over every column of a row.
pub(super) fn row(row: &Row<'_>) -> Result<String, LedgerError> {
    let columns = row.as_ref().column_count();
    let mut parts = Vec::with_capacity(columns);
    for at in 0..columns {
        parts.push(match row.get_ref(at)? {
            ValueRef::Null => "null".to_owned(),
            ValueRef::Integer(number) => format!("integer {number}"),
            ValueRef::Real(number) => format!("real {number}"),
            ValueRef::Text(text) | ValueRef::Blob(text) => {
                format!("text {}", String::from_utf8_lossy(text))
            }
        });
    }
    Ok(texts(&parts.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// The hash of one row that was just written.
pub(super) fn of(connection: &Connection, select: &str, id: i64) -> Result<String, LedgerError> {
    let mut statement = connection.prepare_cached(&format!("{select} WHERE id = ?"))?;
    let mut rows = statement.query([id])?;
    match rows.next()? {
        Some(found) => row(found),
        None => Err(LedgerError::Spoilt(format!("la ligne {id} manque"))),
    }
}
