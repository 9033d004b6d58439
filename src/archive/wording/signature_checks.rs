//! The checks of a returned PDF and its signatures.

use super::{ambiguity, document_changes};
use crate::archive::check::Check;
use crate::clock::local_time;
use crate::letter::french;
use pdf_signature::details::{
    ByteRangeError, ChainResult, CmsCheck, CmsError, DocumentTimestampError, LaterChanges, NoPath,
    SignatureValueError, TimeSource, TimestampError, TimestampToken, TrustTime, Unsupported,
    Validity, Weakness,
};
use pdf_signature::{ChangeKind, DocumentChange, OpenError, SignatureCheck};

/// A check as it is printed and kept.
pub fn check(check: &SignatureCheck) -> Check {
    Check { check: check.name().to_owned(), ok: check.is_ok(), detail: sentence(check) }
}

/// Why a file cannot be read as a PDF.
pub fn open_error(error: OpenError) -> &'static str {
    match error {
        OpenError::NotPdf => "ce fichier n'est pas un PDF",
        OpenError::Encrypted => {
            "ce PDF est protégé par un mot de passe : demander à l'établissement de le renvoyer sans mot de passe"
        }
        OpenError::Damaged => {
            "ce PDF est abîmé et ne s'ouvre pas : demander à l'établissement de le renvoyer"
        }
    }
}

/// What a check says.
pub fn sentence(check: &SignatureCheck) -> String {
    let fixed = match check {
        SignatureCheck::NoPages => "le fichier n'a aucune page",
        SignatureCheck::Encrypted => "le fichier est chiffré, mais s'ouvre sans mot de passe",
        SignatureCheck::RebuiltXref => {
            "le fichier est abîmé : la table de ses objets a dû être reconstituée"
        }
        SignatureCheck::EndMissing => "la fin du fichier manque : il a été coupé",
        SignatureCheck::UsageRights => {
            "Acrobat a marqué le fichier pour que son lecteur gratuit puisse l'annoter : ce n'est pas une signature de personne"
        }
        SignatureCheck::TooManySignatures => {
            "trop de signatures : les suivantes n'ont pas été vérifiées"
        }
        SignatureCheck::Unreachable => {
            "une signature est écrite dans le fichier, mais plus rien ne mène à elle : il a été coupé, ou quelqu'un l'a retirée"
        }
        SignatureCheck::FieldUnreadable => {
            "le champ de signature est abîmé : sa valeur est illisible"
        }
        SignatureCheck::OtherContents => {
            "l'emplacement de la signature contient autre chose qu'elle"
        }
        SignatureCheck::CmsMissing => {
            "la signature est absente ou abîmée : elle ne peut pas être vérifiée"
        }
        SignatureCheck::HiddenPadding => "des octets sont cachés derrière la signature",
        SignatureCheck::EncapsulatedContent => {
            "la signature porte sur un contenu à elle et non sur le fichier"
        }
        SignatureCheck::ClaimedTimeAhead => {
            "le signataire dit avoir signé à une heure qui n'est pas encore venue"
        }
        SignatureCheck::ByteRange(result) => byte_range(*result),
        SignatureCheck::CmsUnreadable(error) => cms_error(*error),
        SignatureCheck::DocumentTimestamp(result) => return document_timestamp(result),
        SignatureCheck::SignatureTimestamp(result) => return signature_timestamp(result),
        SignatureCheck::UnknownFormat(format) => {
            return format!("format non pris en charge ({format})");
        }
        SignatureCheck::LaterChanges(later) => return later_changes(later),
        SignatureCheck::Certification(result) => return certification(result),
        SignatureCheck::Cms(check) => return cms_check(check),
        SignatureCheck::Chain(result) => return chain(result),
        SignatureCheck::Weak(weaknesses) => return joined(weaknesses, " ; "),
    };
    fixed.to_owned()
}

fn byte_range(result: Result<(), ByteRangeError>) -> &'static str {
    match result {
        Ok(()) => "la signature porte sur tout ce qui la précède et l'entoure",
        Err(ByteRangeError::Missing) => "la signature ne dit pas sur quels octets elle porte",
        Err(ByteRangeError::BeyondEnd) => {
            "la signature porte sur plus d'octets que le fichier n'en a : il a été coupé ou réécrit après la signature"
        }
        Err(ByteRangeError::StartsLate) => "la signature laisse de côté le début du fichier",
        Err(ByteRangeError::Overlapping) => "les octets signés se chevauchent ou manquent",
        Err(ByteRangeError::HoleElsewhere) => {
            "la signature n'est pas à l'endroit que les octets signés laissent libre"
        }
    }
}

