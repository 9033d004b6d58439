//! What followed a return that was written down, said and made an exit code.

use crate::app::returns::after_return::AfterReturn;
use crate::app::wording::count;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;

/// Says how many reminders were taken out of the outbox, if any.
pub fn say_withdrawn(output: &Output, withdrawn: usize) {
    if withdrawn > 0 {
        output.say(&format!(
            "{} de la boîte d'envoi : il n'y a plus rien à y réclamer.",
            count(withdrawn, "rappel est retiré", "rappels sont retirés")
        ));
    }
}

/// The end of a command that wrote down a return.
pub fn end(output: &Output, after: AfterReturn) -> Result<Exit, CommandError> {
    say_withdrawn(output, after.withdrawn);
    match after.failure {
        Some(failure) => Err(failure.into()),
        None => Ok(Exit::Done),
    }
}
