//! What an X.509 certificate says (RFC 5280, 4).
//!
//! Whether it is trusted is decided by [`super::certification_path`].

use super::checks::Validity;
use crate::text::printable;
use der::oid::ObjectIdentifier;
use der::{Decode as _, Tag, Tagged as _};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use spki::SubjectPublicKeyInfoOwned;
use std::fmt::Write as _;
use x509_cert::certificate::Version;
use x509_cert::ext::pkix::{
    BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectKeyIdentifier,
};
use x509_cert::name::Name;

/// Longest name of a person or an authority that is kept, in characters.
const MAX_NAME_LENGTH: usize = 200;

/// Attributes that name somebody, best first (ITU-T X.520): common name, pseudonym, organisation,
/// unit, mail address.
const NAME_ATTRIBUTES: [&str; 5] =
    ["2.5.4.3", "2.5.4.65", "2.5.4.10", "2.5.4.11", "1.2.840.113549.1.9.1"];
const GIVEN_NAME: &str = "2.5.4.42";
const SURNAME: &str = "2.5.4.4";

/// A certificate, with its encoding: its issuer signed those bytes.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    /// Its DER encoding.
    pub der: Vec<u8>,
    parsed: x509_cert::Certificate,
}

impl Certificate {
    /// Reads a DER encoding.
    pub(crate) fn read(der: &[u8]) -> Option<Self> {
        let parsed = x509_cert::Certificate::from_der(der).ok()?;
        Some(Self { der: der.to_vec(), parsed })
    }

    /// The name of its holder.
    pub(crate) fn subject(&self) -> &Name {
        self.parsed.tbs_certificate().subject()
    }

    /// The name of its issuer.
    pub(crate) fn issuer(&self) -> &Name {
        self.parsed.tbs_certificate().issuer()
    }

    /// Its serial number, unique for its issuer.
    pub(crate) fn serial(&self) -> &[u8] {
        self.parsed.tbs_certificate().serial_number().as_bytes()
    }

    /// The public key of its holder.
    pub(crate) fn key(&self) -> &SubjectPublicKeyInfoOwned {
        self.parsed.tbs_certificate().subject_public_key_info()
    }

    /// The subject key identifier, if it has one (4.2.1.2).
    pub(crate) fn key_identifier(&self) -> Option<Vec<u8>> {
        let found = self.parsed.tbs_certificate().get_extension::<SubjectKeyIdentifier>();
        Some(found.ok()??.1.0.as_bytes().to_vec())
    }

    /// SHA-256 of its encoding, in hexadecimal.
    pub(crate) fn fingerprint(&self) -> String {
        sha256_hex(&self.der)
    }

    /// SHA-256 of the bits of the public key, in hexadecimal: the same in every certificate of one
    /// key.
    pub(crate) fn key_fingerprint(&self) -> String {
        sha256_hex(self.key().subject_public_key.raw_bytes())
    }

    /// When it is valid.
    pub(crate) fn validity(&self) -> Option<Validity> {
        let validity = self.parsed.tbs_certificate().validity();
        let timestamp = |time: x509_cert::time::Time| {
            let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok()?;
            Timestamp::from_second(seconds).ok()
        };
        Some(Validity {
            not_before: timestamp(validity.not_before)?,
            not_after: timestamp(validity.not_after)?,
        })
    }

    /// Whether it may issue others (4.2.1.9). Certificates of version 1 cannot say so: a self-issued
    /// one counts as an authority.
    pub(crate) fn is_authority(&self) -> bool {
        let certificate = self.parsed.tbs_certificate();
        match certificate.get_extension::<BasicConstraints>() {
            Ok(Some((_, constraints))) => constraints.ca,
            Ok(None) => {
                certificate.version() == Version::V1
                    && certificate.issuer() == certificate.subject()
            }
            Err(_) => false,
        }
    }

    /// Whether its key usage allows to sign documents (4.2.1.3); without a key usage it does.
    pub(crate) fn may_sign(&self) -> bool {
        match self.parsed.tbs_certificate().get_extension::<KeyUsage>() {
            Ok(Some((_, usage))) => {
                usage.0.contains(KeyUsages::DigitalSignature)
                    || usage.0.contains(KeyUsages::NonRepudiation)
            }
            Ok(None) => true,
            Err(_) => false,
        }
    }

    /// Whether it is for time stamping and nothing else, by a critical extension (RFC 3161, 2.3).
    pub(crate) fn is_for_time_stamps(&self) -> bool {
        const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");
        let found = self.parsed.tbs_certificate().get_extension::<ExtendedKeyUsage>();
        matches!(found, Ok(Some((true, usages))) if usages.0 == [TIME_STAMPING])
    }
}

/// SHA-256, in hexadecimal.
fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The best name that a distinguished name holds, printable; empty when there is none.
pub(crate) fn best_name(name: &Name) -> String {
    let value = |wanted: &str| {
        let found = name.iter().find(|attribute| attribute.oid.to_string() == wanted);
        found.map(|attribute| text(&attribute.value)).filter(|text| !text.is_empty())
    };
    let person = || match (value(GIVEN_NAME), value(SURNAME)) {
        (Some(given), Some(family)) => {
            Some(printable(&format!("{given} {family}"), MAX_NAME_LENGTH))
        }
        _ => None,
    };
    let [common, others @ ..] = NAME_ATTRIBUTES;
    value(common).or_else(person).or_else(|| others.into_iter().find_map(value)).unwrap_or_default()
}

/// A string of a distinguished name, whatever its type, printable.
fn text(value: &der::Any) -> String {
    let bytes = value.value();
    let read = match value.tag() {
        Tag::BmpString => {
            let units = bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_be_bytes(*unit));
            char::decode_utf16(units).map(|read| read.unwrap_or('\u{fffd}')).collect()
        }
        Tag::TeletexString => bytes.iter().map(|byte| char::from(*byte)).collect(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    printable(&read, MAX_NAME_LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr as _;

    #[test]
    fn the_best_name_is_the_common_one_then_the_person_then_the_organisation() {
        let name = |name: &str| best_name(&Name::from_str(name).unwrap());
        assert_eq!(name("CN=Anne Durand,O=Collège,C=FR"), "Anne Durand");
        assert_eq!(name("GN=Anne,SN=Durand,O=Collège"), "Anne Durand");
        assert_eq!(name("O=Collège,C=FR"), "Collège");
        assert_eq!(name("C=FR"), "");
    }

    #[test]
    fn old_encodings_of_text_are_read() {
        let any = |tag, bytes: &[u8]| text(&der::Any::new(tag, bytes).unwrap());
        assert_eq!(any(Tag::BmpString, &[0, 0x41, 0, 0xe9]), "Aé");
        assert_eq!(any(Tag::TeletexString, &[0x41, 0xe9]), "Aé");
        assert_eq!(any(Tag::Utf8String, b"A\x00\xe2\x80\xaeB"), "A B");
    }

    #[test]
    fn rubbish_is_no_certificate() {
        assert!(Certificate::read(b"").is_none());
        assert!(Certificate::read(&[0x30, 3, 2, 1, 1]).is_none());
    }
}
