//! Which signatures count for which box of a letter. Pure.
//!
//! A signature that a page shows counts for the box that it lies in, one that no page shows for a
//! box that nobody else signed. A person counts once, whatever the number of certificates for one
//! key. Where the office chose authorities, only the certificates that lead to them count by
//! themselves; for all others a person says what they are worth.

use super::people::{People, mixes_alphabets, words};
use super::signature::{Signature, Trust};
use super::{Check, box_name};
use crate::plan::history::ReturnState;
use page_area::PageArea;
use std::collections::{BTreeMap, BTreeSet};

/// The box where the authority signs, before the letter leaves.
const ISSUER: &str = "sign-issuer";
/// Where a person says what missive cannot.
const ASK: &str = "une personne le dit : missive archive review";

/// What a letter asks for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The boxes that a return must carry a signature in, as labels.
    pub boxes: &'a BTreeSet<String>,
    /// Whom the letter names for them.
    pub people: &'a People,
    /// Whether the office chose authorities, so that only their signers count by themselves.
    pub authorities: bool,
}

/// What was found, and whether a person has to decide.
#[derive(Debug, Default)]
struct Told {
    checks: Vec<Check>,
    doubt: bool,
}

impl Told {
    fn say(&mut self, name: &str, ok: bool, detail: String) {
        self.checks.push(Check { check: name.to_owned(), ok, detail });
    }

    /// Something that missive does not decide by itself.
    fn doubt(&mut self, name: &str, detail: &str) {
        self.say(name, false, format!("{detail} ; {ASK}"));
        self.doubt = true;
    }
}

/// A person with the signatures that may count, each with the boxes that it may count for.
struct Signer<'a> {
    signatures: Vec<(&'a Signature, BTreeSet<&'a str>)>,
}

impl<'a> Signer<'a> {
    fn name(&self) -> &'a str {
        self.signatures.first().map_or("", |(own, _)| own.name())
    }

    /// The boxes that one of its signatures may count for.
    fn boxes(&self) -> BTreeSet<&'a str> {
        self.signatures.iter().flat_map(|(_, boxes)| boxes.iter().copied()).collect()
    }

    /// The boxes that pages show its signatures in.
    fn shown(&self) -> BTreeSet<&'a str> {
        let signatures = self.signatures.iter();
        let labels = signatures.flat_map(|(own, _)| own.places.iter().map(|at| at.label.as_str()));
        labels.filter(|label| self.boxes().contains(label)).collect()
    }

    fn is(&self, other: &Signature) -> bool {
        let same = |one: &str, two: &str| !one.is_empty() && one == two;
        self.signatures.iter().any(|(own, _)| {
            same(&own.fingerprint, &other.fingerprint) || same(&own.key, &other.key)
        })
    }
}

/// Sets the box of the letter that each place lies in. `pages`: of the file, each with that of the
/// letter.
pub fn locate(signatures: &mut [Signature], areas: &[PageArea], pages: &[(u32, u32)]) {
    for place in signatures.iter_mut().flat_map(|own| &mut own.places) {
        let on: Vec<u32> =
            pages.iter().filter(|(of, _)| *of == place.page).map(|(_, page)| *page).collect();
        let held = areas.iter().find(|own| on.contains(&own.page) && holds(own, place));
        place.label = held.map_or(String::new(), |own| own.label.clone());
    }
}

/// Whether more than half of a place lies in a box.
fn holds(area: &PageArea, place: &PageArea) -> bool {
    let side = |from: f64, length: f64, other: f64, other_length: f64| {
        ((from + length).min(other + other_length) - from.max(other)).max(0.0)
    };
    let width = side(area.x, area.width, place.x, place.width);
    let height = side(area.y, area.height, place.y, place.height);
    width * height * 2.0 > place.width * place.height
}

/// How many of the signatures that are asked for are there, all of them intact; and what is to be
/// told of it.
pub fn count(asked: &Asked<'_>, signatures: &[Signature]) -> (ReturnState, Vec<Check>) {
    let mut told = Told::default();
    let any = BTreeSet::from([""]);
    let boxes: BTreeSet<&str> = match asked.boxes.is_empty() {
        true => any,
        false => asked.boxes.iter().map(String::as_str).collect(),
    };
    let mut signers: Vec<Signer<'_>> = Vec::new();
    for own in signatures {
        let Some(may) = may_count(asked, &boxes, own, &mut told) else { continue };
        match signers.iter_mut().find(|signer| signer.is(own)) {
            Some(signer) => signer.signatures.push((own, may)),
            None => signers.push(Signer { signatures: vec![(own, may)] }),
        }
    }
    let filled = fill(&boxes, &signers);
    once_each(&boxes, &signers, &mut told);
    namesakes(&filled, &signers, &mut told);
    for (label, at) in &filled {
        if let Some(signer) = signers.get(*at) {
            names(asked, label, signer.name(), &mut told);
        }
    }
    let state = summary(&boxes, &filled, &mut told);
    (state, told.checks)
}

