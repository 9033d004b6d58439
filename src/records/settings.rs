//! `missive.toml`: who writes, how mail leaves, what the letters ask for.

use super::table_reader::{Located, Reader};
use super::values::{Day, Domain, EmailAddress, Line, Mailbox, Postcode};
use super::word_lists::{
    Authentication, Civility, IssuerSignature, MaterialityPolicy, QuotaPreset, Security, Signer,
    Transport, WithoutReferent, Writable,
};
use crate::diagnostic::Problem;

/// The settings of a project.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who writes.
    pub organisation: Organisation,
    /// How mail leaves.
    pub mail: Mail,
    /// What the letters ask for.
    pub letters: Letters,
}

/// The service that writes.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// The académie.
    pub name: Located<Line>,
    /// The service within it.
    pub service: Located<Line>,
    /// Street lines.
    pub address: Vec<Located<Line>>,
    /// Postcode.
    pub postcode: Located<Postcode>,
    /// City.
    pub city: Located<Line>,
    /// The address the public may write to.
    pub email: Located<EmailAddress>,
}

/// How mail leaves.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Files, or the relay.
    pub transport: Located<Transport>,
    /// The sender.
    pub from: Located<Mailbox>,
    /// Where signed copies go.
    pub reply_to: Located<EmailAddress>,
    /// Domains that may be written to.
    pub allowed_domains: Vec<Located<Domain>>,
    /// Whether the cover is attached as a PDF as well.
    pub attach_cover: bool,
    /// Whether the referents get a visible copy.
    pub copy_referent: bool,
    /// A copy in the envelope only, as proof of acceptance.
    pub control_copy: Option<Located<EmailAddress>>,
    /// Days between two reminders to a school.
    pub remind_every: u32,
    /// The relay, needed for `transport = "smtp"`.
    pub relay: Option<Relay>,
}

/// The organisation's mail relay.
#[derive(Clone, Debug)]
pub struct Relay {
    /// Host name.
    pub host: Located<Line>,
    /// Port.
    pub port: Located<u32>,
    /// Protection.
    pub security: Located<Security>,
    /// Mechanisms; none means no authentication.
    pub auth: Vec<Located<Authentication>>,
    /// Account.
    pub username: Option<Located<Line>>,
    /// Environment variable that holds the password.
    pub password_env: Option<Located<Line>>,
    /// File that holds the password, readable by its owner only.
    pub password_file: Option<Located<Line>>,
    /// Extra certificate authority, PEM.
    pub ca_file: Option<Located<Line>>,
    /// Preset of limits.
    pub quota: Option<Located<QuotaPreset>>,
    /// Custom windows of limits.
    pub windows: Vec<QuotaWindow>,
    /// Seconds between two messages, with custom windows.
    pub pause: Option<Located<u32>>,
    /// Seconds per phase.
    pub timeouts: Timeouts,
    /// Seconds before a deferred message is tried again, per deferral in a row.
    pub retry_after: Vec<Located<u32>>,
}

/// A limit of recipients over a time.
#[derive(Clone, Debug)]
pub struct QuotaWindow {
    /// Length in minutes.
    pub minutes: Located<u32>,
    /// Recipients in it.
    pub recipients: Located<u32>,
    /// The same by night, from 20 h to 7 h, if another.
    pub night: Option<Located<u32>>,
    /// The same by day at the week-end, if another.
    pub weekend: Option<Located<u32>>,
}

/// Seconds a relay may take, by phase (RFC 5321, 4.5.3.2).
#[derive(Clone, Debug)]
pub struct Timeouts {
    /// Connecting.
    pub connect: u32,
    /// A command.
    pub command: u32,
    /// The body.
    pub data: u32,
    /// The answer to the final dot.
    pub end_of_data: u32,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: 30, command: 300, data: 180, end_of_data: 600 }
    }
}

