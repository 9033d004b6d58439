//! How an annotation is drawn (ISO 32000-2, 12.5.3 to 12.5.5): its rectangle, flags and appearance
//! streams.

use crate::document::limits::MAX_STREAM_BYTES;
use crate::document::objects::{
    Rectangle, array_entry, dictionary_entry, entry, name_entry, numbers, resolve,
};
use lopdf::{Dictionary, Document, Object};

/// Entries that say where an annotation draws, besides its rectangle.
const DRAWING_ENTRIES: [&[u8]; 6] = [b"InkList", b"Vertices", b"L", b"QuadPoints", b"CL", b"Path"];
/// Largest coordinate of a rectangle, in points.
const MAX_COORDINATE: f64 = 20_000.0;
/// With a smaller determinant, a matrix maps the plane to a line within rounding errors.
const MIN_DETERMINANT: f64 = 1e-6;

const INVISIBLE: i64 = 1;
pub(super) const HIDDEN: i64 = 2;
pub(super) const PRINT: i64 = 4;
pub(super) const NO_ZOOM: i64 = 8;
pub(super) const NO_VIEW: i64 = 32;
const TOGGLE_NO_VIEW: i64 = 256;
/// Largest value that the known flags may have together.
const MAX_FLAGS: i64 = 1023;

/// The flags of an annotation (table 167).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flags(i64);

impl Flags {
    /// Reads them. If they are not a small integer, readers disagree: all flags count as set.
    pub(crate) fn of(document: &Document, annotation: &Dictionary) -> Self {
        match annotation.get(b"F").map(|flags| resolve(document, flags)) {
            Err(_) | Ok(Object::Null) => Self(0),
            Ok(Object::Integer(flags @ 0..=MAX_FLAGS)) => Self(*flags),
            Ok(_) => Self(i64::MAX),
        }
    }

    /// Whether all readers understand them in the same way.
    pub(crate) fn are_sound(self) -> bool {
        self.0 <= MAX_FLAGS
    }

    /// Neither shown nor printed.
    pub(crate) fn is_hidden(self) -> bool {
        self.0 & HIDDEN != 0
    }

    /// Neither shown nor printed, or not by readers that do not know its type.
    pub(crate) fn is_hidden_or_invisible(self) -> bool {
        self.0 & (INVISIBLE | HIDDEN) != 0
    }

    /// Shown on paper too.
    pub(crate) fn is_printed(self) -> bool {
        self.0 & PRINT != 0
    }

    /// Shown on paper only, or in turns.
    pub(crate) fn varies_besides_zoom(self) -> bool {
        self.0 & (NO_VIEW | TOGGLE_NO_VIEW) != 0
    }

    /// Shown on paper only, or in turns, or in a size that does not follow the page.
    pub(crate) fn varies(self) -> bool {
        self.varies_besides_zoom() || self.0 & NO_ZOOM != 0
    }
}

/// A rectangle that is written as four numbers on a page: readers differ about any other.
pub(crate) fn sound_rectangle(annotation: &Dictionary) -> Option<Rectangle> {
    let written = annotation.get(b"Rect").ok()?.as_array().ok()?;
    let sides: Vec<f64> =
        written.iter().filter_map(|side| side.as_float().ok().map(f64::from)).collect();
    let [a, b, c, d] = sides.as_slice() else { return None };
    let sound = written.len() == 4 && sides.iter().all(|side| side.abs() <= MAX_COORDINATE);
    sound.then(|| [a.min(*c), b.min(*d), a.max(*c), b.max(*d)])
}

/// Width of the line that a reader draws when there is no appearance (12.5.4), in points.
pub(crate) fn line_width(document: &Document, annotation: &Dictionary) -> f32 {
    let style = dictionary_entry(document, annotation, b"BS");
    let style = style.and_then(|style| entry(document, style, b"W"));
    let border = array_entry(document, annotation, b"Border").get(2);
    let border = border.map(|width| resolve(document, width));
    let width =
        |value: Option<&Object>| value.and_then(|value| value.as_float().ok()).unwrap_or(0.0);
    width(style).abs().max(width(border).abs())
}

