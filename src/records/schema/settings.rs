//! `missive.toml`: who writes, how mail leaves, what the letters ask for.

use super::formats::Whole;
use crate::records::values::{Domain, EmailAddress, Line, Mailbox, Postcode};
use crate::records::word_lists::{
    Authentication, IssuerSignature, MaterialityPolicy, QuotaPreset, Security, Signer, Transport,
    WithoutReferent, Writable,
};
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

/// Les réglages du projet : qui écrit, comment partent les messages, ce que demandent les lettres.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "missive : réglages (missive.toml)")]
pub struct Settings {
    /// Le service qui écrit, tel que l'en-tête des lettres l'imprime.
    pub organisation: Organisation,
    /// Comment partent les messages, et vers qui.
    pub mail: Mail,
    /// Ce que demandent les lettres : signatures, cadres à remplir, archive.
    pub letters: Letters,
}

/// Le service qui écrit.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Organisation {
    /// L'académie.
    #[schemars(example = &"Académie d'Exemple")]
    pub name: Line,
    /// Le service de l'académie.
    #[schemars(example = &"Délégation académique au numérique")]
    pub service: Line,
    /// Les lignes de l'adresse, sans le code postal ni la ville.
    #[schemars(length(min = 1), example = json!(["12 rue de l'Exemple"]))]
    pub address: Vec<Line>,
    /// Le code postal, entre guillemets : cinq chiffres, zéro initial compris.
    #[schemars(example = &"86000")]
    pub postcode: Postcode,
    /// La ville.
    #[schemars(example = &"Exempleville")]
    pub city: Line,
    /// L'adresse où le public peut écrire au service.
    #[schemars(example = &"dan@academie.example")]
    pub email: EmailAddress,
}

/// Comment partent les messages.
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    transform = half_written,
    extend(
        "if" = { "properties": { "transport": { "const": "smtp" } }, "required": ["transport"] },
        "then" = {
            "properties": { "relay": { "$ref": "#/properties/mail/properties/relay/anyOf/0" } },
            "required": ["relay"],
        },
    )
)]
pub struct Mail {
    /// "outbox" dépose les messages dans un dossier, sans rien envoyer ; "smtp" les remet au serveur
    /// décrit dans la table mail.relay, qui est alors obligatoire.
    #[schemars(example = &"outbox")]
    pub transport: Transport,
    /// L'expéditeur : un nom et une adresse entre chevrons, ou une adresse seule.
    #[schemars(example = &"DAN – Académie d'Exemple <dan@academie.example>")]
    pub from: Mailbox,
    /// L'adresse où reviennent les réponses et les lettres signées.
    #[schemars(example = &"dan-retours@academie.example")]
    pub reply_to: EmailAddress,
    /// Les domaines où l'on peut écrire ; chacun vaut aussi pour ses sous-domaines. Une adresse hors
    /// de ces domaines bloque la lettre.
    #[schemars(length(min = 1), example = json!(["academie.example"]))]
    pub allowed_domains: Vec<Domain>,
    /// Joindre aussi le courrier d'accompagnement en PDF (true si la ligne manque).
    #[schemars(example = true)]
    pub attach_cover: Option<bool>,
    /// Mettre les référents en copie visible (false si la ligne manque).
    #[schemars(example = false)]
    pub copy_referent: Option<bool>,
    /// Une boîte du service qui reçoit une copie invisible de chaque message envoyé par un serveur.
    #[schemars(example = &"dan-controle@academie.example")]
    pub control_copy: Option<EmailAddress>,
    /// Nombre de jours entre deux rappels à un établissement (14 si la ligne manque).
    #[schemars(range(min = 1), example = 14)]
    pub remind_every: Option<Whole>,
    /// Le serveur de messagerie ; lu seulement quand transport vaut "smtp".
    pub relay: Option<Relay>,
}

/// A relay that is not used may be half written: its keys are proposed, and nothing is refused.
fn half_written(schema: &mut Schema) {
    if let Some(relay) = schema.pointer_mut("/properties/relay") {
        *relay = json!({ "anyOf": [relay.take(), Value::Bool(true)] });
    }
}

