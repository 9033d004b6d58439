//! Small blocks of print, and the search for each of them in another image.
//!
//! The search uses normalised cross-correlation, which does not depend on brightness and contrast.
//! What the matches say about the whole page is decided in `register`.

use crate::pixels::geometry::{Point, PointPair, Projection};
use crate::pixels::grey::Grey;

/// Side of a block in pixels of its level.
const BLOCK: usize = 32;
/// Smallest correlation of a match; 1 is equal.
const MIN_CORRELATION: f32 = 0.55;

/// Both images at one level of an image pyramid.
pub(super) struct ScaleLevel {
    pub sent: Grey,
    /// Width of a pixel of `sent`, in pixels of the sent page.
    pub sent_factor: f64,
    received: Grey,
    /// Width of a pixel of `received`, in pixels of the received page.
    received_factor: f64,
}

impl ScaleLevel {
    /// Shrinks the sent page by `factor`, and the received one to about the same size. `scale` is the
    /// width of a sent pixel in received pixels.
    pub fn new(sent: &Grey, factor: usize, received: &Grey, scale: f64) -> Self {
        let received_factor = ((scale * factor as f64 * 0.9).floor() as usize).max(1);
        Self {
            sent: sent.shrunk(factor),
            sent_factor: factor as f64,
            received: received.shrunk(received_factor),
            received_factor: received_factor as f64,
        }
    }

    fn received_at(&self, map: &Projection, [x, y]: Point) -> Option<f32> {
        let [u, v] = map.apply([x * self.sent_factor, y * self.sent_factor]);
        self.received.at([u / self.received_factor, v / self.received_factor])
    }

    /// Searches a block up to `reach` pixels around where the map expects it. Gives its centre on both
    /// pages, with the correlation as weight; none without a match.
    pub fn find(&self, map: &Projection, block: &PrintBlock, reach: usize) -> Option<PointPair> {
        let side = BLOCK + 2 * reach;
        let mut patch: Vec<i16> = Vec::with_capacity(side * side);
        for y in 0..side {
            for x in 0..side {
                let x = (block.left + x) as f64 - reach as f64 + 0.5;
                let y = (block.top + y) as f64 - reach as f64 + 0.5;
                patch.push(self.received_at(map, [x, y]).unwrap_or(255.0) as i16);
            }
        }
        let span = 2 * reach + 1;
        let patch = SearchPatch::new(patch, side);
        let scores: Vec<f32> =
            (0..span * span).map(|at| patch.correlation(at % span, at / span, block)).collect();
        let best = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]))?;
        let (x, y) = (best % span, best / span);
        // A best match at the edge may be the slope of a better one beyond it.
        if scores[best] < MIN_CORRELATION || x == 0 || y == 0 || x + 1 == span || y + 1 == span {
            return None;
        }
        // The top of the parabola through three correlations.
        let peak = |before: f32, at: f32, after: f32| {
            let curvature = before - 2.0 * at + after;
            if curvature < 0.0 {
                f64::from((before - after) / (2.0 * curvature)).clamp(-0.5, 0.5)
            } else {
                0.0
            }
        };
        let across = peak(scores[best - 1], scores[best], scores[best + 1]);
        let down = peak(scores[best - span], scores[best], scores[best + span]);
        let [center_x, center_y] = block.center();
        let matched = [
            center_x + x as f64 - reach as f64 + across,
            center_y + y as f64 - reach as f64 + down,
        ];
        Some(PointPair {
            from: [center_x * self.sent_factor, center_y * self.sent_factor],
            to: map.apply([matched[0] * self.sent_factor, matched[1] * self.sent_factor]),
            weight: f64::from(scores[best]),
        })
    }
}

/// A block of print.
pub(super) struct PrintBlock {
    left: usize,
    top: usize,
    /// Shades minus their mean.
    shades: Vec<i16>,
    /// The root of the sum of their squares.
    norm: f32,
}

impl PrintBlock {
    /// Its centre in pixels of its level.
    pub fn center(&self) -> Point {
        [self.left, self.top].map(|side| side as f64 + BLOCK as f64 / 2.0)
    }
}

