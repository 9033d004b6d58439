//! The time that a run spends in each stage, summed over all workers, for those who make missive faster.
//!
//! Each stage reads a monotonic clock twice. Nothing depends on the times.

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// A step in making a document or a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Records and rules become JSON, which is compared with the ledger.
    Content,
    /// Typst makes pages or HTML of a template and JSON.
    Compile,
    /// The text of the pages is read, block by block.
    ReadBack,
    /// The pages or the HTML become bytes.
    Export,
    /// The form is put behind a letter's bytes.
    Form,
    /// SHA-256 of the bytes.
    Hash,
    /// Files in `out/` and objects of the ledger, without the wait for the disk.
    Write,
    /// Letters, cover and enclosures become a MIME message.
    Message,
    /// The wait for the disk, and the ledger's transactions.
    Ledger,
}

const ALL: [(Stage, &str); 9] = [
    (Stage::Content, "content"),
    (Stage::Compile, "compile"),
    (Stage::ReadBack, "read_back"),
    (Stage::Export, "export"),
    (Stage::Form, "form"),
    (Stage::Hash, "hash"),
    (Stage::Write, "write"),
    (Stage::Message, "message"),
    (Stage::Ledger, "ledger"),
];

/// The time spent so far in each stage, over all workers.
#[derive(Debug, Default)]
pub struct Stages([AtomicU64; ALL.len()]);

impl Stages {
    /// Runs `work` and adds the time it takes to a stage.
    pub fn time<T>(&self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        let spent = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.0[stage as usize].fetch_add(spent, Ordering::Relaxed);
        result
    }
}

impl Serialize for Stages {
    /// Seconds by stage.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(ALL.len()))?;
        for (stage, name) in ALL {
            let nanoseconds = self.0[stage as usize].load(Ordering::Relaxed);
            map.serialize_entry(name, &(nanoseconds as f64 / 1e9))?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_counted_where_it_was_spent() {
        let stages = Stages::default();
        assert_eq!(
            stages.time(Stage::Export, || (0..1000).map(std::hint::black_box).count()),
            1000
        );
        let json = serde_json::to_value(&stages).unwrap();
        assert!(json["export"].as_f64().unwrap() > 0.0);
        assert_eq!(json["compile"].as_f64(), Some(0.0));
        assert_eq!(json.as_object().unwrap().len(), ALL.len());
    }
}
