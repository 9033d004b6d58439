//! Letters that the authority signs before they are sent: out to its signing tool, and back.
//!
//! A file that comes back becomes the bytes that are sent only when it is proven to be our letter,
//! unchanged, with one intact signature of that authority in its own box or in none, and nothing
//! behind it. What was rendered stays in the store.

use crate::archive::content_comparison::{doubtful_content, other_content};
use crate::archive::examiner::FileExaminer;
use crate::archive::file_kind::FileKind;
use crate::archive::identify::Catalogue;
use crate::archive::intake::item::{IntakeProblem, Item, Limits};
use crate::archive::intake::walk::walk;
use crate::archive::signature_places::label_places;
use crate::archive::wording::signature_checks;
use crate::archive::wording::signing_time::signer_name;
use crate::ledger::{Ledger, LedgerError};
use crate::plan::history::{CampaignHistory, RevisionEntry, SentRevision};
use jiff::Timestamp;
use page_area::PageArea;
use pdf_signature::{Integrity, Signature, Trust, TrustStore};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// A letter that is to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsigned {
    /// Its name.
    pub reference: String,
    /// The revision, by number in the ledger.
    pub row: i64,
    /// The number of the revision.
    pub number: u32,
    /// The PDF, in the ledger's store.
    pub rendered: String,
    /// Its school.
    pub uai: String,
}

impl Unsigned {
    /// The name of its file.
    pub fn file(&self) -> String {
        format!("{}.r{}.pdf", self.reference, self.number)
    }
}

/// The letters of a campaign that were made, have not left, and are not signed yet; and how many
/// are signed.
pub fn unsigned(past: &CampaignHistory) -> (Vec<Unsigned>, usize) {
    let own = |(reference, uai, draft): (&String, &String, &RevisionEntry)| Unsigned {
        reference: reference.clone(),
        row: draft.id,
        number: draft.issue.revision,
        rendered: draft.rendered.clone(),
        uai: uai.clone(),
    };
    let drafts = past.letters.iter().filter(|(_, letter)| !letter.withdrawn);
    let drafts =
        drafts.filter_map(|(name, letter)| Some((name, &letter.uai, letter.draft.as_ref()?)));
    let (ready, signed): (Vec<_>, Vec<_>) =
        drafts.partition(|(.., draft)| draft.issued == draft.rendered);
    (ready.into_iter().map(own).collect(), signed.len())
}

/// What became of a file that came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Where it was found.
    pub label: String,
    /// The letter, if it was recognised.
    pub reference: Option<String>,
    /// Who signed.
    pub signer: String,
    /// Why it was not taken; nothing when it was.
    pub refused: Option<String>,
    /// Whether it was taken before.
    pub before: bool,
}

/// What files are held against.
pub struct Counter<'a> {
    /// The ledger, open for writing.
    pub ledger: &'a Ledger,
    /// Every revision.
    pub catalogue: &'a Catalogue,
    /// The letters that have not left: number in the ledger.
    pub ready: &'a BTreeSet<i64>,
    /// The certificates of the authority, or those that vouch for them.
    pub authorities: &'a TrustStore,
    /// The moment.
    pub now: Timestamp,
}

/// Takes signed letters back. The first error of the ledger ends it.
pub fn import(
    counter: &Counter<'_>,
    paths: &[PathBuf],
    mut told: impl FnMut(&Answer),
) -> (Vec<IntakeProblem>, Result<(), LedgerError>) {
    let mut troubles = Vec::new();
    let mut ended = Ok(());
    let mut taken: BTreeMap<i64, String> = BTreeMap::new();
    for path in paths {
        let found = walk(path, &Limits::default(), &mut |item| {
            // The list that was written beside the letters is no letter.
            if item.kind != FileKind::Pdf {
                return ControlFlow::Continue(());
            }
            match take(counter, &item, &mut taken) {
                Ok(answer) => {
                    told(&answer);
                    ControlFlow::Continue(())
                }
                Err(error) => {
                    ended = Err(error);
                    ControlFlow::Break(())
                }
            }
        });
        troubles.extend(found.problems());
        if ended.is_err() {
            break;
        }
    }
    (troubles, ended)
}

fn take(
    counter: &Counter<'_>,
    item: &Item,
    taken: &mut BTreeMap<i64, String>,
) -> Result<Answer, LedgerError> {
    let mut answer = Answer {
        label: item.label.clone(),
        reference: None,
        signer: String::new(),
        refused: None,
        before: false,
    };
    match prove(counter, item, &mut answer) {
        Err(why) => {
            counter.ledger.ensure_sound()?;
            answer.refused = Some(why);
        }
        Ok(Some(known)) if taken.contains_key(&known.id) => {
            let other = taken.get(&known.id).map_or("", String::as_str);
            answer.refused = Some(format!("cette lettre est déjà reprise de {other}"));
        }
        Ok(Some(known)) => {
            let issued = counter.ledger.store.put(&item.bytes)?;
            counter.ledger.write(|change| {
                change.countersign(known.id, &known.reference, &issued, &answer.signer)
            })?;
            taken.insert(known.id, item.label.clone());
        }
        Ok(None) => answer.before = true,
    }
    Ok(answer)
}

