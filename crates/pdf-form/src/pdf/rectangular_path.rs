//! A path under construction (ISO 32000-1, 8.5), as far as it is made of upright rectangles.

use super::matrix::Matrix;
use super::objects::Rectangle;
use lopdf::Object;

/// Most points that are kept.
const MAX_POINTS: usize = 400;
/// Two coordinates that differ by less are the same, in points.
const SAME: f64 = 0.05;

/// The path since the last one was painted.
#[derive(Debug, Default)]
pub(crate) struct RectangularPath {
    parts: Vec<Vec<(f64, f64)>>,
    points: usize,
    has_curves: bool,
}

impl RectangularPath {
    /// Adds a segment; `matrix` is the one in force.
    pub(crate) fn add(&mut self, operator: &str, operands: &[Object], matrix: Matrix) {
        let numbers: Vec<f64> = operands
            .iter()
            .filter_map(|operand| operand.as_float().ok())
            .map(f64::from)
            .filter(|number| number.is_finite())
            .collect();
        self.points += 4;
        match (operator, numbers.as_slice()) {
            _ if self.points > MAX_POINTS => self.has_curves = true,
            ("re", [x, y, width, height]) => {
                let (right, top) = (x + width, y + height);
                let corners = [(*x, *y), (right, *y), (right, top), (*x, top)];
                self.parts.push(corners.map(|corner| matrix.apply(corner)).to_vec());
            }
            ("m", [x, y]) => self.parts.push(vec![matrix.apply((*x, *y))]),
            ("l", [x, y]) => match self.parts.last_mut() {
                Some(part) => part.push(matrix.apply((*x, *y))),
                None => self.has_curves = true,
            },
            ("h", _) => {}
            _ => self.has_curves = true,
        }
    }

    /// The rectangles; none if there is something else.
    pub(crate) fn rectangles(&self) -> Option<Vec<Rectangle>> {
        let drawn = self.parts.iter().filter(|part| part.len() > 1);
        let all: Option<Vec<Rectangle>> = drawn.map(|part| rectangle_of(part)).collect();
        all.filter(|_| !self.has_curves)
    }

    /// What the path clips to by the rule of non-zero winding: a rectangle, alone or around others that
    /// wind as it does.
    pub(crate) fn clip(&self) -> Option<Rectangle> {
        let rectangles = self.rectangles()?;
        let around = rectangles.iter().copied().reduce(|one, other| {
            [one[0].min(other[0]), one[1].min(other[1]), one[2].max(other[2]), one[3].max(other[3])]
        })?;
        let drawn = || self.parts.iter().filter(|part| part.len() > 1).map(|part| winding(part));
        let one_way = drawn().all(|area| area > 0.0) || drawn().all(|area| area < 0.0);
        (one_way && rectangles.contains(&around)).then_some(around)
    }
}

/// Twice the area that the points go around, negative if clockwise.
fn winding(points: &[(f64, f64)]) -> f64 {
    let next = points.iter().cycle().skip(1);
    points.iter().zip(next).map(|((x, y), (next_x, next_y))| x * next_y - next_x * y).sum()
}

/// The rectangle that the points lie on the corners of.
fn rectangle_of(points: &[(f64, f64)]) -> Option<Rectangle> {
    let (mut left, mut bottom) = *points.first()?;
    let (mut right, mut top) = (left, bottom);
    for (x, y) in points {
        (left, right) = (left.min(*x), right.max(*x));
        (bottom, top) = (bottom.min(*y), top.max(*y));
    }
    let is_side = |value: f64, one: f64, other: f64| {
        (value - one).abs() < SAME || (value - other).abs() < SAME
    };
    let are_corners =
        points.iter().all(|(x, y)| is_side(*x, left, right) && is_side(*y, bottom, top));
    are_corners.then_some([left, bottom, right, top])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(segments: &[(&str, &[i64])]) -> Option<Vec<Rectangle>> {
        let mut path = RectangularPath::default();
        for (operator, numbers) in segments {
            let operands: Vec<Object> = numbers.iter().map(|number| (*number).into()).collect();
            path.add(operator, &operands, Matrix::shift(1.0, 0.0));
        }
        path.rectangles()
    }

    #[test]
    fn rectangles_are_known_however_they_are_drawn() {
        let expected = Some(vec![[1.0, 0.0, 6.0, 9.0]]);
        assert_eq!(path(&[("re", &[0, 0, 5, 9])]), expected);
        let lines: [(&str, &[i64]); 5] =
            [("m", &[0, 0]), ("l", &[0, 9]), ("l", &[5, 9]), ("l", &[5, 0]), ("h", &[])];
        assert_eq!(path(&lines), expected);
    }

    #[test]
    fn a_clip_is_a_rectangle_that_holds_the_others() {
        let clip = |inner: &[i64]| {
            let mut path = RectangularPath::default();
            for numbers in [&[0, 0, 9, 9], inner] {
                let operands: Vec<Object> = numbers.iter().map(|number| (*number).into()).collect();
                path.add("re", &operands, Matrix::IDENTITY);
            }
            path.clip()
        };
        assert_eq!(clip(&[1, 1, 5, 5]), Some([0.0, 0.0, 9.0, 9.0]));
        assert_eq!(clip(&[6, 1, -5, 5]), None, "a hole");
        assert_eq!(clip(&[5, 5, 9, 9]), None, "no rectangle");
    }

    #[test]
    fn other_figures_are_none() {
        assert_eq!(path(&[("m", &[0, 0]), ("l", &[2, 9]), ("l", &[5, 0])]), None);
        assert_eq!(path(&[("m", &[0, 0]), ("c", &[0, 0, 1, 1, 2, 2])]), None);
        assert_eq!(path(&[("l", &[0, 0])]), None);
        let many: Vec<(&str, &[i64])> = vec![("re", &[0, 0, 1, 1]); 200];
        assert_eq!(path(&many), None);
    }
}
