//! The CMS of a signature (RFC 5652, with RFC 5035 for the signing certificate).
//!
//! Its frame is read by hand, so that certificates and attributes keep their bytes; the signer's
//! part by `cms`. What is verified: the digest of what is signed, the type of the content, the
//! value of the signature, and that the certificate is the one the signer meant.

use super::algorithm::{Failure, Hash, Weaknesses, digest_of, verify};
use super::certificate::Certificate;
use super::check;
use super::tlv::Tlv;
use crate::archive::Check;
use cms::signed_data::{SignerIdentifier, SignerInfo};
use der::oid::ObjectIdentifier;
use der::{Any, Decode as _, Encode as _};
use spki::AlgorithmIdentifierOwned;
use x509_cert::attr::Attributes;

const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
/// Attribute: when the signer says it was made (RFC 5652, 11.3).
pub(super) const SIGNING_TIME: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
/// Attribute: a time stamp over the value of the signature (RFC 3161, appendix A).
pub(super) const TIME_STAMP: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");
/// Attribute: the algorithms, so that nobody exchanges them (RFC 6211).
const ALGORITHM_PROTECTION: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.52");
/// Content type of a signature over a document.
pub(super) const DATA: &str = "1.2.840.113549.1.7.1";
/// Content type of a time stamp.
pub(super) const TIME_STAMP_INFO: &str = "1.2.840.113549.1.9.16.1.4";

/// Most certificates that are taken from one message.
const MOST: usize = 64;

/// A signed message with its one signer.
#[derive(Clone, Debug)]
pub(super) struct Message {
    /// Type of the content.
    pub content_type: String,
    /// The content, when it is inside.
    pub content: Option<Vec<u8>>,
    /// Every certificate that came along.
    pub certificates: Vec<Certificate>,
    /// The signer's certificate, when it came along.
    pub signer: Option<Certificate>,
    info: SignerInfo,
    /// Signed attributes as they are written, tagged as a set.
    written: Vec<u8>,
}

/// What the verification of a message gives.
#[derive(Clone, Debug, Default)]
pub(super) struct Verified {
    /// One for each thing that has to hold.
    pub checks: Vec<Check>,
    /// What proves little although it holds.
    pub weak: Weaknesses,
}

impl Verified {
    /// Whether everything holds.
    pub(super) fn holds(&self) -> bool {
        self.checks.iter().all(|own| own.ok)
    }

    fn say(&mut self, name: &str, ok: bool, yes: &str, no: &str) {
        self.checks.push(check(name, ok, if ok { yes } else { no }));
    }
}

