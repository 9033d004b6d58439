//! The single checks of a CMS signature and their results.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One check of a CMS signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CmsCheck {
    /// The certificate of the signer is not included.
    SignerCertificateMissing,
    /// The digest algorithm with this object identifier is not known.
    UnknownDigestAlgorithm(String),
    /// The signature has no signed attributes (RFC 5652, 5.3), which CAdES requires.
    SignedAttributesMissing,
    /// Whether the `message-digest` attribute is the digest of the content (RFC 5652, 11.2).
    MessageDigest(bool),
    /// Whether the `content-type` attribute is the one expected (RFC 5652, 11.1).
    ContentType(bool),
    /// Whether the algorithms are those that the signer protected (RFC 6211).
    AlgorithmProtection(bool),
    /// Whether the signature value is of the key over the signed attributes (RFC 5652, 5.4).
    SignatureValue(Result<(), SignatureValueError>),
    /// Whether the certificate is the one that the signer named by its digest (RFC 5035).
    SigningCertificate(bool),
}

impl CmsCheck {
    /// Whether the check passed.
    pub fn is_ok(&self) -> bool {
        match self {
            Self::SignerCertificateMissing
            | Self::UnknownDigestAlgorithm(_)
            | Self::SignedAttributesMissing => false,
            Self::MessageDigest(matches)
            | Self::ContentType(matches)
            | Self::AlgorithmProtection(matches)
            | Self::SigningCertificate(matches) => *matches,
            Self::SignatureValue(result) => result.is_ok(),
        }
    }
}

/// Why a signature value is not valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignatureValueError {
    /// It cannot be verified here.
    Unsupported(Unsupported),
    /// It is not a signature of this key over these bytes.
    Wrong,
}

/// An algorithm or a key that cannot be verified here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unsupported {
    /// An algorithm or curve with this object identifier.
    Algorithm(String),
    /// An RSA key that cannot be read.
    RsaKey,
    /// Parameters of RSA-PSS that cannot be read, or whose digests differ (RFC 4055, 3.1).
    RsaPssParameters,
    /// An elliptic curve without a name (RFC 5480, 2.1.1).
    UnnamedCurve,
}

/// Why a valid signature value proves little.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weakness {
    /// SHA-1, for which collisions have been made since 2017.
    Sha1,
    /// An RSA key of so many bits, below 2048 (ANSSI, RGS B1).
    RsaKeyBits(usize),
}

/// Why a CMS cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CmsError {
    /// It is not a readable `SignedData`.
    Malformed,
    /// It has no signer, or several.
    NotOneSigner,
}

/// Why no certification path leads to the trust store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoPath {
    /// The purposes of the certificate do not include this one (RFC 5280, 4.2.1.12).
    WrongPurpose,
    /// No authority of the trust store issued it.
    UnknownIssuer,
    /// The certificates of the path were never valid at the same time.
    NeverValidTogether,
    /// It was issued with a certificate that is not an authority's.
    IssuerIsNoAuthority,
    /// Another rule of RFC 5280, 6 fails; named by the path builder.
    Other(String),
}

/// When a certificate is valid (RFC 5280, 4.1.2.5), both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// From when.
    pub not_before: Timestamp,
    /// Until when.
    pub not_after: Timestamp,
}

/// Why a time stamp is not valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimestampError {
    /// The token cannot be read.
    Cms(CmsError),
    /// The signature of the token is not valid.
    Check(CmsCheck),
    /// The signature of the token is weak.
    Weak(Vec<Weakness>),
    /// Its `TSTInfo` cannot be read (RFC 3161, 2.4.2).
    Unreadable,
    /// It covers other data.
    OtherContent,
    /// The certificate is not for time stamping alone (RFC 3161, 2.3).
    WrongPurpose,
}
