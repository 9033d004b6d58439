//! Transmits frozen messages or reminders of a campaign: log, forecast, and the emergency files.

use super::context::SendContext;
use super::queue::send_queue::queued;
use super::relay::config::retry_delay;
use super::relay::eta::Eta;
use super::relay::transmission::{PauseReason, Progress, TransmissionOutcome};
use super::relay::transmit::Transmission;
use super::write_send_log::{restore_log, rewrite_log};
use crate::plan::history::CampaignHistory;
use crate::project::send_log::SendLog;
use jiff::Timestamp;
use smtp_session::{CancelToken, RateLimiter, RelayConfig};
use std::collections::BTreeSet;

/// Progress, for a front end.
pub enum SendProgress<'e> {
    /// The transmission of so many messages begins.
    Begins(usize, &'e Eta),
    /// One message more is done.
    Done(&'e Eta),
    /// Nothing is sent until then.
    Paused(Timestamp, PauseReason),
    /// The transmission is over.
    Ends,
}

/// How a front end follows a transmission, and stops it.
pub struct SendMonitor<'m> {
    /// Asks the transmission to stop.
    pub cancel: &'m CancelToken,
    /// Is told what is going on.
    pub progress: &'m mut dyn FnMut(SendProgress<'_>),
}

/// The messages of one transmission, by their numbers in the ledger.
pub(super) struct TransmitRequest<'t> {
    /// What the ledger knew when they were frozen.
    pub(super) history: &'t CampaignHistory,
    /// May go now.
    pub(super) now: &'t BTreeSet<i64>,
    /// Are not due yet.
    pub(super) later: &'t BTreeSet<i64>,
    /// Stay until nothing is deferred.
    pub(super) wait: bool,
    pub(super) limiter: RateLimiter,
    pub(super) relay: &'t RelayConfig,
}

/// Transmits messages; gives the outcome, and how many of `later` were found.
pub(super) fn transmit(
    context: &SendContext<'_>,
    request: TransmitRequest<'_>,
    monitor: &mut SendMonitor<'_>,
) -> (TransmissionOutcome, usize) {
    let SendContext { resolved, ledger, clock, .. } = *context;
    let TransmitRequest { history, now, later, wait, limiter, relay } = request;
    let (now, later) = (queued(resolved, history, now), queued(resolved, history, later));
    let later_found = later.len();
    let out = resolved.project.path(&resolved.output);
    let _ = std::fs::create_dir_all(&out);
    let log = SendLog::new(&out, clock.day());
    // Writes a lost log again from the ledger.
    let _ = restore_log(resolved, ledger, clock.day());
    let transmission = Transmission {
        ledger,
        campaign: context.campaign(),
        history,
        relay,
        delay: &|tries| retry_delay(context.relay, tries),
        clock,
        cancel: monitor.cancel,
        wait,
        enclosures: resolved.enclosures.iter().map(|file| file.hash.clone()).collect(),
        log: &log,
        emergency: vec![
            resolved.project.path("data/ledger/urgence.txt"),
            out.join("urgence.txt"),
            std::env::temp_dir().join("missive-urgence.txt"),
        ],
    };
    let mut eta = Eta::new(clock, &limiter, now.iter().chain(&later));
    (monitor.progress)(SendProgress::Begins(now.len() + later.len(), &eta));
    let outcome = transmission.run(now, later, limiter, &mut |progress| match progress {
        Progress::Done => {
            eta.done += 1;
            (monitor.progress)(SendProgress::Done(&eta));
        }
        Progress::Paused(until, reason) => {
            (monitor.progress)(SendProgress::Paused(until, reason));
        }
    });
    (monitor.progress)(SendProgress::Ends);
    let _ = rewrite_log(ledger, context.campaign(), &out, clock.day());
    (outcome, later_found)
}
