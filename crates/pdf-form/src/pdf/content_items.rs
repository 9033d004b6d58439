//! What a content stream writes and where (ISO 32000-1, 8 and 9): its strings with the place at which
//! each begins, and the other objects that it paints.
//!
//! Of paths, only rectangles are known. Widths are not looked up: where one string begins right behind another, in the same line, both have
//! the same place. Must not know what the bytes of a string mean; fonts are the caller's.

use super::matrix::Matrix;
use super::objects::Rectangle;
use super::rectangular_path::RectangularPath;
use lopdf::Object;
use lopdf::content::{Content, Operation};

/// Most states that `q` may save at once.
const MAX_SAVED: usize = 64;
/// An operator that no content stream has; where it is not read at the end, something before it was
/// not read either.
const END_MARK: &str = "EndOfContentReached";
/// A gap between the strings of `TJ` that looks like a space, in thousandths of the size.
const SPACE_GAP: f32 = -180.0;

/// A grey, or part of a colour, from which on it counts as white.
const LIGHT: f32 = 0.8;

/// Something that a content stream paints.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ContentItem {
    /// A string.
    Text(TextRun),
    /// An XObject, by its name, and the matrix and clip in force.
    XObject(Vec<u8>, Matrix, Option<Rectangle>),
}

/// A string that is shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TextRun {
    /// Name of its font among the resources.
    pub font: Vec<u8>,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Where its line begins, or the last string that was placed, in the space of the content.
    pub origin: (f64, f64),
    /// How far a character as wide as the size of the font moves to the right, there.
    pub advance: (f64, f64),
    /// Number of the marked content that it belongs to (14.7.4).
    pub marked: Option<i64>,
    /// Whether it is filled or outlined, and not only there to be copied (9.3.6), nor so light that it
    /// cannot be seen on paper.
    pub painted: bool,
    /// The rectangle that the content clips to there, if it does.
    pub clip: Option<Rectangle>,
}

/// All that a content stream paints.
#[derive(Debug, Default)]
pub(crate) struct ContentItems {
    /// Strings and XObjects, in order.
    pub items: Vec<ContentItem>,
    /// Rectangles that are painted before the first string, but for white ones.
    pub rectangles: Vec<Rectangle>,
    /// Whether nothing else is painted, and all was read.
    pub plain: bool,
}

/// What `q` saves.
#[derive(Clone)]
struct GraphicsState {
    matrix: Matrix,
    font: Vec<u8>,
    size: f64,
    leading: f64,
    render_mode: i64,
    /// Whether what is filled is nearly white.
    is_light: bool,
    clip: Option<Rectangle>,
}

/// Goes through operators one by one.
struct Interpreter {
    state: GraphicsState,
    saved: Vec<GraphicsState>,
    text_matrix: Matrix,
    line_matrix: Matrix,
    /// Marked content that is open; `None` for one without a number.
    marked: Vec<Option<i64>>,
    path: RectangularPath,
    /// Whether the path becomes a clip once it is painted.
    clips: bool,
    found: ContentItems,
}

/// What a content stream paints when it begins with this matrix.
pub(crate) fn content_items(content: &[u8], matrix: Matrix) -> ContentItems {
    let mut whole = content.to_vec();
    whole.extend_from_slice(b"\n");
    whole.extend_from_slice(END_MARK.as_bytes());
    whole.extend_from_slice(b"\n");
    let operations = Content::decode(&whole).map(|content| content.operations).unwrap_or_default();
    let state = GraphicsState {
        matrix,
        font: Vec::new(),
        size: 0.0,
        leading: 0.0,
        render_mode: 0,
        is_light: false,
        clip: None,
    };
    let mut interpreter = Interpreter {
        state,
        saved: Vec::new(),
        text_matrix: Matrix::IDENTITY,
        line_matrix: Matrix::IDENTITY,
        marked: Vec::new(),
        path: RectangularPath::default(),
        clips: false,
        found: ContentItems { plain: true, ..ContentItems::default() },
    };
    let mut reached_end = false;
    for operation in &operations {
        reached_end = operation.operator == END_MARK;
        if !reached_end {
            interpreter.operate(operation);
        }
    }
    interpreter.found.plain &= reached_end;
    interpreter.found
}

/// Most space between characters, in points.
const MAX_SPACING: f32 = 1.0;

/// What two rectangles have in common.
pub(crate) fn intersection(one: Option<Rectangle>, other: Rectangle) -> Rectangle {
    let [left, bottom, right, top] = one.unwrap_or(other);
    [left.max(other[0]), bottom.max(other[1]), right.min(other[2]), top.min(other[3])]
}

fn all_above(operands: &[Object], limit: f32) -> bool {
    operands.iter().all(|part| part.as_float().is_ok_and(|part| part > limit))
}

