//! Files that are built to deceive or to harm.

use crate::support::{FORM, appended, field, open, read, rewritten, text_area, widget, with_field};
use lopdf::{Document, Object, ObjectId, Stream, dictionary};
use pdf_form::{FieldMatch, FieldReading, ReadError, read_form};
use proptest::prelude::*;
use std::sync::LazyLock;

/// The letter with priorities that were typed, its document changed.
fn changed(change: impl FnOnce(&mut Document, ObjectId)) -> FieldReading {
    static FORM: LazyLock<Vec<u8>> = LazyLock::new(|| {
        with_field("_priorities", |field| field.kind = text_area("Trois ateliers"))
    });
    let file = rewritten(&FORM, |document| {
        let id = id_of(document);
        change(document, id);
    });
    read(&file).fields.into_iter().next().unwrap()
}

fn id_of(document: &Document) -> ObjectId {
    let wanted = widget(document, "_priorities");
    let found = document.objects.iter().find(|(_, object)| object.as_dict().ok() == Some(wanted));
    *found.unwrap().0
}

/// The field with another content of its appearance.
fn showing(content: &str) -> FieldReading {
    changed(|document, id| {
        let states = document.get_dictionary(id).unwrap().get(b"AP").unwrap().as_dict().unwrap();
        let stream = states.get(b"N").unwrap().as_reference().unwrap();
        let stream = document.get_object_mut(stream).unwrap().as_stream_mut().unwrap();
        stream.set_plain_content(content.as_bytes().to_vec());
    })
}

#[test]
fn what_is_shown_counts_and_not_what_the_value_says() {
    let honest = "/Tx BMC BT /Arimo 10 Tf 0 g 2 50 Td (Trois ateliers) Tj ET EMC";
    assert!(showing(honest).shows_its_value());
    let framed =
        "0 g 1 1 440 64 re S 1 1 440 64 re W n BT /Arimo 10 Tf 2 50 Td (Trois ateliers) Tj ET";
    assert!(showing(framed).shows_its_value());
    for other in [
        "BT /Arimo 10 Tf 2 50 Td (Deux ateliers) Tj ET",
        "BT /Arimo 10 Tf 2 50 Td (Trois ateliers) Tj 0 -12 Td (et un) Tj ET",
        "BT /Arimo 10 Tf 2 50 Td (Trois) Tj ET",
        "",
        // Outside of the area, unseen, white, covered, in no font.
        "BT /Arimo 10 Tf 2 -50 Td (Trois ateliers) Tj ET",
        "BT /Arimo 10 Tf 400 50 Td (Trois ateliers) Tj ET",
        "BT 3 Tr /Arimo 10 Tf 2 50 Td (Trois ateliers) Tj ET",
        "1 g BT /Arimo 10 Tf 2 50 Td (Trois ateliers) Tj ET",
        "BT /Arimo 10 Tf 2 50 Td (Trois ateliers) Tj ET 1 g 0 0 442 66 re f",
        "BT /None 10 Tf 2 50 Td (Trois ateliers) Tj ET",
        "BT /Arimo 10 Tf 2 50 Td (Trois ateliers) Tj ET /Picture Do",
        "BT /Arimo 10 Tf 2 50 Td (Trois ateliers) Tj ET (",
        // Clipped, small, squeezed, with a stroke that makes another figure of it.
        "0 0 20 66 re W n BT /Arimo 10 Tf 2 50 Td (Trois ateliers) Tj ET",
        "BT /Arimo 1 Tf 2 50 Td (Trois ateliers) Tj ET",
        "BT /Arimo 10 Tf 3 Tz 2 50 Td (Trois ateliers) Tj ET",
        "0 g 20 48 1 9 re f BT /Arimo 10 Tf 2 50 Td (Trois ateliers) Tj ET",
        "0 g 20 48 m 25 57 l 30 48 l f BT /Arimo 10 Tf 2 50 Td (Trois ateliers) Tj ET",
    ] {
        let field = showing(other);
        assert!(!field.shows_its_value(), "{other}: {field:?}");
        assert_eq!(field.value.as_deref(), Some("Trois ateliers"));
    }
}

#[test]
fn a_widget_that_is_hidden_or_draws_nothing_shows_nothing() {
    let hidden = changed(|document, id| document.get_dictionary_mut(id).unwrap().set("F", 2));
    assert!(!hidden.shows_its_value() && !hidden.widgets[0].visible);
    let undrawn = changed(|document, id| {
        document.get_dictionary_mut(id).unwrap().remove(b"AP");
    });
    assert!(!undrawn.shows_its_value() && undrawn.widgets[0].shown.is_none());
}

