//! What a person leaves out of a campaign by name.

use super::reference::Reference;
use crate::records::exclusion::ExcludedRecords;

/// Records and letters that are left out.
#[derive(Clone, Debug, Default)]
pub struct Exclusions {
    /// Excluded schools and referents.
    pub records: ExcludedRecords,
    /// References of excluded letters.
    pub references: Vec<Reference>,
}

impl Exclusions {
    /// Whether nothing is left out.
    pub fn is_empty(&self) -> bool {
        self.records.names().is_empty() && self.references.is_empty()
    }

    /// The names, for a person.
    pub fn names(&self) -> Vec<String> {
        let references = self.references.iter().map(ToString::to_string);
        self.records.names().iter().cloned().chain(references).collect()
    }
}
