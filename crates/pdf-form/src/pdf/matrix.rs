//! Transformations of the plane, as PDF writes them (ISO 32000-1, 8.3.3).

use lopdf::Object;

/// `[a b c d e f]`: maps `(x, y)` to `(a·x + c·y + e, b·x + d·y + f)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Matrix(pub [f64; 6]);

impl Matrix {
    /// Leaves every point where it is.
    pub(crate) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// A shift.
    pub(crate) fn shift(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// The matrix that six numbers are.
    pub(crate) fn of(objects: &[Object]) -> Option<Self> {
        let numbers: Option<Vec<f64>> = objects
            .iter()
            .map(|object| object.as_float().ok().map(f64::from).filter(|number| number.is_finite()))
            .collect();
        Some(Self(numbers?.try_into().ok()?))
    }

    /// First `self`, then `next`.
    pub(crate) fn then(self, next: Self) -> Self {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, next.0);
        Self([
            a * g + b * i,
            a * h + b * j,
            c * g + d * i,
            c * h + d * j,
            e * g + f * i + k,
            e * h + f * j + l,
        ])
    }

    /// Where a point goes.
    pub(crate) fn apply(self, (x, y): (f64, f64)) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_matrix_is_applied_first() {
        let twice = Matrix([2.0, 0.0, 0.0, 2.0, 0.0, 0.0]);
        assert_eq!(Matrix::shift(1.0, 2.0).then(twice).apply((0.0, 0.0)), (2.0, 4.0));
        assert_eq!(twice.then(Matrix::shift(1.0, 2.0)).apply((1.0, 1.0)), (3.0, 4.0));
    }

    #[test]
    fn only_six_numbers_are_a_matrix() {
        assert_eq!(Matrix::of(&[1.into(), 2.into()]), None);
        let numbers = [1, 0, 0, 1, 5, 6].map(Object::from);
        assert_eq!(Matrix::of(&numbers), Some(Matrix::shift(5.0, 6.0)));
    }
}
