//! What establishments and their heads have in common: candidates of a school, against its record.

use crate::import::extract::extracted_rows::CandidateRow;
use crate::import::three_way_merge::SourceField;

/// Fields that the record of a school or of its head needs.
const REQUIRED: [&str; 10] = [
    "uai",
    "kind",
    "sector",
    "name",
    "address",
    "postcode",
    "city",
    "given_name",
    "family_name",
    "function",
];

/// A field as a candidate says it.
pub(super) fn source_field<'c>(candidate: &'c CandidateRow, name: &'c str) -> SourceField<'c> {
    SourceField {
        name,
        value: candidate.fields.get(name),
        all_caps: candidate.all_caps.contains(name),
        optional: !REQUIRED.contains(&name),
    }
}
