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
use crate::plan::history::ReturnState;
use pdf_signature::{Signature, Trust};
use std::collections::{BTreeMap, BTreeSet};

/// The box where the authority signs, before the letter leaves.
const ISSUER_BOX: &str = "sign-issuer";
/// What a person does about what missive does not decide.
const REMEDY: &str = "une personne le dit : missive archive review";

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
        self.add(name, false, format!("{detail} ; {REMEDY}"));
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

/// How many of the required signatures are there, all of them intact: what that makes of the return,
/// and what is to be said of it.
pub fn count_signatures(
    required: &RequiredSignatures<'_>,
    signatures: &[Signature],
) -> (ReturnState, Vec<Check>) {
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
    (state, report.checks)
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
                "{name} : la même signature est montrée à {} endroits et ne compte pour aucune case",
                several.len()
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
            "{} : {} signatures de la même clé, qui ne comptent que pour une case",
            signer.name(),
            signer.signatures.len()
        );
        report.add("counted", signer.boxes_shown().len() < 2, detail);
    }
    for label in boxes {
        let here = signers.iter().filter(|signer| signer.boxes_shown().contains(label)).count();
        if here > 1 {
            let detail = format!(
                "{here} signatures dans {} : elles ne comptent que pour une",
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
        _ if there == wanted => format!("les {wanted} signatures demandées sont là"),
        _ => {
            let word = if there > 1 { "signatures" } else { "signature" };
            let missing = match missing.as_slice() {
                [] => String::new(),
                some => format!(" ; sans signature qui compte : {}", some.join(", ")),
            };
            format!("{there} {word} sur {wanted} demandées{missing}")
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
mod tests {
    use super::*;
    use page_area::PageArea;
    use pdf_signature::Integrity;

    /// A signature: name, certificate, key, and the boxes that it is shown in.
    fn signature(name: &str, certificate: &str, key: &str, boxes: &[&str]) -> Signature {
        let place = |label: &&str| PageArea { label: (*label).to_owned(), ..PageArea::default() };
        Signature {
            field: String::new(),
            signer: name.to_owned(),
            fingerprint: certificate.to_owned(),
            key: key.to_owned(),
            issuer: String::new(),
            claimed: None,
            proven_time: None,
            unproven_time: None,
            integrity: Integrity::Intact,
            trust: Trust::Trusted,
            authority: None,
            certification: None,
            covers: 1,
            places: boxes.iter().map(place).collect(),
            checks: Vec::new(),
        }
    }

    /// Anne Durand, the head, and Claire Martin, the referent; each certificate has its own key.
    fn anne(boxes: &[&str]) -> Signature {
        signature("Anne Durand", "a", "ka", boxes)
    }

    fn claire(boxes: &[&str]) -> Signature {
        signature("DURAND-MARTIN Claire", "c", "kc", boxes)
    }

    fn somebody(boxes: &[&str]) -> Signature {
        signature("Paule Tiers", "p", "kp", boxes)
    }

    fn counted(
        authorities: bool,
        boxes: &[&str],
        signatures: &[Signature],
    ) -> (ReturnState, Vec<Check>) {
        let boxes = boxes.iter().map(|label| (*label).to_owned()).collect();
        let mut people = LetterPeople::default();
        people.add("sign-head", "Anne", "Durand");
        people.add("sign-referent", "Claire", "Martin");
        let required =
            RequiredSignatures { boxes: &boxes, people: &people, authorities_chosen: authorities };
        count_signatures(&required, signatures)
    }

    const HEAD: &[&str] = &["sign-head"];
    const REFERENT: &[&str] = &["sign-referent"];
    const BOTH: &[&str] = &["sign-head", "sign-referent"];

    fn state(signatures: &[Signature]) -> ReturnState {
        let (open, _) = counted(false, BOTH, signatures);
        let (chosen, _) = counted(true, BOTH, signatures);
        assert_eq!(open, chosen, "all are trusted");
        chosen
    }

    #[test]
    fn each_signature_counts_for_its_box_and_each_person_once() {
        use ReturnState::{PartlySigned, Signed, ToReview};
        let renewed = |boxes| signature("Anne D.", "a2", "ka", boxes);
        for (what, signatures, wanted) in [
            ("each in the own box", vec![anne(HEAD), claire(REFERENT)], Signed),
            ("in any order", vec![claire(REFERENT), anne(HEAD)], Signed),
            ("one", vec![anne(HEAD)], PartlySigned),
            ("the other", vec![claire(REFERENT)], PartlySigned),
            ("one shown, one not", vec![anne(HEAD), claire(&[])], Signed),
            ("none shown", vec![claire(&[]), anne(&[])], Signed),
            ("outside every box", vec![anne(HEAD), claire(&[""])], Signed),
            ("in a box to write in", vec![anne(HEAD), claire(&["write-priorities"])], Signed),
            ("both in one box", vec![anne(HEAD), somebody(HEAD)], PartlySigned),
            ("one certificate twice", vec![anne(HEAD), anne(REFERENT)], PartlySigned),
            ("and invisibly", vec![anne(HEAD), anne(&[])], PartlySigned),
            ("one key twice", vec![anne(HEAD), renewed(REFERENT)], PartlySigned),
            ("one key, one box", vec![anne(HEAD), renewed(HEAD)], PartlySigned),
            ("a third helps", vec![anne(HEAD), anne(REFERENT), somebody(REFERENT)], Signed),
            ("in the authority's box", vec![anne(&[ISSUER_BOX]), claire(REFERENT)], PartlySigned),
            ("only there", vec![anne(&[ISSUER_BOX])], ToReview),
            (
                "the authority's too",
                vec![somebody(&[ISSUER_BOX]), anne(HEAD), claire(REFERENT)],
                Signed,
            ),
            ("in two boxes at once", vec![anne(BOTH), claire(REFERENT)], ToReview),
            ("in each other's box", vec![anne(REFERENT), claire(HEAD)], ToReview),
            ("the referent in the head's box", vec![claire(HEAD)], ToReview),
            ("somebody else", vec![somebody(HEAD), claire(REFERENT)], Signed),
            (
                "one name, two keys",
                vec![somebody(HEAD), signature("TIERS Paule", "q", "kq", REFERENT)],
                ToReview,
            ),
            (
                "a name in two alphabets",
                vec![anne(HEAD), signature("Cl\u{430}ire Martin", "q", "kq", REFERENT)],
                ToReview,
            ),
        ] {
            assert_eq!(state(&signatures), wanted, "{what}");
        }
    }

    #[test]
    fn where_authorities_are_chosen_only_what_leads_to_them_counts() {
        for trust in [Trust::UnknownAuthority, Trust::Expired, Trust::Weak] {
            let doubtful = |signature: Signature| Signature { trust, ..signature };
            for (signatures, open) in [
                (vec![anne(HEAD), doubtful(claire(REFERENT))], ReturnState::Signed),
                (vec![doubtful(anne(HEAD)), doubtful(claire(REFERENT))], ReturnState::Signed),
                (vec![doubtful(anne(HEAD))], ReturnState::PartlySigned),
                (vec![anne(HEAD), claire(REFERENT), doubtful(somebody(&[]))], ReturnState::Signed),
            ] {
                assert_eq!(counted(false, BOTH, &signatures).0, open, "{trust:?}");
                let (state, checks) = counted(true, BOTH, &signatures);
                assert_eq!(state, ReturnState::ToReview, "{trust:?}");
                let told = checks.iter().find(|check| check.check == "counted").unwrap();
                assert!(!told.ok && told.detail.contains("archive review"), "{}", told.detail);
            }
        }
    }

    #[test]
    fn what_is_missing_and_why_is_told() {
        let told = |signatures: &[Signature]| {
            let (_, checks) = counted(true, BOTH, signatures);
            checks.into_iter().map(|check| check.detail).collect::<Vec<_>>().join("\n")
        };
        for (signatures, wanted) in [
            (vec![anne(HEAD)], "sans signature qui compte : la case du référent"),
            (vec![anne(HEAD), somebody(HEAD)], "2 signatures dans la case du chef d'établissement"),
            (vec![anne(HEAD), anne(REFERENT)], "2 signatures de la même clé"),
            (vec![anne(HEAD), claire(&[])], "signature que la page ne montre pas"),
            (vec![anne(HEAD), claire(&[""])], "hors des cases à signer"),
            (vec![anne(BOTH)], "montrée à 2 endroits"),
            (vec![claire(HEAD)], "que la lettre attend dans la case du référent"),
            (vec![somebody(HEAD)], "la lettre y nomme Anne Durand"),
            (vec![anne(HEAD)], "sous le nom que donne la lettre"),
        ] {
            let told = told(&signatures);
            assert!(told.contains(wanted), "{wanted} is not in {told}");
        }
    }

    #[test]
    fn an_invisible_signature_is_for_the_box_of_its_name() {
        let (state, checks) = counted(true, BOTH, &[claire(&[])]);
        assert_eq!(state, ReturnState::PartlySigned);
        let told = checks.iter().find(|check| check.check == "signatures").unwrap();
        assert!(told.detail.contains("la case du chef d'établissement"), "{}", told.detail);
    }

    #[test]
    fn a_letter_that_asks_for_one_or_for_none_has_enough_with_one() {
        assert_eq!(counted(true, HEAD, &[anne(HEAD)]).0, ReturnState::Signed);
        assert_eq!(counted(true, &[], &[somebody(&[])]).0, ReturnState::Signed);
        assert_eq!(counted(true, &[], &[]).0, ReturnState::ToReview);
    }
}
