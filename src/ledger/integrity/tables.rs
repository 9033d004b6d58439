//! Which columns of each table the events bind, and how.

use super::expected_rows;
use crate::ledger::chain::row_digest;

/// How a table is compared with the events.
pub(in crate::ledger) struct Table {
    pub(in crate::ledger) code: &'static str,
    /// What a row is, with its article: "la révision".
    pub(in crate::ledger) what: &'static str,
    pub(in crate::ledger) name: &'static str,
    pub(in crate::ledger) key: &'static str,
    /// Columns whose values are in the events.
    pub(in crate::ledger) cells: &'static [&'static str],
    /// Columns that may change; the events have a digest over them.
    pub(in crate::ledger) bound: &'static str,
    /// Columns that never change; the first event has a digest over them.
    pub(in crate::ledger) fixed: &'static str,
}

pub(in crate::ledger) const LETTER: Table = Table {
    code: "letter-changed",
    what: "la lettre",
    name: "letter",
    key: "reference",
    cells: &["campaign", "uai", "referent", "withdrawn", "waived"],
    bound: "",
    fixed: "",
};

pub(in crate::ledger) const REVISION: Table = Table {
    code: "revision-changed",
    what: "la révision",
    name: "revision",
    key: "id",
    cells: &["void", "issued", "waived", "settled", "form"],
    bound: row_digest::SEEN.1,
    fixed: row_digest::HEAD.1,
};

pub(in crate::ledger) const MESSAGE: Table = Table {
    code: "message-changed",
    what: "le message",
    name: "message",
    key: "id",
    cells: &expected_rows::MESSAGE,
    bound: row_digest::COVER.1,
    fixed: row_digest::MESSAGE.1,
};

pub(in crate::ledger) const RECEIVED: Table = Table {
    code: "received-changed",
    what: "le fichier reçu",
    name: "received",
    key: "id",
    cells: &[],
    bound: "",
    fixed: row_digest::RECEIVED.1,
};

pub(in crate::ledger) const RETURNED: Table = Table {
    code: "return-changed",
    what: "le retour",
    name: "returned",
    key: "id",
    cells: &["state", "review"],
    bound: "",
    fixed: row_digest::RETURNED.1,
};

pub(in crate::ledger) const PIN: Table = Table {
    code: "pin-changed",
    what: "le certificat",
    name: "pin",
    key: "uai || ' ' || fingerprint",
    cells: &["uai", "fingerprint", "signer", "object"],
    bound: "",
    fixed: "",
};

pub(in crate::ledger) const PROOF: Table = Table {
    code: "proof-changed",
    what: "l'épreuve",
    name: "proof",
    key: "id",
    cells: &[],
    bound: "",
    fixed: row_digest::PROOF.1,
};

pub(in crate::ledger) const APPROVAL: Table = Table {
    code: "approval-changed",
    what: "l'approbation",
    name: "approval",
    key: "id",
    cells: &[],
    bound: "",
    fixed: row_digest::APPROVAL.1,
};

pub(in crate::ledger) const ABOUT: Table = Table {
    code: "about-changed",
    what: "le nom du journal, clé",
    name: "about",
    key: "key",
    cells: &["value"],
    bound: "",
    fixed: "",
};

/// How many columns a list of SQL has; a subquery in brackets is one.
pub(in crate::ledger) fn columns(list: &str) -> usize {
    let mut depth = 0_usize;
    let mut commas = 0;
    for letter in list.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => commas += 1,
            _ => {}
        }
    }
    if list.is_empty() { 0 } else { commas + 1 }
}

/// The columns of a list, for a person.
pub(in crate::ledger) fn named(list: &str) -> String {
    // The subquery in brackets reads `message_letter`.
    let (list, letters) =
        list.split_once('(').map_or((list, ""), |(name, _)| (name, " ou ses lettres"));
    let names: Vec<&str> = list.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    format!("l'une des colonnes {}{letters}", names.join(", "))
}
