//! The certificates that the caller trusts, from files in PEM (RFC 7468) or DER.
//!
//! They are kept encoded, because they may be handed to another process as JSON. A certificate that
//! is not an authority's is trusted for itself alone, so one person's self-signed certificate can
//! be accepted. Certificates for signatures and for time stamps are chosen separately.

use super::certificate::{Certificate, best_name};
use super::purpose::CertificatePurpose;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// Most certificates that are kept.
const MAX_CERTIFICATES: usize = 2000;
/// First line of a certificate in PEM.
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
/// Its last line.
const END: &str = "-----END CERTIFICATE-----";
/// First octet of a certificate in DER.
const SEQUENCE: u8 = 0x30;

/// The certificates that the caller trusts, for signatures and for time stamps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustStore {
    /// Whether files were given at all.
    chosen: bool,
    /// Trusted for signatures, each once.
    certificates: Vec<TrustedCertificate>,
    /// Trusted for time stamps.
    stamping: Vec<TrustedCertificate>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct TrustedCertificate {
    /// How a person names its holder.
    name: String,
    /// DER in base64.
    der: String,
}

/// A part of a certificate file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustStoreProblem {
    /// Name of the file, as it was given.
    pub file: String,
    /// What is wrong with it.
    pub cause: TrustStoreProblemCause,
}

/// What is wrong with a file of certificates. Certificates of a PEM file are numbered from 1; the only
/// one of a DER file has no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustStoreProblemCause {
    /// It also holds a private key, which has to be taken out of it.
    PrivateKey,
    /// It holds no certificate.
    NoCertificate,
    /// The end of a certificate is missing.
    CutOff(usize),
    /// A certificate is not in base64.
    NotBase64(usize),
    /// It cannot be read as a certificate.
    NotACertificate(Option<usize>),
    /// There are too many certificates already.
    TooMany(Option<usize>),
}

impl TrustStore {
    /// Reads files of certificates, each with its name, as those trusted for signatures; gives what
    /// could not be used, too.
    pub fn read(files: &[(String, Vec<u8>)]) -> (Self, Vec<TrustStoreProblem>) {
        let mut store = Self { chosen: true, ..Self::default() };
        let mut problems = Vec::new();
        for (file, bytes) in files {
            let mut causes = Vec::new();
            store.add_file(file, bytes, &mut causes);
            let named = |cause| TrustStoreProblem { file: file.clone(), cause };
            problems.extend(causes.into_iter().map(named));
        }
        (store, problems)
    }

    /// The same store, with the certificates of another one trusted for time stamps.
    #[must_use]
    pub fn with_timestamping(self, stamping: Self) -> Self {
        Self { stamping: stamping.certificates, ..self }
    }

    /// Whether files were given at all. If the given files hold no usable certificate, nobody is
    /// trusted.
    pub fn is_chosen(&self) -> bool {
        self.chosen
    }

    /// Names of those trusted for signatures, in the order of the files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.certificates.iter().map(|certificate| certificate.name.as_str())
    }

    /// The certificates trusted for a purpose, with their names.
    pub(crate) fn certificates(&self, purpose: CertificatePurpose) -> Vec<(String, Certificate)> {
        let read = |trusted: &TrustedCertificate| {
            let der = STANDARD.decode(&trusted.der).ok()?;
            Some((trusted.name.clone(), Certificate::read(&der)?))
        };
        let trusted = match purpose {
            CertificatePurpose::Signing => &self.certificates,
            CertificatePurpose::TimeStamping => &self.stamping,
        };
        trusted.iter().take(MAX_CERTIFICATES).filter_map(read).collect()
    }

    fn add_file(&mut self, file: &str, bytes: &[u8], problems: &mut Vec<TrustStoreProblemCause>) {
        if bytes.first() == Some(&SEQUENCE) {
            problems.extend(self.add(file, None, bytes).err());
            return;
        }
        let text = String::from_utf8_lossy(bytes);
        if text.contains("PRIVATE KEY-----") {
            problems.push(TrustStoreProblemCause::PrivateKey);
        }
        let mut count = 0;
        for (number, block) in (1..).zip(text.split(BEGIN).skip(1)) {
            count = number;
            let Some((inside, _)) = block.split_once(END) else {
                problems.push(TrustStoreProblemCause::CutOff(number));
                continue;
            };
            let base64: String = inside.chars().filter(|c| !c.is_whitespace()).collect();
            match STANDARD.decode(base64) {
                Ok(der) => problems.extend(self.add(file, Some(number), &der).err()),
                Err(_) => problems.push(TrustStoreProblemCause::NotBase64(number)),
            }
        }
        if count == 0 {
            problems.push(TrustStoreProblemCause::NoCertificate);
        }
    }

    fn add(
        &mut self,
        file: &str,
        number: Option<usize>,
        der: &[u8],
    ) -> Result<(), TrustStoreProblemCause> {
        let certificate =
            Certificate::read(der).ok_or(TrustStoreProblemCause::NotACertificate(number))?;
        if self.certificates.len() >= MAX_CERTIFICATES {
            return Err(TrustStoreProblemCause::TooMany(number));
        }
        let mut name = best_name(certificate.subject());
        if name.is_empty() {
            file.clone_into(&mut name);
        }
        let trusted = TrustedCertificate { name, der: STANDARD.encode(der) };
        if !self.certificates.contains(&trusted) {
            self.certificates.push(trusted);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_names_its_file() {
        use TrustStoreProblemCause::*;
        for (bytes, wanted) in [
            (&b""[..], NoCertificate),
            (b"hello", NoCertificate),
            (b"-----BEGIN CERTIFICATE-----\nMIIB", CutOff(1)),
            (b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----", NotBase64(1)),
            (
                b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
                NotACertificate(Some(1)),
            ),
            (b"\x30\x82", NotACertificate(None)),
            (b"-----BEGIN EC PRIVATE KEY-----", PrivateKey),
        ] {
            let files = [("racine.pem".to_owned(), bytes.to_vec())];
            let (store, problems) = TrustStore::read(&files);
            let first = problems.first().unwrap();
            assert_eq!((first.file.as_str(), first.cause), ("racine.pem", wanted));
            assert_eq!(store.names().count(), 0);
        }
    }
}
