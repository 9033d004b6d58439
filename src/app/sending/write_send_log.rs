//! Writes `send.log` anew from the ledger, when it went away with `out/` or no longer tells all.

use crate::deliver::log::{Line, SendLog};
use crate::ledger::{Ledger, LedgerError};
use jiff::civil::Date;
use std::path::Path;

/// Writes the log of a campaign into its output folder, if none is there.
pub fn restore(ledger: &Ledger, campaign: &str, out: &Path, day: Date) -> Result<(), LedgerError> {
    match SendLog::new(out, day).is_absent() {
        true => rewrite(ledger, campaign, out, day),
        false => Ok(()),
    }
}

/// Writes the log of a campaign into its output folder; none is made when the ledger knows nothing.
pub fn rewrite(ledger: &Ledger, campaign: &str, out: &Path, day: Date) -> Result<(), LedgerError> {
    let entries = ledger.logged(campaign)?;
    if entries.is_empty() {
        return Ok(());
    }
    let lines = entries.iter().map(|entry| match (entry.kind.as_str(), entry.file.as_deref()) {
        ("deposited", Some(file)) => Line::Deposited {
            day: &entry.day,
            file,
            message_id: &entry.message_id,
            to: &entry.address,
        },
        (_, Some(file)) => Line::Withdrawn { day: &entry.day, file },
        (kind, None) => Line::Sent {
            moment: &entry.moment,
            kind,
            message_id: &entry.message_id,
            to: &entry.address,
            said: &entry.said,
        },
    });
    std::fs::create_dir_all(out)?;
    Ok(SendLog::new(out, day).rewrite(lines)?)
}
