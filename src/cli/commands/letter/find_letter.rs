//! Finds the letter that a command is about, and shows why it cannot be made.

use crate::app::letters::letter_lookup::{LetterError, LetterLookup, parse_reference};
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
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
    Ok(LetterLookup::new(reference, project, ledger.map(|(ledger, _)| ledger))?)
}

/// The error of a command about a letter; problems of its records and templates are drawn here.
pub fn letter_error(output: &Output, letter: &LetterLookup, error: LetterError) -> CommandError {
    match error {
        LetterError::Problems(problems) => {
            output.problems(&problems, &letter.workspace.loaded.sources, true);
            CommandError::shown(Exit::Invalid)
        }
        LetterError::NoLedger => CommandError::shown(Exit::Bug),
        error => error.into(),
    }
}
