//! A project whose authority signs its letters before they are sent.

use crate::app::error::{ErrorKind, UserError};
use crate::app::returns::sound_settings::{InvalidSettings, require_sound_settings};
use crate::app::workspace::Workspace;
use crate::diagnostic::LocatedProblem;
use crate::project::folder::Project;
use crate::records::word_lists::IssuerSignature;

/// A project whose authority signs first.
pub struct SigningProject {
    /// What was read of it; its settings are sound.
    pub workspace: Workspace,
}

/// Why a project has nothing to do with signing.
#[derive(Debug, thiserror::Error)]
pub enum SigningProjectError {
    /// The settings have errors.
    #[error(transparent)]
    Settings(#[from] InvalidSettings),
    /// They could not be read.
    #[error("missive.toml a des erreurs")]
    NoSettings,
    /// The authority does not sign first.
    #[error("dans ce projet, l'autorité ne signe pas avant l'envoi")]
    NotRequired,
}

impl UserError for SigningProjectError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Settings(error) => error.kind(),
            Self::NoSettings => ErrorKind::InvalidProject,
            Self::NotRequired => ErrorKind::Decision,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::Settings(error) => error.todo(),
            Self::NoSettings => "les corriger : « missive check » les montre".to_owned(),
            Self::NotRequired => {
                "écrire issuer_signature = \"required\" sous [letters] dans missive.toml, puis missive generate"
                    .to_owned()
            }
        }
    }

    fn problems(&self) -> &[LocatedProblem] {
        match self {
            Self::Settings(error) => error.problems(),
            Self::NoSettings | Self::NotRequired => &[],
        }
    }
}

impl SigningProject {
    /// Reads a project, and refuses one whose authority does not sign first.
    pub fn open(project: Project) -> Result<Self, SigningProjectError> {
        let (workspace, _) = Workspace::open(project, &[]);
        require_sound_settings(&workspace)?;
        let settings = workspace.loaded.records.settings.as_ref();
        match settings.map(|settings| settings.letters.issuer_signature) {
            None => Err(SigningProjectError::NoSettings),
            Some(IssuerSignature::Required) => Ok(Self { workspace }),
            Some(_) => Err(SigningProjectError::NotRequired),
        }
    }
}
