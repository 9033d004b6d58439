//! Spreadsheets become proposed changes of the records: read, mapped by a profile, compared with the
//! files and with the last import, written with `toml_edit`.
//!
//! [`read_spreadsheet`] reads, [`profile`] says what columns mean, [`harvest`] makes candidates, [`schools`],
//! [`persons`] and [`allowances`] propose, [`edit`] writes. Must not know the ledger; `job::import` knows what letters a
//! change touches.

pub mod allowances;
pub mod clean;
pub mod edit;
pub mod guess;
pub mod harvest;
pub mod identity;
pub mod people;
pub mod persons;
pub mod profile;
pub mod proposal;
pub mod schools;
pub mod read_spreadsheet;
pub mod spreadsheet_wording;
pub mod stock;

#[cfg(test)]
mod tests;

use harvest::Harvest;
use profile::Target;
use proposal::{Answers, Base, Proposal, Surroundings};
use stock::Stock;

/// Holds candidates against the records.
pub fn propose(
    target: Target,
    stock: &Stock,
    harvest: &Harvest,
    base: &Base,
    around: &Surroundings,
    answers: &Answers,
) -> Proposal {
    match target {
        Target::Establishment => schools::establishments(stock, harvest, base, answers),
        Target::Head => schools::heads(stock, harvest, base, answers),
        Target::Referent => persons::referents(stock, harvest, base, around, answers),
        Target::Allowance => allowances::allowances(stock, harvest, base, around, answers),
    }
}
