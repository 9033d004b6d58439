//! Reading the QR codes of one image (ISO/IEC 18004), with `rxing`.
//!
//! Which images are tried, and in which order, is decided in `attempts`.

use crate::pixels::geometry::Point;
use crate::pixels::grey::Grey;
use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::multi::MultipleBarcodeReader as _;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8Source};

/// Smallest side of an image in which a code can be read, in pixels.
const SMALLEST: usize = 42;

/// A code in an image.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DecodedQr {
    /// The decoded text of the QR code.
    pub payload: String,
    /// Its corners in pixels, in the order of an upright code: top left, top right, bottom right,
    /// bottom left.
    pub corners: [Point; 4],
}

/// How a pixel is judged black or white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Threshold {
    /// A threshold for each block of pixels.
    Local,
    /// One threshold for the whole image.
    Global,
}

/// All codes of an image that can be read.
pub(crate) fn decode(grey: &Grey, threshold: Threshold) -> Vec<DecodedQr> {
    if grey.width < SMALLEST || grey.height < SMALLEST {
        return Vec::new();
    }
    let (Ok(width), Ok(height)) = (u32::try_from(grey.width), u32::try_from(grey.height)) else {
        return Vec::new();
    };
    let Ok(source) = Luma8Source::new_with_slice(&grey.data, width, height) else {
        return Vec::new();
    };
    match threshold {
        Threshold::Local => decode_binarized(HybridBinarizer::new(source)),
        Threshold::Global => decode_binarized(GlobalHistogramBinarizer::new(source)),
    }
}

fn decode_binarized<B: Binarizer>(binarizer: B) -> Vec<DecodedQr> {
    let hints = DecodeHints {
        TryHarder: Some(true),
        PossibleFormats: Some([BarcodeFormat::QR_CODE].into_iter().collect()),
        ..DecodeHints::default()
    };
    let mut bitmap = BinaryBitmap::new(binarizer);
    let results = QrReader.decode_multiple_with_hints(&mut bitmap, &hints).unwrap_or_default();
    results
        .into_iter()
        .filter_map(|result| {
            let points: Vec<Point> =
                result.getPoints().iter().map(|point| [point.x.into(), point.y.into()]).collect();
            let corners = in_order(points.try_into().ok()?);
            Some(DecodedQr { payload: result.getText().to_owned(), corners })
        })
        .collect()
}

/// Corners in order around the code. `rxing` gives the lower left corner before the lower right one;
/// the order whose sides do not cross has the larger area.
fn in_order([a, b, c, d]: [Point; 4]) -> [Point; 4] {
    let cross = |from: Point, to: Point| from[0] * to[1] - from[1] * to[0];
    let area = |corners: [Point; 4]| {
        let sides = (0..4).map(|at| cross(corners[at], corners[(at + 1) % 4]));
        sides.sum::<f64>().abs()
    };
    let (given, swapped) = ([a, b, c, d], [a, b, d, c]);
    if area(given) >= area(swapped) { given } else { swapped }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_put_in_order() {
        let [a, b, c, d] = [[0.0, 0.0], [9.0, 1.0], [8.0, 10.0], [-1.0, 9.0]];
        assert_eq!(in_order([a, b, d, c]), [a, b, c, d]);
        assert_eq!(in_order([a, b, c, d]), [a, b, c, d]);
    }

    #[test]
    fn small_and_plain_images_hold_no_code() {
        for (width, height) in [(0, 0), (1, 1), (42, 42), (500, 43)] {
            let grey = Grey::plain(width, height, 255);
            assert_eq!(decode(&grey, Threshold::Local), []);
            assert_eq!(decode(&grey, Threshold::Global), []);
        }
    }
}
