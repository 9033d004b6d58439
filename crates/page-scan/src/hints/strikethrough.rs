//! Lines of print that are darker than the rest of the page: crossed out, or written over.
//!
//! Between the letters of a word there is no room in which a stroke would count as new ink, but it
//! makes the line darker. Each square millimetre of print is compared with print of the same
//! density elsewhere on the page, so that a scanner that thickens all print is not reported; and with the print of
//! the cell itself, so that a logo, which is darker than letters, is not.

use super::connected_components::{CELL_SIDE, Component, group_cells};
use crate::pixels::grey::Grey;

/// A darker pixel of the sent page is print.
const MIN_PRINT_DARKNESS: u8 = 60;
/// A cell with a larger share of print is compared.
const MIN_PRINT_SHARE: f32 = 0.12;
/// Share of cells that count as normally dark.
const USUAL_SHARE: f32 = 0.9;
/// How much darker a crossed-out cell is, as a share of its area.
const MIN_DARKENING: f32 = 0.09;
/// Smallest diagonal of a stroke in cells: six millimetres.
const MIN_DIAGONAL: f64 = 6.0;

/// A square millimetre: how dark it is now, how dark it was sent, and the share that is print.
struct Cell {
    inked: f32,
    sent: f32,
    printed: f32,
}

/// Finds them. `dark` is how dark the received page is at each pixel of the sent one, `print` how dark
/// the sent page is.
pub(super) fn strikethroughs(dark: &Grey, print: &Grey) -> Vec<Component> {
    let (across, down) = (dark.width / CELL_SIDE, dark.height / CELL_SIDE);
    let mut cells = Vec::with_capacity(across * down);
    for y in 0..down {
        for x in 0..across {
            let (mut inked, mut sent, mut printed) = (0u32, 0u32, 0usize);
            let sum = |page: &Grey, here: usize| -> u32 {
                page.data[here..here + CELL_SIDE].iter().map(|shade| u32::from(*shade)).sum()
            };
            for row in y * CELL_SIDE..(y + 1) * CELL_SIDE {
                let here = row * dark.width + x * CELL_SIDE;
                inked += sum(dark, here);
                sent += sum(print, here);
                printed += (here..here + CELL_SIDE).filter(|at| near(print, *at)).count();
            }
            let area = (CELL_SIDE * CELL_SIDE) as f32;
            cells.push(Cell {
                inked: inked as f32 / (255.0 * area),
                sent: sent as f32 / (255.0 * area),
                printed: printed as f32 / area,
            });
        }
    }
    let mut gains: Vec<f32> = cells
        .iter()
        .filter(|cell| cell.printed > MIN_PRINT_SHARE)
        .map(|cell| cell.inked / cell.printed)
        .collect();
    gains.sort_by(f32::total_cmp);
    let Some(gain) = gains.get((gains.len() as f32 * USUAL_SHARE) as usize) else {
        return Vec::new();
    };
    let counts = cells
        .iter()
        .map(|cell| {
            let more = (cell.inked - cell.printed * gain).min(cell.inked - cell.sent);
            let darker = cell.printed > MIN_PRINT_SHARE && more > MIN_DARKENING;
            if darker { (more * (CELL_SIDE * CELL_SIDE) as f32) as usize } else { 0 }
        })
        .collect();
    group_cells(counts, across, 1)
        .into_iter()
        .filter(|line| line.diagonal() > MIN_DIAGONAL)
        .collect()
}

/// Whether there is print at a pixel or at one of its four neighbours.
fn near(print: &Grey, at: usize) -> bool {
    let width = print.width;
    [Some(at), at.checked_sub(1), Some(at + 1), at.checked_sub(width), Some(at + width)]
        .into_iter()
        .flatten()
        .any(|at| print.data.get(at).is_some_and(|shade| *shade > MIN_PRINT_DARKNESS))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of letters: upright strokes two pixels wide, five apart.
    fn printed() -> Grey {
        let mut print = Grey::plain(600, 300, 0);
        for y in (30..270).filter(|y| y % 24 < 10) {
            for x in (30..570).filter(|x| x % 7 < 2) {
                print.data[y * 600 + x] = 255;
            }
        }
        print
    }

    #[test]
    fn thick_print_is_no_stroke_and_a_stroke_is() {
        let print = printed();
        let mut dark = print.clone();
        for at in 1..dark.data.len() {
            dark.data[at] = print.data[at].max(print.data[at - 1] / 2);
        }
        assert!(strikethroughs(&dark, &print).is_empty());
        for y in 124..127 {
            dark.data[y * 600 + 100..y * 600 + 300].fill(255);
        }
        let found = strikethroughs(&dark, &print);
        assert_eq!(found.len(), 1);
        let [left, top, right, bottom] = found[0].extent(&print);
        assert!((90..=108).contains(&left) && (290..=306).contains(&right), "{left} {right}");
        assert!(top >= 114 && bottom <= 138, "{top} {bottom}");
        assert!(strikethroughs(&Grey::plain(3, 3, 0), &Grey::plain(3, 3, 0)).is_empty());
    }
}
