//! Why a file is not taken for a letter that the authority signed, with the sentence of each reason.

use crate::app::wording::count;
use crate::archive::examiner::ExamineError;
use crate::ledger::LedgerError;

/// What to do about a file that was refused.
const SIGN_AGAIN: &str = "la faire signer de nouveau, telle que missive sign export l'écrit";

/// Why a file is refused.
#[derive(Debug, thiserror::Error)]
pub enum CountersignRefusal {
    /// It has no pages.
    #[error("ce n'est pas un PDF")]
    NotPdf,
    /// It could not be examined.
    #[error(transparent)]
    Examine(#[from] ExamineError),
    /// It is not a letter, or several.
    #[error("aucune lettre de missive n'est reconnue dans ce fichier")]
    NotRecognised,
    /// The ledger could not be asked.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The ledger's list of boxes cannot be read.
    #[error(transparent)]
    Boxes(#[from] serde_json::Error),
    /// The PDF of the letter is not in the store.
    #[error("la lettre manque au journal : missive ledger verify")]
    LetterMissing,
    /// The letter was sent.
    #[error("cette lettre est déjà partie : elle ne change plus")]
    HasLeft,
    /// The letter is another one now.
    #[error(
        "cette lettre a changé depuis qu'elle a été donnée à signer : la faire signer de nouveau"
    )]
    HasChanged,
    /// Nobody asked for this signature.
    #[error("cette lettre n'attend pas de signature")]
    NotAwaited,
    /// Another file of this import is the same letter.
    #[error("cette lettre est déjà reprise de {other}")]
    TakenTwice {
        /// Where that file was found.
        other: String,
    },
    /// It shows something else than the letter.
    #[error("ce n'est plus la lettre que missive a faite : {0}")]
    OtherContent(String),
    /// It may show something else than the letter.
    #[error("rien ne prouve que c'est la lettre que missive a faite : {0} ; {SIGN_AGAIN}")]
    DoubtfulContent(String),
    /// It has no signature.
    #[error("aucune signature électronique")]
    NoSignature,
    /// It has this many signatures.
    #[error("{} au lieu d'une : seule l'autorité signe avant l'envoi", count(*.0, "signature", "signatures"))]
    SeveralSignatures(usize),
    /// It does not begin with the bytes of the letter.
    #[error(
        "le fichier a été réécrit : il ne commence pas par les octets de la lettre ; {SIGN_AGAIN}"
    )]
    Rewritten,
    /// More than one revision follows the letter.
    #[error(
        "le fichier a été enregistré plusieurs fois : la signature de l'autorité doit être le seul ajout, sans horodatage du document ni données de validation après elle ; {SIGN_AGAIN}"
    )]
    SavedAgain,
    /// It has bytes after its end.
    #[error("quelque chose suit la fin du document ; {SIGN_AGAIN}")]
    SomethingAfterEnd,
    /// Its signature is not good for this.
    #[error("{}", signature_sentence(.signer, .fault))]
    Signature {
        /// The name of the signer.
        signer: String,
        /// What is wrong with the signature.
        fault: SignatureFault,
    },
}

/// What is wrong with a signature that should be the authority's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureFault {
    /// It is broken; which check failed, in French, if one is named.
    Broken(Option<String>),
    /// Nobody chosen vouches for its certificate.
    UnknownAuthority,
    /// Its certificate was out of date.
    Expired,
    /// Its certificate uses an algorithm that is too weak.
    Weak,
    /// It is shown outside the authority's box.
    OutsideBox,
    /// It is shown at several places.
    SeveralPlaces,
    /// It forbids the signatures of others, who have to sign after it.
    ForbidsOthers,
    /// Something follows what it signs.
    SomethingAfter,
}

fn signature_sentence(signer: &str, fault: &SignatureFault) -> String {
    let of_certificate = |why: &str| format!("signée par {signer}, dont le certificat {why}");
    let what = match fault {
        SignatureFault::Broken(why) => why.as_deref().unwrap_or("signature abîmée"),
        SignatureFault::UnknownAuthority => {
            return of_certificate("n'est pas de ceux de l'autorité (issuer_certificates)");
        }
        SignatureFault::Expired => {
            return of_certificate(
                "est hors de sa période : l'autorité signe avec un certificat en cours",
            );
        }
        SignatureFault::Weak => {
            return of_certificate(
                "emploie un algorithme trop faible : régler l'outil sur SHA-256 au moins",
            );
        }
        SignatureFault::OutsideBox => {
            "la signature est montrée hors de la case de l'autorité ; la placer dans cette case, ou ne pas la montrer"
        }
        SignatureFault::SeveralPlaces => {
            return format!(
                "{signer} : la signature est montrée à plusieurs endroits ; {SIGN_AGAIN}"
            );
        }
        SignatureFault::ForbidsOthers => {
            "cette signature certifie le document et interdit de le signer ensuite ; signer sans certifier, ou en permettant les signatures"
        }
        SignatureFault::SomethingAfter => {
            return format!(
                "{signer} : quelque chose suit la signature de l'autorité ; {SIGN_AGAIN}"
            );
        }
    };
    format!("{signer} : {what}")
}
