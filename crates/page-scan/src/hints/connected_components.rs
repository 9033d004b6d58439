//! Changed pixels grouped into connected components: a stroke, a word, a hole.
//!
//! Components consist of cells of a square millimetre that touch, so that gaps in a scanned line do
//! not split it.

use crate::pixels::grey::Grey;

/// Side of a cell in pixels: a millimetre.
pub(super) const CELL: usize = 6;
/// A cell with fewer changed pixels is not part of a component.
const FEW: usize = 3;
/// Pixels from the edge where holes and staples are: nineteen millimetres.
const EDGE_WIDTH: usize = 110;
/// Largest side of a hole or staple in cells.
const HOLE: usize = 8;

/// Changed cells that touch each other.
pub(super) struct Component {
    /// Column and row of each cell.
    pub cells: Vec<(usize, usize)>,
    /// Number of changed pixels.
    pub count: usize,
}

impl Component {
    fn bounds(&self) -> [usize; 4] {
        self.cells.iter().fold([usize::MAX, usize::MAX, 0, 0], |[l, t, r, b], (x, y)| {
            [l.min(*x), t.min(*y), r.max(x + 1), b.max(y + 1)]
        })
    }

    /// The diagonal of its bounding box, in cells.
    pub fn diagonal(&self) -> f64 {
        let [left, top, right, bottom] = self.bounds();
        ((right - left) as f64).hypot((bottom - top) as f64)
    }

    /// Whether it looks like a hole (small and filled, in a margin) or a staple (small, in a corner
    /// of the sheet), not like a note in the margin.
    pub fn is_hole(&self, sent: &Grey) -> bool {
        let [left, top, right, bottom] = self.bounds();
        let small = right - left <= HOLE && bottom - top <= HOLE;
        let is_at_edge = |from: usize, to: usize, side: usize| {
            to * CELL <= EDGE_WIDTH || from * CELL >= side.saturating_sub(EDGE_WIDTH)
        };
        let filled = self.count * 2 > (right - left) * (bottom - top) * CELL * CELL;
        let [across, down] =
            [is_at_edge(left, right, sent.width), is_at_edge(top, bottom, sent.height)];
        small && (across && down || filled && (across || down))
    }

    /// Its bounding box in pixels: left, top, right, bottom.
    pub fn extent(&self, sent: &Grey) -> [usize; 4] {
        let [left, top, right, bottom] = self.bounds().map(|side| side * CELL);
        [left, top, right.min(sent.width), bottom.min(sent.height)]
    }

    /// Its changed pixels.
    pub fn pixels<'a>(
        &'a self,
        changed: &'a [bool],
        width: usize,
    ) -> impl Iterator<Item = (usize, usize)> + 'a {
        self.cells.iter().flat_map(move |(x, y)| {
            (0..CELL * CELL).map(move |at| (x * CELL + at % CELL, y * CELL + at / CELL)).filter(
                move |(x, y)| *x < width && changed.get(y * width + x).copied().unwrap_or(false),
            )
        })
    }
}

/// The components of changed pixels. Cells touch at sides and corners.
pub(super) fn components(changed: &[bool], width: usize) -> Vec<Component> {
    let (across, down) = (width.div_ceil(CELL), (changed.len() / width.max(1)).div_ceil(CELL));
    let mut counts = vec![0usize; across * down];
    for (at, _) in changed.iter().enumerate().filter(|(_, changed)| **changed) {
        counts[at / width / CELL * across + at % width / CELL] += 1;
    }
    group_cells(counts, across, FEW)
}

/// Groups cells that touch and count at least `few`. `counts` has one value a cell, in rows of `across`
/// cells.
pub(super) fn group_cells(mut counts: Vec<usize>, across: usize, few: usize) -> Vec<Component> {
    let down = counts.len() / across.max(1);
    let mut found = Vec::new();
    for start in 0..counts.len() {
        if counts[start] < few {
            continue;
        }
        let mut component = Component { cells: Vec::new(), count: 0 };
        let mut pending = vec![start];
        while let Some(at) = pending.pop() {
            let count = std::mem::take(&mut counts[at]);
            if count < few {
                continue;
            }
            let (x, y) = (at % across, at / across);
            component.cells.push((x, y));
            component.count += count;
            for near_y in y.saturating_sub(1)..(y + 2).min(down) {
                for near_x in x.saturating_sub(1)..(x + 2).min(across) {
                    if counts[near_y * across + near_x] >= few {
                        pending.push(near_y * across + near_x);
                    }
                }
            }
        }
        found.push(component);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_of_neighbouring_cells_are_one_component() {
        let mut changed = vec![false; 120 * 60];
        for at in (0..40).chain(72..77) {
            changed[120 * 20 + at] = true;
        }
        changed[120 * 50 + 110] = true;
        let found = components(&changed, 120);
        let counts: Vec<usize> = found.iter().map(|component| component.count).collect();
        assert_eq!(counts, [40, 5], "a single pixel is dust");
        assert_eq!(found[0].extent(&Grey::plain(120, 60, 0)), [0, 18, 42, 24]);
        assert_eq!(found[0].pixels(&changed, 120).count(), 40);
        assert!(components(&[], 0).is_empty());
    }

    #[test]
    fn a_hole_is_told_from_a_note_in_the_margin() {
        let sent = Grey::plain(1240, 1754, 255);
        let cells: Vec<(usize, usize)> = (0..49).map(|at| (6 + at % 7, 80 + at / 7)).collect();
        let hole = Component { cells: cells.clone(), count: 49 * 30 };
        let note = Component { cells: cells.clone(), count: 49 * 8 };
        let middle = cells.iter().map(|(x, y)| (x + 60, *y)).collect();
        assert!(hole.is_hole(&sent) && !note.is_hole(&sent));
        assert!(!Component { cells: middle, count: 49 * 30 }.is_hole(&sent));
    }
}
