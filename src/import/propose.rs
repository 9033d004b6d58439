//! Holds candidates against the records, by kind of record.

use super::import_input::ImportInput;
use super::matching::allowances::match_allowances;
use super::matching::establishments::match_establishments;
use super::matching::heads::match_heads;
use super::matching::referents::match_referents;
use super::proposal::Proposal;
use super::target::Target;

/// Holds candidates against the records.
pub fn propose(target: Target, input: &ImportInput<'_>) -> Proposal {
    match target {
        Target::Establishment => match_establishments(input),
        Target::Head => match_heads(input),
        Target::Referent => match_referents(input),
        Target::Allowance => match_allowances(input),
    }
}
