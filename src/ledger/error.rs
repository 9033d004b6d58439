//! Why the ledger cannot be used, with what a person can do about it.

use super::lease::{self, Owner};
use std::io;
use std::path::Path;

/// Why the ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// A later missive made it.
    #[error(
        "le journal des envois (data/ledger) vient d'une version plus récente de missive : il n'a pas été touché"
    )]
    Newer,
    /// It is not a ledger.
    #[error("data/ledger/ledger.sqlite n'est pas un journal de missive : il n'a pas été touché")]
    Foreign,
    /// Another person writes.
    #[error("{}", held(.0.as_deref()))]
    Held(Option<Box<Owner>>),
    /// SQLite refused.
    #[error("le journal des envois ne peut pas être utilisé : {}", sql(.0))]
    Sql(#[from] rusqlite::Error),
    /// The file system refused.
    #[error("le journal des envois ne peut pas être utilisé : {}", crate::files::reason(.0))]
    Io(#[from] io::Error),
    /// A row does not say what it should.
    #[error("le journal des envois est abîmé : {0}")]
    Corrupt(String),
}

impl LedgerError {
    /// An object of the store cannot be read or written: one that is missing or changed needs a backup, no free space.
    pub fn of_object(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::InvalidData => {
                Self::Corrupt("un original manque ou a changé dans data/ledger/objects".to_owned())
            }
            _ => Self::Io(error),
        }
    }

    /// Where another process keeps the SQLite file busy: the same, with who holds the lease of the folder.
    pub(super) fn with_writer_in(self, folder: &Path) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
        let Self::Sql(error) = &self else { return self };
        match (error.sqlite_error_code(), lease::owner_in(folder)) {
            (Some(DatabaseBusy | DatabaseLocked), Some(owner)) => Self::Held(Some(Box::new(owner))),
            _ => self,
        }
    }

    /// What a person can do.
    pub fn todo(&self) -> &'static str {
        match self {
            Self::Newer => "installer la dernière version de missive sur cet ordinateur",
            Self::Foreign => "remettre le bon fichier, ou une sauvegarde",
            Self::Held(_) => {
                "attendre que cette commande finisse ; si cet ordinateur est en panne : --take-over"
            }
            Self::Sql(error)
                if matches!(
                    error.sqlite_error_code(),
                    Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
                ) =>
            {
                "remettre la dernière sauvegarde du journal ; ne rien effacer dans data/ledger"
            }
            Self::Sql(_) | Self::Io(_) => {
                "vérifier la place libre et vos droits sur data/ledger, puis relancer"
            }
            Self::Corrupt(_) => "lancer « missive ledger verify », et remettre une sauvegarde",
        }
    }
}

fn held(owner: Option<&Owner>) -> String {
    match owner {
        Some(owner) => format!("le journal des envois est tenu par {owner}"),
        None => "le journal des envois est tenu par une autre commande missive".to_owned(),
    }
}

fn sql(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode;
    if matches!(error, rusqlite::Error::QueryReturnedNoRows) {
        return "une ligne attendue y manque".to_owned();
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "le disque est plein".to_owned(),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "vous n'en avez pas le droit".to_owned()
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "une autre commande y écrit en ce moment".to_owned()
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            "le fichier est abîmé".to_owned()
        }
        Some(ErrorCode::CannotOpen) => "le fichier ne s'ouvre pas".to_owned(),
        _ => error.to_string(),
    }
}
