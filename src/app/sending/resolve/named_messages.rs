//! The messages that names mean: references of letters, or Message-IDs.

use super::resolve_error::ResolveError;
use crate::diagnostic::did_you_mean;
use crate::ledger::read::lookup::MessageMatch;
use crate::ledger::{Ledger, LedgerError};
use crate::plan::resolution::{Meaning, NamedMessage, Resolution, meaning};
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
    let mut found = Vec::new();
    let matches = ledger.messages_named(name)?;
    for &MessageMatch { id, state, is_request, to_referent, .. } in &matches {
        let has_return = ledger.has_return(id)?;
        found.push(NamedMessage { id, state, has_return, is_request, to_referent });
    }
    match meaning(name, resolution, &found) {
        Meaning::Messages(ids) => Ok(ids),
        Meaning::Several => Err(ResolveError::SeveralMessages {
            name: name.to_owned(),
            messages: matches.iter().filter_map(described).collect(),
        }),
        Meaning::Nothing => Err(match found.last() {
            Some(last) => ResolveError::NotOpen { name: name.to_owned(), state: last.state },
            None => {
                let near = nearest(ledger, name)?;
                ResolveError::NoSuchMessage { name: name.to_owned(), near }
            }
        }),
    }
}

/// A message with the name that means it alone; none of one that was never frozen.
fn described(message: &MessageMatch) -> Option<String> {
    let what = match (message.is_request, message.to_referent) {
        (true, _) => "demande de désigner un référent",
        (_, true) => "message au référent",
        _ => "lettres",
    };
    let id = message.message_id.as_deref()?;
    Some(format!("{what}, {} : {id}", message.state.french().0))
}

fn nearest(ledger: &Ledger, name: &str) -> Result<Option<String>, LedgerError> {
    let names = ledger.names()?;
    Ok(did_you_mean(name, names.iter().map(String::as_str)).map(str::to_owned))
}
