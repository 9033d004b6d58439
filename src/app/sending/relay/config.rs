//! The settings of the relay as `deliver` takes them.

use crate::app::resolved_campaign::ResolvedCampaign;
use crate::deliver::account::{Mechanism, Secret};
use crate::deliver::quota::{Quota, Window};
use crate::deliver::session::{Relay, Security, Timeouts};
use crate::deliver::tls::Trust;
use crate::files;
use crate::project::folder::Project;
use crate::records::settings;
use crate::records::words::{self, Authentication};
use std::time::Duration;

/// Why the relay cannot be used as it is set.
#[derive(Debug)]
pub struct Unusable {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub todo: String,
}

/// The relay of a project; the secret is the caller's.
pub fn relay(
    project: &Project,
    own: &settings::Relay,
    secret: Option<Secret>,
    name: Option<String>,
) -> Result<Relay, Unusable> {
    let extra = match &own.ca_file {
        None => None,
        Some(path) => Some(files::read(&project.path(&path.value)).map_err(|error| Unusable {
            message: format!("{} ne peut pas être lu : {}", path.value, files::reason(&error)),
            todo: "vérifier ca_file dans [mail.relay]".to_owned(),
        })?),
    };
    let security = match own.security.value {
        words::Security::Starttls => Security::Starttls,
        words::Security::Tls => Security::Tls,
        words::Security::None => Security::None,
    };
    let trust = match security {
        Security::None => None,
        _ => Some(Trust::new(extra.as_deref()).map_err(|why| Unusable {
            message: format!(
                "les autorités de certification ne peuvent pas être lues : {why}{}",
                own.ca_file.as_ref().map_or(String::new(), |path| format!(" ({})", path.value))
            ),
            todo: "donner dans ca_file le certificat de l'autorité, au format PEM".to_owned(),
        })?),
    };
    let seconds = |number: u32| Duration::from_secs(u64::from(number));
    Ok(Relay {
        host: own.host.to_string(),
        port: u16::try_from(own.port.value).unwrap_or(0),
        security,
        trust,
        auth: own.auth.iter().map(|one| mechanism(one.value)).collect(),
        username: own.username.as_ref().map_or(String::new(), |name| name.to_string()),
        secret,
        name,
        timeouts: Timeouts {
            connect: seconds(own.timeouts.connect),
            command: seconds(own.timeouts.command),
            data: seconds(own.timeouts.data),
            end_of_data: seconds(own.timeouts.end_of_data),
        },
    })
}

fn mechanism(word: Authentication) -> Mechanism {
    match word {
        Authentication::Plain => Mechanism::Plain,
        Authentication::Login => Mechanism::Login,
        Authentication::Xoauth2 => Mechanism::Xoauth2,
    }
}

/// The limits of a relay; careful ones when the settings name none.
pub fn quota(own: &settings::Relay) -> Quota {
    if own.windows.is_empty() {
        let name = own.quota.as_ref().map_or("prudent", |quota| quota.value.as_str());
        return Quota::preset(name).unwrap_or_default();
    }
    let windows = own.windows.iter().map(|window| Window {
        minutes: window.minutes.value,
        day: window.recipients.value,
        night: window.night.as_ref().map_or(window.recipients.value, |own| own.value),
        weekend: window.weekend.as_ref().map_or(window.recipients.value, |own| own.value),
    });
    let pause = own.pause.as_ref().map_or(2, |pause| pause.value);
    Quota { windows: windows.collect(), pause: i64::from(pause) * 1000 }
}

/// Seconds before a deferred message is tried again, by the number of tries it has had.
///
/// After two, at least half an hour (RFC 5321, 4.5.4.1).
pub fn delay(own: &settings::Relay, tries: u32) -> i64 {
    const USUAL: [u32; 4] = [60, 300, 900, 1800];
    const LEAST: i64 = 1800;
    let list: Vec<u32> = match own.retry_after.as_slice() {
        [] => USUAL.to_vec(),
        list => list.iter().map(|own| own.value).collect(),
    };
    let at = usize::try_from(tries.saturating_sub(1)).unwrap_or(0).min(list.len() - 1);
    let seconds = i64::from(list[at]);
    if tries >= 2 { seconds.max(LEAST) } else { seconds }
}

impl ResolvedCampaign<'_> {
    /// The relay of the settings, when messages go over it.
    pub fn relay_settings(&self) -> Option<&settings::Relay> {
        let smtp = self.settings.mail.transport.value == words::Transport::Smtp;
        self.settings.mail.relay.as_ref().filter(|_| smtp)
    }
}
