//! Compares every row of the tables with what the events say it should be.

use super::expected_rows::{ExpectedRow, ExpectedRows};
use super::finding::{ChainPart, Finding};
use super::tables::{self, Table, columns, named};
use crate::ledger::chain::event_hash::EventProof;
use crate::ledger::chain::events::{self, ChainHead};
use crate::ledger::chain::row_digest;
use crate::ledger::error::LedgerError;
use crate::ledger::migrations;
use crate::ledger::object_store;
use rusqlite::Connection;
use rusqlite::types::{Value as Cell, ValueRef};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

/// What was checked, and what was found.
#[derive(Debug, Default)]
pub(in crate::ledger) struct RowCheck {
    /// What the events say.
    pub(in crate::ledger) expected: ExpectedRows,
    /// The last event.
    pub(in crate::ledger) last: ChainHead,
    /// Events that were read.
    pub(in crate::ledger) events: usize,
    /// Which part of the chain rests on which version of the hash.
    pub(in crate::ledger) chain: Vec<ChainPart>,
    /// Rows that were read.
    pub(in crate::ledger) rows: usize,
    /// Whether tables are not what they should be, so that nothing else was looked at.
    pub(in crate::ledger) cut: bool,
    /// What is wrong.
    pub(in crate::ledger) findings: Vec<Finding>,
}

/// How closely to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ledger) enum Depth {
    /// All but the long texts of revisions.
    Use,
    /// Everything.
    Whole,
}

/// The key of a row.
trait RowKey: Ord + Display {
    fn read(cell: ValueRef<'_>) -> Self;
}

impl RowKey for i64 {
    fn read(cell: ValueRef<'_>) -> Self {
        cell.as_i64().unwrap_or_default()
    }
}

impl RowKey for String {
    fn read(cell: ValueRef<'_>) -> Self {
        match cell {
            ValueRef::Text(text) => Self::from_utf8_lossy(text).into_owned(),
            other => format!("{other:?}"),
        }
    }
}

impl RowCheck {
    fn find(&mut self, code: &'static str, message: impl Into<String>) {
        self.findings.push(Finding { code, message: message.into() });
    }

    fn chain(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        self.last = ChainHead::genesis();
        events::scan(connection, 0, |event, proof| {
            self.events += 1;
            ChainPart::extend(&mut self.chain, event.seq, event.version);
            if event.seq != self.last.seq + 1 {
                let missing = self.last.seq + 1;
                self.find("event-missing", format!("il manque l'événement {missing}"));
            } else if event.previous != self.last.hash {
                let text = format!("l'événement {} ne suit pas celui d'avant", event.seq);
                self.find("event-order", text);
            }
            let seq = event.seq;
            match proof {
                EventProof::Intact => {}
                EventProof::Changed => {
                    self.find("event-changed", format!("l'événement {seq} a été modifié"));
                }
                EventProof::Erased => {
                    self.find("event-erased", format!("l'événement {seq} a perdu son contenu"));
                }
            }
            self.expected.follow(event);
            self.last = ChainHead { seq: event.seq, hash: event.hash.to_owned() };
        })
    }

    fn table<K: RowKey>(
        &mut self,
        connection: &Connection,
        table: &Table,
        expected: &BTreeMap<K, ExpectedRow>,
        depth: Depth,
    ) -> Result<(), LedgerError> {
        let mut lists = vec![table.key];
        lists.extend(table.cells);
        lists.extend([table.bound, table.fixed].iter().filter(|list| !list.is_empty()));
        let sql = format!("SELECT {} FROM {}", lists.join(", "), table.name);
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut matched = BTreeSet::new();
        while let Some(row) = rows.next()? {
            self.rows += 1;
            let key = K::read(row.get_ref(0)?);
            let Some(expected) = expected.get(&key) else {
                self.find(table.code, format!("{} {key} n'a pas d'événement", table.what));
                continue;
            };
            if let Some(column) = self.differing_columns(connection, table, row, expected, depth)? {
                let label = match expected.label.as_str() {
                    "" => String::new(),
                    label => format!(" ({label})"),
                };
                let text = format!(
                    "{} {key}{label} n'est pas ce que disent les événements : {column}",
                    table.what
                );
                self.find(table.code, text);
            }
            matched.insert(key);
        }
        for key in expected.keys().filter(|key| !matched.contains(key)) {
            self.find(table.code, format!("{} {key} a disparu", table.what));
        }
        Ok(())
    }

    /// The column of a row that is not as expected, or several, one of which is it.
    fn differing_columns(
        &self,
        connection: &Connection,
        table: &Table,
        row: &rusqlite::Row<'_>,
        expected: &ExpectedRow,
        depth: Depth,
    ) -> Result<Option<String>, LedgerError> {
        for (at, name) in table.cells.iter().enumerate() {
            if expected.cells.get(at) != Some(&row.get::<_, Cell>(at + 1)?) {
                return Ok(Some(format!("colonne {name}")));
            }
        }
        let start = 1 + table.cells.len();
        let end = start + columns(table.bound);
        if end > start && (expected.bound.is_some() || self.expected.is_bound) {
            let there = row_digest::columns(row, start..end)?;
            if expected.bound.as_ref() != Some(&there) {
                return Ok(Some(named(table.bound)));
            }
        }
        let fixed = || row_digest::columns(row, end..row.as_ref().column_count());
        if table.name != tables::REVISION.name {
            let there = expected.digest.as_ref().map(|_| fixed()).transpose()?;
            return Ok((there != expected.digest).then(|| named(table.fixed)));
        }
        match &expected.head {
            Some(head) if *head != fixed()? => return Ok(Some(named(table.fixed))),
            // Every row has one since version 4.
            None if self.expected.is_bound => return Ok(Some(named(table.fixed))),
            Some(_) if depth == Depth::Use => return Ok(None),
            _ => {}
        }
        differing_column(connection, row.get(0)?, expected)
    }

