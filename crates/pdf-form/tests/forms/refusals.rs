//! Fields and documents that are refused, each with its reason.

use crate::support::{FORM, LETTER, field, fields, rewritten, text_area};
use pdf_form::{AddError, FieldKind, FormField, add_fields};

/// Why a field is refused once it was changed so.
fn refused(change: impl FnOnce(&mut FormField)) -> AddError {
    let mut field = field("_priorities");
    change(&mut field);
    add_fields(LETTER, &[field]).unwrap_err()
}

#[test]
fn names_are_plain_and_there_once() {
    for name in ["", "a.b", "a b", "é", &"x".repeat(121)] {
        let error = refused(|field| field.name = name.to_owned());
        assert_eq!(error, AddError::Name(name.to_owned()));
    }
    let twice = [field("_head"), field("_head")];
    assert!(matches!(add_fields(LETTER, &twice), Err(AddError::DuplicateName(_))));
    let unnamed = refused(|field| field.alternative_name = " ".to_owned());
    assert!(matches!(unnamed, AddError::NoAlternativeName(_)));
}

#[test]
fn areas_lie_on_their_page() {
    let changes: [fn(&mut FormField); 7] = [
        |field| field.area.page = 0,
        |field| field.area.page = 2,
        |field| field.area.x = -9.0,
        |field| field.area.width = 600.0,
        |field| field.area.y = 800.0,
        |field| field.area.height = f64::NAN,
        |field| field.area.height = 1.0,
    ];
    for change in changes {
        assert!(matches!(refused(change), AddError::OutsidePage(_)));
    }
}

#[test]
fn a_caption_is_words_with_a_place_in_the_structure() {
    let error = refused(|field| field.caption.y = 500.0);
    assert!(matches!(error, AddError::NoCaption(_)));
}

#[test]
fn a_value_fits_and_can_be_written() {
    let error = refused(|field| field.kind = text_area("Ayşe"));
    assert_eq!(error, AddError::NoGlyph { name: field("_priorities").name, character: 'ş' });
    for long in ["mot ".repeat(600), "x".repeat(200), "a\n".repeat(9)] {
        let error = refused(|field| field.kind = text_area(&long));
        assert!(matches!(error, AddError::DoesNotFit(_)), "{long}");
    }
    let value = Some("deux\nlignes".to_owned());
    let error = refused(|field| field.kind = FieldKind::TextLine { value });
    assert!(matches!(error, AddError::DoesNotFit(_)));
}

#[test]
fn a_document_has_structure_and_no_form() {
    assert_eq!(add_fields(FORM, &fields()), Err(AddError::HasForm));
    assert!(matches!(add_fields(b"%PDF-1.7", &fields()), Err(AddError::Unreadable(_))));
    assert!(matches!(
        add_fields(&LETTER[..LETTER.len() - 300], &fields()),
        Err(AddError::Unreadable(_))
    ));
    let untagged = rewritten(LETTER, |document| {
        document.catalog_mut().unwrap().remove(b"StructTreeRoot");
    });
    assert_eq!(add_fields(&untagged, &fields()), Err(AddError::NotTagged("StructTreeRoot")));
}
