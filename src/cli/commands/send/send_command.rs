//! A sending over the relay, with what is shown around it.

use super::relay_prompt;
use crate::app::generate::outcome::GenerateOutcome;
use crate::app::sending::context::SendContext;
use crate::app::sending::refusal::SendRefusal;
use crate::app::workspace::Workspace;
use crate::cli::ui::output::Output;
use crate::diagnostic::LocatedProblem;
use smtp_session::RelayConfig;

/// A sending over the relay, with what is shown around it.
pub(crate) struct SendCommand<'c> {
    /// Where sentences go.
    pub(crate) output: &'c Output,
    /// The project.
    pub(crate) workspace: &'c Workspace,
    /// What the sending stands on.
    pub(crate) context: SendContext<'c>,
    /// What the check found.
    pub(crate) problems: &'c [LocatedProblem],
    /// What the same command made before.
    pub(crate) made: Option<&'c GenerateOutcome>,
}

impl SendCommand<'_> {
    /// The relay with its password.
    pub(super) fn relay(&self) -> Result<RelayConfig, SendRefusal> {
        let relay = relay_prompt::relay(self.output, &self.workspace.project, self.context.relay);
        Ok(relay?)
    }
}
