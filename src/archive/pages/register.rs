//! Lays a received page on the one that was sent: where on the scan is each point of the letter?
//!
//! The code's four corners give a first, local answer. It is then extended outwards: small blocks of
//! print are looked for where the answer so far expects them (normalised cross-correlation), the
//! map is fitted again to those found (robust least squares), and the circle is widened. That bears
//! both the skew of a scanner and the perspective of a telephone, since every step only has to be
//! right a little beyond the last one. What a plane cannot explain (curled paper, uneven feed) is
//! kept as a smooth drift.

use super::geometry::{Pair, Point, Projection, distance, middle};
use super::grey::Grey;

/// Resolution of the sent page here, in dots per inch.
pub(super) const DOTS: f64 = 150.0;
/// Sides of a block in pixels of its level.
const BLOCK: usize = 32;
/// How alike a block and its place must be, at most 1.
const ALIKE: f32 = 0.55;
/// Radii around the code, in millimetres, at which the map is fitted anew.
const RADII: [f64; 7] = [25.0, 45.0, 75.0, 120.0, 180.0, 260.0, 500.0];
/// Fewest blocks on which a page counts as registered.
const ENOUGH: usize = 12;
/// Largest median distance in millimetres of a registered page.
const CLOSE: f64 = 0.6;
/// Pixels of the sent page within which print drifts together: seven millimetres.
const REACH: f64 = 42.0;
/// Pixels of the sent page between two points of the drift.
const STEP: usize = 32;

/// How a received page lies on the sent one.
pub(super) struct Registration {
    /// From pixels of the sent page at [`DOTS`] to pixels of the received one.
    map: Projection,
    drift: Drift,
    /// Median distance of printed blocks from where they should be, in millimetres.
    pub residual: f64,
}

impl Registration {
    /// Where a point of the sent page is on the received one.
    pub fn place(&self, point: Point) -> Point {
        let [x, y] = self.drift.at(point);
        self.map.apply([point[0] + x, point[1] + y])
    }

    /// How many received pixels one sent pixel is wide, at a point.
    pub fn scale_at(&self, point: Point) -> f64 {
        self.map.scale_at(point)
    }
}

/// A pair of pictures at one coarseness.
struct Level {
    sent: Grey,
    /// Sent pixels for one of this level.
    coarse: f64,
    received: Grey,
    /// Received pixels for one of this level.
    thin: f64,
}

impl Level {
    fn new(sent: &Grey, coarse: usize, received: &Grey, scale: f64) -> Self {
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
}

/// A block of print.
struct Block {
    left: usize,
    top: usize,
    /// Shades less their mean.
    shades: Vec<i16>,
    /// The root of the sum of their squares.
    length: f32,
}

impl Block {
    fn middle(&self) -> Point {
        [self.left, self.top].map(|side| side as f64 + BLOCK as f64 / 2.0)
    }
}

/// Lays a page on the sent one, given the same code's corners in both; nothing if print and place
/// do not agree.
pub(super) fn register(
    sent: &Grey,
    sent_code: &[Point; 4],
    received: &Grey,
    received_code: &[Point; 4],
) -> Option<Registration> {
    let corners = sent_code.iter().zip(received_code);
    let pairs: Vec<Pair> =
        corners.map(|(from, to)| Pair { from: *from, to: *to, weight: 1.0 }).collect();
    let mut map = Projection::affine(&pairs)?;
    let start = middle(sent_code);
    let scale = map.scale_at(start);
    if !(0.1..=40.0).contains(&scale) {
        return None;
    }
    let level = Level::new(sent, 2, received, scale);
    let blocks = blocks(&level.sent);
    let mut before = 0.0;
    for radius in RADII {
        let radius = radius / 25.4 * DOTS;
        let mut pairs = Vec::new();
        for block in &blocks {
            let [x, y] = block.middle();
            let far = distance([x * level.coarse, y * level.coarse], start);
            if far < radius {
                let reach = if far < before { 4 } else { 10 };
                pairs.extend(find(&level, &map, block, reach));
            }
        }
        map = fit(&pairs, &map, sent).0;
        before = radius;
    }
    refine(sent, received, map, scale)
}

/// The last fits, at full resolution, and the verdict.
fn refine(sent: &Grey, received: &Grey, mut map: Projection, scale: f64) -> Option<Registration> {
    let level = Level::new(sent, 1, received, scale);
    let blocks = blocks(&level.sent);
    let mut pairs = Vec::new();
    for reach in [5, 8] {
        pairs = blocks.iter().filter_map(|block| find(&level, &map, block, reach)).collect();
        map = fit(&pairs, &map, sent).0;
    }
    let (_, mut distances) = fit(&pairs, &map, sent);
    let near = distances.iter().filter(|far| **far < 1.5 / 25.4 * DOTS).count();
    distances.sort_by(f64::total_cmp);
    let residual = distances.get(distances.len() / 2)? / DOTS * 25.4;
    let spread = |points: &mut dyn Iterator<Item = Point>| {
        let extent = points
            .fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |[l, t, r, b], [x, y]| {
                [l.min(x), t.min(y), r.max(x), b.max(y)]
            });
        (extent[2] - extent[0]).max(0.0) * (extent[3] - extent[1]).max(0.0)
    };
    let reached = spread(&mut pairs.iter().map(|pair| pair.from));
    let whole = spread(&mut blocks.iter().map(Block::middle));
    let sure = near >= ENOUGH
        && near * 2 > pairs.len()
        && pairs.len() * 3 > blocks.len()
        && reached > whole * 0.5
        && residual < CLOSE;
    let drift = Drift::of(&pairs, &map, sent);
    sure.then_some(Registration { map, drift, residual })
}

