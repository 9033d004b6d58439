//! `missive campaign`: which of its commands runs.

use super::args::CampaignAction;
use super::{close, new};
use crate::cli::args::Common;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;

/// Runs one of the campaign's commands.
pub fn run(
    output: &Output,
    common: &Common,
    action: &CampaignAction,
) -> Result<Exit, CommandError> {
    match action {
        CampaignAction::New { year } => new::run(output, common, year),
        CampaignAction::Close { id, on, confirm } => {
            close::close(output, common, id, *on, *confirm)
        }
    }
}
