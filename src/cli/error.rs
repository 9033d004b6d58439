//! How a command fails: an exit code, and what is printed of it, in one place ([`super::run`]).

use crate::app::error::{Complaint, ErrorKind, UserError};
use crate::app::names::codes_in_text::holds_codes;
use crate::app::names::labels::Labels;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::diagnostic::LocatedProblem;

/// A command that could not be done, or not as asked.
#[derive(Clone, Debug)]
pub struct CommandError {
    /// The exit code.
    pub exit: Exit,
    /// Problems of the project's files, drawn first.
    pub problems: Vec<LocatedProblem>,
    /// What happened and what to do, printed in this order.
    pub complaints: Vec<Complaint>,
}

impl CommandError {
    /// An error with one message.
    pub fn new(exit: Exit, message: impl Into<String>, todo: impl Into<String>) -> Self {
        let complaint = Complaint { message: message.into(), todo: todo.into() };
        Self { exit, problems: Vec::new(), complaints: vec![complaint] }
    }

    /// The command line asks for something that makes no sense.
    pub fn usage(message: impl Into<String>, todo: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message, todo)
    }

    /// Whether it tells schools or letters by their codes.
    pub fn holds_codes(&self) -> bool {
        let held = |one: &Complaint| holds_codes(&one.message) || holds_codes(&one.todo);
        self.complaints.iter().any(held)
    }

    /// The same, with schools and letters told by name.
    pub fn with_names(mut self, labels: &Labels) -> Self {
        self.complaints = self.complaints.iter().map(|one| labels.complaint(one)).collect();
        self
    }

    /// Prints it.
    pub fn print(&self, output: &Output) {
        output.project_problems(&self.problems, false);
        for complaint in &self.complaints {
            output.fail(&complaint.message, &complaint.todo);
        }
    }
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Usage => Self::Usage,
            ErrorKind::InvalidProject => Self::Invalid,
            ErrorKind::Environment => Self::Environment,
            ErrorKind::Decision => Self::Decide,
            ErrorKind::Bug => Self::Bug,
        }
    }
}

impl<E: UserError> From<E> for CommandError {
    fn from(error: E) -> Self {
        let (exit, problems) = (error.kind().into(), error.problems().to_vec());
        Self { exit, problems, complaints: error.complaints() }
    }
}
