//! Many reasons in few lines: like changes of many letters are one line with their number and an
//! example.

use super::action::{Action, PlannedLetter};
use super::materiality::Materiality;
use super::reasons::{Cause, Reason};
use crate::letter::french;
use crate::records::values::Euros;
use jiff::civil::Date;
use serde_json::Value;
use std::collections::BTreeMap;

/// Letters that change alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Group<'p> {
    /// The action planned.
    pub action: Action,
    /// How much it matters.
    pub materiality: Materiality,
    /// The reasons of the first letter, which stand for those of all.
    pub reasons: &'p [Reason],
    /// The letters of the group.
    pub letters: Vec<&'p PlannedLetter>,
}

/// What makes two letters change alike: what is done, how much it matters, whether it is made
/// already and, for each reason, where it stands.
type GroupKey = (Action, Materiality, bool, Vec<(Cause, Option<String>, Option<String>)>);

fn key(letter: &PlannedLetter) -> GroupKey {
    let reasons = letter.reasons.iter().map(|reason| {
        // The name of an element identifies it; its number differs from letter to letter.
        let name = reason.id.clone().or_else(|| Some(reason.field.clone()));
        (reason.cause, reason.source.clone(), name)
    });
    let mut reasons: Vec<_> = reasons.collect();
    reasons.dedup();
    (letter.action, letter.materiality, letter.made, reasons)
}

/// The letters that are not left as they are, in groups: the largest first.
pub fn groups(letters: &[PlannedLetter]) -> Vec<Group<'_>> {
    let mut found: BTreeMap<GroupKey, Vec<&PlannedLetter>> = BTreeMap::new();
    for letter in letters {
        let noted = letter.materiality != Materiality::None || letter.note.is_some();
        if letter.action != Action::Keep || noted {
            found.entry(key(letter)).or_default().push(letter);
        }
    }
    let mut groups: Vec<Group<'_>> = found
        .into_values()
        .map(|letters| Group {
            action: letters[0].action,
            materiality: letters[0].materiality,
            reasons: &letters[0].reasons,
            letters,
        })
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.letters.len()));
    groups
}

/// A field's two values in a sentence: short, on one line, without the part that two texts share; dates and
/// amounts as a person writes them.
pub fn shown(field: &str, before: &Value, after: &Value) -> (String, String) {
    let (before, after) = (text(field, before), text(field, after));
    const LONGEST: usize = 70;
    if before.chars().count() <= LONGEST && after.chars().count() <= LONGEST {
        return (before, after);
    }
    let common = before.chars().zip(after.chars()).take_while(|(a, b)| a == b).count();
    let cut = |text: &str| {
        let start = common.saturating_sub(15);
        let head = if start > 0 { "…" } else { "" };
        let body: String = text.chars().skip(start).take(LONGEST).collect();
        let tail = if text.chars().count() > start + LONGEST { "…" } else { "" };
        format!("{head}{body}{tail}")
    };
    (cut(&before), cut(&after))
}

fn text(field: &str, value: &Value) -> String {
    match value {
        Value::Null => "(rien)".to_owned(),
        Value::Number(euros) if field == "allowance.amount" => {
            let cents = euros.as_f64().map_or(0.0, |euros| (euros * 100.0).round());
            french::amount(Euros { cents: cents as u64 })
        }
        Value::String(day) if day.parse::<Date>().is_ok() => french::date_of(day),
        Value::String(text) => format!("« {} »", text.replace('\n', " ")),
        Value::Bool(true) => "oui".to_owned(),
        Value::Bool(false) => "non".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_written_as_a_person_writes_them() {
        let both = |field, before, after| shown(field, &before, &after);
        let (before, after) = both("allowance.amount", json!(1250.0), json!(312.5));
        assert_eq!((before.as_str(), after.as_str()), ("1\u{202f}250\u{a0}€", "312,50\u{a0}€"));
        let (before, after) = both("campaign.reply_by", json!("2026-12-18"), Value::Null);
        assert_eq!((before.as_str(), after.as_str()), ("18\u{a0}décembre\u{a0}2026", "(rien)"));
        assert_eq!(both("referent.post", json!("a"), json!(true)), ("« a »".into(), "oui".into()));
    }
}