/// The boxes that a signature may count for; nothing for one that counts for none.
fn may_count<'a>(
    asked: &'a Asked<'_>,
    boxes: &BTreeSet<&'a str>,
    own: &Signature,
    told: &mut Told,
) -> Option<BTreeSet<&'a str>> {
    let name = own.name();
    if mixes_alphabets(name) {
        let detail = format!(
            "{name} : ce nom mêle des lettres de plusieurs alphabets, pour ressembler à un autre"
        );
        told.doubt("signer-name", &detail);
    }
    if asked.authorities && own.trust != Trust::Trusted {
        told.doubt("counted", &format!("{name} : cette signature ne compte pas d'elle-même"));
        return None;
    }
    match own.places.as_slice() {
        [] => told.say("place", true, format!("{name} : signature que la page ne montre pas")),
        [one] if boxes.contains(one.label.as_str()) => {
            let place = box_name(&one.label);
            told.say("place", true, format!("{name} : signature dans {place}"));
            return boxes.get(one.label.as_str()).map(|label| BTreeSet::from([*label]));
        }
        [one] if one.label == ISSUER => {
            let detail = format!(
                "{name} : signature dans {}, qui ne compte pour aucune de celles qui sont demandées",
                box_name(ISSUER)
            );
            told.say("place", false, detail);
            return None;
        }
        [_] => {
            let detail = format!("{name} : signature montrée hors des cases à signer");
            told.say("place", true, detail);
        }
        several => {
            let detail = format!(
                "{name} : la même signature est montrée à {} endroits et ne compte pour aucune case",
                several.len()
            );
            told.doubt("place", &detail);
            return None;
        }
    }
    // Where only one of them has the name of the certificate, that box is meant.
    let named: BTreeSet<&str> =
        asked.people.named(name).into_iter().filter(|label| boxes.contains(label)).collect();
    Some(if named.is_empty() { boxes.clone() } else { named })
}

