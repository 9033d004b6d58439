//! Why a spreadsheet cannot be taken into the records.

use crate::app::error::{ErrorKind, UserError};
use crate::app::importing::record_files::RecordFilesError;
use crate::app::importing::rejected_rows::RejectedRowsError;
use crate::app::workspace::CampaignError;
use crate::import::edit_toml::apply_edits::RecordEditError;
use crate::import::extract::columns::RepeatedColumn;
use crate::import::read_spreadsheet::SpreadsheetError;
use crate::ledger::LedgerError;
use crate::project::replace_files::ReplaceError;
use std::path::PathBuf;

/// Why a spreadsheet cannot be taken into the records.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It cannot be read.
    #[error("{} : {}", printable_text::of_path(.path), .error.message())]
    Spreadsheet {
        /// The spreadsheet.
        path: PathBuf,
        /// Why.
        error: SpreadsheetError,
    },
    /// It has no sheet of the name that was asked for.
    #[error("{} n'a pas de feuille « {asked} »", printable_text::of_path(.path))]
    UnknownSheet {
        /// The spreadsheet.
        path: PathBuf,
        /// The name.
        asked: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// It has a column of the profile twice.
    #[error("{} : {error}", printable_text::of_path(.path))]
    ColumnTwice {
        /// The spreadsheet.
        path: PathBuf,
        /// Which.
        error: RepeatedColumn,
    },
    /// The campaign it is for is unknown.
    #[error(transparent)]
    Campaign(#[from] CampaignError),
    /// The records cannot be edited.
    #[error(transparent)]
    RecordFiles(#[from] RecordFilesError),
    /// A record cannot be changed where it stands.
    #[error(transparent)]
    RecordEdit(#[from] RecordEditError),
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// What the cells of an exported workbook said is not kept here.
    #[error(
        "le classeur « {0} » n'a pas été exporté de ce projet, ou data/imports/{0}.json n'y est plus"
    )]
    UnknownWorkbook(String),
    /// A sheet of an exported workbook is not there any more, or has not its columns.
    #[error("la feuille « {0} » de ce classeur manque, ou n'a plus ses titres de colonnes")]
    WorkbookSheet(String),
    /// What the next import compares with cannot be written down.
    #[error("ce qui est retenu de l'import ne peut pas être écrit : {0}")]
    Base(#[from] serde_json::Error),
    /// The records would have errors that they have not now.
    #[error("ces changements laisseraient des erreurs dans les fiches : rien n'est écrit")]
    WouldLeaveErrors,
    /// The records could not be written.
    #[error(transparent)]
    Write(#[from] ReplaceError),
    /// The rejected rows could not be written.
    #[error(transparent)]
    RejectedRows(#[from] RejectedRowsError),
}

impl UserError for ImportError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Spreadsheet { .. } | Self::Write(_) => ErrorKind::Environment,
            Self::UnknownSheet { .. }
            | Self::ColumnTwice { .. }
            | Self::UnknownWorkbook(_)
            | Self::WorkbookSheet(_) => ErrorKind::Usage,
            Self::Base(_) => ErrorKind::Environment,
            Self::RecordEdit(_) | Self::WouldLeaveErrors => ErrorKind::InvalidProject,
            Self::Campaign(error) => error.kind(),
            Self::RecordFiles(error) => error.kind(),
            Self::Ledger(error) => error.kind(),
            Self::RejectedRows(error) => error.kind(),
        }
    }

    fn todo(&self) -> String {
        let todo = match self {
            Self::Spreadsheet { error, .. } => error.todo(),
            Self::UnknownSheet { known, .. } if known.is_empty() => {
                "retirer --sheet : un fichier texte n'a pas de feuilles"
            }
            Self::UnknownSheet { known, .. } => {
                return format!("ses feuilles : {}", known.join(", "));
            }
            Self::ColumnTwice { .. } => {
                "renommer ou retirer l'une des deux colonnes ; ou, si une ligne au-dessus les distingue, écrire dans un profil le groupe et le nom : names = [\"Chef d’établissement – Nom\"]"
            }
            Self::UnknownWorkbook(_) => {
                "l'importer dans le projet dont il vient, ou l'exporter de nouveau : missive export --records FICHIER.xlsx"
            }
            Self::WorkbookSheet(_) => {
                "remettre la feuille et sa première ligne telles qu'elles étaient, ou exporter de nouveau"
            }
            Self::Base(_) => "signaler le cas",
            Self::RecordEdit(_) => "la réécrire à la main sous la forme [[…]], puis relancer",
            Self::WouldLeaveErrors => "corriger la source, le profil ou les fiches, puis relancer",
            Self::Write(error) => error.todo(),
            Self::Campaign(error) => return UserError::todo(error),
            Self::RecordFiles(error) => return UserError::todo(error),
            Self::Ledger(error) => return UserError::todo(error),
            Self::RejectedRows(error) => return UserError::todo(error),
        };
        todo.to_owned()
    }
}