impl Message {
    /// Reads a message; else why not, in French.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let unread = || "la signature est abîmée : sa structure est illisible".to_owned();
        let (signed, signers) = frame(bytes).ok_or_else(unread)?;
        let [signer] = signers.as_slice() else {
            return Err("la signature ne nomme pas un signataire et un seul".to_owned());
        };
        let info = SignerInfo::from_ber(signer.whole).map_err(|_| unread())?;
        let encapsulated = signed.get(2).and_then(Tlv::children).ok_or_else(unread)?;
        let [name, inside @ ..] = encapsulated.as_slice() else { return Err(unread()) };
        let content_type = ObjectIdentifier::from_bytes(name.value).map_err(|_| unread())?;
        let content = match inside.first() {
            Some(own) => {
                Some(Tlv::read(own.value).and_then(|own| own.octets()).ok_or_else(unread)?)
            }
            None => None,
        };
        let certificates: Vec<Certificate> = signed
            .iter()
            .find(|own| own.tag == 0xa0)
            .and_then(Tlv::children)
            .unwrap_or_default()
            .iter()
            .take(MOST)
            .filter_map(|own| Certificate::read(own.whole))
            .collect();
        let parts = signer.children().ok_or_else(unread)?;
        let written = parts.iter().find(|own| own.tag == 0xa0).map(retagged).unwrap_or_default();
        let mut own = Self {
            content_type: content_type.to_string(),
            content,
            certificates,
            signer: None,
            info,
            written,
        };
        own.signer = own.find_signer();
        Ok(own)
    }

    /// The value of the signature: what a time stamp is over.
    pub(super) fn value(&self) -> &[u8] {
        self.info.signature.as_bytes()
    }

    /// A signed attribute, when it is there once with one value.
    pub(super) fn signed_attribute(&self, oid: ObjectIdentifier) -> Option<&Any> {
        single(self.info.signed_attrs.as_ref()?, oid)
    }

    /// An attribute that was added to the signature.
    pub(super) fn unsigned_attribute(&self, oid: ObjectIdentifier) -> Option<&Any> {
        single(self.info.unsigned_attrs.as_ref()?, oid)
    }

    fn find_signer(&self) -> Option<Certificate> {
        let mut those = self.certificates.iter().filter(|own| match &self.info.sid {
            SignerIdentifier::IssuerAndSerialNumber(sid) => {
                own.issuer() == &sid.issuer && own.serial() == sid.serial_number.as_bytes()
            }
            SignerIdentifier::SubjectKeyIdentifier(sid) => {
                own.key_identifier().is_some_and(|id| id == sid.0.as_bytes())
            }
        });
        // Two may have the same name and number; the signer said which by its digest.
        let meant = those.clone().find(|own| self.meant(own) == Some(true));
        meant.or_else(|| those.next()).cloned()
    }

    /// Whether a certificate is the one that the signed attributes name by its digest; `None` when
    /// they name none (RFC 5035, 3 and 5).
    fn meant(&self, certificate: &Certificate) -> Option<bool> {
        let attributes = self.info.signed_attrs.as_ref()?;
        let named = |oid| attributes.iter().any(|own| own.oid == oid);
        let (oid, default) = match (named(SIGNING_CERTIFICATE_V2), named(SIGNING_CERTIFICATE)) {
            (true, _) => (SIGNING_CERTIFICATE_V2, Hash::Sha256),
            (_, true) => (SIGNING_CERTIFICATE, Hash::Sha1),
            _ => return None,
        };
        let first = || {
            let value = single(attributes, oid)?.value();
            let list = Tlv::read(value)?.children()?;
            let parts = list.first()?.children()?;
            let (hash, digest) = match parts.as_slice() {
                [algorithm, digest, ..] if algorithm.tag == 0x30 => (digest_of(algorithm)?, digest),
                [digest, ..] => (default, digest),
                [] => return None,
            };
            Some((hash, digest.octets()?))
        };
        Some(first().is_some_and(|(hash, digest)| hash.digest(&[&certificate.der]) == digest))
    }

    /// Verifies it over a content, given in parts.
    pub(super) fn verify(&self, content_type: &str, content: &[&[u8]]) -> Verified {
        let mut told = Verified::default();
        let Some(signer) = &self.signer else {
            told.say("cms", false, "", "le certificat du signataire n'est pas dans le fichier : la signature ne peut pas être vérifiée");
            return told;
        };
        let Some(hash) = Hash::of(&self.info.digest_alg.oid) else {
            let oid = self.info.digest_alg.oid;
            told.say(
                "digest",
                false,
                "",
                &format!("algorithme inconnu ({oid}) : la signature ne peut pas être vérifiée"),
            );
            return told;
        };
        let Some(attributes) = &self.info.signed_attrs else {
            told.say(
                "cms",
                false,
                "",
                "la signature n'a pas d'attributs signés : elle ne peut pas être vérifiée",
            );
            return told;
        };
        let digest = single(attributes, MESSAGE_DIGEST).map(Any::value);
        told.say(
            "digest",
            digest == Some(hash.digest(content).as_slice()),
            "ce qui a été signé n'a pas changé depuis",
            "ce qui a été signé n'est pas ce que contient le fichier",
        );
        let declared = single(attributes, CONTENT_TYPE)
            .and_then(|own| own.decode_as::<ObjectIdentifier>().ok())
            .map(|own| own.to_string());
        told.say(
            "content-type",
            declared.as_deref() == Some(content_type) && self.content_type == content_type,
            "le type de ce qui est signé est celui attendu",
            "le type de ce qui est signé n'est pas celui attendu",
        );
        if let Some(protected) = single(attributes, ALGORITHM_PROTECTION) {
            told.say(
                "algorithms",
                self.protects(protected) == Some(true),
                "les algorithmes sont ceux que le signataire a employés",
                "les algorithmes ne sont pas ceux que le signataire a employés",
            );
        }
        self.verify_value(signer, hash, attributes, &mut told);
        if let Some(meant) = self.meant(signer) {
            told.say(
                "signing-certificate",
                meant,
                "le certificat est celui que la signature désigne",
                "le certificat n'est pas celui que la signature désigne",
            );
        }
        told
    }

    /// Whether the protected algorithms are those of the message.
    fn protects(&self, protected: &Any) -> Option<bool> {
        let whole = protected.to_der().ok()?;
        let parts = Tlv::read(&whole)?.children()?;
        let same = |own: &Tlv<'_>, other: &AlgorithmIdentifierOwned| {
            let other = other.to_der().ok()?;
            Some(without_null(own.value) == without_null(Tlv::read(&other)?.value))
        };
        let [digest, algorithm] = parts.as_slice() else { return None };
        let signs = algorithm.tag == 0xa1 && same(algorithm, &self.info.signature_algorithm)?;
        Some(signs && same(digest, &self.info.digest_alg)?)
    }

    fn verify_value(
        &self,
        signer: &Certificate,
        hash: Hash,
        attributes: &Attributes,
        told: &mut Verified,
    ) {
        // What is signed is the DER of the attributes (RFC 5652, 5.4). Some programs sign them as
        // they wrote them, out of order; the attributes are the same.
        let sorted = attributes.to_der().unwrap_or_default();
        let over = |message: &[u8]| {
            verify(signer.key(), &self.info.signature_algorithm, hash, message, self.value())
        };
        let mut holds = over(&sorted);
        if holds == Err(Failure::Wrong) && !self.written.is_empty() && self.written != sorted {
            holds = over(&self.written);
        }
        let detail = match holds {
            Ok(weak) => {
                told.weak = weak;
                return told.say(
                    "signature-value",
                    true,
                    "la signature est bien celle de la clé du certificat",
                    "",
                );
            }
            Err(Failure::Wrong) => {
                "la signature n'est pas celle de la clé du certificat".to_owned()
            }
            Err(Failure::Unknown(why)) => format!("{why} : la signature ne peut pas être vérifiée"),
        };
        told.say("signature-value", false, "", &detail);
    }
}

