//! How much of a page is inked, told against the paper around each place.
//!
//! Shadows and yellowed paper are no ink; neither is a wholly dark place, such as the lid of a
//! scanner, which has no paper around it.

use super::grey::Grey;

/// Difference to the paper, in shades, from which a pixel is ink.
const INK: u8 = 36;
/// Share below which a page is blank: a QR code of 15 mm alone inks 20 times as much of an A4.
const BLANK: f32 = 0.0001;
/// Longest side of the picture in which ink is counted, in pixels.
const SIDE: usize = 1600;

/// Share of a page's shorter side, from every edge, in which holes, staples and the lid of the
/// scanner make no page worth reading.
const RIM: f64 = 0.08;

/// How much is inked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ink {
    /// Share of inked pixels, 0 to 1.
    pub share: f32,
    /// Whether there is nothing to read.
    pub blank: bool,
}

/// Measures a page.
pub(super) fn measure(grey: &Grey) -> Ink {
    let small = grey.shrunk(grey.width.max(grey.height).div_ceil(SIDE)).softened();
    let side = 48;
    let paper = small.paper(side, 0.85);
    let rim = (small.width.min(small.height) as f64 * RIM) as usize;
    let (mut inked, mut inner) = (0usize, 0usize);
    for (y, row) in small.rows().enumerate() {
        for (x, pixel) in row.iter().enumerate() {
            let paper = paper.data[y / side * paper.width + x / side];
            if paper.saturating_sub(*pixel) > INK {
                inked += 1;
                let within =
                    (rim..small.width - rim).contains(&x) && (rim..small.height - rim).contains(&y);
                inner += usize::from(within);
            }
        }
    }
    let whole = small.pixels().max(1) as f32;
    Ink { share: inked as f32 / whole, blank: (inner as f32 / whole) < BLANK }
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
