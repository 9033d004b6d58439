//! The closed lists of words that records may use: kinds, sectors, ranks, signers and the like.
//!
//! What each word means is French: editors show it beside the word.

use super::table::ValueFormat;
use super::table_reader::{FromToml, ValueError};
use super::values::text::string;
use crate::diagnostic::did_you_mean;
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use toml::de::DeValue;

/// An enumeration whose members are written as fixed words. From it come the type, its reading and
/// its JSON Schema. The comment of a member is what it means, in French. Members that missive alone
/// decides on, and no record may write, are `decided`.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $code:literal, $what:literal,
     { $(#[doc = $meaning:literal] $variant:ident = $word:literal),+ $(,)? }
     $(, decided { $(#[doc = $other_meaning:literal] $decided:ident = $other_word:literal),+ $(,)? })?) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $(#[doc = $meaning] $variant,)+ $($(#[doc = $other_meaning] $decided,)+)? }

        impl $name {
            /// All members that a record may write.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that is written.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ $($(Self::$decided => $other_word,)+)? }
            }
        }

        impl ValueFormat for $name {
            fn schema() -> Value {
                // What Taplo shows beside each word that it proposes.
                let meanings = [$($meaning.trim()),+];
                json!({
                    "type": "string",
                    "enum": [$($word),+],
                    "x-taplo": { "docs": { "enumValues": meanings } },
                })
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
            }
        }

        impl FromToml for $name {
            const EXPECTED: &'static str = $what;

            fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
                let known: Vec<&str> = Self::ALL.iter().map(|member| member.as_str()).collect();
                let choice = || format!("les valeurs possibles : {}", known.join(", "));
                let text =
                    string(value, Self::EXPECTED).map_err(|error| error.help(choice()))?;
                if let Some(found) = Self::ALL.iter().find(|member| member.as_str() == text) {
                    return Ok(*found);
                }
                let shown: String = text.chars().take(40).collect();
                let error = ValueError::new($code, format!("« {shown} » n'est pas {}", $what));
                Err(match did_you_mean(text, known.iter().copied()) {
                    Some(near) => error.help(format!("vouliez-vous écrire \"{near}\" ?")),
                    None => error.help(choice()),
                })
            }
        }
    };
}

words!(
    /// How a person is addressed.
    Civility, "E-CIVILITY", "une civilité (\"Mme\" ou \"M.\")", {
    /// Madame
    Madame = "Mme",
    /// Monsieur
    Monsieur = "M.",
});
words!(
    /// The kind of a school.
    Kind, "E-KIND", "un type d'établissement", {
    /// Collège
    College = "college",
    /// Lycée général et technologique
    Lycee = "lycee",
    /// Lycée professionnel
    LyceeProfessionnel = "lycee-professionnel",
    /// Lycée polyvalent
    LyceePolyvalent = "lycee-polyvalent",
    /// Établissement régional d'enseignement adapté
    Erea = "erea",
    /// Autre établissement
    Other = "other",
});
words!(
    /// Public, or private under contract.
    Sector, "E-SECTOR", "un secteur", {
    /// Public
    Public = "public",
    /// Privé sous contrat
    Private = "private",
});
words!(
    /// Whether a mission comes first.
    Rank, "E-RANK", "un rang de mission", {
    /// Mission prioritaire
    Priority = "priority",
    /// Mission secondaire
    Secondary = "secondary",
});
words!(
    /// How messages leave.
    Transport, "E-TRANSPORT", "un mode d'envoi", {
    /// Déposer les messages dans out/<campagne>/outbox/, sans rien envoyer
    Outbox = "outbox",
    /// Les remettre au serveur décrit dans [mail.relay]
    Smtp = "smtp",
});
words!(
    /// How the connection to the relay is protected.
    Security, "E-SECURITY", "une protection de connexion", {
    /// STARTTLS, exigé (port 587 le plus souvent)
    Starttls = "starttls",
    /// TLS dès la connexion (port 465 le plus souvent)
    Tls = "tls",
    /// Aucune protection : seulement vers ce poste
    None = "none",
});
words!(
    /// How to authenticate to the relay.
    Authentication, "E-AUTH", "un mode d'authentification", {
    /// PLAIN : identifiant et mot de passe
    Plain = "plain",
    /// LOGIN : identifiant et mot de passe, ancienne forme
    Login = "login",
    /// XOAUTH2 : jeton d'accès
    Xoauth2 = "xoauth2",
});
words!(
    /// Limits of a relay that are known by name.
    QuotaPreset, "E-QUOTA", "une limite d'envoi", {
    /// Les limites de la messagerie nationale, divisées par deux
    National = "messagerie-nationale",
    /// Pour un serveur dont personne ne connaît les limites
    Prudent = "prudent",
    /// Aucune limite : seulement vers ce poste
    None = "none",
});
words!(
    /// Who signs.
    Signer, "E-SIGNER", "un signataire", {
    /// L'autorité qui écrit la lettre
    Issuer = "issuer",
    /// Le chef d'établissement
    Head = "head",
    /// Le référent
    Referent = "referent",
});
words!(
    /// A box left for the head and the referent to fill in.
    Writable, "E-WRITABLE", "un cadre à remplir", {
    /// Les priorités de l'établissement
    Priorities = "priorities",
    /// Les indicateurs de l'évaluation
    Indicators = "indicators",
    /// Les moyens convenus : salle, téléphone, heures
    Means = "means",
});
words!(
    /// What a school without referent gets.
    WithoutReferent, "E-WITHOUT-REFERENT", "un choix pour les établissements sans référent", {
    /// Pas de lettre
    Skip = "skip",
    /// Une lettre avec un blanc pour le nom
    Open = "open",
});
words!(
    /// Whether the authority signs before anything is sent.
    IssuerSignature, "E-ISSUER-SIGNATURE", "un choix pour la signature de l'autorité", {
    /// Rien n'est attendu de l'autorité avant l'envoi
    None = "none",
    /// L'autorité signe chaque lettre avant l'envoi
    Required = "required",
});
words!(
    /// Whether a person approves messages before they leave.
    Approval, "E-APPROVAL", "un choix pour l'approbation avant l'envoi", {
    /// Rien n'est à approuver avant l'envoi
    None = "none",
    /// Rien ne part qu'une personne n'a relu et approuvé
    Required = "required",
});
words!(
    /// What a later revision does to a letter that was sent. An amendment of the campaign may say it.
    Act, "E-ACT", "une nature d'acte", {
    /// Annule et remplace la lettre transmise
    Correction = "correction",
    /// Avenant à la lettre transmise
    Amendment = "amendment",
}, decided {
    /// Fin de mission
    End = "end",
});

impl Act {
    /// What a person reads.
    pub fn french(self) -> &'static str {
        match self {
            Self::Correction => "annule et remplace",
            Self::Amendment => "avenant",
            Self::End => "fin de mission",
        }
    }
}

/// For what the ledger keeps: the word of any member.
impl<'de> Deserialize<'de> for Act {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let all = [Self::Correction, Self::Amendment, Self::End];
        let found = all.into_iter().find(|act| act.as_str() == word);
        found.ok_or_else(|| D::Error::unknown_variant(&word, &["correction", "amendment", "end"]))
    }
}

words!(
    /// Whether a change of rule leads to a new letter.
    Materiality, "E-MATERIALITY", "une importance de changement", {
    /// Le sens change : une nouvelle lettre est due
    Substantive = "substantive",
    /// Le sens est le même : pas de nouvelle lettre
    Cosmetic = "cosmetic",
});
words!(
    /// The policy on changes.
    MaterialityPolicy, "E-MATERIALITY", "une politique de changement", {
    /// Jugée d'après ce qui est imprimé
    Default = "default",
    /// Un changement de mise en page vaut aussi une nouvelle lettre
    Strict = "strict",
});
