//! Why a letter is not what it was: the cause of each difference, with file, line and rule.
//!
//! A difference that follows from another one is not reported: when a clause changes because it
//! quotes a corrected name, or appears because the school now has an ENT, only the change of the
//! record is a reason.

use super::difference::{self, Leaf};
use super::history::{ObjectHash, RenderInputs};
use crate::rules::snapshot::RuleView;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Who is behind a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// A record of data/ or the settings.
    Record,
    /// A rule of data/rules/.
    Rule,
    /// The campaign.
    Campaign,
    /// A file of templates/.
    Template,
    /// missive itself, or the fonts.
    Engine,
}

/// One difference with its cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// Path of one leaf in the letter's JSON, or of a template file.
    pub field: String,
    /// Old value; JSON null if there was none.
    pub before: Value,
    /// New value; JSON null if there is none.
    pub after: Value,
    /// Who is behind it.
    pub cause: Cause,
    /// Place in the records or rules, as `path:line`.
    pub source: Option<String>,
    /// The rule and its legal source.
    pub rule: Option<String>,
    /// The name of the mission, clause or the like it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where the letter prints it, for a clause.
    #[serde(skip)]
    pub slot: Option<String>,
    /// Whether the rule declares its change cosmetic.
    #[serde(skip)]
    pub cosmetic: bool,
}

impl Reason {
    /// Whether it is the end of the mission before what was said.
    pub fn ends_mission(&self) -> bool {
        let until = |value: &Value| value.as_str().map(str::to_owned);
        self.field == "assignment.until"
            && until(&self.after)
                .is_some_and(|after| until(&self.before).is_none_or(|before| after < before))
    }
}

/// A content, where its fields come from, and the rules it was made under.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The content as JSON.
    pub content: &'a Value,
    /// Place of each field, as `path:line`, by its path in the content.
    pub places: &'a BTreeMap<String, String>,
    /// The rules in force.
    pub rules: &'a [RuleView],
}

impl<'a> Side<'a> {
    /// The place of a field, or of the nearest field around it.
    pub fn place(&self, path: &str) -> Option<&'a String> {
        let mut path = path;
        loop {
            if let Some(place) = self.places.get(path) {
                return Some(place);
            }
            path = path.rsplit_once('.')?.0;
        }
    }

    /// The version of the rule that gives an element, as in `clauses.3`.
    pub fn rule(&self, element: &str) -> Option<&'a RuleView> {
        let place = self.places.get(element)?;
        self.rules.iter().find(|rule| rule.place == *place)
    }

    fn has(&self, rule: &RuleView) -> bool {
        self.rules.iter().any(|known| known.same(rule))
    }
}

/// The element of a rule that a path lies in: `clauses.3`, `missions.0`, `allowance`.
pub fn element(path: &str) -> Option<&str> {
    if path == "allowance" || path.starts_with("allowance.") {
        return Some("allowance");
    }
    let rest = path.strip_prefix("missions.").or_else(|| path.strip_prefix("clauses."))?;
    let end = path.len() - rest.len() + rest.find('.').unwrap_or(rest.len());
    path.get(..end)
}

/// Why two contents differ.
pub fn of_contents(old: Side<'_>, new: Side<'_>) -> Vec<Reason> {
    let mut leaves = difference::leaves(old.content, new.content);
    leaves.retain(|leaf| !difference::is_derived(&leaf.path));
    let paths: BTreeSet<String> = leaves.iter().map(|leaf| leaf.path.clone()).collect();
    let mut shown = Vec::new();
    let mut consequences = Vec::new();
    for leaf in leaves {
        let twin = match leaf.path.as_str() {
            "date" => paths.contains("campaign.date") || paths.contains("campaign.rules_date"),
            "allowance.granted" => paths.contains("assignment.allowance_granted"),
            _ => false,
        };
        let (reason, follows) = reason(old, new, leaf);
        if twin || follows { consequences.push(reason) } else { shown.push(reason) }
    }
    // A consequence without a cause among the fields is reported as a reason itself.
    if shown.is_empty() { consequences } else { shown }
}

