//! One side of a comparison: a document with its pages, and the boxes of the letter on them.

use super::super::document::{PageTree, dictionary_of, page_tree};
use super::canonical::Canonical;
use lopdf::{Dictionary, Document, Object, ObjectId};
use page_area::PageArea;
use std::collections::{BTreeMap, BTreeSet};

/// How far something may stand out of its box, in points: the width of a frame.
const TOLERANCE: f64 = 2.0;

/// A document seen as pages.
#[derive(Debug)]
pub(in super::super) struct View<'a> {
    /// Its objects.
    pub document: &'a Document,
    /// Its pages.
    pub tree: PageTree<'a>,
    /// Where each page is, from 0.
    pub order: BTreeMap<ObjectId, usize>,
}

impl<'a> View<'a> {
    /// Walks the pages.
    pub(super) fn new(document: &'a Document) -> Self {
        let tree = page_tree(document);
        let order = tree.pages.iter().enumerate().map(|(at, own)| (own.id, at)).collect();
        Self { document, tree, order }
    }

    /// The catalogue; an opened document has one.
    pub(super) fn catalogue(&self) -> Dictionary {
        self.document.catalog().cloned().unwrap_or_default()
    }

    /// A fresh calculator of digests.
    pub(super) fn canonical(&self) -> Canonical<'_> {
        Canonical::new(self)
    }

    /// Objects that can be reached from some values without going through a page.
    pub(super) fn around<'b>(&'b self, from: impl IntoIterator<Item = &'b Object>) -> Reach<'b> {
        self.walk(from.into_iter().collect(), |id| !self.order.contains_key(&id))
    }

    /// Everything that the document uses.
    pub(super) fn used(&self) -> Reach<'_> {
        self.walk(self.document.trailer.iter().map(|(_, value)| value).collect(), |_| true)
    }

    /// Everything that some values lead to without going through entries of one key.
    pub(super) fn reached<'b>(
        &'b self,
        from: impl IntoIterator<Item = &'b Object>,
        except: &[u8],
    ) -> BTreeSet<ObjectId> {
        let mut found = BTreeSet::new();
        let mut stack: Vec<&Object> = from.into_iter().collect();
        while let Some(object) = stack.pop() {
            let dictionary = match object {
                Object::Reference(id) => {
                    if found.insert(*id) {
                        stack.extend(self.document.objects.get(id));
                    }
                    continue;
                }
                Object::Array(own) => {
                    stack.extend(own);
                    continue;
                }
                Object::Dictionary(own) => own,
                Object::Stream(own) => &own.dict,
                _ => continue,
            };
            stack.extend(dictionary.iter().filter(|(key, _)| *key != except).map(|(_, own)| own));
        }
        found
    }

    fn walk<'b>(&'b self, from: Vec<&'b Object>, enter: impl Fn(ObjectId) -> bool) -> Reach<'b> {
        let mut found = Reach::default();
        let mut stack: Vec<(&[u8], &Object)> =
            from.into_iter().map(|own| (&b""[..], own)).collect();
        while let Some((key, object)) = stack.pop() {
            let dictionary = match object {
                Object::Reference(id) => {
                    if enter(*id) {
                        if found.ids.insert(*id) {
                            stack.extend(self.document.objects.get(id).map(|own| (key, own)));
                        } else if let Some(own) =
                            self.document.objects.get(id).and_then(dictionary_of)
                        {
                            // It hangs at another key too.
                            found.hanging.push((key, own));
                        }
                    }
                    continue;
                }
                Object::Array(own) => {
                    stack.extend(own.iter().map(|own| (key, own)));
                    continue;
                }
                Object::Dictionary(own) => own,
                Object::Stream(own) => &own.dict,
                _ => continue,
            };
            found.dictionaries.push(dictionary);
            found.hanging.push((key, dictionary));
            stack.extend(dictionary.iter().map(|(key, own)| (key.as_slice(), own)));
        }
        found
    }
}

