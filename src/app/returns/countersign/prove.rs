//! Proves that a file that came back from the authority's signing tool is our letter, unchanged, with one
//! intact signature of that authority in its own box or in none, and nothing after that signature.

use crate::archive::examiner::FileExaminer;
use crate::archive::identify::Catalogue;
use crate::archive::intake::item::Item;
use crate::archive::signers::signature_places::label_places;
use crate::archive::verdict::content_comparison::{doubtful_content, other_content};
use crate::archive::wording::signature_checks;
use crate::archive::wording::signing_time::signer_name;
use crate::ledger::Ledger;
use crate::plan::history::SentRevision;
use jiff::Timestamp;
use page_area::PageArea;
use pdf_signature::{Integrity, Signature, Trust, TrustStore};
use serde::{Serialize, Serializer};
use serde_json::json;
use std::collections::BTreeSet;

/// What became of a file that came back.
#[derive(Clone, Debug)]
pub struct CountersignResult {
    /// Where it was found, for a person.
    pub label: String,
    /// The reference of the letter, if it was recognised.
    pub reference: Option<String>,
    /// The name of the signer; empty if it was not accepted.
    pub signer: String,
    /// In French, why it was refused; none if it was taken.
    pub refused: Option<String>,
    /// Whether exactly these bytes were taken before.
    pub is_known: bool,
}

/// The result in the JSON document of `sign import`.
impl Serialize for CountersignResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let document = json!({
            "path": self.label, "reference": self.reference, "signer": self.signer,
            "accepted": self.refused.is_none(), "unchanged": self.is_known, "why": self.refused,
        });
        document.serialize(serializer)
    }
}

/// What files are compared with.
pub(super) struct CountersignContext<'a> {
    /// The ledger, open for writing.
    pub ledger: &'a Ledger,
    /// All revisions.
    pub catalogue: &'a Catalogue,
    /// The revisions that have not left, as rows of the ledger.
    pub ready: &'a BTreeSet<i64>,
    /// The certificates of the authority, or those of its issuers.
    pub authorities: &'a TrustStore,
    /// The moment at which certificates are judged.
    pub now: Timestamp,
}

/// Proves that a file is one of our letters with a signature of the authority; none if it is exactly what
/// was taken before. The error is French.
pub(super) fn prove(
    context: &CountersignContext<'_>,
    item: &Item,
    result: &mut CountersignResult,
) -> Result<Option<SentRevision>, String> {
    let mut examiner = match FileExaminer::start(item.kind) {
        Some(examiner) => examiner.map_err(|error| error.to_string())?,
        None => return Err("ce n'est pas un PDF".to_owned()),
    };
    let contents = examiner.contents(&item.bytes, context.authorities, context.now);
    let contents = contents.map_err(|error| error.to_string())?;
    let identified = match context.catalogue.starts_with(&item.bytes) {
        Some(at) => context.catalogue.by_prefix(at),
        None => context.catalogue.by_pages(&contents.pages),
    };
    let found = match identified.letters.as_slice() {
        [one] => context.catalogue.get(one.at),
        _ => None,
    };
    let known = found.ok_or("aucune lettre de missive n'est reconnue dans ce fichier")?;
    result.reference = Some(known.reference.clone());
    let stored = context.ledger.stored(known.id).map_err(|error| error.to_string())?;
    // The bytes that were taken before; not the letter itself, which nobody signed.
    if crate::files::sha256(&item.bytes) == known.issued && known.issued != stored.rendered {
        return Ok(None);
    }
    awaits_signature(context, known)?;
    let missing = || "la lettre manque au journal : missive ledger verify".to_owned();
    // Compared with the letter as rendered: until it leaves, a signature may replace an earlier one.
    let sent = context.ledger.store.get(&stored.rendered).map_err(|_| missing())?;
    let boxes = context.ledger.boxes(known.id).map_err(|error| error.to_string())?;
    let areas: Vec<PageArea> = serde_json::from_str(&boxes).map_err(|error| error.to_string())?;
    // Only the authority's own box may hold its signature.
    let (own_box, others): (Vec<PageArea>, Vec<PageArea>) =
        areas.into_iter().partition(|area| area.label == ISSUER);
    let compared = examiner.compare(&sent, &item.bytes, &own_box);
    let compared = compared.map_err(|error| error.to_string())?;
    if let Some(why) = other_content(&compared) {
        return Err(format!("ce n'est plus la lettre que missive a faite : {why}"));
    }
    let mut signatures = contents.signatures.map(|report| report.signatures).unwrap_or_default();
    let pages: Vec<(u32, u32)> = (1..=known.pages).map(|page| (page, page)).collect();
    label_places(&mut signatures, &own_box, &pages);
    let signature = one_signature(&signatures, &sent, &item.bytes)?;
    let others_sign = others.iter().any(|area| area.label.starts_with("sign-"));
    authority(signature, &item.bytes, others_sign)?;
    if let Some(why) = doubtful_content(&compared) {
        return Err(format!(
            "rien ne prouve que c'est la lettre que missive a faite : {why} ; {AGAIN}"
        ));
    }
    result.signer = signature.signer.clone();
    Ok(Some(known.clone()))
}

