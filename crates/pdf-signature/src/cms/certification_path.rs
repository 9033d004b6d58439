//! The certification path from a certificate to one of the trust store (RFC 5280, 6), built by
//! rustls-webpki with the key purposes of document signing instead of those of web servers.
//!
//! Revocation is not checked: nothing here uses the network.

use super::certificate::Certificate;
use super::checks::NoPath;
use super::ecdsa_p521::ECDSA_P521;
use super::purpose::CertificatePurpose;
use super::trust_store::TrustStore;
use jiff::Timestamp;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use std::time::Duration;
use webpki::{EndEntityCert, Error};

/// Why there is no path that is valid at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PathError {
    /// No path leads to a trusted authority.
    None(NoPath),
    /// A path leads to this authority, but one of its certificates is not valid at that time.
    Expired { authority: String },
}

/// What a path may be built from, and what it is for.
struct PathBuilder<'a> {
    certificate: &'a Certificate,
    intermediates: Vec<CertificateDer<'a>>,
    anchors: Vec<(&'a str, TrustAnchor<'a>)>,
    purpose: CertificatePurpose,
}

/// Looks for a path that is valid at a time; gives the name of the authority that it leads to.
pub(crate) fn find_path(
    certificate: &Certificate,
    intermediates: &[Certificate],
    trust_store: &TrustStore,
    time: Timestamp,
    purpose: CertificatePurpose,
) -> Result<String, PathError> {
    let trusted = trust_store.certificates(purpose);
    if let Some((name, _)) = trusted.iter().find(|(_, trusted)| trusted.der == certificate.der) {
        return match is_valid_at(certificate, time) {
            true => Ok(name.clone()),
            false => Err(PathError::Expired { authority: name.clone() }),
        };
    }
    let roots: Vec<(&str, CertificateDer<'_>)> = trusted
        .iter()
        .filter(|(_, trusted)| trusted.is_authority())
        .map(|(name, trusted)| (name.as_str(), CertificateDer::from_slice(&trusted.der)))
        .collect();
    let anchors = roots
        .iter()
        .filter_map(|(name, root)| Some((*name, webpki::anchor_from_trusted_cert(root).ok()?)))
        .collect();
    let intermediates =
        intermediates.iter().map(|other| CertificateDer::from_slice(&other.der)).collect();
    let builder = PathBuilder { certificate, intermediates, anchors, purpose };
    match builder.path_at(time) {
        Ok(authority) => Ok(authority),
        Err(Error::CertExpired { .. } | Error::CertNotValidYet { .. }) => {
            // Expired, or unknown as well? Ask for a time at which the certificate was valid.
            let path = certificate.validity().map(|validity| {
                builder
                    .path_at(validity.not_after)
                    .or_else(|_| builder.path_at(validity.not_before))
            });
            match path {
                Some(Ok(authority)) => Err(PathError::Expired { authority }),
                Some(Err(error)) => Err(PathError::None(no_path(&error))),
                None => Err(PathError::None(NoPath::UnknownIssuer)),
            }
        }
        Err(error) => Err(PathError::None(no_path(&error))),
    }
}

fn is_valid_at(certificate: &Certificate, time: Timestamp) -> bool {
    certificate
        .validity()
        .is_some_and(|validity| validity.not_before <= time && time <= validity.not_after)
}

impl PathBuilder<'_> {
    /// Name of the authority that a path at a time leads to.
    fn path_at(&self, time: Timestamp) -> Result<String, Error> {
        let der = CertificateDer::from_slice(&self.certificate.der);
        let end_entity = EndEntityCert::try_from(&der)?;
        let algorithms: Vec<&dyn SignatureVerificationAlgorithm> =
            webpki::ALL_VERIFICATION_ALGS.iter().copied().chain([&ECDSA_P521 as _]).collect();
        let seconds = u64::try_from(time.as_second()).unwrap_or(0);
        let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let anchors: Vec<TrustAnchor<'_>> =
            self.anchors.iter().map(|(_, anchor)| anchor.clone()).collect();
        let path = end_entity.verify_for_usage(
            &algorithms,
            &anchors,
            &self.intermediates,
            time,
            self.purpose,
            None,
            None,
        )?;
        let found = self.anchors.iter().find(|(_, anchor)| anchor == path.anchor());
        Ok(found.map(|(name, _)| (*name).to_owned()).unwrap_or_default())
    }
}

fn no_path(error: &Error) -> NoPath {
    match error {
        Error::ExtensionValueInvalid => NoPath::WrongPurpose,
        Error::UnknownIssuer | Error::CaUsedAsEndEntity => NoPath::UnknownIssuer,
        Error::CertExpired { .. } | Error::CertNotValidYet { .. } => NoPath::NeverValidTogether,
        Error::EndEntityUsedAsCa => NoPath::IssuerIsNoAuthority,
        other => NoPath::Other(format!("{other:?}")),
    }
}