    /// Rows named by the hash of what they hold.
    fn shared(&mut self, connection: &Connection, table: &str) -> Result<(), LedgerError> {
        let mut statement = connection.prepare(&format!("SELECT hash, json FROM {table}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let sound = match (row.get_ref(0)?, row.get_ref(1)?) {
                (ValueRef::Text(name), ValueRef::Text(json)) => {
                    object_store::hash(json).as_str().as_bytes() == name
                }
                _ => false,
            };
            if !sound {
                let name = String::read(row.get_ref(0)?);
                let text = format!("la ligne {name} de {table} n'a pas l'empreinte de son contenu");
                self.find("shared-changed", text);
            }
        }
        Ok(())
    }

    /// The highest number given in each table: if it were lower, a number would be given twice.
    fn sequences(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        let mut statement = connection.prepare("SELECT name, seq FROM sqlite_sequence")?;
        let mut rows = statement.query([])?;
        let mut there: BTreeMap<String, Cell> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            there.insert(String::read(row.get_ref(0)?), row.get(1)?);
        }
        let expected = self.expected.highest.iter();
        let expected: BTreeMap<String, Cell> =
            expected.map(|(name, number)| ((*name).to_owned(), Cell::Integer(*number))).collect();
        let names: BTreeSet<&String> = there.keys().chain(expected.keys()).collect();
        for name in names.into_iter().filter(|name| there.get(*name) != expected.get(*name)) {
            let text = format!("le dernier numéro donné dans la table {name} a été modifié");
            self.find("sequence-changed", text);
        }
        Ok(())
    }

    /// Rows of `message_letter` that the digest of a message does not cover: those of no message, and cells
    /// of another type that look the same in the digest.
    fn unbound_rows(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        let sql = "SELECT DISTINCT message FROM message_letter
                   WHERE message NOT IN (SELECT id FROM message) OR typeof(reference) != 'text'
                      OR typeof(revision) != 'integer' OR typeof(readdressed) != 'integer'";
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let message = match row.get_ref(0)? {
                ValueRef::Integer(number) => number.to_string(),
                other => String::read(other),
            };
            let text = format!(
                "les lettres rangées sous le message {message} ne sont pas ce que disent les événements"
            );
            self.find("message-changed", text);
        }
        Ok(())
    }
}

/// Checks the schema, the chain and all rows.
pub(in crate::ledger) fn check(
    connection: &Connection,
    depth: Depth,
) -> Result<RowCheck, LedgerError> {
    let mut check = RowCheck::default();
    let unexpected = migrations::unexpected_objects(connection)?;
    for name in &unexpected {
        check.find("schema-changed", format!("« {name} » n'est pas comme missive l'a fait"));
    }
    // Without these tables the queries below would fail.
    if unexpected.iter().any(|name| name.starts_with("table") || name.starts_with("view")) {
        check.cut = true;
        return Ok(check);
    }
    check.chain(connection)?;
    let expected = std::mem::take(&mut check.expected);
    check.expected.is_bound = expected.is_bound;
    check.table(connection, &tables::LETTER, &expected.letters, depth)?;
    check.table(connection, &tables::REVISION, &expected.revisions, depth)?;
    check.table(connection, &tables::MESSAGE, &expected.messages, depth)?;
    check.table(connection, &tables::RECEIVED, &expected.received, depth)?;
    check.table(connection, &tables::RETURNED, &expected.returned, depth)?;
    check.table(connection, &tables::PIN, &expected.pins, depth)?;
    check.table(connection, &tables::PROOF, &expected.proofs, depth)?;
    check.table(connection, &tables::APPROVAL, &expected.approvals, depth)?;
    if expected.is_bound {
        check.table(connection, &tables::ABOUT, &expected.about, depth)?;
    }
    check.expected = expected;
    check.shared(connection, "inputs")?;
    check.shared(connection, "ruleset")?;
    check.sequences(connection)?;
    check.unbound_rows(connection)?;
    Ok(check)
}

/// The column of a revision, its long texts included, that is not as expected.
pub(in crate::ledger) fn differing_column(
    connection: &Connection,
    id: i64,
    expected: &ExpectedRow,
) -> Result<Option<String>, LedgerError> {
    if expected.digest.as_deref()
        == Some(row_digest::of(connection, row_digest::REVISION, id)?.as_str())
    {
        return Ok(None);
    }
    let sql = "SELECT content, content_hash FROM revision WHERE id = ?";
    let content = connection.prepare_cached(sql)?.query_row([id], |row| {
        Ok(match (row.get_ref(0)?, row.get_ref(1)?) {
            (ValueRef::Text(content), ValueRef::Text(hash)) => {
                object_store::hash(content).as_str().as_bytes() == hash
            }
            _ => false,
        })
    })?;
    Ok(Some(match (content, expected.head.is_some()) {
        (false, _) => "colonne content".to_owned(),
        (true, true) => "colonne origins ou text".to_owned(),
        (true, false) => named(row_digest::REVISION.1),
    }))
}
