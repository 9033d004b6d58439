//! Forms that programs filled in and signed (`tests/real/forms`), and the same with one thing wrong.

use page_area::PageArea;
use pdf_signature::{
    BoxPurpose, Comparison, FillableBox, Integrity, TrustStore, compare, verify_signatures,
};
use std::fs;
use std::path::Path;

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pdf-form/tests/fixtures");
    fs::read(folder.join(name)).unwrap()
}

/// The form, and what a program appended.
fn returned(tail: &str) -> Vec<u8> {
    [fixture("form.pdf"), fixture(tail)].concat()
}

fn boxes() -> Vec<FillableBox> {
    let one = |label: &str, [x, y, width, height]: [f64; 4], purpose| {
        let area = PageArea { label: label.to_owned(), page: 1, x, y, width, height };
        FillableBox { area, purpose }
    };
    vec![
        one("write-priorities", [70.0, 120.0, 450.0, 90.0], BoxPurpose::Write),
        one("sign-head", [70.0, 230.0, 215.0, 100.0], BoxPurpose::Sign),
        one("sign-referent", [305.0, 230.0, 215.0, 100.0], BoxPurpose::Sign),
    ]
}

fn compared(file: &[u8]) -> Comparison {
    compare(&fixture("form.pdf"), file, &boxes()).unwrap()
}

/// The same length, so that the tables still lead to every object.
fn with(file: Vec<u8>, what: &str, other: &str) -> Vec<u8> {
    let other = format!("{other:0$}", what.len());
    assert_eq!(what.len(), other.len(), "{what}");
    let start = fixture("form.pdf").len();
    let (sent, tail) = file.split_at(start);
    let at = tail.windows(what.len()).position(|window| window == what.as_bytes());
    let at = at.unwrap_or_else(|| unreachable!("{what}"));
    [sent, &tail[..at], other.as_bytes(), &tail[at + what.len()..]].concat()
}

fn integrity(file: &[u8]) -> Vec<(Integrity, Vec<&'static str>)> {
    let now = "2026-12-20T12:00:00Z".parse().unwrap();
    let report = verify_signatures(file, &TrustStore::default(), now).unwrap();
    let failed = |one: &pdf_signature::Signature| {
        one.checks.iter().filter(|check| !check.is_ok()).map(|check| check.name()).collect()
    };
    report.signatures.iter().map(|one| (one.integrity, failed(one))).collect()
}

#[test]
fn what_programs_append_to_fill_in_the_fields_is_allowed() {
    for tail in ["mupdf.tail", "pdfjs.tail", "poppler.tail", "signed.tail", "signed-first.tail"] {
        let found = compared(&returned(tail));
        let refused: Vec<_> = found.changes.iter().filter(|change| !change.is_allowed()).collect();
        assert!(found.all_changes_allowed && refused.is_empty(), "{tail}: {refused:#?}");
        let text = found.changes.iter().filter_map(|change| change.text.as_deref());
        assert!(text.into_iter().any(|text| text == "18/12/2026"), "{tail}");
    }
}

#[test]
fn filling_in_an_empty_field_leaves_an_earlier_signature_intact() {
    for tail in ["signed.tail", "signed-first.tail"] {
        let found = integrity(&returned(tail));
        let now = "2026-12-20T12:00:00Z".parse().unwrap();
        let report = verify_signatures(&returned(tail), &TrustStore::default(), now).unwrap();
        let is_filled =
            report.signatures.iter().any(pdf_signature::Signature::is_filled_in_afterwards);
        assert_eq!(is_filled, tail == "signed-first.tail", "{tail}");
        let [(integrity, failed)] = found.as_slice() else { unreachable!("{tail}: {found:?}") };
        assert_eq!(*integrity, Integrity::Intact, "{tail}: {failed:?}");
    }
}

#[test]
fn a_field_that_is_not_as_it_was_sent_but_for_its_text_is_refused() {
    for (what, other) in [
        // Outside its box.
        ("/Rect[98 556.89 188 571.89]", "/Rect[98 756.89 188 771.89]"),
        // Over the words of the letter.
        ("/Rect[74 635.89 516 701.89]", "/Rect[74 135.89 516 801.89]"),
        // Renamed, or of another letter.
        ("_date-head)", "_date-hear)"),
        ("(2026-0860001J-NGRM_date-head)", "(2026-0860002K-QZ4T_date-head)"),
        // Hidden.
        ("/P 24 0 R/F 4/StructParent 2", "/P 24 0 R/F 6/StructParent 2"),
        // Another kind of field.
        ("/Ff 8388608/DA", "/Ff 8396800/DA"),
        ("/FT/Tx/T(2026-0860001J-NGRM_date", "/FT/Ch/T(2026-0860001J-NGRM_date"),
        // A script.
        ("/DA(0 g /Helv 10 Tf)/BS<</S/S/W 1>>/V(18/12/2026)", "/AA<</F<</S/JavaScript/JS(1)>>>>"),
    ] {
        let found = compared(&with(returned("mupdf.tail"), what, other));
        assert!(!found.all_changes_allowed, "{other}");
        let found = integrity(&with(returned("signed-first.tail"), what, other));
        assert!(
            found.iter().all(|(integrity, _)| *integrity == Integrity::Broken),
            "{other}: {found:?}"
        );
    }
}
