//! Two PDFs compared pixel by pixel: what a person would see changed outside given areas.
//!
//! A page whose content was not rewritten renders to exactly the same pixels, so every difference
//! counts, however faint: an accent changes four pixels at 100 dots per inch.

use crate::error::ScanError;
use crate::limits::MAX_PAGES;
use crate::pixels::raster::Raster;
use crate::source::pdf::PdfFile;
use crate::source::pdf_content::Glyph;
use page_area::PageArea;
use serde::{Deserialize, Serialize};

/// Resolution of the comparison, in dots per inch.
const DPI: f64 = 100.0;
/// Largest difference of a channel that is ignored on a page whose content another program rewrote.
/// Measured with ghostscript: 120 pixels of a letter differ by more than 32, none by more than 64.
const REWRITTEN_TOLERANCE: u8 = 64;
/// Points by which an area is widened when glyphs are compared: the width of a box's frame.
const BOX_FRAME: f64 = 2.0;
/// Largest distance between the origins of two glyphs of a line, in points.
const MAX_GLYPH_STEP: f64 = 15.0;

/// How a page differs from the page that was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageDiff {
    /// Number of the page, from 1.
    pub page: u32,
    /// Pixels at 100 dots per inch that differ outside all areas; all pixels of a page that is
    /// missing or was added. Only 0 means "the same".
    pub outside: usize,
    /// The rectangle around these pixels: left, top, right, bottom in points from the top left.
    pub region: Option<[f64; 4]>,
    /// For each area of the page, its label and the number of pixels that differ in it.
    pub inside: Vec<(String, usize)>,
    /// Whether the page has another size (or is missing, or was added).
    pub size_changed: bool,
    /// Whether a part of the page could not be rendered that could be rendered in the sent page.
    /// Another program may show it.
    pub render_incomplete: bool,
    /// Whether the glyphs outside all areas differ from the sent page, hidden glyphs included.
    pub text_differs: bool,
}

/// Compares all pages of two PDFs, with their annotations. Equal pages are part of the result, and
/// pages are in order.
///
/// `areas` are places that may differ, in points of the sent pages; they are widened by one pixel.
/// `rewritten` are the pages, from 1, whose content another program has rewritten: small differences
/// at the edges of their letters are ignored, and so is the order of their glyphs.
///
/// # Errors
///
/// [`ScanError`] when one of the files cannot be opened or rendered.
pub fn pixel_diff(
    sent: &[u8],
    received: &[u8],
    areas: &[PageArea],
    rewritten: &[u32],
) -> Result<Vec<PageDiff>, ScanError> {
    let (sent, received) = (PdfFile::open(sent)?, PdfFile::open(received)?);
    let count = sent.count().max(received.count());
    if count > MAX_PAGES {
        return Err(ScanError::TooManyPages(count));
    }
    (0..count)
        .map(|index| {
            let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
            let here: Vec<&PageArea> = areas.iter().filter(|area| area.page == number).collect();
            let sent = render(&sent, index)?;
            let received = render(&received, index)?;
            let is_rewritten = rewritten.contains(&number);
            let tolerance = if is_rewritten { REWRITTEN_TOLERANCE } else { 0 };
            let diff =
                compare(number, sent.raster.as_ref(), received.raster.as_ref(), &here, tolerance);
            // A program that rewrites a page chooses the order of its glyphs.
            let text_differs =
                !is_rewritten && outside(&sent.glyphs, &here) != outside(&received.glyphs, &here);
            Ok(PageDiff {
                render_incomplete: received.missing > sent.missing,
                text_differs,
                ..diff
            })
        })
        .collect()
}

/// A rendered page; empty if the file has no such page.
#[derive(Default)]
struct RenderedPage {
    raster: Option<Raster>,
    /// Number of parts that could not be rendered.
    missing: usize,
    glyphs: Vec<Glyph>,
}

fn render(pdf: &PdfFile, index: usize) -> Result<RenderedPage, ScanError> {
    if index >= pdf.count() {
        return Ok(RenderedPage::default());
    }
    let page = pdf.page(index)?;
    let content = page.content();
    let (raster, missing) = page.render_and_count_missing(DPI, &content)?;
    Ok(RenderedPage { raster: Some(raster), missing, glyphs: content.glyphs })
}

/// The glyphs outside all areas. A line that begins in an area belongs to it as a whole: programs that
/// sign write names that are too long and clip them when drawing.
fn outside<'a>(glyphs: &'a [Glyph], areas: &[&PageArea]) -> Vec<&'a Glyph> {
    let holds = |area: &&PageArea, [x, y]: [f64; 2]| {
        (area.x - BOX_FRAME..=area.x + area.width + BOX_FRAME).contains(&x)
            && (area.y - BOX_FRAME..=area.y + area.height + BOX_FRAME).contains(&y)
    };
    let mut line: Option<[f64; 2]> = None;
    glyphs
        .iter()
        .filter(|glyph| {
            let [x, y] = glyph.origin;
            let continues = line.is_some_and(|[last_x, last_y]| {
                (y - last_y).abs() < 0.5 && (0.0..MAX_GLYPH_STEP).contains(&(x - last_x))
            });
            let within = continues || areas.iter().any(|area| holds(area, glyph.origin));
            line = within.then_some(glyph.origin);
            !within
        })
        .collect()
}

