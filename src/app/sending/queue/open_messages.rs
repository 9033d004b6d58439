//! The messages of the ledger whose letters the campaign still calls for.

use crate::app::resolved_campaign::ResolvedCampaign;
use crate::letter::mailing::Mailing;
use crate::plan::history::MessageEntry;
use std::collections::{BTreeSet, HashMap};

/// A message with its letters as the campaign has them now.
#[derive(Clone, Debug)]
pub struct OutgoingMessage<'p, 'r> {
    /// What the ledger knows of it.
    pub message: &'p MessageEntry,
    /// Its school, address and letters.
    pub mailing: Mailing<'r>,
}

/// The messages whose letters the campaign still calls for, by UAI. With `only`, those of the chosen mailings.
pub fn open_messages<'p, 'r>(
    resolved: &ResolvedCampaign<'r>,
    messages: impl Iterator<Item = &'p MessageEntry>,
    only: Option<&BTreeSet<usize>>,
) -> Vec<OutgoingMessage<'p, 'r>> {
    let desired = &resolved.desired;
    let places: HashMap<String, usize> = desired
        .letters
        .iter()
        .enumerate()
        .map(|(at, letter)| (letter.reference.to_string(), at))
        .collect();
    let chosen: Option<BTreeSet<usize>> =
        only.map(|only| only.iter().flat_map(|at| desired.mailings[*at].letters.clone()).collect());
    let mut open: Vec<&MessageEntry> = messages.collect();
    open.sort_by(|a, b| a.uai.cmp(&b.uai));
    let mut found = Vec::new();
    for message in open {
        let letters = message.letters.iter();
        let letters: Vec<usize> =
            letters.filter_map(|letter| places.get(&letter.reference).copied()).collect();
        let whole = letters.len() == message.letters.len() && !letters.is_empty();
        let wanted = chosen.as_ref().is_none_or(|only| letters.iter().any(|at| only.contains(at)));
        if !whole || !wanted {
            continue;
        }
        let school = desired.letters[letters[0]].establishment;
        let uais = letters.iter().map(|at| &desired.letters[*at].establishment.uai.value);
        let uai = uais.min().unwrap_or(&school.uai.value);
        let address = school.email.as_ref().map(|email| &email.value);
        found.push(OutgoingMessage { message, mailing: Mailing { uai, address, letters } });
    }
    found
}

/// A school with its UAI, as a person knows it.
pub fn school_name(resolved: &ResolvedCampaign<'_>, mailing: &Mailing<'_>) -> String {
    let first = mailing.letters.first().map(|at| resolved.desired.letters[*at].establishment);
    first.map_or(String::new(), |school| format!("{} ({})", school.name.value, mailing.uai))
}
