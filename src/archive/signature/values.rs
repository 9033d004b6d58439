//! What is said about a file and its signatures. Values only: they travel as JSON between processes.
//!
//! The words of [`Integrity`] and [`Trust`] are public interface (`archive add --json`).

use super::moment;
use crate::archive::Check;
use jiff::Timestamp;
use page_area::PageArea;
use serde::{Deserialize, Serialize};

/// Whether what was signed is what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Integrity {
    /// Every rule holds, and nothing was added since that may not be.
    Ok,
    /// One does not, or cannot be verified: [`Signature::checks`] says which.
    Broken,
}

/// Who vouches for a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// One of the office's authorities.
    Trusted,
    /// Nobody whom the office chose.
    UnknownAuthority,
    /// One of the office's authorities, but not for the time of the signature.
    Expired,
    /// SHA-1, or an RSA key below 2048 bits: whoever vouches for it, it proves nothing.
    Weak,
}

/// One signature of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    /// Full name of its form field; empty for a signature that no field leads to.
    pub field: String,
    /// Common name of the certificate, or the best name there is; empty if there is none.
    /// Without control characters, at most 200 characters.
    pub signer: String,
    /// SHA-256 of the certificate's DER in hexadecimal; empty if there is none.
    pub fingerprint: String,
    /// SHA-256 of the public key in hexadecimal, the same in every certificate of one key; empty
    /// if there is none.
    #[serde(default)]
    pub key: String,
    /// Name of who issued the certificate, written like `signer`.
    pub issuer: String,
    /// When the signer says it was made.
    pub claimed: Option<Timestamp>,
    /// When a time stamp says it existed, of an authority that the office chose for stamping.
    pub stamped: Option<Timestamp>,
    /// When a time stamp of somebody else says so, which proves nothing.
    #[serde(default)]
    pub stamp_unproven: Option<Timestamp>,
    /// Whether what was signed is what is there.
    pub integrity: Integrity,
    /// Who vouches for the certificate; says nothing about a broken signature.
    pub trust: Trust,
    /// The authority that does.
    pub authority: Option<String>,
    /// For a certification, what it permits from then on: 1 nothing, 2 filling in and signing,
    /// 3 annotating too (ISO 32000-2, 12.8.2.2, table 257).
    pub certification: Option<u8>,
    /// Where what it signs ends, in bytes from the start of the file.
    pub covers: u64,
    /// Where pages of the file show it; nowhere for an invisible one. The label is that of the box
    /// of the letter, once somebody who knows the letter set it.
    #[serde(default)]
    pub places: Vec<PageArea>,
    /// Everything that was looked at.
    pub checks: Vec<Check>,
}

impl Signature {
    /// Who signed, as a person reads it.
    pub fn name(&self) -> &str {
        if self.signer.is_empty() { "signataire sans nom" } else { &self.signer }
    }

    /// When it was made and who says so, in French; nothing when nobody does.
    pub fn when(&self) -> Option<String> {
        let (time, source) = match (self.stamped, self.claimed, self.stamp_unproven) {
            (Some(time), ..) => (time, "heure de l'horodatage"),
            (None, Some(time), None) => (time, "heure indiquée par le signataire"),
            (None, Some(time), Some(_)) => (
                time,
                "heure indiquée par le signataire, et par un service d'horodatage que le service n'a pas choisi",
            ),
            (None, None, Some(time)) => {
                (time, "heure indiquée par un service d'horodatage que le service n'a pas choisi")
            }
            (None, None, None) => return None,
        };
        Some(format!("{} ({source})", moment::french(time)))
    }
}

/// What is known of a PDF and its signatures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Examination {
    /// How many pages it has.
    pub pages: u32,
    /// Encrypted, but opens without a password.
    pub encrypted: bool,
    /// Its table of objects had to be repaired, or its end is missing.
    pub damaged: bool,
    /// The signatures of persons, in the order of what they cover. Time stamps are in `checks`.
    pub signatures: Vec<Signature>,
    /// What was looked at in the file as a whole.
    pub checks: Vec<Check>,
}

/// Why a file cannot be read as a PDF.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Unreadable {
    /// No PDF header.
    #[error("ce fichier n'est pas un PDF")]
    NotPdf,
    /// A password is needed.
    #[error(
        "ce PDF est protégé par un mot de passe : demander à l'établissement de le renvoyer sans mot de passe"
    )]
    Encrypted,
    /// Nothing can be made of its objects.
    #[error("ce PDF est abîmé et ne s'ouvre pas : demander à l'établissement de le renvoyer")]
    Damaged,
}
