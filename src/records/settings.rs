//! `missive.toml`: who writes, how mail leaves, what the letters ask for.
//!
//! The comments of tables and keys are French: office staff read them in their editor and in the
//! guide. How a table is declared: see `table`.

pub mod letterhead;
pub mod relay;

use super::table::{Read, toml_table};
use super::table_reader::{Located, TableReader};
use super::values::{Domain, EmailAddress, Mailbox, Postcode, SingleLine};
use super::word_lists::{
    Approval, Civility, IssuerSignature, MaterialityPolicy, Signer, Transport, WithoutReferent,
    Writable,
};
use crate::diagnostic::Problem;
use letterhead::{Contact, Picture};
use relay::{ConditionalRelay, Relay};

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
        /// Le téléphone du service, imprimé dans l'en-tête.
        #[example("05 49 00 00 00")]
        pub phone: Option<Located<SingleLine>>,
        /// L'agent qui suit le dossier, imprimé sous « Affaire suivie par » (code des relations entre le
        /// public et l'administration, article L111-2).
        #[example({ "name": "Paul Modèle", "phone": "05 49 00 00 01", "email": "paul.modele@academie.example" })]
        pub contact: Option<Contact>,
        /// Le logo, imprimé en tête de la première page.
        #[example({ "file": "logo.svg", "alt": "Académie d'Exemple", "height": 16 })]
        pub logo: Option<Picture>,
        /// L'adresse du délégué à la protection des données, que les textes peuvent citer.
        #[example("dpd@academie.example")]
        pub dpo: Option<Located<EmailAddress>>,
        /// À qui la lettre est aussi adressée, tel que sa dernière ligne l'imprime (« Copie : … »). Rien ne
        /// leur est envoyé.
        #[example(["Inspection académique de la Haute-Clairière"])]
        pub copies: Vec<Located<SingleLine>>,
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
        /// L'image de la signature de l'autorité, imprimée dans son cadre.
        #[example({ "file": "signature.svg", "alt": "Signature de Jeanne Exemple", "height": 14 })]
        pub issuer_image: Option<Picture>,
        /// "required" : rien ne part qu'une personne n'a relu (« missive proof ») et approuvé (« missive
        /// approve ») ; "none" (si la ligne manque) : rien n'est à approuver.
        #[example("none")]
        pub approval: Approval = Approval::None,
        /// Un message à part à chaque référent, avec sa lettre et la notice sur les données personnelles, une
        /// fois la lettre transmise à l'établissement (false si la ligne manque).
        #[example(false)]
        pub referent_message: bool = false,
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
