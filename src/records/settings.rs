//! `missive.toml`: who writes, how mail leaves, what the letters ask for.
//!
//! The comments of tables and keys are French: office staff read them in their editor and in the
//! guide. How a table is declared: see `table`.

use super::table::{FromKey, KeyShape, Read, TableKey, TableShape, TomlTable, toml_table};
use super::table_reader::{Located, TableReader};
use super::values::{Domain, EmailAddress, Mailbox, Postcode, SingleLine};
use super::word_lists::{
    Authentication, Civility, IssuerSignature, MaterialityPolicy, QuotaPreset, Security, Signer,
    Transport, WithoutReferent, Writable,
};
use crate::diagnostic::Problem;

toml_table! {
    /// Les réglages du projet : qui écrit, comment partent les messages, ce que demandent les lettres.
    pub struct Settings, "missive.toml" {
        /// Le service qui écrit, tel que l'en-tête des lettres l'imprime.
        pub organisation: Organisation,
        /// Comment partent les messages, et vers qui.
        pub mail: Mail,
        /// Ce que demandent les lettres : signatures, cadres à remplir, archive.
        pub letters: Letters,
    }
    schema { "title": "missive : réglages (missive.toml)" }
}

toml_table! {
    /// Le service qui écrit.
    pub struct Organisation, "[organisation]" {
        /// L'académie.
        #[example("Académie d'Exemple")]
        pub name: Located<SingleLine>,
        /// Le service de l'académie.
        #[example("Délégation académique au numérique")]
        pub service: Located<SingleLine>,
        /// Les lignes de l'adresse, sans le code postal ni la ville.
        #[example(["12 rue de l'Exemple"])]
        #[key(at_least_one)]
        pub address: Vec<Located<SingleLine>>,
        /// Le code postal, entre guillemets : cinq chiffres, zéro initial compris.
        #[example("86000")]
        pub postcode: Located<Postcode>,
        /// La ville.
        #[example("Exempleville")]
        pub city: Located<SingleLine>,
        /// L'adresse où le public peut écrire au service.
        #[example("dan@academie.example")]
        pub email: Located<EmailAddress>,
    }
}

toml_table! {
    /// Comment partent les messages.
    pub struct Mail, "[mail]" {
        /// "outbox" dépose les messages dans un dossier, sans rien envoyer ; "smtp" les remet au serveur
        /// décrit dans la table mail.relay, qui est alors obligatoire.
        #[example("outbox")]
        pub transport: Located<Transport>,
        /// L'expéditeur : un nom et une adresse entre chevrons, ou une adresse seule.
        #[example("DAN – Académie d'Exemple <dan@academie.example>")]
        pub from: Located<Mailbox>,
        /// L'adresse où reviennent les réponses et les lettres signées.
        #[example("dan-retours@academie.example")]
        pub reply_to: Located<EmailAddress>,
        /// Les domaines où l'on peut écrire ; chacun vaut aussi pour ses sous-domaines. Une adresse hors
        /// de ces domaines bloque la lettre.
        #[example(["academie.example"])]
        #[key(at_least_one)]
        pub allowed_domains: Vec<Located<Domain>>,
        /// Joindre aussi le courrier d'accompagnement en PDF (true si la ligne manque).
        #[example(true)]
        pub attach_cover: bool = true,
        /// Mettre les référents en copie visible (false si la ligne manque).
        #[example(false)]
        pub copy_referent: bool = false,
        /// Une boîte du service qui reçoit une copie invisible de chaque message envoyé par un serveur.
        #[example("dan-controle@academie.example")]
        pub control_copy: Option<Located<EmailAddress>>,
        /// Nombre de jours entre deux rappels à un établissement (14 si la ligne manque).
        #[example(14)]
        #[key(min(1))]
        pub remind_every: u32 = 14,
        /// Le serveur de messagerie ; lu seulement quand transport vaut "smtp".
        pub relay: ConditionalRelay,
    }
    check reminders_have_a_pause(remind_every);
    check relay_is_there_where_used(transport, relay);
    schema {
        "if": { "properties": { "transport": { "const": "smtp" } }, "required": ["transport"] },
        "then": {
            "properties": { "relay": { "$ref": "#/properties/mail/properties/relay/anyOf/0" } },
            "required": ["relay"],
        },
    }
}

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

