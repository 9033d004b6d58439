//! Lays a received page on the one that was sent: where on the scan is each point of the letter?
//!
//! The code's four corners give a first, local answer. It is then extended outwards: small blocks of
//! print are looked for where the answer so far expects them (normalised cross-correlation), the
//! map is fitted again to those found (robust least squares), and the circle is widened. That bears
//! both the skew of a scanner and the perspective of a telephone, since every step only has to be
//! right a little beyond the last one. What a plane cannot explain (curled paper, uneven feed) is
//! kept as a smooth drift.

use super::blocks::{self, Block, Level};
use super::drift::{Drift, STEP};
use super::geometry::{Pair, Point, Projection, distance, median, middle};
use super::grey::Grey;

/// Resolution of the sent page here, in dots per inch.
pub(super) const DOTS: f64 = 150.0;
/// Radii around the code, in millimetres, at which the map is fitted anew.
const RADII: [f64; 7] = [25.0, 45.0, 75.0, 120.0, 180.0, 260.0, 500.0];
/// Blocks at full resolution that are looked for at most.
const PLENTY: usize = 400;
/// Fewest blocks on which a page counts as registered.
const ENOUGH: usize = 12;
/// Largest median distance in millimetres of a registered page.
const CLOSE: f64 = 0.6;

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

    /// Where the middles of `width` pixels of a row of the sent page are on the received one. Between
    /// points of a grid the map is all but straight.
    pub fn row(&self, y: usize, width: usize) -> Vec<Point> {
        let middle = y as f64 + 0.5;
        let mut points = Vec::with_capacity(width + STEP);
        let mut from = self.place([0.5, middle]);
        for left in (0..width).step_by(STEP) {
            let to = self.place([(left + STEP) as f64 + 0.5, middle]);
            let step = [0, 1].map(|axis| (to[axis] - from[axis]) / STEP as f64);
            points.extend((0..STEP).map(|at| {
                let at = at as f64;
                [from[0] + step[0] * at, from[1] + step[1] * at]
            }));
            from = to;
        }
        points.truncate(width);
        points
    }

    /// How many received pixels one sent pixel is wide, at a point.
    pub fn scale_at(&self, point: Point) -> f64 {
        self.map.scale_at(point)
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
    let blocks = blocks::of(&level.sent);
    let mut before = 0.0;
    for radius in RADII {
        let radius = radius / 25.4 * DOTS;
        let mut pairs = Vec::new();
        for block in &blocks {
            let [x, y] = block.middle();
            let far = distance([x * level.coarse, y * level.coarse], start);
            if far < radius {
                let reach = if far < before { 4 } else { 10 };
                pairs.extend(level.find(&map, block, reach));
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
    let mut blocks = blocks::of(&level.sent);
    // Of a full page a part is enough, evenly spread.
    let every = blocks.len().div_ceil(PLENTY).max(1);
    let mut at = 0;
    blocks.retain(|_| {
        at += 1;
        at % every == 0
    });
    let mut pairs = Vec::new();
    for reach in [5, 8] {
        pairs = blocks.iter().filter_map(|block| level.find(&map, block, reach)).collect();
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
