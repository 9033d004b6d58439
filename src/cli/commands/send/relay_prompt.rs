//! The relay with its password, asked for at the terminal if nothing gives it.

use crate::app::sending::relay::open_relay::{Password, RelayError, find_password, open_relay};
use crate::cli::ui::output::Output;
use crate::project::folder::Project;
use crate::records::settings;
use smtp_session::{RelayConfig, Secret};
use std::io::IsTerminal as _;

/// The relay, ready to be connected to.
pub(crate) fn relay(
    output: &Output,
    project: &Project,
    settings: &settings::relay::Relay,
) -> Result<RelayConfig, RelayError> {
    let secret = match find_password(project, settings)? {
        Password::NotNeeded => None,
        Password::Found(secret) => Some(secret),
        Password::Missing { user } => {
            let typed = typed_password(output, &user);
            Some(typed.ok_or_else(|| RelayError::password_missing(settings))?)
        }
    };
    open_relay(project, settings, secret)
}

fn typed_password(output: &Output, user: &str) -> Option<Secret> {
    if output.json || !std::io::stdin().is_terminal() {
        return None;
    }
    let typed = rpassword::prompt_password(format!("Mot de passe de {user} : ")).ok()?;
    (!typed.is_empty()).then(|| Secret::new(typed))
}
