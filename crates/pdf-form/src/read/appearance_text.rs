//! The words that a widget shows (ISO 32000-1, 12.5.5): its appearance stream, and those that it paints.

use super::font_decoder::{FontDecoder, StringWidth};
use super::form_reading::ShownText;
use crate::pdf::content_items::{ContentItem, TextRun, content_items, intersection};
use crate::pdf::limits::MAX_TEXT;
use crate::pdf::matrix::Matrix;
use crate::pdf::objects::{
    Rectangle, array_entry, dictionary_entry, entry, name_entry, rectangle_entry,
};
use lopdf::{Dictionary, Document, Object, Stream};
use std::collections::BTreeMap;

/// Deepest nesting of form XObjects that is followed.
const MAX_NESTING: usize = 8;
/// Largest content of one of them that is interpreted, in bytes.
const MAX_APPEARANCE_BYTES: usize = 1024 * 1024;
/// Most fonts of one file that are read.
const MAX_FONTS: usize = 200;
/// Content that is interpreted in one file, in bytes; each stream costs at least so much of it.
const MAX_TOTAL_BYTES: usize = 16 * 1024 * 1024;
const LEAST_COST: usize = 256;
/// How far words may begin outside of the area, in points.
const TOLERANCE: f64 = 1.0;
/// The part of a line that must lie in the area, where its width is known, and where it is guessed.
const KNOWN_TOLERANCE: f64 = 0.98;
const GUESS_TOLERANCE: f64 = 0.75;
/// The part of the area, in width and in height, that a background or frame takes at least.
const FRAME_PART: f64 = 0.7;
/// Smallest size of words that can be read, in points.
const LEAST_SIZE: f64 = 4.0;
/// Words are in one line when their heights differ by less, in points.
const SAME_LINE: f64 = 1.0;

/// Reads appearances until the file has cost enough.
pub(crate) struct AppearanceReader<'a> {
    document: &'a Document,
    /// Fonts of the form, for appearances that do not list theirs.
    form_resources: Option<&'a Dictionary>,
    bytes_left: usize,
    /// Fonts that were read, by the place of their dictionary in memory.
    fonts: BTreeMap<*const Dictionary, FontDecoder>,
}

/// What one form XObject paints.
struct Painted<'a> {
    words: Vec<((f64, f64), String)>,
    certain: bool,
    /// What can be seen of it: its box, within those of the XObjects around it.
    bounds: Rectangle,
    /// Where the last string began, and how far behind that it ends, in advances of its font.
    pen: Option<((f64, f64), f64)>,
    resources: Option<&'a Dictionary>,
}

impl<'a> AppearanceReader<'a> {
    /// A reader for the widgets of a document.
    pub(crate) fn new(document: &'a Document) -> Self {
        let form = document
            .catalog()
            .ok()
            .and_then(|catalog| dictionary_entry(document, catalog, b"AcroForm"));
        Self {
            document,
            form_resources: form.and_then(|form| dictionary_entry(document, form, b"DR")),
            bytes_left: MAX_TOTAL_BYTES,
            fonts: BTreeMap::new(),
        }
    }

    /// What a widget shows; none if it has no appearance.
    pub(crate) fn shown_by(&mut self, widget: &'a Dictionary) -> Option<ShownText> {
        let states = dictionary_entry(self.document, widget, b"AP")?;
        let stream = match entry(self.document, states, b"N")? {
            Object::Stream(stream) => stream,
            // One appearance for each state: chosen by name.
            Object::Dictionary(states) => {
                let state = name_entry(self.document, widget, b"AS")?;
                entry(self.document, states, state)?.as_stream().ok()?
            }
            _ => return None,
        };
        let mut words = Vec::new();
        let certain = self.read(stream, (Matrix::IDENTITY, None), 0, &mut words);
        Some(shown_text(words, certain))
    }

    /// Adds the words of a form XObject, placed by a matrix within a clip; whether it paints them and
    /// nothing else.
    fn read(
        &mut self,
        stream: &'a Stream,
        (matrix, clip): (Matrix, Option<Rectangle>),
        depth: usize,
        words: &mut Vec<((f64, f64), String)>,
    ) -> bool {
        let limit = MAX_APPEARANCE_BYTES.min(self.bytes_left);
        let Ok(content) = stream.get_plain_content_with_limit(limit) else {
            // It may have been decompressed as far as that.
            self.bytes_left -= limit;
            return false;
        };
        let cost = content.len().max(LEAST_COST);
        if depth > MAX_NESTING || cost > self.bytes_left {
            return false;
        }
        self.bytes_left -= cost;
        let place = Matrix::of(array_entry(self.document, &stream.dict, b"Matrix"));
        let place = place.unwrap_or(Matrix::IDENTITY).then(matrix);
        let Some(bounds) = rectangle_entry(self.document, &stream.dict, b"BBox") else {
            return false;
        };
        let bounds = intersection(clip, placed(bounds, place));
        let found = content_items(&content, place);
        let resources = dictionary_entry(self.document, &stream.dict, b"Resources");
        let mut painted = Painted {
            words: Vec::new(),
            certain: found.plain && found.rectangles.iter().all(|drawn| frames(*drawn, bounds)),
            bounds,
            pen: None,
            resources,
        };
        for item in found.items {
            match item {
                ContentItem::Text(run) => self.add_run(&run, &mut painted),
                ContentItem::XObject(name, matrix, clip) => {
                    let clip = clip.map_or(bounds, |clip| intersection(Some(clip), bounds));
                    let inner = self.form_of(resources, &name);
                    painted.certain &= inner.is_some_and(|inner| {
                        self.read(inner, (matrix, Some(clip)), depth + 1, &mut painted.words)
                    });
                }
            }
        }
        words.append(&mut painted.words);
        painted.certain
    }

