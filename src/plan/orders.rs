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

/// What a person ordered about the changes at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orders {
    /// The changes are treated as this, whatever rendering shows.
    pub judged: Option<OrderedMateriality>,
    /// The reason to be printed on new revisions.
    pub reason: Option<String>,
    /// Corrections leave signed what was signed.
    pub keeps_signatures: bool,
    /// References of letters that go once more, their last message having come back in error.
    pub again: BTreeSet<String>,
    /// When the signed copies of new revisions are due.
    pub reply_by: Option<Date>,
}
