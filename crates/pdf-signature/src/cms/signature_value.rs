//! Signature values of RSA (PKCS#1 v1.5 and PSS, RFC 8017) and of ECDSA on the curves of NIST
//! (FIPS 186-5).
//!
//! A weak key or digest is verified too, and reported as weak. Must not know the structure of a
//! CMS.

use super::checks::{SignatureValueError, Unsupported, Weakness};
use super::digest::DigestAlgorithm;
use super::rsa_pss::{pss_parameters, verify_pss};
use der::oid::ObjectIdentifier;
use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{Pkcs1v15Sign, PublicKey};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use signature::hazmat::PrehashVerifier as _;
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

/// Smallest RSA key that still proves something, in bits (ANSSI, RGS B1).
const MIN_RSA_BITS: usize = 2048;

/// A signature value, and what it should sign.
pub(crate) struct SignatureValue<'a> {
    /// The algorithm that the signature names.
    pub algorithm: &'a AlgorithmIdentifierOwned,
    /// The digest algorithm that the signature names separately, for algorithms that name none
    /// (`rsaEncryption`, `id-ecPublicKey`).
    pub digest: DigestAlgorithm,
    /// What is signed.
    pub message: &'a [u8],
    /// The value.
    pub value: &'a [u8],
}

impl SignatureValue<'_> {
    /// Verifies it; gives its weaknesses if it is valid.
    pub(crate) fn verify(
        &self,
        key: &SubjectPublicKeyInfoOwned,
    ) -> Result<Vec<Weakness>, SignatureValueError> {
        let mut weaknesses = Vec::new();
        let used = match key.algorithm.oid {
            RSA | RSA_PSS => self.verify_rsa(key, &mut weaknesses)?,
            EC => self.verify_ecdsa(key)?,
            other => return Err(unknown(&other)),
        };
        if used == DigestAlgorithm::Sha1 || self.digest == DigestAlgorithm::Sha1 {
            weaknesses.push(Weakness::Sha1);
        }
        Ok(weaknesses)
    }

    /// The digest that the algorithm names, or the separate one for an algorithm that names none.
    fn digest_unless_named(
        &self,
        bare: ObjectIdentifier,
    ) -> Result<DigestAlgorithm, SignatureValueError> {
        if self.algorithm.oid == bare {
            return Ok(self.digest);
        }
        DigestAlgorithm::of(&self.algorithm.oid).ok_or_else(|| unknown(&self.algorithm.oid))
    }

    /// Gives the digest that was used.
    fn verify_rsa(
        &self,
        key: &SubjectPublicKeyInfoOwned,
        weaknesses: &mut Vec<Weakness>,
    ) -> Result<DigestAlgorithm, SignatureValueError> {
        let public = PublicKey::from_pkcs1_der(key.subject_public_key.raw_bytes())
            .map_err(|_| SignatureValueError::Unsupported(Unsupported::RsaKey))?;
        let bits = public.size() * 8;
        if bits < MIN_RSA_BITS {
            weaknesses.push(Weakness::RsaKeyBits(bits));
        }
        if self.algorithm.oid == RSA_PSS {
            let parameters = pss_parameters(self.algorithm)?;
            let prehash = parameters.digest.digest(&[self.message]);
            verify_pss(public, parameters, &prehash, self.value)?;
            return Ok(parameters.digest);
        }
        let digest = self.digest_unless_named(RSA)?;
        let scheme = match digest {
            DigestAlgorithm::Sha1 => Pkcs1v15Sign::new::<Sha1>(),
            DigestAlgorithm::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
            DigestAlgorithm::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
            DigestAlgorithm::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
        };
        let prehash = digest.digest(&[self.message]);
        public.verify(scheme, &prehash, self.value).map_err(|_| SignatureValueError::Wrong)?;
        Ok(digest)
    }

    /// Gives the digest that was used.
    fn verify_ecdsa(
        &self,
        key: &SubjectPublicKeyInfoOwned,
    ) -> Result<DigestAlgorithm, SignatureValueError> {
        let digest = self.digest_unless_named(EC)?;
        let curve: Option<ObjectIdentifier> =
            key.algorithm.parameters.as_ref().and_then(|curve| curve.decode_as().ok());
        let point = key.subject_public_key.raw_bytes();
        let prehash = digest.digest(&[self.message]);
        let value = self.value;
        let holds = match curve {
            Some(P256) => p256::ecdsa::VerifyingKey::from_sec1_bytes(point).and_then(|key| {
                key.verify_prehash(&prehash, &p256::ecdsa::Signature::from_der(value)?)
            }),
            Some(P384) => p384::ecdsa::VerifyingKey::from_sec1_bytes(point).and_then(|key| {
                key.verify_prehash(&prehash, &p384::ecdsa::Signature::from_der(value)?)
            }),
            Some(P521) => p521::ecdsa::VerifyingKey::from_sec1_bytes(point).and_then(|key| {
                key.verify_prehash(&prehash, &p521::ecdsa::Signature::from_der(value)?)
            }),
            Some(other) => return Err(unknown(&other)),
            None => return Err(SignatureValueError::Unsupported(Unsupported::UnnamedCurve)),
        };
        holds.map_err(|_| SignatureValueError::Wrong)?;
        Ok(digest)
    }
}

fn unknown(oid: &ObjectIdentifier) -> SignatureValueError {
    SignatureValueError::Unsupported(Unsupported::Algorithm(oid.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::ecdsa::signature::hazmat::PrehashSigner as _;
    use spki::EncodePublicKey as _;
    use spki::der::Decode as _;

    fn identifier(oid: &str) -> AlgorithmIdentifierOwned {
        AlgorithmIdentifierOwned { oid: ObjectIdentifier::new_unwrap(oid), parameters: None }
    }

    #[test]
    fn a_value_of_another_message_is_wrong_and_another_algorithm_unknown() {
        let secret = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
        let public = secret.verifying_key().to_public_key_der().unwrap();
        let key = SubjectPublicKeyInfoOwned::from_der(public.as_bytes()).unwrap();
        let digest = DigestAlgorithm::Sha512;
        let made: p256::ecdsa::Signature =
            secret.sign_prehash(&digest.digest(&[b"letter"])).unwrap();
        let made = made.to_der();
        let verify = |oid: &str, message: &[u8], value: &[u8]| {
            SignatureValue { algorithm: &identifier(oid), digest, message, value }.verify(&key)
        };
        let sha512 = "1.2.840.10045.4.3.4";
        assert_eq!(verify(sha512, b"letter", made.as_bytes()), Ok(Vec::new()));
        let other = verify(sha512, b"Letter", made.as_bytes());
        assert_eq!(other, Err(SignatureValueError::Wrong));
        let unknown = verify("1.2.3", b"letter", b"");
        assert!(matches!(unknown, Err(SignatureValueError::Unsupported(_))));
    }
}
