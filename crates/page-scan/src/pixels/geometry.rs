//! Maps from points of one image to points of another: affine maps and plane projections, fitted by
//! least squares.
//!
//! Knows no pixels. Applying a map never fails: a point that cannot be mapped becomes infinite or
//! NaN, and an image has no pixel there.

/// A point: x to the right, y downwards.
pub(crate) type Point = [f64; 2];

/// A point in both images, and its weight in a fit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PointPair {
    pub from: Point,
    pub to: Point,
    pub weight: f64,
}

/// A projection of the plane: three rows of three, homogeneous coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Projection(pub [f64; 9]);

impl Projection {
    /// Scales and moves: `x * across + left`, `y * down + top`.
    pub fn stretch(across: f64, down: f64, left: f64, top: f64) -> Self {
        Self([across, 0.0, left, 0.0, down, top, 0.0, 0.0, 1.0])
    }

    /// The image of a point.
    pub fn apply(&self, [x, y]: Point) -> Point {
        let m = &self.0;
        let w = m[6] * x + m[7] * y + m[8];
        [(m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w]
    }

    /// This map followed by `next`.
    pub fn then(&self, next: &Self) -> Self {
        let (a, b) = (&next.0, &self.0);
        let mut product = [0.0; 9];
        for row in 0..3 {
            for column in 0..3 {
                product[row * 3 + column] =
                    (0..3).map(|k| a[row * 3 + k] * b[k * 3 + column]).sum();
            }
        }
        Self(product)
    }

    /// The inverse map; none if the map is singular.
    pub fn inverse(&self) -> Option<Self> {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let minors = [
            e * i - f * h,
            c * h - b * i,
            b * f - c * e,
            f * g - d * i,
            a * i - c * g,
            c * d - a * f,
            d * h - e * g,
            b * g - a * h,
            a * e - b * d,
        ];
        let determinant = a * minors[0] + b * minors[3] + c * minors[6];
        let sound = determinant.is_finite() && determinant.abs() > 1e-14;
        sound.then(|| Self(minors.map(|minor| minor / determinant)))
    }

    /// The affine map that fits best; none for fewer than three points or points on one line.
    pub fn affine(pairs: &[PointPair]) -> Option<Self> {
        let mut across = System::<3>::default();
        let mut down = System::<3>::default();
        for PointPair { from: [x, y], to, weight } in pairs {
            across.add([*x, *y, 1.0], to[0], *weight);
            down.add([*x, *y, 1.0], to[1], *weight);
        }
        let [a, b, c] = across.solve()?;
        let [d, e, f] = down.solve()?;
        Some(Self([a, b, c, d, e, f, 0.0, 0.0, 1.0]))
    }

    /// The projection that fits best; none for fewer than four points. Points are centred and scaled
    /// first (Hartley 1997), otherwise the sums lose all their precision.
    pub fn projective(pairs: &[PointPair]) -> Option<Self> {
        let from = centred(pairs.iter().map(|pair| pair.from))?;
        let to = centred(pairs.iter().map(|pair| pair.to))?;
        let mut system = System::<8>::default();
        for pair in pairs {
            let ([x, y], [u, v]) = (from.apply(pair.from), to.apply(pair.to));
            system.add([x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y], u, pair.weight);
            system.add([0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y], v, pair.weight);
        }
        let [a, b, c, d, e, f, g, h] = system.solve()?;
        Some(from.then(&Self([a, b, c, d, e, f, g, h, 1.0])).then(&to.inverse()?))
    }

    /// Length of one unit at a point after the map is applied.
    pub fn scale_at(&self, [x, y]: Point) -> f64 {
        let (here, right, below) =
            (self.apply([x, y]), self.apply([x + 1.0, y]), self.apply([x, y + 1.0]));
        let area = (right[0] - here[0]) * (below[1] - here[1])
            - (right[1] - here[1]) * (below[0] - here[0]);
        area.abs().sqrt()
    }
}

/// The map that moves the centre of points to zero and makes their mean distance from it about one.
fn centred(points: impl Iterator<Item = Point> + Clone) -> Option<Projection> {
    let count = points.clone().count() as f64;
    if count < 1.0 {
        return None;
    }
    let sum = points.clone().fold([0.0, 0.0], |[a, b], [x, y]| [a + x, b + y]);
    let [x, y] = [sum[0] / count, sum[1] / count];
    let spread = points.map(|point| distance(point, [x, y])).sum::<f64>() / count;
    (spread.is_finite() && spread > 1e-9)
        .then(|| Projection::stretch(1.0 / spread, 1.0 / spread, -x / spread, -y / spread))
}

/// Distance of two points.
pub(crate) fn distance(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// The median, 0 for no values.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// The centre of four corners.
pub(crate) fn center(corners: &[Point; 4]) -> Point {
    let sum = corners.iter().fold([0.0, 0.0], |[a, b], [x, y]| [a + x, b + y]);
    [sum[0] / 4.0, sum[1] / 4.0]
}

/// The sums of a weighted least-squares problem of `N` unknowns.
struct System<const N: usize> {
    left: [[f64; N]; N],
    right: [f64; N],
}

impl<const N: usize> Default for System<N> {
    fn default() -> Self {
        Self { left: [[0.0; N]; N], right: [0.0; N] }
    }
}

impl<const N: usize> System<N> {
    fn add(&mut self, row: [f64; N], value: f64, weight: f64) {
        for i in 0..N {
            for j in 0..N {
                self.left[i][j] += weight * row[i] * row[j];
            }
            self.right[i] += weight * row[i] * value;
        }
    }

    /// Gaussian elimination with the largest pivot; none if the system is singular.
    fn solve(mut self) -> Option<[f64; N]> {
        for column in 0..N {
            let pivot = (column..N).max_by(|a, b| {
                self.left[*a][column].abs().total_cmp(&self.left[*b][column].abs())
            })?;
            self.left.swap(column, pivot);
            self.right.swap(column, pivot);
            let largest = self.left[column][column];
            if !largest.is_finite() || largest.abs() < 1e-10 {
                return None;
            }
            for row in column + 1..N {
                let factor = self.left[row][column] / largest;
                for k in column..N {
                    self.left[row][k] -= factor * self.left[column][k];
                }
                self.right[row] -= factor * self.right[column];
            }
        }
        let mut unknowns = [0.0; N];
        for row in (0..N).rev() {
            let known: f64 = (row + 1..N).map(|k| self.left[row][k] * unknowns[k]).sum();
            unknowns[row] = (self.right[row] - known) / self.left[row][row];
        }
        unknowns.iter().all(|value| value.is_finite()).then_some(unknowns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_projection_is_found_again_and_undone() {
        let truth = Projection([1.1, 0.2, 30.0, -0.1, 0.9, 12.0, 1e-4, -2e-4, 1.0]);
        let pairs: Vec<PointPair> =
            [[0.0, 0.0], [900.0, 10.0], [880.0, 1200.0], [5.0, 1190.0], [400.0, 500.0]]
                .map(|from| PointPair { from, to: truth.apply(from), weight: 1.0 })
                .to_vec();
        let found = Projection::projective(&pairs).unwrap();
        let back = found.inverse().unwrap();
        for pair in &pairs {
            assert!(distance(found.apply(pair.from), pair.to) < 1e-6);
            assert!(distance(back.apply(pair.to), pair.from) < 1e-6);
        }
        assert_eq!(Projection::projective(&pairs[..3]), None);
    }

    #[test]
    fn points_in_one_place_decide_nothing() {
        let pair = PointPair { from: [3.0, 4.0], to: [1.0, 1.0], weight: 1.0 };
        assert_eq!(Projection::affine(&[pair; 5]), None);
        assert_eq!(Projection::projective(&[pair; 5]), None);
    }
}
