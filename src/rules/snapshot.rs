//! The rules in force on a day as plain data: kept with what was made under them, so that a later
//! change can be told from one that was always there.

use super::Ruleset;
use crate::diagnostic::Span;
use crate::records::rule::{Condition, LegalSource, Version};
use crate::records::words::Materiality;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One version of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleView {
    /// `mission`, `clause` or `allowance`.
    pub kind: String,
    /// Identifier.
    pub id: String,
    /// `file:line` of the version.
    pub place: String,
    /// In force since.
    pub since: Date,
    /// In force until.
    pub until: Option<Date>,
    /// Whom it concerns, in words; empty for everybody.
    pub when: String,
    /// What it says, placeholders unfilled.
    pub raw: String,
    /// Its legal source, in words.
    pub source: String,
    /// Whether it declares its change cosmetic.
    pub cosmetic: bool,
}

impl RuleView {
    /// Whether two versions say the same to the same.
    pub fn same(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.id == other.id
            && self.when == other.when
            && self.raw == other.raw
    }

    /// The rule, for a person: "disposition « privacy » en vigueur depuis 2018-11-01 (source)".
    pub fn describe(&self) -> String {
        let kind = match self.kind.as_str() {
            "mission" => "mission",
            "clause" => "disposition",
            _ => "indemnité",
        };
        let until = self.until.map_or(String::new(), |day| format!(" jusqu'au {day}"));
        format!("{kind} « {} », depuis le {}{until} – {}", self.id, self.since, self.source)
    }
}

impl Ruleset<'_> {
    /// Every version in force; `place` writes a place.
    pub fn snapshot(&self, place: impl Fn(Span) -> String) -> Vec<RuleView> {
        let mut list = Vec::new();
        for (mission, versions) in &self.missions {
            for version in versions {
                let body = &version.body;
                let mut raw = format!(
                    "{}\n{}\n{}\n{}",
                    mission.number.value,
                    body.rank.value.as_str(),
                    &*body.title.value,
                    &*body.text.value
                );
                for activity in &body.activities {
                    raw.push('\n');
                    raw.push_str(&activity.value);
                }
                list.push(view("mission", mission.id.as_str(), version, raw, &place));
            }
        }
        for (clause, versions) in &self.clauses {
            for version in versions {
                let raw = format!("{}\n{}", clause.slot.as_str(), &*version.body.text.value);
                list.push(view("clause", clause.id.as_str(), version, raw, &place));
            }
        }
        for (allowance, versions) in &self.allowances {
            for version in versions {
                let body = &version.body;
                let raw = format!("{}\n{}", &*body.label.value, body.amount.value.cents);
                list.push(view("allowance", allowance.id.as_str(), version, raw, &place));
            }
        }
        list
    }
}

fn view<T>(
    kind: &str,
    id: &str,
    version: &Version<T>,
    raw: String,
    place: &impl Fn(Span) -> String,
) -> RuleView {
    RuleView {
        kind: kind.to_owned(),
        id: id.to_owned(),
        place: place(version.place),
        since: version.period.since.value.0,
        until: version.period.until.as_ref().map(|day| day.value.0),
        when: condition(&version.condition),
        raw,
        source: source(&version.legal_source),
        cosmetic: version.materiality.as_ref().is_some_and(|m| m.value == Materiality::Cosmetic),
    }
}

/// A legal source in words: title, reference, article.
pub fn source(source: &LegalSource) -> String {
    let mut text = source.title.to_string();
    if let Some(reference) = &source.reference {
        text = format!("{text}, {}", &*reference.value);
    }
    if let Some(article) = &source.article {
        text = format!("{text}, art. {}", &*article.value);
    }
    text
}

/// A condition in words.
fn condition(condition: &Condition) -> String {
    let mut parts = Vec::new();
    if let Some(kinds) = &condition.kind {
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.value.as_str()).collect();
        parts.push(kinds.join(" ou "));
    }
    if let Some(sectors) = &condition.sector {
        let words = sectors.iter().map(|sector| match sector.value.as_str() {
            "public" => "public",
            _ => "privé sous contrat",
        });
        parts.push(words.collect::<Vec<_>>().join(" ou "));
    }
    for (flag, yes, no) in [
        (condition.digital_workspace, "avec ENT", "sans ENT"),
        (condition.authority, "collectivité connue", "collectivité inconnue"),
        (condition.allowance, "avec indemnité", "sans indemnité"),
        (condition.allowance_granted, "indemnité attribuée", "indemnité non attribuée"),
        (condition.training_with, "formation partagée", "sans formation partagée"),
        (condition.referent, "référent nommé", "référent à nommer"),
    ] {
        parts.extend(flag.map(|flag| if flag { yes } else { no }.to_owned()));
    }
    parts.join(", ")
}
