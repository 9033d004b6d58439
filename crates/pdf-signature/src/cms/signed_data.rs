//! The `SignedData` of a signature (RFC 5652, 5), with the attributes of CAdES (ETSI EN 319 122-1).
//!
//! Its outer structure is read here, so that certificates and attributes keep their bytes; the
//! signer's part is read by the `cms` crate. What is verified: the digest of what is signed, the
//! type of the content, the value of the signature, and that the certificate is the one the signer
//! meant.

use super::ber::Tlv;
use super::certificate::Certificate;
use super::checks::{CmsCheck, CmsError, SignatureValueError, Weakness};
use super::digest::DigestAlgorithm;
use super::signature_value::SignatureValue;
use cms::signed_data::{SignerIdentifier, SignerInfo};
use der::oid::ObjectIdentifier;
use der::{Any, Decode as _, Encode as _};
use spki::AlgorithmIdentifierOwned;
use x509_cert::attr::Attributes;

/// Encoding of 1.2.840.113549.1.7.2.
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
/// Attribute: when the signer says that it was made (RFC 5652, 11.3).
pub(crate) const SIGNING_TIME: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
/// Attribute: a time stamp of the signature value (RFC 3161, appendix A).
pub(crate) const TIME_STAMP: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");
/// Attribute: the algorithms, protected against replacement (RFC 6211).
const ALGORITHM_PROTECTION: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.52");
/// Content type of a signature over a document.
pub(crate) const DATA: &str = "1.2.840.113549.1.7.1";
/// Content type of a time stamp.
pub(crate) const TIME_STAMP_INFO: &str = "1.2.840.113549.1.9.16.1.4";

/// Most certificates that are taken from one `SignedData`.
const MAX_CERTIFICATES: usize = 64;

/// A `SignedData` with its one signer.
#[derive(Clone, Debug)]
pub(crate) struct SignedData {
    /// Type of the content, as an object identifier.
    pub content_type: String,
    /// The content, when it is inside; a detached signature has none.
    pub content: Option<Vec<u8>>,
    /// Every certificate that is included.
    pub certificates: Vec<Certificate>,
    /// The signer's certificate, if it is included.
    pub signer: Option<Certificate>,
    info: SignerInfo,
    /// The signed attributes as they are written, tagged as a set.
    written_attributes: Vec<u8>,
}

/// What the verification says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verified {
    /// One for each rule.
    pub checks: Vec<CmsCheck>,
    /// Weaknesses of what is valid.
    pub weaknesses: Vec<Weakness>,
}

impl Verified {
    fn failed(check: CmsCheck) -> Self {
        Self { checks: vec![check], weaknesses: Vec::new() }
    }

    /// Whether every check passed.
    pub(crate) fn holds(&self) -> bool {
        self.checks.iter().all(CmsCheck::is_ok)
    }
}

