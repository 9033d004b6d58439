//! Copies that programs wrote: `tests/real/forms/README.md` says which and how.

use crate::support::{FORM, appended, field, fields, read, typed};
use pdf_form::{FieldMatch, FieldReading, FormReading};

const MUPDF: &[u8] = include_bytes!("../fixtures/mupdf.tail");
const POPPLER: &[u8] = include_bytes!("../fixtures/poppler.tail");
const PDFJS: &[u8] = include_bytes!("../fixtures/pdfjs.tail");
const SIGNED: &[u8] = include_bytes!("../fixtures/signed.tail");
const PDFIUM: &[u8] = include_bytes!("../fixtures/pdfium.pdf");
const PDF_LIB: &[u8] = include_bytes!("../fixtures/pdf_lib.pdf");
const QPDF: &[u8] = include_bytes!("../fixtures/qpdf.pdf");
const FLATTENED: &[u8] = include_bytes!("../fixtures/flattened.pdf");
const MERGED: &[u8] = include_bytes!("../fixtures/merged.pdf");

/// The field whose name ends so.
fn found<'a>(reading: &'a FormReading, end: &str) -> &'a FieldReading {
    let FieldMatch::Same(found) = reading.find(&field(end)) else { unreachable!() };
    found
}

#[test]
fn what_was_typed_is_the_value_and_is_shown() {
    let copies = [
        ("pdf.js", appended(PDFJS)),
        ("poppler", appended(POPPLER)),
        ("MuPDF", appended(MUPDF)),
        ("pyHanko", appended(SIGNED)),
        ("PDFium", PDFIUM.to_vec()),
        ("pdf-lib", PDF_LIB.to_vec()),
    ];
    for (program, copy) in copies {
        let reading = read(&copy);
        assert!(reading.has_form && reading.complete, "{program}");
        assert_eq!(reading.fields.len(), 5, "{program}");
        for (name, text) in typed() {
            let field = found(&reading, &name);
            assert_eq!(field.value.as_deref(), Some(text.as_str()), "{program}");
            assert!(field.shows_its_value(), "{program}: {:?}", field.widgets);
            let lines = field.widgets[0].shown.clone().unwrap().lines;
            assert_eq!(lines.len(), if name.ends_with("priorities") { 3 } else { 1 }, "{program}");
        }
        assert_eq!(found(&reading, "_name-referent").value.as_deref(), Some("Alix Émery"));
    }
}

#[test]
fn a_value_that_is_cut_off_on_the_page_is_not_shown() {
    let reading = read(QPDF);
    let field = found(&reading, "_priorities");
    assert_eq!(field.value, typed().get(&field.name).cloned());
    assert!(!field.shows_its_value());
    assert!(found(&reading, "_date-head").shows_its_value());
}

#[test]
fn who_signed_is_seen_field_by_field() {
    let reading = read(&appended(SIGNED));
    assert!(found(&reading, "_head").signed && !found(&reading, "_referent").signed);
    let unsigned = read(FORM);
    assert!(fields().iter().all(|field| !found(&unsigned, &field.name).signed));
}

#[test]
fn a_form_that_was_drawn_on_the_page_is_gone() {
    let reading = read(FLATTENED);
    assert!(!reading.has_form && reading.fields.is_empty());
    assert_eq!(reading.find(&field("_priorities")), FieldMatch::Absent);
}

#[test]
fn two_copies_in_one_document_are_told() {
    let reading = read(MERGED);
    assert_eq!(reading.fields.len(), 10);
    let FieldMatch::Several(both) = reading.find(&field("_date-head")) else { unreachable!() };
    let values: Vec<_> = both.iter().map(|field| field.value.as_deref()).collect();
    assert_eq!(values, [None, Some("18/12/2026")]);
    let pages: Vec<u32> = both.iter().map(|field| field.widgets[0].area.page).collect();
    assert_eq!(pages, [1, 2]);
}
