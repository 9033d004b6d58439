//! Image files of one page: JPEG and PNG.
//!
//! The header's size is checked before anything is allocated.

use super::dpi;
use crate::error::{ScanError, UnsupportedFeature};
use crate::file_format::FileFormat;
use crate::pixels::raster::{Raster, check_size, on_white};
use image::{DynamicImage, GenericImageView as _, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Most bytes that a decoder of `image` may allocate for one image.
const MEMORY: u64 = 512 * 1024 * 1024;

/// A JPEG or PNG, upright as its Exif orientation says, and its resolution in dots per inch if the
/// file gives one.
pub(super) fn read(bytes: &[u8], kind: FileFormat) -> Result<(Raster, Option<f64>), ScanError> {
    let format = if kind == FileFormat::Png { ImageFormat::Png } else { ImageFormat::Jpeg };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    check_size(width.into(), height.into())?;
    if decoder.total_bytes() > MEMORY {
        return Err(ScanError::too_many_pixels(width.into(), height.into()));
    }
    let orientation = decoder.orientation()?;
    let exif = decoder.exif_metadata().ok().flatten();
    let dpi = dpi::of(bytes, exif.as_deref());
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok((raster(image)?, dpi))
}

/// An image of eight bits a channel, its transparency on white.
fn raster(image: DynamicImage) -> Result<Raster, ScanError> {
    let (width, height) = image.dimensions();
    let (width, height) = (width as usize, height as usize);
    let grey = |data: Vec<u8>| Raster { width, height, channels: 1, data };
    let coloured = |data: Vec<u8>| Raster { width, height, channels: 3, data };
    // The high byte of a 16-bit sample is the 8-bit sample.
    let high = |shade: u16| (shade >> 8) as u8;
    Ok(match image {
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
        _ => return Err(ScanError::Unsupported(UnsupportedFeature::FloatImage)),
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
        let (raster, density) = read(&png(&picture.into()), FileFormat::Png).unwrap();
        assert_eq!(raster.data, [255, 255, 255, 10, 20, 30]);
        assert_eq!(density, None);
    }

    #[test]
    fn sixteen_bits_become_eight() {
        let picture = image::ImageBuffer::from_pixel(1, 1, image::Luma([0x80ff_u16]));
        let (raster, _) = read(&png(&picture.into()), FileFormat::Png).unwrap();
        assert_eq!((raster.channels, raster.data), (1, vec![0x80]));
    }

    #[test]
    fn a_header_that_promises_too_much_is_not_believed() {
        let mut bytes = png(&DynamicImage::new_luma8(1, 1));
        // IHDR: width and height at 16 and 20; the checksum no longer fits, nor does the size.
        bytes[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        assert!(read(&bytes, FileFormat::Png).is_err());
    }
}
