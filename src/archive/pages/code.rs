//! One attempt to find QR codes in one picture (ISO/IEC 18004), by `rxing`.
//!
//! Which pictures to try, and in what order, is decided in `ladder`.

use super::geometry::Point;
use super::grey::Grey;
use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::multi::MultipleBarcodeReader as _;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8Source};

/// Smallest side of a picture in which there can be a code, in pixels.
const SMALLEST: usize = 42;

/// A code in a picture.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    /// What it says.
    pub payload: String,
    /// Its corners in pixels: as printed, top left, top right, bottom right, bottom left.
    pub corners: [Point; 4],
}

/// How black is told from white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Threshold {
    /// Block by block.
    Local,
    /// One for the whole picture.
    Global,
}

/// All codes of a picture that can be read.
pub(super) fn read(grey: &Grey, threshold: Threshold) -> Vec<Found> {
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
        Threshold::Local => decode(HybridBinarizer::new(source)),
        Threshold::Global => decode(GlobalHistogramBinarizer::new(source)),
    }
}

fn decode<B: Binarizer>(binarizer: B) -> Vec<Found> {
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
            let corners = around(points.try_into().ok()?);
            Some(Found { payload: result.getText().to_owned(), corners })
        })
        .collect()
}

/// `rxing` tells the lower corners left first: sides that cross are put in order.
fn around([a, b, c, d]: [Point; 4]) -> [Point; 4] {
    let turn = |from: Point, to: Point| from[0] * to[1] - from[1] * to[0];
    let area = |corners: [Point; 4]| {
        let sides = (0..4).map(|at| turn(corners[at], corners[(at + 1) % 4]));
        sides.sum::<f64>().abs()
    };
    let (told, swapped) = ([a, b, c, d], [a, b, d, c]);
    if area(told) >= area(swapped) { told } else { swapped }
}

/// Whether a payload looks like the reference of a page: `….R1.P1` in capitals.
pub(super) fn is_reference(payload: &str) -> bool {
    let numbered = |part: Option<&str>, letter: char| {
        part.and_then(|part| part.strip_prefix(letter)).is_some_and(|digits| {
            (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let mut parts = payload.split('.');
    let name = parts.next().unwrap_or_default();
    let sound = (6..=40).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b == b'-');
    sound && numbered(parts.next(), 'R') && numbered(parts.next(), 'P') && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_from_other_codes() {
        assert!(is_reference("2026-0160101Y-4S54.R1.P1"));
        assert!(is_reference("ABCDEF.R12.P345"));
        for other in [
            "2026-0160101Y-4S54.R1",
            "2026-0160101y-4S54.R1.P1",
            "ABCDE.R1.P1",
            "ABCDEF.R1.P1.X",
            "ABCDEF.R.P1",
            "ABCDEF.R1.P",
            "https://exemple.fr",
            "",
        ] {
            assert!(!is_reference(other), "{other}");
        }
    }

    #[test]
    fn corners_go_around() {
        let [a, b, c, d] = [[0.0, 0.0], [9.0, 1.0], [8.0, 10.0], [-1.0, 9.0]];
        assert_eq!(around([a, b, d, c]), [a, b, c, d]);
        assert_eq!(around([a, b, c, d]), [a, b, c, d]);
    }

    #[test]
    fn small_and_plain_pictures_hold_no_code() {
        for (width, height) in [(0, 0), (1, 1), (42, 42), (500, 43)] {
            let grey = Grey::plain(width, height, 255);
            assert_eq!(read(&grey, Threshold::Local), []);
            assert_eq!(read(&grey, Threshold::Global), []);
        }
    }
}
