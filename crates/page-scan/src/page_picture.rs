//! A page as a PNG for a person to look at: upright, or flattened onto the page that was sent.

use crate::error::ScanError;
use crate::file_format::FileFormat;
use crate::pixels::raster::Raster;
use crate::registration::page_pair::{PagePair, RegisteredPair};
use crate::registration::register::{DPI, Registration};
use crate::source::page_image::{PageImage, PageSource};
use image::{ExtendedColorType, ImageEncoder as _};

/// Longest side of a PNG, in pixels.
const MAX_SIDE: u32 = 4000;
/// Shortest limit for the longer side, in pixels.
const MIN_SIDE: u32 = 16;

/// A page as a PNG, rotated back by `turn` degrees (a multiple of 90), with all that a person sees on
/// it. `page` counts from 1; no side of the PNG is longer than `max_px` pixels, which is taken between
/// 16 and 4000.
///
/// # Errors
///
/// [`ScanError`] when the file or the page cannot be read.
pub fn page_png(
    bytes: &[u8],
    format: FileFormat,
    page: u32,
    turn: u16,
    max_px: u32,
) -> Result<Vec<u8>, ScanError> {
    let index = (page as usize).checked_sub(1).ok_or(ScanError::NoSuchPage(page))?;
    let max_side = max_px.clamp(MIN_SIDE, MAX_SIDE);
    let mut source = PageSource::open(bytes, format)?;
    let image = match &source {
        PageSource::Pdf(pdf) => {
            let page = pdf.page(index)?;
            let dpi = f64::from(max_side) / page.width.max(page.height) * 72.0;
            source.rendered_page(index, dpi)?
        }
        _ => source.page(index)?,
    };
    encode(&rotated_back(&reduced(image.raster, max_side as usize), turn))
}

/// A received page as a PNG, without skew, perspective and curl: its points are those of the sent page.
/// None if it cannot be registered on the sent page. `max_px` is as in [`page_png`].
///
/// # Errors
///
/// [`ScanError`] when one of the files or pages cannot be read.
pub fn flattened_png(pages: &PagePair<'_>, max_px: u32) -> Result<Option<Vec<u8>>, ScanError> {
    let RegisteredPair { image, received, sent, registration, .. } = pages.register()?;
    drop(received);
    let Some(registration) = registration else { return Ok(None) };
    let longer = sent.width.max(sent.height);
    let max_side = max_px.clamp(MIN_SIDE, MAX_SIDE) as usize;
    // Above 300 dots per inch there is nothing more to see.
    let scale = (max_side as f64 / longer as f64).min(300.0 / DPI);
    let width = ((sent.width as f64 * scale) as usize).max(1);
    let height = ((sent.height as f64 * scale) as usize).max(1);
    encode(&flatten(&image, &registration, width, height, scale)).map(Some)
}

fn flatten(
    image: &PageImage,
    registration: &Registration,
    width: usize,
    height: usize,
    scale: f64,
) -> Raster {
    let center = [width as f64 / scale / 2.0, height as f64 / scale / 2.0];
    let factor = (registration.scale_at(center) / scale).floor().clamp(1.0, 32.0) as usize;
    let source = shrunk(&image.raster, factor);
    let channels = source.channels;
    let mut data = vec![255; width * height * channels];
    for (at, pixel) in data.chunks_exact_mut(channels).enumerate() {
        let point = [(at % width) as f64 + 0.5, (at / width) as f64 + 0.5];
        let [u, v] = registration.map_point(point.map(|side| side / scale));
        let (u, v) = (u / factor as f64, v / factor as f64);
        if u >= 0.0 && v >= 0.0 && u < source.width as f64 && v < source.height as f64 {
            interpolate(&source, [u - 0.5, v - 0.5], pixel);
        }
    }
    Raster { width, height, channels, data }
}

/// Writes the colour at a point between four pixels.
fn interpolate(source: &Raster, [x, y]: [f64; 2], pixel: &mut [u8]) {
    let (left, top) = (x.max(0.0) as usize, y.max(0.0) as usize);
    let (across, down) = (x.max(0.0) - left as f64, y.max(0.0) - top as f64);
    let (right, bottom) = ((left + 1).min(source.width - 1), (top + 1).min(source.height - 1));
    for (channel, shade) in pixel.iter_mut().enumerate() {
        let at = |x: usize, y: usize| {
            f64::from(source.data[(y * source.width + x) * source.channels + channel])
        };
        let above = at(left, top) + (at(right, top) - at(left, top)) * across;
        let below = at(left, bottom) + (at(right, bottom) - at(left, bottom)) * across;
        *shade = (above + (below - above) * down).round() as u8;
    }
}

