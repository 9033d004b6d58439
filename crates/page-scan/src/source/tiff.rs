//! The pages of a TIFF (TIFF 6.0): one page for each image directory.
//!
//! Read with the `tiff` crate: `image` stops after the first page and refuses two and four bits a
//! sample. Faxes go to `fax`. Not supported: palettes, old-style JPEG, CIE L*a*b*, colours in separate
//! planes.

use super::fax::{self, FaxEncoding};
use crate::error::{DamageCause, ScanError, TooLargeItem, UnsupportedFeature};
use crate::limits::MAX_PAGES;
use crate::pixels::raster::{Raster, check_size, on_white};
use std::io::Cursor;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::{PlanarConfiguration, Tag};
use tiff::{ColorType, TiffError};

/// Most bytes for the samples of one page.
const MEMORY: usize = 384 * 1024 * 1024;

impl From<TiffError> for ScanError {
    fn from(error: TiffError) -> Self {
        match error {
            TiffError::LimitsExceeded => Self::TooLarge(TooLargeItem::TiffPage),
            TiffError::UnsupportedError(error) => {
                Self::Unsupported(UnsupportedFeature::Tiff(error.to_string()))
            }
            error => Self::Damaged(DamageCause::Decoder(error.to_string())),
        }
    }
}

type TiffDecoder<'a> = Decoder<Cursor<&'a [u8]>>;

/// An open TIFF, with the decoder at one of its pages.
pub(crate) struct TiffFile<'a> {
    decoder: TiffDecoder<'a>,
    bytes: &'a [u8],
    /// Number from 0 of the page at which the decoder is.
    at: usize,
}

impl<'a> TiffFile<'a> {
    /// Opens a TIFF at its first page.
    pub fn open(bytes: &'a [u8]) -> Result<Self, ScanError> {
        Ok(Self { decoder: decoder(bytes)?, bytes, at: 0 })
    }

    /// Number of pages. Counting stops above [`MAX_PAGES`].
    pub fn count(&self) -> Result<usize, ScanError> {
        let mut decoder = decoder(self.bytes)?;
        let mut count = 1;
        while decoder.more_images() && count <= MAX_PAGES {
            // A directory that cannot be read is a page too, so that the next keeps its number.
            if let Err(error) = decoder.next_image()
                && matches!(error, TiffError::FormatError(_) | TiffError::IoError(_))
            {
                return Err(error.into());
            }
            count += 1;
        }
        Ok(count)
    }

    /// A page by its number from 0, upright, with its resolution in dots per inch if the file gives
    /// one.
    pub fn page(&mut self, number: usize) -> Result<(Raster, Option<f64>), ScanError> {
        if number < self.at {
            (self.decoder, self.at) = (decoder(self.bytes)?, 0);
        }
        while self.at < number {
            self.at += 1;
            match self.decoder.next_image() {
                Err(error) if self.at == number => return Err(error.into()),
                _ => {}
            }
        }
        self.read()
    }

    fn read(&mut self) -> Result<(Raster, Option<f64>), ScanError> {
        let decoder = &mut self.decoder;
        let (width, height) = decoder.dimensions()?;
        check_size(width.into(), height.into())?;
        let colour = decoder.colortype()?;
        let planes = decoder.find_tag_unsigned::<u16>(Tag::PlanarConfiguration)?;
        if planes == Some(PlanarConfiguration::Planar.to_u16()) && colour.num_samples() > 1 {
            return Err(ScanError::Unsupported(UnsupportedFeature::TiffPlanes));
        }
        let [across, down] = resolution(decoder)?;
        let orientation = decoder.find_tag_unsigned::<u16>(Tag::Orientation)?.unwrap_or(1);
        let (columns, rows) = (width as usize, height as usize);
        let raster = match fax_encoding(decoder, colour)? {
            Some(fax) => fax_page(self.bytes, decoder, columns, rows, fax)?,
            None => {
                let extra = decoder.find_tag_unsigned_vec::<u16>(Tag::ExtraSamples)?;
                let alpha = extra.and_then(|extra| extra.first().copied()).unwrap_or(0);
                raster(columns, rows, colour, alpha, decoder.read_image()?)?
            }
        };
        // A fax of normal quality has half as many rows as a square needs.
        let stretch = across.zip(down).map_or(1, |(across, down)| (across / down).round() as usize);
        let raster = raster.stretched(1, stretch)?;
        Ok((upright(raster, orientation), across))
    }
}

