//! What a finished document says, paragraph by paragraph, and where its boxes are.
//!
//! Walks the pages in reading order. A paragraph, heading, list item or cell is one block, with
//! the words a reader sees: where a line was broken, the space (or nothing, after a hyphen) that
//! was there before. What repeats on every page (header, footer, background) is not text: a page
//! more or less changes nothing that a reader relies on.

use page_area::PageArea;
use std::collections::HashMap;
use typst::foundations::Content;
use typst::introspection::{Location, Tag};
use typst::layout::{Frame, FrameItem, Point, Size, Transform};
use typst::text::TextItem;
use typst_layout::PagedDocument;

/// What was read from a document.
#[derive(Debug, Default)]
pub(super) struct PageText {
    /// The blocks of text, in reading order.
    pub(super) blocks: Vec<String>,
    /// The labelled boxes.
    pub(super) places: Vec<PageArea>,
    /// The labelled places of form fields.
    pub(super) fields: Vec<PageArea>,
}

/// Elements whose text is a block of its own. A marker is the number or dash of a list item, or what
/// follows it.
const BLOCKS: &[&str] = &["par", "heading", "item", "cell", "caption", "title", "pdf-marker-tag"];
/// The mark of what repeats on every page.
const ARTIFACT: &str = "artifact";

/// Reads a document.
pub(super) fn read(document: &PagedDocument) -> PageText {
    let mut walker = Walker::default();
    for (index, page) in document.pages().iter().enumerate() {
        walker.page = u32::try_from(index + 1).unwrap_or(u32::MAX);
        walker.frame(&page.frame, Transform::identity());
        walker.line = None;
        walker.loose = None;
    }
    let mut blocks: Vec<String> = Vec::with_capacity(walker.blocks.len());
    let mut marker = String::new();
    for block in walker.blocks {
        let block = block.trim();
        // The number or dash of a list item belongs to what follows it.
        if !block.is_empty() && block.chars().all(|c| !c.is_alphabetic()) && block.len() < 6 {
            marker = format!("{block} ");
        } else if !block.is_empty() {
            blocks.push(format!("{}{block}", std::mem::take(&mut marker)));
        }
    }
    PageText { blocks, places: walker.places, fields: walker.fields }
}

/// Where the text within an element goes.
#[derive(Clone, Copy, PartialEq)]
enum Target {
    /// Nowhere: it repeats on every page.
    Skipped,
    /// To a block made when some text comes.
    Loose,
    /// To this block.
    Block(usize),
}

#[derive(Default)]
struct Walker {
    page: u32,
    blocks: Vec<String>,
    open: Vec<(Location, Target)>,
    /// Blocks of elements, so that one that goes on over a page is one block.
    known: HashMap<Location, usize>,
    /// The block that loose text goes to, until something else comes.
    loose: Option<usize>,
    /// Where the last run of text ended: block, height on the page, and whether with a hyphen.
    line: Option<(usize, f64, bool)>,
    places: Vec<PageArea>,
    fields: Vec<PageArea>,
    wanted: Option<String>,
}

impl Walker {
    fn frame(&mut self, frame: &Frame, transform: Transform) {
        for (at, item) in frame.items() {
            let here = transform.pre_concat(Transform::translate(at.x, at.y));
            match item {
                FrameItem::Tag(Tag::Start(element, _)) => self.start(element),
                FrameItem::Tag(Tag::End(location, ..)) => self.end(*location),
                FrameItem::Group(group) => {
                    let here = here.pre_concat(group.transform);
                    if let Some(label) = self.wanted.take() {
                        let place = self.place(label, here, group.frame.size());
                        self.places.push(place);
                    }
                    let label = group.label.map(|label| label.resolve().to_string());
                    if let Some(label) = label.filter(|label| label.starts_with("field-")) {
                        let place = self.place(label, here, group.frame.size());
                        self.fields.push(place);
                    }
                    self.frame(&group.frame, here);
                }
                FrameItem::Text(run) => self.text(run, Point::zero().transform(here).y.to_pt()),
                _ => {}
            }
        }
    }

    fn place(&self, label: String, here: Transform, size: Size) -> PageArea {
        let corner = Point::zero().transform(here);
        // A hundredth of a point is far below what a printer can place.
        let rounded = |length: f64| (length * 100.0).round() / 100.0;
        PageArea {
            label,
            page: self.page,
            x: rounded(corner.x.to_pt()),
            y: rounded(corner.y.to_pt()),
            width: rounded(size.x.to_pt()),
            height: rounded(size.y.to_pt()),
        }
    }

    fn new_block(&mut self) -> usize {
        self.blocks.push(String::new());
        self.blocks.len() - 1
    }

    fn start(&mut self, element: &Content) {
        if let Some(label) = element.label() {
            let label = label.resolve().to_string();
            if label.starts_with("sign-") || label.starts_with("write-") {
                self.wanted = Some(label);
            }
        }
        let Some(location) = element.location() else { return };
        let name = element.elem().name();
        let around = self.open.last().map_or(Target::Loose, |(_, target)| *target);
        let target = if name == ARTIFACT || around == Target::Skipped {
            Target::Skipped
        } else if BLOCKS.contains(&name) {
            self.loose = None;
            let block = match self.known.get(&location) {
                Some(block) => *block,
                None => self.new_block(),
            };
            self.known.insert(location, block);
            Target::Block(block)
        } else {
            around
        };
        self.open.push((location, target));
    }

    fn end(&mut self, location: Location) {
        if let Some(at) = self.open.iter().rposition(|(open, _)| *open == location) {
            if matches!(self.open[at].1, Target::Block(_)) {
                self.loose = None;
            }
            self.open.truncate(at);
        }
    }

    fn text(&mut self, run: &TextItem, y: f64) {
        let block = match self.open.last().map_or(Target::Loose, |(_, target)| *target) {
            Target::Skipped => return,
            Target::Block(block) => block,
            Target::Loose => match self.loose {
                Some(block) => block,
                None => self.new_block(),
            },
        };
        if self.open.last().is_none_or(|(_, target)| *target == Target::Loose) {
            self.loose = Some(block);
        }
        if let Some((before, height, hyphen)) = self.line
            && before == block
            && (y - height).abs() > 1.0
            && !hyphen
            && !self.blocks[block].ends_with([' ', '\n'])
        {
            self.blocks[block].push(' ');
        }
        self.blocks[block].push_str(&run.text);
        // The hyphen of a broken word stands for no character of the text.
        let hyphen = run.glyphs.last().is_some_and(|glyph| glyph.range.is_empty());
        self.line = Some((block, y, hyphen));
    }
}
