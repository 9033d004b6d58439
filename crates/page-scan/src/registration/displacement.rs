//! The displacement that a plane projection cannot describe: curled paper, an uneven feed.
//!
//! A smooth displacement over the sent page, computed from the blocks of print that were found on the
//! received one. Where there is no print, it is zero.

use crate::pixels::geometry::{Point, PointPair, Projection, distance};
use crate::pixels::grey::Grey;

/// Radius within which print moves together, in pixels of the sent page: seven millimetres.
const REACH: f64 = 42.0;
/// Distance of two grid points, in pixels of the sent page.
pub(super) const STEP: usize = 32;

/// A displacement for each point of a grid over the sent page, in its pixels.
pub(super) struct Displacement {
    width: usize,
    height: usize,
    moves: Vec<Point>,
}

impl Displacement {
    /// The distances that the map leaves between pairs, as weighted medians of neighbours.
    pub fn of(pairs: &[PointPair], map: &Projection, sent: &Grey) -> Self {
        let (width, height) = (sent.width.div_ceil(STEP) + 1, sent.height.div_ceil(STEP) + 1);
        let zero = Self { width, height, moves: vec![[0.0, 0.0]; width * height] };
        let Some(back) = map.inverse() else { return zero };
        let rest: Vec<(Point, Point)> = pairs
            .iter()
            .map(|pair| {
                let [x, y] = back.apply(pair.to);
                (pair.from, [x - pair.from[0], y - pair.from[1]])
            })
            .collect();
        let moves = (0..width * height)
            .map(|at| {
                let here = [(at % width * STEP) as f64, (at / width * STEP) as f64];
                let near: Vec<(f64, Point)> = rest
                    .iter()
                    .map(|(from, moved)| (distance(*from, here) / REACH, *moved))
                    .filter(|(far, _)| *far < 2.0)
                    .map(|(far, moved)| ((-far * far / 2.0).exp(), moved))
                    .collect();
                // Zero counts like a neighbour, so that a few neighbours alone have little effect.
                [0, 1].map(|axis| {
                    let zero = std::iter::once((0.7, 0.0));
                    weighted_median(near.iter().map(|(w, moved)| (*w, moved[axis])).chain(zero))
                })
            })
            .collect();
        Self { moves, ..zero }
    }

    /// The displacement of a point of the sent page, interpolated between grid points.
    pub fn at(&self, [x, y]: Point) -> Point {
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

/// The value at half of the total weight. Outliers do not move it.
fn weighted_median(values: impl Iterator<Item = (f64, f64)>) -> f64 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_followed_and_outliers_are_not() {
        let sent = Grey::plain(640, 640, 255);
        let flat = Projection::stretch(1.0, 1.0, 0.0, 0.0);
        let mut pairs: Vec<PointPair> = (0..400)
            .map(|at| {
                let from = [f64::from(at % 20) * 32.0, f64::from(at / 20) * 32.0];
                let bend = if from[0] < 320.0 { 0.0 } else { 3.0 };
                PointPair { from, to: [from[0], from[1] + bend], weight: 1.0 }
            })
            .collect();
        pairs[210].to = [999.0, 999.0];
        let displacement = Displacement::of(&pairs, &flat, &sent);
        assert!(distance(displacement.at([100.0, 300.0]), [0.0, 0.0]) < 0.1);
        assert!(distance(displacement.at([520.0, 320.0]), [0.0, 3.0]) < 0.1);
        assert!(
            distance(displacement.at([9e9, -9e9]), [0.0, 3.0]) < 0.1,
            "beyond the edge as at it"
        );
        assert_eq!(Displacement::of(&[], &flat, &sent).at([5.0, 5.0]), [0.0, 0.0]);
    }
}
