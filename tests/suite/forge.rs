//! What a person who can write the folder could still do: edit rows and make the whole chain of
//! events again, so that everything in the folder agrees. Stories use it to stage what only a relay
//! or another program brings about.

use crate::support::{Project, remember_head, sha256};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use serde_json::Value;

const TRIGGERS: [&str; 2] = [
    "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
    "CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
];
const WHOLE: &str = "SELECT id, reference, number, issue, made_on, content, content_hash, origins,
    ruleset, inputs, rendered, pages, text, text_hash, boxes FROM revision WHERE id = ?";
const HEAD: &str = "SELECT id, reference, number, issue, made_on, content_hash, ruleset, inputs,
    rendered, pages, text_hash, boxes FROM revision WHERE id = ?";

/// SHA-256 over texts, each with its length.
fn digest(parts: &[String]) -> String {
    let mut whole = Vec::new();
    for part in parts {
        whole.extend((part.len() as u64).to_be_bytes());
        whole.extend(part.as_bytes());
    }
    sha256(&whole)
}

fn cells(row: &Row<'_>) -> rusqlite::Result<Vec<String>> {
    let cell = |at| {
        Ok(match row.get_ref(at)? {
            ValueRef::Null => "null".to_owned(),
            ValueRef::Integer(number) => format!("integer {number}"),
            ValueRef::Text(text) => format!("text {}", String::from_utf8_lossy(text)),
            other => panic!("{other:?}"),
        })
    };
    (0..row.as_ref().column_count()).map(cell).collect()
}

struct Event {
    seq: i64,
    /// Moment, day, person, kind, campaign, reference.
    texts: Vec<String>,
    message: Option<i64>,
    body: Value,
}

fn events(ledger: &Connection) -> Vec<Event> {
    let sql = "SELECT seq, moment, day, person, kind, coalesce(campaign, ''),
                   coalesce(reference, ''), message, body FROM event ORDER BY seq";
    let mut statement = ledger.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| {
        let body: String = row.get(8)?;
        Ok(Event {
            seq: row.get(0)?,
            texts: (1..7).map(|at| row.get(at)).collect::<Result<_, _>>()?,
            message: row.get(7)?,
            body: serde_json::from_str(&body).unwrap(),
        })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// Has the events say what the rows of revisions and messages hold now.
fn retell(ledger: &Connection, events: &mut [Event]) {
    for event in events.iter_mut().filter(|event| event.texts[3] == "made") {
        let id = event.body["row"].as_i64().unwrap();
        let of = |sql: &str| ledger.query_row(sql, [id], cells).ok();
        let (Some(whole), Some(head)) = (of(WHOLE), of(HEAD)) else { continue };
        let rendered = "SELECT rendered FROM revision WHERE id = ?";
        let rendered: String = ledger.query_row(rendered, [id], |row| row.get(0)).unwrap();
        event.body["digest"] = digest(&whole).into();
        event.body["head"] = digest(&head).into();
        event.body["rendered"] = rendered.into();
        let form = "SELECT form FROM revision WHERE id = ?";
        let form: Option<String> = ledger.query_row(form, [id], |row| row.get(0)).unwrap();
        event.body["form"] = form.into();
    }
    let mut statement = ledger.prepare("SELECT id, state, bytes FROM message").unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let id: i64 = row.get(0).unwrap();
        for (at, key) in [(1, "state"), (2, "bytes")] {
            let cell: Option<String> = row.get(at).unwrap();
            let told = |event: &&mut Event| {
                event.message == Some(id) && event.body.get(key).is_some_and(Value::is_string)
            };
            if let (Some(cell), Some(event)) = (cell, events.iter_mut().rev().find(told)) {
                event.body[key] = cell.into();
            }
        }
    }
}

/// Edits revisions or messages, and makes the chain again.
pub fn edit(project: &Project, sql: &str, parameters: &[&str]) -> usize {
    let ledger = Connection::open(project.path("data/ledger/ledger.sqlite")).unwrap();
    let changed = ledger.execute(sql, rusqlite::params_from_iter(parameters)).unwrap();
    let mut events = events(&ledger);
    retell(&ledger, &mut events);
    let drop = "DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_removed";
    ledger.execute_batch(drop).unwrap();
    let mut previous = "0".repeat(64);
    for event in events {
        let body = event.body.to_string();
        let nonce: String = ledger
            .query_row("SELECT nonce FROM event WHERE seq = ?", [event.seq], |row| row.get(0))
            .unwrap();
        let body_hash = sha256(format!("{nonce}{body}").as_bytes());
        let mut parts = vec!["missive event 2".to_owned(), previous.clone(), event.seq.to_string()];
        parts.extend(event.texts);
        parts.push(event.message.map_or(String::new(), |id| id.to_string()));
        parts.push(body_hash.clone());
        let hash = digest(&parts);
        let sql = "UPDATE event SET body = ?, body_hash = ?, previous = ?, hash = ?
            WHERE seq = ?";
        ledger.execute(sql, (&body, &body_hash, &previous, &hash, event.seq)).unwrap();
        previous = hash;
    }
    for trigger in TRIGGERS {
        ledger.execute_batch(trigger).unwrap();
    }
    let sql = "SELECT about.value, event.seq, event.hash FROM about, event
        WHERE about.key = 'ledger' ORDER BY event.seq DESC LIMIT 1";
    let (name, seq, hash): (String, i64, String) =
        ledger.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    remember_head(&name, seq, &hash);
    changed
}
