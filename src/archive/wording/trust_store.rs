//! Problems of the folder of authorities.

use pdf_signature::details::{TrustStoreProblem, TrustStoreProblemCause};

/// What cannot be used of a file of certificates, and what to do about it.
pub fn problem(problem: &TrustStoreProblem) -> String {
    format!("{} : {}", problem.file, cause(problem.cause))
}

fn cause(cause: TrustStoreProblemCause) -> String {
    let numbered = |number: usize| format!("le certificat n° {number}");
    let which = |number: Option<usize>| number.map_or("le fichier".to_owned(), numbered);
    match cause {
        TrustStoreProblemCause::PrivateKey => {
            "contient une clé privée, qui n'a rien à faire dans ce dossier ; la retirer".to_owned()
        }
        TrustStoreProblemCause::NoCertificate => "aucun certificat dans ce fichier".to_owned(),
        TrustStoreProblemCause::CutOff(number) => format!("{} est coupé", numbered(number)),
        TrustStoreProblemCause::NotBase64(number) => format!("{} est illisible", numbered(number)),
        TrustStoreProblemCause::NotACertificate(number) => {
            format!("{} n'est pas un certificat lisible", which(number))
        }
        TrustStoreProblemCause::TooMany(number) => {
            format!("trop de certificats, {} est laissé de côté", which(number))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_its_file_and_its_certificate() {
        use TrustStoreProblemCause::{
            CutOff, NoCertificate, NotACertificate, NotBase64, PrivateKey,
        };
        for (cause, wanted) in [
            (NoCertificate, "aucun certificat"),
            (CutOff(1), "le certificat n° 1 est coupé"),
            (NotBase64(2), "le certificat n° 2 est illisible"),
            (NotACertificate(Some(1)), "le certificat n° 1 n'est pas"),
            (NotACertificate(None), "le fichier n'est pas"),
            (PrivateKey, "clé privée"),
        ] {
            let said = problem(&TrustStoreProblem { file: "racine.pem".to_owned(), cause });
            assert!(said.starts_with("racine.pem : ") && said.contains(wanted), "{said}");
        }
    }
}
