//! Holds the tables against what the events say, before a row of them is used.
//!
//! [`View`] is how every question to the ledger begins: it opens one reading transaction, and looks
//! at everything again when another program wrote since the last look. What is read within it is what
//! the events say. The long texts of a revision are looked at when they are read ([`View::revision`]).

use super::digest;
use super::events::{self, GENESIS};
use super::told::{self, Row, Told};
use super::verify::Finding;
use super::{Desk, Ledger, LedgerError, schema, store};
use rusqlite::Connection;
use rusqlite::types::{Value as Cell, ValueRef};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::sync::MutexGuard;

/// What was looked at, and what came out.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// What the events say.
    pub(super) told: Told,
    /// Number and hash of the last event.
    pub(super) last: (i64, String),
    /// Events that were read.
    pub(super) events: usize,
    /// Rows that were read.
    pub(super) rows: usize,
    /// Whether tables are not what they should be, so that nothing else was looked at.
    pub(super) cut: bool,
    /// What is amiss.
    pub(super) findings: Vec<Finding>,
}

/// A look that found nothing amiss, and the state of the file it was taken at.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) told: Told,
    pub(super) last: (i64, String),
    version: i64,
}

/// How closely to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// All but the long texts of revisions.
    Use,
    /// Everything.
    Whole,
}

/// How a table is held against the events.
struct Table {
    code: &'static str,
    /// "la révision".
    what: &'static str,
    name: &'static str,
    key: &'static str,
    /// Columns that events tell one by one.
    cells: &'static [&'static str],
    /// Columns that change under one digest.
    bound: &'static str,
    /// Columns that never change, under one digest.
    fixed: &'static str,
}

const LETTER: Table = Table {
    code: "letter-changed",
    what: "la lettre",
    name: "letter",
    key: "reference",
    cells: &["campaign", "uai", "referent", "withdrawn", "waived"],
    bound: "",
    fixed: "",
};
const REVISION: Table = Table {
    code: "revision-changed",
    what: "la révision",
    name: "revision",
    key: "id",
    cells: &["void", "issued"],
    bound: digest::SEEN.1,
    fixed: digest::HEAD.1,
};
const MESSAGE: Table = Table {
    code: "message-changed",
    what: "le message",
    name: "message",
    key: "id",
    cells: &told::MESSAGE,
    bound: digest::COVER.1,
    fixed: digest::MESSAGE.1,
};
const RECEIVED: Table = Table {
    code: "received-changed",
    what: "le fichier reçu",
    name: "received",
    key: "id",
    cells: &[],
    bound: "",
    fixed: digest::RECEIVED.1,
};
const RETURNED: Table = Table {
    code: "return-changed",
    what: "le retour",
    name: "returned",
    key: "id",
    cells: &["state", "review"],
    bound: "",
    fixed: digest::RETURNED.1,
};
const PIN: Table = Table {
    code: "pin-changed",
    what: "le certificat",
    name: "pin",
    key: "uai || ' ' || fingerprint",
    cells: &["uai", "fingerprint", "signer", "object"],
    bound: "",
    fixed: "",
};
const ABOUT: Table = Table {
    code: "about-changed",
    what: "le nom du journal, clé",
    name: "about",
    key: "key",
    cells: &["value"],
    bound: "",
    fixed: "",
};

