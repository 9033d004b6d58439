//! `[mail.relay]`: the mail server, its limits and timeouts, and the checks of its keys.
//!
//! The comments of tables and keys are French: office staff read them in their editor and in the
//! guide. How a table is declared: see `table`.

use crate::diagnostic::Problem;
use crate::records::table::{FromKey, KeyShape, Read, TableKey, TableShape, TomlTable, toml_table};
use crate::records::table_reader::{Located, TableReader};
use crate::records::values::SingleLine;
use crate::records::word_lists::{Authentication, QuotaPreset, Security};

toml_table! {
    /// Le serveur de messagerie de l'académie.
    pub struct Relay, "[mail.relay]" {
        /// Le nom du serveur.
        #[example("smtp.academie.example")]
        pub host: Located<SingleLine>,
        /// Le port : le plus souvent 587 (starttls) ou 465 (tls).
        #[example(587)]
        #[key(min(1), max(65_535))]
        pub port: Located<u32>,
        /// La protection de la connexion : "starttls", "tls", ou "none" seulement vers ce poste.
        #[example("starttls")]
        pub security: Located<Security>,
        /// Les modes d'authentification permis ; une liste vide pour s'en passer. Sinon, username est
        /// obligatoire.
        #[example(["plain", "login"])]
        pub auth: Vec<Located<Authentication>>,
        /// L'identifiant du compte d'envoi.
        #[example("dan")]
        pub username: Option<Located<SingleLine>>,
        /// La variable d'environnement qui contient le mot de passe.
        #[example("MISSIVE_SMTP_PASSWORD")]
        pub password_env: Option<Located<SingleLine>>,
        /// Le fichier qui contient le mot de passe, lisible par vous seul.
        #[example("secret.txt")]
        pub password_file: Option<Located<SingleLine>>,
        /// Une autorité de certification de plus (fichier PEM).
        #[example("certs/relay.pem")]
        pub ca_file: Option<Located<SingleLine>>,
        /// Des limites d'envoi connues par leur nom : "messagerie-nationale", "prudent", ou "none"
        /// seulement vers ce poste. Ne va pas avec des tables mail.relay.window.
        #[example("messagerie-nationale")]
        pub quota: Option<Located<QuotaPreset>>,
        /// Des limites d'envoi propres au serveur, chacune sur une durée. Ne va pas avec quota.
        #[example([{ "minutes": 60, "recipients": 200 }])]
        #[key(named("window"))]
        pub windows: Vec<QuotaWindow>,
        /// Secondes entre deux messages, avec des tables mail.relay.window.
        #[example(5)]
        pub pause: Option<Located<u32>>,
        /// Les délais d'attente, en secondes.
        #[example({ "connect": 30, "command": 300, "data": 180, "end_of_data": 600 })]
        #[key(empty_if_absent)]
        pub timeouts: Timeouts,
        /// Secondes avant de réessayer un message différé : après le premier report, le deuxième…
        #[example([60, 300, 900, 1800])]
        pub retry_after: Vec<Located<u32>>,
    }
    check port_exists(port);
    check protection_is_lifted_on_this_computer_only(host, security);
    check quota_is_lifted_on_this_computer_only(host, quota, windows);
    check windows_let_something_through(windows);
    check account_has_a_name(auth, username);
    schema {
        "dependencies": {
            "auth": {
                "if": { "properties": { "auth": { "minItems": 1 } } },
                "then": { "required": ["username"] },
            },
            "security": {
                "if": { "properties": { "security": { "const": "none" } } },
                "then": { "properties": { "host": { "pattern": THIS_COMPUTER } } },
            },
            "quota": {
                "if": { "properties": { "quota": { "const": "none" } } },
                "then": { "properties": { "host": { "pattern": THIS_COMPUTER } } },
            },
            "window": {
                "if": { "properties": { "window": { "minItems": 1 } } },
                "then": { "properties": { "quota": false } },
            },
        },
    }
}

toml_table! {
    /// Une limite : tant de destinataires en tant de minutes.
    pub struct QuotaWindow, "[[mail.relay.window]]" {
        /// La durée, en minutes.
        #[example(60)]
        #[key(min(1))]
        pub minutes: Located<u32>,
        /// Le nombre de destinataires permis pendant cette durée.
        #[example(200)]
        #[key(min(1))]
        pub recipients: Located<u32>,
        /// Le même la nuit, de 20 h à 7 h, s'il est autre.
        #[example(400)]
        pub night: Option<Located<u32>>,
        /// Le même en journée le samedi et le dimanche, s'il est autre.
        #[example(300)]
        pub weekend: Option<Located<u32>>,
    }
}

