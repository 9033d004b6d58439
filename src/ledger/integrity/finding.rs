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

/// The result of checking the whole ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Events that were read.
    pub events: usize,
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
