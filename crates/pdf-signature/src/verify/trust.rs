//! Who holds the certificate of a signature, and whether it is trusted.

use super::check::{ChainResult, SignatureCheck, TimeSource, TrustTime};
use super::context::VerificationContext;
use super::report::{Signature, Trust};
use crate::cms::certificate::{Certificate, best_name};
use crate::cms::certification_path::{PathError, find_path};
use crate::cms::checks::{NoPath, Weakness};
use crate::cms::purpose::CertificatePurpose;
use crate::cms::signed_data::SignedData;
use crate::time::is_ahead;

/// Writes into `report` who holds the certificate and whether it is trusted. `weaknesses`: of the
/// signature value.
pub(crate) fn judge_trust(
    context: &VerificationContext<'_>,
    signed_data: &SignedData,
    weaknesses: Vec<Weakness>,
    report: &mut Signature,
) {
    let Some(signer) = &signed_data.signer else { return };
    report.signer = best_name(signer.subject());
    report.issuer = best_name(signer.issuer());
    report.fingerprint = signer.fingerprint();
    report.key = signer.key_fingerprint();
    let claims_ahead = report.claimed.is_some_and(|claimed| is_ahead(claimed, context.now));
    if claims_ahead {
        report.checks.push(SignatureCheck::ClaimedTimeAhead);
    }
    let times = trust_times(context, report, claims_ahead);
    let chain = find_chain(context, signed_data, signer, &times);
    report.trust = match &chain {
        ChainResult::Trusted { authority, .. } => {
            report.authority = Some(authority.clone());
            Trust::Trusted
        }
        ChainResult::Expired { authority, .. } => {
            report.authority = Some(authority.clone());
            Trust::Expired
        }
        ChainResult::KeyNotForSigning | ChainResult::NoPath(_) => Trust::UnknownAuthority,
    };
    report.checks.push(SignatureCheck::Chain(chain));
    if !weaknesses.is_empty() {
        report.checks.push(SignatureCheck::Weak(weaknesses));
        report.trust = Trust::Weak;
    }
}

/// For which times the certificate has to be valid. Whoever signs can write any time: without a
/// time stamp, it has to be valid today, and at the time that the signer says as well.
fn trust_times(
    context: &VerificationContext<'_>,
    report: &Signature,
    claims_ahead: bool,
) -> Vec<TrustTime> {
    let now = TrustTime { time: context.now, source: TimeSource::Examination };
    match (report.proven_time, report.claimed.filter(|_| !claims_ahead)) {
        (Some(time), _) => vec![TrustTime { time, source: TimeSource::Timestamp }],
        (None, Some(time)) => vec![now, TrustTime { time, source: TimeSource::Claimed }],
        (None, None) => vec![now],
    }
}

/// Whether the signer's certificate is trusted at all of these times. The result is that of the
/// first time at which it is not, else that of the last time.
fn find_chain(
    context: &VerificationContext<'_>,
    signed_data: &SignedData,
    signer: &Certificate,
    times: &[TrustTime],
) -> ChainResult {
    let mut chain = ChainResult::NoPath(NoPath::UnknownIssuer);
    for at in times {
        let path = find_path(
            signer,
            &signed_data.certificates,
            context.trust_store,
            at.time,
            CertificatePurpose::Signing,
        );
        chain = match path {
            Ok(authority) => ChainResult::Trusted { authority, at: *at },
            Err(PathError::Expired { authority }) => {
                return ChainResult::Expired { authority, validity: signer.validity(), at: *at };
            }
            Err(PathError::None(reason)) => return ChainResult::NoPath(reason),
        };
    }
    match chain {
        ChainResult::Trusted { .. } if !signer.may_sign() => ChainResult::KeyNotForSigning,
        chain => chain,
    }
}
