//! Why a PDF can be read in several ways.

use pdf_signature::details::{Ambiguity, AmbiguityCause};

/// What is wrong, and where.
pub fn sentence(ambiguity: &Ambiguity) -> String {
    format!("{} (octet {})", cause(&ambiguity.cause), ambiguity.offset)
}

fn cause(cause: &AmbiguityCause) -> String {
    match cause {
        AmbiguityCause::Header => "le fichier ne commence pas par « %PDF- »".to_owned(),
        AmbiguityCause::Syntax => "un objet est mal écrit".to_owned(),
        AmbiguityCause::DuplicateKey(key) => {
            format!("l'entrée « {} » est écrite deux fois", key.escape_debug())
        }
        AmbiguityCause::StreamLength(number) => {
            format!("l'objet {number} n'a pas la longueur qu'il annonce")
        }
        AmbiguityCause::XrefTable => {
            "la table des objets est illisible ou n'est pas à sa place".to_owned()
        }
        AmbiguityCause::HybridXref => "le fichier a deux tables d'objets à la fois".to_owned(),
        AmbiguityCause::ListedTwice(number) => format!("la table donne deux fois l'objet {number}"),
        AmbiguityCause::Misplaced(number) => {
            format!("l'objet {number} n'est pas là où la table le dit")
        }
        AmbiguityCause::Unlisted(number) => format!("l'objet {number} n'est dans aucune table"),
        AmbiguityCause::Generation(number) => {
            format!("l'objet {number} a changé de numéro de génération")
        }
        AmbiguityCause::Freed(number) => format!("l'objet {number} a été retiré de la table"),
        AmbiguityCause::TrailerEntry(key) => {
            format!("l'entrée « {} » de la table a changé", key.escape_debug())
        }
        AmbiguityCause::Unclaimed(count) => format!("{count} octets n'appartiennent à aucun objet"),
        AmbiguityCause::StrayKeyword => "un morceau de PDF est caché dans un autre".to_owned(),
        AmbiguityCause::TooMany => "il y a trop d'objets ou de tables".to_owned(),
    }
}
