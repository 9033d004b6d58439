//! Which signatures count for which box of a letter. Pure.
//!
//! A signature that a page shows counts for the box that it lies in, one that no page shows for a
//! box that nobody else signed. A person counts once, whatever the number of certificates for one
//! key. Where the service chose authorities, only certificates that lead to them count
//! automatically; a person decides about the others.

use super::box_assignment::assign_boxes;
use super::people::{LetterPeople, mixes_alphabets, words};
use crate::archive::check::Check;
use crate::archive::wording::boxes::box_name;
use crate::archive::wording::signing_time::signer_name;
use crate::letter::french::count;
use crate::plan::history::ReturnState;
use pdf_signature::{Signature, Trust};
use std::collections::{BTreeMap, BTreeSet};

/// The box where the authority signs, before the letter leaves.
const ISSUER_BOX: &str = "sign-issuer";
/// What a person does about what missive does not decide.
const REVIEW_COMMAND: &str = "une personne le dit : missive archive review";

/// What a letter asks for.
#[derive(Clone, Copy, Debug)]
pub struct RequiredSignatures<'a> {
    /// The boxes that a return must carry a signature in, as labels.
    pub boxes: &'a BTreeSet<String>,
    /// Whom the letter names for them.
    pub people: &'a LetterPeople,
    /// Whether the service chose authorities, so that only their signers count by themselves.
    pub authorities_chosen: bool,
}

/// What was found, and whether a person has to decide.
#[derive(Debug, Default)]
struct CountReport {
    checks: Vec<Check>,
    in_doubt: bool,
}

impl CountReport {
    fn add(&mut self, name: &str, ok: bool, detail: String) {
        self.checks.push(Check::new(name, ok, detail));
    }

    /// Adds a question that a person has to decide.
    fn add_doubt(&mut self, name: &str, detail: &str) {
        self.add(name, false, format!("{detail} ; {REVIEW_COMMAND}"));
        self.in_doubt = true;
    }
}

/// A signature, and the boxes that it may count for.
struct CountableSignature<'a> {
    signature: &'a Signature,
    boxes: BTreeSet<&'a str>,
}

/// A person, with the signatures that may count.
struct Signer<'a> {
    signatures: Vec<CountableSignature<'a>>,
}

impl<'a> Signer<'a> {
    fn name(&self) -> &'a str {
        self.signatures.first().map_or("", |countable| signer_name(countable.signature))
    }

    /// The boxes that one of the signatures may count for.
    fn boxes(&self) -> BTreeSet<&'a str> {
        self.signatures.iter().flat_map(|countable| countable.boxes.iter().copied()).collect()
    }

    /// The boxes that pages show the signatures in.
    fn boxes_shown(&self) -> BTreeSet<&'a str> {
        let signatures = self.signatures.iter().map(|countable| countable.signature);
        let places = signatures.flat_map(|signature| &signature.places);
        let labels = places.map(|place| place.label.as_str());
        labels.filter(|label| self.boxes().contains(label)).collect()
    }

    /// Whether another signature is of the same certificate or the same key.
    fn has_signed(&self, other: &Signature) -> bool {
        let is_same = |one: &str, two: &str| !one.is_empty() && one == two;
        self.signatures.iter().map(|countable| countable.signature).any(|signature| {
            is_same(&signature.fingerprint, &other.fingerprint)
                || is_same(&signature.key, &other.key)
        })
    }
}

/// What the signatures of a letter come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureCount {
    /// What they make of the return.
    pub state: ReturnState,
    /// What is to be said of them.
    pub checks: Vec<Check>,
    /// The boxes that are signed for certain, whether a page shows it or not. A signature that fits several
    /// boxes, some of which nobody else signed, is of none of them for certain.
    pub signed_boxes: BTreeSet<String>,
}

