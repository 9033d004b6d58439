//! What a return is, from everything that was looked at. Pure: the words are those of the contract.
//!
//! Integrity, content and trust are told apart. A file is `signed` when every signature in it is
//! intact **and** what it shows is what was sent; that a certificate is known or not is said beside,
//! and whether all who should sign did, in the state of the letter: [`super::signers`].

use super::examine::Compared;
use super::pages::{Marks, Origin, Page};
use super::people::People;
use super::signature::{Change, Integrity, Signature, Trust};
use super::signers::{self, Asked};
use super::{Check, box_name};
use crate::plan::history::{ReturnState, SentRevision};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a file, or one letter in it, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every signature is intact, and the content is what was sent.
    Signed,
    /// The letter as it was sent, with no signature.
    UnsignedCopy,
    /// Of a revision that another one replaced.
    Superseded,
    /// Pages of a known letter, waiting for a person's eye.
    Scanned,
    /// Of a known letter, but not what was sent, or a signature is broken.
    Altered,
    /// Nothing tells which letter it is.
    Unknown,
    /// It could not be looked at.
    Unreadable,
    /// The same octets were filed before.
    Duplicate,
}

impl Verdict {
    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::UnsignedCopy => "unsigned-copy",
            Self::Superseded => "superseded",
            Self::Scanned => "scanned",
            Self::Altered => "altered",
            Self::Unknown => "unknown",
            Self::Unreadable => "unreadable",
            Self::Duplicate => "duplicate",
        }
    }

    /// What a person reads: of one file and of several.
    pub fn french(self) -> (&'static str, &'static str) {
        match self {
            Self::Signed => ("signé", "signés"),
            Self::UnsignedCopy => ("copie sans signature", "copies sans signature"),
            Self::Superseded => ("d'une version remplacée", "d'une version remplacée"),
            Self::Scanned => ("numérisé (à relire)", "numérisés (à relire)"),
            Self::Altered => ("modifié", "modifiés"),
            Self::Unknown => ("non reconnu", "non reconnus"),
            Self::Unreadable => ("illisible par missive", "illisibles par missive"),
            Self::Duplicate => ("déjà archivé", "déjà archivés"),
        }
    }

    /// Whether a person has to do something about it.
    pub fn needs_a_person(self) -> bool {
        matches!(self, Self::Scanned | Self::Altered | Self::Unknown | Self::Unreadable)
    }
}

/// What is known of one letter in a file.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// The revision it is of.
    pub known: &'a SentRevision,
    /// Whether another one took its place.
    pub superseded: bool,
    /// The boxes that a return must carry a signature in, as labels.
    pub required: &'a BTreeSet<String>,
    /// Whom the letter names for them.
    pub people: &'a People,
    /// Whether the office chose whose signatures count.
    pub authorities: bool,
    /// The pages of the file that show it, each with the page of the letter.
    pub pages: &'a [(u32, u32)],
    /// The pages of the file, as they were looked at.
    pub looked: &'a [Page],
    /// The signatures in it that were not there when it was sent, each with its box.
    pub signatures: &'a [Signature],
    /// The comparison with what was sent, where the file is no picture.
    pub compared: Option<&'a Compared>,
    /// Ink on a picture of a page: letter's page, and what was seen.
    pub marks: &'a [(u32, Marks)],
}

/// What one letter in a file is.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The word.
    pub verdict: Verdict,
    /// Where that puts the return.
    pub state: ReturnState,
    /// What was looked at.
    pub checks: Vec<Check>,
    /// Ink in the boxes to sign, in hundredths: sorts a queue, decides nothing.
    pub hint: u32,
}

fn check(name: &str, ok: bool, detail: impl Into<String>) -> Check {
    Check { check: name.to_owned(), ok, detail: detail.into() }
}

/// Judges one letter.
pub fn judge(evidence: &Evidence<'_>) -> Judged {
    let mut checks = Vec::new();
    complete(evidence, &mut checks);
    let same = evidence.compared.map(|own| same_content(own, &mut checks));
    let pictures = are_pictures(evidence.looked, evidence.pages);
    let verdict = match (evidence.signatures, same) {
        ([], Some(Same::Untouched)) => Verdict::UnsignedCopy,
        ([], Some(Same::Filled)) => {
            let detail = "aucune signature électronique : ce qui est écrit ou dessiné dans les cases est à relire";
            checks.push(check("signature", false, detail));
            Verdict::Scanned
        }
        ([], Some(Same::Doubtful { shows: false })) => Verdict::UnsignedCopy,
        ([], Some(Same::Doubtful { .. })) => Verdict::Scanned,
        ([], Some(Same::Other)) if !pictures => Verdict::Altered,
        ([], _) => Verdict::Scanned,
        (signatures, same) => match (signed(signatures, &mut checks), same) {
            (true, Some(Same::Untouched | Same::Filled)) => Verdict::Signed,
            // Somebody signed a picture of the letter, or several letters at once: only an eye can
            // tell what that shows.
            (true, None | Some(Same::Doubtful { .. })) => Verdict::Scanned,
            (true, _) if pictures => Verdict::Scanned,
            _ => Verdict::Altered,
        },
    };
    let hint = ink(evidence, &mut checks);
    let (verdict, state) = match verdict {
        Verdict::Signed | Verdict::Scanned | Verdict::UnsignedCopy if evidence.superseded => {
            let detail = format!(
                "c'est la révision {} : une plus récente l'a remplacée",
                evidence.known.number
            );
            checks.push(check("current", false, detail));
            (Verdict::Superseded, ReturnState::Superseded)
        }
        Verdict::Signed => {
            let asked = Asked {
                boxes: evidence.required,
                people: evidence.people,
                authorities: evidence.authorities,
            };
            let (state, told) = signers::count(&asked, evidence.signatures);
            checks.extend(told);
            (verdict, state)
        }
        Verdict::UnsignedCopy => (verdict, ReturnState::NotSigned),
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
        checks.push(check("sent", false, detail));
    }
    if evidence.known.withdrawn {
        checks.push(check("called-for", false, "cette lettre a été retirée de la campagne"));
    }
    Judged { verdict, state, checks, hint }
}

