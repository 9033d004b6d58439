//! The mathematics: digests, and signature values of RSA (PKCS#1 v1.5 and PSS, RFC 8017) and of
//! ECDSA on the curves of NIST (FIPS 186-5).
//!
//! What is too weak is verified all the same and said to be weak; what is not known is said not to
//! be known. Knows nothing of CMS or PDF.

use der::oid::ObjectIdentifier;
use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::traits::PublicKeyParts as _;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use signature::hazmat::PrehashVerifier;
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use super::tlv::Tlv;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

/// Digests by name, with the signature algorithms that name them too.
const DIGESTS: [(&str, Hash); 12] = [
    ("1.3.14.3.2.26", Hash::Sha1),
    ("2.16.840.1.101.3.4.2.1", Hash::Sha256),
    ("2.16.840.1.101.3.4.2.2", Hash::Sha384),
    ("2.16.840.1.101.3.4.2.3", Hash::Sha512),
    ("1.2.840.113549.1.1.5", Hash::Sha1),
    ("1.2.840.113549.1.1.11", Hash::Sha256),
    ("1.2.840.113549.1.1.12", Hash::Sha384),
    ("1.2.840.113549.1.1.13", Hash::Sha512),
    ("1.2.840.10045.4.1", Hash::Sha1),
    ("1.2.840.10045.4.3.2", Hash::Sha256),
    ("1.2.840.10045.4.3.3", Hash::Sha384),
    ("1.2.840.10045.4.3.4", Hash::Sha512),
];

/// Smallest RSA key that still proves something, in bits (ANSSI, RGS B1).
const SMALLEST_RSA: usize = 2048;

/// A digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    /// Forgeable since 2017.
    Sha1,
    /// SHA-2, 256 bits.
    Sha256,
    /// SHA-2, 384 bits.
    Sha384,
    /// SHA-2, 512 bits.
    Sha512,
}

impl Hash {
    /// The digest that an algorithm is, or uses.
    pub(super) fn of(oid: &ObjectIdentifier) -> Option<Self> {
        let name = oid.to_string();
        DIGESTS.iter().find(|(known, _)| *known == name).map(|(_, hash)| *hash)
    }

    /// Digest of several parts in a row.
    pub(super) fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
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

/// Why a signature value does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nobody can tell: the algorithm or the key is not known here.
    Unknown(String),
    /// It is not of this key over these bytes.
    Wrong,
}

/// What proves little in a signature value that holds.
pub(super) type Weaknesses = Vec<String>;

/// Verifies a signature value over a message.
///
/// `digest` is what the message says beside its signature algorithm: needed where the latter names
/// no digest (`rsaEncryption`, `id-ecPublicKey`).
pub(super) fn verify(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: &AlgorithmIdentifierOwned,
    digest: Hash,
    message: &[u8],
    value: &[u8],
) -> Result<Weaknesses, Failure> {
    let mut weak = Vec::new();
    let hash = if key.algorithm.oid == RSA || key.algorithm.oid == RSA_PSS {
        rsa(key, algorithm, digest, message, value, &mut weak)?
    } else if key.algorithm.oid == EC {
        ecdsa(key, algorithm, digest, message, value)?
    } else {
        return Err(unknown(&key.algorithm.oid));
    };
    if hash == Hash::Sha1 || digest == Hash::Sha1 {
        weak.push("empreinte SHA-1, que l'on sait contrefaire".to_owned());
    }
    Ok(weak)
}

fn unknown(oid: &ObjectIdentifier) -> Failure {
    Failure::Unknown(format!("algorithme inconnu ({oid})"))
}

