//! Compares candidates with the records, by kind of record.

use super::import_input::ImportInput;
use super::matching::allowances::match_allowances;
use super::matching::establishments::match_establishments;
use super::matching::heads::match_heads;
use super::matching::referents::match_referents;
use super::proposal::Proposal;
use super::record_target::RecordTarget;

/// Holds candidates against the records.
pub fn propose(target: RecordTarget, input: &ImportInput<'_>) -> Proposal {
    match target {
        RecordTarget::Establishment => match_establishments(input),
        RecordTarget::Head => match_heads(input),
        RecordTarget::Referent => match_referents(input),
        RecordTarget::Allowance => match_allowances(input),
    }
}
