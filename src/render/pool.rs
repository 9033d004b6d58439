//! Workers for many independent documents: plain threads, each with a rayon pool of its own.
//!
//! The PDF writer uses rayon inside; a shared pool would nest and overflow the stack. Work is
//! taken one by one from a counter, and outcomes are handed over in its order, so that what is
//! written down of them is the same for any number of workers. A slow letter holds others up only
//! when they are far ahead: memory grows with the number of workers, not of letters.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

/// Stack of a worker: layout recurses.
const STACK: usize = 16 * 1024 * 1024;

/// How far ahead of the first piece that is not done a worker may be.
const AHEAD: usize = 128;

/// Outcomes that wait for an earlier one.
struct Line<C, T> {
    collect: C,
    waiting: BTreeMap<usize, Option<T>>,
    due: usize,
}

/// Runs `work(0..count)` on `jobs` threads and hands each outcome to `collect`, in order; `None` means that the work panicked. `stop` ends the run
/// before the next piece of work. Returns false when the threads could not be started.
pub fn run<T: Send>(
    count: usize,
    jobs: usize,
    stop: &AtomicBool,
    work: impl Fn(usize) -> T + Sync,
    collect: impl FnMut(usize, Option<T>) + Send,
) -> bool {
    let next = AtomicUsize::new(0);
    let line = Mutex::new(Line { collect, waiting: BTreeMap::new(), due: 0 });
    let advanced = Condvar::new();
    let worker = || {
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                break;
            }
            let held = line.lock().unwrap_or_else(PoisonError::into_inner);
            // The worker of the piece that is due never waits, so that the line always moves on.
            let held = advanced.wait_while(held, |line| index > line.due + AHEAD);
            drop(held.unwrap_or_else(PoisonError::into_inner));
            let outcome = catch_unwind(AssertUnwindSafe(|| work(index))).ok();
            let mut held = line.lock().unwrap_or_else(PoisonError::into_inner);
            let line = &mut *held;
            line.waiting.insert(index, outcome);
            while let Some(outcome) = line.waiting.remove(&line.due) {
                (line.collect)(line.due, outcome);
                line.due += 1;
            }
            advanced.notify_all();
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
            let mut order = Vec::new();
            let mut lost = Vec::new();
            let started = run(
                100,
                jobs,
                &AtomicBool::new(false),
                |index| {
                    assert!(index != 13, "told to panic");
                    // Later pieces are done before earlier ones.
                    (0..(index % 7) * 20_000).for_each(|_| std::hint::spin_loop());
                    index * 2
                },
                |index, outcome| {
                    order.push(index);
                    match outcome {
                        Some(value) => {
                            assert_eq!(value, index * 2);
                            done[index] += 1;
                        }
                        None => lost.push(index),
                    }
                },
            );
            assert!(started);
            assert_eq!(lost, [13]);
            assert!(order.iter().copied().eq(0..100), "{order:?}");
            assert!(done.iter().enumerate().all(|(index, times)| *times == i32::from(index != 13)));
        }
    }
}