toml_table! {
    /// Les délais d'attente du serveur, en secondes.
    pub struct Timeouts, "timeouts" {
        /// Pour se connecter (30 si la ligne manque).
        #[example(30)]
        #[key(min(1))]
        pub connect: u32 = 30,
        /// Pour répondre à une commande (300 si la ligne manque).
        #[example(300)]
        #[key(min(1))]
        pub command: u32 = 300,
        /// Pour recevoir le message (180 si la ligne manque).
        #[example(180)]
        #[key(min(1))]
        pub data: u32 = 180,
        /// Pour accepter le message reçu (600 si la ligne manque).
        #[example(600)]
        #[key(min(1))]
        pub end_of_data: u32 = 600,
    }
    check timeouts_last(connect, command, data, end_of_data);
}

/// `[mail.relay]`: read in any case, but its mistakes count only where the relay is used.
#[derive(Clone, Debug)]
pub struct ConditionalRelay {
    /// Whether it is a table at all.
    pub(super) is_table: bool,
    pub(super) relay: Option<Relay>,
    pub(super) problems: Vec<Problem>,
}

impl FromKey for ConditionalRelay {
    fn shape() -> KeyShape {
        KeyShape::Conditional(Box::new(KeyShape::Table(TableShape::of::<Relay>())))
    }

    fn from_key(reader: &mut TableReader<'_, '_>, key: &TableKey) -> Option<Self> {
        let mut problems = Vec::new();
        let table = reader.table_apart(key.name, Relay::TITLE, &mut problems);
        let is_table = table.is_some();
        let relay = table.and_then(|mut table| Relay::read_table(&mut table));
        Some(Self { is_table, relay, problems })
    }
}

fn port_exists(reader: &mut TableReader<'_, '_>, port: &Read<Located<u32>>) {
    if let Some(port) = port.as_ref().filter(|port| !(1..=65_535).contains(&port.value)) {
        reader.report(
            Problem::error("E-PORT", "un port va de 1 à 65535")
                .at(port.span)
                .help("le plus souvent 587 (starttls) ou 465 (tls)"),
        );
    }
}

/// The host names that mean this computer, for the schema. [`is_this_computer`] says the same.
const THIS_COMPUTER: &str = r"^\s*(?:localhost|127\.0\.0\.1|::1)\s*$";

fn is_this_computer(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1")
}

fn protection_is_lifted_on_this_computer_only(
    reader: &mut TableReader<'_, '_>,
    host: &Read<Located<SingleLine>>,
    security: &Read<Located<Security>>,
) {
    if let (Some(host), Some(security)) = (host, security)
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
}

fn quota_is_lifted_on_this_computer_only(
    reader: &mut TableReader<'_, '_>,
    host: &Read<Located<SingleLine>>,
    quota: &Read<Option<Located<QuotaPreset>>>,
    windows: &Read<Vec<QuotaWindow>>,
) {
    let (Some(host), Some(Some(quota))) = (host, quota) else { return };
    if quota.value == QuotaPreset::None && !is_this_computer(&host.value) {
        reader.report(
            Problem::error("E-QUOTA", "un envoi sans limite n'est permis que vers ce poste")
                .at(quota.span)
                .help("écrire quota = \"messagerie-nationale\" ou \"prudent\""),
        );
    }
    if windows.as_ref().is_some_and(|windows| !windows.is_empty()) {
        reader.report(
            Problem::error("E-QUOTA", "« quota » et [[mail.relay.window]] ne vont pas ensemble")
                .at(quota.span)
                .help("garder l'un des deux"),
        );
    }
}

fn windows_let_something_through(
    reader: &mut TableReader<'_, '_>,
    windows: &Read<Vec<QuotaWindow>>,
) {
    for window in windows.iter().flatten() {
        let limits = [&window.minutes, &window.recipients];
        if let Some(zero) = limits.into_iter().find(|limit| limit.value == 0) {
            reader.report(
                Problem::error(
                    "E-QUOTA",
                    "une limite d'envoi va d'au moins 1 destinataire en 1 minute",
                )
                .at(zero.span)
                .help("écrire par exemple minutes = 60 et recipients = 200"),
            );
        }
    }
}

fn account_has_a_name(
    reader: &mut TableReader<'_, '_>,
    auth: &Read<Vec<Located<Authentication>>>,
    username: &Read<Option<Located<SingleLine>>>,
) {
    if auth.as_ref().is_some_and(|auth| !auth.is_empty()) && !matches!(username, Some(Some(_))) {
        reader.missing("username", "l'identifiant du compte d'envoi");
    }
}

fn timeouts_last(
    reader: &mut TableReader<'_, '_>,
    connect: &Read<u32>,
    command: &Read<u32>,
    data: &Read<u32>,
    end_of_data: &Read<u32>,
) {
    let timeouts =
        [("connect", connect), ("command", command), ("data", data), ("end_of_data", end_of_data)];
    for (key, seconds) in timeouts {
        if *seconds == Some(0) {
            reader.report(
                Problem::error("E-TIMEOUT", "un délai d'attente est d'au moins une seconde")
                    .at(reader.place_of(key))
                    .help("écrire par exemple 300"),
            );
        }
    }
}