fn compare(
    page: u32,
    sent: Option<&Raster>,
    received: Option<&Raster>,
    areas: &[&PageArea],
    tolerance: u8,
) -> PageDiff {
    let size = |raster: Option<&Raster>| raster.map_or((0, 0), |r| (r.width, r.height));
    let (sent_size, received_size) = (size(sent), size(received));
    let (width, height) = (sent_size.0.max(received_size.0), sent_size.1.max(received_size.1));
    let boxes: Vec<[f64; 4]> = areas.iter().map(|area| widened(area)).collect();
    let mut inside = vec![0usize; areas.len()];
    let (mut outside, mut extent) = (0usize, [usize::MAX, usize::MAX, 0, 0]);
    for y in 0..height {
        for x in 0..width {
            if same(pixel(sent, x, y), pixel(received, x, y), tolerance) {
                continue;
            }
            let middle = [x as f64 + 0.5, y as f64 + 0.5];
            let mut within = false;
            for (count, area) in inside.iter_mut().zip(&boxes) {
                if holds(area, middle) {
                    *count += 1;
                    within = true;
                }
            }
            if !within {
                outside += 1;
                let [left, top, right, bottom] = extent;
                extent = [left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1)];
            }
        }
    }
    let missing = sent.is_none() || received.is_none();
    if missing {
        (outside, extent) = (width * height, [0, 0, width, height]);
    }
    PageDiff {
        page,
        outside,
        region: (outside > 0).then(|| extent.map(|side| side as f64 * 72.0 / DPI)),
        inside: areas.iter().map(|area| area.label.clone()).zip(inside).collect(),
        size_changed: sent_size != received_size,
        render_incomplete: false,
        text_differs: false,
    }
}

/// An area in pixels: left, top, right, bottom, one pixel wider on every side.
fn widened(area: &PageArea) -> [f64; 4] {
    let scale = DPI / 72.0;
    [
        area.x * scale - 1.0,
        area.y * scale - 1.0,
        (area.x + area.width) * scale + 1.0,
        (area.y + area.height) * scale + 1.0,
    ]
}

fn holds([left, top, right, bottom]: &[f64; 4], [x, y]: [f64; 2]) -> bool {
    (*left..=*right).contains(&x) && (*top..=*bottom).contains(&y)
}

fn pixel(raster: Option<&Raster>, x: usize, y: usize) -> Option<&[u8]> {
    let raster = raster.filter(|raster| x < raster.width && y < raster.height)?;
    let at = (y * raster.width + x) * raster.channels;
    raster.data.get(at..at + raster.channels)
}

fn same(one: Option<&[u8]>, two: Option<&[u8]>, tolerance: u8) -> bool {
    match (one, two) {
        (Some(one), Some(two)) => one.iter().zip(two).all(|(a, b)| a.abs_diff(*b) <= tolerance),
        (None, None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn white(width: usize) -> Raster {
        Raster { width, height: 100, channels: 3, data: vec![255; width * 300] }
    }

    fn area() -> PageArea {
        PageArea { label: "sign".into(), page: 1, x: 7.2, y: 7.2, width: 14.4, height: 14.4 }
    }

    #[test]
    fn one_pixel_counts_and_an_area_is_one_pixel_wider() {
        let mut changed = white(100);
        let mut put = |x: usize, y: usize| changed.data[(y * 100 + x) * 3 + 1] = 0;
        put(9, 15);
        put(8, 15);
        put(30, 15);
        put(31, 15);
        let found = compare(1, Some(&white(100)), Some(&changed), &[&area()], 0);
        assert_eq!((found.outside, found.inside), (2, vec![("sign".to_owned(), 2)]));
        assert_eq!(found.region, Some([8.0, 15.0, 32.0, 16.0].map(|side| side * 72.0 / 100.0)));
        assert!(!found.size_changed);
    }

    #[test]
    fn a_shade_is_a_difference_unless_the_page_was_rewritten_and_a_size_always() {
        let mut shaded = white(100);
        shaded.data.fill(254);
        let shades =
            |tolerance| compare(1, Some(&white(100)), Some(&shaded), &[], tolerance).outside;
        assert_eq!((shades(REWRITTEN_TOLERANCE), shades(0)), (0, 10_000));
        let wider = compare(1, Some(&white(100)), Some(&white(101)), &[], REWRITTEN_TOLERANCE);
        assert_eq!((wider.outside, wider.size_changed), (100, true));
    }

    #[test]
    fn letters_count_outside_areas_unless_their_line_begins_in_one() {
        let letter = |x: f64, y: f64| Glyph { text: "x".to_owned(), origin: [x, y] };
        let letters = [
            letter(10.0, 10.0),
            letter(20.0, 10.0),
            letter(30.0, 10.0),
            letter(60.0, 10.0),
            letter(70.0, 10.0),
            letter(20.0, 40.0),
        ];
        let found: Vec<[f64; 2]> =
            outside(&letters, &[&area()]).into_iter().map(|glyph| glyph.origin).collect();
        assert_eq!(found, [[60.0, 10.0], [70.0, 10.0], [20.0, 40.0]]);
    }

    #[test]
    fn a_missing_page_differs_everywhere_even_where_one_may_sign() {
        let gone = compare(1, Some(&white(100)), None, &[&area()], REWRITTEN_TOLERANCE);
        assert_eq!((gone.outside, gone.size_changed), (10_000, true));
    }
}
