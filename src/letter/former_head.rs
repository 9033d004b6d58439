//! A letter as it was before its school got another head: the head is taken from what was handed
//! over, all else from the records.

use super::mission_letter::Letter;
use crate::diagnostic::Span;
use crate::records::people::{Establishment, Head};
use crate::records::table_reader::Located;
use crate::records::values::Day;
use crate::records::word_lists::Civility;
use serde_json::Value;

/// The school of a letter with the head of a former content (`establishment.head` of its JSON).
pub fn establishment(letter: &Letter<'_>, head: &Value) -> Option<Establishment> {
    let mut school = letter.establishment.clone();
    school.head = match head {
        Value::Null => None,
        head => Some(read(head, school.place)?),
    };
    Some(school)
}

fn read(head: &Value, place: Span) -> Option<Head> {
    let text = |key: &str| head.get(key)?.as_str();
    let line = |key: &str| Some(Located { value: text(key)?.parse().ok()?, span: place });
    let civility = match text("civility") {
        None => None,
        Some(word) => {
            let known = Civility::ALL.iter().find(|own| own.as_str() == word)?;
            Some(Located { value: *known, span: place })
        }
    };
    let since = match text("since") {
        None => None,
        Some(day) => Some(Located { value: Day(day.parse().ok()?), span: place }),
    };
    Some(Head {
        place,
        civility,
        given_name: line("given_name")?,
        family_name: line("family_name")?,
        function: line("function")?,
        since,
        acting: head.get("acting")?.as_bool()?,
    })
}
