//! Hashes over columns of a row: the event that makes or changes the row notes them, and they are
//! computed again before the row is used.

use crate::files::hex;
use crate::ledger::error::LedgerError;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use sha2::{Digest as _, Sha256};
use std::ops::Range;

/// A table and some of its columns.
pub(in crate::ledger) type Columns = (&'static str, &'static str);

/// What never changes of a revision.
pub(in crate::ledger) const REVISION: Columns = (
    "revision",
    "id, reference, number, issue, made_on, content, content_hash, origins, ruleset, inputs,
     rendered, pages, text, text_hash, boxes",
);
/// The same of a revision without its long texts, so that all rows can be looked at before each
/// command. `content_hash` stands for the content; the whole digest is looked at when one is read.
pub(in crate::ledger) const HEAD: Columns = (
    "revision",
    "id, reference, number, issue, made_on, content_hash, ruleset, inputs, rendered, pages,
     text_hash, boxes",
);
/// What a revision was last compared with.
pub(in crate::ledger) const SEEN: Columns =
    ("revision", "seen_content, seen_inputs, seen_materiality, seen_declared");
/// What never changes of a message, its letters included.
pub(in crate::ledger) const MESSAGE: Columns = (
    "message",
    "id, campaign, uai, number, name, address, date, addressees, fingerprint, cover_pdf, cover_html,
     subject,
     (SELECT group_concat(reference || ' ' || revision || ' ' || readdressed, ';' ORDER BY reference, revision)
      FROM message_letter WHERE message = message.id)",
);
/// What the cover of a message was made from: it may change, as another template can give the same
/// page.
pub(in crate::ledger) const COVER: Columns = ("message", "cover, inputs");
/// What never changes of a received file: all of it.
pub(in crate::ledger) const RECEIVED: Columns =
    ("received", "id, object, sha512, size, kind, label, mail, verdict, method, findings, day");
/// What never changes of a return.
pub(in crate::ledger) const RETURNED: Columns =
    ("returned", "id, object, reference, revision, pages, verdict, hint, day");
/// What never changes of a proof: all of it.
pub(in crate::ledger) const PROOF: Columns = ("proof", "id, campaign, messages, letters, day");
/// What never changes of an approval: all of it.
pub(in crate::ledger) const APPROVAL: Columns = ("approval", "id, campaign, proof, name, why, day");

/// SHA-256 over parts, each with its length, so that no two lists share one.
#[derive(Default)]
pub(in crate::ledger) struct Digest(Sha256);

impl Digest {
    /// Adds a part, given in pieces.
    pub(in crate::ledger) fn part(&mut self, pieces: &[&[u8]]) {
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        self.0.update((length as u64).to_be_bytes());
        for piece in pieces {
            self.0.update(piece);
        }
    }

    /// As 64 lower-case hexadecimal digits.
    pub(in crate::ledger) fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// Over every column of a row.
pub(in crate::ledger) fn row(row: &Row<'_>) -> Result<String, LedgerError> {
    columns(row, 0..row.as_ref().column_count())
}

/// Over some columns of a row.
pub(in crate::ledger) fn columns(
    row: &Row<'_>,
    range: Range<usize>,
) -> Result<String, LedgerError> {
    let mut digest = Digest::default();
    for at in range {
        match row.get_ref(at)? {
            ValueRef::Null => digest.part(&[b"null"]),
            ValueRef::Integer(number) => digest.part(&[format!("integer {number}").as_bytes()]),
            ValueRef::Real(number) => digest.part(&[format!("real {number}").as_bytes()]),
            ValueRef::Text(text) => digest.part(&[b"text ", text]),
            // missive writes none.
            ValueRef::Blob(bytes) => digest.part(&[b"blob ", bytes]),
        }
    }
    Ok(digest.finish())
}

/// The hash of some columns of one row.
pub(in crate::ledger) fn of(
    connection: &Connection,
    (table, columns): Columns,
    id: i64,
) -> Result<String, LedgerError> {
    let sql = format!("SELECT {columns} FROM {table} WHERE id = ?");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([id])?;
    match rows.next()? {
        Some(found) => row(found),
        None => Err(LedgerError::Corrupt(format!("la ligne {id} manque dans {table}"))),
    }
}
