//! A grey image, one byte a pixel from 0 (black) to 255 (white), and its filters: smaller, larger,
//! blurred, sharpened, with even lighting.
//!
//! Must not know files or QR codes.

use super::geometry::Point;

/// A grey image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grey {
    pub width: usize,
    pub height: usize,
    /// Rows from the top, `width * height` bytes.
    pub data: Vec<u8>,
}

impl Grey {
    /// An image of one shade.
    pub fn plain(width: usize, height: usize, shade: u8) -> Self {
        Self { width, height, data: vec![shade; width * height] }
    }

    /// How many pixels.
    pub fn pixels(&self) -> usize {
        self.width * self.height
    }

    /// The rows, from the top.
    pub fn rows(&self) -> std::slice::ChunksExact<'_, u8> {
        self.data.chunks_exact(self.width.max(1))
    }

    /// A pixel; outside the image, the nearest one inside.
    fn nearest(&self, x: isize, y: isize) -> u8 {
        let x = x.clamp(0, self.width as isize - 1) as usize;
        let y = y.clamp(0, self.height as isize - 1) as usize;
        self.data[y * self.width + x]
    }

    /// The shade at a point, interpolated between pixels (a pixel's middle is at .5). None outside
    /// the image.
    pub fn at(&self, [x, y]: Point) -> Option<f32> {
        let inside = x >= 0.0 && y >= 0.0 && x < self.width as f64 && y < self.height as f64;
        if !inside {
            return None;
        }
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (across, down) = ((x - left) as f32, (y - top) as f32);
        let (left, top) = (left as isize, top as isize);
        let row = |y: isize| {
            let a = f32::from(self.nearest(left, y));
            a + (f32::from(self.nearest(left + 1, y)) - a) * across
        };
        let above = row(top);
        Some(above + (row(top + 1) - above) * down)
    }

    /// Means of squares of `factor` pixels. Pixels at the edge that do not fill a square are dropped.
    pub fn shrunk(&self, factor: usize) -> Self {
        let factor = factor.max(1);
        let (width, height) = ((self.width / factor).max(1), (self.height / factor).max(1));
        if factor == 1 || self.width < factor || self.height < factor {
            return self.clone();
        }
        let mut data = Vec::with_capacity(width * height);
        let mut sums = vec![0u32; width];
        let area = (factor * factor) as u32;
        for band in self.data.chunks_exact(self.width * factor).take(height) {
            sums.fill(0);
            for row in band.chunks_exact(self.width) {
                for (sum, square) in sums.iter_mut().zip(row.chunks_exact(factor)) {
                    *sum += square.iter().map(|pixel| u32::from(*pixel)).sum::<u32>();
                }
            }
            data.extend(sums.iter().map(|sum| ((sum + area / 2) / area) as u8));
        }
        Self { width, height, data }
    }

    /// Twice as wide and high, interpolated linearly.
    pub fn doubled(&self) -> Self {
        let (width, height) = (self.width * 2, self.height * 2);
        let mut data = Vec::with_capacity(width * height);
        let mix = |a: u8, b: u8| ((u16::from(a) * 3 + u16::from(b) + 2) / 4) as u8;
        let mut wide = Vec::with_capacity(self.height);
        for row in self.rows() {
            let last = row.len() - 1;
            let mut line = Vec::with_capacity(width);
            for (at, pixel) in row.iter().enumerate() {
                line.push(mix(*pixel, row[at.saturating_sub(1)]));
                line.push(mix(*pixel, row[(at + 1).min(last)]));
            }
            wide.push(line);
        }
        for (at, line) in wide.iter().enumerate() {
            for other in [at.saturating_sub(1), (at + 1).min(wide.len() - 1)] {
                data.extend(line.iter().zip(&wide[other]).map(|(a, b)| mix(*a, *b)));
            }
        }
        Self { width, height, data }
    }

    /// Blurred with the weights 1-2-1 across and down.
    pub fn blurred(&self) -> Self {
        let mut across = Vec::with_capacity(self.data.len());
        for row in self.rows() {
            let last = row.len() - 1;
            across.extend(row.iter().enumerate().map(|(at, pixel)| {
                let sides =
                    u16::from(row[at.saturating_sub(1)]) + u16::from(row[(at + 1).min(last)]);
                ((sides + 2 * u16::from(*pixel) + 2) / 4) as u8
            }));
        }
        let mut data = Vec::with_capacity(self.data.len());
        for y in 0..self.height {
            let row = |y: usize| &across[y * self.width..(y + 1) * self.width];
            let (above, below) = (row(y.saturating_sub(1)), row((y + 1).min(self.height - 1)));
            data.extend(row(y).iter().zip(above.iter().zip(below)).map(|(pixel, (a, b))| {
                ((u16::from(*a) + u16::from(*b) + 2 * u16::from(*pixel) + 2) / 4) as u8
            }));
        }
        Self { width: self.width, height: self.height, data }
    }

    /// Edges made steeper, against the blur of an unsteady hand: an unsharp mask with four times the
    /// difference to the blurred image.
    pub fn sharpened(&self) -> Self {
        let blurred = self.blurred().blurred();
        let shade = |(pixel, blurred): (&u8, &u8)| {
            (i16::from(*pixel) * 4 - i16::from(*blurred) * 3).clamp(0, 255) as u8
        };
        let data = self.data.iter().zip(&blurred.data).map(shade).collect();
        Self { width: self.width, height: self.height, data }
    }

    /// A rectangle of the image; the part outside the image is left out.
    pub fn crop(&self, left: usize, top: usize, width: usize, height: usize) -> Self {
        let (left, top) = (left.min(self.width), top.min(self.height));
        let (width, height) = (width.min(self.width - left), height.min(self.height - top));
        let rows = self.rows().skip(top).take(height);
        let data = rows.flat_map(|row| &row[left..left + width]).copied().collect();
        Self { width, height, data }
    }

    /// How light the paper is: an image with one pixel for each square of `side` pixels. Its shade is
    /// the one below which `share` (0 to 1) of the square's pixels lie.
    pub fn paper(&self, side: usize, share: f64) -> Self {
        let side = side.max(1);
        if self.pixels() == 0 {
            return self.clone();
        }
        let (width, height) = (self.width.div_ceil(side), self.height.div_ceil(side));
        let mut data = Vec::with_capacity(width * height);
        let mut counts = vec![[0u32; 256]; width];
        for band in self.data.chunks(self.width * side) {
            counts.iter_mut().for_each(|count| *count = [0; 256]);
            for row in band.chunks_exact(self.width) {
                for (count, square) in counts.iter_mut().zip(row.chunks(side)) {
                    square.iter().for_each(|pixel| count[usize::from(*pixel)] += 1);
                }
            }
            data.extend(counts.iter().map(|count| percentile(count, share)));
        }
        Self { width, height, data }
    }

    /// How much darker each pixel is than the paper around it: 0 as light as the paper, 255 black.
    /// The paper is as in [`paper`](Self::paper).
    pub fn darkness(&self, side: usize, share: f64) -> Self {
        let paper = self.paper(side, share).blurred();
        let mut dark = Self::plain(self.width, self.height, 0);
        // Paper changes slowly: one value for a few pixels is exact enough.
        const RUN: usize = 4;
        for (y, row) in self.rows().enumerate() {
            let down = (y as f64 + 0.5) / side as f64;
            let out = &mut dark.data[y * self.width..(y + 1) * self.width];
            for (at, (run, out)) in row.chunks(RUN).zip(out.chunks_mut(RUN)).enumerate() {
                let across = (at * RUN + RUN / 2) as f64 / side as f64;
                let white = paper.at([across, down]).unwrap_or(255.0).max(32.0);
                for (pixel, out) in run.iter().zip(out) {
                    *out = ((1.0 - f32::from(*pixel) / white) * 255.0).max(0.0) as u8;
                }
            }
        }
        dark
    }

    /// Even lighting: each pixel is put between the paper and the ink around it, so that a page in
    /// the shadow or with pale print looks like a good scan.
    pub fn with_even_lighting(&self) -> Self {
        let side = (self.width.max(self.height) / 48).clamp(16, 96);
        let (light, dark) = (self.paper(side, 0.9), self.paper(side, 0.02));
        let mut even = Self::plain(self.width, self.height, 255);
        for y in 0..self.height {
            let down = (y as f64 + 0.5) / side as f64;
            for x in 0..self.width {
                let point = [(x as f64 + 0.5) / side as f64, down];
                let paper = light.at(point).unwrap_or(255.0);
                let ink = dark.at(point).unwrap_or(0.0).min(paper - 48.0);
                let shade = (f32::from(self.data[y * self.width + x]) - ink) / (paper - ink);
                even.data[y * self.width + x] = (shade * 255.0).clamp(0.0, 255.0) as u8;
            }
        }
        even
    }
}