/// What the letters ask for.
#[derive(Clone, Debug)]
pub struct Letters {
    /// Signature boxes, in order.
    pub signatures: Vec<Located<Signer>>,
    /// Boxes to fill in.
    pub writable: Vec<Located<Writable>>,
    /// What a school without referent gets.
    pub without_referent: WithoutReferent,
    /// The policy on changes.
    pub materiality: MaterialityPolicy,
    /// Whether the authority signs first.
    pub issuer_signature: IssuerSignature,
    /// Years the archives are kept; no default.
    pub retention_years: Option<Located<u32>>,
    /// The archive service that takes the archives in, as it names itself.
    pub archival_agency: Option<Located<Line>>,
    /// Folder of certificates (PEM) of the authorities whose signatures the office trusts.
    pub authorities: Option<Located<Line>>,
    /// Folder of certificates (PEM) of the authorities whose time stamps the office trusts.
    pub stamp_authorities: Option<Located<Line>>,
    /// Folder of certificates (PEM) that the issuing authority signs with, or that vouch for them.
    pub issuer_certificates: Option<Located<Line>>,
}

/// Who signs for the authority.
#[derive(Clone, Debug)]
pub struct Signatory {
    /// Mme or M.
    pub civility: Option<Located<Civility>>,
    /// Given name.
    pub given_name: Located<Line>,
    /// Family name.
    pub family_name: Located<Line>,
    /// Capacity.
    pub function: Located<Line>,
    /// "Pour la rectrice et par délégation".
    pub on_behalf_of: Option<Located<Line>>,
    /// The delegation of signature.
    pub delegation: Option<Located<Line>>,
}

impl Signatory {
    pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let civility = reader.optional("civility");
        let given_name = reader.required("given_name");
        let family_name = reader.required("family_name");
        let function = reader.required("function");
        let on_behalf_of = reader.optional("on_behalf_of");
        let delegation = reader.optional("delegation");
        reader.finish();
        Some(Self {
            civility,
            given_name: given_name?,
            family_name: family_name?,
            function: function?,
            on_behalf_of,
            delegation,
        })
    }
}

impl Settings {
    pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let organisation = match reader.table("organisation", "[organisation]") {
            Some(mut table) => Organisation::read(&mut table),
            None => missing_table(reader, "organisation"),
        };
        let mail = match reader.table("mail", "[mail]") {
            Some(mut table) => Mail::read(&mut table),
            None => missing_table(reader, "mail"),
        };
        let letters = match reader.table("letters", "[letters]") {
            Some(mut table) => Letters::read(&mut table),
            None => missing_table(reader, "letters"),
        };
        reader.finish();
        Some(Self { organisation: organisation?, mail: mail?, letters: letters? })
    }
}

fn missing_table<T>(reader: &mut Reader<'_, '_>, name: &str) -> Option<T> {
    if !reader.has(name) {
        reader.report(
            Problem::error("E-MISSING", format!("il manque la table [{name}] dans missive.toml"))
                .at(reader.place())
                .help("la recopier de l'exemple que « missive init » écrit"),
        );
    }
    None
}

impl Organisation {
    fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let name = reader.required("name");
        let service = reader.required("service");
        let address = reader.required_list("address");
        let postcode = reader.required("postcode");
        let city = reader.required("city");
        let email = reader.required("email");
        reader.finish();
        Some(Self {
            name: name?,
            service: service?,
            address,
            postcode: postcode?,
            city: city?,
            email: email?,
        })
    }
}

