//! Pixels in memory, grey or coloured, on white; and pictures of one page (JPEG, PNG) as such.
//!
//! Sizes are asked of the header before anything is allocated. Several pages in one file are the
//! business of `tiff_pages` and `pdf`.

use super::failure::Failure;
use super::grey::Grey;
use super::{Kind, PIXELS, density};
use image::{DynamicImage, GenericImageView as _, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Most bytes that the decoders of `image` may take for one picture.
const MEMORY: u64 = 512 * 1024 * 1024;

/// Most times that a pixel is longer than it is wide.
const MOST: usize = 4;

/// Pixels, rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Raster {
    pub width: usize,
    pub height: usize,
    /// 1 for grey, 3 for red, green, blue.
    pub channels: usize,
    /// `width * height * channels` bytes.
    pub data: Vec<u8>,
}

impl Raster {
    /// The same in grey.
    pub fn into_grey(self) -> Grey {
        let data = if self.channels == 1 {
            self.data
        } else {
            self.data.chunks_exact(3).map(|rgb| luma(rgb[0], rgb[1], rgb[2])).collect()
        };
        Grey { width: self.width, height: self.height, data }
    }

    /// Made `across` times as wide and `down` times as high (at most four times), between pixels
    /// linear: for the oblong pixels of a fax.
    pub fn stretched(self, across: usize, down: usize) -> Result<Self, Failure> {
        let (across, down) = (across.clamp(1, MOST), down.clamp(1, MOST));
        if across == 1 && down == 1 {
            return Ok(self);
        }
        let (width, height) = (self.width * across, self.height * down);
        check(width as u64, height as u64)?;
        let between = |at: usize, times: usize, length: usize| {
            // In 2·times parts of a pixel, from the middle of the first one.
            let place = (2 * at + 1).saturating_sub(times);
            let first = (place / (2 * times)).min(length - 1);
            (first, (first + 1).min(length - 1), place % (2 * times))
        };
        let row = self.width * self.channels;
        let mut data = Vec::with_capacity(width * height * self.channels);
        for y in 0..height {
            let (above, below, low) = between(y, down, self.height);
            for x in 0..width {
                let (left, right, far) = between(x, across, self.width);
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

/// How light a colour is (ITU-R BT.601).
pub(super) fn luma(red: u8, green: u8, blue: u8) -> u8 {
    ((u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114 + 500) / 1000) as u8
}

/// A shade laid on white paper.
pub(super) fn on_white(shade: u8, alpha: u8) -> u8 {
    let alpha = u32::from(alpha);
    ((u32::from(shade) * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

/// Refuses a picture of no pixels, or of more than [`PIXELS`].
pub(super) fn check(width: u64, height: u64) -> Result<(), Failure> {
    if width == 0 || height == 0 {
        return Err(Failure::damaged("une image sans aucun point"));
    }
    let pixels = width.saturating_mul(height);
    if pixels > PIXELS { Err(Failure::pixels(width, height)) } else { Ok(()) }
}

/// A JPEG or PNG upright as its Exif says, and its resolution in dots per inch if it tells one.
pub(super) fn still(bytes: &[u8], kind: Kind) -> Result<(Raster, Option<f64>), Failure> {
    let format = if kind == Kind::Png { ImageFormat::Png } else { ImageFormat::Jpeg };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    check(width.into(), height.into())?;
    if decoder.total_bytes() > MEMORY {
        return Err(Failure::pixels(width.into(), height.into()));
    }
    let orientation = decoder.orientation()?;
    let exif = decoder.exif_metadata().ok().flatten();
    let density = density::of(bytes, exif.as_deref());
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok((raster(picture)?, density))
}

/// Eight bits a channel, transparency on white.
fn raster(picture: DynamicImage) -> Result<Raster, Failure> {
    let (width, height) = picture.dimensions();
    let (width, height) = (width as usize, height as usize);
    let grey = |data: Vec<u8>| Raster { width, height, channels: 1, data };
    let coloured = |data: Vec<u8>| Raster { width, height, channels: 3, data };
    // The high byte of a 16-bit shade is the 8-bit shade.
    let high = |shade: u16| (shade >> 8) as u8;
    Ok(match picture {
        DynamicImage::ImageLuma8(image) => grey(image.into_raw()),
        DynamicImage::ImageRgb8(image) => coloured(image.into_raw()),
        DynamicImage::ImageLumaA8(image) => {
            grey(image.pixels().map(|pixel| on_white(pixel[0], pixel[1])).collect())
        }
        DynamicImage::ImageRgba8(image) => coloured(
            image
                .pixels()
                .flat_map(|pixel| [0, 1, 2].map(|at| on_white(pixel[at], pixel[3])))
                .collect(),
        ),
        DynamicImage::ImageLuma16(image) => {
            grey(image.pixels().map(|pixel| high(pixel[0])).collect())
        }
        DynamicImage::ImageLumaA16(image) => {
            grey(image.pixels().map(|pixel| on_white(high(pixel[0]), high(pixel[1]))).collect())
        }
        DynamicImage::ImageRgb16(image) => {
            coloured(image.pixels().flat_map(|pixel| pixel.0.map(high)).collect())
        }
        DynamicImage::ImageRgba16(image) => coloured(
            image
                .pixels()
                .flat_map(|pixel| [0, 1, 2].map(|at| on_white(high(pixel[at]), high(pixel[3]))))
                .collect(),
        ),
        _ => return Err(Failure::Unsupported("une image à virgule flottante".to_owned())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn transparency_lies_on_white() {
        let mut picture = image::RgbaImage::from_pixel(2, 1, image::Rgba([0, 0, 0, 0]));
        picture.put_pixel(1, 0, image::Rgba([10, 20, 30, 255]));
        let (raster, density) = still(&png(&picture.into()), Kind::Png).unwrap();
        assert_eq!(raster.data, [255, 255, 255, 10, 20, 30]);
        assert_eq!(density, None);
    }

    #[test]
    fn oblong_pixels_become_square_and_shades_lie_between() {
        let flat = Raster { width: 1, height: 2, channels: 1, data: vec![0, 100] };
        let square = flat.clone().stretched(1, 2).unwrap();
        assert_eq!((square.width, square.height, square.data), (1, 4, vec![0, 25, 75, 100]));
        assert_eq!(flat.stretched(3, 1).unwrap().data, [0, 0, 0, 100, 100, 100]);
    }

    #[test]
    fn sixteen_bits_become_eight() {
        let picture = image::ImageBuffer::from_pixel(1, 1, image::Luma([0x80ff_u16]));
        let (raster, _) = still(&png(&picture.into()), Kind::Png).unwrap();
        assert_eq!((raster.channels, raster.data), (1, vec![0x80]));
    }

    #[test]
    fn a_header_that_promises_too_much_is_not_believed() {
        let mut bytes = png(&DynamicImage::new_luma8(1, 1));
        // IHDR: width and height at 16 and 20; the checksum no longer fits, nor does the size.
        bytes[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        assert!(still(&bytes, Kind::Png).is_err());
        assert_eq!(check(65_536, 65_536), Err(Failure::pixels(65_536, 65_536)));
        assert!(matches!(check(0, 9), Err(Failure::Damaged(_))));
        check(8_000, 7_000).unwrap();
    }
}