fn rsa(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: &AlgorithmIdentifierOwned,
    digest: Hash,
    message: &[u8],
    value: &[u8],
    weak: &mut Weaknesses,
) -> Result<Hash, Failure> {
    let public = rsa::PublicKey::from_pkcs1_der(key.subject_public_key.raw_bytes())
        .map_err(|_| Failure::Unknown("clé RSA que missive ne sait pas lire".to_owned()))?;
    let bits = public.size() * 8;
    if bits < SMALLEST_RSA {
        weak.push(format!("clé RSA de {bits} bits seulement"));
    }
    if algorithm.oid == RSA_PSS {
        let (hash, salt) = pss_parameters(algorithm)?;
        pss(public, hash, salt, &hash.digest(&[message]), value)?;
        return Ok(hash);
    }
    let hash = if algorithm.oid == RSA { Some(digest) } else { Hash::of(&algorithm.oid) };
    let hash = hash.ok_or_else(|| unknown(&algorithm.oid))?;
    let prehash = hash.digest(&[message]);
    let scheme = match hash {
        Hash::Sha1 => rsa::Pkcs1v15Sign::new::<Sha1>(),
        Hash::Sha256 => rsa::Pkcs1v15Sign::new::<Sha256>(),
        Hash::Sha384 => rsa::Pkcs1v15Sign::new::<Sha384>(),
        Hash::Sha512 => rsa::Pkcs1v15Sign::new::<Sha512>(),
    };
    public.verify(scheme, &prehash, value).map_err(|_| Failure::Wrong)?;
    Ok(hash)
}

/// Digest and length of the salt (RFC 4055, 3.1); the mask must use the same digest.
fn pss_parameters(algorithm: &AlgorithmIdentifierOwned) -> Result<(Hash, usize), Failure> {
    let unread = || Failure::Unknown("paramètres RSA-PSS que missive ne sait pas lire".to_owned());
    let (mut hash, mut mask, mut salt) = (Hash::Sha1, Hash::Sha1, 20);
    let Some(parameters) = &algorithm.parameters else { return Ok((hash, salt)) };
    let whole = Tlv { tag: 0x30, value: parameters.value(), whole: parameters.value() };
    for own in whole.children().ok_or_else(unread)? {
        let inside = Tlv::read(own.value).ok_or_else(unread)?;
        match own.tag {
            0xa0 => hash = digest_of(&inside).ok_or_else(unread)?,
            0xa1 => {
                let parts = inside.children().ok_or_else(unread)?;
                let [name, of] = parts.as_slice() else { return Err(unread()) };
                if oid(name) != Some(MGF1) {
                    return Err(unread());
                }
                mask = digest_of(of).ok_or_else(unread)?;
            }
            0xa2 => {
                let short = inside.tag == 0x02 && inside.value.len() <= 3;
                let octets = Some(inside.value).filter(|_| short).ok_or_else(unread)?;
                salt = octets.iter().fold(0, |sum, own| (sum << 8) | usize::from(*own));
            }
            0xa3 if inside.value == [1] => {}
            _ => return Err(unread()),
        }
    }
    if hash == mask { Ok((hash, salt)) } else { Err(unread()) }
}

fn oid(own: &Tlv<'_>) -> Option<ObjectIdentifier> {
    (own.tag == 0x06).then(|| ObjectIdentifier::from_bytes(own.value).ok())?
}

/// The digest of an AlgorithmIdentifier.
pub(super) fn digest_of(identifier: &Tlv<'_>) -> Option<Hash> {
    Hash::of(&oid(identifier.children()?.first()?)?)
}

fn pss(
    public: rsa::PublicKey,
    hash: Hash,
    salt: usize,
    prehash: &[u8],
    value: &[u8],
) -> Result<(), Failure> {
    use rsa::pss::VerifyingKey as Key;
    let value = rsa::pss::Signature::try_from(value).map_err(|_| Failure::Wrong)?;
    match hash {
        Hash::Sha1 => Key::<Sha1>::new_with_salt_len(public, salt).verify_prehash(prehash, &value),
        Hash::Sha256 => {
            Key::<Sha256>::new_with_salt_len(public, salt).verify_prehash(prehash, &value)
        }
        Hash::Sha384 => {
            Key::<Sha384>::new_with_salt_len(public, salt).verify_prehash(prehash, &value)
        }
        Hash::Sha512 => {
            Key::<Sha512>::new_with_salt_len(public, salt).verify_prehash(prehash, &value)
        }
    }
    .map_err(|_| Failure::Wrong)
}

