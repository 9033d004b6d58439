//! Why a file cannot be read as a PDF.

use serde::{Deserialize, Serialize};

/// Why a file cannot be read as a PDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum ReadError {
    /// No `%PDF-` header.
    #[error("not a PDF")]
    NotPdf,
    /// Larger than 64 MiB.
    #[error("the file is too large")]
    TooLarge,
    /// It opens only with a password.
    #[error("a password is needed to open this PDF")]
    Encrypted,
    /// Its objects cannot be read.
    #[error("this PDF is damaged and cannot be opened")]
    Damaged,
}