impl Mail {
    fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let transport = reader.required("transport");
        let from = reader.required("from");
        let reply_to = reader.required("reply_to");
        let allowed_domains = reader.required_list("allowed_domains");
        let attach_cover = reader.optional::<bool>("attach_cover").is_none_or(|value| value.value);
        let copy_referent =
            reader.optional::<bool>("copy_referent").is_some_and(|value| value.value);
        let control_copy = reader.optional("control_copy");
        let transport: Option<Located<Transport>> = transport;
        let smtp = transport.as_ref().is_some_and(|value| value.value == Transport::Smtp);
        let remind_every = reader.optional::<u32>("remind_every");
        if let Some(days) = remind_every.as_ref().filter(|days| days.value == 0) {
            reader.report(
                Problem::error("E-INTERVAL", "il faut au moins un jour entre deux rappels")
                    .at(days.span)
                    .help("écrire par exemple remind_every = 14"),
            );
        }
        // A relay that is not used may be half written.
        let mut apart = Vec::new();
        let relay = match smtp {
            true => reader.table("relay", "[mail.relay]").map(|mut own| Relay::read(&mut own)),
            false => reader
                .table_apart("relay", "[mail.relay]", &mut apart)
                .map(|mut own| Relay::read(&mut own)),
        };
        let relay = relay.filter(|_| apart.is_empty());
        if let Some(transport) = transport.as_ref().filter(|_| smtp && relay.is_none()) {
            reader.report(
                Problem::error("E-RELAY", "l'envoi par un serveur demande une table [mail.relay]")
                    .at(transport.span)
                    .help("ajouter [mail.relay], ou revenir à transport = \"outbox\""),
            );
        }
        reader.finish();
        Some(Self {
            transport: transport?,
            from: from?,
            reply_to: reply_to?,
            allowed_domains,
            attach_cover,
            copy_referent,
            control_copy,
            remind_every: remind_every.map_or(14, |days| days.value),
            relay: relay.flatten(),
        })
    }
}

impl Relay {
    fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let host: Option<Located<Line>> = reader.required("host");
        let port = reader.required::<u32>("port");
        let security: Option<Located<Security>> = reader.required("security");
        let auth: Vec<Located<Authentication>> = reader.list("auth");
        let username = reader.optional("username");
        let password_env = reader.optional("password_env");
        let password_file = reader.optional("password_file");
        let ca_file = reader.optional("ca_file");
        let quota = reader.optional("quota");
        let windows = reader.tables("window", "[[mail.relay.window]]", |table| {
            let minutes = table.required("minutes");
            let recipients = table.required("recipients");
            let night = table.optional("night");
            let weekend = table.optional("weekend");
            Some(QuotaWindow { minutes: minutes?, recipients: recipients?, night, weekend })
        });
        let pause = reader.optional("pause");
        let mut timeouts = Timeouts::default();
        if let Some(mut table) = reader.table("timeouts", "timeouts") {
            for (key, slot) in [
                ("connect", &mut timeouts.connect),
                ("command", &mut timeouts.command),
                ("data", &mut timeouts.data),
                ("end_of_data", &mut timeouts.end_of_data),
            ] {
                if let Some(value) = table.optional::<u32>(key) {
                    *slot = value.value;
                    if value.value == 0 {
                        table.report(
                            Problem::error(
                                "E-TIMEOUT",
                                "un délai d'attente est d'au moins une seconde",
                            )
                            .at(value.span)
                            .help("écrire par exemple 300"),
                        );
                    }
                }
            }
            table.finish();
        }
        let retry_after = reader.list("retry_after");
        if let Some(port) = port.as_ref().filter(|port| !(1..=65_535).contains(&port.value)) {
            reader.report(
                Problem::error("E-PORT", "un port va de 1 à 65535")
                    .at(port.span)
                    .help("le plus souvent 587 (starttls) ou 465 (tls)"),
            );
        }
        if let (Some(host), Some(security)) = (&host, &security)
            && security.value == Security::None
            && !is_this_computer(&host.value)
        {
            reader.report(
                Problem::error(
                    "E-SECURITY",
                    "une connexion sans protection n'est permise que vers ce poste",
                )
                .at(security.span)
                .help("écrire security = \"starttls\" ou \"tls\""),
            );
        }
        if let (Some(host), Some(quota)) = (&host, &quota) {
            let quota: &Located<QuotaPreset> = quota;
            if quota.value == QuotaPreset::None && !is_this_computer(&host.value) {
                reader.report(
                    Problem::error(
                        "E-QUOTA",
                        "un envoi sans limite n'est permis que vers ce poste",
                    )
                    .at(quota.span)
                    .help("écrire quota = \"messagerie-nationale\" ou \"prudent\""),
                );
            }
            if !windows.is_empty() {
                reader.report(
                    Problem::error(
                        "E-QUOTA",
                        "« quota » et [[mail.relay.window]] ne vont pas ensemble",
                    )
                    .at(quota.span)
                    .help("garder l'un des deux"),
                );
            }
        }
        for window in &windows {
            let zero = |own: &&Located<u32>| own.value == 0;
            if let Some(own) = [&window.minutes, &window.recipients].into_iter().find(zero) {
                reader.report(
                    Problem::error(
                        "E-QUOTA",
                        "une limite d'envoi va d'au moins 1 destinataire en 1 minute",
                    )
                    .at(own.span)
                    .help("écrire par exemple minutes = 60 et recipients = 200"),
                );
            }
        }
        if !auth.is_empty() && username.is_none() {
            reader.missing("username", "l'identifiant du compte d'envoi");
        }
        reader.finish();
        Some(Self {
            host: host?,
            port: port?,
            security: security?,
            auth,
            username,
            password_env,
            password_file,
            ca_file,
            quota,
            windows,
            pause,
            timeouts,
            retry_after,
        })
    }
}