/// The shade below which a share (0 to 1) of the counted pixels lie.
pub(crate) fn percentile(counts: &[u32; 256], share: f64) -> u8 {
    let total: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    let wanted = (total as f64 * share) as u64;
    let mut seen = 0;
    for (shade, count) in counts.iter().enumerate() {
        seen += u64::from(*count);
        if seen > wanted {
            return shade as u8;
        }
    }
    255
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps() -> Grey {
        Grey { width: 4, height: 2, data: vec![0, 40, 80, 120, 0, 40, 80, 120] }
    }

    #[test]
    fn sizes_follow_and_means_are_kept() {
        let half = steps().shrunk(2);
        assert_eq!((half.width, half.height, half.data), (2, 1, vec![20, 100]));
        let twice = steps().doubled();
        assert_eq!((twice.width, twice.height), (8, 4));
        assert_eq!(&twice.data[..4], &[0, 10, 30, 50]);
        assert_eq!(steps().blurred().data[..4], [10, 40, 80, 110]);
        assert_eq!(steps().sharpened().data[..4], [0, 31, 86, 171]);
    }

    #[test]
    fn between_pixels_shades_are_linear_and_outside_there_are_none() {
        assert_eq!(steps().at([1.0, 1.0]), Some(20.0));
        assert_eq!(steps().at([3.9, 0.1]), Some(120.0));
        assert_eq!(steps().at([4.0, 0.0]), None);
        assert_eq!(steps().at([f64::NAN, 0.0]), None);
    }

    #[test]
    fn parts_never_reach_beyond() {
        let part = steps().crop(3, 1, 9, 9);
        assert_eq!((part.width, part.height, part.data), (1, 1, vec![120]));
        assert_eq!(steps().crop(9, 9, 2, 2).data, Vec::<u8>::new());
    }

    #[test]
    fn a_pale_print_in_a_shadow_becomes_black_on_white() {
        let mut pale = Grey::plain(200, 200, 120);
        for at in (0..200 * 200).step_by(3) {
            pale.data[at] = 60;
        }
        let even = pale.with_even_lighting();
        assert_eq!(*even.data.iter().min().unwrap(), 0);
        assert_eq!(*even.data.iter().max().unwrap(), 255);
    }
}