/// The blocks of a page that can be found again: their print has edges in both directions, so a
/// line alone is not a block.
pub(super) fn blocks(sent: &Grey) -> Vec<PrintBlock> {
    let mut blocks = Vec::new();
    for top in (0..(sent.height + 1).saturating_sub(BLOCK)).step_by(BLOCK) {
        for left in (0..(sent.width + 1).saturating_sub(BLOCK)).step_by(BLOCK) {
            let shade =
                |x: usize, y: usize| f32::from(sent.data[(top + y) * sent.width + left + x]);
            let (mut xx, mut yy, mut xy) = (0.0f32, 0.0f32, 0.0f32);
            for y in 0..BLOCK - 1 {
                for x in 0..BLOCK - 1 {
                    let across = shade(x + 1, y) - shade(x, y);
                    let down = shade(x, y + 1) - shade(x, y);
                    xx += across * across;
                    yy += down * down;
                    xy += across * down;
                }
            }
            let smaller = (xx + yy) / 2.0 - (((xx - yy) / 2.0).powi(2) + xy * xy).sqrt();
            if smaller < 60.0 * (BLOCK * BLOCK) as f32 {
                continue;
            }
            let shades: Vec<i32> = (0..BLOCK * BLOCK)
                .map(|at| i32::from(sent.data[(top + at / BLOCK) * sent.width + left + at % BLOCK]))
                .collect();
            let mean = shades.iter().sum::<i32>() / shades.len() as i32;
            let shades: Vec<i16> = shades.iter().map(|shade| (shade - mean) as i16).collect();
            let norm = shades.iter().map(|shade| f32::from(*shade).powi(2)).sum::<f32>().sqrt();
            blocks.push(PrintBlock { left, top, shades, norm });
        }
    }
    blocks
}

/// The surroundings in which a block is looked for.
struct SearchPatch {
    side: usize,
    shades: Vec<i16>,
    /// Sums of shades and of their squares above and left of each point.
    sums: Vec<[i64; 2]>,
}

impl SearchPatch {
    fn new(shades: Vec<i16>, side: usize) -> Self {
        let mut sums = vec![[0, 0]; (side + 1) * (side + 1)];
        for y in 0..side {
            let mut row = [0, 0];
            for x in 0..side {
                let shade = i64::from(shades[y * side + x]);
                row = [row[0] + shade, row[1] + shade * shade];
                let above = sums[y * (side + 1) + x + 1];
                sums[(y + 1) * (side + 1) + x + 1] = [above[0] + row[0], above[1] + row[1]];
            }
        }
        Self { side, shades, sums }
    }

    /// Normalised cross-correlation with a block at a place of the patch, -1 to 1.
    fn correlation(&self, left: usize, top: usize, block: &PrintBlock) -> f32 {
        let row = self.side + 1;
        let [sum, squares] = [0, 1].map(|at| {
            let corner = |x: usize, y: usize| self.sums[(top + y) * row + left + x][at];
            corner(BLOCK, BLOCK) + corner(0, 0) - corner(BLOCK, 0) - corner(0, BLOCK)
        });
        let count = (BLOCK * BLOCK) as f32;
        let spread = squares as f32 - (sum as f32).powi(2) / count;
        // Plain paper correlates with nothing.
        if spread < 16.0 * count {
            return 0.0;
        }
        let product: i32 = block
            .shades
            .chunks_exact(BLOCK)
            .enumerate()
            .map(|(y, shades)| {
                let start = (top + y) * self.side + left;
                let patch = &self.shades[start..start + BLOCK];
                shades.iter().zip(patch).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum::<i32>()
            })
            .sum();
        product as f32 / (block.norm * spread.sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dotted() -> Grey {
        let mut grey = Grey::plain(128, 128, 250);
        let mut seed = 1u32;
        for at in 0..128 * 128 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if (at / 128) % 32 < 24 && (at / 2) % 3 == 0 && seed >> 31 == 0 {
                grey.data[at] = 20;
            }
        }
        grey
    }

    #[test]
    fn lines_and_plain_paper_are_no_blocks() {
        let mut lines = Grey::plain(128, 128, 255);
        lines.data[128 * 40..128 * 44].fill(0);
        assert!(blocks(&lines).is_empty());
        assert_eq!(blocks(&dotted()).len(), 16);
        assert!(blocks(&Grey::plain(3, 300, 0)).is_empty());
    }

    #[test]
    fn a_pale_block_is_found_where_it_moved_and_not_elsewhere() {
        let sent = dotted();
        let mut moved = Grey::plain(128, 128, 200);
        for y in 0..124 {
            for x in 0..125 {
                let pale = 100 + sent.data[y * 128 + x] / 3;
                moved.data[(y + 4) * 128 + x + 3] = pale;
            }
        }
        let level = ScaleLevel::new(&sent, 1, &moved, 1.0);
        let block = &blocks(&sent)[5];
        let map = Projection::stretch(1.0, 1.0, 0.0, 0.0);
        let found = level.find(&map, block, 6).unwrap();
        let [x, y] = block.center();
        assert!((found.to[0] - x - 3.0).abs() < 0.3 && (found.to[1] - y - 4.0).abs() < 0.3);
        assert!(level.find(&map, block, 3).is_none(), "the edge is not a match");
        let away = Projection::stretch(1.0, 1.0, 5000.0, f64::NAN);
        assert!(level.find(&away, block, 6).is_none());
    }
}
