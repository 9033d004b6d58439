//! How a sending ended, for the command that called it: `send` or `run`.

use crate::app::error::{Complaint, UserError as _};
use crate::app::sending::outcome::SendReport;
use crate::app::sending::refusal::SendRefusal;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;

/// How a sending ended.
pub(crate) struct SendEnd {
    /// The exit code.
    pub(crate) exit: Exit,
    /// The `send` part of the JSON.
    pub(crate) report: SendReport,
    /// What is wrong, shown after the JSON.
    pub(crate) complaint: Option<Complaint>,
}

impl SendEnd {
    /// An end without a complaint.
    pub(crate) fn new(exit: Exit, report: SendReport) -> Self {
        Self { exit, report, complaint: None }
    }

    /// An end with a complaint.
    pub(crate) fn complaint(
        exit: Exit,
        report: SendReport,
        message: impl Into<String>,
        todo: impl Into<String>,
    ) -> Self {
        let complaint = Complaint { message: message.into(), todo: todo.into() };
        Self { exit, report, complaint: Some(complaint) }
    }
}

impl SendEnd {
    /// The exit code, or why the command did not do what was asked.
    pub(crate) fn end(self) -> Result<Exit, CommandError> {
        match self.complaint {
            Some(complaint) => Err(CommandError::new(self.exit, complaint.message, complaint.todo)),
            None => Ok(self.exit),
        }
    }
}

impl From<SendRefusal> for SendEnd {
    fn from(refusal: SendRefusal) -> Self {
        let (exit, report) = (refusal.kind().into(), refusal.report());
        Self::complaint(exit, report, refusal.to_string(), refusal.todo())
    }
}
