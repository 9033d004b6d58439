//! Settings without errors: what is proven of a return rests on them. Errors of other files do not matter
//! there.

use crate::app::error::{ErrorKind, UserError};
use crate::app::workspace::Workspace;
use crate::diagnostic::LocatedProblem;
use crate::project::folder::SETTINGS;

/// missive.toml has errors.
#[derive(Clone, Debug, thiserror::Error)]
#[error("missive.toml a des erreurs : rien n'est fait")]
pub struct InvalidSettings(Vec<LocatedProblem>);

impl UserError for InvalidSettings {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidProject
    }

    fn todo(&self) -> String {
        "les corriger, puis relancer".to_owned()
    }

    fn problems(&self) -> &[LocatedProblem] {
        &self.0
    }
}

/// Refuses a project whose missive.toml has errors.
pub fn require_sound_settings(workspace: &Workspace) -> Result<(), InvalidSettings> {
    let sources = &workspace.loaded.sources;
    let errors = workspace.loaded.problems.iter().filter(|problem| {
        problem.is_error() && problem.span.is_some_and(|span| sources.path(span) == SETTINGS)
    });
    let errors: Vec<LocatedProblem> = errors.map(|problem| problem.located(sources)).collect();
    if errors.is_empty() { Ok(()) } else { Err(InvalidSettings(errors)) }
}
