//! Small blocks of print, and where on another picture each of them is found.
//!
//! By normalised cross-correlation, which knows neither brightness nor contrast. What the places
//! found say about the whole page is for `register` to judge.

use super::geometry::{Pair, Point, Projection};
use super::grey::Grey;

/// Sides of a block in pixels of its level.
const BLOCK: usize = 32;
/// How alike a block and its place must be, at most 1.
const ALIKE: f32 = 0.55;

/// A pair of pictures at one coarseness.
pub(super) struct Level {
    pub sent: Grey,
    /// Sent pixels for one of this level.
    pub coarse: f64,
    received: Grey,
    /// Received pixels for one of this level.
    thin: f64,
}

impl Level {
    /// Makes the sent page coarser by a whole number, and the received one likewise where `scale` of
    /// its pixels are as wide as one of the sent page.
    pub fn new(sent: &Grey, coarse: usize, received: &Grey, scale: f64) -> Self {
        let thin = ((scale * coarse as f64 * 0.9).floor() as usize).max(1);
        Self {
            sent: sent.shrunk(coarse),
            coarse: coarse as f64,
            received: received.shrunk(thin),
            thin: thin as f64,
        }
    }

    fn received_at(&self, map: &Projection, [x, y]: Point) -> Option<f32> {
        let [u, v] = map.apply([x * self.coarse, y * self.coarse]);
        self.received.at([u / self.thin, v / self.thin])
    }

    /// Looks for a block around where the map expects it, up to `reach` pixels away. Gives its middle
    /// on both pages, weighted by how alike they are.
    pub fn find(&self, map: &Projection, block: &Block, reach: usize) -> Option<Pair> {
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
        let patch = Patch::new(patch, side);
        let scores: Vec<f32> =
            (0..span * span).map(|at| patch.alike(at % span, at / span, block)).collect();
        let best = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]))?;
        let (x, y) = (best % span, best / span);
        // At the rim the true place may lie beyond.
        if scores[best] < ALIKE || x == 0 || y == 0 || x + 1 == span || y + 1 == span {
            return None;
        }
        let peak = |before: f32, at: f32, after: f32| {
            let bend = before - 2.0 * at + after;
            if bend < 0.0 {
                f64::from((before - after) / (2.0 * bend)).clamp(-0.5, 0.5)
            } else {
                0.0
            }
        };
        let across = peak(scores[best - 1], scores[best], scores[best + 1]);
        let down = peak(scores[best - span], scores[best], scores[best + span]);
        let [middle_x, middle_y] = block.middle();
        let moved = [
            middle_x + x as f64 - reach as f64 + across,
            middle_y + y as f64 - reach as f64 + down,
        ];
        Some(Pair {
            from: [middle_x * self.coarse, middle_y * self.coarse],
            to: map.apply([moved[0] * self.coarse, moved[1] * self.coarse]),
            weight: f64::from(scores[best]),
        })
    }
}

/// A block of print.
pub(super) struct Block {
    left: usize,
    top: usize,
    /// Shades less their mean.
    shades: Vec<i16>,
    /// The root of the sum of their squares.
    length: f32,
}

impl Block {
    /// Its middle in pixels of its level.
    pub fn middle(&self) -> Point {
        [self.left, self.top].map(|side| side as f64 + BLOCK as f64 / 2.0)
    }
}

/// Blocks of the sent page that show print in both directions, a line alone not.
pub(super) fn of(sent: &Grey) -> Vec<Block> {
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
            let length = shades.iter().map(|shade| f32::from(*shade).powi(2)).sum::<f32>().sqrt();
            blocks.push(Block { left, top, shades, length });
        }
    }
    blocks
}

/// The surroundings in which a block is looked for.
struct Patch {
    side: usize,
    shades: Vec<i16>,
    /// Sums of shades and of their squares above and left of each point.
    sums: Vec<[i64; 2]>,
}

impl Patch {
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

    /// Normalised cross-correlation with a block laid at a place, -1 to 1.
    fn alike(&self, left: usize, top: usize, block: &Block) -> f32 {
        let row = self.side + 1;
        let [sum, squares] = [0, 1].map(|at| {
            let corner = |x: usize, y: usize| self.sums[(top + y) * row + left + x][at];
            corner(BLOCK, BLOCK) + corner(0, 0) - corner(BLOCK, 0) - corner(0, BLOCK)
        });
        let count = (BLOCK * BLOCK) as f32;
        let spread = squares as f32 - (sum as f32).powi(2) / count;
        // A plain place is like nothing.
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
        product as f32 / (block.length * spread.sqrt())
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
        assert!(of(&lines).is_empty());
        assert_eq!(of(&dotted()).len(), 16);
        assert!(of(&Grey::plain(3, 300, 0)).is_empty());
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
        let level = Level::new(&sent, 1, &moved, 1.0);
        let block = &of(&sent)[5];
        let map = Projection::stretch(1.0, 1.0, 0.0, 0.0);
        let found = level.find(&map, block, 6).unwrap();
        let [x, y] = block.middle();
        assert!((found.to[0] - x - 3.0).abs() < 0.3 && (found.to[1] - y - 4.0).abs() < 0.3);
        assert!(level.find(&map, block, 3).is_none(), "the rim is no place");
        let away = Projection::stretch(1.0, 1.0, 5000.0, f64::NAN);
        assert!(level.find(&away, block, 6).is_none());
    }
}
