//! The authorities that the office chose: a folder of certificates, PEM (RFC 7468) or DER.
//!
//! They are handed to another process, so they are kept as text. A certificate in the folder that
//! is no authority's is trusted for itself alone: the way to accept one person's own certificate.
//! Who says when is chosen apart from who says by whom: an authority of persons stamps no times.

use super::certificate::{Certificate, best_name};
use super::chain::Purpose;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// Most certificates that are taken.
const MOST: usize = 2000;
/// First line of a certificate, and its last.
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The authorities that the office trusts to say who signed, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorities {
    /// Whether a folder was named at all.
    chosen: bool,
    /// Those of persons, one each, without doubles.
    certificates: Vec<Kept>,
    /// Those of services that stamp times.
    stamping: Vec<Kept>,
}

/// One certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    /// How a person names it.
    name: String,
    /// DER in base64.
    der: String,
}

impl Authorities {
    /// Reads files of certificates, each with its name; gives the authorities and, one French
    /// sentence a file or certificate, what could not be used.
    pub fn read(files: &[(String, Vec<u8>)]) -> (Self, Vec<String>) {
        let mut own = Self { chosen: true, ..Self::default() };
        let mut problems = Vec::new();
        for (name, bytes) in files {
            own.read_file(name, bytes, &mut problems);
        }
        (own, problems)
    }

    /// The same, with those that another folder holds for stamping times.
    #[must_use]
    pub fn stamped_by(self, stamping: Self) -> Self {
        Self { stamping: stamping.certificates, ..self }
    }

    /// Whether the office chose who may say by whom a letter is signed. A folder without a usable
    /// certificate is a choice too: nobody is trusted then.
    pub fn is_chosen(&self) -> bool {
        self.chosen
    }

    /// Names of those of persons, in the order of the files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.certificates.iter().map(|own| own.name.as_str())
    }

    /// The certificates for a purpose that can still be read, with their names.
    pub(super) fn certificates(&self, purpose: Purpose) -> Vec<(String, Certificate)> {
        let read = |own: &Kept| {
            let der = STANDARD.decode(&own.der).ok()?;
            Some((own.name.clone(), Certificate::read(&der)?))
        };
        let chosen = match purpose {
            Purpose::Signing => &self.certificates,
            Purpose::Stamping => &self.stamping,
        };
        chosen.iter().take(MOST).filter_map(read).collect()
    }

    fn read_file(&mut self, file: &str, bytes: &[u8], problems: &mut Vec<String>) {
        if bytes.first() == Some(&0x30) {
            return self.keep(file, "le fichier", bytes, problems);
        }
        let text = String::from_utf8_lossy(bytes);
        if text.contains("PRIVATE KEY-----") {
            problems.push(format!(
                "{file} : contient une clé privée, qui n'a rien à faire dans ce dossier ; la retirer"
            ));
        }
        let mut found = 0;
        for block in text.split(BEGIN).skip(1) {
            found += 1;
            let which = format!("le certificat n° {found}");
            let Some((inside, _)) = block.split_once(END) else {
                problems.push(format!("{file} : {which} est coupé"));
                continue;
            };
            let inside: String = inside.chars().filter(|own| !own.is_whitespace()).collect();
            match STANDARD.decode(inside) {
                Ok(der) => self.keep(file, &which, &der, problems),
                Err(_) => problems.push(format!("{file} : {which} est illisible")),
            }
        }
        if found == 0 {
            problems.push(format!("{file} : aucun certificat dans ce fichier"));
        }
    }

    fn keep(&mut self, file: &str, which: &str, der: &[u8], problems: &mut Vec<String>) {
        let Some(certificate) = Certificate::read(der) else {
            problems.push(format!("{file} : {which} n'est pas un certificat lisible"));
            return;
        };
        if self.certificates.len() >= MOST {
            problems.push(format!("{file} : trop de certificats, {which} est laissé de côté"));
            return;
        }
        let mut name = best_name(certificate.subject());
        if name.is_empty() {
            file.clone_into(&mut name);
        }
        let kept = Kept { name, der: STANDARD.encode(der) };
        if !self.certificates.contains(&kept) {
            self.certificates.push(kept);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, bytes: &[u8]) -> (Authorities, Vec<String>) {
        Authorities::read(&[(name.to_owned(), bytes.to_vec())])
    }

    #[test]
    fn every_problem_names_its_file() {
        for (bytes, wanted) in [
            (&b""[..], "aucun certificat"),
            (b"hello", "aucun certificat"),
            (b"-----BEGIN CERTIFICATE-----\nMIIB", "coupé"),
            (b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----", "illisible"),
            (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "n'est pas"),
            (b"\x30\x82", "n'est pas"),
            (b"-----BEGIN EC PRIVATE KEY-----", "clé privée"),
        ] {
            let (own, problems) = read("racine.pem", bytes);
            let told = problems.first().map(String::as_str).unwrap_or_default();
            assert!(told.starts_with("racine.pem : ") && told.contains(wanted), "{told}");
            assert_eq!(own.names().count(), 0);
        }
    }
}