fn cms_error(error: CmsError) -> &'static str {
    match error {
        CmsError::Malformed => "la signature est abîmée : sa structure est illisible",
        CmsError::NotOneSigner => "la signature ne nomme pas un signataire et un seul",
    }
}

fn cms_check(check: &CmsCheck) -> String {
    let fixed = match check {
        CmsCheck::SignerCertificateMissing => {
            "le certificat du signataire n'est pas dans le fichier : la signature ne peut pas être vérifiée"
        }
        CmsCheck::UnknownDigestAlgorithm(oid) => {
            return format!("algorithme inconnu ({oid}) : la signature ne peut pas être vérifiée");
        }
        CmsCheck::SignedAttributesMissing => {
            "la signature n'a pas d'attributs signés : elle ne peut pas être vérifiée"
        }
        CmsCheck::MessageDigest(true) => "ce qui a été signé n'a pas changé depuis",
        CmsCheck::MessageDigest(false) => "ce qui a été signé n'est pas ce que contient le fichier",
        CmsCheck::ContentType(true) => "le type de ce qui est signé est celui attendu",
        CmsCheck::ContentType(false) => "le type de ce qui est signé n'est pas celui attendu",
        CmsCheck::AlgorithmProtection(true) => {
            "les algorithmes sont ceux que le signataire a employés"
        }
        CmsCheck::AlgorithmProtection(false) => {
            "les algorithmes ne sont pas ceux que le signataire a employés"
        }
        CmsCheck::SignatureValue(Ok(())) => "la signature est bien celle de la clé du certificat",
        CmsCheck::SignatureValue(Err(SignatureValueError::Wrong)) => {
            "la signature n'est pas celle de la clé du certificat"
        }
        CmsCheck::SignatureValue(Err(SignatureValueError::Unsupported(what))) => {
            let what = unsupported(what);
            return format!("{what} : la signature ne peut pas être vérifiée");
        }
        CmsCheck::SigningCertificate(true) => "le certificat est celui que la signature désigne",
        CmsCheck::SigningCertificate(false) => {
            "le certificat n'est pas celui que la signature désigne"
        }
    };
    fixed.to_owned()
}

fn unsupported(what: &Unsupported) -> String {
    match what {
        Unsupported::Algorithm(oid) => format!("algorithme inconnu ({oid})"),
        Unsupported::RsaKey => "clé RSA que missive ne sait pas lire".to_owned(),
        Unsupported::RsaPssParameters => {
            "paramètres RSA-PSS que missive ne sait pas lire".to_owned()
        }
        Unsupported::UnnamedCurve => "courbe elliptique sans nom".to_owned(),
    }
}

fn joined(weaknesses: &[Weakness], separator: &str) -> String {
    let said: Vec<String> = weaknesses.iter().map(|weakness| self::weakness(*weakness)).collect();
    said.join(separator)
}

fn weakness(weakness: Weakness) -> String {
    match weakness {
        Weakness::Sha1 => "empreinte SHA-1, que l'on sait contrefaire".to_owned(),
        Weakness::RsaKeyBits(bits) => format!("clé RSA de {bits} bits seulement"),
    }
}

fn later_changes(later: &LaterChanges) -> String {
    match later {
        LaterChanges::None => "rien n'a été ajouté après la signature".to_owned(),
        LaterChanges::Harmless { changes, trailing_text } => {
            let mut said: Vec<String> = changes.iter().map(document_changes::sentence).collect();
            if *trailing_text > 0 {
                said.push(format!("{trailing_text} octets sans effet à la fin du fichier"));
            }
            said.dedup();
            let said = said.join(" ; ");
            format!("ajouté après la signature, sans effet sur la lettre : {said}")
        }
        LaterChanges::Harmful { first, others } => {
            let more = match others {
                0 => String::new(),
                more => {
                    format!(
                        " (et {})",
                        french::count(*more, "autre changement", "autres changements")
                    )
                }
            };
            format!("modifié après la signature : {}{more}", harmful_change(first))
        }
        LaterChanges::Ambiguous(found) => format!(
            "ce qui a été ajouté après la signature peut être lu de plusieurs façons : {}",
            ambiguity::sentence(found)
        ),
        LaterChanges::EndsWithinRevision => {
            "la signature finit au milieu de ce que le fichier contient".to_owned()
        }
    }
}

/// A change that was made after a signature: there is no image to look at then.
fn harmful_change(change: &DocumentChange) -> String {
    match (change.kind, change.page) {
        (ChangeKind::Content, Some(page)) => {
            format!("ce qui est imprimé page {page} a été remplacé")
        }
        _ => document_changes::sentence(change),
    }
}

