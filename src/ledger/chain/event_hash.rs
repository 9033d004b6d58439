//! The hash of an event, in two versions.
//!
//! Version 1 covers the details themselves. Version 2 covers SHA-256(nonce ‖ details) in their place: details
//! and nonce can be erased one day, and the chain still verifies. The nonce is 32 random octets, so that short
//! details cannot be guessed from what stays. An event keeps the version that it was written with.

use super::row_digest::Digest;
use super::stored_event::StoredEvent;
use crate::ledger::error::LedgerError;
use crate::ledger::object_store;
use rusqlite::Connection;

/// The version of new events.
pub(in crate::ledger) const CURRENT: i64 = 2;

/// What the hashes say of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ledger) enum EventProof {
    /// It is what was written.
    Intact,
    /// The same, and its details were erased.
    Erased,
    /// It is not what was written.
    Changed,
}

/// 32 random octets as hexadecimal digits. SQLite draws them: ChaCha20, seeded by the operating system.
pub(in crate::ledger) fn nonce(connection: &Connection) -> Result<String, LedgerError> {
    let mut statement = connection.prepare_cached("SELECT lower(hex(randomblob(32)))")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// SHA-256 over the digits of the nonce and the details after them. All nonces have one length, so no two
/// pairs give the same text.
pub(in crate::ledger) fn of_details(nonce: &str, details: &str) -> String {
    object_store::hash(format!("{nonce}{details}").as_bytes()).as_str().to_owned()
}

/// The hash of an event; none for a version that this missive does not know.
pub(in crate::ledger) fn of_event(event: &StoredEvent<'_>) -> Option<String> {
    let (title, details) = match event.version {
        1 => ("missive event 1", event.body?),
        CURRENT => ("missive event 2", event.body_hash?),
        _ => return None,
    };
    let message = event.message.map_or(String::new(), |id| id.to_string());
    let mut digest = Digest::default();
    for part in [
        title,
        event.previous,
        &event.seq.to_string(),
        event.moment,
        event.day,
        event.person,
        event.word,
        event.campaign.unwrap_or_default(),
        event.reference.unwrap_or_default(),
        &message,
        details,
    ] {
        digest.part(&[part.as_bytes()]);
    }
    Some(digest.finish())
}

/// Whether an event is what its hashes say.
pub(in crate::ledger) fn prove(event: &StoredEvent<'_>) -> EventProof {
    if of_event(event).as_deref() != Some(event.hash) {
        return EventProof::Changed;
    }
    match (event.version, event.body, event.nonce, event.body_hash) {
        (1, Some(_), None, None) => EventProof::Intact,
        (CURRENT, None, None, Some(_)) => EventProof::Erased,
        (CURRENT, Some(body), Some(nonce), Some(hash))
            if nonce.len() == 64 && of_details(nonce, body) == hash =>
        {
            EventProof::Intact
        }
        _ => EventProof::Changed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn event() -> StoredEvent<'static> {
        StoredEvent {
            seq: 7,
            moment: "2026-11-24T08:00:00Z",
            day: "2026-11-24",
            person: "jeanne@vm",
            word: "waived",
            reference: Some("2026-0860001J-NGRM"),
            body: Some("{}"),
            previous: "00",
            version: CURRENT,
            nonce: Some(NONCE),
            ..StoredEvent::default()
        }
    }

    #[test]
    fn an_event_without_its_details_still_verifies_and_nothing_else_may_go() {
        let inner = of_details(NONCE, "{}");
        let event = StoredEvent { body_hash: Some(&inner), ..event() };
        let hash = of_event(&event).unwrap();
        let event = StoredEvent { hash: &hash, ..event };
        let proof = |event: StoredEvent<'_>| prove(&event);
        assert_eq!(proof(event), EventProof::Intact);
        assert_eq!(proof(StoredEvent { body: None, nonce: None, ..event }), EventProof::Erased);
        let other = of_details(NONCE, "{ }");
        for changed in [
            StoredEvent { body: None, ..event },
            StoredEvent { nonce: None, ..event },
            StoredEvent { body: Some("{ }"), ..event },
            StoredEvent { body_hash: None, ..event },
            StoredEvent { body_hash: Some(&other), ..event },
            StoredEvent { version: 1, ..event },
            StoredEvent { version: 3, ..event },
            StoredEvent { day: "2026-11-25", ..event },
            // The boundary between nonce and details cannot move.
            StoredEvent { nonce: Some(&NONCE[..63]), body: Some("f{}"), ..event },
        ] {
            assert_eq!(proof(changed), EventProof::Changed, "{changed:?}");
        }
    }

    #[test]
    fn an_event_of_the_first_version_keeps_its_hash() {
        let event = StoredEvent { version: 1, nonce: None, ..event() };
        let hash = of_event(&event).unwrap();
        let event = StoredEvent { hash: &hash, ..event };
        assert_eq!(prove(&event), EventProof::Intact);
        assert_eq!(prove(&StoredEvent { body: None, ..event }), EventProof::Changed);
        assert_eq!(prove(&StoredEvent { nonce: Some(NONCE), ..event }), EventProof::Changed);
        assert_eq!(prove(&StoredEvent { version: CURRENT, ..event }), EventProof::Changed);
    }
}
