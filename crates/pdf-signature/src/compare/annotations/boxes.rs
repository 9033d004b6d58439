//! The boxes that a returned document may be filled in, in the space of its pages.

use crate::compare::document_view::DocumentView;
use crate::document::objects::Rectangle;
use crate::document::page_tree::PdfPage;
use page_area::PageArea;

/// How far something may stand out of its box, in points: the width of a frame.
const TOLERANCE: f64 = 2.0;

/// What a box is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoxPurpose {
    /// People may sign and write there.
    Sign,
    /// People may write there; a visible signature there has to be reviewed.
    Write,
}

/// A box that a returned document may be filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct FillableBox {
    /// Where it is; changes name it by its label.
    pub area: PageArea,
    /// What it is for.
    pub purpose: BoxPurpose,
}

/// A box on a page.
#[derive(Debug)]
struct PlacedBox<'a> {
    given: &'a FillableBox,
    rectangle: Rectangle,
}

/// The boxes of a document, in the space of its pages.
#[derive(Debug)]
pub(crate) struct PageBoxes<'a> {
    boxes: Vec<PlacedBox<'a>>,
    /// What is shown of each page.
    pages: Vec<Rectangle>,
}

impl<'a> PageBoxes<'a> {
    /// Turns distances from the top left corner into coordinates of the document's pages.
    pub(crate) fn new(boxes: &'a [FillableBox], sent: &DocumentView<'_>) -> Self {
        let shown = |page: &PdfPage<'_>| page.shown_box(sent.document).unwrap_or([0.0; 4]);
        let pages: Vec<Rectangle> = sent.tree.pages.iter().map(shown).collect();
        let placed = |given: &'a FillableBox| {
            let area = &given.area;
            let at = usize::try_from(area.page).ok()?.checked_sub(1)?;
            let [left, _, _, top] = *pages.get(at)?;
            let (x, y) = (left + area.x, top - area.y);
            let rectangle = [x, y - area.height, x + area.width, y];
            Some(PlacedBox { given, rectangle })
        };
        Self { boxes: boxes.iter().filter_map(placed).collect(), pages }
    }

    /// The first box that a rectangle of a page lies wholly in.
    pub(crate) fn holding(&self, page: u32, inside: Rectangle) -> Option<&'a FillableBox> {
        let [left, bottom, right, top] = inside;
        let holds = |placed: &&PlacedBox<'a>| {
            let [l, b, r, t] = placed.rectangle;
            placed.given.area.page == page
                && left >= l - TOLERANCE
                && bottom >= b - TOLERANCE
                && right <= r + TOLERANCE
                && top <= t + TOLERANCE
        };
        self.boxes.iter().find(holds).map(|placed| placed.given)
    }

    /// A rectangle of a page as an area with a label.
    pub(crate) fn area(&self, label: &str, page: u32, rectangle: Rectangle) -> PageArea {
        let at = usize::try_from(page).unwrap_or(0).saturating_sub(1);
        let shown = self.pages.get(at).copied().unwrap_or_default();
        area_on_page(label, page, rectangle, shown)
    }
}

/// A rectangle of a page as an area: on the sent page where boxes are known, else on the received one.
pub(crate) fn shown_area(
    label: &str,
    page: u32,
    rectangle: Rectangle,
    received: &DocumentView<'_>,
    boxes: Option<&PageBoxes<'_>>,
) -> PageArea {
    if let Some(boxes) = boxes {
        return boxes.area(label, page, rectangle);
    }
    let at = usize::try_from(page).unwrap_or(0).saturating_sub(1);
    let shown = received.tree.pages.get(at).and_then(|page| page.shown_box(received.document));
    area_on_page(label, page, rectangle, shown.unwrap_or([0.0; 4]))
}

/// A rectangle as an area, measured from the top left corner of what is shown of its page; rounded to
/// hundredths of a point.
fn area_on_page(label: &str, page: u32, rectangle: Rectangle, shown: Rectangle) -> PageArea {
    let [left, bottom, right, top] = rectangle;
    let [page_left, _, _, page_top] = shown;
    let round = |value: f64| (value * 100.0).round() / 100.0;
    PageArea {
        label: label.to_owned(),
        page,
        x: round(left - page_left),
        y: round(page_top - top),
        width: round(right - left),
        height: round(top - bottom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Document, dictionary};

    #[test]
    fn a_box_holds_what_lies_wholly_in_it_give_or_take_a_frame() {
        let mut document = Document::with_version("1.7");
        let media = vec![0.into(), 0.into(), 595.into(), 842.into()];
        let page = document.add_object(dictionary! { "Type" => "Page", "MediaBox" => media });
        let pages = document.add_object(dictionary! { "Kids" => vec![page.into()] });
        let catalog = document.add_object(dictionary! { "Pages" => pages });
        document.trailer.set("Root", catalog);
        let view = DocumentView::new(&document);
        let label = "sign-head".to_owned();
        let area = PageArea { label, page: 1, x: 100.0, y: 200.0, width: 50.0, height: 30.0 };
        let given = [FillableBox { area: area.clone(), purpose: BoxPurpose::Sign }];
        let boxes = PageBoxes::new(&given, &view);
        let inside = [100.0, 612.0, 150.0, 642.0];
        assert_eq!(boxes.holding(1, inside), Some(&given[0]));
        assert_eq!(boxes.holding(1, [98.5, 611.0, 151.0, 643.0]), Some(&given[0]));
        assert_eq!(boxes.holding(1, [97.0, 612.0, 150.0, 642.0]), None);
        assert_eq!(boxes.holding(2, inside), None);
        assert_eq!(boxes.area("sign-head", 1, inside), area);
    }
}
