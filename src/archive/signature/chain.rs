//! Who vouches for a certificate: a path from it to one of the office's authorities (RFC 5280, 6),
//! by rustls-webpki, with the purposes of document signing instead of those of web servers. Those
//! who vouch for stampers of times are chosen apart from those who vouch for persons.
//!
//! No revocation: nothing here goes to the network.

use super::authorities::Authorities;
use super::certificate::Certificate;
use jiff::Timestamp;
use p521::ecdsa::signature::hazmat::PrehashVerifier as _;
use rustls_pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, SignatureVerificationAlgorithm,
    TrustAnchor, UnixTime, alg_id,
};
use sha2::{Digest as _, Sha512};
use std::time::Duration;
use webpki::{EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeId, KeyPurposeIdIter};

/// Purposes (RFC 5280, 4.2.1.12) of a certificate that signs documents, as raw object identifiers:
/// webpki 0.103 decodes those with large numbers wrongly, so they are never decoded.
const SIGNING: [&[u8]; 5] = [
    // 1.3.6.1.5.5.7.3.36, document signing (RFC 9336)
    &[0x2b, 6, 1, 5, 5, 7, 3, 36],
    // 1.2.840.113583.1.1.5, Adobe
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x2f, 1, 1, 5],
    // 1.3.6.1.4.1.311.10.3.12, Microsoft
    &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 10, 3, 12],
    // 1.3.6.1.5.5.7.3.4, mail protection
    &[0x2b, 6, 1, 5, 5, 7, 3, 4],
    // 2.5.29.37.0, any
    &[0x55, 0x1d, 0x25, 0],
];
/// 1.3.6.1.5.5.7.3.8, time stamping; or any.
const STAMPING: [&[u8]; 2] = [&[0x2b, 6, 1, 5, 5, 7, 3, 8], &[0x55, 0x1d, 0x25, 0]];

/// What a certificate has to be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Signing documents.
    Signing,
    /// Stamping times.
    Stamping,
}

impl ExtendedKeyUsageValidator for Purpose {
    // Asked of intermediate authorities too, which mostly have no purposes: absent is accepted.
    fn validate(&self, purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        let accepted = match self {
            Self::Signing => &SIGNING[..],
            Self::Stamping => &STAMPING[..],
        };
        let mut none = true;
        for purpose in purposes {
            let purpose = purpose?;
            none = false;
            if accepted.iter().any(|own| KeyPurposeId::new(own) == purpose) {
                return Ok(());
            }
        }
        if none { Ok(()) } else { Err(Error::ExtensionValueInvalid) }
    }
}

/// A path that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Name of the authority.
    pub authority: String,
}

/// Why there is no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// No authority of the office vouches for it; why not, in French.
    Unknown(String),
    /// One does, named, but some certificate is out of its period.
    Expired(String),
}