/// Whether one of the points that an annotation draws is not where `holds` wants it, or cannot be
/// read.
pub(crate) fn draws_elsewhere(
    document: &Document,
    annotation: &Dictionary,
    holds: impl Fn([f64; 2]) -> bool,
) -> bool {
    DRAWING_ENTRIES.iter().any(|key| {
        points(document, annotation, key).is_none_or(|points| !points.into_iter().all(&holds))
    })
}

/// Points of an entry that says where something is drawn; empty when absent, `None` when they cannot
/// be read.
fn points(document: &Document, annotation: &Dictionary, key: &[u8]) -> Option<Vec<[f64; 2]>> {
    let outer = array_entry(document, annotation, key);
    let mut coordinates = Vec::new();
    let nested = outer.iter().any(|inside| resolve(document, inside).as_array().is_ok());
    if nested {
        for inside in outer {
            coordinates.extend(numbers(document, resolve(document, inside).as_array().ok()?)?);
        }
    } else {
        coordinates = numbers(document, outer)?;
    }
    Some(coordinates.as_chunks::<2>().0.to_vec())
}

/// What an annotation normally looks like (12.5.5, table 170).
pub(crate) fn normal_appearance<'a>(
    document: &'a Document,
    annotation: &'a Dictionary,
) -> Option<&'a Object> {
    entry(document, dictionary_entry(document, annotation, b"AP")?, b"N")
}

/// Whether each appearance is a form XObject with a box of some size, in a layout that all readers
/// draw the same way.
pub(crate) fn has_sound_appearance(document: &Document, annotation: &Dictionary) -> bool {
    let numbers = |form: &Dictionary, key: &[u8]| -> Option<Vec<f64>> {
        let written = resolve(document, form.get(key).ok()?).as_array().ok()?;
        written.iter().map(|side| side.as_float().ok().map(f64::from)).collect()
    };
    appearances(document, annotation).iter().all(|form| {
        let is_form = matches!(name_entry(document, form, b"Subtype"), Some(b"Form") | None);
        let has_size = numbers(form, b"BBox").is_some_and(|sides| {
            matches!(sides.as_slice(), [a, b, c, d] if (a - c).abs() > 0.0 && (b - d).abs() > 0.0)
        });
        let is_invertible = match numbers(form, b"Matrix").as_deref() {
            Some([a, b, c, d, _, _]) => (a * d - b * c).abs() > MIN_DETERMINANT,
            Some(_) => false,
            None => !form.has(b"Matrix"),
        };
        is_form && has_size && is_invertible
    })
}

/// Dictionaries of the streams that draw it.
fn appearances<'a>(document: &'a Document, annotation: &'a Dictionary) -> Vec<&'a Dictionary> {
    let Some(all) = dictionary_entry(document, annotation, b"AP") else { return Vec::new() };
    let mut found = Vec::new();
    for (_, appearance) in all.iter() {
        match resolve(document, appearance) {
            Object::Stream(stream) => found.push(&stream.dict),
            Object::Dictionary(states) => {
                found.extend(states.iter().filter_map(|(_, state)| {
                    match resolve(document, state) {
                        Object::Stream(stream) => Some(&stream.dict),
                        _ => None,
                    }
                }));
            }
            _ => {}
        }
    }
    found
}

/// Whether all appearances are without content.
pub(crate) fn draws_nothing(document: &Document, annotation: &Dictionary) -> bool {
    let Some(all) = dictionary_entry(document, annotation, b"AP") else { return true };
    all.iter().all(|(_, appearance)| match resolve(document, appearance) {
        Object::Stream(stream) => stream
            .get_plain_content_with_limit(MAX_STREAM_BYTES)
            .is_ok_and(|content| content.trim_ascii().is_empty()),
        Object::Null => true,
        _ => false,
    })
}