/// How many of the required signatures are there, all of them intact: what that makes of the return,
/// and what is to be said of it.
pub fn count_signatures(
    required: &RequiredSignatures<'_>,
    signatures: &[Signature],
) -> SignatureCount {
    let mut report = CountReport::default();
    // A letter that asks for no box has enough with any signature.
    let boxes: BTreeSet<&str> = match required.boxes.is_empty() {
        true => BTreeSet::from([""]),
        false => required.boxes.iter().map(String::as_str).collect(),
    };
    let mut signers: Vec<Signer<'_>> = Vec::new();
    for signature in signatures {
        let Some(may_count_for) = boxes_for(required, &boxes, signature, &mut report) else {
            continue;
        };
        let countable = CountableSignature { signature, boxes: may_count_for };
        match signers.iter_mut().find(|signer| signer.has_signed(signature)) {
            Some(signer) => signer.signatures.push(countable),
            None => signers.push(Signer { signatures: vec![countable] }),
        }
    }
    let filled = fill_boxes(&boxes, &signers);
    report_repeated(&boxes, &signers, &mut report);
    report_same_names(&filled, &signers, &mut report);
    for (label, at) in &filled {
        if let Some(signer) = signers.get(*at) {
            compare_name(required, label, signer.name(), &mut report);
        }
    }
    let state = summarise(&boxes, &filled, &mut report);
    let signed_boxes = certain_boxes(&boxes, &filled, &signers);
    SignatureCount { state, checks: report.checks, signed_boxes }
}

/// The boxes whose signer can have signed no other, or that are all signed.
fn certain_boxes(
    boxes: &BTreeSet<&str>,
    filled: &BTreeMap<&str, usize>,
    signers: &[Signer<'_>],
) -> BTreeSet<String> {
    let is_certain = |(label, at): &(&&str, &usize)| {
        let may_be = signers.get(**at).map(Signer::boxes).unwrap_or_default();
        filled.len() == boxes.len() || may_be == BTreeSet::from([**label])
    };
    filled.iter().filter(is_certain).map(|(label, _)| (*label).to_owned()).collect()
}

/// The boxes that a signature may count for; `None` for one that counts for none.
fn boxes_for<'a>(
    required: &'a RequiredSignatures<'_>,
    boxes: &BTreeSet<&'a str>,
    signature: &Signature,
    report: &mut CountReport,
) -> Option<BTreeSet<&'a str>> {
    let name = signer_name(signature);
    if mixes_alphabets(name) {
        let detail = format!(
            "{name} : ce nom mêle des lettres de plusieurs alphabets, pour ressembler à un autre"
        );
        report.add_doubt("signer-name", &detail);
    }
    if required.authorities_chosen && signature.trust != Trust::Trusted {
        report.add_doubt("counted", &format!("{name} : cette signature ne compte pas d'elle-même"));
        return None;
    }
    match signature.places.as_slice() {
        [] => report.add("place", true, format!("{name} : signature que la page ne montre pas")),
        [place] if boxes.contains(place.label.as_str()) => {
            let told = box_name(&place.label);
            report.add("place", true, format!("{name} : signature dans {told}"));
            return boxes.get(place.label.as_str()).map(|label| BTreeSet::from([*label]));
        }
        [place] if place.label == ISSUER_BOX => {
            let detail = format!(
                "{name} : signature dans {}, qui ne compte pour aucune de celles qui sont demandées",
                box_name(ISSUER_BOX)
            );
            report.add("place", false, detail);
            return None;
        }
        [_] => {
            let detail = format!("{name} : signature montrée hors des cases à signer");
            report.add("place", true, detail);
        }
        several => {
            let detail = format!(
                "{name} : la même signature est montrée à {} et ne compte pour aucune case",
                count(several.len(), "endroit", "endroits")
            );
            report.add_doubt("place", &detail);
            return None;
        }
    }
    // Where the name of the certificate is that of one box, that box is meant.
    let named = required.people.boxes_of(name);
    let named: BTreeSet<&str> = named.into_iter().filter(|label| boxes.contains(label)).collect();
    Some(if named.is_empty() { boxes.clone() } else { named })
}