impl SignedData {
    /// Reads a `ContentInfo` that holds a `SignedData`.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, CmsError> {
        let (parts, signers) = frame(bytes).ok_or(CmsError::Malformed)?;
        let [signer] = signers.as_slice() else { return Err(CmsError::NotOneSigner) };
        Self::from_parts(&parts, signer).ok_or(CmsError::Malformed)
    }

    fn from_parts(parts: &[Tlv<'_>], signer: &Tlv<'_>) -> Option<Self> {
        let info = SignerInfo::from_ber(signer.whole).ok()?;
        let encapsulated = parts.get(2)?.children()?;
        let [content_type, inside @ ..] = encapsulated.as_slice() else { return None };
        let content_type = ObjectIdentifier::from_bytes(content_type.value).ok()?;
        let content = match inside.first() {
            Some(content) => Some(Tlv::read(content.value)?.octets()?),
            None => None,
        };
        let certificates: Vec<Certificate> = parts
            .iter()
            .find(|part| part.tag == 0xa0)
            .and_then(Tlv::children)
            .unwrap_or_default()
            .iter()
            .take(MAX_CERTIFICATES)
            .filter_map(|certificate| Certificate::read(certificate.whole))
            .collect();
        let written_attributes =
            signer.children()?.iter().find(|part| part.tag == 0xa0).map(as_set).unwrap_or_default();
        let mut signed_data = Self {
            content_type: content_type.to_string(),
            content,
            certificates,
            signer: None,
            info,
            written_attributes,
        };
        signed_data.signer = signed_data.find_signer();
        Some(signed_data)
    }

    /// The signature value, which a time stamp covers.
    pub(crate) fn value(&self) -> &[u8] {
        self.info.signature.as_bytes()
    }

    /// A signed attribute, when it is there once with one value.
    pub(crate) fn signed_attribute(&self, oid: ObjectIdentifier) -> Option<&Any> {
        single_value(self.info.signed_attrs.as_ref()?, oid)
    }

    /// An attribute that was added to the signature, when it is there once with one value.
    pub(crate) fn unsigned_attribute(&self, oid: ObjectIdentifier) -> Option<&Any> {
        single_value(self.info.unsigned_attrs.as_ref()?, oid)
    }

    fn find_signer(&self) -> Option<Certificate> {
        let mut candidates = self.certificates.iter().filter(|candidate| match &self.info.sid {
            SignerIdentifier::IssuerAndSerialNumber(sid) => {
                candidate.issuer() == &sid.issuer
                    && candidate.serial() == sid.serial_number.as_bytes()
            }
            SignerIdentifier::SubjectKeyIdentifier(sid) => {
                candidate.key_identifier().is_some_and(|id| id == sid.0.as_bytes())
            }
        });
        // Two may have the same issuer and serial number; the signed digest says which one it is.
        let meant = candidates.clone().find(|candidate| self.names(candidate) == Some(true));
        meant.or_else(|| candidates.next()).cloned()
    }

    /// Whether a certificate is the one that the signed attributes name by its digest; `None` when
    /// they name none (RFC 5035, 3 and 5).
    fn names(&self, certificate: &Certificate) -> Option<bool> {
        let attributes = self.info.signed_attrs.as_ref()?;
        let has = |oid| attributes.iter().any(|attribute| attribute.oid == oid);
        let (oid, default) = match (has(SIGNING_CERTIFICATE_V2), has(SIGNING_CERTIFICATE)) {
            (true, _) => (SIGNING_CERTIFICATE_V2, DigestAlgorithm::Sha256),
            (_, true) => (SIGNING_CERTIFICATE, DigestAlgorithm::Sha1),
            _ => return None,
        };
        let first_named = || {
            let value = single_value(attributes, oid)?.value();
            let list = Tlv::read(value)?.children()?;
            let parts = list.first()?.children()?;
            let (algorithm, digest) = match parts.as_slice() {
                [algorithm, digest, ..] if algorithm.tag == 0x30 => {
                    (DigestAlgorithm::of_identifier(algorithm)?, digest)
                }
                [digest, ..] => (default, digest),
                [] => return None,
            };
            Some((algorithm, digest.octets()?))
        };
        Some(
            first_named()
                .is_some_and(|(algorithm, digest)| algorithm.digest(&[&certificate.der]) == digest),
        )
    }

    /// Verifies it over a content, given in parts.
    pub(crate) fn verify(&self, content_type: &str, content: &[&[u8]]) -> Verified {
        let Some(signer) = &self.signer else {
            return Verified::failed(CmsCheck::SignerCertificateMissing);
        };
        let Some(digest) = DigestAlgorithm::of(&self.info.digest_alg.oid) else {
            let oid = self.info.digest_alg.oid.to_string();
            return Verified::failed(CmsCheck::UnknownDigestAlgorithm(oid));
        };
        let Some(attributes) = &self.info.signed_attrs else {
            return Verified::failed(CmsCheck::SignedAttributesMissing);
        };
        let signed_digest = single_value(attributes, MESSAGE_DIGEST).map(Any::value);
        let matches = signed_digest == Some(digest.digest(content).as_slice());
        let mut checks = vec![CmsCheck::MessageDigest(matches)];
        let declared = single_value(attributes, CONTENT_TYPE)
            .and_then(|value| value.decode_as::<ObjectIdentifier>().ok())
            .map(|oid| oid.to_string());
        let matches =
            declared.as_deref() == Some(content_type) && self.content_type == content_type;
        checks.push(CmsCheck::ContentType(matches));
        if let Some(protected) = single_value(attributes, ALGORITHM_PROTECTION) {
            let matches = self.protects_algorithms(protected) == Some(true);
            checks.push(CmsCheck::AlgorithmProtection(matches));
        }
        let value = self.verify_value(signer, digest, attributes);
        checks.push(CmsCheck::SignatureValue(value.as_ref().map(|_| ()).map_err(Clone::clone)));
        if let Some(matches) = self.names(signer) {
            checks.push(CmsCheck::SigningCertificate(matches));
        }
        Verified { checks, weaknesses: value.unwrap_or_default() }
    }

    /// Whether the protected algorithms are those of the signature.
    fn protects_algorithms(&self, protected: &Any) -> Option<bool> {
        let encoded = protected.to_der().ok()?;
        let parts = Tlv::read(&encoded)?.children()?;
        let is_same = |protected: &Tlv<'_>, used: &AlgorithmIdentifierOwned| {
            let used = used.to_der().ok()?;
            Some(without_null(protected.value) == without_null(Tlv::read(&used)?.value))
        };
        let [digest, signature] = parts.as_slice() else { return None };
        let same_signature =
            signature.tag == 0xa1 && is_same(signature, &self.info.signature_algorithm)?;
        Some(same_signature && is_same(digest, &self.info.digest_alg)?)
    }

    fn verify_value(
        &self,
        signer: &Certificate,
        digest: DigestAlgorithm,
        attributes: &Attributes,
    ) -> Result<Vec<Weakness>, SignatureValueError> {
        // The DER encoding of the attributes is signed (RFC 5652, 5.4). Some programs sign them in
        // another order; the attributes are the same.
        let sorted = attributes.to_der().unwrap_or_default();
        let verify_over = |message: &[u8]| {
            let algorithm = &self.info.signature_algorithm;
            SignatureValue { algorithm, digest, message, value: self.value() }.verify(signer.key())
        };
        let written = &self.written_attributes;
        let result = verify_over(&sorted);
        if result == Err(SignatureValueError::Wrong) && !written.is_empty() && *written != sorted {
            return verify_over(written);
        }
        result
    }
}

