//! The share of a page that is ink, each pixel compared with the paper around it.
//!
//! Shadows and yellowing do not count as ink. A place that is dark all over, such as the lid of a
//! scanner, does not count either: it has no paper around it.

use crate::pixels::grey::Grey;

/// A pixel that is darker than the paper by more shades than this is ink.
const INK: u8 = 36;
/// Share of ink below which a page is blank. A QR code of 15 mm is 20 times as much of an A4 page.
const BLANK: f32 = 0.0001;
/// Longest side of the image in which ink is counted, in pixels.
const SIDE: usize = 1600;
/// Width of the margin, as a share of the page's shorter side. Holes, staples and the lid of the scanner
/// lie there: ink in the margin alone leaves the page blank.
const MARGIN_SHARE: f64 = 0.08;

/// The ink of a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct InkShare {
    /// Share of pixels that are ink, 0 to 1.
    pub share: f32,
    /// Whether the page is empty.
    pub blank: bool,
}

/// Measures the ink of a page.
pub(crate) fn measure(grey: &Grey) -> InkShare {
    let small = grey.shrunk(grey.width.max(grey.height).div_ceil(SIDE)).blurred();
    let side = 48;
    let paper = small.paper(side, 0.85);
    let margin = (small.width.min(small.height) as f64 * MARGIN_SHARE) as usize;
    let (mut inked, mut inner) = (0usize, 0usize);
    for (y, row) in small.rows().enumerate() {
        for (x, pixel) in row.iter().enumerate() {
            let paper = paper.data[y / side * paper.width + x / side];
            if paper.saturating_sub(*pixel) > INK {
                inked += 1;
                let within = (margin..small.width - margin).contains(&x)
                    && (margin..small.height - margin).contains(&y);
                inner += usize::from(within);
            }
        }
    }
    let whole = small.pixels().max(1) as f32;
    InkShare { share: inked as f32 / whole, blank: (inner as f32 / whole) < BLANK }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shade_and_dust_are_blank_a_pale_word_is_not() {
        let mut grey = Grey::plain(1654, 2339, 235);
        for (at, pixel) in grey.data.iter_mut().enumerate() {
            *pixel -= (at / 1654 / 40) as u8;
        }
        for at in (0..20).map(|at| at * 180_000) {
            grey.data[at] = 20;
        }
        for y in 500..540 {
            grey.data[y * 1654 + 60..y * 1654 + 100].fill(30);
        }
        let (_, blank) = both(&grey);
        assert!(blank, "a hole is not worth reading");
        for y in 300..316 {
            grey.data[y * 1654 + 400..y * 1654 + 500].fill(150);
        }
        let (share, blank) = both(&grey);
        assert!(!blank && (0.0005..0.002).contains(&share), "{share}");
        assert_eq!(both(&Grey::plain(0, 0, 0)), (0.0, true));
    }

    fn both(grey: &Grey) -> (f32, bool) {
        let ink = measure(grey);
        (ink.share, ink.blank)
    }
}
