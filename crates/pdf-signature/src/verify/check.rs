//! What was looked at in a file and its signatures, as values that may travel as JSON.

use crate::cms::checks::{CmsCheck, CmsError, NoPath, TimestampError, Validity, Weakness};
use crate::cms::timestamp::TimestampToken;
use crate::compare::change::DocumentChange;
use crate::document::revisions::ambiguity::Ambiguity;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One thing that was looked at in a file or in a signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SignatureCheck {
    // Of the file.
    /// It has no page.
    NoPages,
    /// It is encrypted, but opens without a password.
    Encrypted,
    /// Its cross-reference table had to be rebuilt.
    RebuiltXref,
    /// Its end is missing.
    EndMissing,
    /// Acrobat lets its free reader annotate it: nobody's signature (ISO 32000-2, 12.8.2.3).
    UsageRights,
    /// A time stamp of the document (12.8.5).
    DocumentTimestamp(Result<TimestampToken, DocumentTimestampError>),

    // Of a signature as a part of the file.
    /// There are more signatures than are verified.
    TooManySignatures,
    /// A signature is written in the file, and no field leads to it.
    Unreachable,
    /// The value of the field is not a signature dictionary.
    FieldUnreadable,
    /// Its format (SubFilter) is not known; printable, at most 40 characters.
    UnknownFormat(String),
    /// Which bytes it covers (12.8.1).
    ByteRange(Result<(), ByteRangeError>),
    /// Where it should stand, something else does.
    OtherContents,
    /// Where it should stand, no CMS does.
    CmsMissing,
    /// Bytes are hidden behind the CMS.
    HiddenPadding,
    /// What was added after it.
    LaterChanges(LaterChanges),
    /// Whether what was added after a certifying signature is permitted (12.8.2.2); else the first
    /// change that is not.
    Certification(Result<(), Box<DocumentChange>>),

    // Of its CMS.
    /// The CMS cannot be read.
    CmsUnreadable(CmsError),
    /// The CMS signs a content inside it, and not the file.
    EncapsulatedContent,
    /// One thing of the CMS.
    Cms(CmsCheck),
    /// The time stamp of the signature.
    SignatureTimestamp(Result<TimestampToken, TimestampError>),
    /// The signer says a time that lies ahead.
    ClaimedTimeAhead,
    /// Whether the certificate is trusted.
    Chain(ChainResult),
    /// Weaknesses of what is valid.
    Weak(Vec<Weakness>),
}

impl SignatureCheck {
    /// A stable word for what was looked at, as in `byte-range`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoPages => "pages",
            Self::Encrypted => "encrypted",
            Self::RebuiltXref => "damaged",
            Self::EndMissing => "end-of-file",
            Self::UsageRights => "usage-rights",
            Self::DocumentTimestamp(_) => "document-timestamp",
            Self::Unreachable => "orphan",
            Self::UnknownFormat(_) => "sub-filter",
            Self::ByteRange(_) => "byte-range",
            Self::OtherContents => "contents",
            Self::HiddenPadding => "padding",
            Self::LaterChanges(_) => "later-changes",
            Self::Certification(_) => "certification",
            Self::TooManySignatures
            | Self::FieldUnreadable
            | Self::CmsMissing
            | Self::CmsUnreadable(_)
            | Self::EncapsulatedContent
            | Self::Cms(CmsCheck::SignerCertificateMissing | CmsCheck::SignedAttributesMissing) => {
                "cms"
            }
            Self::Cms(CmsCheck::UnknownDigestAlgorithm(_) | CmsCheck::MessageDigest(_)) => "digest",
            Self::Cms(CmsCheck::ContentType(_)) => "content-type",
            Self::Cms(CmsCheck::AlgorithmProtection(_)) => "algorithms",
            Self::Cms(CmsCheck::SignatureValue(_)) => "signature-value",
            Self::Cms(CmsCheck::SigningCertificate(_)) => "signing-certificate",
            Self::SignatureTimestamp(_) => "timestamp",
            Self::ClaimedTimeAhead => "time",
            Self::Chain(_) => "chain",
            Self::Weak(_) => "strength",
        }
    }

    /// Whether the check passed.
    pub fn is_ok(&self) -> bool {
        match self {
            Self::Encrypted | Self::UsageRights => true,
            Self::NoPages
            | Self::RebuiltXref
            | Self::EndMissing
            | Self::TooManySignatures
            | Self::Unreachable
            | Self::FieldUnreadable
            | Self::UnknownFormat(_)
            | Self::OtherContents
            | Self::CmsMissing
            | Self::HiddenPadding
            | Self::CmsUnreadable(_)
            | Self::EncapsulatedContent
            | Self::ClaimedTimeAhead
            | Self::Weak(_) => false,
            Self::DocumentTimestamp(result) => result.is_ok(),
            Self::ByteRange(result) => result.is_ok(),
            Self::LaterChanges(later) => {
                matches!(later, LaterChanges::None | LaterChanges::Harmless { .. })
            }
            Self::Certification(result) => result.is_ok(),
            Self::Cms(check) => check.is_ok(),
            Self::SignatureTimestamp(result) => result.is_ok(),
            Self::Chain(result) => matches!(result, ChainResult::Trusted { .. }),
        }
    }
}

/// Why the signed bytes are not all of the file but the signature (12.8.1, ByteRange).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ByteRangeError {
    /// The signature has no byte range of four numbers.
    Missing,
    /// It ends beyond the file: the file was cut or written again.
    BeyondEnd,
    /// It leaves out the beginning of the file.
    StartsLate,
    /// Its parts overlap, or are empty.
    Overlapping,
    /// What it leaves out is not a string in angle brackets.
    HoleElsewhere,
}

/// Why a time stamp of the document does not hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DocumentTimestampError {
    /// It does not stand in the file as it should.
    Check(Box<SignatureCheck>),
    /// Its token does not hold.
    Token(TimestampError),
}

/// What was added after a signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LaterChanges {
    /// Nothing.
    None,
    /// Nothing that changes the document as it was signed.
    Harmless {
        /// Changes of the document.
        changes: Vec<DocumentChange>,
        /// Bytes of text behind the end of the file.
        trailing_text: usize,
    },
    /// Changes that are not harmless.
    Harmful {
        /// The first of them.
        first: Box<DocumentChange>,
        /// How many others there are.
        others: usize,
    },
    /// It can be read in several ways.
    Ambiguous(Ambiguity),
    /// The signature ends in the middle of a revision.
    EndsWithinRevision,
}

/// Whether a certificate is trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChainResult {
    /// An authority of the trust store, at a time.
    Trusted {
        /// Name of the authority.
        authority: String,
        /// The time.
        at: TrustTime,
    },
    /// An authority does, but the key is not for signing documents (RFC 5280, 4.2.1.3).
    KeyNotForSigning,
    /// An authority did while the certificate was valid, but not at a time.
    Expired {
        /// Name of the authority.
        authority: String,
        /// When the certificate is valid; `None` when that cannot be read.
        validity: Option<Validity>,
        /// The time.
        at: TrustTime,
    },
    /// Nobody.
    NoPath(NoPath),
}

/// For which time a certificate was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustTime {
    /// The time.
    pub time: Timestamp,
    /// Who says so.
    pub source: TimeSource,
}

/// Who says at which time a signature was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimeSource {
    /// The clock of the examination, because no proven time is known.
    Examination,
    /// A time stamp of a trusted authority.
    Timestamp,
    /// The signer.
    Claimed,
}