/// The key of a row.
trait Key: Ord + Display {
    fn read(cell: ValueRef<'_>) -> Self;
}

impl Key for i64 {
    fn read(cell: ValueRef<'_>) -> Self {
        cell.as_i64().unwrap_or_default()
    }
}

impl Key for String {
    fn read(cell: ValueRef<'_>) -> Self {
        match cell {
            ValueRef::Text(text) => Self::from_utf8_lossy(text).into_owned(),
            other => format!("{other:?}"),
        }
    }
}

/// How many columns a list has; those within brackets count as one.
fn columns(list: &str) -> usize {
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
fn named(list: &str) -> String {
    // What stands in brackets is read from `message_letter`.
    let (list, letters) =
        list.split_once('(').map_or((list, ""), |(own, _)| (own, " ou ses lettres"));
    let names: Vec<&str> = list.split(',').map(str::trim).filter(|own| !own.is_empty()).collect();
    format!("l'une des colonnes {}{letters}", names.join(", "))
}

impl Look {
    fn find(&mut self, code: &'static str, message: impl Into<String>) {
        self.findings.push(Finding { code, message: message.into() });
    }

    fn chain(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        self.last = (0, GENESIS.to_owned());
        events::scan(connection, 0, |event, intact| {
            self.events += 1;
            if event.seq != self.last.0 + 1 {
                let missing = self.last.0 + 1;
                self.find("event-missing", format!("il manque l'événement {missing}"));
            } else if event.previous != self.last.1 {
                let text = format!("l'événement {} ne suit pas celui d'avant", event.seq);
                self.find("event-order", text);
            }
            if !intact {
                self.find("event-changed", format!("l'événement {} a été modifié", event.seq));
            }
            self.told.follow(event);
            self.last = (event.seq, event.hash.to_owned());
        })
    }

    fn table<K: Key>(
        &mut self,
        connection: &Connection,
        table: &Table,
        told: &BTreeMap<K, Row>,
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
            let Some(told) = told.get(&key) else {
                self.find(table.code, format!("{} {key} n'a pas d'événement", table.what));
                continue;
            };
            if let Some(column) = self.wrong(connection, table, row, told, depth)? {
                let label = match told.label.as_str() {
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
        for key in told.keys().filter(|key| !matched.contains(key)) {
            self.find(table.code, format!("{} {key} a disparu", table.what));
        }
        Ok(())
    }

    /// The column of a row that is not as it was told, or those that it may be.
    fn wrong(
        &self,
        connection: &Connection,
        table: &Table,
        row: &rusqlite::Row<'_>,
        told: &Row,
        depth: Depth,
    ) -> Result<Option<String>, LedgerError> {
        for (at, name) in table.cells.iter().enumerate() {
            if told.cells.get(at) != Some(&row.get::<_, Cell>(at + 1)?) {
                return Ok(Some(format!("colonne {name}")));
            }
        }
        let start = 1 + table.cells.len();
        let end = start + columns(table.bound);
        if end > start && (told.bound.is_some() || self.told.is_bound) {
            let there = digest::columns(row, start..end)?;
            if told.bound.as_ref() != Some(&there) {
                return Ok(Some(named(table.bound)));
            }
        }
        let fixed = || digest::columns(row, end..row.as_ref().column_count());
        if table.name != REVISION.name {
            let there = told.digest.as_ref().map(|_| fixed()).transpose()?;
            return Ok((there != told.digest).then(|| named(table.fixed)));
        }
        match &told.head {
            Some(head) if *head != fixed()? => return Ok(Some(named(table.fixed))),
            // Every row has one since version 4.
            None if self.told.is_bound => return Ok(Some(named(table.fixed))),
            Some(_) if depth == Depth::Use => return Ok(None),
            _ => {}
        }
        whole(connection, row.get(0)?, told)
    }

    /// Rows named by the hash of what they hold.
    fn shared(&mut self, connection: &Connection, table: &str) -> Result<(), LedgerError> {
        let mut statement = connection.prepare(&format!("SELECT hash, json FROM {table}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let sound = match (row.get_ref(0)?, row.get_ref(1)?) {
                (ValueRef::Text(name), ValueRef::Text(json)) => {
                    store::hash(json).as_bytes() == name
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

    /// The numbers that were given: a lower one would be given twice.
    fn sequences(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        let mut statement = connection.prepare("SELECT name, seq FROM sqlite_sequence")?;
        let mut rows = statement.query([])?;
        let mut there: BTreeMap<String, Cell> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            there.insert(String::read(row.get_ref(0)?), row.get(1)?);
        }
        let told = self.told.highest.iter();
        let told: BTreeMap<String, Cell> =
            told.map(|(name, number)| ((*name).to_owned(), Cell::Integer(*number))).collect();
        let names: BTreeSet<&String> = there.keys().chain(told.keys()).collect();
        for name in names.into_iter().filter(|name| there.get(*name) != told.get(*name)) {
            let text = format!("le dernier numéro donné dans la table {name} a été modifié");
            self.find("sequence-changed", text);
        }
        Ok(())
    }

    /// The letters of messages, where their digest says nothing: those of no message, and cells of
    /// another kind that would read the same in it.
    fn strays(&mut self, connection: &Connection) -> Result<(), LedgerError> {
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

/// Looks at all rows.
pub(super) fn look(connection: &Connection, depth: Depth) -> Result<Look, LedgerError> {
    let mut look = Look::default();
    let strange = schema::strange(connection)?;
    for name in &strange {
        look.find("schema-changed", format!("« {name} » n'est pas comme missive l'a fait"));
    }
    // Questions to tables that are not there would only fail.
    if strange.iter().any(|name| name.starts_with("table") || name.starts_with("view")) {
        look.cut = true;
        return Ok(look);
    }
    look.chain(connection)?;
    let told = std::mem::take(&mut look.told);
    look.told.is_bound = told.is_bound;
    look.table(connection, &LETTER, &told.letters, depth)?;
    look.table(connection, &REVISION, &told.revisions, depth)?;
    look.table(connection, &MESSAGE, &told.messages, depth)?;
    look.table(connection, &RECEIVED, &told.received, depth)?;
    look.table(connection, &RETURNED, &told.returned, depth)?;
    look.table(connection, &PIN, &told.pins, depth)?;
    if told.is_bound {
        look.table(connection, &ABOUT, &told.about, depth)?;
    }
    look.told = told;
    look.shared(connection, "inputs")?;
    look.shared(connection, "ruleset")?;
    look.sequences(connection)?;
    look.strays(connection)?;
    Ok(look)
}

/// The column of a revision, its long texts included, that is not as it was told.
fn whole(connection: &Connection, id: i64, told: &Row) -> Result<Option<String>, LedgerError> {
    if told.digest.as_deref() == Some(digest::of(connection, digest::REVISION, id)?.as_str()) {
        return Ok(None);
    }
    let sql = "SELECT content, content_hash FROM revision WHERE id = ?";
    let content = connection.prepare_cached(sql)?.query_row([id], |row| {
        Ok(match (row.get_ref(0)?, row.get_ref(1)?) {
            (ValueRef::Text(content), ValueRef::Text(hash)) => {
                store::hash(content).as_bytes() == hash
            }
            _ => false,
        })
    })?;
    Ok(Some(match (content, told.head.is_some()) {
        (false, _) => "colonne content".to_owned(),
        (true, true) => "colonne origins ou text".to_owned(),
        (true, false) => named(digest::REVISION.1),
    }))
}

/// The state of the file as this connection sees it: another number after another program wrote.
fn version(connection: &Connection) -> Result<i64, LedgerError> {
    Ok(connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
}

impl Checked {
    /// Looks at all rows; the first that is not right is an error.
    pub(super) fn new(connection: &Connection) -> Result<Self, LedgerError> {
        let look = look(connection, Depth::Use)?;
        match look.findings.as_slice() {
            [] => {
                let version = version(connection)?;
                Ok(Self { told: look.told, last: look.last, version })
            }
            [one] => Err(LedgerError::Spoilt(one.message.clone())),
            [first, others @ ..] => {
                Err(LedgerError::Spoilt(format!("{} (et {} autres)", first.message, others.len())))
            }
        }
    }

    /// Whether nobody else wrote since, with what this program itself added taken in.
    fn is_current(&mut self, connection: &Connection) -> Result<bool, LedgerError> {
        let last = events::last(connection)?;
        if version(connection)? != self.version {
            return Ok(false);
        }
        if last != self.last {
            events::scan(connection, self.last.0, |event, _| self.told.follow(event))?;
            self.last = last;
        }
        Ok(true)
    }
}

/// Looks again if need be. Once something was amiss it stays so for this command, whatever is put
/// back meanwhile.
pub(super) fn renew(
    connection: &Connection,
    checked: &mut Option<Checked>,
    amiss: &mut Option<String>,
) -> Result<(), LedgerError> {
    if let Some(what) = amiss {
        return Err(LedgerError::Spoilt(what.clone()));
    }
    if let Some(own) = checked
        && own.is_current(connection)?
    {
        return Ok(());
    }
    *checked = None;
    let fresh = Checked::new(connection);
    if let Err(LedgerError::Spoilt(what)) = &fresh {
        *amiss = Some(what.clone());
    }
    *checked = Some(fresh?);
    Ok(())
}

/// The tables at one moment, held against the events.
pub(super) struct View<'a> {
    desk: MutexGuard<'a, Desk>,
}

impl std::ops::Deref for View<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.desk.connection
    }
}

impl Drop for View<'_> {
    fn drop(&mut self) {
        // It only read. Nothing is open when it could not begin.
        if !self.desk.connection.is_autocommit() {
            let _ = self.desk.connection.execute_batch("COMMIT");
        }
    }
}

impl Ledger {
    /// Begins a question: what is read until the view is dropped is of one moment, and what the
    /// events say.
    pub(super) fn view(&self) -> Result<View<'_>, LedgerError> {
        let mut view = View { desk: self.lock() };
        view.desk.connection.execute_batch("BEGIN")?;
        let desk = &mut *view.desk;
        renew(&desk.connection, &mut desk.checked, &mut desk.amiss)?;
        Ok(view)
    }

    /// An error when something was found amiss, also by a question whose answer was passed over.
    pub fn is_sound(&self) -> Result<(), LedgerError> {
        match &self.lock().amiss {
            Some(what) => Err(LedgerError::Spoilt(what.clone())),
            None => Ok(()),
        }
    }
}

impl View<'_> {
    /// Makes sure of a revision with its long texts.
    pub(super) fn revision(&mut self, id: i64) -> Result<(), LedgerError> {
        let told = self.desk.checked.as_ref().and_then(|own| own.told.revisions.get(&id));
        let told =
            told.ok_or_else(|| LedgerError::Spoilt(format!("il manque la révision {id}")))?;
        let Some(column) = whole(self, id, told)? else { return Ok(()) };
        let what = format!(
            "la révision {id} ({}) n'est pas ce que disent les événements : {column}",
            told.label
        );
        self.desk.amiss = Some(what.clone());
        Err(LedgerError::Spoilt(what))
    }
}
