//! The verdict on one letter in a file, from all that was found out about it. Pure.
//!
//! Integrity, content and trust are separate questions. A letter is `signed` if every signature is intact
//! **and** the file shows what was sent. Whether the certificates are known is one of the checks; whether
//! everybody signed who should is in the state of the letter: [`crate::archive::signers`].

use super::content_comparison::{ContentDifference, content_difference};
use super::return_verdict::ReturnVerdict;
use crate::archive::check::Check;
use crate::archive::examiner::{ComparedFile, PageInk};
use crate::archive::identify::RecognisedPage;
use crate::archive::signers::count_signatures::{RequiredSignatures, count_signatures};
use crate::archive::signers::people::LetterPeople;
use crate::archive::wording::boxes::box_name;
use crate::archive::wording::signature_checks::sentence;
use crate::archive::wording::signing_time::{signer_name, signing_time};
use crate::letter::french::{count, noun};
use crate::plan::history::{ReturnState, SentRevision};
use page_scan::{PageOrigin, ScannedPage};
use pdf_signature::{Integrity, Signature, Trust};
use std::collections::BTreeSet;

/// Share of new ink in a box from which it probably holds handwriting.
const MIN_INK_SHARE: f32 = 0.004;

/// What was found out about one letter in a file.
#[derive(Debug)]
pub struct LetterEvidence {
    /// The revision it is.
    pub known: SentRevision,
    /// Whether another revision has replaced it.
    pub is_superseded: bool,
    /// Labels of the boxes that must be signed.
    pub required: BTreeSet<String>,
    /// The persons whom the letter names for these boxes.
    pub people: LetterPeople,
    /// Whether the office has chosen whose signatures count.
    pub authorities_are_chosen: bool,
    /// The pages of the file that show it.
    pub pages: Vec<RecognisedPage>,
    /// The signatures that were added after it was sent, each with its box.
    pub signatures: Vec<Signature>,
    /// The comparison with the letter as it was sent, unless the file is a scan.
    pub compared: Option<ComparedFile>,
    /// The handwriting on scans, by the number of the letter's page.
    pub ink: Vec<PageInk>,
}

/// The verdict on one letter.
#[derive(Clone, Debug, PartialEq)]
pub struct LetterVerdict {
    /// What the returned letter is.
    pub verdict: ReturnVerdict,
    /// The state in which it puts the return.
    pub state: ReturnState,
    /// The checks that led to it.
    pub checks: Vec<Check>,
    /// Share of the boxes to sign that hold ink, in hundredths. It sorts a queue and decides nothing.
    pub hint: u32,
    /// The boxes that are signed for certain by intact signatures, as labels.
    pub signed_boxes: BTreeSet<String>,
}

/// Judges one letter; `pages` are all pages of its file.
pub fn judge_letter(evidence: &LetterEvidence, pages: &[ScannedPage]) -> LetterVerdict {
    let mut checks = Vec::new();
    completeness(evidence, pages, &mut checks);
    let verdict = content_verdict(evidence, pages, &mut checks);
    let hint = ink_hint(evidence, &mut checks);
    let mut signed_boxes = BTreeSet::new();
    let (verdict, state) = match verdict {
        ReturnVerdict::Signed | ReturnVerdict::Scanned | ReturnVerdict::UnsignedCopy
            if evidence.is_superseded =>
        {
            let detail = format!(
                "c'est la révision {} : une plus récente l'a remplacée",
                evidence.known.number
            );
            checks.push(Check::new("current", false, detail));
            (ReturnVerdict::Superseded, ReturnState::Superseded)
        }
        ReturnVerdict::Signed => {
            let asked = RequiredSignatures {
                boxes: &evidence.required,
                people: &evidence.people,
                authorities_chosen: evidence.authorities_are_chosen,
            };
            let counted = count_signatures(&asked, &evidence.signatures);
            checks.extend(counted.checks);
            signed_boxes = counted.signed_boxes;
            match filled_after_all(&evidence.signatures) {
                true => {
                    let detail =
                        "un champ a été rempli après la dernière signature : personne ne l'a signé";
                    checks.push(Check::new("filled-after", false, detail));
                    (verdict, ReturnState::ToReview)
                }
                false => (verdict, counted.state),
            }
        }
        ReturnVerdict::UnsignedCopy => (verdict, ReturnState::NotSigned),
        _ => (verdict, ReturnState::ToReview),
    };
    if !evidence.known.has_left() {
        let detail = match evidence.known.void {
            true => {
                "cette version a été déposée puis remplacée : son retour montre que quelqu'un l'a envoyée"
            }
            false => {
                "missive ne sait pas que cette lettre est partie : son retour montre que quelqu'un l'a envoyée"
            }
        };
        checks.push(Check::new("sent", false, detail));
    }
    if evidence.known.withdrawn {
        let detail = "cette lettre a été retirée de la campagne";
        checks.push(Check::new("called-for", false, detail));
    }
    LetterVerdict { verdict, state, checks, hint, signed_boxes }
}

