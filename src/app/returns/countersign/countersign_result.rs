//! What became of a file that should be a signed letter.

use super::refusal::CountersignRefusal;
use serde::{Serialize, Serializer};
use serde_json::json;

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

/// The result in the JSON document of `sign import`.
impl Serialize for CountersignResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let document = json!({
            "path": self.label, "reference": self.reference, "signer": self.signer,
            "accepted": self.refused.is_none(), "unchanged": self.is_known,
            "why": self.refused.as_ref().map(ToString::to_string),
        });
        document.serialize(serializer)
    }
}
