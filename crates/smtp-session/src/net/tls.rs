//! TLS (RFC 8446) with the system's authorities and those of the caller. There is no way to ignore a bad
//! certificate.

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use std::sync::Arc;

/// The authorities that are trusted, ready for a connection.
#[derive(Clone, Debug)]
pub struct TrustAnchors {
    config: Arc<ClientConfig>,
}

/// Why the authorities cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustError {
    /// The file is not PEM.
    NotPem,
    /// One of its certificates cannot be read.
    UnreadableCertificate,
    /// It holds no certificate.
    NoCertificate,
    /// The TLS library refuses its settings.
    Settings(String),
}

impl TrustAnchors {
    /// The system's authorities, and those of a PEM file.
    pub fn new(extra: Option<&[u8]>) -> Result<Self, TrustError> {
        let mut roots = RootCertStore::empty();
        for certificate in rustls_native_certs::load_native_certs().certs {
            // The system's store may hold certificates that the library cannot read.
            let _ = roots.add(certificate);
        }
        if let Some(pem) = extra {
            let mut found = 0;
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|_| TrustError::NotPem)?;
                roots.add(certificate).map_err(|_| TrustError::UnreadableCertificate)?;
                found += 1;
            }
            if found == 0 {
                return Err(TrustError::NoCertificate);
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TrustError::Settings(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { config: Arc::new(config) })
    }

    pub(crate) fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.config)
    }
}

/// The name that must be in the certificate.
pub(crate) fn server_name(host: &str) -> Option<ServerName<'static>> {
    ServerName::try_from(host.to_owned()).ok()
}

/// Protocol and cipher suite of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protection {
    /// `TLS 1.3`, `TLS 1.2` or `TLS`.
    pub version: &'static str,
    /// The cipher suite's name in the IANA registry, if the library knows it.
    pub cipher_suite: Option<&'static str>,
}

/// Why the handshake failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsFailure {
    /// The server ends it with an alert (RFC 8446, 6), by its name.
    Alert(String),
    /// The server does not speak TLS.
    NotTls,
    /// It has neither TLS 1.2 nor TLS 1.3.
    NoCommonVersion,
    /// Its certificate has expired.
    Expired,
    /// Its certificate is not valid yet.
    NotYetValid,
    /// Its certificate is for another name.
    OtherName,
    /// Its certificate comes from an authority that is not trusted.
    UnknownIssuer,
    /// Its certificate was revoked.
    Revoked,
    /// The signature of its certificate is wrong.
    BadSignature,
    /// Another error of its certificate, with the library's message.
    Certificate(String),
    /// Another error, with the library's message.
    Other(String),
}

impl From<&rustls::Error> for TlsFailure {
    fn from(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(why) => Self::from(why),
            rustls::Error::AlertReceived(alert) => Self::Alert(format!("{alert:?}")),
            rustls::Error::InvalidMessage(_) => Self::NotTls,
            rustls::Error::PeerIncompatible(_) => Self::NoCommonVersion,
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<&CertificateError> for TlsFailure {
    fn from(why: &CertificateError) -> Self {
        match why {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::NotYetValid
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::OtherName
            }
            CertificateError::UnknownIssuer => Self::UnknownIssuer,
            CertificateError::Revoked => Self::Revoked,
            CertificateError::BadSignature => Self::BadSignature,
            other => Self::Certificate(format!("{other:?}")),
        }
    }
}