/// The parts of the `SignedData`, and of its set of signers.
fn frame(bytes: &[u8]) -> Option<(Vec<Tlv<'_>>, Vec<Tlv<'_>>)> {
    let content_info = Tlv::read(bytes)?.children()?;
    let [content_type, content] = content_info.as_slice() else { return None };
    if content_type.tag != 0x06 || content_type.value != SIGNED_DATA || content.tag != 0xa0 {
        return None;
    }
    let parts = Tlv::read(content.value)?.children()?;
    let signers = parts.last().filter(|last| last.tag == 0x31 && parts.len() >= 4)?.children()?;
    Some((parts, signers))
}

/// Attributes as they are written, tagged as the set that is signed.
fn as_set(attributes: &Tlv<'_>) -> Vec<u8> {
    let mut encoded = attributes.whole.to_vec();
    if let Some(tag) = encoded.first_mut() {
        *tag = 0x31;
    }
    encoded
}

/// An algorithm identifier without its parameters if they are null: both mean the same.
fn without_null(algorithm: &[u8]) -> &[u8] {
    algorithm.strip_suffix(&[5, 0]).unwrap_or(algorithm)
}

/// The value of an attribute that is there once with one value (RFC 5652, 11).
fn single_value(attributes: &Attributes, oid: ObjectIdentifier) -> Option<&Any> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
    let (attribute, None) = (found.next()?, found.next()) else { return None };
    let mut values = attribute.values.iter();
    let (value, None) = (values.next()?, values.next()) else { return None };
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_signed_data_says_so() {
        for bytes in [&b""[..], &[0x30, 0], &[0x30, 3, 2, 1, 1], &[0x30, 0x80, 0, 0]] {
            assert_eq!(SignedData::read(bytes).unwrap_err(), CmsError::Malformed, "{bytes:?}");
        }
    }

    #[test]
    fn signed_data_without_a_signer_is_refused() {
        // ContentInfo of a SignedData (version 1, no digests, data, no signers).
        let data = [0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
        let mut signed = vec![2, 1, 1, 0x31, 0, 0x30, 11];
        signed.extend(data);
        signed.extend([0x31, 0]);
        let mut whole = vec![0x30, 35, 0x06, 9];
        whole.extend(SIGNED_DATA);
        whole.extend([0xa0, 22, 0x30, 20]);
        whole.extend(signed);
        assert_eq!(SignedData::read(&whole).unwrap_err(), CmsError::NotOneSigner);
    }
}