/// The verdict by signatures and content, regardless of what happened to the letter since.
fn content_verdict(
    evidence: &LetterEvidence,
    pages: &[ScannedPage],
    checks: &mut Vec<Check>,
) -> ReturnVerdict {
    let difference =
        evidence.compared.as_ref().map(|compared| content_difference(compared, checks));
    let has_pictures = are_pictures(pages, &evidence.pages);
    if evidence.signatures.is_empty() {
        return match difference {
            Some(
                ContentDifference::Unchanged | ContentDifference::NeedsReview { is_visible: false },
            ) => ReturnVerdict::UnsignedCopy,
            Some(ContentDifference::BoxesOnly) => {
                let detail = "aucune signature électronique : ce qui est écrit ou dessiné dans les cases est à relire";
                checks.push(Check::new("signature", false, detail));
                ReturnVerdict::Scanned
            }
            Some(ContentDifference::Other) if !has_pictures => ReturnVerdict::Altered,
            Some(ContentDifference::NeedsReview { .. } | ContentDifference::Other) | None => {
                ReturnVerdict::Scanned
            }
        };
    }
    match (signature_checks(&evidence.signatures, checks), difference) {
        (true, Some(ContentDifference::Unchanged | ContentDifference::BoxesOnly)) => {
            ReturnVerdict::Signed
        }
        // A signed picture of the letter, or several letters in one signed file: only a person can tell
        // what it shows.
        (true, None | Some(ContentDifference::NeedsReview { .. })) => ReturnVerdict::Scanned,
        (true, _) if has_pictures => ReturnVerdict::Scanned,
        _ => ReturnVerdict::Altered,
    }
}

/// Whether a field was filled in that none of the signatures covers.
fn filled_after_all(signatures: &[Signature]) -> bool {
    let last = signatures.iter().max_by_key(|signature| signature.covers);
    last.is_some_and(Signature::is_filled_in_afterwards)
}

