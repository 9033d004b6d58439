//! The rules in force on a day as plain data: kept with what was made under them, so that a later
//! change can be told from one that was always there.

use super::ruleset::Ruleset;
use crate::diagnostic::Span;
use crate::records::rule::{Condition, LegalSource, Version};
use crate::records::word_lists::Materiality;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RuleKind {
    /// A numbered duty.
    Mission,
    /// A piece of text for a place of the letter.
    Clause,
    /// A yearly indemnity.
    Allowance,
}

/// One version of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleView {
    /// Mission, clause or allowance.
    pub kind: RuleKind,
    /// Its identifier in the rules (a slug).
    pub id: String,
    /// `file:line` of the version.
    pub place: String,
    /// First day on which it is in force.
    pub since: Date,
    /// Last day on which it is in force; none if it has no end.
    pub until: Option<Date>,
    /// Whom it concerns, as `key=value` parts; empty for everybody.
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
        let kind = match self.kind {
            RuleKind::Mission => "mission",
            RuleKind::Clause => "disposition",
            RuleKind::Allowance => "indemnité",
        };
        let day = |day: Date| format!("{:02}/{:02}/{}", day.day(), day.month(), day.year());
        let until = self.until.map_or(String::new(), |last| format!(" jusqu'au {}", day(last)));
        format!("{kind} « {} », depuis le {}{until} – {}", self.id, day(self.since), self.source)
    }
}

impl Ruleset<'_> {
    /// Every version in force; `place` writes a place.
    pub fn snapshot(&self, place: impl Fn(Span) -> String) -> Vec<RuleView> {
        let mut list = Vec::new();
        for (mission, versions) in &self.missions {
            for &version in versions {
                let mut raw = format!(
                    "{}\n{}\n{}\n{}",
                    mission.number.value,
                    version.rank.value.as_str(),
                    &*version.title.value,
                    &*version.text.value
                );
                for activity in &version.activities {
                    raw.push('\n');
                    raw.push_str(&activity.value);
                }
                list.push(view(RuleKind::Mission, mission.id.as_str(), version, raw, &place));
            }
        }
        for (clause, versions) in &self.clauses {
            for &version in versions {
                let raw = format!("{}\n{}", clause.slot.as_str(), &*version.text.value);
                list.push(view(RuleKind::Clause, clause.id.as_str(), version, raw, &place));
            }
        }
        for (allowance, versions) in &self.allowances {
            for &version in versions {
                let raw = format!("{}\n{}", &*version.label.value, version.amount.value.cents);
                list.push(view(RuleKind::Allowance, allowance.id.as_str(), version, raw, &place));
            }
        }
        list
    }
}

fn view(
    kind: RuleKind,
    id: &str,
    version: &impl Version,
    raw: String,
    place: &impl Fn(Span) -> String,
) -> RuleView {
    RuleView {
        kind,
        id: id.to_owned(),
        place: place(version.place()),
        since: version.since().value.0,
        until: version.until().map(|day| day.value.0),
        when: condition(version.condition()),
        raw,
        source: source(version.source()),
        cosmetic: version.materiality() == Some(Materiality::Cosmetic),
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

/// A condition as `key=value|value` parts: kept, so it must stay as it is. [`RuleView::whom`] says
/// it in French.
fn condition(condition: &Condition) -> String {
    let mut parts = Vec::new();
    if let Some(kinds) = &condition.kind {
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.value.as_str()).collect();
        parts.push(format!("kind={}", kinds.join("|")));
    }
    if let Some(sectors) = &condition.sector {
        let sectors: Vec<&str> = sectors.iter().map(|sector| sector.value.as_str()).collect();
        parts.push(format!("sector={}", sectors.join("|")));
    }
    for (flag, key) in [
        (condition.digital_workspace, "digital_workspace"),
        (condition.authority, "authority"),
        (condition.allowance, "allowance"),
        (condition.allowance_granted, "allowance_granted"),
        (condition.training_with, "training_with"),
        (condition.referent, "referent"),
    ] {
        parts.extend(flag.map(|flag| format!("{key}={flag}")));
    }
    parts.join(";")
}

/// The words of conditions in French.
const WORDS: &[(&str, &str)] = &[
    ("college", "collège"),
    ("lycee", "lycée"),
    ("lycee-professionnel", "lycée professionnel"),
    ("lycee-polyvalent", "lycée polyvalent"),
    ("erea", "EREA"),
    ("other", "autre établissement"),
    ("public", "public"),
    ("private", "privé sous contrat"),
    ("digital_workspace=true", "avec ENT"),
    ("digital_workspace=false", "sans ENT"),
    ("authority=true", "collectivité connue"),
    ("authority=false", "collectivité inconnue"),
    ("allowance=true", "avec indemnité"),
    ("allowance=false", "sans indemnité"),
    ("allowance_granted=true", "indemnité attribuée"),
    ("allowance_granted=false", "indemnité non attribuée"),
    ("training_with=true", "formation partagée"),
    ("training_with=false", "sans formation partagée"),
    ("referent=true", "référent nommé"),
    ("referent=false", "référent à nommer"),
];

impl RuleView {
    /// Whom the rule concerns, in French; nothing when everybody.
    pub fn whom(&self) -> Option<String> {
        let french = |word: &str| {
            let known = WORDS.iter().find(|(known, _)| *known == word);
            known.map_or_else(|| word.to_owned(), |(_, french)| (*french).to_owned())
        };
        let part = |part: &str| match part.split_once('=') {
            Some(("kind" | "sector", values)) => {
                values.split('|').map(french).collect::<Vec<_>>().join(" ou ")
            }
            _ => french(part),
        };
        let parts: Vec<String> = self.when.split(';').filter(|p| !p.is_empty()).map(part).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}