fn ecdsa(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: &AlgorithmIdentifierOwned,
    digest: Hash,
    message: &[u8],
    value: &[u8],
) -> Result<Hash, Failure> {
    let hash = if algorithm.oid == EC { Some(digest) } else { Hash::of(&algorithm.oid) };
    let hash = hash.ok_or_else(|| unknown(&algorithm.oid))?;
    let curve: Option<ObjectIdentifier> =
        key.algorithm.parameters.as_ref().and_then(|own| own.decode_as().ok());
    let point = key.subject_public_key.raw_bytes();
    let prehash = hash.digest(&[message]);
    let holds = match curve {
        Some(P256) => p256::ecdsa::VerifyingKey::from_sec1_bytes(point).and_then(|own| {
            own.verify_prehash(&prehash, &p256::ecdsa::Signature::from_der(value)?)
        }),
        Some(P384) => p384::ecdsa::VerifyingKey::from_sec1_bytes(point).and_then(|own| {
            own.verify_prehash(&prehash, &p384::ecdsa::Signature::from_der(value)?)
        }),
        Some(P521) => p521::ecdsa::VerifyingKey::from_sec1_bytes(point).and_then(|own| {
            own.verify_prehash(&prehash, &p521::ecdsa::Signature::from_der(value)?)
        }),
        Some(other) => return Err(unknown(&other)),
        None => return Err(Failure::Unknown("courbe elliptique sans nom".to_owned())),
    };
    holds.map_err(|_| Failure::Wrong)?;
    Ok(hash)
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
    fn digests_are_those_of_the_standard() {
        let hex: String =
            Hash::Sha256.digest(&[b"a", b"bc"]).iter().map(|own| format!("{own:02x}")).collect();
        assert!(hex.starts_with("ba7816bf8f01cfea"), "{hex}");
        assert_eq!(Hash::of(&ObjectIdentifier::new_unwrap("1.2.840.113549.2.5")), None, "MD5");
    }

    #[test]
    fn a_value_of_another_message_is_wrong_and_another_algorithm_unknown() {
        let secret = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
        let public = secret.verifying_key().to_public_key_der().unwrap();
        let key = SubjectPublicKeyInfoOwned::from_der(public.as_bytes()).unwrap();
        let made: p256::ecdsa::Signature =
            secret.sign_prehash(&Hash::Sha512.digest(&[b"letter"])).unwrap();
        let value = made.to_der();
        let sha512 = identifier("1.2.840.10045.4.3.4");
        let holds = verify(&key, &sha512, Hash::Sha512, b"letter", value.as_bytes());
        assert_eq!(holds, Ok(Vec::new()));
        let other = verify(&key, &sha512, Hash::Sha512, b"Letter", value.as_bytes());
        assert_eq!(other, Err(Failure::Wrong));
        let unknown = verify(&key, &identifier("1.2.3"), Hash::Sha512, b"letter", b"");
        assert!(matches!(unknown, Err(Failure::Unknown(_))));
    }

    #[test]
    fn the_parameters_of_pss_default_to_sha1_and_must_agree() {
        let none = identifier("1.2.840.113549.1.1.10");
        assert_eq!(pss_parameters(&none), Ok((Hash::Sha1, 20)));
        // SHA-256, but a mask of SHA-1 by default.
        let sha256 = [0xa0, 0x0d, 0x30, 0x0b, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
        let any = der::Any::new(der::Tag::Sequence, sha256.as_slice()).unwrap();
        let mixed = AlgorithmIdentifierOwned { oid: none.oid, parameters: Some(any) };
        assert!(matches!(pss_parameters(&mixed), Err(Failure::Unknown(_))));
    }
}