/// Gives each person one box at most so that as many boxes as possible have somebody: label to
/// place in the list. Augmenting paths in a bipartite graph; there are two or three boxes.
fn fill<'a>(boxes: &BTreeSet<&'a str>, signers: &[Signer<'a>]) -> BTreeMap<&'a str, usize> {
    fn seat<'a>(
        at: usize,
        may: &[Vec<&'a str>],
        tried: &mut BTreeSet<&'a str>,
        filled: &mut BTreeMap<&'a str, usize>,
    ) -> bool {
        for label in may.get(at).into_iter().flatten() {
            if !tried.insert(label) {
                continue;
            }
            let before = filled.get(label).copied();
            if before.is_none_or(|other| seat(other, may, tried, filled)) {
                filled.insert(label, at);
                return true;
            }
        }
        false
    }
    let may: Vec<Vec<&str>> = signers
        .iter()
        .map(|own| own.boxes().into_iter().filter(|label| boxes.contains(label)).collect())
        .collect();
    // Those whom a page shows first: an invisible signature takes what is left.
    let (shown, unseen): (Vec<usize>, Vec<usize>) =
        (0..signers.len()).partition(|at| signers.get(*at).is_some_and(|s| !s.shown().is_empty()));
    let mut filled = BTreeMap::new();
    for at in shown.into_iter().chain(unseen) {
        seat(at, &may, &mut BTreeSet::new(), &mut filled);
    }
    filled
}

/// Tells of persons who signed several boxes, and of boxes that several signed.
fn once_each(boxes: &BTreeSet<&str>, signers: &[Signer<'_>], told: &mut Told) {
    for own in signers {
        if own.signatures.len() > 1 {
            let detail = format!(
                "{} : {} signatures de la même clé, qui ne comptent que pour une case",
                own.name(),
                own.signatures.len()
            );
            told.say("counted", own.shown().len() < 2, detail);
        }
    }
    for label in boxes {
        let here = signers.iter().filter(|own| own.shown().contains(label)).count();
        if here > 1 {
            let detail = format!(
                "{here} signatures dans {} : elles ne comptent que pour une",
                box_name(label)
            );
            told.say("counted", false, detail);
        }
    }
}

/// Tells of two certificates of the same name and of different keys that both count: one person or
/// two?
fn namesakes(filled: &BTreeMap<&str, usize>, signers: &[Signer<'_>], told: &mut Told) {
    let names: Vec<&str> =
        filled.values().filter_map(|at| signers.get(*at)).map(Signer::name).collect();
    for (at, name) in names.iter().enumerate() {
        let before = names.iter().take(at);
        if before.clone().any(|other| words(other) == words(name)) {
            let detail =
                format!("{name} : deux certificats au même nom, d'une personne ou de deux");
            told.doubt("signer-name", &detail);
        }
    }
}

/// Holds the name of who signed a box against the one that the letter gives.
fn names(asked: &Asked<'_>, label: &str, signer: &str, told: &mut Told) {
    let Some(wanted) = asked.people.name(label) else { return };
    let (named, place) = (asked.people.named(signer), box_name(label));
    if named.contains(label) {
        let detail = format!("{place} est signée sous le nom que donne la lettre, {wanted}");
        told.say("signer-name", true, detail);
    } else if let Some(other) = named.first() {
        let detail = format!(
            "{place} est signée sous le nom {signer}, que la lettre attend dans {}",
            box_name(other)
        );
        told.doubt("signer-name", &detail);
    } else {
        let detail =
            format!("{place} est signée sous le nom {signer} ; la lettre y nomme {wanted}");
        told.say("signer-name", false, detail);
    }
}

/// Tells how many are there, and what that makes of the letter.
fn summary(boxes: &BTreeSet<&str>, filled: &BTreeMap<&str, usize>, told: &mut Told) -> ReturnState {
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
    told.say("signatures", there == wanted, detail);
    match (there, told.doubt) {
        (0, _) | (_, true) => ReturnState::ToReview,
        _ if there == wanted => ReturnState::Signed,
        _ => ReturnState::PartlySigned,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::signature::Integrity;

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
            stamped: None,
            stamp_unproven: None,
            integrity: Integrity::Ok,
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
        let boxes = boxes.iter().map(|own| (*own).to_owned()).collect();
        let mut people = People::default();
        people.add("sign-head", "Anne", "Durand");
        people.add("sign-referent", "Claire", "Martin");
        count(&Asked { boxes: &boxes, people: &people, authorities }, signatures)
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
            ("in the authority's box", vec![anne(&[ISSUER]), claire(REFERENT)], PartlySigned),
            ("only there", vec![anne(&[ISSUER])], ToReview),
            (
                "the authority's too",
                vec![somebody(&[ISSUER]), anne(HEAD), claire(REFERENT)],
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
            let doubtful = |own: Signature| Signature { trust, ..own };
            for (signatures, open) in [
                (vec![anne(HEAD), doubtful(claire(REFERENT))], ReturnState::Signed),
                (vec![doubtful(anne(HEAD)), doubtful(claire(REFERENT))], ReturnState::Signed),
                (vec![doubtful(anne(HEAD))], ReturnState::PartlySigned),
                (vec![anne(HEAD), claire(REFERENT), doubtful(somebody(&[]))], ReturnState::Signed),
            ] {
                assert_eq!(counted(false, BOTH, &signatures).0, open, "{trust:?}");
                let (state, checks) = counted(true, BOTH, &signatures);
                assert_eq!(state, ReturnState::ToReview, "{trust:?}");
                let told = checks.iter().find(|own| own.check == "counted").unwrap();
                assert!(!told.ok && told.detail.contains("archive review"), "{}", told.detail);
            }
        }
    }

    #[test]
    fn what_is_missing_and_why_is_told() {
        let told = |signatures: &[Signature]| {
            let (_, checks) = counted(true, BOTH, signatures);
            checks.into_iter().map(|own| own.detail).collect::<Vec<_>>().join("\n")
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
        let told = checks.iter().find(|own| own.check == "signatures").unwrap();
        assert!(told.detail.contains("la case du chef d'établissement"), "{}", told.detail);
    }

    #[test]
    fn a_letter_that_asks_for_one_or_for_none_has_enough_with_one() {
        assert_eq!(counted(true, HEAD, &[anne(HEAD)]).0, ReturnState::Signed);
        assert_eq!(counted(true, &[], &[somebody(&[])]).0, ReturnState::Signed);
        assert_eq!(counted(true, &[], &[]).0, ReturnState::ToReview);
    }

    #[test]
    fn a_place_is_in_the_box_that_holds_most_of_it() {
        let area = |label: &str, x: f64, width: f64| PageArea {
            label: label.to_owned(),
            page: 2,
            x,
            y: 100.0,
            width,
            height: 50.0,
        };
        let areas = [area("sign-head", 0.0, 100.0), area("sign-referent", 100.0, 100.0)];
        for (x, width, page, wanted) in [
            (10.0, 80.0, 4, "sign-head"),
            (60.0, 100.0, 4, "sign-referent"),
            (50.0, 100.0, 4, ""),
            (0.0, 500.0, 4, ""),
            (10.0, 80.0, 2, ""),
        ] {
            let mut own = anne(&[""]);
            own.places = vec![PageArea { page, ..area("", x, width) }];
            let mut all = [own];
            locate(&mut all, &areas, &[(3, 1), (4, 2)]);
            assert_eq!(all[0].places[0].label, wanted, "{x} {width} {page}");
        }
    }
}
