//! The account of a campaign written to a spreadsheet file.

use crate::app::campaign_snapshot::{CampaignCount, CampaignSnapshot, SnapshotError};
use crate::app::error::{ErrorKind, UserError};
use crate::app::exports::account_columns::AccountRow;
use crate::app::exports::account_rows::{self, AccountInputs};
use crate::app::exports::account_sheet::{self, SheetError, WorkbookHeader};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::designations::designation_status::DesignationStatus;
use crate::files;
use crate::ledger::LedgerError;
use crate::plan::account::Account;
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use serde_json::json;
use std::io;
use std::path::{Path, PathBuf};

/// The format of the file, by its extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountFormat {
    /// Semicolons and UTF-8 with a byte order mark.
    Csv,
    /// Office Open XML.
    Xlsx,
}

impl AccountFormat {
    /// The format that the name of a file asks for.
    pub fn of(file: &Path) -> Result<Self, AccountFileError> {
        let extension =
            file.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("csv") => Ok(Self::Csv),
            Some("xlsx") => Ok(Self::Xlsx),
            _ => Err(AccountFileError::UnknownFormat(file.to_owned())),
        }
    }
}

/// An account that was written.
#[derive(Clone, Debug)]
pub struct AccountFile {
    /// The file.
    pub path: PathBuf,
    /// Each letter in one state; the file has one row for each.
    pub account: Account,
    /// The schools without a referent; in an XLSX file only.
    pub without_referent: DesignationStatus,
    /// Whether the records have errors, so that letters that were never made are not in the file.
    pub is_incomplete: bool,
}

/// The JSON document of `export`.
impl Serialize for AccountFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let document = json!({
            "file": printable_text::path_value(&self.path),
            "letters": self.account.letters.len(), "states": self.account.states(),
            "without_referent": self.without_referent.account().without_referent(),
        });
        document.serialize(serializer)
    }
}

/// Why an account cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum AccountFileError {
    /// The name of the file asks for neither of the formats.
    #[error("{} ne finit ni par .csv ni par .xlsx", printable_text::of_path(.0))]
    UnknownFormat(PathBuf),
    /// The letters cannot be counted.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// A letter is in no state, or in two.
    #[error("le compte ne tombe pas juste : rien n'est écrit")]
    Unbalanced,
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The account does not fit into the format.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// The file system refuses.
    #[error("{} ne peut pas être écrit : {}", printable_text::of_path(.path), files::reason(.error))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl UserError for AccountFileError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownFormat(_) => ErrorKind::Usage,
            Self::Snapshot(error) => error.kind(),
            Self::Ledger(error) => error.kind(),
            Self::Unbalanced | Self::Sheet(_) | Self::Write { .. } => ErrorKind::Environment,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::UnknownFormat(_) => "donner un nom comme compte.xlsx, ou compte.csv",
            Self::Snapshot(error) => return error.todo(),
            Self::Unbalanced => "lancer « missive ledger verify »",
            Self::Ledger(error) => error.todo(),
            Self::Sheet(_) => "l'écrire dans l'autre format : .csv ou .xlsx",
            Self::Write { .. } => {
                "faire de la place, fermer ce fichier s'il est ouvert, ou choisir un dossier où vous pouvez écrire"
            }
        }
        .to_owned()
    }
}

/// Writes the account of a campaign; an existing file is replaced.
pub fn write_account(
    snapshot: &CampaignSnapshot,
    file: &Path,
    format: AccountFormat,
) -> Result<AccountFile, AccountFileError> {
    let CampaignCount { resolved, account, is_balanced } = snapshot.count()?;
    if !is_balanced {
        return Err(AccountFileError::Unbalanced);
    }
    let inputs = AccountInputs {
        resolved: resolved.as_ref(),
        records: &snapshot.workspace.loaded.records,
        campaign: snapshot.record(),
        history: &snapshot.history,
        ledger: snapshot.ledger.as_ref(),
        today: snapshot.today,
    };
    let rows = account_rows::rows(&account, &inputs)?;
    let without_referent = without_referent(snapshot, resolved.as_ref());
    let bytes = match format {
        AccountFormat::Csv => account_sheet::csv(&rows),
        AccountFormat::Xlsx => {
            let header = WorkbookHeader {
                campaign: snapshot.campaign.as_str(),
                created: created(snapshot, &rows),
                day: snapshot.today,
                account: &account,
                without_referent: &without_referent,
            };
            account_sheet::xlsx(&rows, &header)?
        }
    };
    files::write_whole(file, &bytes, true)
        .map_err(|error| AccountFileError::Write { path: file.to_owned(), error })?;
    let is_incomplete = resolved.is_none() && !snapshot.is_closed;
    Ok(AccountFile { path: file.to_owned(), account, without_referent, is_incomplete })
}

/// The schools without a referent that are asked about.
fn without_referent(
    snapshot: &CampaignSnapshot,
    resolved: Option<&ResolvedCampaign<'_>>,
) -> DesignationStatus {
    let Some(resolved) = resolved else { return DesignationStatus::default() };
    let status = DesignationStatus::of(resolved, &snapshot.history, snapshot.today);
    match &snapshot.departement {
        Some(departement) => status.of_departement(departement),
        None => status,
    }
}

/// The campaign's date; without its record, that of its first letter.
fn created(snapshot: &CampaignSnapshot, rows: &[AccountRow]) -> Date {
    let record = snapshot.record().map(|campaign| campaign.date.value.0);
    let first_letter = || rows.iter().filter_map(|row| row.date).min();
    record.or_else(first_letter).unwrap_or(snapshot.today)
}