/// How the page is encoded, if it is a fax.
fn fax_encoding(
    decoder: &mut TiffDecoder<'_>,
    colour: ColorType,
) -> Result<Option<FaxEncoding>, ScanError> {
    let mut tag = |tag| decoder.find_tag_unsigned::<u32>(tag);
    let compression = tag(Tag::Compression)?.unwrap_or(1);
    let tiled = tag(Tag::TileWidth)?.is_some();
    if !(2..=4).contains(&compression) || colour != ColorType::Gray(1) || tiled {
        return Ok(None);
    }
    Ok(Some(FaxEncoding {
        compression: compression as u16,
        options: tag(Tag::Unknown(292))?.unwrap_or(0),
        lowest_bit_first: tag(Tag::FillOrder)? == Some(2),
        inverted: tag(Tag::PhotometricInterpretation)? == Some(1),
    }))
}

fn fax_page(
    bytes: &[u8],
    decoder: &mut TiffDecoder<'_>,
    columns: usize,
    rows: usize,
    fax: FaxEncoding,
) -> Result<Raster, ScanError> {
    let offsets = decoder.find_tag_unsigned_vec::<u64>(Tag::StripOffsets)?.unwrap_or_default();
    let sizes = decoder.find_tag_unsigned_vec::<u64>(Tag::StripByteCounts)?.unwrap_or_default();
    let rows_per_strip = decoder.find_tag_unsigned::<u64>(Tag::RowsPerStrip)?.unwrap_or(u64::MAX);
    let rows_per_strip = usize::try_from(rows_per_strip).unwrap_or(usize::MAX).clamp(1, rows);
    let mut data = Vec::with_capacity(columns * rows);
    for (offset, size) in offsets.into_iter().zip(sizes).take(rows.div_ceil(rows_per_strip)) {
        let (Ok(start), Ok(size)) = (usize::try_from(offset), usize::try_from(size)) else { break };
        let end = start.saturating_add(size).min(bytes.len());
        let rows_left = rows_per_strip.min(rows - data.len() / columns);
        let strip = bytes
            .get(start..end)
            .and_then(|strip| fax::decode_strip(strip, columns, rows_left, fax));
        data.extend(strip.ok_or(ScanError::Damaged(DamageCause::FaxUnreadable))?);
    }
    if data.is_empty() {
        return Err(ScanError::Damaged(DamageCause::FaxEmpty));
    }
    data.resize(columns * rows, 255);
    Ok(Raster { width: columns, height: rows, channels: 1, data })
}

fn decoder(bytes: &[u8]) -> Result<TiffDecoder<'_>, ScanError> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MEMORY;
    limits.intermediate_buffer_size = MEMORY;
    Ok(Decoder::new(Cursor::new(bytes))?.with_limits(limits))
}

/// Resolution in dots per inch, across and down.
fn resolution(decoder: &mut TiffDecoder<'_>) -> Result<[Option<f64>; 2], ScanError> {
    let unit = match decoder.find_tag_unsigned::<u16>(Tag::ResolutionUnit)?.unwrap_or(2) {
        2 => 1.0,
        3 => 2.54,
        _ => return Ok([None; 2]),
    };
    let mut dots = |tag| -> Result<Option<f64>, ScanError> {
        let value = decoder.find_tag(tag)?.and_then(|value| value.into_u32_vec().ok());
        let value = value.and_then(|value| match value[..] {
            [dots] => Some(f64::from(dots)),
            [top, bottom] if bottom > 0 => Some(f64::from(top) / f64::from(bottom)),
            _ => None,
        });
        Ok(value.map(|dots| dots * unit).filter(|dots| (50.0..=2400.0).contains(dots)))
    };
    Ok([dots(Tag::XResolution)?, dots(Tag::YResolution)?])
}

