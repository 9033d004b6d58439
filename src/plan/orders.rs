//! What a person ordered about the changes at hand.

use super::materiality::Materiality;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// How much changes matter, on a person's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderedMateriality {
    /// What they count as.
    pub materiality: Materiality,
    /// The person's reason.
    pub why: String,
}

/// What corrections do to the signatures of what they replace, on a person's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignaturesOrder {
    /// What was signed stays signed.
    Keep,
    /// It is to be signed again.
    Void,
}

/// What a person ordered about the changes at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orders {
    /// The changes are treated as this, whatever rendering shows.
    pub judged: Option<OrderedMateriality>,
    /// The reason to be printed on new revisions.
    pub reason: Option<String>,
    /// What corrections do to signatures.
    pub signatures: Option<SignaturesOrder>,
    /// References of letters that go once more, their last message having come back in error.
    pub again: BTreeSet<String>,
    /// When the signed copies of new revisions are due.
    pub reply_by: Option<Date>,
}