/// Whether every page of the letter is there once, in order and upright.
fn completeness(evidence: &LetterEvidence, pages: &[ScannedPage], checks: &mut Vec<Check>) {
    let there: BTreeSet<u32> = evidence.pages.iter().map(|shown| shown.letter_page).collect();
    let missing: Vec<String> = (1..=evidence.known.pages)
        .filter(|page| !there.contains(page))
        .map(|page| page.to_string())
        .collect();
    let total = evidence.known.pages;
    checks.push(match missing.as_slice() {
        [] => Check::new(
            "pages",
            true,
            format!("la lettre est entière : {}", count(total as usize, "page", "pages")),
        ),
        [one] => Check::new("pages", false, format!("il manque la page {one} sur {total}")),
        several => Check::new(
            "pages",
            false,
            format!("il manque les pages {} sur {total}", several.join(", ")),
        ),
    });
    let order: Vec<u32> = evidence.pages.iter().map(|shown| shown.letter_page).collect();
    if !order.is_sorted() {
        checks.push(Check::new("order", true, "les pages ne sont pas dans l'ordre"));
    }
    if order.len() > there.len() {
        checks.push(Check::new("order", true, "une page est là plusieurs fois"));
    }
    let rotated: BTreeSet<u32> = pages
        .iter()
        .filter(|page| page.codes.iter().any(|code| code.turn != 0))
        .map(|page| page.number)
        .filter(|number| evidence.pages.iter().any(|shown| shown.page == *number))
        .collect();
    if !rotated.is_empty() {
        let list: Vec<String> = rotated.iter().map(u32::to_string).collect();
        let word = noun(list.len(), "page", "pages");
        checks.push(Check::new("turned", true, format!("de travers : {word} {}", list.join(", "))));
    }
}

/// Whether some of these pages are pictures, which say nothing about the octets that were sent: one
/// image, several images, or anything rendered without text.
pub fn are_pictures(pages: &[ScannedPage], shown: &[RecognisedPage]) -> bool {
    shown.iter().any(|shown| {
        let page = pages.iter().find(|page| page.number == shown.page);
        page.is_none_or(|page| {
            let text = page.text.as_deref().unwrap_or_default();
            page.source != PageOrigin::Rendered || text.trim().is_empty()
        })
    })
}

/// Adds a check for each signature; gives whether all are intact.
fn signature_checks(signatures: &[Signature], checks: &mut Vec<Check>) -> bool {
    for signature in signatures {
        // An unknown certificate is a check below; here only what breaks the signature.
        let is_broken = signature.integrity != Integrity::Intact;
        for failed in signature.checks.iter().filter(|check| !check.is_ok() && is_broken) {
            let detail = format!("{} : {}", signature.signer, sentence(failed));
            checks.push(Check::new(failed.name(), false, detail));
        }
        let trust = match signature.trust {
            Trust::Trusted => "certificat d'une autorité choisie par le service",
            Trust::UnknownAuthority => {
                "certificat d'une autorité que le service n'a pas choisie : le nom n'est pas prouvé"
            }
            Trust::Expired => "certificat hors de sa période, à l'heure qui peut être retenue",
            Trust::Weak => "algorithme trop faible pour prouver quoi que ce soit",
        };
        let when =
            signing_time(signature).map_or(String::new(), |when| format!(", signé le {when}"));
        let detail = format!("{} : {trust}{when}", signer_name(signature));
        checks.push(Check::new("trust", signature.trust == Trust::Trusted, detail));
    }
    signatures.iter().all(|signature| signature.integrity == Integrity::Intact)
}

/// Adds the ink in the boxes of scans; gives [`LetterVerdict::hint`].
fn ink_hint(evidence: &LetterEvidence, checks: &mut Vec<Check>) -> u32 {
    let mut signed = 0;
    for PageInk { page, diff } in &evidence.ink {
        if !diff.registered {
            let detail = format!("la page {page} n'a pas pu être superposée à celle envoyée");
            checks.push(Check::new("registered", false, detail));
            continue;
        }
        for area in &diff.boxes {
            let is_inked = area.ink >= MIN_INK_SHARE;
            if is_inked && evidence.required.contains(&area.label) {
                signed += 1;
            }
            let name = box_name(&area.label);
            let detail = match is_inked {
                true => format!("de l'encre dans {name}"),
                false => format!("rien dans {name}"),
            };
            checks.push(Check::new("ink", true, detail));
        }
        if !diff.outside_regions.is_empty() {
            let detail = format!(
                "page {page} : quelque chose de plus ou de moins hors des cases (rature, ajout ?)"
            );
            checks.push(Check::new("outside", false, detail));
        }
    }
    u32::try_from(signed * 100 / evidence.required.len().max(1)).unwrap_or(0)
}