fn any_above(operands: &[Object], limit: f32) -> bool {
    operands.iter().any(|part| part.as_float().is_ok_and(|part| part > limit))
}

impl Interpreter {
    fn operate(&mut self, operation: &Operation) {
        let operands = operation.operands.as_slice();
        match operation.operator.as_str() {
            "q" | "Q" | "cm" => self.change_state(operation),
            "BMC" | "BDC" | "EMC" => self.mark(operation),
            "BT" | "Tm" | "Td" | "TD" | "T*" | "Tf" | "TL" | "Tr" => self.set_text(operation),
            "Tj" | "TJ" => self.show(operands.first()),
            "'" => {
                self.next_line(0.0, -self.state.leading);
                self.show(operands.first());
            }
            "\"" => {
                self.next_line(0.0, -self.state.leading);
                self.show(operands.get(2));
            }
            "Do" => {
                if let Some(Ok(name)) = operands.first().map(Object::as_name) {
                    let (matrix, clip) = (self.state.matrix, self.state.clip);
                    self.found.items.push(ContentItem::XObject(name.to_vec(), matrix, clip));
                }
            }
            "g" | "rg" => self.state.is_light = all_above(operands, LIGHT),
            "k" => self.state.is_light = !any_above(operands, 1.0 - LIGHT),
            "m" | "l" | "h" | "re" | "c" | "v" | "y" => {
                self.path.add(&operation.operator, operands, self.state.matrix);
            }
            "W" => self.clips = true,
            "n" | "f" | "F" | "f*" | "B" | "B*" | "b" | "b*" | "S" | "s" => {
                self.paint_path(&operation.operator);
            }
            // Shifts, widths and gaps that move words away.
            "Ts" | "Tc" | "Tw" => self.found.plain &= !any_above(operands, MAX_SPACING),
            "Tz" => self.found.plain &= all_above(operands, 49.0) && !any_above(operands, 200.0),
            // Clips with holes, pictures, transparency, colours of other spaces.
            "W*" | "BI" | "sh" | "gs" | "sc" | "scn" => self.found.plain = false,
            _ => {}
        }
    }

    /// Ends the path; what is painted over words may hide them.
    fn paint_path(&mut self, operator: &str) {
        let path = std::mem::take(&mut self.path);
        let clips = std::mem::take(&mut self.clips);
        let Some(rectangles) = path.rectangles() else {
            self.found.plain = false;
            return;
        };
        let is_text = |item: &ContentItem| matches!(item, ContentItem::Text(_));
        let is_seen = !(self.state.is_light && matches!(operator, "f" | "F" | "f*"));
        if operator != "n" {
            self.found.plain &= !self.found.items.iter().any(is_text);
        }
        if clips {
            match path.clip() {
                Some(clip) => self.state.clip = Some(intersection(self.state.clip, clip)),
                None => self.found.plain = false,
            }
        }
        if operator != "n" && is_seen {
            self.found.rectangles.extend(rectangles);
        }
    }

    fn change_state(&mut self, operation: &Operation) {
        match operation.operator.as_str() {
            "q" if self.saved.len() < MAX_SAVED => self.saved.push(self.state.clone()),
            "q" => self.found.plain = false,
            "Q" => match self.saved.pop() {
                Some(state) => self.state = state,
                None => self.found.plain = false,
            },
            _ => match Matrix::of(&operation.operands) {
                Some(matrix) => self.state.matrix = matrix.then(self.state.matrix),
                None => self.found.plain = false,
            },
        }
    }

    fn mark(&mut self, operation: &Operation) {
        match operation.operator.as_str() {
            "EMC" => {
                self.marked.pop();
            }
            _ if self.marked.len() >= MAX_SAVED => self.found.plain = false,
            _ => {
                let properties = operation.operands.get(1).and_then(|found| found.as_dict().ok());
                let number = properties.and_then(|found| found.get(b"MCID").ok()?.as_i64().ok());
                self.marked.push(number);
            }
        }
    }

    fn set_text(&mut self, operation: &Operation) {
        let operand = |at: usize| {
            let number = operation.operands.get(at).and_then(|found| found.as_float().ok());
            number.map_or(0.0, f64::from)
        };
        match operation.operator.as_str() {
            "BT" => self.set_line(Matrix::IDENTITY),
            "Tm" => match Matrix::of(&operation.operands) {
                Some(matrix) => self.set_line(matrix),
                None => self.found.plain = false,
            },
            "Td" => self.next_line(operand(0), operand(1)),
            "TD" => {
                self.state.leading = -operand(1);
                self.next_line(operand(0), operand(1));
            }
            "T*" => self.next_line(0.0, -self.state.leading),
            "TL" => self.state.leading = operand(0),
            "Tr" => {
                let mode = operation.operands.first().and_then(|mode| mode.as_i64().ok());
                self.state.render_mode = mode.unwrap_or(0);
            }
            _ => {
                let name = operation.operands.first().and_then(|name| name.as_name().ok());
                self.state.font = name.unwrap_or_default().to_vec();
                self.state.size = operand(1);
            }
        }
    }