/// The parts of the SignedData, and of its set of signers.
fn frame(bytes: &[u8]) -> Option<(Vec<Tlv<'_>>, Vec<Tlv<'_>>)> {
    let outer = Tlv::read(bytes)?.children()?;
    let [name, inside] = outer.as_slice() else { return None };
    if name.tag != 0x06 || name.value != SIGNED_DATA || inside.tag != 0xa0 {
        return None;
    }
    let signed = Tlv::read(inside.value)?.children()?;
    let signers = signed.last().filter(|own| own.tag == 0x31 && signed.len() >= 4)?.children()?;
    Some((signed, signers))
}

/// Attributes as they are written, tagged as the set that is signed.
fn retagged(attributes: &Tlv<'_>) -> Vec<u8> {
    let mut whole = attributes.whole.to_vec();
    if let Some(tag) = whole.first_mut() {
        *tag = 0x31;
    }
    whole
}

/// An algorithm whose parameters are null is the same as without any.
fn without_null(algorithm: &[u8]) -> &[u8] {
    algorithm.strip_suffix(&[5, 0]).unwrap_or(algorithm)
}

/// The one value of an attribute that is there once (RFC 5652, 11).
fn single(attributes: &Attributes, oid: ObjectIdentifier) -> Option<&Any> {
    let mut those = attributes.iter().filter(|own| own.oid == oid);
    let (one, None) = (those.next()?, those.next()) else { return None };
    let mut values = one.values.iter();
    let (value, None) = (values.next()?, values.next()) else { return None };
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_signed_message_says_so() {
        for bytes in [&b""[..], &[0x30, 0], &[0x30, 3, 2, 1, 1], &[0x30, 0x80, 0, 0]] {
            assert!(Message::read(bytes).unwrap_err().contains("illisible"), "{bytes:?}");
        }
    }

    #[test]
    fn a_message_without_a_signer_is_refused() {
        // ContentInfo of a SignedData (version 1, no digests, data, no signers).
        let data = [0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
        let mut signed = vec![2, 1, 1, 0x31, 0, 0x30, 11];
        signed.extend(data);
        signed.extend([0x31, 0]);
        let mut whole = vec![0x30, 35, 0x06, 9];
        whole.extend(SIGNED_DATA);
        whole.extend([0xa0, 22, 0x30, 20]);
        whole.extend(signed);
        assert!(Message::read(&whole).unwrap_err().contains("un seul"));
    }
}
