//! Digest algorithms: SHA-1, and SHA-2 of 256, 384 and 512 bits (FIPS 180-4).

use super::ber::Tlv;
use der::oid::ObjectIdentifier;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

/// Digests by object identifier, with the signature algorithms that name them too.
const IDENTIFIERS: [(&str, DigestAlgorithm); 12] = [
    ("1.3.14.3.2.26", DigestAlgorithm::Sha1),
    ("2.16.840.1.101.3.4.2.1", DigestAlgorithm::Sha256),
    ("2.16.840.1.101.3.4.2.2", DigestAlgorithm::Sha384),
    ("2.16.840.1.101.3.4.2.3", DigestAlgorithm::Sha512),
    ("1.2.840.113549.1.1.5", DigestAlgorithm::Sha1),
    ("1.2.840.113549.1.1.11", DigestAlgorithm::Sha256),
    ("1.2.840.113549.1.1.12", DigestAlgorithm::Sha384),
    ("1.2.840.113549.1.1.13", DigestAlgorithm::Sha512),
    ("1.2.840.10045.4.1", DigestAlgorithm::Sha1),
    ("1.2.840.10045.4.3.2", DigestAlgorithm::Sha256),
    ("1.2.840.10045.4.3.3", DigestAlgorithm::Sha384),
    ("1.2.840.10045.4.3.4", DigestAlgorithm::Sha512),
];

/// A digest algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DigestAlgorithm {
    /// Collisions have been made since 2017.
    Sha1,
    /// SHA-2, 256 bits.
    Sha256,
    /// SHA-2, 384 bits.
    Sha384,
    /// SHA-2, 512 bits.
    Sha512,
}

impl DigestAlgorithm {
    /// The digest algorithm that an algorithm is, or that a signature algorithm uses.
    pub(crate) fn of(oid: &ObjectIdentifier) -> Option<Self> {
        let name = oid.to_string();
        IDENTIFIERS.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
    }

    /// The digest algorithm of an encoded `AlgorithmIdentifier` (RFC 5280, 4.1.1.2).
    pub(crate) fn of_identifier(identifier: &Tlv<'_>) -> Option<Self> {
        Self::of(&identifier.children()?.first()?.object_identifier()?)
    }

    /// Digest of several parts, one behind the other.
    pub(crate) fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
        fn over<D: sha2::Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut state = D::new();
            for part in parts {
                state.update(part);
            }
            state.finalize().to_vec()
        }
        match self {
            Self::Sha1 => over::<Sha1>(parts),
            Self::Sha256 => over::<Sha256>(parts),
            Self::Sha384 => over::<Sha384>(parts),
            Self::Sha512 => over::<Sha512>(parts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standard() {
        let digest = DigestAlgorithm::Sha256.digest(&[b"a", b"bc"]);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(hex.starts_with("ba7816bf8f01cfea"), "{hex}");
        let md5 = ObjectIdentifier::new_unwrap("1.2.840.113549.2.5");
        assert_eq!(DigestAlgorithm::of(&md5), None);
    }
}