/// What can be reached.
#[derive(Debug, Default)]
pub(super) struct Reach<'a> {
    /// Objects.
    pub ids: BTreeSet<ObjectId>,
    /// Dictionaries, those inside others too.
    pub dictionaries: Vec<&'a Dictionary>,
    /// The same with the key that leads to each, once a key.
    pub hanging: Vec<(&'a [u8], &'a Dictionary)>,
}

/// A rectangle in the space of a page: left, bottom, right, top.
pub(super) type Rectangle = [f64; 4];

/// The boxes of the letter, in the space of its pages.
#[derive(Debug)]
pub(super) struct Boxes<'a> {
    boxes: Vec<(&'a str, u32, Rectangle)>,
    pages: Vec<Rectangle>,
}

impl<'a> Boxes<'a> {
    /// Turns distances from the upper left corner into those of the letter's pages.
    pub(super) fn new(areas: &'a [PageArea], letter: &View<'_>) -> Self {
        let shown = |own: &super::super::document::PageObject<'_>| {
            own.shown(letter.document).unwrap_or([0.0; 4])
        };
        let pages: Vec<Rectangle> = letter.tree.pages.iter().map(shown).collect();
        let place = |own: &'a PageArea| {
            let at = usize::try_from(own.page).ok()?.checked_sub(1)?;
            let [left, _, _, top] = *pages.get(at)?;
            let (x, y) = (left + own.x, top - own.y);
            Some((own.label.as_str(), own.page, [x, y - own.height, x + own.width, y]))
        };
        Self { boxes: areas.iter().filter_map(place).collect(), pages }
    }

    /// Label of the box that a rectangle lies wholly in.
    pub(super) fn holding(&self, page: u32, inside: Rectangle) -> Option<&'a str> {
        let [left, bottom, right, top] = inside;
        self.boxes
            .iter()
            .find(|(_, own, [l, b, r, t])| {
                *own == page
                    && left >= l - TOLERANCE
                    && bottom >= b - TOLERANCE
                    && right <= r + TOLERANCE
                    && top <= t + TOLERANCE
            })
            .map(|(label, _, _)| *label)
    }

    /// A rectangle as it is told: from the upper left corner of the page.
    pub(super) fn told(&self, label: &str, page: u32, rectangle: Rectangle) -> PageArea {
        let at = usize::try_from(page).unwrap_or(0).saturating_sub(1);
        let [from, _, _, up] = self.pages.get(at).copied().unwrap_or_default();
        area(label, page, rectangle, from, up)
    }
}

/// A rectangle from the upper left corner of a page whose shown part begins there.
pub(super) fn area(label: &str, page: u32, own: Rectangle, from: f64, up: f64) -> PageArea {
    let [left, bottom, right, top] = own;
    let round = |value: f64| (value * 100.0).round() / 100.0;
    PageArea {
        label: label.to_owned(),
        page,
        x: round(left - from),
        y: round(up - top),
        width: round(right - left),
        height: round(top - bottom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    #[test]
    fn a_box_holds_what_lies_wholly_in_it_give_or_take_a_frame() {
        let mut document = Document::with_version("1.7");
        let media = vec![0.into(), 0.into(), 595.into(), 842.into()];
        let page = document.add_object(dictionary! { "Type" => "Page", "MediaBox" => media });
        let pages = document.add_object(dictionary! { "Kids" => vec![page.into()] });
        let catalog = document.add_object(dictionary! { "Pages" => pages });
        document.trailer.set("Root", catalog);
        let view = View::new(&document);
        let areas = [PageArea {
            label: "sign-head".to_owned(),
            page: 1,
            x: 100.0,
            y: 200.0,
            width: 50.0,
            height: 30.0,
        }];
        let boxes = Boxes::new(&areas, &view);
        let inside = [100.0, 612.0, 150.0, 642.0];
        assert_eq!(boxes.holding(1, inside), Some("sign-head"));
        assert_eq!(boxes.holding(1, [98.5, 611.0, 151.0, 643.0]), Some("sign-head"));
        assert_eq!(boxes.holding(1, [97.0, 612.0, 150.0, 642.0]), None);
        assert_eq!(boxes.holding(2, inside), None);
        assert_eq!(boxes.told("sign-head", 1, inside), areas[0]);
    }
}