    fn set_line(&mut self, matrix: Matrix) {
        self.line_matrix = matrix;
        self.text_matrix = matrix;
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.set_line(Matrix::shift(x, y).then(self.line_matrix));
    }

    /// A string, or strings with gaps between them.
    fn show(&mut self, shown: Option<&Object>) {
        match shown {
            Some(Object::String(bytes, _)) => self.add(bytes.clone()),
            Some(Object::Array(parts)) => {
                let mut bytes = Vec::new();
                for part in parts {
                    match part {
                        Object::String(more, _) => bytes.extend_from_slice(more),
                        gap if gap.as_float().is_ok_and(|gap| gap < SPACE_GAP) => {
                            self.add(std::mem::take(&mut bytes));
                        }
                        _ => {}
                    }
                }
                self.add(bytes);
            }
            _ => self.found.plain = false,
        }
    }

    fn add(&mut self, bytes: Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let place = self.text_matrix.then(self.state.matrix);
        let (origin, end) = (place.apply((0.0, 0.0)), place.apply((self.state.size, 0.0)));
        self.found.items.push(ContentItem::Text(TextRun {
            font: self.state.font.clone(),
            bytes,
            origin,
            advance: (end.0 - origin.0, end.1 - origin.1),
            marked: self.marked.iter().rev().find_map(|number| *number),
            painted: (0..3).contains(&self.state.render_mode) && !self.state.is_light,
            clip: self.state.clip,
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Strings with their places, and whether nothing else is painted.
    fn read(content: &str) -> (Vec<(String, f64, f64)>, bool) {
        let found = content_items(content.as_bytes(), Matrix::IDENTITY);
        let texts = found.items.into_iter().filter_map(|item| match item {
            ContentItem::Text(run) => {
                let text = String::from_utf8(run.bytes).unwrap();
                Some((text, run.origin.0, run.origin.1))
            }
            ContentItem::XObject(..) => None,
        });
        (texts.collect(), found.plain)
    }

    #[test]
    fn each_string_is_where_its_line_begins() {
        let content =
            "q 1 0 0 1 5 5 cm BT /F 9 Tf 12 TL 2 40 Td (a) Tj T* (b) Tj 0 -10 Td (c) Tj ET Q";
        let found = read(content);
        let expected = [("a", 7.0, 45.0), ("b", 7.0, 33.0), ("c", 7.0, 23.0)];
        assert_eq!(found, (expected.map(|(text, x, y)| (text.to_owned(), x, y)).to_vec(), true));
    }

    #[test]
    fn marked_content_is_known_by_its_number() {
        let content =
            b"/P <</MCID 4>> BDC /Span <</Lang(fr)>> BDC BT (a) Tj ET EMC EMC BT (b) Tj ET";
        let found = content_items(content, Matrix::IDENTITY);
        let numbers: Vec<_> = found
            .items
            .iter()
            .map(|item| match item {
                ContentItem::Text(run) => run.marked,
                ContentItem::XObject(..) => Some(-1),
            })
            .collect();
        assert_eq!(numbers, [Some(4), None]);
    }

    #[test]
    fn words_that_cannot_be_seen_are_known() {
        let painted = |content: &str| {
            let found = content_items(content.as_bytes(), Matrix::IDENTITY);
            found.items.iter().all(|item| matches!(item, ContentItem::Text(run) if run.painted))
        };
        assert!(painted("0.2 g BT (a) Tj ET 1 0 0 rg BT (a) Tj ET 0 0 0 1 k BT 2 Tr (a) Tj ET"));
        for unseen in ["1 g BT (a) Tj ET", "1 1 0.9 rg BT (a) Tj ET", "0 0 0 0 k BT (a) Tj ET"] {
            assert!(!painted(unseen), "{unseen}");
        }
        assert!(!painted("BT 3 Tr (a) Tj ET"));
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        assert!(read("0 g 0 0 9 9 re f BT (a) Tj ET").1);
        assert!(read("0 0 9 9 re W n BT 0 Tc (a) Tj ET").1);
        for other in [
            "BT (a) Tj ET 0 0 9 9 re f",
            "0 0 m 1 1 2 2 3 3 c f",
            "0 0 m 5 9 l 9 0 l W n BT (a) Tj ET",
            "9 Tc BT (a) Tj ET",
            "5 Tz BT (a) Tj ET",
            "BT (a) Tj (never closed",
            "Q",
            "BI /W 1 /H 1 /BPC 8 /CS /G ID x EI",
            "BT (a) Tj ET ]]]",
        ] {
            assert!(!read(other).1, "{other}");
        }
    }
}
