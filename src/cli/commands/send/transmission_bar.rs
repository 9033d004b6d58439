//! A transmission as a person follows it: a progress bar, and Ctrl-C to stop.

use crate::app::sending::relay::wording::pause_reason;
use crate::app::sending::transmit_queue::{SendMonitor, SendProgress};
use crate::cli::ui::output::{self, Output};
use crate::clock::Clock;
use indicatif::ProgressBar;
use jiff::SignedDuration;
use smtp_session::CancelToken;

/// A pause long enough to be explained on the screen.
const WORTH_TELLING: SignedDuration = SignedDuration::from_secs(8);

/// Runs a transmission with a bar; Ctrl-C stops it from the moment it begins.
pub(super) fn with_bar<T>(
    output: &Output,
    clock: &Clock,
    transmit: impl FnOnce(&mut SendMonitor<'_>) -> T,
) -> T {
    let cancel = CancelToken::default();
    let mut bar = ProgressBar::hidden();
    let mut progress = |progress: SendProgress<'_>| match progress {
        SendProgress::Begins(messages, eta) => {
            stop_on_ctrl_c(&cancel);
            bar = output.messages(messages);
            bar.set_message(eta.sentence(clock));
        }
        SendProgress::Done(eta) => {
            bar.inc(1);
            bar.set_message(eta.sentence(clock));
        }
        SendProgress::Paused(until, reason) => {
            if until.duration_since(clock.now()) > WORTH_TELLING {
                let reason = pause_reason(reason);
                bar.set_message(format!("{reason} : reprise à {}", clock.shown(until)));
            }
        }
        SendProgress::Ends => bar.finish_and_clear(),
    };
    transmit(&mut SendMonitor { cancel: &cancel, progress: &mut progress })
}

/// Ctrl-C ends after the message in hand; twice, at once.
fn stop_on_ctrl_c(cancel: &CancelToken) {
    let cancel = cancel.clone();
    // Without a handler the process simply ends: the ledger is right at any moment.
    let _ = ctrlc::set_handler(move || {
        cancel.request();
        output::print_err(match cancel.is_urgent() {
            true => "arrêt immédiat\n",
            false => "arrêt après le message en cours ; Ctrl-C encore une fois pour tout arrêter\n",
        });
    });
}
