//! An annotation that was added to a page (ISO 32000-2, 12.5), judged.
//!
//! Allowed when it lies wholly in a box, has a type used for writing or signing, looks the same on
//! screen and on paper, and runs no action. The widget of a signature is judged in
//! [`super::added_signature`].

use super::added_signature::judge_signature;
use super::appearance::{
    Flags, draws_elsewhere, has_sound_appearance, line_width, normal_appearance, sound_rectangle,
};
use super::boxes::{FillableBox, PageBoxes, shown_area};
use crate::compare::change::{ChangeKind, ChangeVerdict, DocumentChange};
use crate::compare::change_detail::{AnnotationChange, AnnotationRefusal, AnnotationType};
use crate::compare::document_view::DocumentView;
use crate::document::limits::MAX_DEPTH;
use crate::document::objects::{dictionary_entry, entry, name_entry};
use crate::text::{printable, printable_string};
use lopdf::{Dictionary, Document, Object};

/// Longest text that is kept, in characters.
const MAX_TEXT_LENGTH: usize = 2000;
/// Longest unknown subtype that is kept, in characters.
const MAX_SUBTYPE_LENGTH: usize = 40;
/// Widest line that a pen draws, in points.
const MAX_LINE_WIDTH: f32 = 12.0;
/// Entries that an annotation may have (tables 166 to 192): those that people's programs write, and
/// that draw nothing outside its rectangle.
const KNOWN_ENTRIES: [&[u8]; 49] = [
    b"Type",
    b"Subtype",
    b"Rect",
    b"Contents",
    b"P",
    b"NM",
    b"M",
    b"F",
    b"AP",
    b"AS",
    b"Border",
    b"C",
    b"StructParent",
    b"CA",
    b"ca",
    b"T",
    b"Popup",
    b"RC",
    b"CreationDate",
    b"Subj",
    b"IT",
    b"DA",
    b"DS",
    b"Q",
    b"BS",
    b"BE",
    b"RD",
    b"InkList",
    b"CL",
    b"LE",
    b"Name",
    b"Parent",
    b"Open",
    b"Lang",
    b"FT",
    b"V",
    b"TU",
    b"TM",
    b"Ff",
    b"MK",
    b"H",
    b"DV",
    b"MaxLen",
    b"Opt",
    b"I",
    b"TI",
    b"RV",
    b"Kids",
    b"Rotate",
];

/// Whether an annotation is new, or a field that the document had, empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AddedWidget {
    #[default]
    New,
    Known,
}

/// The form field that a widget shows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WidgetField<'a> {
    /// Type of the field; empty when there is none.
    pub field_type: &'a [u8],
    /// Its value.
    pub value: Option<&'a Object>,
    /// Its partial name.
    pub name: Option<&'a Object>,
}

/// The field that a widget shows, with what it inherits.
pub(crate) fn widget_field<'a>(document: &'a Document, widget: &'a Dictionary) -> WidgetField<'a> {
    let mut field = WidgetField::default();
    let mut node = Some(widget);
    for _ in 0..MAX_DEPTH {
        let Some(here) = node else { break };
        if field.field_type.is_empty() {
            field.field_type = name_entry(document, here, b"FT").unwrap_or_default();
        }
        field.value = field.value.or_else(|| entry(document, here, b"V"));
        field.name = field.name.or_else(|| entry(document, here, b"T"));
        node = dictionary_entry(document, here, b"Parent");
    }
    field
}

/// What an annotation of a subtype is.
pub(crate) fn annotation_type(subtype: &[u8]) -> AnnotationType {
    match subtype {
        b"FreeText" => AnnotationType::FreeText,
        b"Ink" => AnnotationType::Ink,
        b"Stamp" => AnnotationType::Stamp,
        b"Text" => AnnotationType::Text,
        b"Widget" => AnnotationType::Widget,
        b"Link" => AnnotationType::Link,
        b"FileAttachment" => AnnotationType::FileAttachment,
        b"Highlight" | b"Underline" | b"StrikeOut" | b"Squiggly" => AnnotationType::TextMarkup,
        b"Square" | b"Circle" | b"Line" | b"Polygon" | b"PolyLine" => AnnotationType::Shape,
        b"Redact" => AnnotationType::Redaction,
        other => {
            AnnotationType::Other(printable(&String::from_utf8_lossy(other), MAX_SUBTYPE_LENGTH))
        }
    }
}

