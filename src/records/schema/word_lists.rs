//! The closed lists of words: taken from `records::word_lists`, each word with what it means.

use crate::records::word_lists::{
    Act, Authentication, Civility, IssuerSignature, Kind, Materiality, MaterialityPolicy,
    QuotaPreset, Rank, Sector, Security, Signer, Transport, WithoutReferent, Writable,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

/// Says what each word of a list means; a word without meaning does not compile.
macro_rules! meanings {
    ($($name:ident { $($variant:ident = $meaning:literal),+ $(,)? })+) => { $(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let words: Vec<&str> = Self::ALL.iter().map(|word| word.as_str()).collect();
                let meanings: Vec<&str> = Self::ALL
                    .iter()
                    .map(|word| match word { $(Self::$variant => $meaning),+ })
                    .collect();
                // What Taplo shows beside each word that it proposes.
                let docs = serde_json::json!({ "docs": { "enumValues": meanings } });
                json_schema!({ "type": "string", "enum": words, "x-taplo": docs })
            }
        }
    )+ };
}

meanings! {
    Civility {
        Madame = "Madame",
        Monsieur = "Monsieur",
    }
    Kind {
        College = "Collège",
        Lycee = "Lycée général et technologique",
        LyceeProfessionnel = "Lycée professionnel",
        LyceePolyvalent = "Lycée polyvalent",
        Erea = "Établissement régional d'enseignement adapté",
        Other = "Autre établissement",
    }
    Sector {
        Public = "Public",
        Private = "Privé sous contrat",
    }
    Rank {
        Priority = "Mission prioritaire",
        Secondary = "Mission secondaire",
    }
    Transport {
        Outbox = "Déposer les messages dans out/<campagne>/outbox/, sans rien envoyer",
        Smtp = "Les remettre au serveur décrit dans [mail.relay]",
    }
    Security {
        Starttls = "STARTTLS, exigé (port 587 le plus souvent)",
        Tls = "TLS dès la connexion (port 465 le plus souvent)",
        None = "Aucune protection : seulement vers ce poste",
    }
    Authentication {
        Plain = "PLAIN : identifiant et mot de passe",
        Login = "LOGIN : identifiant et mot de passe, ancienne forme",
        Xoauth2 = "XOAUTH2 : jeton d'accès",
    }
    QuotaPreset {
        National = "Les limites de la messagerie nationale, divisées par deux",
        Prudent = "Pour un serveur dont personne ne connaît les limites",
        None = "Aucune limite : seulement vers ce poste",
    }
    Signer {
        Issuer = "L'autorité qui écrit la lettre",
        Head = "Le chef d'établissement",
        Referent = "Le référent",
    }
    Writable {
        Priorities = "Les priorités de l'établissement",
        Indicators = "Les indicateurs de l'évaluation",
    }
    WithoutReferent {
        Skip = "Pas de lettre",
        Open = "Une lettre avec un blanc pour le nom",
    }
    IssuerSignature {
        None = "Rien n'est attendu de l'autorité avant l'envoi",
        Required = "L'autorité signe chaque lettre avant l'envoi",
    }
    Act {
        Correction = "Annule et remplace la lettre transmise",
        Amendment = "Avenant à la lettre transmise",
    }
    Materiality {
        Substantive = "Le sens change : une nouvelle lettre est due",
        Cosmetic = "Le sens est le même : pas de nouvelle lettre",
    }
    MaterialityPolicy {
        Default = "Jugée d'après ce qui est imprimé",
        Strict = "Un changement de mise en page vaut aussi une nouvelle lettre",
    }
}
