//! What the verification of a CMS says, thing by thing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One thing that was looked at in a CMS signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CmsCheck {
    /// The certificate of the signer did not come along.
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
    /// Whether it is as it should be.
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

/// Why a signature value does not hold.
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

/// What proves little in a signature value that holds.
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
    /// It is no `SignedData` that can be read.
    Malformed,
    /// It has no signer, or several.
    NotOneSigner,
}

/// Why no authority of the trust store vouches for a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoPath {
    /// The purposes of the certificate do not include this one (RFC 5280, 4.2.1.12).
    WrongPurpose,
    /// No authority of the trust store issued it.
    UnknownIssuer,
    /// The certificates of the path were never valid at the same time.
    NeverValidTogether,
    /// A certificate of somebody who is not an authority issued it.
    IssuerIsNoAuthority,
    /// Another rule of RFC 5280, 6 fails; as the path builder names it.
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

/// Why a time stamp does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimestampError {
    /// The token cannot be read.
    Cms(CmsError),
    /// The signature of the token does not hold.
    Check(CmsCheck),
    /// The signature of the token proves little.
    Weak(Vec<Weakness>),
    /// Its `TSTInfo` cannot be read (RFC 3161, 2.4.2).
    Unreadable,
    /// It is over something else.
    OtherContent,
    /// The certificate is not for time stamping alone (RFC 3161, 2.3).
    WrongPurpose,
}
