//! Workers for many independent documents: plain threads, each with a rayon pool of its own.
//!
//! The PDF writer uses rayon inside; a shared pool would nest and overflow the stack. Work is
//! taken one by one from a counter, and outcomes are handed over in its order, so that what is
//! written down of them is the same for any number of workers. The thread that asked for the work
//! takes the outcomes: it waits for disk and ledger while the workers go on. A slow letter holds
//! others up only when they are far ahead: memory grows with the number of workers, not of letters.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Stack size of a worker in bytes: layout recurses.
const STACK_SIZE: usize = 16 * 1024 * 1024;

/// Most results that may wait for the first piece that is not done.
const MAX_QUEUED: usize = 64;

/// Results that wait to be taken, in order.
struct ResultQueue<T> {
    waiting: BTreeMap<usize, Option<T>>,
    due: usize,
    workers: usize,
}

/// A queue of results, and a signal for every change of it.
struct WorkQueue<T> {
    queue: Mutex<ResultQueue<T>>,
    changed: Condvar,
}

impl<T> WorkQueue<T> {
    fn queue(&self) -> MutexGuard<'_, ResultQueue<T>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut ResultQueue<T>)) {
        change(&mut self.queue());
        self.changed.notify_all();
    }

    fn wait_while(
        &self,
        wait: impl FnMut(&mut ResultQueue<T>) -> bool,
    ) -> MutexGuard<'_, ResultQueue<T>> {
        self.changed.wait_while(self.queue(), wait).unwrap_or_else(PoisonError::into_inner)
    }

    /// The next outcome in order; none when all workers are gone and everything was taken.
    fn next(&self) -> Option<(usize, Option<T>)> {
        let mut queue =
            self.wait_while(|queue| queue.workers > 0 && !queue.waiting.contains_key(&queue.due));
        let due = queue.due;
        queue.waiting.remove(&due).map(|outcome| (due, outcome))
    }
}

/// Lets the workers end when the one who takes the outcomes does not.
struct Release<'a, T>(&'a WorkQueue<T>, &'a AtomicBool);

impl<T> Drop for Release<'_, T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.1.store(true, Ordering::Relaxed);
            self.0.change(|queue| queue.due = usize::MAX);
        }
    }
}

/// As many workers as asked for, or as there are cores.
pub fn workers(asked: Option<u16>) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    asked.map_or_else(cores, usize::from)
}

/// Runs `work(0..count)` on `jobs` threads and hands each outcome to `collect`, in order, on this
/// thread; `None` means that the work panicked. `stop` ends the run before the next piece of work.
/// Returns false when the threads could not be started.
pub fn run<T: Send>(
    count: usize,
    jobs: usize,
    stop: &AtomicBool,
    work: impl Fn(usize) -> T + Sync,
    mut collect: impl FnMut(usize, Option<T>),
) -> bool {
    let next = AtomicUsize::new(0);
    let queue = ResultQueue { waiting: BTreeMap::new(), due: 0, workers: 0 };
    let shared = WorkQueue { queue: Mutex::new(queue), changed: Condvar::new() };
    let worker = || {
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                break;
            }
            // The worker of the piece that is due never waits, so that the queue always moves on.
            drop(shared.wait_while(|queue| index > queue.due.saturating_add(MAX_QUEUED)));
            let outcome = catch_unwind(AssertUnwindSafe(|| work(index))).ok();
            shared.change(|queue| drop(queue.waiting.insert(index, outcome)));
        }
    };
    let started = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let _release = Release(&shared, stop);
        for _ in 0..jobs.clamp(1, count.max(1)) {
            let body = || {
                let pool =
                    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
                if pool.is_ok() {
                    started.fetch_add(1, Ordering::Relaxed);
                    worker();
                }
                shared.change(|queue| queue.workers -= 1);
            };
            shared.change(|queue| queue.workers += 1);
            // A thread that cannot be started leaves its share to the others.
            let thread =
                std::thread::Builder::new().stack_size(STACK_SIZE).spawn_scoped(scope, body);
            if thread.is_err() {
                shared.change(|queue| queue.workers -= 1);
            }
        }
        while let Some((index, outcome)) = shared.next() {
            collect(index, outcome);
            shared.change(|queue| queue.due += 1);
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

    #[test]
    fn one_who_takes_no_more_lets_the_workers_end() {
        let stop = AtomicBool::new(false);
        let taken = catch_unwind(AssertUnwindSafe(|| {
            run(10_000, 2, &stop, |index| index, |index, _| assert!(index < 3, "told to panic"))
        }));
        assert!(taken.is_err() && stop.into_inner());
    }

    #[test]
    fn a_run_that_is_stopped_hands_over_all_that_was_begun() {
        let stop = AtomicBool::new(false);
        let begun = AtomicUsize::new(0);
        let mut taken = 0;
        let work = |_| begun.fetch_add(1, Ordering::Relaxed);
        run(10_000, 3, &stop, work, |index, _| {
            assert_eq!(index, taken);
            taken += 1;
            stop.store(index >= 50, Ordering::Relaxed);
        });
        assert!(taken > 50 && taken < 10_000);
        assert_eq!(begun.into_inner(), taken);
    }
}
