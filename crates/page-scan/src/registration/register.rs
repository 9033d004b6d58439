//! Registration of a received page on the sent page: for each point of the sent page, its place on the
//! received one.
//!
//! The four corners of a QR code give a first map that holds near the code. Then the map grows: small
//! blocks of print are searched where the map expects them (normalised cross-correlation), the map is
//! fitted to the blocks that were found (robust least squares), and the radius is widened. Each step
//! only has to hold a little beyond the last one, so both the skew of a scanner and the perspective of
//! a telephone are followed. What a plane cannot describe (curled paper, uneven feed) is kept as a
//! smooth displacement.

use super::block_match::{self, PrintBlock, ScaleLevel};
use super::displacement::{Displacement, GRID_STEP};
use crate::pixels::geometry::{Point, PointPair, Projection, center, distance, median};
use crate::pixels::grey::Grey;

/// Resolution at which the sent page is rendered, in dots per inch.
pub(crate) const DPI: f64 = 150.0;
/// Radii around the code, in millimetres, with which the map is fitted one after the other.
const RADII: [f64; 7] = [25.0, 45.0, 75.0, 120.0, 180.0, 260.0, 500.0];
/// Most blocks that are searched at full resolution.
const MAX_BLOCKS: usize = 400;
/// Fewest blocks with which a page counts as registered.
const MIN_BLOCKS: usize = 12;
/// Largest residual of a registered page, in millimetres.
const MAX_RESIDUAL: f64 = 0.6;

/// How a received page lies on the sent one.
pub(crate) struct Registration {
    /// From pixels of the sent page at [`DPI`] to pixels of the received one.
    map: Projection,
    displacement: Displacement,
    /// Median distance between a block of print and where the map expects it, in millimetres.
    pub residual: f64,
}

impl Registration {
    /// The place on the received page of a point of the sent one.
    pub fn map_point(&self, point: Point) -> Point {
        let [x, y] = self.displacement.at(point);
        self.map.apply([point[0] + x, point[1] + y])
    }

    /// The places on the received page of the first `width` pixels of a row of the sent one,
    /// interpolated between the points of a grid.
    pub fn map_row(&self, y: usize, width: usize) -> Vec<Point> {
        let row_middle = y as f64 + 0.5;
        let mut points = Vec::with_capacity(width + GRID_STEP);
        let mut from = self.map_point([0.5, row_middle]);
        for left in (0..width).step_by(GRID_STEP) {
            let to = self.map_point([(left + GRID_STEP) as f64 + 0.5, row_middle]);
            let step = [0, 1].map(|axis| (to[axis] - from[axis]) / GRID_STEP as f64);
            points.extend((0..GRID_STEP).map(|at| {
                let at = at as f64;
                [from[0] + step[0] * at, from[1] + step[1] * at]
            }));
            from = to;
        }
        points.truncate(width);
        points
    }

    /// Width of a sent pixel at a point, in received pixels.
    pub fn scale_at(&self, point: Point) -> f64 {
        self.map.scale_at(point)
    }
}

/// Registers a page on the sent one, given the corners of the same code on both. None if their print
/// does not fit.
pub(super) fn register(
    sent: &Grey,
    sent_code: &[Point; 4],
    received: &Grey,
    received_code: &[Point; 4],
) -> Option<Registration> {
    let corners = sent_code.iter().zip(received_code);
    let pairs: Vec<PointPair> =
        corners.map(|(from, to)| PointPair { from: *from, to: *to, weight: 1.0 }).collect();
    let mut map = Projection::affine(&pairs)?;
    let start = center(sent_code);
    let scale = map.scale_at(start);
    if !(0.1..=40.0).contains(&scale) {
        return None;
    }
    let level = ScaleLevel::new(sent, 2, received, scale);
    let blocks = block_match::blocks(&level.sent);
    let mut last_radius = 0.0;
    for radius in RADII {
        let radius = radius / 25.4 * DPI;
        let mut pairs = Vec::new();
        for block in &blocks {
            let [x, y] = block.center();
            let far = distance([x * level.sent_factor, y * level.sent_factor], start);
            if far < radius {
                let reach = if far < last_radius { 4 } else { 10 };
                pairs.extend(level.find(&map, block, reach));
            }
        }
        map = fit(&pairs, &map, sent).0;
        last_radius = radius;
    }
    refine(sent, received, map, scale)
}

