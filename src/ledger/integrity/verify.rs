//! Checks the whole ledger: the file, the chain of events, the rows, the objects, the totals.
//!
//! The events are replayed from the first; the tables must hold exactly what they say.

use super::check_rows::{self, Depth};
use super::event_dates;
use super::finding::VerifyReport;
use crate::ledger::connection::Ledger;
use crate::ledger::error::LedgerError;
use crate::ledger::lease;
use crate::ledger::object_store::ObjectHash;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

impl Ledger {
    /// Checks everything: what is wrong is in the report, not an error.
    pub fn verify(&self) -> Result<VerifyReport, LedgerError> {
        let mut report = VerifyReport::default();
        let mut connection = self.lock();
        let transaction = connection.connection.transaction()?;
        let sound: String =
            transaction.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if sound != "ok" {
            report.find("sqlite", format!("le fichier ledger.sqlite est abîmé : {sound}"));
            return Ok(report);
        }
        let check = check_rows::check(&transaction, Depth::Whole)?;
        (report.events, report.rows, report.last) = (check.events, check.rows, check.last);
        (report.findings, report.chain) = (check.findings, check.chain);
        if check.cut {
            return Ok(report);
        }
        lacking(&transaction, &mut report)?;
        totals(&transaction, &mut report)?;
        leased(&transaction, &self.folder, &mut report)?;
        event_dates::check(&transaction, &mut report)?;
        drop(transaction);
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

    fn objects(&self, report: &mut VerifyReport) -> Result<(), LedgerError> {
        let wanted = self.referred()?;
        for name in &wanted {
            report.objects += 1;
            match self.store.get(&ObjectHash::from(name.clone())) {
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
        // A command that is running, or was interrupted, has objects that no row names yet.
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
    pub(in crate::ledger) fn referred(&self) -> Result<BTreeSet<String>, LedgerError> {
        referred_by(&self.lock())
    }
}

/// The same, in these tables.
pub(in crate::ledger) fn referred_by(
    connection: &Connection,
) -> Result<BTreeSet<String>, LedgerError> {
    let mut names = BTreeSet::new();
    for sql in [
        "SELECT coalesce(form, rendered) FROM revision UNION SELECT issued FROM revision",
        "SELECT cover_pdf FROM message UNION SELECT cover_html FROM message",
        "SELECT bytes FROM message WHERE bytes IS NOT NULL",
        "SELECT DISTINCT value FROM inputs, json_each(inputs.json, '$.templates')
         WHERE json_valid(inputs.json)",
    ] {
        names.extend(named(connection, sql)?);
    }
    Ok(names)
}

/// Rows that revisions and messages refer to.
fn lacking(connection: &Connection, report: &mut VerifyReport) -> Result<(), LedgerError> {
    for (table, users) in [
        ("ruleset", "SELECT ruleset FROM revision"),
        ("inputs", "SELECT inputs FROM revision UNION SELECT inputs FROM message"),
    ] {
        let sql = format!("{users} EXCEPT SELECT hash FROM {table}");
        for name in named(connection, &sql)? {
            report.find("shared-missing", format!("il manque la ligne {name} de {table}"));
        }
    }
    Ok(())
}

/// The first column of every row, whatever it holds.
fn named(connection: &Connection, sql: &str) -> Result<Vec<String>, LedgerError> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(match row.get_ref(0)? {
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            other => format!("{other:?}"),
        });
    }
    Ok(found)
}

/// The lease is written twice, in a file and in a row, and nothing else depends on it. They may differ
/// for a moment while it is taken over, and stay so where that command was killed: then the file is empty
/// or cut, or both `since` and `process` differ.
fn leased(
    connection: &Connection,
    folder: &Path,
    report: &mut VerifyReport,
) -> Result<(), LedgerError> {
    let file = lease::owner_in(folder);
    let row = match lease::row(connection) {
        Ok(None) => return Ok(()),
        Ok(row) => row,
        Err(_) => None,
    };
    let other = match (&file, &row) {
        (Some(file), Some(row)) => {
            !file.is_same_process(row) && (file.since == row.since || file.process == row.process)
        }
        // A file that says nobody was being written when its command was killed.
        (None, Some(_)) => !lease::path(folder).exists(),
        _ => true,
    };
    if other {
        report.find(
            "lease-changed",
            "la table lease dit qu'une commande travaille, et bail.json ne le dit pas, ou dit autre chose",
        );
    }
    Ok(())
}

/// Each letter that is called for has a revision, and is in one open message at most.
fn totals(connection: &Connection, report: &mut VerifyReport) -> Result<(), LedgerError> {
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
        for reference in named(connection, sql)? {
            report.find("balance", format!("la lettre {reference} {what}"));
        }
    }
    Ok(())
}
