//! The tables of the ledger, as migrations that are only ever added to.
//!
//! `PRAGMA user_version` counts those that were applied. A fixture of each version is kept in
//! `tests/fixtures/ledger/`.

use super::error::LedgerError;
use rusqlite::{Connection, Transaction};
use std::collections::{BTreeMap, BTreeSet};

/// Marks a SQLite file as a ledger of missive ("msv1", `PRAGMA application_id`).
pub(super) const APPLICATION: i64 = 0x6d73_7631;

/// All migrations, in order.
const MIGRATIONS: &[&str] = &[
    r"
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE lease (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    user TEXT NOT NULL, computer TEXT NOT NULL, process INTEGER NOT NULL, since TEXT NOT NULL
);

-- What the compiler read for a document, and the rules a content was made under: shared by many.
CREATE TABLE inputs (hash TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE ruleset (hash TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE letter (
    reference TEXT PRIMARY KEY, campaign TEXT NOT NULL, uai TEXT NOT NULL, referent TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX letter_campaign ON letter (campaign);

-- `void`: a draft that another one took the place of, kept because it was deposited.
-- `seen_…`: a later content or template that was compared with it; the only columns that change.
CREATE TABLE revision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reference TEXT NOT NULL REFERENCES letter (reference),
    number INTEGER NOT NULL, issue TEXT NOT NULL, made_on TEXT NOT NULL,
    content TEXT NOT NULL, content_hash TEXT NOT NULL, origins TEXT NOT NULL,
    ruleset TEXT NOT NULL REFERENCES ruleset (hash),
    inputs TEXT NOT NULL REFERENCES inputs (hash),
    rendered TEXT NOT NULL, issued TEXT NOT NULL, pages INTEGER NOT NULL,
    text TEXT NOT NULL, text_hash TEXT NOT NULL, boxes TEXT NOT NULL,
    void INTEGER NOT NULL DEFAULT 0,
    seen_content TEXT, seen_inputs TEXT, seen_materiality TEXT,
    seen_declared INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX revision_reference ON revision (reference);

CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign TEXT NOT NULL, uai TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,
    address TEXT, date TEXT NOT NULL, addressees TEXT NOT NULL,
    cover TEXT NOT NULL, inputs TEXT NOT NULL REFERENCES inputs (hash), fingerprint TEXT NOT NULL,
    cover_pdf TEXT NOT NULL, cover_html TEXT NOT NULL, subject TEXT NOT NULL,
    state TEXT NOT NULL, message_id TEXT, bytes TEXT, left_on TEXT
);
CREATE INDEX message_campaign ON message (campaign);
CREATE INDEX message_message_id ON message (message_id);

CREATE TABLE message_letter (
    message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    reference TEXT NOT NULL, revision INTEGER NOT NULL REFERENCES revision (id),
    readdressed INTEGER NOT NULL, PRIMARY KEY (message, reference)
) WITHOUT ROWID;
CREATE INDEX message_letter_reference ON message_letter (reference);
CREATE INDEX message_letter_revision ON message_letter (revision);

CREATE TABLE event (
    seq INTEGER PRIMARY KEY, moment TEXT NOT NULL, day TEXT NOT NULL, person TEXT NOT NULL,
    kind TEXT NOT NULL, campaign TEXT, reference TEXT, message INTEGER, body TEXT NOT NULL,
    previous TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE INDEX event_reference ON event (reference);
CREATE INDEX event_message ON event (message);
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
",
    // Sending over a relay. `route`: the envelope, for bytes frozen for the relay. `due`: not to be
    // tried before. `reply`: the server's last reply.
    r"
ALTER TABLE message ADD COLUMN kind TEXT NOT NULL DEFAULT 'letters';
ALTER TABLE message ADD COLUMN route TEXT;
ALTER TABLE message ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN due TEXT;
ALTER TABLE message ADD COLUMN reply TEXT;
",
    // Signed copies. `received`: a file of data/archive as it came, with what was found in it;
    // `mail`: the message that brought it. `returned`: one letter found in it, or an original on
    // paper, without a file. `pin`: certificates seen at a school. `waived`: why none is expected.
    r"
ALTER TABLE letter ADD COLUMN waived TEXT;
CREATE TABLE received (
    id INTEGER PRIMARY KEY AUTOINCREMENT, object TEXT NOT NULL UNIQUE, sha512 TEXT NOT NULL,
    size INTEGER NOT NULL, kind TEXT NOT NULL, label TEXT NOT NULL, mail TEXT,
    verdict TEXT NOT NULL, method TEXT, findings TEXT NOT NULL, day TEXT NOT NULL
);
CREATE TABLE returned (
    id INTEGER PRIMARY KEY AUTOINCREMENT, object TEXT REFERENCES received (object),
    reference TEXT NOT NULL, revision INTEGER NOT NULL REFERENCES revision (id),
    pages TEXT NOT NULL, verdict TEXT NOT NULL, hint INTEGER NOT NULL, day TEXT NOT NULL,
    state TEXT NOT NULL, review TEXT
);
CREATE INDEX returned_reference ON returned (reference);
CREATE INDEX returned_object ON returned (object);
CREATE INDEX returned_revision ON returned (revision);
CREATE TABLE pin (
    uai TEXT NOT NULL, fingerprint TEXT NOT NULL, signer TEXT NOT NULL, object TEXT NOT NULL,
    PRIMARY KEY (uai, fingerprint)
) WITHOUT ROWID;
",
    // The tables stay as they are. From here on the events bind every column of every row
    // ([`BOUND`]); a former missive would write events that do not.
    "",
    // Acts. `waived`: why no signed copy of this revision is expected any more; `settled`: the day a
    // return proved that the school has it, whatever became of its message. `version` of an event: what its hash
    // covers (chain::event_hash); `body` and `nonce` can be erased one day, never changed.
    r"
CREATE TABLE event_2 (
    seq INTEGER PRIMARY KEY, moment TEXT NOT NULL, day TEXT NOT NULL, person TEXT NOT NULL,
    kind TEXT NOT NULL, campaign TEXT, reference TEXT, message INTEGER, body TEXT,
    previous TEXT NOT NULL, hash TEXT NOT NULL,
    version INTEGER NOT NULL, nonce TEXT, body_hash TEXT
);
INSERT INTO event_2 SELECT seq, moment, day, person, kind, campaign, reference, message, body,
    previous, hash, 1, NULL, NULL FROM event ORDER BY seq;
DROP TABLE event;
ALTER TABLE event_2 RENAME TO event;
CREATE INDEX event_reference ON event (reference);
CREATE INDEX event_message ON event (message);
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
ALTER TABLE revision ADD COLUMN waived TEXT;
ALTER TABLE revision ADD COLUMN settled TEXT;
",
    // Approval. `proof`: a set of letters that was written to be proofread; `messages`: what each message was made
    // of then, `letters`: those in the set. `approval`: a person approved all messages of a proof.
    r"
CREATE TABLE proof (
    id INTEGER PRIMARY KEY AUTOINCREMENT, campaign TEXT NOT NULL,
    messages TEXT NOT NULL, letters TEXT NOT NULL, day TEXT NOT NULL
);
CREATE INDEX proof_campaign ON proof (campaign);
CREATE TABLE approval (
    id INTEGER PRIMARY KEY AUTOINCREMENT, campaign TEXT NOT NULL,
    proof INTEGER NOT NULL REFERENCES proof (id), name TEXT NOT NULL, why TEXT, day TEXT NOT NULL
);
CREATE INDEX approval_campaign ON approval (campaign);
",
    // Forms. `form`: the rendered PDF with its form fields, where it has some; such a PDF begins with the rendered
    // one, which is not kept apart.
    "ALTER TABLE revision ADD COLUMN form TEXT;",
    // A message carries several documents of one letter: the letter and its acts.
    r"
CREATE TABLE message_document (
    message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    reference TEXT NOT NULL, revision INTEGER NOT NULL REFERENCES revision (id),
    readdressed INTEGER NOT NULL, PRIMARY KEY (message, reference, revision)
) WITHOUT ROWID;
INSERT INTO message_document SELECT message, reference, revision, readdressed FROM message_letter;
DROP TABLE message_letter;
ALTER TABLE message_document RENAME TO message_letter;
CREATE INDEX message_letter_reference ON message_letter (reference);
CREATE INDEX message_letter_revision ON message_letter (revision);
",
];

/// How many migrations this version knows.
pub const VERSION: i64 = MIGRATIONS.len() as i64;

/// The first version whose events bind every column. The event that brings a former ledger up to
/// date notes digests of what its events did not tell, as it was found then.
pub(super) const BOUND: i64 = 4;

/// The version of a file; a file of another program, or of a later missive, is refused.
pub(super) fn version(connection: &Connection) -> Result<i64, LedgerError> {
    let version = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i64 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if version > VERSION {
        return Err(LedgerError::Newer);
    }
    if version > 0 && application != APPLICATION {
        return Err(LedgerError::Foreign);
    }
    Ok(version)
}

/// Applies what is missing. Gives the version that was found.
pub(super) fn migrate(transaction: &Transaction<'_>) -> Result<i64, LedgerError> {
    let found = version(transaction)?;
    if found == VERSION {
        return Ok(found);
    }
    let done = usize::try_from(found).unwrap_or(0);
    for migration in MIGRATIONS.iter().skip(done) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(found)
}

/// Every table, index, trigger and view, with the words that made it, spaces aside.
fn objects(connection: &Connection) -> Result<BTreeMap<String, String>, LedgerError> {
    let sql = "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| {
        let words: String = row.get(1)?;
        Ok((row.get(0)?, words.split_whitespace().collect()))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The tables, indexes, triggers and views that are not as the migrations make them: a trigger could
/// change rows behind every command.
pub(super) fn unexpected_objects(connection: &Connection) -> Result<Vec<String>, LedgerError> {
    let mut model = Connection::open_in_memory()?;
    let transaction = model.transaction()?;
    migrate(&transaction)?;
    transaction.commit()?;
    let (wanted, there) = (objects(&model)?, objects(connection)?);
    let names: BTreeSet<&String> = wanted.keys().chain(there.keys()).collect();
    let differs = |name: &&&String| wanted.get(**name) != there.get(**name);
    Ok(names.iter().filter(differs).map(ToString::to_string).collect())
}
