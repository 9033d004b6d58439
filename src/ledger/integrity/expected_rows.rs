//! The rows as they should be: the events applied one after the other, from the first.
//!
//! Each row is bound in two ways. The event that made it holds a digest of the columns that never change;
//! the events that changed it hold the other columns, cell by cell or as a digest (`bound`). Must not
//! know how rows are read: [`super::check_rows`] compares them.

use crate::ledger::chain::event_kind::EventKind;
use crate::ledger::chain::stored_event::StoredEvent;
use crate::ledger::migrations::BOUND;
use rusqlite::types::Value as Cell;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A row as the events describe it.
#[derive(Debug, Default)]
pub(in crate::ledger) struct ExpectedRow {
    /// Letter or school, for a person.
    pub(in crate::ledger) label: String,
    /// Digest of what never changes; none when every column is a cell.
    pub(in crate::ledger) digest: Option<String>,
    /// The same without the long columns; none for rows of former versions that were not migrated.
    pub(in crate::ledger) head: Option<String>,
    /// Digest of the columns whose changes mean nothing to people; none when no event has it.
    pub(in crate::ledger) bound: Option<String>,
    /// The columns that may change, in the order of their [`super::tables::Table`].
    pub(in crate::ledger) cells: Vec<Cell>,
}

/// All rows that the events describe.
#[derive(Debug, Default)]
pub(in crate::ledger) struct ExpectedRows {
    /// By reference.
    pub(in crate::ledger) letters: BTreeMap<String, ExpectedRow>,
    /// By number, as all below.
    pub(in crate::ledger) revisions: BTreeMap<i64, ExpectedRow>,
    pub(in crate::ledger) messages: BTreeMap<i64, ExpectedRow>,
    pub(in crate::ledger) received: BTreeMap<i64, ExpectedRow>,
    pub(in crate::ledger) returned: BTreeMap<i64, ExpectedRow>,
    pub(in crate::ledger) proofs: BTreeMap<i64, ExpectedRow>,
    pub(in crate::ledger) approvals: BTreeMap<i64, ExpectedRow>,
    /// By school and certificate.
    pub(in crate::ledger) pins: BTreeMap<String, ExpectedRow>,
    /// By key.
    pub(in crate::ledger) about: BTreeMap<String, ExpectedRow>,
    /// The highest number that was given in each table.
    pub(in crate::ledger) highest: BTreeMap<&'static str, i64>,
    /// Whether every row is bound: false for a ledger of a former version.
    pub(in crate::ledger) is_bound: bool,
}

/// The columns of `message` whose values are in the events.
pub(in crate::ledger) const MESSAGE: [&str; 9] =
    ["state", "message_id", "bytes", "left_on", "kind", "route", "tries", "due", "reply"];
const STATE: usize = 0;
const MESSAGE_ID: usize = 1;
const BYTES: usize = 2;
const LEFT_ON: usize = 3;
const ROUTE: usize = 5;
const TRIES: usize = 6;
const DUE: usize = 7;
const REPLY: usize = 8;

/// What is read of an event's details.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    row: i64,
    digest: Option<String>,
    head: Option<String>,
    bound: Option<String>,
    state: Option<String>,
    why: Option<String>,
    rendered: Option<String>,
    form: Option<String>,
    issued: Option<String>,
    uai: Option<String>,
    referent: Option<String>,
    fingerprint: Option<String>,
    signer: Option<String>,
    object: Option<String>,
    kind: Option<String>,
    message_id: Option<String>,
    bytes: Option<String>,
    due: Option<String>,
    reply: Option<String>,
    tries: Option<i64>,
    route: Option<Value>,
    review: Option<Value>,
}

/// What is read of the event that brought a ledger up to date.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Migrated {
    to: i64,
    ledger: Option<String>,
    revisions: Vec<(i64, String, String)>,
    messages: Vec<(i64, String)>,
}

fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

fn text_or_null(text: Option<String>) -> Cell {
    text.map_or(Cell::Null, Cell::Text)
}

