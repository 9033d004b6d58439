//! Errors of the file system in French.

use std::io;

/// Why the file system refused, in French.
pub fn reason(error: &io::Error) -> String {
    let known = match error.kind() {
        io::ErrorKind::NotFound => "fichier ou dossier introuvable",
        io::ErrorKind::PermissionDenied => "vous n'en avez pas le droit",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "le disque est plein",
        io::ErrorKind::ReadOnlyFilesystem => "le disque est en lecture seule",
        io::ErrorKind::AlreadyExists => "un fichier porte déjà ce nom",
        io::ErrorKind::NotADirectory => "un fichier est à la place d'un dossier",
        io::ErrorKind::IsADirectory => "un dossier est à la place d'un fichier",
        _ => return error.to_string(),
    };
    known.to_owned()
}