/// Judges an annotation that was added to a page.
pub(crate) fn judge_added(
    annotation: &Dictionary,
    widget: AddedWidget,
    page: u32,
    received: &DocumentView<'_>,
    boxes: Option<&PageBoxes<'_>>,
) -> DocumentChange {
    let document = received.document;
    let subtype = name_entry(document, annotation, b"Subtype").unwrap_or_default();
    let field = widget_field(document, annotation);
    if subtype == b"Widget" && field.field_type == b"Sig" {
        return judge_signature(annotation, field.value, page, received, boxes);
    }
    let kind = match subtype {
        b"Widget" => ChangeKind::FormField,
        _ => ChangeKind::Annotation,
    };
    let rectangle = sound_rectangle(annotation);
    let holder = rectangle.and_then(|rectangle| boxes?.holding(page, rectangle));
    let what = annotation_type(subtype);
    let placed = PlacedAnnotation { annotation, subtype, document, page };
    let verdict = match (boxes, holder) {
        // Where no box is known, a text field that was there holds what is typed in it.
        (None, _) if widget == AddedWidget::Known && field.field_type == b"Tx" => {
            placed.check_filled().map(|()| AnnotationChange::Filled)
        }
        (None, _) => Err(AnnotationChange::Added(what.clone())),
        (Some(boxes), holder) => placed
            .check(boxes, holder)
            .map(|holder| {
                let label = holder.area.label.clone();
                let printed = Flags::of(document, annotation).is_printed();
                AnnotationChange::InBox { annotation: what.clone(), label, printed }
            })
            .map_err(|reason| AnnotationChange::Refused { annotation: what.clone(), reason }),
    };
    let mut change = match verdict {
        Ok(detail) => DocumentChange::allowed(kind, detail),
        Err(detail) => DocumentChange::refused(kind, detail),
    };
    // Without an appearance stream each reader draws it its own way, some out of its place.
    let has_appearance = matches!(normal_appearance(document, annotation), Some(Object::Stream(_)));
    if change.is_allowed() && !has_appearance {
        change.verdict = ChangeVerdict::ForReview;
    }
    let label = holder.map_or("", |holder| holder.area.label.as_str());
    change.area = rectangle.map(|rectangle| shown_area(label, page, rectangle, received, boxes));
    let text = match subtype {
        b"Widget" => printable_string(field.value, MAX_TEXT_LENGTH),
        _ => printable_string(entry(document, annotation, b"Contents"), MAX_TEXT_LENGTH),
    };
    change.text = (!text.is_empty()).then_some(text);
    change.on_page(page)
}

/// An annotation on its page.
struct PlacedAnnotation<'a> {
    annotation: &'a Dictionary,
    subtype: &'a [u8],
    document: &'a Document,
    page: u32,
}

