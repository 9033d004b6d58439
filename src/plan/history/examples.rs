//! Rows for the table tests of `plan`: a revision and a message with nothing but what a test asks for.

use super::letter::RevisionEntry;
use super::message::{MessageEntry, MessageKind, MessageState};
use super::object_hash::ObjectHash;
use crate::letter::issue::Issue;
use jiff::civil::Date;

/// A revision with no hash and no judgement.
pub fn revision(id: i64, issue: Issue) -> RevisionEntry {
    RevisionEntry {
        id,
        issue,
        content: String::new(),
        inputs: String::new(),
        rendered: ObjectHash::default(),
        form: None,
        issued: ObjectHash::default(),
        text: String::new(),
        judged: None,
        waived: false,
        settled_on: None,
    }
}

/// A message without letters, of this day.
pub fn message(id: i64, state: MessageState, day: Date) -> MessageEntry {
    MessageEntry {
        id,
        kind: MessageKind::Letters,
        name: String::new(),
        uai: "0350003N".to_owned(),
        number: 1,
        state,
        message_id: None,
        address: None,
        date: day,
        addressees: Vec::new(),
        letters: Vec::new(),
        cover: String::new(),
        inputs: String::new(),
        fingerprint: String::new(),
        cover_pdf: ObjectHash::default(),
        cover_html: ObjectHash::default(),
        subject: String::new(),
        bytes: None,
        route: None,
        tries: 0,
        due: None,
        reply: None,
        left_on: None,
    }
}
