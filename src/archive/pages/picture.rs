//! A page as a PNG for a person's eye: upright, or laid flat on the letter that was sent.

use super::failure::Failure;
use super::marks::{Pair, lay};
use super::raster::Raster;
use super::register::{DOTS, Registration};
use super::sheet::{Sheet, Source};
use super::values::Kind;
use image::{ExtendedColorType, ImageEncoder as _};

/// Most pixels of a side that are given out.
const SIDE: u32 = 4000;
/// Fewest, so that there is something to see.
const LEAST: u32 = 16;

/// A page (from 1) turned back by `turn` degrees, no side longer than `max_px` pixels (16 to 4000).
/// What lies on the page of a PDF is drawn.
pub fn picture(
    bytes: &[u8],
    kind: Kind,
    page: u32,
    turn: u16,
    max_px: u32,
) -> Result<Vec<u8>, Failure> {
    let at = (page as usize).checked_sub(1).ok_or(Failure::NoSuchPage(page))?;
    let most = max_px.clamp(LEAST, SIDE);
    let mut source = Source::open(bytes, kind)?;
    let sheet = match &source {
        Source::Pdf(book) => {
            let page = book.page(at)?;
            let dots = f64::from(most) / page.width.max(page.height) * 72.0;
            source.seen(at, dots)?
        }
        _ => source.sheet(at)?,
    };
    encode(&turned(&reduced(sheet.raster, most as usize), turn))
}

/// A received page laid flat on the page that was sent: skew, perspective and curl are gone, and
/// its points are those of the letter. Nothing if it cannot be laid; [`picture`] then still can
/// show it. Sides as in [`picture`].
pub fn straightened(
    sent: &[u8],
    sent_page: u32,
    received: &[u8],
    kind: Kind,
    received_page: u32,
    payload: &str,
    max_px: u32,
) -> Result<Option<Vec<u8>>, Failure> {
    let pair = lay(sent, sent_page, received, kind, received_page, payload)?;
    let Pair { sheet, received, sent, registration, .. } = pair;
    drop(received);
    let Some(registration) = registration else { return Ok(None) };
    let longer = sent.width.max(sent.height);
    let most = max_px.clamp(LEAST, SIDE) as usize;
    // A photo of more dots than the eye gets would only be sampled coarsely.
    let scale = (most as f64 / longer as f64).min(300.0 / DOTS);
    let width = ((sent.width as f64 * scale) as usize).max(1);
    let height = ((sent.height as f64 * scale) as usize).max(1);
    encode(&flat(&sheet, &registration, width, height, scale)).map(Some)
}

fn flat(
    sheet: &Sheet,
    registration: &Registration,
    width: usize,
    height: usize,
    scale: f64,
) -> Raster {
    let centre = [width as f64 / scale / 2.0, height as f64 / scale / 2.0];
    let thin = (registration.scale_at(centre) / scale).floor().clamp(1.0, 32.0) as usize;
    let source = shrunk(&sheet.raster, thin);
    let channels = source.channels;
    let mut data = vec![255; width * height * channels];
    for (at, pixel) in data.chunks_exact_mut(channels).enumerate() {
        let point = [(at % width) as f64 + 0.5, (at / width) as f64 + 0.5];
        let [u, v] = registration.place(point.map(|side| side / scale));
        let (u, v) = (u / thin as f64, v / thin as f64);
        if u >= 0.0 && v >= 0.0 && u < source.width as f64 && v < source.height as f64 {
            blend(&source, u - 0.5, v - 0.5, pixel);
        }
    }
    Raster { width, height, channels, data }
}

/// The colour between four pixels.
fn blend(source: &Raster, x: f64, y: f64, pixel: &mut [u8]) {
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

/// No side longer than `most`.
fn reduced(raster: Raster, most: usize) -> Raster {
    let longer = raster.width.max(raster.height);
    if longer <= most {
        return raster;
    }
    let coarse = shrunk(&raster, longer / most);
    drop(raster);
    let longer = coarse.width.max(coarse.height);
    if longer <= most {
        return coarse;
    }
    let scale = longer as f64 / most as f64;
    let width = ((coarse.width as f64 / scale) as usize).max(1);
    let height = ((coarse.height as f64 / scale) as usize).max(1);
    let mut data = vec![255; width * height * coarse.channels];
    for (at, pixel) in data.chunks_exact_mut(coarse.channels).enumerate() {
        let x = ((at % width) as f64 + 0.5) * scale - 0.5;
        let y = ((at / width) as f64 + 0.5) * scale - 0.5;
        blend(&coarse, x.min(coarse.width as f64 - 1.0), y.min(coarse.height as f64 - 1.0), pixel);
    }
    Raster { width, height, channels: coarse.channels, data }
}

/// Turned back, anticlockwise, by a multiple of 90 degrees.
fn turned(raster: &Raster, turn: u16) -> Raster {
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

fn encode(raster: &Raster) -> Result<Vec<u8>, Failure> {
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
    fn a_page_is_turned_back() {
        let raster = Raster { width: 2, height: 1, channels: 1, data: vec![1, 2] };
        // Lying a quarter clockwise, the left pixel was below before: turning back lifts the right.
        assert_eq!(turned(&raster, 90).data, [2, 1]);
        assert_eq!(turned(&raster, 90).height, 2);
        assert_eq!(turned(&raster, 180).data, [2, 1]);
        assert_eq!(turned(&raster, 270).data, [1, 2]);
        assert_eq!(turned(&raster, 0), raster);
    }

    #[test]
    fn sides_are_never_longer_than_asked() {
        let raster = Raster { width: 1000, height: 333, channels: 3, data: vec![9; 999_000] };
        let small = reduced(raster, 301);
        assert_eq!((small.width, small.height), (301, 100));
        assert!(small.data.iter().all(|shade| *shade == 9));
    }
}