/// Proves that a file is one of our letters with a signature of the authority; nothing when it is
/// exactly what was taken before.
fn prove(
    counter: &Counter<'_>,
    item: &Item,
    answer: &mut Answer,
) -> Result<Option<SentRevision>, String> {
    let mut examiner = match FileExaminer::start(item.kind) {
        Some(examiner) => examiner.map_err(|why| why.to_string())?,
        None => return Err("ce n'est pas un PDF".to_owned()),
    };
    let contents = examiner.contents(&item.bytes, counter.authorities, counter.now);
    let contents = contents.map_err(|why| why.to_string())?;
    let prefix = counter.catalogue.starts_with(&item.bytes);
    let identified = match prefix {
        Some(at) => counter.catalogue.by_prefix(at),
        None => counter.catalogue.by_pages(&contents.pages),
    };
    let found = match identified.letters.as_slice() {
        [one] => counter.catalogue.get(one.at),
        _ => None,
    };
    let known = found.ok_or("aucune lettre de missive n'est reconnue dans ce fichier")?;
    answer.reference = Some(known.reference.clone());
    let stored = counter.ledger.stored(known.id).map_err(|error| error.to_string())?;
    // What was taken before, and nothing else: not the letter itself, which nobody signed.
    if crate::files::sha256(&item.bytes) == known.issued && known.issued != stored.rendered {
        return Ok(None);
    }
    if known.has_left() {
        return Err("cette lettre est déjà partie : elle ne change plus".to_owned());
    }
    if known.void || known.withdrawn {
        return Err(
            "cette lettre a changé depuis qu'elle a été donnée à signer : la faire signer de nouveau"
                .to_owned(),
        );
    }
    if !counter.ready.contains(&known.id) {
        return Err("cette lettre n'attend pas de signature".to_owned());
    }
    let missing = || "la lettre manque au journal : missive ledger verify".to_owned();
    // Another signature may take the place of one that was taken before, until the letter leaves.
    let sent = counter.ledger.store.get(&stored.rendered).map_err(|_| missing())?;
    let boxes = counter.ledger.boxes(known.id).map_err(|error| error.to_string())?;
    let areas: Vec<PageArea> = serde_json::from_str(&boxes).map_err(|error| error.to_string())?;
    // Only the authority's own box may hold its signature.
    let (own, others): (Vec<PageArea>, Vec<PageArea>) =
        areas.into_iter().partition(|area| area.label == ISSUER);
    let compared = examiner.compare(&sent, &item.bytes, &own).map_err(|why| why.to_string())?;
    if let Some(why) = other_content(&compared) {
        return Err(format!("ce n'est plus la lettre que missive a faite : {why}"));
    }
    let mut signatures = contents.signatures.map(|own| own.signatures).unwrap_or_default();
    let pages: Vec<(u32, u32)> = (1..=known.pages).map(|page| (page, page)).collect();
    label_places(&mut signatures, &own, &pages);
    if signatures.is_empty() {
        return Err("aucune signature électronique".to_owned());
    }
    last_word(&sent, &item.bytes)?;
    let signature = match signatures.as_slice() {
        [one] => one,
        several => {
            return Err(format!(
                "{} signatures au lieu d'une : seule l'autorité signe avant l'envoi",
                several.len()
            ));
        }
    };
    let countersigned = others.iter().any(|area| area.label.starts_with("sign-"));
    authority(signature, &item.bytes, countersigned)?;
    if let Some(why) = doubtful_content(&compared) {
        return Err(format!(
            "rien ne prouve que c'est la lettre que missive a faite : {why} ; {AGAIN}"
        ));
    }
    answer.signer = signature.signer.clone();
    Ok(Some(known.clone()))
}

/// The authority's own box.
const ISSUER: &str = "sign-issuer";
/// What to do about a file that is not as it should be.
const AGAIN: &str = "la faire signer de nouveau, telle que missive sign export l'écrit";

/// Whether a file is the letter that was made and one revision, which ends the file: line ends
/// aside, nothing may follow what the authority signed.
fn last_word(sent: &[u8], file: &[u8]) -> Result<(), String> {
    let Some(added) = file.strip_prefix(sent) else {
        return Err(format!(
            "le fichier a été réécrit : il ne commence pas par les octets de la lettre ; {AGAIN}"
        ));
    };
    let times = |word: &[u8]| added.windows(word.len()).filter(|own| *own == word).count();
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
    let end = bytes.iter().rposition(|own| !matches!(own, b'\r' | b'\n'));
    bytes.get(..end.map_or(0, |at| at + 1)).unwrap_or_default()
}

/// Whether the one signature of a file is the authority's, in its place and the last word.
/// `countersigned`: others sign after it.
fn authority(own: &Signature, file: &[u8], countersigned: bool) -> Result<(), String> {
    let name = signer_name(own);
    if own.integrity != Integrity::Ok {
        let why = own.checks.iter().find(|check| !check.is_ok());
        let why = why.map_or("signature abîmée".to_owned(), signature_checks::sentence);
        return Err(format!("{name} : {why}"));
    }
    let why = match own.trust {
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
    match own.places.as_slice() {
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
    if own.certification == Some(1) && countersigned {
        return Err(format!(
            "{name} : cette signature certifie le document et interdit de le signer ensuite ; signer sans certifier, ou en permettant les signatures"
        ));
    }
    let covered = usize::try_from(own.covers).unwrap_or(0);
    let behind = file.get(covered..).unwrap_or_default();
    if covered == 0 || !without_line_ends(behind).is_empty() {
        return Err(format!("{name} : quelque chose suit la signature de l'autorité ; {AGAIN}"));
    }
    Ok(())
}