#[test]
fn a_field_may_be_renamed_or_not_listed() {
    let file = rewritten(FORM, |document| {
        let id = id_of(document);
        document.get_dictionary_mut(id).unwrap().set("T", Object::string_literal("autre"));
        document.catalog_mut().unwrap().remove(b"AcroForm");
    });
    let reading = read(&file);
    assert!(reading.has_form);
    let FieldMatch::Renamed(found) = reading.find(&field("_priorities")) else { unreachable!() };
    assert_eq!(found.name, "autre");
    assert!(matches!(reading.find(&field("_date-head")), FieldMatch::Same(_)));
}

#[test]
fn a_field_that_no_page_shows_is_read() {
    let file = rewritten(FORM, |document| {
        let hidden = document.add_object(dictionary! {
            "FT" => "Tx", "T" => Object::string_literal("caché"), "V" => Object::string_literal("x"),
        });
        let form = document.catalog().unwrap().get(b"AcroForm").unwrap().as_reference().unwrap();
        let form = document.get_dictionary_mut(form).unwrap();
        form.get_mut(b"Fields").unwrap().as_array_mut().unwrap().push(hidden.into());
    });
    let reading = read(&file);
    let last = reading.fields.last().unwrap();
    assert_eq!((last.value.as_deref(), last.widgets.len()), (Some("x"), 0));
    assert!(!last.shows_its_value());
}

#[test]
fn walks_that_would_not_end_end() {
    let looped = changed(|document, id| {
        document.get_dictionary_mut(id).unwrap().set("Parent", id);
    });
    assert_eq!(looped.name.len(), 500);
    // Forms within forms, each painting the next one many times.
    let nested = changed(|document, id| {
        let mut inner = document.add_object(Stream::new(dictionary! {}, Vec::new()));
        for _ in 0..30 {
            let form = dictionary! {
                "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 9.into(), 9.into()],
                "Resources" => dictionary! { "XObject" => dictionary! { "X" => inner } },
            };
            inner = document.add_object(Stream::new(form, b"/X Do ".repeat(100)));
        }
        let widget = document.get_dictionary_mut(id).unwrap();
        widget.set("AP", dictionary! { "N" => inner });
    });
    assert!(!nested.shows_its_value());
    let mapped = changed(|document, id| {
        let map = b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange".to_vec();
        let map = document.add_object(Stream::new(dictionary! {}, map));
        let font = dictionary! { "Subtype" => "Type0", "ToUnicode" => map };
        let states = document.get_dictionary(id).unwrap().get(b"AP").unwrap().as_dict().unwrap();
        let stream = states.get(b"N").unwrap().as_reference().unwrap();
        let stream = document.get_object_mut(stream).unwrap().as_stream_mut().unwrap();
        let fonts = dictionary! { "Font" => dictionary! { "Arimo" => font } };
        stream.dict.set("Resources", fonts);
    });
    assert!(!mapped.shows_its_value());
}

#[test]
fn nodes_that_share_their_kids_do_not_multiply() {
    let file = rewritten(FORM, |document| {
        let kids = document.new_object_id();
        let nodes: Vec<Object> = (0..3000)
            .map(|_| {
                let name = Object::string_literal("n");
                let node = dictionary! { "Type" => "Pages", "T" => name, "Kids" => kids };
                document.add_object(node).into()
            })
            .collect();
        document.objects.insert(kids, nodes.clone().into());
        let catalog = document.catalog_mut().unwrap();
        catalog.set("AcroForm", dictionary! { "Fields" => nodes.clone() });
        catalog.set("Pages", nodes[0].clone());
    });
    assert!(!read(&file).complete);
}

#[test]
fn what_is_no_pdf_is_told_apart_from_a_damaged_one() {
    assert_eq!(read_form(b"PK\x03\x04"), Err(ReadError::NotPdf));
    assert_eq!(read_form(b"%PDF-1.7\n%%EOF"), Err(ReadError::Damaged));
}

#[test]
fn a_form_that_was_not_filled_has_no_values() {
    let document = open(FORM);
    assert!(!widget(&document, "_priorities").has(b"V"));
}

const SIGNED: &[u8] = include_bytes!("../fixtures/signed.tail");
const QPDF: &[u8] = include_bytes!("../fixtures/qpdf.pdf");

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_are_read_or_refused(
        rewritten in any::<bool>(),
        cut in 0.0..1.0f64,
        changes in prop::collection::vec((0.0..1.0f64, any::<u8>()), 0..40),
        is_cut in any::<bool>(),
    ) {
        let mut file = if rewritten { QPDF.to_vec() } else { appended(SIGNED) };
        let at = |part: f64, length: usize| ((length as f64 * part) as usize).min(length - 1);
        for (part, byte) in changes {
            let place = at(part, file.len());
            file[place] = byte;
        }
        if is_cut {
            file.truncate(at(cut, file.len()));
        }
        if let Ok(reading) = read_form(&file) {
            prop_assert!(reading.fields.len() < 100);
        }
    }

    #[test]
    fn damaged_appearances_are_read(content in "[ -~]{0,200}") {
        let field = showing(&content);
        prop_assert!(field.widgets.len() == 1);
    }
}
