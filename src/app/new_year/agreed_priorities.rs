//! The priorities that were agreed on in the letters of the year before: offered to the records of the next. Pure.
//!
//! They were written in a letter and read by a person; what the records say of a school is another matter.

use crate::plan::history::CampaignHistory;
use crate::records::people::Establishment;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// What was agreed on in the letters of a school.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AgreedPriorities {
    /// UAI of the school.
    pub uai: String,
    /// What was agreed on, letter by letter; the same text once.
    pub priorities: Vec<String>,
    /// Whether the records of the next year take it over.
    pub kept: bool,
}

/// What was agreed on in the letters of a campaign, of schools that are open on a day, in their order.
pub fn agreed_priorities(
    history: &CampaignHistory,
    schools: &[Establishment],
    day: Date,
) -> Vec<AgreedPriorities> {
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for letter in history.letters.values().filter(|letter| !letter.withdrawn) {
        let Some(text) = letter.agreed().priorities else { continue };
        let texts = found.entry(letter.uai.as_str()).or_default();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let is_open =
        |school: &&Establishment| school.closed.as_ref().is_none_or(|closed| closed.value.0 > day);
    let offered = schools.iter().filter(is_open).filter_map(|school| {
        let uai = school.uai.value.to_string();
        let priorities = found.remove(uai.as_str())?;
        Some(AgreedPriorities { uai, priorities, kept: false })
    });
    offered.collect()
}