impl PlacedAnnotation<'_> {
    /// The box that it lies in, if it is allowed there.
    fn check<'b>(
        &self,
        boxes: &PageBoxes<'_>,
        holder: Option<&'b FillableBox>,
    ) -> Result<&'b FillableBox, AnnotationRefusal> {
        let Self { annotation, subtype, document, page } = *self;
        if !matches!(subtype, b"FreeText" | b"Ink" | b"Stamp" | b"Text" | b"Widget") {
            return Err(AnnotationRefusal::UnexpectedType);
        }
        let holder = holder.ok_or(AnnotationRefusal::OutsideBoxes)?;
        self.check_entries()?;
        // What has an appearance is drawn by it, within its rectangle (12.5.5).
        if matches!(normal_appearance(document, annotation), Some(Object::Stream(_))) {
            return Ok(holder);
        }
        if line_width(document, annotation) > MAX_LINE_WIDTH {
            return Err(AnnotationRefusal::WideLine);
        }
        let in_same_box = |[x, y]: [f64; 2]| {
            let found = boxes.holding(page, [x, y, x, y]);
            found.is_some_and(|found| found.area.label == holder.area.label)
        };
        match draws_elsewhere(document, annotation, in_same_box) {
            true => Err(AnnotationRefusal::DrawsOutside),
            false => Ok(holder),
        }
    }

    /// A field that was filled in: each reader has to draw the same, within its place.
    fn check_filled(&self) -> Result<(), AnnotationChange> {
        let drawn = normal_appearance(self.document, self.annotation);
        let entries = match drawn {
            Some(Object::Stream(_)) if sound_rectangle(self.annotation).is_some() => {
                self.check_entries()
            }
            _ => Err(AnnotationRefusal::UnsoundAppearance),
        };
        let annotation = annotation_type(self.subtype);
        entries.map_err(|reason| AnnotationChange::Refused { annotation, reason })
    }

    /// Whether it looks the same on screen and on paper, and runs no action.
    fn check_entries(&self) -> Result<(), AnnotationRefusal> {
        let Self { annotation, subtype, document, .. } = *self;
        let flags = Flags::of(document, annotation);
        // The icon of a note is always of one size.
        let varies = match subtype {
            b"Text" => flags.varies_besides_zoom(),
            _ => flags.varies(),
        };
        if flags.is_hidden_or_invisible() || varies || annotation.has(b"OC") {
            return Err(AnnotationRefusal::HiddenOrVarying);
        }
        if annotation.has(b"A") || annotation.has(b"AA") {
            return Err(AnnotationRefusal::RunsAction);
        }
        if !annotation.iter().all(|(key, _)| KNOWN_ENTRIES.contains(&key.as_slice())) {
            return Err(AnnotationRefusal::UnknownEntry);
        }
        if !has_sound_appearance(document, annotation) {
            return Err(AnnotationRefusal::UnsoundAppearance);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::annotations::appearance::{HIDDEN, NO_VIEW, NO_ZOOM, PRINT};
    use crate::compare::annotations::boxes::BoxPurpose;
    use lopdf::dictionary;
    use page_area::PageArea;

    /// Whether an annotation may lie on the first page of a document with one box to write in.
    fn allowed(annotation: &Dictionary) -> bool {
        judged(annotation).is_allowed()
    }

    fn judged(annotation: &Dictionary) -> DocumentChange {
        let mut letter = Document::with_version("1.7");
        let media = vec![0.into(), 0.into(), 595.into(), 842.into()];
        let page = letter.add_object(dictionary! { "Type" => "Page", "MediaBox" => media });
        let pages = letter.add_object(dictionary! { "Kids" => vec![page.into()] });
        let catalog = letter.add_object(dictionary! { "Pages" => pages });
        letter.trailer.set("Root", catalog);
        let view = DocumentView::new(&letter);
        let label = "write-priorities".to_owned();
        let area = PageArea { label, page: 1, x: 100.0, y: 142.0, width: 200.0, height: 100.0 };
        let boxes = [FillableBox { area, purpose: BoxPurpose::Write }];
        judge_added(annotation, AddedWidget::New, 1, &view, Some(&PageBoxes::new(&boxes, &view)))
    }

    fn new_annotation(subtype: &str, place: [i64; 4]) -> Dictionary {
        let place: Vec<Object> = place.into_iter().map(Object::from).collect();
        dictionary! { "Subtype" => subtype, "Rect" => place, "F" => 4 }
    }

    const INSIDE: [i64; 4] = [110, 610, 200, 690];

    #[test]
    fn only_what_people_write_with_may_lie_in_a_box_and_nothing_outside() {
        assert!(allowed(&new_annotation("FreeText", INSIDE)));
        assert!(!allowed(&new_annotation("FreeText", [90, 610, 200, 690])));
        assert!(!allowed(&new_annotation("Square", INSIDE)));
    }

    #[test]
    fn what_shows_or_acts_otherwise_than_it_seems_is_not_allowed() {
        for (key, value) in [
            ("F", Object::Integer(2)),
            ("F", Object::Integer(NO_VIEW | PRINT)),
            ("F", Object::Integer(NO_ZOOM | PRINT)),
            ("BS", dictionary! { "W" => 500 }.into()),
            ("A", Object::Null),
            ("ExData", Object::Null),
            ("OC", Object::Integer(1)),
            ("InkList", vec![vec![110.into(), 610.into(), 50.into(), 50.into()].into()].into()),
            ("CL", vec![0.into(), 0.into()].into()),
        ] {
            let mut annotation = new_annotation("Ink", INSIDE);
            annotation.set(key, value);
            assert!(!allowed(&annotation), "{key}");
        }
        let mut annotation = new_annotation("FreeText", INSIDE);
        annotation.set("CL", vec![0.into(), 0.into()]);
        let bounds = vec![0.into(), 0.into(), 9.into(), 9.into()];
        let drawn = lopdf::Stream::new(dictionary! { "BBox" => bounds }, Vec::new());
        annotation.set("AP", dictionary! { "N" => Object::Stream(drawn) });
        assert!(allowed(&annotation), "drawn by its appearance");
        let mut annotation = new_annotation("Ink", INSIDE);
        annotation.set("F", 0);
        let change = judged(&annotation);
        let detail = AnnotationChange::InBox {
            annotation: AnnotationType::Ink,
            label: "write-priorities".to_owned(),
            printed: false,
        };
        assert_eq!((change.is_allowed(), change.detail), (true, detail.into()));
    }

    #[test]
    fn a_signature_outside_every_box_may_not_show_anything() {
        let mut widget = new_annotation("Widget", [0, 0, 500, 500]);
        widget.set("FT", "Sig");
        assert!(!allowed(&widget), "readers draw it themselves");
        widget.set("MK", dictionary! { "BG" => vec![1.into()] });
        widget.set("Rect", [0, 0, 0, 0].map(Object::from).to_vec());
        assert!(allowed(&widget), "of no size");
        let drawn = |text: &[u8]| Object::Stream(lopdf::Stream::new(dictionary! {}, text.to_vec()));
        widget.set("AP", dictionary! { "N" => drawn(b" \n") });
        assert!(allowed(&widget), "of no size, and without content");
        widget.set("AP", dictionary! { "N" => drawn(b"0 0 9 9 re f") });
        assert!(!allowed(&widget), "some readers draw it all the same");
        widget.remove(b"AP");
        widget.set("Rect", [0, 0, 500, 0].map(Object::from).to_vec());
        assert!(!allowed(&widget), "a line");
        widget.set("Rect", [0, 0, 500, 500].map(Object::from).to_vec());
        widget.remove(b"MK");
        let sides = |all: &[i64]| all.iter().map(|side| Object::from(*side)).collect::<Vec<_>>();
        let form = dictionary! { "BBox" => sides(&[0, 0, 9, 9]), "Subtype" => "Form" };
        let picture = |form: &Dictionary| {
            dictionary! { "N" => Object::Stream(lopdf::Stream::new(form.clone(), Vec::new())) }
        };
        widget.set("AP", picture(&form));
        assert!(!allowed(&widget));
        widget.set("F", HIDDEN);
        assert!(allowed(&widget), "hidden");
        widget.set("Rect", INSIDE.map(Object::from).to_vec());
        widget.set("F", PRINT);
        assert!(allowed(&widget), "in a box");
        for (key, value) in [
            ("Subtype", Object::from("Image")),
            ("BBox", sides(&[0, 0, 9]).into()),
            ("BBox", sides(&[0, 0, 9, 0]).into()),
            ("Matrix", sides(&[1, 0, 0, 1, 0]).into()),
            ("Matrix", sides(&[0, 0, 0, 0, 0, 0]).into()),
        ] {
            let mut other = form.clone();
            other.set(key, value);
            widget.set("AP", picture(&other));
            assert!(!allowed(&widget), "{key}: readers lay it out in their own ways");
        }
        widget.set("AP", dictionary! { "N" => dictionary! { "On" => 1 } });
        assert!(!allowed(&widget), "a picture of states");
        widget.set("AP", picture(&form));
        widget.set("F", PRINT | NO_VIEW);
        assert!(!allowed(&widget), "on paper only");
    }
}
