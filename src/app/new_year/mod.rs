//! The next campaign from the records of this one: each assignment goes on, ends, or passes to somebody
//! else, as a person says; the campaign's file is copied with its dates moved; what is still unknown is
//! listed.
//!
//! Nothing that a letter of the year before prints may change: [`next_campaign`] checks that before anything
//! is written.

pub mod agreed_priorities;
pub mod answer_sheet;
pub mod assignment_cases;
pub mod campaign_file;
pub mod decisions;
pub mod new_year_error;
pub mod new_year_outcome;
pub mod next_campaign;
pub mod question_sheet;
pub mod record_changes;
pub mod unknown_records;
pub mod wording;

#[cfg(test)]
mod tests;