/// Whether every page of the letter is there, once.
fn complete(evidence: &Evidence<'_>, checks: &mut Vec<Check>) {
    let there: BTreeSet<u32> = evidence.pages.iter().map(|(_, of)| *of).collect();
    let missing: Vec<String> = (1..=evidence.known.pages)
        .filter(|page| !there.contains(page))
        .map(|page| page.to_string())
        .collect();
    let total = evidence.known.pages;
    checks.push(match missing.as_slice() {
        [] => check("pages", true, format!("les {total} pages de la lettre sont là")),
        [one] => check("pages", false, format!("il manque la page {one} sur {total}")),
        several => {
            check("pages", false, format!("il manque les pages {} sur {total}", several.join(", ")))
        }
    });
    let order: Vec<u32> = evidence.pages.iter().map(|(_, of)| *of).collect();
    if !order.is_sorted() {
        checks.push(check("order", true, "les pages ne sont pas dans l'ordre"));
    }
    if order.len() > there.len() {
        checks.push(check("order", true, "une page est là plusieurs fois"));
    }
    let turned: BTreeSet<u32> = evidence
        .looked
        .iter()
        .filter(|page| page.codes.iter().any(|code| code.turn != 0))
        .map(|page| page.number)
        .filter(|number| evidence.pages.iter().any(|(page, _)| page == number))
        .collect();
    if !turned.is_empty() {
        let pages: Vec<String> = turned.iter().map(u32::to_string).collect();
        let word = if pages.len() > 1 { "pages" } else { "page" };
        checks.push(check("turned", true, format!("de travers : {word} {}", pages.join(", "))));
    }
}

/// Whether some of these pages are pictures, which say nothing about the octets that were sent: one
/// image, or several, or anything drawn without a letter of text.
pub fn are_pictures(looked: &[Page], numbers: &[(u32, u32)]) -> bool {
    numbers.iter().any(|(number, _)| {
        let page = looked.iter().find(|page| page.number == *number);
        page.is_none_or(|page| {
            let text = page.text.as_deref().unwrap_or_default();
            page.source != Origin::Rendered || text.trim().is_empty()
        })
    })
}

/// What the comparison with the letter as sent says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Same {
    /// Nothing was changed.
    Untouched,
    /// Only the boxes to sign and to write in were filled.
    Filled,
    /// Nothing else shows, but only a person can tell that it is the letter; with or without
    /// something in the boxes, or pages drawn anew.
    Doubtful { shows: bool },
    /// Something else was changed.
    Other,
}

