//! One file or folder a command.

pub(in crate::cli) mod archive;
pub(in crate::cli) mod campaign;
pub(in crate::cli) mod check;
pub(in crate::cli) mod dossier;
pub(in crate::cli) mod export;
pub(in crate::cli) mod generate;
pub(in crate::cli) mod import;
pub(in crate::cli) mod init;
pub(in crate::cli) mod ledger;
pub(in crate::cli) mod letter;
pub(in crate::cli) mod manual;
pub(in crate::cli) mod measure;
pub(in crate::cli) mod plan;
pub(in crate::cli) mod probe;
pub(in crate::cli) mod schema;
pub(in crate::cli) mod send;
pub(in crate::cli) mod sign;
pub(in crate::cli) mod status;