/// Samples of any width as bytes. `alpha` is TIFF tag 338: 1 for premultiplied, 2 for not.
fn raster(
    width: usize,
    height: usize,
    colour: ColorType,
    alpha: u16,
    samples: DecodingResult,
) -> Result<Raster, ScanError> {
    let unsupported =
        || ScanError::Unsupported(UnsupportedFeature::TiffColours(format!("{colour:?}")));
    let (bits, channels) = (usize::from(colour.bit_depth()), usize::from(colour.num_samples()));
    let bytes = match samples {
        DecodingResult::U8(data) if bits == 8 => data,
        DecodingResult::U8(data) if matches!(bits, 1 | 2 | 4) => {
            unpacked(&data, width * channels, bits)
        }
        DecodingResult::U16(data) if bits == 16 => {
            data.into_iter().map(|sample| (sample >> 8) as u8).collect()
        }
        _ => return Err(unsupported()),
    };
    if bytes.len() < width * height * channels {
        return Err(ScanError::Damaged(DamageCause::TiffIncomplete));
    }
    let pixels = bytes.chunks_exact(channels).take(width * height);
    let coloured = |convert: fn(&[u8]) -> [u8; 3]| Raster {
        width,
        height,
        channels: 3,
        data: pixels.clone().flat_map(convert).collect(),
    };
    Ok(match colour {
        ColorType::Gray(_) | ColorType::GrayA(_) | ColorType::Multiband { .. } => {
            Raster { width, height, channels: 1, data: pixels.map(|pixel| pixel[0]).collect() }
        }
        ColorType::RGBA(_) if alpha == 1 => {
            coloured(|pixel| [0, 1, 2].map(|at| pixel[at].saturating_add(255 - pixel[3])))
        }
        ColorType::RGBA(_) if alpha == 2 => {
            coloured(|pixel| [0, 1, 2].map(|at| on_white(pixel[at], pixel[3])))
        }
        ColorType::RGB(_) | ColorType::RGBA(_) => coloured(|pixel| [pixel[0], pixel[1], pixel[2]]),
        ColorType::CMYK(_) | ColorType::CMYKA(_) => coloured(|pixel| {
            let light = u16::from(255 - pixel[3]);
            [0, 1, 2].map(|at| (u16::from(255 - pixel[at]) * light / 255) as u8)
        }),
        ColorType::YCbCr(_) => coloured(|pixel| {
            let [y, blue, red] = [0, 1, 2].map(|at| f32::from(pixel[at]));
            let (blue, red) = (blue - 128.0, red - 128.0);
            [y + 1.402 * red, y - 0.344 * blue - 0.714 * red, y + 1.772 * blue]
                .map(|shade| shade.clamp(0.0, 255.0) as u8)
        }),
        _ => return Err(unsupported()),
    })
}

/// Packed bits to one byte a sample. Each row starts at a new byte.
fn unpacked(packed: &[u8], row: usize, bits: usize) -> Vec<u8> {
    let (per_byte, most) = (8 / bits, (1u16 << bits) - 1);
    let mut bytes = Vec::with_capacity(packed.len().saturating_mul(per_byte));
    for line in packed.chunks((row * bits).div_ceil(8).max(1)) {
        let samples = line.iter().flat_map(|byte| {
            (0..per_byte).map(move |at| u16::from(*byte) >> (8 - bits * (at + 1)) & most)
        });
        bytes.extend(samples.take(row).map(|sample| (sample * 255 / most) as u8));
    }
    bytes
}