/// Le serveur de messagerie de l'académie.
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    extend("dependencies" = {
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
    })
)]
pub struct Relay {
    /// Le nom du serveur.
    #[schemars(example = &"smtp.academie.example")]
    pub host: Line,
    /// Le port : le plus souvent 587 (starttls) ou 465 (tls).
    #[schemars(range(min = 1, max = 65_535), example = 587)]
    pub port: Whole,
    /// La protection de la connexion : "starttls", "tls", ou "none" seulement vers ce poste.
    #[schemars(example = &"starttls")]
    pub security: Security,
    /// Les modes d'authentification permis ; une liste vide pour s'en passer. Sinon, username est
    /// obligatoire.
    #[schemars(example = json!(["plain", "login"]))]
    pub auth: Option<Vec<Authentication>>,
    /// L'identifiant du compte d'envoi.
    #[schemars(example = &"dan")]
    pub username: Option<Line>,
    /// La variable d'environnement qui contient le mot de passe.
    #[schemars(example = &"MISSIVE_SMTP_PASSWORD")]
    pub password_env: Option<Line>,
    /// Le fichier qui contient le mot de passe, lisible par vous seul.
    #[schemars(example = &"secret.txt")]
    pub password_file: Option<Line>,
    /// Une autorité de certification de plus (fichier PEM).
    #[schemars(example = &"certs/relay.pem")]
    pub ca_file: Option<Line>,
    /// Des limites d'envoi connues par leur nom : "messagerie-nationale", "prudent", ou "none"
    /// seulement vers ce poste. Ne va pas avec des tables mail.relay.window.
    #[schemars(example = &"messagerie-nationale")]
    pub quota: Option<QuotaPreset>,
    /// Des limites d'envoi propres au serveur, chacune sur une durée. Ne va pas avec quota.
    #[schemars(example = json!([{ "minutes": 60, "recipients": 200 }]))]
    pub window: Option<Vec<Window>>,
    /// Secondes entre deux messages, avec des tables mail.relay.window.
    #[schemars(example = 5)]
    pub pause: Option<Whole>,
    /// Les délais d'attente, en secondes.
    #[schemars(example = json!({ "connect": 30, "command": 300, "data": 180, "end_of_data": 600 }))]
    pub timeouts: Option<Timeouts>,
    /// Secondes avant de réessayer un message différé : après le premier report, le deuxième…
    #[schemars(example = json!([60, 300, 900, 1800]))]
    pub retry_after: Option<Vec<Whole>>,
}

/// The host names that mean this computer.
const THIS_COMPUTER: &str = r"^\s*(?:localhost|127\.0\.0\.1|::1)\s*$";

/// Une limite : tant de destinataires en tant de minutes.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Window {
    /// La durée, en minutes.
    #[schemars(range(min = 1), example = 60)]
    pub minutes: Whole,
    /// Le nombre de destinataires permis pendant cette durée.
    #[schemars(range(min = 1), example = 200)]
    pub recipients: Whole,
    /// Le même la nuit, de 20 h à 7 h, s'il est autre.
    #[schemars(example = 400)]
    pub night: Option<Whole>,
    /// Le même en journée le samedi et le dimanche, s'il est autre.
    #[schemars(example = 300)]
    pub weekend: Option<Whole>,
}

/// Les délais d'attente du serveur, en secondes.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Timeouts {
    /// Pour se connecter (30 si la ligne manque).
    #[schemars(range(min = 1), example = 30)]
    pub connect: Option<Whole>,
    /// Pour répondre à une commande (300 si la ligne manque).
    #[schemars(range(min = 1), example = 300)]
    pub command: Option<Whole>,
    /// Pour recevoir le message (180 si la ligne manque).
    #[schemars(range(min = 1), example = 180)]
    pub data: Option<Whole>,
    /// Pour accepter le message reçu (600 si la ligne manque).
    #[schemars(range(min = 1), example = 600)]
    pub end_of_data: Option<Whole>,
}

/// Ce que demandent les lettres.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Letters {
    /// Les cadres de signature, dans leur ordre, chacun une seule fois. Un retour doit porter toutes
    /// ces signatures, sauf celle de l'autorité.
    #[schemars(
        length(min = 1),
        extend("uniqueItems" = true),
        example = json!(["issuer", "head", "referent"]),
    )]
    pub signatures: Vec<Signer>,
    /// Les cadres que le chef d'établissement et le référent remplissent.
    #[schemars(example = json!(["priorities", "indicators"]))]
    pub writable: Option<Vec<Writable>>,
    /// Ce que reçoit un établissement sans référent : "skip" (rien, si la ligne manque) ou "open"
    /// (une lettre avec un blanc pour le nom).
    #[schemars(example = &"skip")]
    pub without_referent: Option<WithoutReferent>,
    /// Ce qui vaut une nouvelle lettre : "default" (d'après ce qui est imprimé, si la ligne manque)
    /// ou "strict" (un changement de mise en page aussi).
    #[schemars(example = &"default")]
    pub materiality: Option<MaterialityPolicy>,
    /// "required" : l'autorité signe chaque lettre avant l'envoi ; "none" (si la ligne manque) : rien
    /// n'est attendu d'elle.
    #[schemars(example = &"none")]
    pub issuer_signature: Option<IssuerSignature>,
    /// Nombre d'années pendant lesquelles les archives sont gardées.
    #[schemars(example = 10)]
    pub retention_years: Option<Whole>,
    /// Le service d'archives qui reçoit le versement, tel qu'il se nomme.
    #[schemars(example = &"Archives départementales de la Haute-Clairière")]
    pub archival_agency: Option<Line>,
    /// Le dossier des certificats (PEM) des autorités dont le service reconnaît les signatures.
    #[schemars(example = &"certs/autorites")]
    pub authorities: Option<Line>,
    /// Le dossier des certificats (PEM) des autorités d'horodatage dont le service reconnaît l'heure.
    #[schemars(example = &"certs/horodatage")]
    pub stamp_authorities: Option<Line>,
    /// Le dossier des certificats (PEM) avec lesquels l'autorité signe, ou qui s'en portent garants.
    #[schemars(example = &"certs/academie")]
    pub issuer_certificates: Option<Line>,
}
