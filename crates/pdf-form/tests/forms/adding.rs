//! What is added to a letter, and that nothing else changes.

use crate::support::{
    FORM, LETTER, XREF_STREAM, field, fields, open, read, text_area, value, widget, with_field,
};
use lopdf::{Document, Object, ObjectId};
use pdf_form::{FieldKind, add_fields};

#[test]
fn the_letter_is_the_beginning_and_the_bytes_are_always_the_same() {
    let form = add_fields(LETTER, &fields()).unwrap();
    assert!(form.starts_with(LETTER) && !LETTER.ends_with(b"\n"));
    assert!(form.ends_with(b"%%EOF\n"));
    assert!(form == add_fields(LETTER, &fields()).unwrap());
    assert!(form == FORM, "tests/real/forms/make.sh makes the fixtures anew");
}

#[test]
fn without_fields_nothing_is_added() {
    assert_eq!(add_fields(LETTER, &[]).unwrap(), LETTER);
}

#[test]
fn what_is_added_is_read() {
    for letter in [LETTER, XREF_STREAM] {
        let form = add_fields(letter, &fields()).unwrap();
        assert!(form.starts_with(letter));
        let reading = read(&form);
        assert!(reading.has_form && reading.complete);
        let names: Vec<&str> = reading.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, fields().iter().map(|field| field.name.as_str()).collect::<Vec<_>>());
        let values: Vec<_> = reading.fields.iter().map(|field| field.value.as_deref()).collect();
        assert_eq!(values, [None, None, None, Some("Alix Émery"), None]);
        for (read, added) in reading.fields.iter().zip(fields()) {
            assert!(read.shows_its_value() && !read.signed);
            let [place] = read.widgets.as_slice() else { unreachable!() };
            assert_eq!(place.area.page, 1);
            assert!((place.area.x - added.area.x).abs() < 0.01);
            assert!((place.area.y - added.area.y).abs() < 0.01);
        }
    }
}

#[test]
fn an_update_has_the_table_that_the_letter_has() {
    let of_table = add_fields(LETTER, &fields()).unwrap();
    let of_stream = add_fields(XREF_STREAM, &fields()).unwrap();
    let added =
        |form: &[u8], letter: &[u8]| String::from_utf8_lossy(&form[letter.len()..]).into_owned();
    assert!(added(&of_table, LETTER).contains("\nxref\n"));
    let of_stream = added(&of_stream, XREF_STREAM);
    assert!(of_stream.contains("/Type/XRef") && !of_stream.contains("\nxref\n"));
}

#[test]
fn the_form_needs_nothing_of_the_program_that_fills_it() {
    let document = open(FORM);
    let form = value(&document, document.catalog().unwrap(), "AcroForm").as_dict().unwrap();
    assert!(!form.has(b"NeedAppearances") && !form.has(b"XFA") && !form.has(b"SigFlags"));
    for end in ["_priorities", "_date-head", "_head", "_name-referent"] {
        let widget = widget(&document, end);
        assert_eq!(value(&document, widget, "F").as_i64().unwrap(), 4, "printed, nothing else");
        let states = value(&document, widget, "AP").as_dict().unwrap();
        assert!(value(&document, states, "N").as_stream().is_ok());
        for key in [&b"A"[..], b"AA", b"Lock", b"MaxLen"] {
            assert!(!widget.has(key));
        }
    }
    let flags = |end| value(&document, widget(&document, end), "Ff").as_i64().unwrap();
    assert_eq!([flags("_priorities"), flags("_date-head")], [1 << 23 | 1 << 12, 1 << 23]);
    let states = value(&document, widget(&document, "_head"), "AP").as_dict().unwrap();
    assert!(value(&document, states, "N").as_stream().unwrap().content.is_empty());
}

#[test]
fn the_font_is_whole_embedded_and_knows_its_characters() {
    let document = open(FORM);
    let form = value(&document, document.catalog().unwrap(), "AcroForm").as_dict().unwrap();
    let fonts = value(&document, form, "DR").as_dict().unwrap();
    let fonts = value(&document, fonts, "Font").as_dict().unwrap();
    let font = value(&document, fonts, "Arimo").as_dict().unwrap();
    assert_eq!(value(&document, font, "Subtype").as_name().unwrap(), b"TrueType");
    assert_eq!(value(&document, font, "Widths").as_array().unwrap().len(), 224);
    let descriptor = value(&document, font, "FontDescriptor").as_dict().unwrap();
    let file = value(&document, descriptor, "FontFile2").as_stream().unwrap();
    let plain = file.decompressed_content().unwrap();
    assert_eq!(file.dict.get(b"Length1").unwrap().as_i64().unwrap(), plain.len() as i64);
    let map = value(&document, font, "ToUnicode").as_stream().unwrap();
    let map = String::from_utf8(map.get_plain_content().unwrap()).unwrap();
    assert!(map.contains("<9C> <0153>") && map.contains("<E9> <00E9>"));
}

