//! What became of a file that should be a signed letter.

use super::refusal::CountersignRefusal;

/// What became of a file that came back.
#[derive(Debug)]
pub struct CountersignResult {
    /// Where it was found, for a person.
    pub label: String,
    /// The reference of the letter, if it was recognised.
    pub reference: Option<String>,
    /// The name of the signer; empty if it was not accepted.
    pub signer: String,
    /// Why it was refused; none if it was taken.
    pub refused: Option<CountersignRefusal>,
    /// Whether exactly these bytes were taken before.
    pub is_known: bool,
}
