//! Codes and identifiers: of schools, campaigns, people, rules, places.

use super::text::{parsed_text, string, text_newtype};
use crate::records::table_reader::{FromToml, ValueError, wrong_type};
use serde::Serialize;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;
use toml::de::DeValue;

/// The code of a school (unité administrative immatriculée): seven digits and a check letter,
/// `number mod 23` in `ABCDEFGHJKLMNPRSTUVWXYZ`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Uai(String);

const UAI_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";

impl Uai {
    /// The check letter for a number.
    pub fn check_letter(number: u32) -> char {
        char::from(UAI_LETTERS[(number % 23) as usize])
    }

    /// The code, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Uai {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let shape = || {
            ValueError::new(
                "E-UAI",
                "un code UAI a sept chiffres et une lettre, par exemple 0750655E",
            )
            .help("recopier le code de l'annuaire de l'éducation, zéro initial compris")
        };
        let code = text.trim().to_ascii_uppercase();
        if code.len() != 8 || !code.is_ascii() {
            return Err(shape());
        }
        let (digits, letter) = code.split_at(7);
        if !digits.bytes().all(|b| b.is_ascii_digit())
            || !letter.bytes().all(|b| b.is_ascii_uppercase())
        {
            return Err(shape());
        }
        let number: u32 = digits.parse().map_err(|_| shape())?;
        let expected = Self::check_letter(number);
        if letter != expected.to_string() {
            return Err(ValueError::new(
                "E-UAI-KEY",
                format!(
                    "la clé du code UAI {code} est fausse : un chiffre ou la lettre est erroné"
                ),
            )
            .label(format!("pour {digits}, la lettre serait {expected}"))
            .help("vérifier le code dans l'annuaire de l'éducation"));
        }
        Ok(Self(code))
    }
}

parsed_text!(Uai, "un code UAI entre guillemets, comme \"0750655E\"");

impl fmt::Display for Uai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The identifier of a campaign: 1 to 8 digits or capital letters, so that it fits the QR code,
/// a folder name and a Message-ID.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct CampaignId(String);

impl CampaignId {
    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CampaignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CampaignId {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let sound = (1..=8).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        if sound {
            Ok(Self(text.to_owned()))
        } else {
            Err(ValueError::new(
                "E-CAMPAIGN-ID",
                "l'identifiant d'une campagne a 1 à 8 chiffres ou majuscules",
            )
            .help("par exemple \"2026\" ou \"2026B\""))
        }
    }
}

parsed_text!(CampaignId, "un identifiant entre guillemets, comme \"2026\"");

/// The identifier of a referent, a rule or an allowance: lower-case ASCII letters, digits, `-`,
/// `.` and `_`, at most 64.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Slug(String);

impl Slug {
    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromToml for Slug {
    const EXPECTED: &'static str = "un identifiant entre guillemets, comme \"martin-claire\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        let text = string(value, Self::EXPECTED)?;
        let sound = (1..=64).contains(&text.len())
            && text.bytes().all(|b| {
                b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'_')
            })
            && text.as_bytes()[0].is_ascii_alphanumeric();
        if sound {
            return Ok(Self(text.to_owned()));
        }
        Err(ValueError::new(
            "E-ID",
            "un identifiant n'a que des minuscules sans accent, des chiffres, « - », « . » ou « _ »",
        )
        .help("par exemple \"martin-claire\""))
    }
}

/// A postcode, kept as text for its leading zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Postcode(String);

impl FromToml for Postcode {
    const EXPECTED: &'static str = "un code postal entre guillemets, comme \"07200\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        if matches!(value, DeValue::Integer(_)) {
            return Err(wrong_type(value, Self::EXPECTED)
                .help("mettre le code postal entre guillemets : le zéro initial compte"));
        }
        let text = string(value, Self::EXPECTED)?.trim();
        if text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ValueError::new("E-POSTCODE", "un code postal a cinq chiffres")
                .help("vérifier le zéro initial, souvent perdu dans un tableur"))
        }
    }
}

text_newtype!(Postcode);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn uai_keys_of_real_schools_hold() {
        for code in ["0750655E", "0790709S"] {
            assert!(code.parse::<Uai>().is_ok(), "{code}");
        }
        assert_eq!("0750655F".parse::<Uai>().unwrap_err().code, "E-UAI-KEY");
        assert_eq!("75655E".parse::<Uai>().unwrap_err().code, "E-UAI");
        assert_eq!(" 0750655e ".parse::<Uai>().unwrap().as_str(), "0750655E");
    }

    proptest! {
        #[test]
        fn one_wrong_character_of_a_uai_is_always_caught(number in 0u32..10_000_000, at in 0usize..8, by in 1u8..23) {
            let code = format!("{number:07}{}", Uai::check_letter(number));
            prop_assert!(code.parse::<Uai>().is_ok());
            let mut bytes = code.clone().into_bytes();
            bytes[at] = if at == 7 {
                let index = UAI_LETTERS.iter().position(|l| *l == bytes[7]).unwrap();
                UAI_LETTERS[(index + by as usize) % 23]
            } else {
                b'0' + (bytes[at] - b'0' + by % 9 + 1) % 10
            };
            let changed = String::from_utf8(bytes).unwrap();
            prop_assume!(changed != code);
            prop_assert!(changed.parse::<Uai>().is_err());
        }

        #[test]
        fn no_text_ever_panics(text in "\\PC*|.*") {
            let _ = text.parse::<Uai>();
        }
    }
}