fn certification(result: &Result<(), Box<DocumentChange>>) -> String {
    match result {
        Ok(()) => "ce que permet le premier signataire est respecté".to_owned(),
        Err(change) => {
            let change = document_changes::sentence(change);
            format!("le premier signataire avait interdit tout changement : {change}")
        }
    }
}

fn document_timestamp(result: &Result<TimestampToken, DocumentTimestampError>) -> String {
    let why = match result {
        Ok(token) => return stamped("document horodaté", token),
        Err(DocumentTimestampError::Check(check)) => sentence(check),
        Err(DocumentTimestampError::Token(error)) => timestamp_error(error),
    };
    format!("l'horodatage du document ne tient pas : {why}")
}

fn signature_timestamp(result: &Result<TimestampToken, TimestampError>) -> String {
    match result {
        Ok(token) => stamped("signature horodatée", token),
        Err(error) => {
            format!("l'horodatage de la signature ne tient pas : {}", timestamp_error(error))
        }
    }
}

/// What a time stamp says, and which authority it comes from.
fn stamped(what: &str, token: &TimestampToken) -> String {
    let (when, maker) = (local_time(token.time), &token.maker);
    match &token.authority {
        Some(authority) => format!("{what} le {when} par « {maker} », reconnu par « {authority} »"),
        None => format!(
            "{what} le {when}, heure indiquée par un service d'horodatage que le service n'a pas choisi (« {maker} ») : elle n'est pas prouvée"
        ),
    }
}

fn timestamp_error(error: &TimestampError) -> String {
    match error {
        TimestampError::Cms(error) => cms_error(*error).to_owned(),
        TimestampError::Check(check) => cms_check(check),
        TimestampError::Weak(weaknesses) => format!("trop faible : {}", joined(weaknesses, ", ")),
        TimestampError::Unreadable => "son contenu est illisible".to_owned(),
        TimestampError::OtherContent => "il porte sur autre chose".to_owned(),
        TimestampError::WrongPurpose => {
            "son certificat n'est pas fait pour horodater, et pour cela seul (RFC 3161, 2.3)"
                .to_owned()
        }
    }
}

fn chain(result: &ChainResult) -> String {
    match result {
        ChainResult::Trusted { authority, at } => {
            format!("« {authority} » répond de ce certificat {}", at_time(at))
        }
        ChainResult::KeyNotForSigning => {
            "sa clé n'est pas faite pour signer des documents".to_owned()
        }
        ChainResult::Expired { authority, validity, at } => format!(
            "« {authority} » répondait de ce certificat {}, mais pas {}",
            period(validity.as_ref()),
            at_time(at)
        ),
        ChainResult::NoPath(reason) => no_path(reason),
    }
}

fn at_time(at: &TrustTime) -> String {
    let source = match at.source {
        TimeSource::Examination => "heure de l'examen, faute d'horodatage reconnu",
        TimeSource::Timestamp => "heure de l'horodatage",
        TimeSource::Claimed => "heure que dit le signataire",
    };
    format!("le {} ({source})", local_time(at.time))
}

fn period(validity: Option<&Validity>) -> String {
    match validity {
        Some(Validity { not_before, not_after }) => {
            format!("du {} au {}", local_time(*not_before), local_time(*not_after))
        }
        None => "de dates illisibles".to_owned(),
    }
}

fn no_path(reason: &NoPath) -> String {
    match reason {
        NoPath::WrongPurpose => {
            "son certificat n'est pas fait pour signer des documents".to_owned()
        }
        NoPath::UnknownIssuer => {
            "aucune des autorités choisies par le service ne répond de ce certificat".to_owned()
        }
        NoPath::NeverValidTogether => {
            "les certificats de la chaîne n'ont jamais été bons en même temps".to_owned()
        }
        NoPath::IssuerIsNoAuthority => {
            "son certificat a été délivré par quelqu'un qui n'en a pas le droit".to_owned()
        }
        NoPath::Other(error) => {
            format!("la chaîne de certificats ne peut pas être vérifiée ({error})")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn a_time_stamp_says_whether_anybody_vouches_for_it() {
        let time = Timestamp::UNIX_EPOCH;
        let mut token = TimestampToken { time, maker: "H".to_owned(), authority: None };
        assert!(stamped("horodaté", &token).contains("pas prouvée"));
        token.authority = Some("Racine".to_owned());
        assert!(stamped("horodaté", &token).contains("« Racine »"));
    }
}
