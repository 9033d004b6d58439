//! Whether a letter that was sent, and says the same today, has to be sent once more: its school has
//! another head, or another address.

use super::port::SchoolField;
use crate::letter::content::record_views::HeadView;
use crate::plan::history::{MessageEntry, StoredRevision};
use crate::plan::reasons::{Cause, Reason};
use jiff::civil::Date;
use serde_json::Value;

/// The school of a letter as its record is today, as far as sending goes.
#[derive(Clone, Debug)]
pub struct Recipient<'a> {
    /// UAI of the school.
    pub uai: &'a str,
    /// Its head; none when the post is vacant.
    pub head: Option<HeadView<'a>>,
    /// The address that may be written to; none for a letter that is blocked.
    pub email: Option<&'a str>,
}

impl Recipient<'_> {
    /// The head of today came into office after this day.
    pub(super) fn came_after(&self, sent: Option<Date>) -> bool {
        let since = self.head.as_ref().and_then(|head| head.since);
        since.zip(sent).is_some_and(|(since, sent)| since > sent)
    }

    /// The head as the JSON of a letter has it: `null` when the post is vacant.
    pub(super) fn head_json(&self) -> Value {
        serde_json::to_value(self.head.as_ref()).unwrap_or_default()
    }
}

/// Why a letter goes once more since the last message that carried it; nothing when it does not.
pub fn readdress(
    recipient: &Recipient<'_>,
    last: &MessageEntry,
    place: impl Fn(SchoolField) -> String,
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if let Some((before, after)) = new_head(recipient, last) {
        let value = |head: &Value, key: &str| head.get(key).cloned().unwrap_or(Value::Null);
        let differs = |key: &&str| value(&before, key) != value(&after, key);
        // Two persons of one family name differ in the other.
        let key = ["family_name", "given_name"].into_iter().find(differs).unwrap_or("family_name");
        let values = (value(&before, key), value(&after, key));
        let field = format!("establishment.head.{key}");
        reasons.push(of_record(&field, values, place(SchoolField::Head)));
    }
    if let Some(email) = recipient.email
        && last.address.as_deref().is_none_or(|former| !former.eq_ignore_ascii_case(email))
    {
        let before = last.address.as_deref().map_or(Value::Null, Value::from);
        reasons.push(of_record(
            "establishment.email",
            (before, email.into()),
            place(SchoolField::Email),
        ));
    }
    reasons
}

/// The head that a stored revision names, if another person came into office since it was sent.
pub(super) fn former_head<'s>(
    recipient: &Recipient<'_>,
    stored: &'s StoredRevision,
    left_on: Option<Date>,
) -> Option<&'s Value> {
    let head = stored.content.get("establishment")?.get("head")?;
    (recipient.came_after(left_on) && recipient.head_json() != *head).then_some(head)
}

/// Another person at the head of a school since a message was sent, as before and after.
fn new_head(recipient: &Recipient<'_>, last: &MessageEntry) -> Option<(Value, Value)> {
    if !recipient.came_after(last.left_on) {
        return None;
    }
    let before = &last.addressees.iter().find(|addressee| addressee.uai == recipient.uai)?.head;
    let after = recipient.head_json();
    (!is_same_person(before, &after)).then(|| (before.clone(), after))
}

/// Whether two heads, as the JSON of a letter has them, are one person: a title or an office may change.
pub(super) fn is_same_person(one: &Value, other: &Value) -> bool {
    let name = |head: &Value| ["given_name", "family_name"].map(|key| head.get(key).cloned());
    name(one) == name(other)
}

fn of_record(field: &str, (before, after): (Value, Value), source: String) -> Reason {
    Reason {
        field: field.to_owned(),
        before,
        after,
        cause: Cause::Record,
        source: Some(source),
        rule: None,
        id: None,
        slot: None,
        cosmetic: false,
    }
}
