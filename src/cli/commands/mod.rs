//! One file or folder a command.

pub(crate) mod approval;
pub(crate) mod archive;
pub(crate) mod backup;
pub(crate) mod campaign;
pub(crate) mod check;
pub(crate) mod dossier;
pub(crate) mod export;
pub(crate) mod export_records;
pub(crate) mod generate;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod ledger;
pub(crate) mod letter;
pub(crate) mod manual;
pub(crate) mod measure;
pub(crate) mod plan;
pub(crate) mod preview;
pub(crate) mod probe;
pub(crate) mod schema;
pub(crate) mod send;
pub(crate) mod sign;
pub(crate) mod status;