fn same_content(compared: &Compared, checks: &mut Vec<Check>) -> Same {
    let comparison = &compared.comparison;
    checks.push(match (comparison.prefix, comparison.rewritten) {
        (true, _) => check("prefix", true, "commence par les octets mêmes qui ont été envoyés"),
        (false, true) => check(
            "prefix",
            true,
            "un logiciel a réécrit le fichier : les octets ne sont plus les mêmes, seul le contenu peut être comparé",
        ),
        (false, false) => check("prefix", false, "ne commence pas par les octets envoyés"),
    });
    for change in &comparison.changes {
        let mut detail = change.detail.clone();
        if let Some(text) = &change.text {
            detail = format!("{detail} : « {text} »");
        }
        checks.push(check("objects", change.allowed && !change.review, detail));
    }
    for (page, _) in (1..).zip(&comparison.text_same).filter(|(_, same)| !**same) {
        let page: u32 = page;
        let detail =
            format!("page {page} : les mots qu'un logiciel y lit ne sont pas ceux de la lettre");
        checks.push(check("words", false, detail));
    }
    let undrawn: Vec<u32> =
        compared.differences.iter().filter(|own| own.undrawn).map(|own| own.page).collect();
    let mut read_otherwise = false;
    for own in compared.differences.iter().filter(|own| own.read_otherwise) {
        let page = own.page;
        let detail = format!(
            "page {page} : un logiciel y lit des mots que la lettre n'a pas, visibles ou non"
        );
        checks.push(check("words", false, detail));
        read_otherwise = true;
    }
    for page in &undrawn {
        let detail = format!("page {page} : quelque chose n'a pas pu être dessiné");
        checks.push(check("drawn", false, detail));
    }
    let outside: Vec<u32> = compared
        .differences
        .iter()
        .filter(|page| page.outside > 0 || page.size_changed)
        .map(|page| page.page)
        .collect();
    let inside: BTreeSet<&str> = compared
        .differences
        .iter()
        .flat_map(|page| &page.inside)
        .filter(|(_, pixels)| *pixels > 0)
        .map(|(label, _)| label.as_str())
        .collect();
    match outside.as_slice() {
        [] => checks.push(check(
            "render",
            true,
            match inside.is_empty() {
                true => "les pages sont dessinées comme celles qui ont été envoyées",
                false => {
                    "hors des cases, les pages sont dessinées comme celles qui ont été envoyées"
                }
            },
        )),
        pages => {
            let pages: Vec<String> = pages.iter().map(u32::to_string).collect();
            let word = if pages.len() > 1 { "pages" } else { "page" };
            let detail = format!("autre chose que la lettre envoyée, {word} {}", pages.join(", "));
            checks.push(check("render", false, detail));
        }
    }
    let forbidden = comparison.changes.iter().any(|change| !change.allowed);
    match (outside.is_empty() && !forbidden, inside.is_empty()) {
        (false, _) => Same::Other,
        _ if comparison.needs_review() || !undrawn.is_empty() || read_otherwise => Same::Doubtful {
            shows: !inside.is_empty()
                || !undrawn.is_empty()
                || read_otherwise
                || comparison.changes.iter().any(Change::shows),
        },
        (true, true) if !comparison.changes.iter().any(Change::shows) => Same::Untouched,
        (true, _) => Same::Filled,
    }
}

/// What a file shows that the letter did not, outside the boxes; nothing when it is the same.
pub fn other_content(compared: &Compared) -> Option<String> {
    content_that(compared, |same| same == Same::Other)
}

/// Why only a person can tell that a file is the letter; nothing where that is proven.
pub fn doubtful_content(compared: &Compared) -> Option<String> {
    content_that(compared, |same| matches!(same, Same::Doubtful { .. }))
}

fn content_that(compared: &Compared, is: impl Fn(Same) -> bool) -> Option<String> {
    let mut checks = Vec::new();
    let same = same_content(compared, &mut checks);
    let failed = checks.into_iter().filter(|check| !check.ok && check.check != "prefix");
    let details: Vec<String> = failed.map(|check| check.detail).collect();
    is(same).then(|| details.join(" ; "))
}

/// Whether every signature is intact; each is told.
fn signed(signatures: &[Signature], checks: &mut Vec<Check>) -> bool {
    for own in signatures {
        // That nobody vouches for a certificate is told below, once.
        let broken = own.integrity != Integrity::Ok;
        for failed in own.checks.iter().filter(|check| !check.ok && broken) {
            let mut told = failed.clone();
            told.detail = format!("{} : {}", own.signer, told.detail);
            checks.push(told);
        }
        let trust = match own.trust {
            Trust::Trusted => "certificat d'une autorité choisie par le service",
            Trust::UnknownAuthority => {
                "certificat d'une autorité que le service n'a pas choisie : le nom n'est pas prouvé"
            }
            Trust::Expired => "certificat hors de sa période, à l'heure qui peut être retenue",
            Trust::Weak => "algorithme trop faible pour prouver quoi que ce soit",
        };
        let when = own.when().map_or(String::new(), |when| format!(", signé le {when}"));
        let detail = format!("{} : {trust}{when}", own.name());
        checks.push(check("trust", own.trust == Trust::Trusted, detail));
    }
    signatures.iter().all(|own| own.integrity == Integrity::Ok)
}

/// Share of dark pixels in a box from which there is probably something in it.
const INKED: f32 = 0.004;

/// What is in the boxes of a picture; tells it, and gives a number to sort by.
fn ink(evidence: &Evidence<'_>, checks: &mut Vec<Check>) -> u32 {
    let mut signed = 0;
    for (page, marks) in evidence.marks {
        if !marks.registered {
            let detail = format!("la page {page} n'a pas pu être superposée à celle envoyée");
            checks.push(check("registered", false, detail));
            continue;
        }
        for own in &marks.boxes {
            let inked = own.ink >= INKED;
            if inked && evidence.required.contains(&own.label) {
                signed += 1;
            }
            let place = box_name(&own.label);
            checks.push(match inked {
                true => check("ink", true, format!("de l'encre dans {place}")),
                false => check("ink", true, format!("rien dans {place}")),
            });
        }
        if !marks.outside_regions.is_empty() {
            let detail = format!(
                "page {page} : quelque chose de plus ou de moins hors des cases (rature, ajout ?)"
            );
            checks.push(check("outside", false, detail));
        }
    }
    u32::try_from(signed * 100 / evidence.required.len().max(1)).unwrap_or(0)
}
