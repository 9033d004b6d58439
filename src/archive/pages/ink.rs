//! How much of a page is inked, told against the paper around each place.
//!
//! Shadows and yellowed paper are no ink; neither is a wholly dark place, such as the lid of a
//! scanner, which has no paper around it.

use super::grey::Grey;

/// Difference to the paper, in shades, from which a pixel is ink.
const INK: u8 = 40;
/// Share below which a page is blank: a QR code of 15 mm alone inks 20 times as much of an A4.
const BLANK: f32 = 0.0001;
/// Longest side of the picture in which ink is counted, in pixels.
const SIDE: usize = 1600;

/// Share of inked pixels, 0 to 1.
pub(super) fn share(grey: &Grey) -> f32 {
    let small = grey.shrunk(grey.width.max(grey.height).div_ceil(SIDE)).softened();
    let side = 48;
    let paper = small.paper(side, 0.85);
    let mut inked = 0usize;
    for (y, row) in small.rows().enumerate() {
        for (x, pixel) in row.iter().enumerate() {
            let paper = paper.data[y / side * paper.width + x / side];
            inked += usize::from(paper.saturating_sub(*pixel) > INK);
        }
    }
    inked as f32 / small.pixels().max(1) as f32
}

/// Whether a page of such a share is blank.
pub(super) fn is_blank(share: f32) -> bool {
    share < BLANK
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
        assert!(is_blank(share(&grey)));
        for y in 300..316 {
            grey.data[y * 1654 + 400..y * 1654 + 500].fill(150);
        }
        assert!(!is_blank(share(&grey)));
        assert!(share(&Grey::plain(0, 0, 0)).abs() < f32::EPSILON);
    }
}
