//! The closed lists of words that records may use: kinds, sectors, ranks, signers and the like.

use super::table_reader::{FromToml, ValueError};
use super::values::string;
use crate::diagnostic::did_you_mean;
use serde::Serialize;
use toml::de::DeValue;

/// An enumeration whose members are written as fixed words.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $code:literal, $what:literal,
     { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// All members.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that is written.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
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
                    string(value, Self::EXPECTED).map_err(|complaint| complaint.help(choice()))?;
                if let Some(found) = Self::ALL.iter().find(|member| member.as_str() == text) {
                    return Ok(*found);
                }
                let shown: String = text.chars().take(40).collect();
                let complaint = ValueError::new($code, format!("« {shown} » n'est pas {}", $what));
                Err(match did_you_mean(text, known.iter().copied()) {
                    Some(near) => complaint.help(format!("vouliez-vous écrire \"{near}\" ?")),
                    None => complaint.help(choice()),
                })
            }
        }
    };
}

words!(
    /// How a person is addressed.
    Civility, "E-CIVILITY", "une civilité (\"Mme\" ou \"M.\")", {
    /// Madame.
    Madame = "Mme",
    /// Monsieur.
    Monsieur = "M.",
});
words!(
    /// The kind of a school.
    Kind, "E-KIND", "un type d'établissement", {
    /// Collège.
    College = "college",
    /// Lycée général et technologique.
    Lycee = "lycee",
    /// Lycée professionnel.
    LyceeProfessionnel = "lycee-professionnel",
    /// Lycée polyvalent.
    LyceePolyvalent = "lycee-polyvalent",
    /// Établissement régional d'enseignement adapté.
    Erea = "erea",
    /// Anything else.
    Other = "other",
});
words!(
    /// Public, or private under contract.
    Sector, "E-SECTOR", "un secteur", {
    /// Public.
    Public = "public",
    /// Private under contract.
    Private = "private",
});
words!(
    /// Whether a mission comes first.
    Rank, "E-RANK", "un rang de mission", {
    /// Comes first.
    Priority = "priority",
    /// Comes after.
    Secondary = "secondary",
});
words!(
    /// How messages leave.
    Transport, "E-TRANSPORT", "un mode d'envoi", {
    /// Files that a person opens in a mail program.
    Outbox = "outbox",
    /// The organisation's relay.
    Smtp = "smtp",
});
words!(
    /// How the connection to the relay is protected.
    Security, "E-SECURITY", "une protection de connexion", {
    /// STARTTLS, required.
    Starttls = "starttls",
    /// TLS from the first byte.
    Tls = "tls",
    /// None; loopback only.
    None = "none",
});
words!(
    /// How to authenticate to the relay.
    Authentication, "E-AUTH", "un mode d'authentification", {
    /// PLAIN.
    Plain = "plain",
    /// LOGIN.
    Login = "login",
    /// XOAUTH2.
    Xoauth2 = "xoauth2",
});
words!(
    /// Limits of a relay that are known by name.
    QuotaPreset, "E-QUOTA", "une limite d'envoi", {
    /// Half of what the national mail service puts in quarantine.
    National = "messagerie-nationale",
    /// For a relay whose limits nobody knows.
    Prudent = "prudent",
    /// No limit; loopback only.
    None = "none",
});
words!(
    /// Who signs.
    Signer, "E-SIGNER", "un signataire", {
    /// The authority that issues the letter.
    Issuer = "issuer",
    /// The head of the school.
    Head = "head",
    /// The referent.
    Referent = "referent",
});
words!(
    /// A box left for the head and the referent to fill in.
    Writable, "E-WRITABLE", "un cadre à remplir", {
    /// The school's priorities.
    Priorities = "priorities",
    /// The indicators of the evaluation.
    Indicators = "indicators",
});
words!(
    /// What a school without referent gets.
    WithoutReferent, "E-WITHOUT-REFERENT", "un choix pour les établissements sans référent", {
    /// No letter.
    Skip = "skip",
    /// A letter with a blank for the name.
    Open = "open",
});
words!(
    /// Whether the authority signs before anything is sent.
    IssuerSignature, "E-ISSUER-SIGNATURE", "un choix pour la signature de l'autorité", {
    /// Not asked for.
    None = "none",
    /// Required.
    Required = "required",
});
words!(
    /// What an amendment does to a letter handed over.
    Act, "E-ACT", "une nature d'acte", {
    /// Annule et remplace.
    Correction = "correction",
    /// Avenant.
    Amendment = "amendment",
});
words!(
    /// Whether a change of rule is worth a new letter.
    Materiality, "E-MATERIALITY", "une importance de changement", {
    /// The text a reader relies on changes.
    Substantive = "substantive",
    /// Same meaning, other words or layout.
    Cosmetic = "cosmetic",
});
words!(
    /// The policy on changes.
    MaterialityPolicy, "E-MATERIALITY", "une politique de changement", {
    /// Judged by what comes out.
    Default = "default",
    /// A change of layout is worth a new letter too.
    Strict = "strict",
});