    fn add_run(&mut self, run: &TextRun, painted: &mut Painted<'a>) {
        let bounds = intersection(run.clip, painted.bounds);
        let size = run.advance.0.hypot(run.advance.1);
        if !run.painted || size < LEAST_SIZE || !holds(bounds, run.origin) {
            painted.certain = false;
            return;
        }
        let Some(decoder) = self.decoder(&run.font, painted.resources) else {
            painted.certain = false;
            return;
        };
        let decoded = decoder.decode(&run.bytes);
        let (width, tolerance) = match decoder.width(&run.bytes) {
            StringWidth::Known(width) => (width, KNOWN_TOLERANCE),
            StringWidth::Guessed(width) => (width, GUESS_TOLERANCE),
        };
        let before = painted.pen.filter(|(origin, _)| *origin == run.origin);
        let end = before.map_or(0.0, |(_, end)| end) + width;
        painted.pen = Some((run.origin, end));
        let reach = end * tolerance;
        let reached = (run.origin.0 + run.advance.0 * reach, run.origin.1 + run.advance.1 * reach);
        painted.certain &= decoded.certain && holds(bounds, reached);
        painted.words.push((run.origin, decoded.text));
    }

    /// Reads strings in a font among resources, or among those of the form.
    fn decoder(&mut self, name: &[u8], resources: Option<&'a Dictionary>) -> Option<&FontDecoder> {
        let font =
            [resources, self.form_resources].into_iter().flatten().find_map(|resources| {
                let fonts = dictionary_entry(self.document, resources, b"Font")?;
                dictionary_entry(self.document, fonts, name)
            })?;
        let key = std::ptr::from_ref(font);
        if !self.fonts.contains_key(&key) && self.fonts.len() < MAX_FONTS {
            self.fonts.insert(key, FontDecoder::of(self.document, font));
        }
        self.fonts.get(&key)
    }

    /// A form XObject among resources; none for a picture.
    fn form_of(&self, resources: Option<&'a Dictionary>, name: &[u8]) -> Option<&'a Stream> {
        let all = dictionary_entry(self.document, resources?, b"XObject")?;
        let stream = entry(self.document, all, name)?.as_stream().ok()?;
        let is_form = name_entry(self.document, &stream.dict, b"Subtype") == Some(b"Form");
        is_form.then_some(stream)
    }
}

/// The upright rectangle around a box that is placed by a matrix.
fn placed([left, bottom, right, top]: Rectangle, place: Matrix) -> Rectangle {
    let corners = [(left, bottom), (left, top), (right, bottom), (right, top)];
    let corners = corners.map(|corner| place.apply(corner));
    let least = |of: fn(&(f64, f64)) -> f64| corners.iter().map(of).fold(f64::INFINITY, f64::min);
    let most =
        |of: fn(&(f64, f64)) -> f64| corners.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
    [
        least(|corner| corner.0),
        least(|corner| corner.1),
        most(|corner| corner.0),
        most(|corner| corner.1),
    ]
}

fn holds([left, bottom, right, top]: Rectangle, (x, y): (f64, f64)) -> bool {
    x >= left - TOLERANCE
        && x <= right + TOLERANCE
        && y >= bottom - TOLERANCE
        && y <= top + TOLERANCE
}

/// Whether a rectangle is the background or frame of an area, and no stroke of a letter.
fn frames(drawn: Rectangle, area: Rectangle) -> bool {
    let part = |low: usize, high: usize| (drawn[high] - drawn[low]) / (area[high] - area[low]);
    part(0, 2) > FRAME_PART && part(1, 3) > FRAME_PART
}

/// Words as lines, in the order in which they are painted.
fn shown_text(words: Vec<((f64, f64), String)>, mut certain: bool) -> ShownText {
    let mut lines: Vec<(f64, String)> = Vec::new();
    let mut count = 0;
    for ((_, height), text) in words {
        count += text.chars().count();
        if count > MAX_TEXT {
            certain = false;
            break;
        }
        match lines.last_mut() {
            Some((last, line)) if (*last - height).abs() < SAME_LINE => line.push_str(&text),
            _ => lines.push((height, text)),
        }
    }
    ShownText { lines: lines.into_iter().map(|(_, line)| line).collect(), certain }
}
