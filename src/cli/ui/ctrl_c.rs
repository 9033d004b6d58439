//! Ctrl-C asks what runs to stop, and says what is finished first.

use super::output::print_err;
use cancel_token::CancelToken;

/// What a person reads who presses Ctrl-C.
pub struct CancelWords {
    /// The first time.
    pub first: &'static str,
    /// After it.
    pub urgent: Option<&'static str>,
}

/// From now on each Ctrl-C asks to stop, once more.
pub fn cancels(cancel: &CancelToken, words: CancelWords) {
    let cancel = cancel.clone();
    // Without a handler the process simply ends: archive and ledger are right at any moment.
    let _ = ctrlc::set_handler(move || {
        cancel.request();
        let words = if cancel.is_urgent() { words.urgent } else { Some(words.first) };
        words.into_iter().for_each(print_err);
    });
}