/// Whether a host name means this computer.
fn is_this_computer(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1")
}

impl Letters {
    fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let signatures = reader.required_list::<Signer>("signatures");
        let writable = reader.list::<Writable>("writable");
        let without_referent = reader.optional("without_referent");
        let materiality = reader.optional("materiality");
        let issuer_signature = reader.optional("issuer_signature");
        let retention_years = reader.optional("retention_years");
        let archival_agency = reader.optional("archival_agency");
        let authorities = reader.optional("authorities");
        let stamp_authorities = reader.optional("stamp_authorities");
        let issuer_certificates = reader.optional("issuer_certificates");
        for (index, signer) in signatures.iter().enumerate() {
            if signatures[..index].iter().any(|other| other.value == signer.value) {
                reader.report(
                    Problem::error("E-DUPLICATE", "ce signataire est cité deux fois")
                        .at(signer.span)
                        .help("garder une seule mention"),
                );
            }
        }
        reader.finish();
        Some(Self {
            signatures,
            writable,
            without_referent: without_referent
                .map_or(WithoutReferent::Skip, |v: Located<WithoutReferent>| v.value),
            materiality: materiality
                .map_or(MaterialityPolicy::Default, |v: Located<MaterialityPolicy>| v.value),
            issuer_signature: issuer_signature
                .map_or(IssuerSignature::None, |v: Located<IssuerSignature>| v.value),
            retention_years,
            archival_agency,
            authorities,
            stamp_authorities,
            issuer_certificates,
        })
    }
}

/// The day a dated thing starts and ends; `until` is its last day.
#[derive(Clone, Debug)]
pub struct Period {
    /// First day.
    pub since: Located<Day>,
    /// Last day, if it has one.
    pub until: Option<Located<Day>>,
}

impl Period {
    pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let since: Option<Located<Day>> = reader.required("since");
        let until: Option<Located<Day>> = reader.optional("until");
        if let (Some(since), Some(until)) = (&since, &until)
            && until.value < since.value
        {
            reader.report(
                Problem::error("E-PERIOD", "cette période finit avant de commencer")
                    .at(until.span)
                    .related(since.span, "elle commence ici")
                    .help("corriger l'une des deux dates"),
            );
        }
        Some(Self { since: since?, until })
    }

    /// Whether a day lies in the period, both ends included.
    pub fn holds(&self, day: jiff::civil::Date) -> bool {
        self.since.value.0 <= day && self.until.as_ref().is_none_or(|until| day <= until.value.0)
    }
}
