//! A transmission as a person follows it: a progress bar, and Ctrl-C to stop.

use crate::app::sending::relay::wording::pause_reason;
use crate::app::sending::transmit_queue::{SendMonitor, SendProgress};
use crate::cli::ui::ctrl_c::{self, CancelWords};
use crate::cli::ui::output::Output;
use crate::clock::Clock;
use cancel_token::CancelToken;
use indicatif::ProgressBar;
use jiff::SignedDuration;

/// A pause long enough to be explained on the screen.
const MIN_SHOWN_PAUSE: SignedDuration = SignedDuration::from_secs(8);

/// What Ctrl-C says.
const ON_CTRL_C: CancelWords = CancelWords {
    first: "arrêt après le message en cours ; Ctrl-C encore une fois pour tout arrêter\n",
    urgent: Some("arrêt immédiat\n"),
};

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
            ctrl_c::cancels(&cancel, ON_CTRL_C);
            bar = output.messages(messages);
            bar.set_message(eta.sentence(clock));
        }
        SendProgress::Done(eta) => {
            bar.inc(1);
            bar.set_message(eta.sentence(clock));
        }
        SendProgress::Paused(until, reason) => {
            if until.duration_since(clock.now()) > MIN_SHOWN_PAUSE {
                let reason = pause_reason(reason);
                bar.set_message(format!("{reason} : reprise à {}", clock.shown(until)));
            }
        }
        SendProgress::Ends => bar.finish_and_clear(),
    };
    transmit(&mut SendMonitor { cancel: &cancel, progress: &mut progress })
}
