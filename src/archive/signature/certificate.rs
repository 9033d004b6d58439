//! What an X.509 certificate says (RFC 5280). Whether anybody should believe it is said in `chain`.

use super::moment;
use super::words;
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

/// Longest name of a person or an authority that is told.
const LONGEST_NAME: usize = 200;

/// Attributes that name somebody, best first (X.520): common name, pseudonym, organisation, unit,
/// mail address.
const NAMING: [&str; 5] = ["2.5.4.3", "2.5.4.65", "2.5.4.10", "2.5.4.11", "1.2.840.113549.1.9.1"];
const GIVEN_NAME: &str = "2.5.4.42";
const SURNAME: &str = "2.5.4.4";

/// A certificate, with the very bytes that its issuer signed.
#[derive(Clone, Debug)]
pub(super) struct Certificate {
    /// DER.
    pub der: Vec<u8>,
    parsed: x509_cert::Certificate,
}

impl Certificate {
    /// Reads one from its DER.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let parsed = x509_cert::Certificate::from_der(der).ok()?;
        Some(Self { der: der.to_vec(), parsed })
    }

    /// Whose it is.
    pub(super) fn subject(&self) -> &Name {
        self.parsed.tbs_certificate().subject()
    }

    /// Who issued it.
    pub(super) fn issuer(&self) -> &Name {
        self.parsed.tbs_certificate().issuer()
    }

    /// Its number, unique for its issuer.
    pub(super) fn serial(&self) -> &[u8] {
        self.parsed.tbs_certificate().serial_number().as_bytes()
    }

    /// The public key.
    pub(super) fn key(&self) -> &SubjectPublicKeyInfoOwned {
        self.parsed.tbs_certificate().subject_public_key_info()
    }

    /// The identifier of its key, where it says one.
    pub(super) fn key_identifier(&self) -> Option<Vec<u8>> {
        let found = self.parsed.tbs_certificate().get_extension::<SubjectKeyIdentifier>();
        Some(found.ok()??.1.0.as_bytes().to_vec())
    }

    /// SHA-256 of the DER, in hexadecimal.
    pub(super) fn fingerprint(&self) -> String {
        hexadecimal(&self.der)
    }

    /// SHA-256 of the bits of the public key, in hexadecimal: whatever certificate holds it.
    pub(super) fn key_fingerprint(&self) -> String {
        hexadecimal(self.key().subject_public_key.raw_bytes())
    }

    /// From when until when it is good, both included.
    pub(super) fn validity(&self) -> Option<(Timestamp, Timestamp)> {
        let own = self.parsed.tbs_certificate().validity();
        let moment = |time: x509_cert::time::Time| {
            let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok()?;
            Timestamp::from_second(seconds).ok()
        };
        Some((moment(own.not_before)?, moment(own.not_after)?))
    }

    /// Its period, as a person reads it.
    pub(super) fn period(&self) -> String {
        match self.validity() {
            Some((from, to)) => {
                format!("du {} au {}", moment::french(from), moment::french(to))
            }
            None => "de dates illisibles".to_owned(),
        }
    }

    /// Whether it may vouch for others; a root of the first version could not say so yet.
    pub(super) fn is_authority(&self) -> bool {
        let own = self.parsed.tbs_certificate();
        match own.get_extension::<BasicConstraints>() {
            Ok(Some((_, constraints))) => constraints.ca,
            Ok(None) => own.version() == Version::V1 && own.issuer() == own.subject(),
            Err(_) => false,
        }
    }

    /// Whether its key may sign documents (RFC 5280, 4.2.1.3); one that does not say may.
    pub(super) fn may_sign(&self) -> bool {
        match self.parsed.tbs_certificate().get_extension::<KeyUsage>() {
            Ok(Some((_, usage))) => {
                usage.0.contains(KeyUsages::DigitalSignature)
                    || usage.0.contains(KeyUsages::NonRepudiation)
            }
            Ok(None) => true,
            Err(_) => false,
        }
    }

    /// Whether it is for time stamps, says so critically, and is for nothing else (RFC 3161, 2.3).
    pub(super) fn may_stamp(&self) -> bool {
        const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");
        let found = self.parsed.tbs_certificate().get_extension::<ExtendedKeyUsage>();
        matches!(found, Ok(Some((true, usages))) if usages.0 == [TIME_STAMPING])
    }
}

/// SHA-256, in hexadecimal.
fn hexadecimal(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The best name that a distinguished name gives; empty when there is none.
pub(super) fn best_name(name: &Name) -> String {
    let value = |wanted: &str| {
        let found = name.iter().find(|own| own.oid.to_string() == wanted);
        found.map(|own| text(&own.value)).filter(|own| !own.is_empty())
    };
    let person = || match (value(GIVEN_NAME), value(SURNAME)) {
        (Some(given), Some(family)) => {
            Some(words::plain(&format!("{given} {family}"), LONGEST_NAME))
        }
        _ => None,
    };
    let [common, others @ ..] = NAMING;
    value(common).or_else(person).or_else(|| others.into_iter().find_map(value)).unwrap_or_default()
}

/// A string of a distinguished name, whatever its type.
fn text(value: &der::Any) -> String {
    let bytes = value.value();
    let read = match value.tag() {
        Tag::BmpString => {
            let units = bytes.as_chunks::<2>().0.iter().map(|own| u16::from_be_bytes(*own));
            char::decode_utf16(units).map(|own| own.unwrap_or('\u{fffd}')).collect()
        }
        Tag::TeletexString => bytes.iter().map(|own| char::from(*own)).collect(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    words::plain(&read, LONGEST_NAME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr as _;

    #[test]
    fn the_best_name_is_the_common_one_then_the_person_then_the_organisation() {
        let told = |name: &str| best_name(&Name::from_str(name).unwrap());
        assert_eq!(told("CN=Anne Durand,O=Collège,C=FR"), "Anne Durand");
        assert_eq!(told("GN=Anne,SN=Durand,O=Collège"), "Anne Durand");
        assert_eq!(told("O=Collège,C=FR"), "Collège");
        assert_eq!(told("C=FR"), "");
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
