//! The common end of the commands that record a return.

use crate::app::returns::after_return::{ensure_balanced, withdraw_reminders};
use crate::app::wording::count;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::ledger::Ledger;
use crate::project::folder::Project;

/// Withdraws reminders of a campaign that nothing is awaited of any more, and says so.
pub fn after_return(
    output: &Output,
    common: &Common,
    project: &Project,
    ledger: &Ledger,
    campaign: &str,
) -> Result<(), CommandError> {
    let withdrawn = withdraw_reminders(ledger, project, campaign, context::today(common))?;
    if withdrawn > 0 {
        output.say(&format!(
            "{} de la boîte d'envoi : il n'y a plus rien à y réclamer.",
            count(withdrawn, "rappel est retiré", "rappels sont retirés")
        ));
    }
    Ok(())
}

/// The end of a command that recorded a return: reminders, then the account.
pub fn end(
    output: &Output,
    common: &Common,
    project: &Project,
    ledger: &Ledger,
    campaign: &str,
) -> Result<Exit, CommandError> {
    after_return(output, common, project, ledger, campaign)?;
    ensure_balanced(ledger, campaign)?;
    Ok(Exit::Done)
}
