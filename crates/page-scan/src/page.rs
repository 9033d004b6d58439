//! What a scan finds on a page, as values that can be written as JSON.

use serde::{Deserialize, Serialize};

/// Where the pixels of a page come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PageOrigin {
    /// A PDF page that one image covers: a scan.
    Image,
    /// Any other PDF page, rendered at 200 dots per inch.
    Rendered,
    /// An image file with the size of a sheet of paper.
    Scan,
    /// An image file without such a size: most likely a photo.
    Photo,
}

/// A page of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScannedPage {
    /// Number in the file, from 1.
    pub number: u32,
    /// Width as shown, in millimetres; 0 if the file does not say.
    pub width_mm: f32,
    /// Height as shown, in millimetres; 0 if the file does not say.
    pub height_mm: f32,
    /// Where its pixels come from.
    pub source: PageOrigin,
    /// Share of pixels that are clearly darker than the paper around them, 0 to 1.
    pub ink: f32,
    /// Whether the page is empty. QR codes are not searched on an empty page.
    pub blank: bool,
    /// All QR codes that could be read, wanted or not.
    pub codes: Vec<QrCode>,
    /// The text of a PDF page in drawing order, hidden text included, at most
    /// [`MAX_TEXT`](crate::limits::MAX_TEXT) characters. None for other formats.
    pub text: Option<String>,
}

/// A QR code on a page (ISO/IEC 18004).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QrCode {
    /// Its text.
    pub payload: String,
    /// How far the page is rotated clockwise: 0, 90, 180 or 270 degrees, the nearest. Rotating the
    /// page back by this angle sets it upright.
    pub turn: u16,
    /// The same angle exactly, in degrees from -180 to 180.
    pub angle: f32,
    /// Its corners in the order of an upright page (top left, top right, bottom right, bottom left).
    /// Each is a fraction of the page's width and height as shown.
    pub corners: [[f64; 2]; 4],
}
