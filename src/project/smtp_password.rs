//! The password of the mail account: from the environment or from a file that nobody else can read.

use super::environment::variable;
use super::folder::Project;
use crate::files;
use crate::records::settings::relay::Relay;

/// Why there is no password.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Others can read the file.
    #[error("le fichier du mot de passe ({0}) peut être lu par d'autres que vous")]
    Open(String),
    /// The file cannot be read.
    #[error("le fichier du mot de passe ({0}) ne peut pas être lu : {1}")]
    Unreadable(String, String),
    /// There is nothing in it.
    #[error("le fichier du mot de passe ({0}) est vide")]
    Empty(String),
}

impl PasswordError {
    /// What to do.
    pub fn todo(&self) -> &'static str {
        match self {
            Self::Open(_) => "en réserver la lecture à votre compte (chmod 600), puis relancer",
            Self::Unreadable(..) => "vérifier password_file dans [mail.relay]",
            Self::Empty(_) => "y écrire le mot de passe, seul sur une ligne",
        }
    }
}

/// The password that the settings point to; none when the place they name is empty, or they name
/// none.
pub fn password(project: &Project, relay: &Relay) -> Result<Option<String>, PasswordError> {
    if let Some(name) = &relay.password_env
        && let Some(secret) = variable(&name.value)
    {
        return Ok(Some(secret));
    }
    let Some(file) = &relay.password_file else { return Ok(None) };
    let path = project.path(&file.value);
    let unreadable = |error: std::io::Error| {
        PasswordError::Unreadable(file.value.to_string(), files::reason(&error))
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).map_err(unreadable)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(PasswordError::Open(file.value.to_string()));
        }
    }
    let bytes = files::read(&path).map_err(unreadable)?;
    let text = String::from_utf8_lossy(&bytes);
    match text.lines().next().filter(|line| !line.is_empty()) {
        Some(secret) => Ok(Some(secret.to_owned())),
        None => Err(PasswordError::Empty(file.value.to_string())),
    }
}