/// Whether a letter waits for a signature; the error says in French why not.
fn awaits_signature(context: &CountersignContext<'_>, known: &SentRevision) -> Result<(), String> {
    if known.has_left() {
        return Err("cette lettre est déjà partie : elle ne change plus".to_owned());
    }
    if known.void || known.withdrawn {
        return Err(
            "cette lettre a changé depuis qu'elle a été donnée à signer : la faire signer de nouveau"
                .to_owned(),
        );
    }
    match context.ready.contains(&known.id) {
        true => Ok(()),
        false => Err("cette lettre n'attend pas de signature".to_owned()),
    }
}

/// The only signature of a file, which must be the last thing in it.
fn one_signature<'a>(
    signatures: &'a [Signature],
    sent: &[u8],
    file: &[u8],
) -> Result<&'a Signature, String> {
    if signatures.is_empty() {
        return Err("aucune signature électronique".to_owned());
    }
    last_word(sent, file)?;
    match signatures {
        [one] => Ok(one),
        several => Err(format!(
            "{} signatures au lieu d'une : seule l'autorité signe avant l'envoi",
            several.len()
        )),
    }
}

/// The authority's own box.
const ISSUER: &str = "sign-issuer";
/// What to do about a file that was refused.
const AGAIN: &str = "la faire signer de nouveau, telle que missive sign export l'écrit";

/// Whether a file is the letter that was made and one revision of it, which ends the file. Only line ends
/// may follow what the authority signed.
fn last_word(sent: &[u8], file: &[u8]) -> Result<(), String> {
    let Some(added) = file.strip_prefix(sent) else {
        return Err(format!(
            "le fichier a été réécrit : il ne commence pas par les octets de la lettre ; {AGAIN}"
        ));
    };
    let times = |word: &[u8]| added.windows(word.len()).filter(|window| *window == word).count();
    if times(b"%%EOF") > 1 || times(b"startxref") > 1 {
        return Err(format!(
            "le fichier a été enregistré plusieurs fois : la signature de l'autorité doit être le seul ajout, sans horodatage du document ni données de validation après elle ; {AGAIN}"
        ));
    }
    if !without_line_ends(added).ends_with(b"%%EOF") {
        return Err(format!("quelque chose suit la fin du document ; {AGAIN}"));
    }
    Ok(())
}

fn without_line_ends(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
    bytes.get(..end.map_or(0, |at| at + 1)).unwrap_or_default()
}

/// Whether the signature of a file is the authority's, in its place, with nothing after it. `others_sign`
/// says whether others have to sign after it.
fn authority(signature: &Signature, file: &[u8], others_sign: bool) -> Result<(), String> {
    let name = signer_name(signature);
    if signature.integrity != Integrity::Intact {
        let why = signature.checks.iter().find(|check| !check.is_ok());
        let why = why.map_or("signature abîmée".to_owned(), signature_checks::sentence);
        return Err(format!("{name} : {why}"));
    }
    let why = match signature.trust {
        Trust::Trusted => None,
        Trust::UnknownAuthority => Some("n'est pas de ceux de l'autorité (issuer_certificates)"),
        Trust::Expired => {
            Some("est hors de sa période : l'autorité signe avec un certificat en cours")
        }
        Trust::Weak => {
            Some("emploie un algorithme trop faible : régler l'outil sur SHA-256 au moins")
        }
    };
    if let Some(why) = why {
        return Err(format!("signée par {name}, dont le certificat {why}"));
    }
    match signature.places.as_slice() {
        [] => {}
        [one] if one.label == ISSUER => {}
        [_] => {
            return Err(format!(
                "{name} : la signature est montrée hors de la case de l'autorité ; la placer dans cette case, ou ne pas la montrer"
            ));
        }
        _ => {
            return Err(format!(
                "{name} : la signature est montrée à plusieurs endroits ; {AGAIN}"
            ));
        }
    }
    if signature.certification == Some(1) && others_sign {
        return Err(format!(
            "{name} : cette signature certifie le document et interdit de le signer ensuite ; signer sans certifier, ou en permettant les signatures"
        ));
    }
    let covered = usize::try_from(signature.covers).unwrap_or(0);
    let behind = file.get(covered..).unwrap_or_default();
    if covered == 0 || !without_line_ends(behind).is_empty() {
        return Err(format!("{name} : quelque chose suit la signature de l'autorité ; {AGAIN}"));
    }
    Ok(())
}
