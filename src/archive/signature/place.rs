//! Where the pages show a signature: the places of its field's widgets (ISO 32000-2, 12.5.6.19).
//!
//! Which box of the letter that is, is said by who knows the letter. A widget belongs to a
//! signature when it is its field, a kid of it, or has the very same value: a field that the form
//! does not list is drawn all the same.

use super::document::{
    PageObject, array, dictionary_of, entry, inner, integer, page_tree, rectangle, resolve,
};
use super::field::Field;
use lopdf::{Dictionary, Document, Object};
use page_area::PageArea;

/// Most places that are told: more than one is too many already.
const MOST: usize = 8;
/// Flag of an annotation that is neither shown nor printed (ISO 32000-2, table 167).
const HIDDEN: i64 = 2;
/// Sides below this, in points, show nothing.
const SMALLEST: f64 = 0.01;

/// Every place where a page shows a signature, in points from the upper left corner of the page.
/// Without labels.
pub(super) fn places(document: &Document, field: &Field<'_>) -> Vec<PageArea> {
    let pages = page_tree(document).pages;
    let mut found: Vec<PageArea> = Vec::new();
    for (number, page) in (1..).zip(&pages) {
        for object in array(document, page.own, b"Annots") {
            let Some(widget) = dictionary_of(resolve(document, object)) else { continue };
            if is_of(field, object, widget) {
                found.extend(shown(document, page, number, widget));
            }
        }
        if found.len() > MOST {
            break;
        }
    }
    found
}

/// Whether an annotation shows this field.
fn is_of(field: &Field<'_>, object: &Object, widget: &Dictionary) -> bool {
    let listed = |own: &Object| own.as_reference().is_ok_and(|own| field.objects.contains(&own));
    let value = field.value.and_then(|own| own.as_reference().ok());
    let same = |own: &Object| value.is_some() && own.as_reference().ok() == value;
    let has = |key: &[u8], holds: &dyn Fn(&Object) -> bool| widget.get(key).is_ok_and(holds);
    listed(object) || has(b"Parent", &listed) || has(b"V", &same)
}

/// Where it shows something, if it does.
fn shown(
    document: &Document,
    page: &PageObject<'_>,
    number: u32,
    widget: &Dictionary,
) -> Option<PageArea> {
    let [left, bottom, right, top] = rectangle(document, widget, b"Rect")?;
    let drawn = inner(document, widget, b"AP").and_then(|own| entry(document, own, b"N"));
    let hidden = integer(document, widget, b"F").unwrap_or(0) & HIDDEN != 0;
    if hidden || drawn.is_none() || right - left < SMALLEST || top - bottom < SMALLEST {
        return None;
    }
    let [from, _, _, up] = page.shown(document).unwrap_or([0.0; 4]);
    Some(PageArea {
        label: String::new(),
        page: number,
        x: left - from,
        y: up - top,
        width: right - left,
        height: top - bottom,
    })
}

#[cfg(test)]
mod tests {
    use super::super::field::fields;
    use super::*;
    use lopdf::dictionary;

    /// Places of the one signature of a page with these widgets, each with more entries.
    fn told(widgets: Vec<Dictionary>, kids: bool) -> Vec<(f64, f64)> {
        let mut own = Document::with_version("1.7");
        let value = own.add_object(dictionary! { "Type" => "Sig" });
        let field = own.new_object_id();
        let drawn = own.add_object(lopdf::Stream::new(dictionary! {}, Vec::new()));
        let ids: Vec<Object> = widgets
            .into_iter()
            .map(|more| {
                let rect: Vec<Object> = [10, 20, 30, 40].map(Object::from).to_vec();
                let mut widget = dictionary! { "Subtype" => "Widget", "Rect" => rect };
                widget.set("AP", dictionary! { "N" => drawn });
                if kids {
                    widget.set("Parent", field);
                } else {
                    widget.set("V", value);
                }
                widget.extend(&more);
                own.add_object(widget).into()
            })
            .collect();
        let mut top = dictionary! { "T" => Object::string_literal("s"), "FT" => "Sig" };
        top.set("V", value);
        if kids {
            top.set("Kids", ids.clone());
        }
        own.objects.insert(field, top.into());
        let media: Vec<Object> = [0, 0, 100, 200].map(Object::from).to_vec();
        let page = own.add_object(dictionary! { "MediaBox" => media, "Annots" => ids });
        let pages = own.add_object(dictionary! { "Kids" => vec![page.into()] });
        let form = dictionary! { "Fields" => vec![field.into()] };
        let catalog = own.add_object(dictionary! { "Pages" => pages, "AcroForm" => form });
        own.trailer.set("Root", catalog);
        let found = fields(&own);
        let [field] = found.as_slice() else { unreachable!() };
        places(&own, field).into_iter().map(|own| (own.x, own.y)).collect()
    }

    #[test]
    fn a_widget_is_told_from_the_upper_left_corner_of_its_page() {
        assert_eq!(told(vec![dictionary! {}], true), [(10.0, 160.0)]);
    }

    #[test]
    fn every_widget_of_a_signature_counts_listed_by_the_form_or_not() {
        assert_eq!(told(vec![dictionary! {}, dictionary! {}], true).len(), 2);
        assert_eq!(told(vec![dictionary! {}, dictionary! {}], false).len(), 2);
    }

    #[test]
    fn what_shows_nothing_is_nowhere() {
        for nothing in [
            dictionary! { "F" => HIDDEN },
            dictionary! { "AP" => Object::Null },
            dictionary! { "Rect" => vec![1.into(), 1.into(), 1.into(), 9.into()] },
        ] {
            assert_eq!(told(vec![nothing], true), []);
        }
    }
}