toml_table! {
    /// Ce que demandent les lettres.
    pub struct Letters, "[letters]" {
        /// Les cadres de signature, dans leur ordre, chacun une seule fois. Un retour doit porter toutes
        /// ces signatures, sauf celle de l'autorité.
        #[example(["issuer", "head", "referent"])]
        #[key(at_least_one, unique)]
        pub signatures: Vec<Located<Signer>>,
        /// Les cadres que le chef d'établissement et le référent remplissent.
        #[example(["priorities", "indicators"])]
        pub writable: Vec<Located<Writable>>,
        /// Ce que reçoit un établissement sans référent : "skip" (rien, si la ligne manque) ou "open"
        /// (une lettre avec un blanc pour le nom).
        #[example("skip")]
        pub without_referent: WithoutReferent = WithoutReferent::Skip,
        /// Ce qui vaut une nouvelle lettre : "default" (d'après ce qui est imprimé, si la ligne manque)
        /// ou "strict" (un changement de mise en page aussi).
        #[example("default")]
        pub materiality: MaterialityPolicy = MaterialityPolicy::Default,
        /// "required" : l'autorité signe chaque lettre avant l'envoi ; "none" (si la ligne manque) : rien
        /// n'est attendu d'elle.
        #[example("none")]
        pub issuer_signature: IssuerSignature = IssuerSignature::None,
        /// Nombre d'années pendant lesquelles les archives sont gardées.
        #[example(10)]
        pub retention_years: Option<Located<u32>>,
        /// Le service d'archives qui reçoit le versement, tel qu'il se nomme.
        #[example("Archives départementales de la Haute-Clairière")]
        pub archival_agency: Option<Located<SingleLine>>,
        /// Le dossier des certificats (PEM) des autorités dont le service reconnaît les signatures.
        #[example("certs/autorites")]
        pub authorities: Option<Located<SingleLine>>,
        /// Le dossier des certificats (PEM) des autorités d'horodatage dont le service reconnaît l'heure.
        #[example("certs/horodatage")]
        pub stamp_authorities: Option<Located<SingleLine>>,
        /// Le dossier des certificats (PEM) avec lesquels l'autorité signe, ou qui s'en portent garants.
        #[example("certs/academie")]
        pub issuer_certificates: Option<Located<SingleLine>>,
    }
    check signers_differ(signatures);
}

toml_table! {
    /// Le signataire de l'autorité.
    pub struct Signatory, "le signataire (signatory)" {
        /// "Mme" ou "M.".
        #[example("Mme")]
        pub civility: Option<Located<Civility>>,
        /// Le prénom.
        #[example("Jeanne")]
        pub given_name: Located<SingleLine>,
        /// Le nom.
        #[example("Exemple")]
        pub family_name: Located<SingleLine>,
        /// La fonction, accordée avec la civilité.
        #[example("Déléguée académique au numérique")]
        pub function: Located<SingleLine>,
        /// Au nom de qui il signe.
        #[example("Pour la rectrice et par délégation")]
        pub on_behalf_of: Option<Located<SingleLine>>,
        /// La délégation de signature.
        #[example("arrêté du 1er septembre 2026")]
        pub delegation: Option<Located<SingleLine>>,
    }
}

/// `[mail.relay]`: read in any case, but its mistakes count only where the relay is used.
#[derive(Clone, Debug)]
pub struct ConditionalRelay {
    /// Whether it is a table at all.
    is_table: bool,
    relay: Option<Relay>,
    problems: Vec<Problem>,
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

impl Mail {
    /// The relay; none if it is absent, or not used and written with mistakes.
    pub fn relay(&self) -> Option<&Relay> {
        let is_used = self.transport.value == Transport::Smtp;
        self.relay.relay.as_ref().filter(|_| is_used || self.relay.problems.is_empty())
    }
}

fn reminders_have_a_pause(reader: &mut TableReader<'_, '_>, remind_every: &Read<u32>) {
    if *remind_every == Some(0) {
        reader.report(
            Problem::error("E-INTERVAL", "il faut au moins un jour entre deux rappels")
                .at(reader.place_of("remind_every"))
                .help("écrire par exemple remind_every = 14"),
        );
    }
}

fn relay_is_there_where_used(
    reader: &mut TableReader<'_, '_>,
    transport: &Read<Located<Transport>>,
    relay: &Read<ConditionalRelay>,
) {
    let (Some(transport), Some(relay)) = (transport, relay) else { return };
    if transport.value != Transport::Smtp {
        return;
    }
    relay.problems.iter().for_each(|problem| reader.report(problem.clone()));
    if !relay.is_table {
        reader.report(
            Problem::error("E-RELAY", "l'envoi par un serveur demande une table [mail.relay]")
                .at(transport.span)
                .help("ajouter [mail.relay], ou revenir à transport = \"outbox\""),
        );
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

fn signers_differ(reader: &mut TableReader<'_, '_>, signatures: &Read<Vec<Located<Signer>>>) {
    let Some(signatures) = signatures else { return };
    for (index, signer) in signatures.iter().enumerate() {
        if signatures[..index].iter().any(|other| other.value == signer.value) {
            reader.report(
                Problem::error("E-DUPLICATE", "ce signataire est cité deux fois")
                    .at(signer.span)
                    .help("garder une seule mention"),
            );
        }
    }
}
