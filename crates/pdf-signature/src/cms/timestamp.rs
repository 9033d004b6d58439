//! Time stamps (RFC 3161): a token in which an authority says that a digest existed at a time.
//!
//! Over the value of a signature, or over a document (ETSI EN 319 142-1, 5.4.3). An intact token
//! says nothing about who made it; whether its maker is trusted is a separate result.

use super::ber::Tlv;
use super::certificate::best_name;
use super::certification_path::find_path;
use super::checks::TimestampError;
use super::digest::DigestAlgorithm;
use super::purpose::CertificatePurpose;
use super::signed_data::{SignedData, TIME_STAMP_INFO};
use super::trust_store::TrustStore;
use crate::time::parse_asn1_time;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A valid time stamp.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimestampToken {
    /// The time that it says.
    pub time: Timestamp,
    /// Name of who made it.
    pub maker: String,
    /// The trusted authority that the maker's certificate leads to; without one the time is not
    /// proven.
    pub authority: Option<String>,
}

/// Verifies a token over the data that it should cover, given in parts.
pub(crate) fn verify_timestamp(
    token: &[u8],
    stamped_data: &[&[u8]],
    trust_store: &TrustStore,
) -> Result<TimestampToken, TimestampError> {
    let signed_data = SignedData::read(token).map_err(TimestampError::Cms)?;
    let content = signed_data.content.as_deref().unwrap_or_default();
    let verified = signed_data.verify(TIME_STAMP_INFO, &[content]);
    if let Some(failed) = verified.checks.into_iter().find(|check| !check.is_ok()) {
        return Err(TimestampError::Check(failed));
    }
    if !verified.weaknesses.is_empty() {
        return Err(TimestampError::Weak(verified.weaknesses));
    }
    let info = TimestampInfo::read(content).ok_or(TimestampError::Unreadable)?;
    if info.algorithm.digest(stamped_data) != info.imprint {
        return Err(TimestampError::OtherContent);
    }
    let signer = signed_data.signer.as_ref().ok_or(TimestampError::Unreadable)?;
    if !signer.is_for_time_stamps() {
        return Err(TimestampError::WrongPurpose);
    }
    let purpose = CertificatePurpose::TimeStamping;
    let path = find_path(signer, &signed_data.certificates, trust_store, info.time, purpose);
    let maker = best_name(signer.subject());
    Ok(TimestampToken { time: info.time, maker, authority: path.ok() })
}

/// What is read of a `TSTInfo` (RFC 3161, 2.4.2).
#[derive(Debug, PartialEq, Eq)]
struct TimestampInfo {
    algorithm: DigestAlgorithm,
    imprint: Vec<u8>,
    time: Timestamp,
}

impl TimestampInfo {
    fn read(content: &[u8]) -> Option<Self> {
        let parts = Tlv::read(content)?.children()?;
        let [_version, _policy, imprint, _serial, time, ..] = parts.as_slice() else {
            return None;
        };
        let imprint = imprint.children()?;
        let [algorithm, digest, ..] = imprint.as_slice() else { return None };
        Some(Self {
            algorithm: DigestAlgorithm::of_identifier(algorithm)?,
            imprint: digest.octets()?,
            time: parse_asn1_time(time.tag, time.value)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::checks::CmsError;
    use super::*;

    #[test]
    fn what_is_no_token_says_so() {
        let result = verify_timestamp(&[0x30, 0], &[b"x"], &TrustStore::default());
        assert_eq!(result, Err(TimestampError::Cms(CmsError::Malformed)));
        assert_eq!(TimestampInfo::read(&[0x30, 0]), None);
    }
}