/// Looks for a path that holds at a moment.
pub(super) fn find(
    certificate: &Certificate,
    others: &[Certificate],
    authorities: &Authorities,
    moment: Timestamp,
    purpose: Purpose,
) -> Result<Found, Missing> {
    let chosen = authorities.certificates(purpose);
    if let Some((name, _)) = chosen.iter().find(|(_, own)| own.der == certificate.der) {
        return match is_within(certificate, moment) {
            true => Ok(Found { authority: name.clone() }),
            false => Err(Missing::Expired(name.clone())),
        };
    }
    let others: Vec<CertificateDer<'_>> =
        others.iter().map(|own| CertificateDer::from_slice(&own.der)).collect();
    let roots: Vec<(&str, CertificateDer<'_>)> = chosen
        .iter()
        .filter(|(_, own)| own.is_authority())
        .map(|(name, own)| (name.as_str(), CertificateDer::from_slice(&own.der)))
        .collect();
    let anchors: Vec<(&str, TrustAnchor<'_>)> = roots
        .iter()
        .filter_map(|(name, own)| Some((*name, webpki::anchor_from_trusted_cert(own).ok()?)))
        .collect();
    let path = |moment| path(certificate, &others, &anchors, moment, purpose);
    match path(moment) {
        Ok(authority) => Ok(Found { authority }),
        Err(Error::CertExpired { .. } | Error::CertNotValidYet { .. }) => {
            // Expired, or unknown as well? Asked for a moment when the certificate was good.
            let good = certificate.validity().map(|(from, to)| path(to).or_else(|_| path(from)));
            match good {
                Some(Ok(authority)) => Err(Missing::Expired(authority)),
                Some(Err(error)) => Err(Missing::Unknown(unknown(&error))),
                None => Err(Missing::Unknown(unknown(&Error::UnknownIssuer))),
            }
        }
        Err(error) => Err(Missing::Unknown(unknown(&error))),
    }
}

fn is_within(certificate: &Certificate, moment: Timestamp) -> bool {
    certificate.validity().is_some_and(|(from, to)| from <= moment && moment <= to)
}

fn path(
    certificate: &Certificate,
    others: &[CertificateDer<'_>],
    anchors: &[(&str, TrustAnchor<'_>)],
    moment: Timestamp,
    purpose: Purpose,
) -> Result<String, Error> {
    let der = CertificateDer::from_slice(&certificate.der);
    let end = EndEntityCert::try_from(&der)?;
    let algorithms: Vec<&dyn SignatureVerificationAlgorithm> =
        webpki::ALL_VERIFICATION_ALGS.iter().copied().chain([&P521 as _]).collect();
    let seconds = u64::try_from(moment.as_second()).unwrap_or(0);
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let own: Vec<TrustAnchor<'_>> = anchors.iter().map(|(_, own)| own.clone()).collect();
    let path = end.verify_for_usage(&algorithms, &own, others, time, purpose, None, None)?;
    let found = anchors.iter().find(|(_, own)| own == path.anchor());
    Ok(found.map(|(name, _)| (*name).to_owned()).unwrap_or_default())
}

/// Why no authority vouches for a certificate, in French.
fn unknown(error: &Error) -> String {
    match error {
        Error::ExtensionValueInvalid => {
            "son certificat n'est pas fait pour signer des documents".to_owned()
        }
        Error::UnknownIssuer | Error::CaUsedAsEndEntity => {
            "aucune des autorités choisies par le service ne répond de ce certificat".to_owned()
        }
        Error::CertExpired { .. } | Error::CertNotValidYet { .. } => {
            "les certificats de la chaîne n'ont jamais été bons en même temps".to_owned()
        }
        Error::EndEntityUsedAsCa => {
            "son certificat a été délivré par quelqu'un qui n'en a pas le droit".to_owned()
        }
        other => format!("la chaîne de certificats ne peut pas être vérifiée ({other:?})"),
    }
}

/// ECDSA with SHA-512 on P-521, which ring does not have.
#[derive(Debug)]
struct EcdsaP521;

static P521: EcdsaP521 = EcdsaP521;

impl SignatureVerificationAlgorithm for EcdsaP521 {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let key =
            p521::ecdsa::VerifyingKey::from_sec1_bytes(public_key).map_err(|_| InvalidSignature)?;
        let value = p521::ecdsa::Signature::from_der(signature).map_err(|_| InvalidSignature)?;
        key.verify_prehash(&Sha512::digest(message), &value).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P521
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA512
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_are_compared_as_they_are_written() {
        use der::oid::ObjectIdentifier as Oid;
        let names = [
            "1.3.6.1.5.5.7.3.36",
            "1.2.840.113583.1.1.5",
            "1.3.6.1.4.1.311.10.3.12",
            "1.3.6.1.5.5.7.3.4",
            "2.5.29.37.0",
        ];
        for (name, raw) in names.into_iter().zip(SIGNING) {
            assert_eq!(Oid::new_unwrap(name).as_bytes(), raw, "{name}");
        }
        assert_eq!(Oid::new_unwrap("1.3.6.1.5.5.7.3.8").as_bytes(), STAMPING[0]);
    }
}
