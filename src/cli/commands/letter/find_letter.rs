//! Finds the letter that a command is about.

use crate::app::letters::letter_lookup::{LetterLookup, parse_reference};
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::ui::output::Output;

/// Finds a letter by the reference that a person typed.
pub fn find_letter(
    output: &Output,
    common: &Common,
    word: &str,
) -> Result<LetterLookup, CommandError> {
    let reference = parse_reference(word)?;
    let project = context::find_project(common)?;
    let ledger = context::read_ledger(output, common, &project)?;
    let ledger = ledger.map(|(ledger, _)| ledger);
    Ok(LetterLookup::new(reference, project, ledger, context::today(common))?)
}
