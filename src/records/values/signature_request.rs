//! Whether an act asks for signatures: `signature` of `[[campaign.amendment]]`, and what the ledger keeps.

use crate::diagnostic::did_you_mean;
use crate::records::table_reader::{FromToml, ValueError, wrong_type};
use serde::{Deserialize, Serialize};
use toml::de::DeValue;

/// Whether a later revision of a letter asks for signatures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignatureRequest {
    /// A signed copy is asked for, and former ones of what it replaces count no more.
    #[default]
    Asked,
    /// It is for information: nobody signs it.
    Information,
    /// What was signed stays signed; only who had not signed is asked.
    Kept,
}

const KEPT: &str = "kept";

impl FromToml for SignatureRequest {
    const EXPECTED: &'static str = "true, false ou \"kept\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        match value {
            DeValue::Boolean(true) => Ok(Self::Asked),
            DeValue::Boolean(false) => Ok(Self::Information),
            DeValue::String(word) if word == KEPT => Ok(Self::Kept),
            DeValue::String(word) => {
                let shown: String = word.chars().take(40).collect();
                let message = format!("« {shown} » ne dit pas si l'acte est à signer");
                let near = did_you_mean(&shown, [KEPT]);
                let help = match near {
                    Some(near) => format!("vouliez-vous écrire \"{near}\" ?"),
                    None => format!("écrire {}", Self::EXPECTED),
                };
                Err(ValueError::new("E-SIGNATURE", message).help(help))
            }
            other => Err(wrong_type(other, Self::EXPECTED)),
        }
    }
}