fn reason(old: Side<'_>, new: Side<'_>, leaf: Leaf) -> (Reason, bool) {
    let side = if leaf.is_new { new } else { old };
    let source = side.place(&leaf.path).cloned();
    let mut reason = Reason {
        source,
        before: leaf.before,
        after: leaf.after,
        cause: match leaf.path.split('.').next() {
            Some("campaign" | "date") => Cause::Campaign,
            _ => Cause::Record,
        },
        rule: None,
        id: None,
        slot: None,
        cosmetic: false,
        field: leaf.path,
    };
    let Some(of_new) = element(&reason.field).map(str::to_owned) else {
        return (reason, false);
    };
    let id = difference::at(side.content, &format!("{of_new}.id")).and_then(Value::as_str);
    reason.id = id.map(str::to_owned);
    let slot = difference::at(side.content, &format!("{of_new}.slot")).and_then(Value::as_str);
    reason.slot = slot.map(str::to_owned);
    let of_old = leaf.old_path.as_deref().and_then(element);
    let before = of_old.and_then(|path| old.rule(path));
    let after = if leaf.is_new { new.rule(&of_new) } else { None };
    let Some(version) = after.or(before) else {
        // An allowance that goes, or a version that cannot be found: the record names it.
        return (reason, false);
    };
    reason.rule = Some(version.describe());
    reason.cosmetic = version.cosmetic;
    // Bookkeeping of an element that comes, goes or gets another text: the text is the reason.
    let last = reason.field.rsplit('.').next().unwrap_or_default();
    let bookkeeping = reason.field.contains(".source.") || matches!(last, "id" | "slot" | "number");
    let unchanged = match (before, after) {
        (Some(before), Some(after)) => before.same(after) || (new.has(before) && old.has(after)),
        (Some(before), None) => new.has(before),
        (None, Some(after)) => old.has(after),
        (None, None) => false,
    };
    if unchanged {
        // The rule is what it was: a record made it apply, or filled it otherwise.
        let granted = reason.field == "allowance.granted" || reason.field == "allowance.id";
        return (reason, !granted && !only_source(before, after));
    }
    reason.cause = Cause::Rule;
    let comes_or_goes = before.is_none() || after.is_none();
    let source_alone = reason.field.contains(".source.") && only_source(before, after);
    let follows = bookkeeping && !source_alone || comes_or_goes && last == "rank";
    (reason, follows)
}

/// Whether a rule is the same but for its legal source.
fn only_source(before: Option<&RuleView>, after: Option<&RuleView>) -> bool {
    matches!((before, after), (Some(a), Some(b)) if a.same(b) && a.source != b.source)
}

/// Why what was read to render differs.
pub fn of_inputs(before: &RenderInputs, after: &RenderInputs) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let short = |hash: Option<&str>| match hash {
        Some(hash) => Value::from(hash.get(..12).unwrap_or(hash)),
        None => Value::Null,
    };
    let files: BTreeSet<&String> = before.templates.keys().chain(after.templates.keys()).collect();
    for file in files {
        let (old, new) = (before.templates.get(file), after.templates.get(file));
        if old != new {
            let path = format!("templates/{file}");
            let (old, new) = (old.map(ObjectHash::as_str), new.map(ObjectHash::as_str));
            reasons.push(plain(&path, short(old), short(new), Cause::Template));
        }
    }
    if before.fonts != after.fonts {
        let (old, new) = (short(Some(&before.fonts)), short(Some(&after.fonts)));
        reasons.push(plain("templates/fonts", old, new, Cause::Template));
    }
    if before.engine != after.engine {
        let (old, new) = (before.engine.as_str().into(), after.engine.as_str().into());
        reasons.push(plain("engine", old, new, Cause::Engine));
    }
    reasons
}

fn plain(field: &str, before: Value, after: Value, cause: Cause) -> Reason {
    Reason {
        field: field.to_owned(),
        before,
        after,
        cause,
        source: (cause == Cause::Template).then(|| field.to_owned()),
        rule: None,
        id: None,
        slot: None,
        cosmetic: false,
    }
}
