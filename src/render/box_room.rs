//! How much room the boxes to sign leave, and what stands above them on their page: measured on finished pages.

use super::page_text;
use page_area::PageArea;
use typst::layout::{Frame, FrameItem, Point, Transform};
use typst_layout::PagedDocument;

/// The part of a page, from its top, that holds what repeats on every page, in points.
const HEAD_OF_PAGE: f64 = 85.0;

/// A box to sign, as it is printed.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxRoom {
    /// Its label, as in `sign-head`.
    pub label: String,
    /// The height of the largest strip without text in it, in points.
    pub free_height: f64,
    /// How many lines of text stand above it on its page.
    pub lines_above: usize,
}

/// The upper and the lower edge of a line of text on its page, in points.
type Line = (f64, f64);

/// Measures every box to sign of a document.
pub(super) fn of_document(document: &PagedDocument) -> Vec<BoxRoom> {
    let places = page_text::read(document).places;
    let signed = places.into_iter().filter(|place| place.label.starts_with("sign-"));
    signed
        .filter_map(|place| {
            let page = document.pages().get(usize::try_from(place.page).ok()?.checked_sub(1)?)?;
            let mut runs = Vec::new();
            gather(&page.frame, Transform::identity(), &mut runs);
            Some(room(place, &runs))
        })
        .collect()
}

/// A run of text: its left edge, and its line.
struct Run {
    x: f64,
    line: Line,
}

fn gather(frame: &Frame, transform: Transform, runs: &mut Vec<Run>) {
    for (at, item) in frame.items() {
        let here = transform.pre_concat(Transform::translate(at.x, at.y));
        match item {
            FrameItem::Group(group) => {
                gather(&group.frame, here.pre_concat(group.transform), runs);
            }
            FrameItem::Text(text) => {
                let (base, size) = (Point::zero().transform(here), text.size.to_pt());
                let y = base.y.to_pt();
                runs.push(Run { x: base.x.to_pt(), line: (y - 0.75 * size, y + 0.25 * size) });
            }
            _ => {}
        }
    }
}

fn room(place: PageArea, runs: &[Run]) -> BoxRoom {
    let (top, bottom) = (place.y, place.y + place.height);
    let is_beside = |run: &&Run| run.x >= place.x && run.x < place.x + place.width;
    let is_within = |run: &&Run| run.line.0 >= top && run.line.1 <= bottom;
    let mut inside: Vec<Line> =
        runs.iter().filter(is_beside).filter(is_within).map(|run| run.line).collect();
    inside.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free_height = 0.0_f64;
    let mut from = top;
    for (upper, lower) in inside {
        free_height = free_height.max(upper - from);
        from = from.max(lower);
    }
    free_height = free_height.max(bottom - from);
    let mut above: Vec<i64> = runs
        .iter()
        .filter(|run| run.line.0 > HEAD_OF_PAGE && run.line.1 <= top)
        .map(|run| whole(run.line.1))
        .collect();
    above.sort_unstable();
    above.dedup();
    BoxRoom { label: place.label, free_height, lines_above: above.len() }
}

/// A height in whole points: what is drawn on one line is one line.
#[expect(clippy::cast_possible_truncation, reason = "a page is some hundred points high")]
fn whole(height: f64) -> i64 {
    height.round() as i64
}