/// Blocks of the sent page that show print in both directions, a line alone not.
fn blocks(sent: &Grey) -> Vec<Block> {
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

/// Looks for a block around where the map expects it, up to `reach` pixels away.
fn find(level: &Level, map: &Projection, block: &Block, reach: usize) -> Option<Pair> {
    let side = BLOCK + 2 * reach;
    let mut patch: Vec<i16> = Vec::with_capacity(side * side);
    for y in 0..side {
        for x in 0..side {
            let x = (block.left + x) as f64 - reach as f64 + 0.5;
            let y = (block.top + y) as f64 - reach as f64 + 0.5;
            patch.push(level.received_at(map, [x, y]).unwrap_or(255.0) as i16);
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
        if bend < 0.0 { f64::from((before - after) / (2.0 * bend)).clamp(-0.5, 0.5) } else { 0.0 }
    };
    let across = peak(scores[best - 1], scores[best], scores[best + 1]);
    let down = peak(scores[best - span], scores[best], scores[best + span]);
    let [middle_x, middle_y] = block.middle();
    let moved =
        [middle_x + x as f64 - reach as f64 + across, middle_y + y as f64 - reach as f64 + down];
    Some(Pair {
        from: [middle_x * level.coarse, middle_y * level.coarse],
        to: map.apply([moved[0] * level.coarse, moved[1] * level.coarse]),
        weight: f64::from(scores[best]),
    })
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

/// The map that fits most pairs, and how far each pair is from it in sent pixels. Stays with the
/// map before where there is too little to go by.
fn fit(pairs: &[Pair], before: &Projection, sent: &Grey) -> (Projection, Vec<f64>) {
    let extent = pairs.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |e, pair| {
        let [x, y] = pair.from;
        [e[0].min(x), e[1].min(y), e[2].max(x), e[3].max(y)]
    });
    let across = (extent[2] - extent[0]) / sent.width.max(1) as f64;
    let down = (extent[3] - extent[1]) / sent.height.max(1) as f64;
    let plane = pairs.len() >= 20 && across > 0.4 && down > 0.3;
    let few = pairs.len() < 5 || across.max(down) < 0.08;
    let mut map = *before;
    if !few {
        for _ in 0..8 {
            let far = distances(pairs, &map);
            let usual = median(&far);
            let most = (usual * 3.0).max(1.0);
            let weighted: Vec<Pair> = pairs
                .iter()
                .zip(&far)
                .map(|(pair, far)| {
                    // Tukey's biweight: what is too far does not count at all.
                    let weight = (1.0 - (far / most).powi(2)).max(0.0).powi(2);
                    Pair { weight: pair.weight * weight, ..*pair }
                })
                .collect();
            let next = if plane {
                Projection::projective(&weighted)
            } else {
                Projection::affine(&weighted)
            };
            match next {
                Some(next) => map = next,
                None => break,
            }
        }
    }
    let far = distances(pairs, &map);
    (map, far)
}

fn distances(pairs: &[Pair], map: &Projection) -> Vec<f64> {
    pairs
        .iter()
        .map(|pair| distance(map.apply(pair.from), pair.to) / map.scale_at(pair.from).max(1e-6))
        .collect()
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// The value at half of all weight: strangers among neighbours do not move it.
fn middle_of(values: impl Iterator<Item = (f64, f64)>) -> f64 {
    let mut sorted: Vec<(f64, f64)> = values.collect();
    sorted.sort_by(|a, b| a.1.total_cmp(&b.1));
    let half = sorted.iter().map(|(weight, _)| weight).sum::<f64>() / 2.0;
    let mut seen = 0.0;
    let at = sorted.iter().find(|(weight, _)| {
        seen += weight;
        seen >= half
    });
    at.map_or(0.0, |(_, value)| *value)
}

/// A smooth displacement over the sent page, in its pixels.
struct Drift {
    width: usize,
    height: usize,
    moves: Vec<Point>,
}

impl Drift {
    /// What is left of the pairs after the map, averaged over neighbours.
    fn of(pairs: &[Pair], map: &Projection, sent: &Grey) -> Self {
        let (width, height) = (sent.width.div_ceil(STEP) + 1, sent.height.div_ceil(STEP) + 1);
        let still = Self { width, height, moves: vec![[0.0, 0.0]; width * height] };
        let Some(back) = map.inverse() else { return still };
        let left: Vec<(Point, Point)> = pairs
            .iter()
            .map(|pair| {
                let [x, y] = back.apply(pair.to);
                (pair.from, [x - pair.from[0], y - pair.from[1]])
            })
            .collect();
        let moves = (0..width * height)
            .map(|at| {
                let here = [(at % width * STEP) as f64, (at / width * STEP) as f64];
                let near: Vec<(f64, Point)> = left
                    .iter()
                    .map(|(from, moved)| (distance(*from, here) / REACH, *moved))
                    .filter(|(far, _)| *far < 2.0)
                    .map(|(far, moved)| ((-far * far / 2.0).exp(), moved))
                    .collect();
                // Few neighbours say little: the plane then counts among them.
                [0, 1].map(|axis| {
                    let still = std::iter::once((0.7, 0.0));
                    middle_of(near.iter().map(|(w, moved)| (*w, moved[axis])).chain(still))
                })
            })
            .collect();
        Self { moves, ..still }
    }

    fn at(&self, [x, y]: Point) -> Point {
        let (x, y) = (x.max(0.0) / STEP as f64, y.max(0.0) / STEP as f64);
        let (left, top) = (x as usize, y as usize);
        let (across, down) = (x - x.floor(), y - y.floor());
        let corner = |x: usize, y: usize| {
            self.moves[y.min(self.height - 1) * self.width + x.min(self.width - 1)]
        };
        let (a, b) = (corner(left, top), corner(left + 1, top));
        let (c, d) = (corner(left, top + 1), corner(left + 1, top + 1));
        [0, 1].map(|axis| {
            let above = a[axis] + (b[axis] - a[axis]) * across;
            let below = c[axis] + (d[axis] - c[axis]) * across;
            above + (below - above) * down
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of words, each of its own pattern.
    fn page() -> Grey {
        let mut page = Grey::plain(1240, 1754, 255);
        let mut seed = 1u32;
        for top in (100..1600).step_by(28) {
            for x in 100..1140 {
                for y in top..top + 14 {
                    if x % 3 == 0 && y % 3 == 0 {
                        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    }
                    if seed >> 30 == 0 {
                        page.data[y * 1240 + x] = 0;
                    }
                }
            }
        }
        page
    }

    fn seen(page: &Grey, map: &Projection) -> Grey {
        let back = map.inverse().unwrap();
        let mut seen = Grey::plain(1300, 1800, 255);
        for y in 0..1800 {
            for x in 0..1300 {
                let point = back.apply([x as f64 + 0.5, y as f64 + 0.5]);
                seen.data[y * 1300 + x] = page.at(point).unwrap_or(255.0) as u8;
            }
        }
        seen
    }

    #[test]
    fn a_page_seen_askew_is_laid_on_the_sent_one_from_a_corner() {
        let page = page();
        let truth = Projection([0.98, 0.04, 20.0, -0.03, 0.97, 60.0, 3e-5, 2e-5, 1.0]);
        let seen = seen(&page, &truth);
        let code = [[1000.0, 120.0], [1088.0, 120.0], [1088.0, 208.0], [1000.0, 208.0]];
        let found = register(&page, &code, &seen, &code.map(|c| truth.apply(c))).unwrap();
        assert!(found.residual < 0.1, "{}", found.residual);
        for point in [[150.0, 150.0], [1100.0, 1500.0], [200.0, 1500.0]] {
            assert!(distance(found.place(point), truth.apply(point)) < 0.5);
        }
    }

    #[test]
    fn another_page_is_not_laid_on_it() {
        let page = page();
        let other = Grey { data: page.data.iter().rev().copied().collect(), ..page.clone() };
        let code = [[1000.0, 120.0], [1088.0, 120.0], [1088.0, 208.0], [1000.0, 208.0]];
        assert!(register(&page, &code, &other, &code).is_none());
        assert!(register(&page, &code, &Grey::plain(9, 9, 0), &[[0.0; 2]; 4]).is_none());
    }
}
