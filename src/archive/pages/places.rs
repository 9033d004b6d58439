//! Changed pixels grouped into places: what belongs to one stroke, one word, one hole.
//!
//! By cells of a millimetre that touch, so that the gaps of a scanned line do not matter.

use super::grey::Grey;

/// Side of the square by which places are told apart, in pixels: a millimetre.
pub(super) const CELL: usize = 6;
/// Changed pixels of a cell below which it does not count.
const FEW: usize = 3;
/// Pixels from the edge in which holes and staples are: nineteen millimetres.
const RIM: usize = 110;
/// Largest side of a hole or staple in cells.
const HOLE: usize = 8;

/// Changed cells that touch each other.
pub(super) struct Place {
    /// Across and down, in cells.
    pub cells: Vec<(usize, usize)>,
    /// How many pixels changed.
    pub count: usize,
}

impl Place {
    fn bounds(&self) -> [usize; 4] {
        self.cells.iter().fold([usize::MAX, usize::MAX, 0, 0], |[l, t, r, b], (x, y)| {
            [l.min(*x), t.min(*y), r.max(x + 1), b.max(y + 1)]
        })
    }

    /// How long it is, in cells.
    pub fn diagonal(&self) -> f64 {
        let [left, top, right, bottom] = self.bounds();
        ((right - left) as f64).hypot((bottom - top) as f64)
    }

    /// Whether it is small and either dark all over in a margin, as a hole, or in a corner of the
    /// sheet, as a staple. A note in the margin is neither.
    pub fn is_hole(&self, sent: &Grey) -> bool {
        let [left, top, right, bottom] = self.bounds();
        let small = right - left <= HOLE && bottom - top <= HOLE;
        let rim = |from: usize, to: usize, side: usize| {
            to * CELL <= RIM || from * CELL >= side.saturating_sub(RIM)
        };
        let filled = self.count * 2 > (right - left) * (bottom - top) * CELL * CELL;
        let [across, down] = [rim(left, right, sent.width), rim(top, bottom, sent.height)];
        small && (across && down || filled && (across || down))
    }

    /// Its sides in pixels: left, top, right, bottom.
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

/// Groups changed pixels by cells that touch, corners included.
pub(super) fn places(changed: &[bool], width: usize) -> Vec<Place> {
    let (across, down) = (width.div_ceil(CELL), (changed.len() / width.max(1)).div_ceil(CELL));
    let mut counts = vec![0usize; across * down];
    for (at, _) in changed.iter().enumerate().filter(|(_, changed)| **changed) {
        counts[at / width / CELL * across + at % width / CELL] += 1;
    }
    grouped(counts, across, FEW)
}

/// Groups cells that touch, out of how much each of them counts.
pub(super) fn grouped(mut counts: Vec<usize>, across: usize, few: usize) -> Vec<Place> {
    let down = counts.len() / across.max(1);
    let mut places = Vec::new();
    for start in 0..counts.len() {
        if counts[start] < few {
            continue;
        }
        let mut place = Place { cells: Vec::new(), count: 0 };
        let mut pending = vec![start];
        while let Some(at) = pending.pop() {
            let count = std::mem::take(&mut counts[at]);
            if count < few {
                continue;
            }
            let (x, y) = (at % across, at / across);
            place.cells.push((x, y));
            place.count += count;
            for near_y in y.saturating_sub(1)..(y + 2).min(down) {
                for near_x in x.saturating_sub(1)..(x + 2).min(across) {
                    if counts[near_y * across + near_x] >= few {
                        pending.push(near_y * across + near_x);
                    }
                }
            }
        }
        places.push(place);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_of_neighbouring_cells_are_one_place() {
        let mut changed = vec![false; 120 * 60];
        for at in (0..40).chain(72..77) {
            changed[120 * 20 + at] = true;
        }
        changed[120 * 50 + 110] = true;
        let found = places(&changed, 120);
        let counts: Vec<usize> = found.iter().map(|place| place.count).collect();
        assert_eq!(counts, [40, 5], "a single pixel is dust");
        assert_eq!(found[0].extent(&Grey::plain(120, 60, 0)), [0, 18, 42, 24]);
        assert_eq!(found[0].pixels(&changed, 120).count(), 40);
        assert!(places(&[], 0).is_empty());
    }

    #[test]
    fn a_hole_is_told_from_a_note_in_the_margin() {
        let sent = Grey::plain(1240, 1754, 255);
        let cells: Vec<(usize, usize)> = (0..49).map(|at| (6 + at % 7, 80 + at / 7)).collect();
        let hole = Place { cells: cells.clone(), count: 49 * 30 };
        let note = Place { cells: cells.clone(), count: 49 * 8 };
        let middle = cells.iter().map(|(x, y)| (x + 60, *y)).collect();
        assert!(hole.is_hole(&sent) && !note.is_hole(&sent));
        assert!(!Place { cells: middle, count: 49 * 30 }.is_hole(&sent));
    }
}
