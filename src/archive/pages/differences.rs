//! Two PDFs compared to the pixel: what a person would see changed outside the places to sign.
//!
//! A page that is written as it was sent is drawn to the same pixels, every one; a faint grey counts.
//! One accent changes four pixels at 100 dots per inch, so that none is let pass. A file saved
//! again by another program draws letters a little otherwise and differs in thousands: that is for
//! a person.

use super::PAGES;
use super::content::Glyph;
use super::failure::Failure;
use super::pdf::Book;
use super::raster::Raster;
use super::values::PageDifference;
use page_area::PageArea;

/// Resolution of the comparison, in dots per inch.
const DOTS: f64 = 100.0;
/// Most difference of a channel that a page may have which a program drew anew: ghostscript's pages
/// differ by 32 in 120 pixels of the letter, and by 64 in none. A page that is written as it was
/// sent is drawn to the same pixels.
const ANEW: u8 = 64;

/// Width of a box's frame, in points.
const FRAME: f64 = 2.0;
/// Farthest that a letter stands from the one before it in a line, in points.
const STEP: f64 = 15.0;

/// Compares all pages of two PDFs; annotations are drawn. Areas are in points of the sent pages and
/// are widened by one pixel. `anew` are the pages, from 1, that a program drew in its own way:
/// shades of their letters' edges are let pass. Pages come in order, equal ones too.
pub fn differences(
    sent: &[u8],
    received: &[u8],
    areas: &[PageArea],
    anew: &[u32],
) -> Result<Vec<PageDifference>, Failure> {
    let (sent, received) = (Book::open(sent)?, Book::open(received)?);
    let count = sent.count().max(received.count());
    if count > PAGES {
        return Err(Failure::TooMany(count));
    }
    (0..count)
        .map(|at| {
            let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
            let here: Vec<&PageArea> = areas.iter().filter(|area| area.page == number).collect();
            let (one, missed, letters) = drawn(&sent, at)?;
            let (two, missed_too, letters_too) = drawn(&received, at)?;
            let tolerance = if anew.contains(&number) { ANEW } else { 0 };
            let found = compare(number, one.as_ref(), two.as_ref(), &here, tolerance);
            // The order of letters is the program's own where it drew the page.
            let read_otherwise =
                tolerance == 0 && outside(&letters, &here) != outside(&letters_too, &here);
            Ok(PageDifference { undrawn: missed_too > missed, read_otherwise, ..found })
        })
        .collect()
}

/// A page as it is drawn, how many things of it could not be, and its letters.
fn drawn(book: &Book, at: usize) -> Result<(Option<Raster>, usize, Vec<Glyph>), Failure> {
    if at >= book.count() {
        return Ok((None, 0, Vec::new()));
    }
    let page = book.page(at)?;
    let content = page.content();
    let (raster, missed) = page.drawn_and_missed(DOTS, &content)?;
    Ok((Some(raster), missed, content.glyphs))
}

/// The letters that begin outside all areas, these widened by a frame. A line that begins in one may
/// go on beyond it: programs that sign write names that are too long, and cut them off when drawing.
fn outside<'a>(letters: &'a [Glyph], areas: &[&PageArea]) -> Vec<&'a Glyph> {
    let holds = |area: &&PageArea, [x, y]: [f64; 2]| {
        (area.x - FRAME..=area.x + area.width + FRAME).contains(&x)
            && (area.y - FRAME..=area.y + area.height + FRAME).contains(&y)
    };
    let mut line: Option<[f64; 2]> = None;
    letters
        .iter()
        .filter(|letter| {
            let [x, y] = letter.place;
            let goes_on = line.is_some_and(|[before, on]| {
                (y - on).abs() < 0.5 && (0.0..STEP).contains(&(x - before))
            });
            let within = goes_on || areas.iter().any(|area| holds(area, letter.place));
            line = within.then_some(letter.place);
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
) -> PageDifference {
    let size = |raster: Option<&Raster>| raster.map_or((0, 0), |r| (r.width, r.height));
    let (one, two) = (size(sent), size(received));
    let (width, height) = (one.0.max(two.0), one.1.max(two.1));
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
    PageDifference {
        page,
        outside,
        region: (outside > 0).then(|| extent.map(|side| side as f64 * 72.0 / DOTS)),
        inside: areas.iter().map(|area| area.label.clone()).zip(inside).collect(),
        size_changed: one != two,
        undrawn: false,
        read_otherwise: false,
    }
}

/// An area in pixels, one wider on every side.
fn widened(area: &PageArea) -> [f64; 4] {
    let scale = DOTS / 72.0;
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
    fn a_shade_is_a_difference_unless_the_page_was_drawn_anew_and_a_size_always() {
        let mut shaded = white(100);
        shaded.data.fill(254);
        let shades =
            |tolerance| compare(1, Some(&white(100)), Some(&shaded), &[], tolerance).outside;
        assert_eq!((shades(ANEW), shades(0)), (0, 10_000));
        let wider = compare(1, Some(&white(100)), Some(&white(101)), &[], ANEW);
        assert_eq!((wider.outside, wider.size_changed), (100, true));
    }

    #[test]
    fn letters_count_outside_areas_unless_their_line_begins_in_one() {
        let letter = |x: f64, y: f64| Glyph { read: "x".to_owned(), place: [x, y] };
        let letters = [
            letter(10.0, 10.0),
            letter(20.0, 10.0),
            letter(30.0, 10.0),
            letter(60.0, 10.0),
            letter(70.0, 10.0),
            letter(20.0, 40.0),
        ];
        let found: Vec<[f64; 2]> =
            outside(&letters, &[&area()]).into_iter().map(|own| own.place).collect();
        assert_eq!(found, [[60.0, 10.0], [70.0, 10.0], [20.0, 40.0]]);
    }

    #[test]
    fn a_missing_page_differs_everywhere_even_where_one_may_sign() {
        let gone = compare(1, Some(&white(100)), None, &[&area()], ANEW);
        assert_eq!((gone.outside, gone.size_changed), (10_000, true));
    }
}
