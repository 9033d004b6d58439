//! The head of a school as a letter that was sent names it, for a letter that is compared with it.

use crate::diagnostic::Span;
use crate::records::people::Head;
use crate::records::table_reader::Located;
use crate::records::values::Day;
use crate::records::word_lists::Civility;
use serde_json::Value;

/// The head of a former content (`establishment.head` of its JSON), or none where the post was vacant.
/// Nothing when the JSON is not a head as records have it. `place` stands for the place of each value.
pub fn head(head: &Value, place: Span) -> Option<Option<Head>> {
    match head {
        Value::Null => Some(None),
        head => Some(Some(read(head, place)?)),
    }
}

fn read(head: &Value, place: Span) -> Option<Head> {
    let text = |key: &str| head.get(key)?.as_str();
    let line = |key: &str| Some(Located { value: text(key)?.parse().ok()?, span: place });
    let civility = match text("civility") {
        None => None,
        Some(word) => {
            let known = Civility::ALL.iter().find(|civility| civility.as_str() == word)?;
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
