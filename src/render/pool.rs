//! Workers for many independent documents: plain threads, each with a rayon pool of its own.
//!
//! The PDF writer uses rayon inside; a shared pool would nest and overflow the stack. Work is
//! taken one by one from a counter, so a slow letter holds up nobody, and memory grows with the
//! number of workers, not of letters.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Stack of a worker: layout recurses.
const STACK: usize = 16 * 1024 * 1024;

/// Runs `work(0..count)` on `jobs` threads and hands each outcome to `collect` as it comes.
/// Outcomes arrive in no fixed order; `None` means that the work panicked. `stop` ends the run
/// before the next piece of work. Returns false when the threads could not be started.
pub fn run<T: Send>(
    count: usize,
    jobs: usize,
    stop: &AtomicBool,
    work: impl Fn(usize) -> T + Sync,
    collect: impl FnMut(usize, Option<T>) + Send,
) -> bool {
    let next = AtomicUsize::new(0);
    let collect = Mutex::new(collect);
    let worker = || {
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                break;
            }
            let outcome = catch_unwind(AssertUnwindSafe(|| work(index))).ok();
            let mut collect = collect.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            collect(index, outcome);
        }
    };
    let started = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, count.max(1)) {
            let body = || {
                let pool =
                    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
                if pool.is_ok() {
                    started.fetch_add(1, Ordering::Relaxed);
                    worker();
                }
            };
            // A thread that cannot be started leaves its share to the others.
            let _ = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, body);
        }
    });
    started.load(Ordering::Relaxed) > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_done_once_and_a_panic_costs_only_its_own() {
        for jobs in [1, 2, 5] {
            let mut done = vec![0; 100];
            let mut lost = Vec::new();
            let started = run(
                100,
                jobs,
                &AtomicBool::new(false),
                |index| {
                    assert!(index != 13, "told to panic");
                    index * 2
                },
                |index, outcome| match outcome {
                    Some(value) => {
                        assert_eq!(value, index * 2);
                        done[index] += 1;
                    }
                    None => lost.push(index),
                },
            );
            assert!(started);
            assert_eq!(lost, [13]);
            assert!(done.iter().enumerate().all(|(index, times)| *times == i32::from(index != 13)));
        }
    }
}
