//! The messages that names mean: references of letters, or Message-IDs.

use super::resolve_error::ResolveError;
use crate::diagnostic::did_you_mean;
use crate::ledger::{Ledger, LedgerError};
use crate::plan::resolution::{NamedBy, Resolution, is_meant};
use std::collections::BTreeSet;

/// The numbers of the messages that the names mean; of those of a letter, the ones that may be resolved.
pub(super) fn named_messages(
    ledger: &Ledger,
    names: &[String],
    resolution: Resolution,
) -> Result<BTreeSet<i64>, ResolveError> {
    let mut ids = BTreeSet::new();
    for name in names {
        ids.extend(named_by(ledger, name, resolution)?);
    }
    Ok(ids)
}

fn named_by(ledger: &Ledger, name: &str, resolution: Resolution) -> Result<Vec<i64>, ResolveError> {
    let found = ledger.messages_named(name)?;
    let named_by = if name.contains('@') { NamedBy::MessageId } else { NamedBy::Letter };
    let mut came_back: BTreeSet<i64> = BTreeSet::new();
    for (id, _) in &found {
        if ledger.has_return(*id)? {
            came_back.insert(*id);
        }
    }
    let mut meant: Vec<i64> = found
        .iter()
        .filter(|(id, state)| is_meant(*state, named_by, resolution, came_back.contains(id)))
        .map(|(id, _)| *id)
        .collect();
    if named_by == NamedBy::Letter && resolution == Resolution::HandedOver && meant.len() > 1 {
        let proven: Vec<i64> = meant.iter().copied().filter(|id| came_back.contains(id)).collect();
        if proven.len() == 1 {
            meant = proven;
        }
    }
    match named_by {
        // The same bytes deposited twice have one Message-ID: the last deposit stands for both.
        NamedBy::MessageId => meant = meant.last().copied().into_iter().collect(),
        NamedBy::Letter if meant.len() > 1 => {
            return Err(ResolveError::SeveralMessages(name.to_owned()));
        }
        NamedBy::Letter => {}
    }
    if !meant.is_empty() {
        return Ok(meant);
    }
    let left: Vec<i64> =
        found.iter().filter(|(_, state)| state.has_left()).map(|(id, _)| *id).collect();
    if left.is_empty() {
        let near = if found.is_empty() { nearest(ledger, name)? } else { None };
        return Err(ResolveError::NoSuchMessage { name: name.to_owned(), near });
    }
    Ok(left)
}

fn nearest(ledger: &Ledger, name: &str) -> Result<Option<String>, LedgerError> {
    let names = ledger.names()?;
    Ok(did_you_mean(name, names.iter().map(String::as_str)).map(str::to_owned))
}
