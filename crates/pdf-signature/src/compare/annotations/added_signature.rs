//! The widget of a signature field that was added or signed (ISO 32000-2, 12.7.5.5), judged: it may
//! be visible in a box, or not at all.

use super::appearance::{
    Flags, draws_nothing, has_sound_appearance, normal_appearance, sound_rectangle,
};
use super::boxes::{BoxPurpose, PageBoxes, shown_area};
use crate::compare::change::{ChangeKind, ChangeVerdict, DocumentChange};
use crate::compare::change_detail::{AnnotationChange, SignatureFieldType, SignaturePlacement};
use crate::compare::document_view::DocumentView;
use crate::document::objects::dictionary_of;
use crate::document::signature_dictionary::is_document_timestamp;
use lopdf::{Dictionary, Document, Object};

/// A widget with a shorter side, in points, is invisible.
const MIN_SIDE: f64 = 0.01;
/// Entries that the widget may have.
const KNOWN_ENTRIES: [&[u8]; 24] = [
    b"Type",
    b"Subtype",
    b"Rect",
    b"P",
    b"NM",
    b"M",
    b"F",
    b"AP",
    b"AS",
    b"StructParent",
    b"Parent",
    b"FT",
    b"T",
    b"V",
    b"TU",
    b"TM",
    b"Ff",
    b"MK",
    b"H",
    b"DA",
    b"SV",
    b"Lock",
    b"BS",
    b"Border",
];

/// Judges the widget of a signature field. `value`: of the field.
pub(crate) fn judge_signature(
    widget: &Dictionary,
    value: Option<&Object>,
    page: u32,
    received: &DocumentView<'_>,
    boxes: Option<&PageBoxes<'_>>,
) -> DocumentChange {
    let document = received.document;
    let rectangle = sound_rectangle(widget);
    let unseen = is_unseen(document, widget);
    let field = field_type(document, value);
    let place = rectangle.unwrap_or([0.0; 4]);
    let holder = boxes.and_then(|boxes| boxes.holding(page, place));
    let deceptive = rectangle.is_none() || is_deceptive(document, widget, unseen);
    let placement = match (unseen, boxes, holder) {
        _ if deceptive => SignaturePlacement::Deceptive,
        (true, ..) => SignaturePlacement::Unseen,
        (false, None, _) if field != SignatureFieldType::Empty => SignaturePlacement::Shown,
        (false, None, _) => SignaturePlacement::EmptyButShown,
        (false, _, Some(holder)) => SignaturePlacement::InBox(holder.area.label.clone()),
        (false, ..) => SignaturePlacement::OutsideBoxes,
    };
    let kind = match field {
        SignatureFieldType::Timestamp => ChangeKind::Timestamp,
        SignatureFieldType::Signature | SignatureFieldType::Empty => ChangeKind::Signature,
    };
    let allowed = match placement {
        SignaturePlacement::Unseen | SignaturePlacement::Shown | SignaturePlacement::InBox(_) => {
            true
        }
        SignaturePlacement::Deceptive
        | SignaturePlacement::EmptyButShown
        | SignaturePlacement::OutsideBoxes => false,
    };
    // In a box for writing it may cover what somebody wrote.
    let in_other_box = holder.is_some_and(|holder| holder.purpose != BoxPurpose::Sign);
    let label = holder.map_or("", |holder| holder.area.label.as_str());
    let detail = AnnotationChange::SignatureField { field, placement };
    let is_for_review = !unseen && (in_other_box || field == SignatureFieldType::Timestamp);
    let change = DocumentChange {
        verdict: match allowed {
            true if is_for_review => ChangeVerdict::ForReview,
            true => ChangeVerdict::Allowed,
            false => ChangeVerdict::Refused,
        },
        area: (!unseen).then(|| shown_area(label, page, place, received, boxes)),
        ..DocumentChange::allowed(kind, detail)
    };
    change.on_page(page)
}

fn field_type(document: &Document, value: Option<&Object>) -> SignatureFieldType {
    match value.and_then(dictionary_of) {
        Some(value) if is_document_timestamp(document, value) => SignatureFieldType::Timestamp,
        Some(_) => SignatureFieldType::Signature,
        None => SignatureFieldType::Empty,
    }
}

/// Whether no page shows a widget. Readers draw a field without appearance themselves: a frame, a
/// colour, a text (12.5.6.19). Some draw the appearance in its own size where the field has no
/// size.
fn is_unseen(document: &Document, widget: &Dictionary) -> bool {
    let [left, bottom, right, top] = sound_rectangle(widget).unwrap_or([0.0; 4]);
    let empty =
        right - left < MIN_SIDE && top - bottom < MIN_SIDE && draws_nothing(document, widget);
    empty || Flags::of(document, widget).is_hidden()
}

/// Whether a widget may do or show something that is not visible at first.
fn is_deceptive(document: &Document, widget: &Dictionary, unseen: bool) -> bool {
    let flags = Flags::of(document, widget);
    let known = widget.iter().all(|(key, _)| KNOWN_ENTRIES.contains(&key.as_slice()));
    // A signature has one appearance: with several states, readers choose different ones.
    let sound_picture = match normal_appearance(document, widget) {
        None => true,
        Some(Object::Stream(_)) => unseen || has_sound_appearance(document, widget),
        Some(_) => false,
    };
    !known || !sound_picture || !flags.are_sound() || (!unseen && flags.varies())
}
