//! The order in which messages are tried: those that may go now, first in first out, and those that wait for
//! their moment. Knows nothing of what a message is.

use jiff::Timestamp;
use std::collections::VecDeque;

/// Messages that may go now, and messages that were deferred.
#[derive(Debug)]
pub(super) struct RetryQueue<T> {
    pending: VecDeque<T>,
    deferred: Vec<(Timestamp, T)>,
}

impl<T> RetryQueue<T> {
    pub(super) fn new(
        pending: impl IntoIterator<Item = T>,
        deferred: impl IntoIterator<Item = (Timestamp, T)>,
    ) -> Self {
        let pending = pending.into_iter().collect();
        Self { pending, deferred: deferred.into_iter().collect() }
    }

    /// The next one that may go. Deferred ones whose moment has come go behind those that never waited, the
    /// earliest first.
    pub(super) fn next(&mut self, now: Timestamp) -> Option<T> {
        self.deferred.sort_by_key(|(due, _)| *due);
        let ready = self.deferred.iter().take_while(|(due, _)| *due <= now).count();
        self.pending.extend(self.deferred.drain(..ready).map(|(_, item)| item));
        self.pending.pop_front()
    }

    /// Puts back what was not tried: it is the next one.
    pub(super) fn put_back(&mut self, item: T) {
        self.pending.push_front(item);
    }

    /// Waits for a moment with it.
    pub(super) fn defer(&mut self, due: Timestamp, item: T) {
        self.deferred.push((due, item));
    }

    /// When the first of the deferred ones may go.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.deferred.iter().map(|(due, _)| *due).min()
    }

    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    pub(super) fn deferred(&self) -> usize {
        self.deferred.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn deferred_ones_come_after_the_others_once_they_are_due() {
        let mut queue = RetryQueue::new(["a", "b"], [(at(20), "late"), (at(10), "early")]);
        assert_eq!(queue.next(at(5)), Some("a"));
        assert_eq!(queue.next(at(30)), Some("b"), "due, but behind");
        assert_eq!(queue.next(at(30)), Some("early"));
        assert_eq!(queue.next(at(30)), Some("late"));
        assert_eq!(queue.next(at(30)), None);
    }

    #[test]
    fn what_was_not_tried_is_the_next_one() {
        let mut queue = RetryQueue::new(["a", "b"], []);
        let first = queue.next(at(0)).unwrap();
        queue.put_back(first);
        assert_eq!(queue.pending(), 2);
        assert_eq!(queue.next(at(0)), Some("a"));
    }

    #[test]
    fn a_deferred_one_waits_for_its_moment() {
        let mut queue = RetryQueue::new(["a"], []);
        let item = queue.next(at(0)).unwrap();
        queue.defer(at(60), item);
        queue.defer(at(30), "b");
        assert_eq!((queue.next(at(29)), queue.next_due()), (None, Some(at(30))));
        assert_eq!((queue.deferred(), queue.pending()), (2, 0));
        assert_eq!(queue.next(at(60)), Some("b"));
        assert_eq!(queue.next(at(60)), Some("a"));
        assert_eq!(queue.next_due(), None);
    }
}
