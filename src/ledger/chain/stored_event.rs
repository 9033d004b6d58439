//! An event as its row holds it, details unread: what its hash covers, and what rows are compared with.

use super::event_kind::EventKind;

/// An event as it is stored, its details not read yet.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::ledger) struct StoredEvent<'a> {
    pub(in crate::ledger) seq: i64,
    pub(in crate::ledger) moment: &'a str,
    pub(in crate::ledger) day: &'a str,
    pub(in crate::ledger) person: &'a str,
    pub(in crate::ledger) word: &'a str,
    pub(in crate::ledger) campaign: Option<&'a str>,
    pub(in crate::ledger) reference: Option<&'a str>,
    pub(in crate::ledger) message: Option<i64>,
    /// Its details as JSON; none once they were erased.
    pub(in crate::ledger) body: Option<&'a str>,
    pub(in crate::ledger) previous: &'a str,
    pub(in crate::ledger) hash: &'a str,
    /// Version of the hash.
    pub(in crate::ledger) version: i64,
    pub(in crate::ledger) nonce: Option<&'a str>,
    /// SHA-256 over nonce and details.
    pub(in crate::ledger) body_hash: Option<&'a str>,
}

impl StoredEvent<'_> {
    /// What happened; none if a newer missive wrote it.
    pub(in crate::ledger) fn kind(&self) -> Option<EventKind> {
        EventKind::from_word(self.word)
    }
}
