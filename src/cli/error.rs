//! How a command fails: an exit code and complaints, printed in one place ([`super::run`]).

use crate::app::error::{ErrorKind, UserError};
use crate::app::selection::{UnknownName, UnknownNames};
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;

/// What happened, and what to do about it, in French.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// What happened, as a French sentence.
    pub message: String,
    /// What the user can do about it, as a French sentence.
    pub todo: String,
}

/// A command that could not be done, or not as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandError {
    /// The exit code.
    pub exit: Exit,
    /// What is printed, in this order.
    pub complaints: Vec<Complaint>,
}

impl CommandError {
    /// An error with one message.
    pub fn new(exit: Exit, message: impl Into<String>, todo: impl Into<String>) -> Self {
        let complaint = Complaint { message: message.into(), todo: todo.into() };
        Self { exit, complaints: vec![complaint] }
    }

    /// The command line asks for something that makes no sense.
    pub fn usage(message: impl Into<String>, todo: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message, todo)
    }

    /// An exit code where everything was shown already.
    pub fn shown(exit: Exit) -> Self {
        Self { exit, complaints: Vec::new() }
    }

    /// Shows it, and gives the exit code.
    pub fn show(self, output: &Output) -> Exit {
        for complaint in &self.complaints {
            output.fail(&complaint.message, &complaint.todo);
        }
        self.exit
    }
}

impl From<UnknownNames> for CommandError {
    fn from(unknown: UnknownNames) -> Self {
        let complaint = |name: UnknownName| Complaint {
            message: format!("--only ne désigne aucune lettre : « {} »", name.word),
            todo: match name.nearest {
                Some(nearest) => format!("vouliez-vous écrire « {nearest} » ?"),
                None => {
                    "donner un UAI, l'identifiant d'un référent ou une référence de cette campagne"
                        .to_owned()
                }
            },
        };
        Self { exit: Exit::Usage, complaints: unknown.0.into_iter().map(complaint).collect() }
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
        Self::new(error.kind().into(), error.to_string(), error.todo())
    }
}