/// The last fits, at full resolution, and the decision whether the page fits.
fn refine(sent: &Grey, received: &Grey, mut map: Projection, scale: f64) -> Option<Registration> {
    let level = ScaleLevel::new(sent, 1, received, scale);
    let mut blocks = block_match::blocks(&level.sent);
    // Of a page full of print an evenly spread part is enough.
    let every = blocks.len().div_ceil(MAX_BLOCKS).max(1);
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
    let near = distances.iter().filter(|far| **far < 1.5 / 25.4 * DPI).count();
    distances.sort_by(f64::total_cmp);
    let residual = distances.get(distances.len() / 2)? / DPI * 25.4;
    let spread = |points: &mut dyn Iterator<Item = Point>| {
        let extent = points
            .fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |[l, t, r, b], [x, y]| {
                [l.min(x), t.min(y), r.max(x), b.max(y)]
            });
        (extent[2] - extent[0]).max(0.0) * (extent[3] - extent[1]).max(0.0)
    };
    let reached = spread(&mut pairs.iter().map(|pair| pair.from));
    let whole = spread(&mut blocks.iter().map(PrintBlock::center));
    let fits = near >= MIN_BLOCKS
        && near * 2 > pairs.len()
        && pairs.len() * 3 > blocks.len()
        && reached > whole * 0.5
        && residual < MAX_RESIDUAL;
    let displacement = Displacement::of(&pairs, &map, sent);
    fits.then_some(Registration { map, displacement, residual })
}

/// The map that fits most pairs, and the distance of each pair from it in sent pixels. It is `last` if
/// the pairs are too few or too close to each other.
fn fit(pairs: &[PointPair], last: &Projection, sent: &Grey) -> (Projection, Vec<f64>) {
    let extent = pairs.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |e, pair| {
        let [x, y] = pair.from;
        [e[0].min(x), e[1].min(y), e[2].max(x), e[3].max(y)]
    });
    let across = (extent[2] - extent[0]) / sent.width.max(1) as f64;
    let down = (extent[3] - extent[1]) / sent.height.max(1) as f64;
    let covers_page = pairs.len() >= 20 && across > 0.4 && down > 0.3;
    let too_few = pairs.len() < 5 || across.max(down) < 0.08;
    let mut map = *last;
    if !too_few {
        for _ in 0..8 {
            let far = distances(pairs, &map);
            let usual = median(&far);
            let most = (usual * 3.0).max(1.0);
            let weighted: Vec<PointPair> = pairs
                .iter()
                .zip(&far)
                .map(|(pair, far)| {
                    // Tukey's biweight: a pair that is too far has no weight.
                    let weight = (1.0 - (far / most).powi(2)).max(0.0).powi(2);
                    PointPair { weight: pair.weight * weight, ..*pair }
                })
                .collect();
            let next = if covers_page {
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

fn distances(pairs: &[PointPair], map: &Projection) -> Vec<f64> {
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
    fn a_skewed_page_is_registered_from_a_code_in_its_corner() {
        let page = page();
        let truth = Projection([0.98, 0.04, 20.0, -0.03, 0.97, 60.0, 3e-5, 2e-5, 1.0]);
        let seen = seen(&page, &truth);
        let code = [[1000.0, 120.0], [1088.0, 120.0], [1088.0, 208.0], [1000.0, 208.0]];
        let found = register(&page, &code, &seen, &code.map(|c| truth.apply(c))).unwrap();
        assert!(found.residual < 0.1, "{}", found.residual);
        for point in [[150.0, 150.0], [1100.0, 1500.0], [200.0, 1500.0]] {
            assert!(distance(found.map_point(point), truth.apply(point)) < 0.5);
        }
    }

    #[test]
    fn another_page_is_not_registered() {
        let page = page();
        let other = Grey { data: page.data.iter().rev().copied().collect(), ..page.clone() };
        let code = [[1000.0, 120.0], [1088.0, 120.0], [1088.0, 208.0], [1000.0, 208.0]];
        assert!(register(&page, &code, &other, &code).is_none());
        assert!(register(&page, &code, &Grey::plain(9, 9, 0), &[[0.0; 2]; 4]).is_none());
    }
}
