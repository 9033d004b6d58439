//! Signatures of a letter that count, and what is reported about them.

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
    let counted = count(authorities, boxes, signatures);
    (counted.state, counted.checks)
}

fn count(authorities: bool, boxes: &[&str], signatures: &[Signature]) -> SignatureCount {
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
fn a_box_is_signed_for_certain_by_place_or_by_name() {
    let unseen = somebody(&[]);
    for (what, signatures, wanted) in [
        ("the head in her box", vec![anne(HEAD)], HEAD),
        ("the head, on no page", vec![anne(&[])], HEAD),
        ("the head, outside every box", vec![anne(&[""])], HEAD),
        ("the referent, on no page", vec![claire(&[])], REFERENT),
        ("somebody in the head's box", vec![somebody(HEAD)], HEAD),
        ("somebody, on no page", vec![unseen.clone()], &[]),
        ("somebody beside the referent", vec![unseen, claire(REFERENT)], BOTH),
        ("in the authority's box", vec![anne(&[ISSUER_BOX])], &[]),
    ] {
        let certain = count(false, BOTH, &signatures).signed_boxes;
        assert!(certain.iter().eq(wanted.iter()), "{what}: {certain:?}");
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
