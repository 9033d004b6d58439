//! RSA-PSS (RFC 8017, 8.1) and its parameters in an algorithm identifier (RFC 4055, 3.1).

use super::ber::Tlv;
use super::checks::{SignatureValueError, Unsupported};
use super::digest::DigestAlgorithm;
use der::oid::ObjectIdentifier;
use rsa::PublicKey;
use rsa::pss::VerifyingKey;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use signature::hazmat::PrehashVerifier as _;
use spki::AlgorithmIdentifierOwned;

const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");

/// Parameters of RSA-PSS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PssParameters {
    /// Digest of the message and of the mask, which must be the same.
    pub digest: DigestAlgorithm,
    /// Length of the salt, in bytes.
    pub salt_length: usize,
}

/// Reads the parameters of an algorithm identifier.
pub(crate) fn pss_parameters(
    algorithm: &AlgorithmIdentifierOwned,
) -> Result<PssParameters, SignatureValueError> {
    let parameters = algorithm.parameters.as_ref();
    read_parameters(parameters.map(|parameters| parameters.value()))
        .ok_or(SignatureValueError::Unsupported(Unsupported::RsaPssParameters))
}

fn read_parameters(encoded: Option<&[u8]>) -> Option<PssParameters> {
    let mut digest = DigestAlgorithm::Sha1;
    let mut mask_digest = DigestAlgorithm::Sha1;
    let mut salt_length = 20;
    let Some(encoded) = encoded else { return Some(PssParameters { digest, salt_length }) };
    let parameters = Tlv { tag: 0x30, value: encoded, whole: encoded };
    for parameter in parameters.children()? {
        let value = Tlv::read(parameter.value)?;
        match parameter.tag {
            0xa0 => digest = DigestAlgorithm::of_identifier(&value)?,
            0xa1 => {
                let parts = value.children()?;
                let [function, of] = parts.as_slice() else { return None };
                (function.object_identifier() == Some(MGF1)).then_some(())?;
                mask_digest = DigestAlgorithm::of_identifier(of)?;
            }
            0xa2 => {
                let is_short = value.tag == 0x02 && value.value.len() <= 3;
                let octets = Some(value.value).filter(|_| is_short)?;
                salt_length = octets.iter().fold(0, |sum, octet| (sum << 8) | usize::from(*octet));
            }
            0xa3 if value.value == [1] => {}
            _ => return None,
        }
    }
    (digest == mask_digest).then_some(PssParameters { digest, salt_length })
}

/// Verifies a signature value over the digest of a message.
pub(crate) fn verify_pss(
    key: PublicKey,
    PssParameters { digest, salt_length }: PssParameters,
    prehash: &[u8],
    value: &[u8],
) -> Result<(), SignatureValueError> {
    let value = rsa::pss::Signature::try_from(value).map_err(|_| SignatureValueError::Wrong)?;
    match digest {
        DigestAlgorithm::Sha1 => VerifyingKey::<Sha1>::new_with_salt_len(key, salt_length)
            .verify_prehash(prehash, &value),
        DigestAlgorithm::Sha256 => VerifyingKey::<Sha256>::new_with_salt_len(key, salt_length)
            .verify_prehash(prehash, &value),
        DigestAlgorithm::Sha384 => VerifyingKey::<Sha384>::new_with_salt_len(key, salt_length)
            .verify_prehash(prehash, &value),
        DigestAlgorithm::Sha512 => VerifyingKey::<Sha512>::new_with_salt_len(key, salt_length)
            .verify_prehash(prehash, &value),
    }
    .map_err(|_| SignatureValueError::Wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameters_of_pss_default_to_sha1_and_must_agree() {
        let oid = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
        let none = AlgorithmIdentifierOwned { oid, parameters: None };
        let default = PssParameters { digest: DigestAlgorithm::Sha1, salt_length: 20 };
        assert_eq!(pss_parameters(&none), Ok(default));
        // SHA-256, but a mask of SHA-1 by default.
        let sha256 = [0xa0, 0x0d, 0x30, 0x0b, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
        let any = der::Any::new(der::Tag::Sequence, sha256.as_slice()).unwrap();
        let mixed = AlgorithmIdentifierOwned { oid, parameters: Some(any) };
        assert!(matches!(pss_parameters(&mixed), Err(SignatureValueError::Unsupported(_))));
    }
}
