//! All that differs between two contents, in the order of a letter; nothing is left out in silence.

use super::record_changes::{self, FIELDS};
use super::rule_changes::{clauses, missions};
use super::sentences::shortened;
use crate::letter::content::act_views::ChangeView;
use crate::plan::difference::leaves;
use serde_json::Value;

/// What a document says of itself, and not of the mission: it differs, and is no change.
const OF_THE_DOCUMENT: &[&str] = &[
    "reference",
    "revision",
    "date",
    "supersedes",
    "rehearsal",
    "qr",
    "organisation.logo",
    "campaign.id",
    "campaign.date",
    "campaign.rules_date",
    "campaign.place",
    "campaign.reply_by",
    "campaign.signatory",
    "issuer_image",
    "signatures",
    "writable",
    // A granted allowance is told with its amount.
    "assignment.allowance_granted",
];

/// What differs, in the order of a letter.
pub fn between(before: &Value, after: &Value) -> Vec<ChangeView> {
    let mut rules = missions(before, after);
    rules.extend(clauses(before, after));
    let mut found = record_changes::of_people(before, after);
    let mut means = record_changes::of_means(before, after);
    means.retain(|change| !is_told(change, &rules));
    found.extend(rules);
    found.extend(means);
    found.extend(others(before, after));
    for change in &mut found {
        change.before = change.before.take().map(|text| shortened(&text));
    }
    found
}

/// What a revision that the ledger has said of the same change, where nothing else of it differs: what was sent
/// keeps its words, also when a later version would find others. `now` has no list of changes.
pub fn said_before(stored: &Value, now: &Value) -> Option<Vec<ChangeView>> {
    let mut same = stored.clone();
    let said = same.pointer_mut("/supersedes/changes")?.take();
    (same == *now).then(|| serde_json::from_value(said).ok()).flatten()
}

/// Whether the text of a rule that changed quotes what a record says now, and did before.
fn is_told(change: &ChangeView, rules: &[ChangeView]) -> bool {
    let quotes = |text: &Option<String>, words: &Option<String>| match (text, words) {
        (_, None) => true,
        (Some(text), Some(words)) => text.contains(words.as_str()),
        (None, Some(_)) => false,
    };
    let tells = |rule: &ChangeView| {
        quotes(&rule.before, &change.before) && quotes(&rule.after, &change.after)
    };
    rules.iter().any(tells)
}

/// Fields that no description covers, as they are.
fn others(before: &Value, after: &Value) -> impl Iterator<Item = ChangeView> {
    let covered = FIELDS.iter().flat_map(|field| field.covers.iter().copied());
    let known: Vec<&str> =
        covered.chain(OF_THE_DOCUMENT.iter().copied()).chain(["missions", "clauses"]).collect();
    leaves(before, after).into_iter().filter_map(move |leaf| {
        let is_known = known.iter().any(|path| is_within(&leaf.path, path));
        (!is_known).then(|| ChangeView {
            label: format!("Autre changement ({})", leaf.path),
            before: shown(&leaf.before),
            after: shown(&leaf.after),
            field: leaf.path,
        })
    })
}

fn is_within(path: &str, around: &str) -> bool {
    path.strip_prefix(around).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(true) => Some("oui".to_owned()),
        Value::Bool(false) => Some("non".to_owned()),
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