/// Rotates and mirrors a page as TIFF tag 274 demands.
fn upright(raster: Raster, orientation: u16) -> Raster {
    if !(2..=8).contains(&orientation) {
        return raster;
    }
    let Raster { width, height, channels, data } = raster;
    let swapped = orientation >= 5;
    let (across, down) = if swapped { (height, width) } else { (width, height) };
    let mut turned = Vec::with_capacity(data.len());
    for y in 0..down {
        for x in 0..across {
            let (right, below) = (across - 1 - x, down - 1 - y);
            let (from_x, from_y) = match orientation {
                2 => (right, y),
                3 => (right, below),
                4 => (x, below),
                5 => (y, x),
                6 => (y, right),
                7 => (below, right),
                _ => (below, x),
            };
            let at = (from_y * width + from_x) * channels;
            turned.extend_from_slice(&data[at..at + channels]);
        }
    }
    Raster { width: across, height: down, channels, data: turned }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tiff::encoder::{Rational, TiffEncoder, colortype};
    use tiff::tags::ResolutionUnit;

    fn two_pages() -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
        encoder.write_image::<colortype::Gray8>(2, 1, &[1, 2]).unwrap();
        encoder.write_image::<colortype::CMYK8>(1, 1, &[255, 0, 0, 0]).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn transparency_lies_on_white() {
        let laid = |alpha| {
            let samples = DecodingResult::U8(vec![0, 0, 0, 0, 5, 6, 7, 255]);
            raster(2, 1, ColorType::RGBA(8), alpha, samples).unwrap().data
        };
        assert_eq!(laid(2), [255, 255, 255, 5, 6, 7]);
        assert_eq!(laid(1), [255, 255, 255, 5, 6, 7]);
        assert_eq!(laid(0), [0, 0, 0, 5, 6, 7]);
    }

    #[test]
    fn pages_are_counted_and_read_in_any_order() {
        let bytes = two_pages();
        let mut pages = TiffFile::open(&bytes).unwrap();
        assert_eq!(pages.count().unwrap(), 2);
        assert_eq!(pages.page(1).unwrap().0.data, [0, 255, 255]);
        assert_eq!(pages.page(0).unwrap().0.data, [1, 2]);
        assert!(pages.page(2).is_err());
    }

    #[test]
    fn the_resolution_is_told_in_either_unit() {
        let dots = |unit: ResolutionUnit, number| {
            let mut bytes = Cursor::new(Vec::new());
            let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
            let mut image = encoder.new_image::<colortype::Gray8>(2, 2).unwrap();
            image.resolution(unit, Rational { n: number, d: 2 });
            image.write_data(&[1, 2, 3, 4]).unwrap();
            TiffFile::open(bytes.get_ref()).unwrap().page(0).unwrap().1
        };
        assert_eq!(dots(ResolutionUnit::Inch, 400), Some(200.0));
        assert_eq!(dots(ResolutionUnit::Centimeter, 200), Some(254.0));
        assert_eq!(dots(ResolutionUnit::None, 400), None);
    }

    #[test]
    fn a_cut_file_is_an_error() {
        let bytes = two_pages();
        for cut in 0..bytes.len() {
            if let Ok(mut pages) = TiffFile::open(&bytes[..cut]) {
                assert!(pages.count().is_err() || pages.page(0).is_err() || pages.page(1).is_err());
            }
        }
    }

    #[test]
    fn bits_become_bytes_and_pages_stand_upright() {
        assert_eq!(unpacked(&[0b1010_0000, 0b0100_0000], 3, 1), [255, 0, 255, 0, 255, 0]);
        assert_eq!(unpacked(&[0x1f], 2, 4), [17, 255]);
        let lying = Raster { width: 3, height: 1, channels: 1, data: vec![1, 2, 3] };
        assert_eq!(upright(lying.clone(), 6).data, [1, 2, 3]);
        assert_eq!(upright(lying.clone(), 8).data, [3, 2, 1]);
        assert_eq!(upright(lying.clone(), 3).data, [3, 2, 1]);
        assert_eq!(upright(lying, 1).width, 3);
    }
}
