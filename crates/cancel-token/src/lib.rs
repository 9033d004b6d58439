//! A request to stop long work, from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// A request to stop, shared by its clones.
///
/// The first request lets what is in hand be finished; the second one stops at once. Where nothing is in
/// hand, the first one stops at once too.
///
/// ```
/// let cancel = cancel_token::CancelToken::default();
/// let asked = cancel.clone();
/// asked.request();
/// assert!(cancel.is_requested() && !cancel.is_urgent());
/// asked.request();
/// assert!(cancel.is_urgent());
/// ```
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicU8>);

impl CancelToken {
    /// Asks to stop, once more.
    pub fn request(&self) {
        let one_more = |count: u8| Some(count.saturating_add(1));
        let _ = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_more);
    }

    /// Whether to stop after what is in hand.
    pub fn is_requested(&self) -> bool {
        self.0.load(Ordering::SeqCst) >= 1
    }

    /// Whether to stop at once.
    pub fn is_urgent(&self) -> bool {
        self.0.load(Ordering::SeqCst) >= 2
    }
}
