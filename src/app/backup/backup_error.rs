//! Why a project is not backed up, or a backup not restored.

use super::backup_archive::ArchiveError;
use crate::app::error::{ErrorKind, UserError};
use crate::app::exports::target::FileTargetError;
use crate::files;
use crate::ledger::LedgerError;
use std::io;
use std::path::PathBuf;

/// Why a project is not backed up: nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ProjectBackupError {
    /// The file cannot be written there.
    #[error(transparent)]
    Target(#[from] FileTargetError),
    /// It would be part of the next backup, and go with messages or be read as a template.
    #[error("{} est dans un dossier que la sauvegarde contient", printable_text::of_path(.0))]
    WithinItself(PathBuf),
    /// A file of the project cannot be read.
    #[error("{path} ne peut pas être lu : {}", files::reason(.error))]
    Unreadable {
        /// Path in the project.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// Files changed each time that they were read.
    #[error("{0} change sans cesse : rien n'est sauvegardé")]
    Unsteady(String),
    /// No system could take such a name back.
    #[error("« {0} » n'est pas un nom de fichier que tous les ordinateurs acceptent")]
    Name(String),
    /// The archive cannot be written, or is not read back as it was written.
    #[error("{} ne peut pas être écrit : {error}", printable_text::of_path(.path))]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        error: ArchiveError,
    },
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl UserError for ProjectBackupError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Target(error) => error.kind(),
            Self::WithinItself(_) => ErrorKind::Usage,
            Self::Name(_) => ErrorKind::InvalidProject,
            _ => ErrorKind::Environment,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::Target(error) => error.todo(),
            Self::WithinItself(_) => {
                "choisir un dossier hors du projet, sur un autre disque de préférence".to_owned()
            }
            Self::Unreadable { .. } => {
                "vérifier vos droits sur ce fichier, puis relancer".to_owned()
            }
            Self::Unsteady(_) => "relancer quand personne ne modifie ces fichiers".to_owned(),
            Self::Name(_) => "renommer ce fichier, puis relancer".to_owned(),
            Self::Write { .. } => {
                "faire de la place, ou choisir un dossier où vous pouvez écrire".to_owned()
            }
            Self::Ledger(error) => UserError::todo(error),
        }
    }
}

/// Why a backup is not restored: nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ProjectRestoreError {
    /// The backup cannot be read.
    #[error("{} ne peut pas être lu : {}", printable_text::of_path(.path), files::reason(.error))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It is no backup, or a damaged one.
    #[error("{} n'est pas restauré : {error}", printable_text::of_path(.path))]
    Archive {
        /// The file.
        path: PathBuf,
        /// Why.
        error: ArchiveError,
    },
    /// The folder holds something.
    #[error("le dossier {} n'est pas vide", printable_text::of_path(.0))]
    NotEmpty(PathBuf),
    /// The folder cannot be written.
    #[error("{} ne peut pas être écrit : {}", printable_text::of_path(.path), files::reason(.error))]
    Write {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The ledger of the backup.
    #[error("le journal de cette sauvegarde ne peut pas être repris : {0}")]
    Ledger(#[from] LedgerError),
}

impl UserError for ProjectRestoreError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotEmpty(_) => ErrorKind::Usage,
            _ => ErrorKind::Environment,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::Unreadable { .. } => "vérifier le nom du fichier et vos droits",
            Self::Archive { .. } => "prendre une autre sauvegarde : rien n'a été écrit",
            Self::NotEmpty(_) => "choisir un dossier neuf ou vide : rien n'a été écrit",
            Self::Write { .. } => "faire de la place, ou choisir un dossier où vous pouvez écrire",
            Self::Ledger(LedgerError::Newer) => {
                "installer la dernière version de missive sur cet ordinateur"
            }
            Self::Ledger(_) => "prendre une autre sauvegarde : rien n'a été écrit",
        }
        .to_owned()
    }
}