/// Which signer each box has, as a place in the list: each one box at most, and as many boxes filled
/// as possible. Those whom a page shows come first: an invisible signature takes what is left.
fn fill_boxes<'a>(boxes: &BTreeSet<&'a str>, signers: &[Signer<'a>]) -> BTreeMap<&'a str, usize> {
    let may_have: Vec<Vec<&str>> = signers
        .iter()
        .map(|signer| signer.boxes().into_iter().filter(|label| boxes.contains(label)).collect())
        .collect();
    let is_shown =
        |at: &usize| signers.get(*at).is_some_and(|signer| !signer.boxes_shown().is_empty());
    let (shown, unseen): (Vec<usize>, Vec<usize>) = (0..signers.len()).partition(is_shown);
    assign_boxes(&may_have, shown.into_iter().chain(unseen))
}

/// Reports persons who signed several boxes, and boxes that several persons signed.
fn report_repeated(boxes: &BTreeSet<&str>, signers: &[Signer<'_>], report: &mut CountReport) {
    for signer in signers.iter().filter(|signer| signer.signatures.len() > 1) {
        let detail = format!(
            "{} : {} de la même clé, qui ne comptent que pour une case",
            signer.name(),
            count(signer.signatures.len(), "signature", "signatures")
        );
        report.add("counted", signer.boxes_shown().len() < 2, detail);
    }
    for label in boxes {
        let here = signers.iter().filter(|signer| signer.boxes_shown().contains(label)).count();
        if here > 1 {
            let detail = format!(
                "{} dans {} : elles ne comptent que pour une",
                count(here, "signature", "signatures"),
                box_name(label)
            );
            report.add("counted", false, detail);
        }
    }
}

/// Reports two certificates of the same name and of different keys that both count: it may be one
/// person or two.
fn report_same_names(
    filled: &BTreeMap<&str, usize>,
    signers: &[Signer<'_>],
    report: &mut CountReport,
) {
    let names: Vec<&str> =
        filled.values().filter_map(|at| signers.get(*at)).map(Signer::name).collect();
    for (at, name) in names.iter().enumerate() {
        if names.iter().take(at).any(|other| words(other) == words(name)) {
            let detail =
                format!("{name} : deux certificats au même nom, d'une personne ou de deux");
            report.add_doubt("signer-name", &detail);
        }
    }
}

/// Compares the name of who signed a box with the name that the letter gives.
fn compare_name(
    required: &RequiredSignatures<'_>,
    label: &str,
    signer: &str,
    report: &mut CountReport,
) {
    let Some(wanted) = required.people.name(label) else { return };
    let (named, place) = (required.people.boxes_of(signer), box_name(label));
    if named.contains(label) {
        let detail = format!("{place} est signée sous le nom que donne la lettre, {wanted}");
        report.add("signer-name", true, detail);
    } else if let Some(other) = named.first() {
        let detail = format!(
            "{place} est signée sous le nom {signer}, que la lettre attend dans {}",
            box_name(other)
        );
        report.add_doubt("signer-name", &detail);
    } else {
        let detail =
            format!("{place} est signée sous le nom {signer} ; la lettre y nomme {wanted}");
        report.add("signer-name", false, detail);
    }
}

/// Reports how many signatures are there, and gives what that makes of the letter.
fn summarise(
    boxes: &BTreeSet<&str>,
    filled: &BTreeMap<&str, usize>,
    report: &mut CountReport,
) -> ReturnState {
    let (there, wanted) = (filled.len(), boxes.len());
    let missing: Vec<String> = boxes
        .iter()
        .filter(|label| !filled.contains_key(*label) && !label.is_empty())
        .map(|label| box_name(label))
        .collect();
    let detail = match (there, wanted) {
        (1, 1) => "la signature demandée est là".to_owned(),
        _ if there == wanted => {
            format!("les signatures demandées sont là, {there} sur {wanted}")
        }
        _ => {
            let missing = match missing.as_slice() {
                [] => String::new(),
                some => format!(" ; sans signature qui compte : {}", some.join(", ")),
            };
            format!(
                "{} sur {}{missing}",
                count(there, "signature", "signatures"),
                count(wanted, "demandée", "demandées")
            )
        }
    };
    report.add("signatures", there == wanted, detail);
    match (there, report.in_doubt) {
        (0, _) | (_, true) => ReturnState::ToReview,
        _ if there == wanted => ReturnState::Signed,
        _ => ReturnState::PartlySigned,
    }
}

#[cfg(test)]
mod tests;
