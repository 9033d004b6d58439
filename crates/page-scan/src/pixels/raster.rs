//! Pixels in memory, grey or colour, without transparency. Knows no file format.

use super::grey::Grey;
use crate::error::{DamageCause, ScanError};
use crate::limits::MAX_PIXELS;

/// Largest ratio between the sides of a pixel.
const MAX_ASPECT: usize = 4;

/// An image, rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Raster {
    pub width: usize,
    pub height: usize,
    /// 1 for grey, 3 for red, green, blue.
    pub channels: usize,
    /// `width * height * channels` bytes.
    pub data: Vec<u8>,
}

impl Raster {
    /// The same image in grey.
    pub fn into_grey(self) -> Grey {
        let data = if self.channels == 1 {
            self.data
        } else {
            self.data.chunks_exact(3).map(|rgb| luma(rgb[0], rgb[1], rgb[2])).collect()
        };
        Grey { width: self.width, height: self.height, data }
    }

    /// The image `across` times as wide and `down` times as high (at most four times), interpolated
    /// linearly: for the oblong pixels of a fax.
    pub fn stretched(self, across: usize, down: usize) -> Result<Self, ScanError> {
        let (across, down) = (across.clamp(1, MAX_ASPECT), down.clamp(1, MAX_ASPECT));
        if across == 1 && down == 1 {
            return Ok(self);
        }
        let (width, height) = (self.width * across, self.height * down);
        check_size(width as u64, height as u64)?;
        let neighbours = |at: usize, times: usize, length: usize| {
            // In units of 1/(2·times) pixel, from the middle of the first pixel.
            let position = (2 * at + 1).saturating_sub(times);
            let first = (position / (2 * times)).min(length - 1);
            (first, (first + 1).min(length - 1), position % (2 * times))
        };
        let row = self.width * self.channels;
        let mut data = Vec::with_capacity(width * height * self.channels);
        for y in 0..height {
            let (above, below, low) = neighbours(y, down, self.height);
            for x in 0..width {
                let (left, right, far) = neighbours(x, across, self.width);
                for channel in 0..self.channels {
                    let at = |x: usize, y: usize| {
                        usize::from(self.data[y * row + x * self.channels + channel])
                    };
                    let mix = |y: usize| at(left, y) * (2 * across - far) + at(right, y) * far;
                    let sum = mix(above) * (2 * down - low) + mix(below) * low;
                    data.push((sum / (4 * across * down)) as u8);
                }
            }
        }
        Ok(Self { width, height, data, ..self })
    }
}

/// The grey value of a colour (ITU-R BT.601).
pub(crate) fn luma(red: u8, green: u8, blue: u8) -> u8 {
    ((u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114 + 500) / 1000) as u8
}

/// A partly transparent sample on white paper.
pub(crate) fn on_white(shade: u8, alpha: u8) -> u8 {
    let alpha = u32::from(alpha);
    ((u32::from(shade) * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

/// Refuses an image of no pixels, or of more than [`MAX_PIXELS`].
pub(crate) fn check_size(width: u64, height: u64) -> Result<(), ScanError> {
    if width == 0 || height == 0 {
        return Err(ScanError::Damaged(DamageCause::EmptyImage));
    }
    let pixels = width.saturating_mul(height);
    if pixels > MAX_PIXELS { Err(ScanError::too_many_pixels(width, height)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oblong_pixels_become_square_and_shades_lie_between() {
        let flat = Raster { width: 1, height: 2, channels: 1, data: vec![0, 100] };
        let square = flat.clone().stretched(1, 2).unwrap();
        assert_eq!((square.width, square.height, square.data), (1, 4, vec![0, 25, 75, 100]));
        assert_eq!(flat.stretched(3, 1).unwrap().data, [0, 0, 0, 100, 100, 100]);
    }

    #[test]
    fn an_image_without_pixels_or_with_too_many_is_refused() {
        assert_eq!(check_size(65_536, 65_536), Err(ScanError::too_many_pixels(65_536, 65_536)));
        assert!(matches!(check_size(0, 9), Err(ScanError::Damaged(_))));
        check_size(8_000, 7_000).unwrap();
    }
}
