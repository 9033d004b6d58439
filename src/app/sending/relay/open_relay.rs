//! The relay of a project with its password.

use super::config::{RelayConfigError, relay_config};
use crate::app::error::{ErrorKind, UserError};
use crate::project::environment;
use crate::project::folder::Project;
use crate::project::smtp_password::{self, PasswordError};
use crate::records::settings;
use smtp_session::{RelayConfig, Secret};

/// Variable of the environment for the password, if the settings name none.
const PASSWORD_VARIABLE: &str = "MISSIVE_SMTP_PASSWORD";

/// The password of the account, as far as files and environment give it.
pub enum Password {
    /// The relay asks for none.
    NotNeeded,
    /// It is there.
    Found(Secret),
    /// It has to be typed.
    Missing {
        /// The account.
        user: String,
    },
}

/// Why the relay cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The file of the password cannot be used.
    #[error("{0}")]
    Password(#[from] PasswordError),
    /// There is no password.
    #[error("il manque le mot de passe du compte d'envoi")]
    PasswordMissing {
        /// The variable that may hold it.
        variable: String,
    },
    /// The settings cannot be used.
    #[error("{0}")]
    Config(#[from] RelayConfigError),
}

impl RelayError {
    /// The password is neither given nor typed.
    pub fn password_missing(relay: &settings::relay::Relay) -> Self {
        let named = relay.password_env.as_ref().map(|name| name.value.to_string());
        Self::PasswordMissing { variable: named.unwrap_or_else(|| PASSWORD_VARIABLE.to_owned()) }
    }
}

impl UserError for RelayError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Environment
    }

    fn todo(&self) -> String {
        match self {
            Self::Password(error) => error.todo().to_owned(),
            Self::PasswordMissing { variable } => format!(
                "le donner dans la variable {variable}, ou dans un fichier nommé par password_file"
            ),
            Self::Config(error) => error.todo().to_owned(),
        }
    }
}

/// Looks for the password.
pub fn find_password(
    project: &Project,
    relay: &settings::relay::Relay,
) -> Result<Password, RelayError> {
    if relay.auth.is_empty() {
        return Ok(Password::NotNeeded);
    }
    let user = || relay.username.as_ref().map_or(String::new(), |name| name.value.to_string());
    Ok(match smtp_password::password(project, relay)? {
        Some(password) => Password::Found(Secret::new(password)),
        None => Password::Missing { user: user() },
    })
}

/// The relay, ready to be connected to.
pub fn open_relay(
    project: &Project,
    relay: &settings::relay::Relay,
    secret: Option<Secret>,
) -> Result<RelayConfig, RelayError> {
    Ok(relay_config(project, relay, secret, Some(environment::computer()))?)
}
