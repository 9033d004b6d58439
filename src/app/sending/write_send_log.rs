//! `send.log` as a view of the ledger: rewritten where it was lost.

use crate::app::resolved_campaign::ResolvedCampaign;
use crate::ledger::chain::event_kind::EventKind;
use crate::ledger::{Ledger, LedgerError};
use crate::project::send_log::{Line, SendLog};
use jiff::civil::Date;
use std::path::Path;

/// Writes a lost log again from the ledger.
pub fn restore_log(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    day: Date,
) -> Result<(), LedgerError> {
    let out = resolved.project.path(&resolved.output);
    match SendLog::new(&out, day).is_absent() {
        true => rewrite_log(ledger, resolved.desired.campaign.id.as_str(), &out, day),
        false => Ok(()),
    }
}

/// Rewrites the log of a campaign from the ledger; creates none if the ledger has no entries.
pub fn rewrite_log(
    ledger: &Ledger,
    campaign: &str,
    out: &Path,
    day: Date,
) -> Result<(), LedgerError> {
    let known = ledger.message_log(campaign)?;
    if known.is_empty() {
        return Ok(());
    }
    let lines = known.iter().map(|entry| match (entry.kind, entry.file.as_deref()) {
        (EventKind::Deposited, Some(file)) => Line::Deposited {
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
            detail: &entry.detail,
        },
    });
    std::fs::create_dir_all(out)?;
    Ok(SendLog::new(out, day).rewrite(lines)?)
}
