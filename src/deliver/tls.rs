//! Protection of the connection: the system's authorities and one the office chose; no way to
//! ignore a bad certificate.

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use std::sync::Arc;

/// What is trusted, ready for a connection.
#[derive(Clone, Debug)]
pub struct Trust {
    config: Arc<ClientConfig>,
}

impl Trust {
    /// The system's authorities, and those of a PEM file.
    pub fn new(extra: Option<&[u8]>) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        for certificate in rustls_native_certs::load_native_certs().certs {
            // The system's store may hold what the library cannot read: the others do.
            let _ = roots.add(certificate);
        }
        if let Some(pem) = extra {
            let mut found = 0;
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|_| "ce n'est pas du PEM".to_owned())?;
                roots.add(certificate).map_err(|_| "un certificat est illisible".to_owned())?;
                found += 1;
            }
            if found == 0 {
                return Err("aucun certificat n'y figure".to_owned());
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { config: Arc::new(config) })
    }

    /// What rustls needs.
    pub(super) fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.config)
    }
}

/// The name that the certificate has to show.
pub(super) fn name(host: &str) -> Option<ServerName<'static>> {
    ServerName::try_from(host.to_owned()).ok()
}

/// What is wrong, as a person reads it.
pub(super) fn french(error: &rustls::Error, host: &str) -> String {
    let rustls::Error::InvalidCertificate(why) = error else {
        return match error {
            rustls::Error::AlertReceived(alert) => {
                format!("le serveur a refusé la connexion protégée ({alert:?})")
            }
            rustls::Error::InvalidMessage(_) => {
                "le serveur ne parle pas TLS sur ce port".to_owned()
            }
            rustls::Error::PeerIncompatible(_) => {
                "le serveur ne propose ni TLS 1.2 ni TLS 1.3".to_owned()
            }
            other => format!("la connexion protégée a échoué ({other})"),
        };
    };
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "le certificat du serveur a expiré".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "le certificat du serveur n'est pas encore valable".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("le certificat du serveur n'est pas au nom de {host}")
        }
        CertificateError::UnknownIssuer => {
            "le certificat du serveur vient d'une autorité inconnue de cet ordinateur".to_owned()
        }
        CertificateError::Revoked => "le certificat du serveur a été révoqué".to_owned(),
        CertificateError::BadSignature => {
            "la signature du certificat du serveur est fausse".to_owned()
        }
        other => format!("le certificat du serveur ne va pas ({other:?})"),
    }
}
