//! What a check of the ledger found.

use crate::ledger::chain::events::ChainHead;
use serde::Serialize;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable code, for JSON.
    pub code: &'static str,
    /// What a person reads.
    pub message: String,
}

/// Events in a row whose hashes have one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ChainPart {
    /// The number of the first.
    pub first: i64,
    /// The number of the last.
    pub last: i64,
    /// Version of the hash: 1 covers the details, 2 the hash of details and nonce.
    pub version: i64,
}

impl ChainPart {
    /// Adds an event to the last part, or begins another.
    pub(in crate::ledger) fn extend(parts: &mut Vec<Self>, seq: i64, version: i64) {
        match parts.last_mut() {
            Some(part) if part.version == version => part.last = seq,
            _ => parts.push(Self { first: seq, last: seq, version }),
        }
    }
}

/// The result of checking the whole ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Events that were read.
    pub events: usize,
    /// Which part of the chain rests on which version of the hash.
    pub chain: Vec<ChainPart>,
    /// Letters, revisions and messages.
    pub rows: usize,
    /// Objects that were read.
    pub objects: usize,
    /// Objects left by a command that was interrupted; the next one removes them.
    pub leftovers: usize,
    /// What is wrong; empty when all is well.
    pub findings: Vec<Finding>,
    /// The last event.
    pub last: ChainHead,
    /// What a person should know, though it is not wrong.
    pub notes: Vec<Finding>,
}

impl VerifyReport {
    pub(crate) fn find(&mut self, code: &'static str, message: impl Into<String>) {
        self.findings.push(Finding { code, message: message.into() });
    }
}