fn set(row: Option<&mut ExpectedRow>, at: usize, cell: Cell) {
    if let Some(place) = row.and_then(|row| row.cells.get_mut(at)) {
        *place = cell;
    }
}

/// A row of which nothing ever changes.
fn unchanging(digest: Option<String>) -> ExpectedRow {
    let digest = Some(digest.unwrap_or_default());
    ExpectedRow { digest, ..ExpectedRow::default() }
}

impl ExpectedRows {
    /// Applies one event.
    pub(in crate::ledger) fn follow(&mut self, event: &StoredEvent<'_>) {
        let body: Body = serde_json::from_str(event.body.unwrap_or_default()).unwrap_or_default();
        let reference = event.reference.unwrap_or_default();
        match event.kind() {
            Some(EventKind::CalledFor) => self.called_for(event, body),
            Some(EventKind::Withdrawn) => set(self.letters.get_mut(reference), 3, Cell::Integer(1)),
            Some(EventKind::Waived) => self.waived(reference, body.row, text_or_null(body.why)),
            Some(EventKind::Expected) => self.waived(reference, body.row, Cell::Null),
            Some(EventKind::Forgotten) => drop(self.letters.remove(reference)),
            Some(EventKind::Made) => self.made(reference, body),
            Some(EventKind::Dropped) => drop(self.revisions.remove(&body.row)),
            Some(EventKind::Voided) => set(self.revisions.get_mut(&body.row), 0, Cell::Integer(1)),
            Some(EventKind::Countersigned) => {
                set(self.revisions.get_mut(&body.row), 1, text_or_null(body.issued))
            }
            Some(EventKind::Judged) | Some(EventKind::Compared) => {
                if let Some(row) = self.revisions.get_mut(&body.row) {
                    row.bound = body.bound;
                }
            }
            Some(EventKind::Settled) => {
                set(self.revisions.get_mut(&body.row), 3, text(event.day));
            }
            Some(EventKind::Received) => self.received(body),
            Some(EventKind::Returned) => self.returned(reference, body),
            Some(EventKind::Reviewed) => {
                let row = self.returned.get_mut(&body.row);
                if let Some(row) = row {
                    let review = body.review.map(|review| review.to_string());
                    row.cells = vec![text_or_null(body.state), text_or_null(review)];
                }
            }
            Some(EventKind::Pinned) => self.pinned(body),
            Some(EventKind::Proofed) => {
                self.given("proof", body.row);
                self.proofs.insert(body.row, unchanging(body.digest));
            }
            Some(EventKind::Approved) => {
                self.given("approval", body.row);
                self.approvals.insert(body.row, unchanging(body.digest));
            }
            Some(EventKind::Migrated) => {
                let body = event.body.unwrap_or_default();
                self.migrated(serde_json::from_str(body).unwrap_or_default())
            }
            _ => self.follow_message(event, body),
        }
    }

    fn called_for(&mut self, event: &StoredEvent<'_>, body: Body) {
        let reference = event.reference.unwrap_or_default();
        if let Some(row) = self.letters.get_mut(reference) {
            return set(Some(row), 3, Cell::Integer(0));
        }
        let campaign = event.campaign.map(str::to_owned);
        let cells = vec![
            text_or_null(campaign),
            text_or_null(body.uai),
            text_or_null(body.referent),
            Cell::Integer(0),
            Cell::Null,
        ];
        self.letters.insert(reference.to_owned(), ExpectedRow { cells, ..ExpectedRow::default() });
    }

    /// A return of a revision is not awaited any more, or is again; of a whole letter before version 5.
    fn waived(&mut self, reference: &str, revision: i64, why: Cell) {
        match revision {
            0 => set(self.letters.get_mut(reference), 4, why),
            revision => set(self.revisions.get_mut(&revision), 2, why),
        }
    }

    fn given(&mut self, table: &'static str, number: i64) {
        let highest = self.highest.entry(table).or_default();
        *highest = number.max(*highest);
    }

