//! The settings of the relay as `smtp_session` takes them, with the quotas that are known by name.

use super::wording;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::files;
use crate::project::folder::Project;
use crate::records::settings;
use crate::records::word_lists::{self, Authentication, QuotaPreset};
use smtp_session::{
    AuthMechanism, Quota, RelayConfig, Secret, Security, Timeouts, TrustAnchors, TrustError, Window,
};
use std::io;
use std::time::Duration;

/// Why the relay cannot be used as it is set.
#[derive(Debug, thiserror::Error)]
pub enum RelayConfigError {
    /// The file of authorities cannot be read.
    #[error("{path} ne peut pas être lu : {}", files::reason(.error))]
    CaFile {
        /// Its path, as written.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// The authorities cannot be used.
    #[error("les autorités de certification ne peuvent pas être lues : {}{}", wording::trust_error(.error), in_parentheses(.path))]
    Trust {
        /// The path of the file, as written.
        path: Option<String>,
        /// Why.
        error: TrustError,
    },
}

fn in_parentheses(path: &Option<String>) -> String {
    path.as_ref().map_or(String::new(), |path| format!(" ({path})"))
}

impl RelayConfigError {
    /// What to do.
    pub fn todo(&self) -> &'static str {
        match self {
            Self::CaFile { .. } => "vérifier ca_file dans [mail.relay]",
            Self::Trust { .. } => "donner dans ca_file le certificat de l'autorité, au format PEM",
        }
    }
}

/// The relay of a project. The secret and this computer's name are the caller's.
pub fn relay_config(
    project: &Project,
    relay: &settings::relay::Relay,
    secret: Option<Secret>,
    client_name: Option<String>,
) -> Result<RelayConfig, RelayConfigError> {
    let path = relay.ca_file.as_ref().map(|path| path.value.to_string());
    let extra = match &path {
        None => None,
        Some(path) => Some(
            files::read(&project.path(path))
                .map_err(|error| RelayConfigError::CaFile { path: path.clone(), error })?,
        ),
    };
    let security = match relay.security.value {
        word_lists::Security::Starttls => Security::Starttls,
        word_lists::Security::Tls => Security::Tls,
        word_lists::Security::None => Security::None,
    };
    let trust = match security {
        Security::None => None,
        Security::Starttls | Security::Tls => Some(
            TrustAnchors::new(extra.as_deref())
                .map_err(|error| RelayConfigError::Trust { path, error })?,
        ),
    };
    let seconds = |number: u32| Duration::from_secs(u64::from(number));
    Ok(RelayConfig {
        host: relay.host.to_string(),
        port: u16::try_from(relay.port.value).unwrap_or(0),
        security,
        trust,
        auth: relay.auth.iter().map(|one| mechanism(one.value)).collect(),
        username: relay.username.as_ref().map_or(String::new(), |name| name.to_string()),
        secret,
        client_name,
        timeouts: Timeouts {
            connect: seconds(relay.timeouts.connect),
            command: seconds(relay.timeouts.command),
            data: seconds(relay.timeouts.data),
            end_of_data: seconds(relay.timeouts.end_of_data),
        },
    })
}

fn mechanism(word: Authentication) -> AuthMechanism {
    match word {
        Authentication::Plain => AuthMechanism::Plain,
        Authentication::Login => AuthMechanism::Login,
        Authentication::Xoauth2 => AuthMechanism::Xoauth2,
    }
}

/// The limits of a relay; careful ones if the settings name none.
pub fn quota(relay: &settings::relay::Relay) -> Quota {
    if relay.windows.is_empty() {
        return preset(relay.quota.as_ref().map_or(QuotaPreset::Prudent, |quota| quota.value));
    }
    let windows = relay.windows.iter().map(|window| Window {
        minutes: window.minutes.value,
        day: window.recipients.value,
        night: window.night.as_ref().map_or(window.recipients.value, |night| night.value),
        weekend: window.weekend.as_ref().map_or(window.recipients.value, |weekend| weekend.value),
    });
    let pause = relay.pause.as_ref().map_or(2, |pause| pause.value);
    Quota { windows: windows.collect(), pause: i64::from(pause) * 1000 }
}

/// The limits that are known by name.
///
/// `messagerie-nationale`: half of what the national mail service starts to put in quarantine (500, 800, 2,000
/// and 5,000 recipients in 1, 10, 60 and 600 minutes; a quarter by night, half at the weekend). `prudent`: for a
/// relay whose limits nobody knows. `none`: no limit.
fn preset(name: QuotaPreset) -> Quota {
    let windows = |list: [(u32, u32); 4]| {
        let window = |(minutes, day)| Window { minutes, day, night: day / 4, weekend: day / 2 };
        list.map(window).to_vec()
    };
    match name {
        QuotaPreset::National => {
            Quota { windows: windows([(1, 250), (10, 400), (60, 1000), (600, 2500)]), pause: 2000 }
        }
        QuotaPreset::Prudent => {
            Quota { windows: windows([(1, 12), (10, 80), (60, 240), (600, 1200)]), pause: 3000 }
        }
        QuotaPreset::None => Quota::default(),
    }
}

/// Seconds before a deferred message is tried again, by the number of its tries.
///
/// After two, at least half an hour (RFC 5321, 4.5.4.1).
pub fn retry_delay(relay: &settings::relay::Relay, tries: u32) -> i64 {
    const USUAL: [u32; 4] = [60, 300, 900, 1800];
    const LEAST: i64 = 1800;
    let list: Vec<u32> = match relay.retry_after.as_slice() {
        [] => USUAL.to_vec(),
        list => list.iter().map(|seconds| seconds.value).collect(),
    };
    let at = usize::try_from(tries.saturating_sub(1)).unwrap_or(0).min(list.len() - 1);
    let seconds = i64::from(list[at]);
    if tries >= 2 { seconds.max(LEAST) } else { seconds }
}

impl ResolvedCampaign<'_> {
    /// The relay of the settings, when messages go over it.
    pub fn relay_settings(&self) -> Option<&settings::relay::Relay> {
        let smtp = self.settings.mail.transport.value == word_lists::Transport::Smtp;
        self.settings.mail.relay().filter(|_| smtp)
    }
}