/// The types of the elements of structure, in reading order, with the object of each `Form`.
fn structure(document: &Document, element: &Object, found: &mut Vec<(String, Option<ObjectId>)>) {
    let Ok((_, Object::Dictionary(element))) = document.dereference(element) else { return };
    if let Ok(content) = element.get(b"Obj") {
        found.last_mut().unwrap().1 = content.as_reference().ok();
        return;
    }
    if let Ok(role) = element.get(b"S").and_then(Object::as_name) {
        found.push((String::from_utf8(role.to_vec()).unwrap(), None));
    }
    match element.get(b"K") {
        Ok(Object::Array(kids)) => kids.iter().for_each(|kid| structure(document, kid, found)),
        Ok(kid) => structure(document, kid, found),
        Err(_) => {}
    }
}

#[test]
fn each_field_follows_its_caption_in_the_structure() {
    for letter in [LETTER, XREF_STREAM] {
        let document = open(&add_fields(letter, &fields()).unwrap());
        let root = document.catalog().unwrap().get(b"StructTreeRoot").unwrap();
        let mut found = Vec::new();
        structure(&document, root, &mut found);
        let roles: Vec<&str> = found.iter().map(|(role, _)| role.as_str()).collect();
        let expected = [
            "Document", "H1", "Span", "Form", "P", "Strong", "P", "Form", "Form", "Span", "Form",
            "Form",
        ];
        assert_eq!(roles, expected);
        let in_order: Vec<_> = found.iter().filter_map(|(_, widget)| *widget).collect();
        let form = value(&document, document.catalog().unwrap(), "AcroForm").as_dict().unwrap();
        let listed = value(&document, form, "Fields").as_array().unwrap();
        let listed: Vec<_> = listed.iter().map(|field| field.as_reference().unwrap()).collect();
        assert_eq!(in_order, listed);
    }
}

#[test]
fn each_widget_leads_back_to_its_element() {
    let document = open(FORM);
    let root = value(&document, document.catalog().unwrap(), "StructTreeRoot").as_dict().unwrap();
    let tree = value(&document, root, "ParentTree").as_dict().unwrap();
    let numbers = value(&document, tree, "Nums").as_array().unwrap();
    let keys: Vec<i64> = numbers.chunks(2).map(|pair| pair[0].as_i64().unwrap()).collect();
    assert!(keys.is_sorted());
    let next = value(&document, root, "ParentTreeNextKey").as_i64().unwrap();
    assert_eq!(next, keys.last().unwrap() + 1);
    for added in fields() {
        let widget = widget(&document, &added.name);
        let key = value(&document, widget, "StructParent").as_i64().unwrap();
        let at = keys.iter().position(|known| *known == key).unwrap();
        let element = document.dereference(&numbers[2 * at + 1]).unwrap().1.as_dict().unwrap();
        let content = value(&document, element, "K").as_dict().unwrap();
        assert_eq!(value(&document, content, "Obj").as_dict().unwrap(), widget);
    }
}

#[test]
fn pages_keep_what_they_have_and_the_tab_key_follows_the_structure() {
    let (before, after) = (open(LETTER), open(FORM));
    let page = |document: &Document| {
        let id = document.page_iter().next().unwrap();
        document.get_dictionary(id).unwrap().clone()
    };
    let (before, after) = (page(&before), page(&after));
    for (key, written) in before.iter().filter(|(key, _)| *key != b"Annots" && *key != b"Tabs") {
        assert_eq!(after.get(key).unwrap(), written);
    }
    assert_eq!(after.get(b"Tabs").unwrap().as_name().unwrap(), b"S");
    assert_eq!(after.get(b"Annots").unwrap().as_array().unwrap().len(), 5);
}

#[test]
fn a_value_that_was_agreed_stands_there_in_lines() {
    let text = "Développer l’usage de l’ENT par les familles, avec deux réunions d’information et un guide pour tous.\nŒuvrer à l’égalité\u{202f}: 3 ateliers (dont 1 \\ soir).";
    let form = with_field("_priorities", |field| field.kind = text_area(text));
    let reading = read(&form);
    let [field] = reading.fields.as_slice() else { unreachable!() };
    assert_eq!(field.value.as_deref(), Some(text));
    assert!(field.shows_its_value());
    let shown = field.widgets[0].shown.clone().unwrap();
    assert_eq!(shown.lines.len(), 3);
    assert_eq!(shown.lines[2], "Œuvrer à l’égalité\u{a0}: 3 ateliers (dont 1 \\ soir).");
}

#[test]
fn a_name_in_a_box_may_be_the_caption() {
    let form = with_field("_date-head", |field| {
        field.kind = FieldKind::TextLine { value: None };
        field.caption.height = 20.0;
    });
    let document = open(&form);
    let mut found = Vec::new();
    structure(&document, document.catalog().unwrap().get(b"StructTreeRoot").unwrap(), &mut found);
    let roles: Vec<&str> = found.iter().map(|(role, _)| role.as_str()).collect();
    assert_eq!(roles, ["Document", "H1", "Span", "P", "Strong", "Form", "P", "Span"]);
    assert_eq!(field("_date-head").area.page, 1);
}
