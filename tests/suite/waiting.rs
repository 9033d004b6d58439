//! Waits of the stories: for something to be seen, for a person's word, for the moment of a kill.
//!
//! The one place where a story may sleep. A wait for something ends when it is there, and fails loudly
//! long after it should have been.

use std::process::Child;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// What has not come after this long does not come: generous, as others may work on the computer.
pub const PATIENCE: Duration = Duration::from_secs(120);
/// Between two looks.
const GLANCE: Duration = Duration::from_millis(1);

/// Looks until it is so.
#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "in vain: {what}");
        std::thread::sleep(GLANCE);
    }
}

/// Kills a command at a moment of its life, if it has not ended before; says whether it was cut.
/// A random instant is a time: nothing is waited for.
pub fn kill_after(child: &mut Child, moment: Duration) -> bool {
    kill_when(child, moment, || false)
}

/// The same, earlier if this is so.
pub fn kill_when(child: &mut Child, moment: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() && !is_so() {
        let left = moment.saturating_sub(begun.elapsed());
        if left.is_zero() {
            break;
        }
        std::thread::sleep(left.min(GLANCE));
    }
    child.kill().ok();
    !child.wait().unwrap().success()
}

/// Holds others up until it is opened.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    /// Waits until it is opened.
    pub fn pass(&self) {
        let (open, changed) = &*self.0;
        let _open = changed.wait_while(open.lock().unwrap(), |open| !*open).unwrap();
    }

    /// Waits until it is opened, but no longer than this; says whether it was.
    pub fn pass_within(&self, time: Duration) -> bool {
        let (open, changed) = &*self.0;
        let open = open.lock().unwrap();
        *changed.wait_timeout_while(open, time, |open| !*open).unwrap().0
    }

    pub fn open(&self) {
        let (open, changed) = &*self.0;
        *open.lock().unwrap() = true;
        changed.notify_all();
    }
}