/// Means of squares of `factor` pixels.
fn shrunk(raster: &Raster, factor: usize) -> Raster {
    let (width, height) = (raster.width / factor, raster.height / factor);
    if factor <= 1 || width == 0 || height == 0 {
        return raster.clone();
    }
    let channels = raster.channels;
    let area = (factor * factor) as u32;
    let mut data = Vec::with_capacity(width * height * channels);
    let mut sums = vec![0u32; width * channels];
    for band in raster.data.chunks_exact(raster.width * channels * factor).take(height) {
        sums.fill(0);
        for row in band.chunks_exact(raster.width * channels) {
            let squares = row.chunks_exact(channels * factor);
            for (sum, square) in sums.chunks_exact_mut(channels).zip(squares) {
                for (at, shade) in square.iter().enumerate() {
                    sum[at % channels] += u32::from(*shade);
                }
            }
        }
        data.extend(sums.iter().map(|sum| ((sum + area / 2) / area) as u8));
    }
    Raster { width, height, channels, data }
}

/// The image with no side longer than `max_side`.
fn reduced(raster: Raster, max_side: usize) -> Raster {
    let longer = raster.width.max(raster.height);
    if longer <= max_side {
        return raster;
    }
    let coarse = shrunk(&raster, longer / max_side);
    drop(raster);
    let longer = coarse.width.max(coarse.height);
    if longer <= max_side {
        return coarse;
    }
    let scale = longer as f64 / max_side as f64;
    let width = ((coarse.width as f64 / scale) as usize).max(1);
    let height = ((coarse.height as f64 / scale) as usize).max(1);
    let mut data = vec![255; width * height * coarse.channels];
    for (at, pixel) in data.chunks_exact_mut(coarse.channels).enumerate() {
        let x = ((at % width) as f64 + 0.5) * scale - 0.5;
        let y = ((at / width) as f64 + 0.5) * scale - 0.5;
        let inside = [x.min(coarse.width as f64 - 1.0), y.min(coarse.height as f64 - 1.0)];
        interpolate(&coarse, inside, pixel);
    }
    Raster { width, height, channels: coarse.channels, data }
}

/// Rotated anticlockwise by a multiple of 90 degrees.
fn rotated_back(raster: &Raster, turn: u16) -> Raster {
    let quarters = turn / 90 % 4;
    let (width, height, channels) = (raster.width, raster.height, raster.channels);
    let (across, down) = if quarters % 2 == 1 { (height, width) } else { (width, height) };
    let mut data = Vec::with_capacity(raster.data.len());
    for y in 0..down {
        for x in 0..across {
            let (from_x, from_y) = match quarters {
                0 => (x, y),
                1 => (width - 1 - y, x),
                2 => (width - 1 - x, height - 1 - y),
                _ => (y, height - 1 - x),
            };
            let at = (from_y * width + from_x) * channels;
            data.extend_from_slice(&raster.data[at..at + channels]);
        }
    }
    Raster { width: across, height: down, channels, data }
}

fn encode(raster: &Raster) -> Result<Vec<u8>, ScanError> {
    let mut bytes = Vec::new();
    let colour = if raster.channels == 1 { ExtendedColorType::L8 } else { ExtendedColorType::Rgb8 };
    let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    image::codecs::png::PngEncoder::new(&mut bytes).write_image(
        &raster.data,
        side(raster.width),
        side(raster.height),
        colour,
    )?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_rotated_back() {
        let raster = Raster { width: 2, height: 1, channels: 1, data: vec![1, 2] };
        // Rotated clockwise by a quarter, the left pixel was the lower one.
        assert_eq!(rotated_back(&raster, 90).data, [2, 1]);
        assert_eq!(rotated_back(&raster, 90).height, 2);
        assert_eq!(rotated_back(&raster, 180).data, [2, 1]);
        assert_eq!(rotated_back(&raster, 270).data, [1, 2]);
        assert_eq!(rotated_back(&raster, 0), raster);
    }

    #[test]
    fn sides_are_never_longer_than_asked() {
        let raster = Raster { width: 1000, height: 333, channels: 3, data: vec![9; 999_000] };
        let small = reduced(raster, 301);
        assert_eq!((small.width, small.height), (301, 100));
        assert!(small.data.iter().all(|shade| *shade == 9));
    }
}