    fn made(&mut self, reference: &str, body: Body) {
        self.given("revision", body.row);
        let row = ExpectedRow {
            label: reference.to_owned(),
            digest: Some(body.digest.unwrap_or_default()),
            head: body.head,
            bound: body.bound,
            cells: vec![
                Cell::Integer(0),
                text_or_null(body.form.clone().or(body.rendered)),
                Cell::Null,
                Cell::Null,
                text_or_null(body.form),
            ],
        };
        self.revisions.insert(body.row, row);
    }

    fn received(&mut self, body: Body) {
        self.given("received", body.row);
        self.received.insert(body.row, unchanging(body.digest));
    }

    fn returned(&mut self, reference: &str, body: Body) {
        self.given("returned", body.row);
        let row = ExpectedRow {
            label: reference.to_owned(),
            digest: Some(body.digest.unwrap_or_default()),
            cells: vec![text_or_null(body.state), Cell::Null],
            ..ExpectedRow::default()
        };
        self.returned.insert(body.row, row);
    }

    fn pinned(&mut self, body: Body) {
        let (uai, fingerprint) =
            (body.uai.unwrap_or_default(), body.fingerprint.unwrap_or_default());
        let key = format!("{uai} {fingerprint}");
        let cells = vec![
            text(uai),
            text(fingerprint),
            text_or_null(body.signer),
            text_or_null(body.object),
        ];
        self.pins.insert(key, ExpectedRow { cells, ..ExpectedRow::default() });
    }

    /// The rows of former versions as they were found when the ledger was migrated to a version that binds
    /// every row.
    fn migrated(&mut self, body: Migrated) {
        if body.to < BOUND {
            return;
        }
        self.is_bound = true;
        let cells = vec![text_or_null(body.ledger)];
        self.about.insert("ledger".to_owned(), ExpectedRow { cells, ..ExpectedRow::default() });
        for (number, head, bound) in body.revisions {
            if let Some(row) = self.revisions.get_mut(&number) {
                (row.head, row.bound) = (Some(head), Some(bound));
            }
        }
        for (number, bound) in body.messages {
            if let Some(row) = self.messages.get_mut(&number) {
                row.bound = Some(bound);
            }
        }
    }

    fn follow_message(&mut self, event: &StoredEvent<'_>, body: Body) {
        let Some(number) = event.message else { return };
        match event.kind() {
            Some(EventKind::Composed) => self.composed(number, body),
            Some(EventKind::Unmade) => drop(self.messages.remove(&number)),
            Some(EventKind::Refreshed) => {
                if let Some(row) = self.messages.get_mut(&number) {
                    row.bound = body.bound;
                }
            }
            _ => self.moved(event, number, body),
        }
    }

    fn composed(&mut self, number: i64, body: Body) {
        self.given("message", number);
        let mut cells = vec![Cell::Null; MESSAGE.len()];
        cells[STATE] = text_or_null(body.state);
        cells[4] = text(body.kind.unwrap_or_else(|| "letters".to_owned()));
        cells[TRIES] = Cell::Integer(0);
        let row = ExpectedRow {
            label: body.uai.unwrap_or_default(),
            digest: Some(body.digest.unwrap_or_default()),
            bound: body.bound,
            cells,
            ..ExpectedRow::default()
        };
        self.messages.insert(number, row);
    }

    /// A message went from one state to another.
    fn moved(&mut self, event: &StoredEvent<'_>, number: i64, body: Body) {
        let (Some(row), Some(state)) = (self.messages.get_mut(&number), body.state) else { return };
        let Some(cells) = row.cells.get_mut(..MESSAGE.len()) else { return };
        cells[STATE] = text(state);
        if event.kind() == Some(EventKind::HandedOver) {
            cells[LEFT_ON] = text(event.day);
        }
        if let Some(id) = body.message_id {
            cells[MESSAGE_ID] = text(id);
            cells[BYTES] = text_or_null(body.bytes);
            cells[ROUTE] = text_or_null(body.route.map(|route| route.to_string()));
        }
        cells[DUE] = text_or_null(body.due);
        if let Some(reply) = body.reply {
            cells[REPLY] = text(reply);
        }
        if let Some(tries) = body.tries {
            cells[TRIES] = Cell::Integer(tries);
        }
    }
}
