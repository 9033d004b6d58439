//! What a person ordered about the changes at hand.

use super::materiality::Materiality;
use jiff::civil::Date;

/// What a person ordered about the changes at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orders {
    /// The changes are treated as this, whatever rendering shows; with the reason.
    pub judged: Option<(Materiality, String)>,
    /// The reason to be printed on new revisions.
    pub reason: Option<String>,
    /// When the signed copies of new revisions are due.
    pub reply_by: Option<Date>,
}
