//! The stable name of a letter, `2026-0790709S-K7Q4`, printed, scanned and typed by people.
//!
//! The last four characters derive from campaign, UAI and referent id alone: three from a hash,
//! one check character. The alphabet has no look-alikes (no 0/O, 1/I/L).

use crate::records::values::{CampaignId, Slug, Uai};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// 31 characters, a prime, so that a weighted sum catches every single wrong one.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// The name of a letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    campaign: CampaignId,
    uai: Uai,
    tail: String,
}

impl Reference {
    /// The reference of a letter; `referent` is absent for a letter with a blank for the name.
    pub fn new(campaign: &CampaignId, uai: &Uai, referent: Option<&Slug>) -> Self {
        let mut hash = Sha256::new();
        for part in ["missive reference 1", campaign.as_str(), uai.as_str()] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.update(referent.map_or("", |id| id.as_str()).as_bytes());
        let digest = hash.finalize();
        let mut number = u64::from_be_bytes(std::array::from_fn(|index| digest[index]));
        let mut tail = String::with_capacity(4);
        for _ in 0..3 {
            tail.push(char::from(ALPHABET[(number % 31) as usize]));
            number /= 31;
        }
        tail.push(check_character(campaign.as_str(), uai.as_str(), &tail));
        Self { campaign: campaign.clone(), uai: uai.clone(), tail }
    }

    /// Identifier of the campaign.
    pub fn campaign(&self) -> &CampaignId {
        &self.campaign
    }

    /// UAI of the school.
    pub fn uai(&self) -> &Uai {
        &self.uai
    }
}

/// The character that makes a weighted sum over all others known; weights 1, 2, 3… are never a
/// multiple of 31 as no reference has so many characters. Digits of the UAI and characters of the
/// tail are each counted by a value of their own below 31, so no single wrong one goes unseen; the
/// letter of the UAI is checked by the UAI itself.
fn check_character(campaign: &str, uai: &str, tail: &str) -> char {
    let place = |byte: u8| ALPHABET.iter().position(|letter| *letter == byte).unwrap_or(0);
    let value = |byte: u8| match byte {
        b'0'..=b'9' => usize::from(byte - b'0'),
        _ => 10 + usize::from(byte.to_ascii_uppercase().saturating_sub(b'A')),
    };
    let values = campaign.bytes().chain(uai.bytes()).map(value).chain(tail.bytes().map(place));
    let sum: usize = values.enumerate().map(|(index, value)| (index + 1) * value).sum();
    char::from(ALPHABET[sum % 31])
}

/// The campaign that a reference names.
pub fn campaign_of(reference: &str) -> &str {
    reference.split('-').next().unwrap_or_default()
}

/// The département of the school that a reference names: the first three digits of its UAI.
pub fn departement_of(reference: &str) -> &str {
    reference.split('-').nth(1).and_then(|uai| uai.get(..3)).unwrap_or_default()
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.campaign, self.uai, self.tail)
    }
}

impl Serialize for Reference {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a text is not a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// It has another shape.
    #[error("une référence a la forme 2026-0790709S-K7Q4")]
    Shape,
    /// A character is wrong: the check character does not agree.
    #[error("cette référence comporte une faute de frappe")]
    Typo,
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let text = text.trim().to_ascii_uppercase();
        let mut parts = text.split('-');
        let (Some(campaign), Some(uai), Some(tail), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ReferenceError::Shape);
        };
        let campaign: CampaignId = campaign.parse().map_err(|_| ReferenceError::Shape)?;
        if tail.len() != 4 || !tail.bytes().all(|byte| ALPHABET.contains(&byte)) || uai.len() != 8 {
            return Err(ReferenceError::Shape);
        }
        let uai: Uai = uai.parse().map_err(|_| ReferenceError::Typo)?;
        if !tail.ends_with(check_character(campaign.as_str(), uai.as_str(), &tail[..3])) {
            return Err(ReferenceError::Typo);
        }
        Ok(Self { campaign, uai, tail: tail.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_reference_is_stable() {
        let campaign = "2026".parse().unwrap();
        let uai = "0790709S".parse().unwrap();
        let first = Reference::new(&campaign, &uai, None).to_string();
        // Printed on letters: this text must never change.
        insta::assert_snapshot!(first, @"2026-0790709S-FB3H");
        assert!(first.len() <= 20);
    }

    proptest! {
        #[test]
        fn any_wrong_digit_or_tail_character_is_caught(
            number in 0u32..10_000_000, at in 5usize..17, by in 1usize..31,
        ) {
            let uai: Uai = format!("{number:07}{}", Uai::check_letter(number)).parse().unwrap();
            let reference = Reference::new(&"2026".parse().unwrap(), &uai, None);
            let text = reference.to_string();
            prop_assert_eq!(text.parse::<Reference>().unwrap(), reference);
            let mut bytes = text.clone().into_bytes();
            let at = if at >= 12 { at + 2 } else { at };
            prop_assume!(at < bytes.len());
            bytes[at] = if at < 12 {
                b'0' + (bytes[at] - b'0' + (by % 9) as u8 + 1) % 10
            } else {
                let index = ALPHABET.iter().position(|c| *c == bytes[at]).unwrap();
                ALPHABET[(index + by % 30 + 1) % 31]
            };
            let changed = String::from_utf8(bytes).unwrap();
            prop_assume!(changed != text);
            prop_assert!(changed.parse::<Reference>().is_err(), "{} {}", text, changed);
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = text.parse::<Reference>();
        }
    }
}
