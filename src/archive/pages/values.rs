//! The values that go in and out, all of them fit for JSON.

use serde::{Deserialize, Serialize};

/// What sort of file the bytes are, as its first bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// ISO 32000.
    Pdf,
    /// ITU-T T.81.
    Jpeg,
    /// W3C PNG.
    Png,
    /// TIFF 6.0, one page a directory.
    Tiff,
}

/// Where the picture of a page comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The one image that covers a page of a PDF: a scan.
    Image,
    /// A page of a PDF that was drawn.
    Rendered,
    /// A picture file of the size of a sheet of paper.
    Scan,
    /// A picture file that tells no size of paper: most likely a photo.
    Photo,
}

/// A page of a returned file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// From 1.
    pub number: u32,
    /// Width as shown, in millimetres; 0 if the file does not tell.
    pub width_mm: f32,
    /// Height as shown, in millimetres; 0 if the file does not tell.
    pub height_mm: f32,
    /// Where its picture comes from.
    pub source: Origin,
    /// Share of pixels clearly darker than the paper around them, 0 to 1.
    pub ink: f32,
    /// Whether there is nothing on it; codes were then not looked for.
    pub blank: bool,
    /// The QR codes that could be read, foreign ones too.
    pub codes: Vec<Code>,
    /// The text of a PDF's page in the order of drawing, hidden text too, at most
    /// [`TEXT`](super::TEXT) characters.
    pub text: Option<String>,
}

/// A QR code on a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Code {
    /// What it says.
    pub payload: String,
    /// How far clockwise the page lies turned, to the nearest of 0, 90, 180, 270 degrees; turning
    /// it back by as much sets it upright.
    pub turn: u16,
    /// The same exactly, in degrees from -180 to 180.
    pub angle: f32,
    /// The corners as printed (top left, top right, bottom right, bottom left), across and down,
    /// in fractions of the page as shown.
    pub corners: [[f64; 2]; 4],
}

/// How a page differs from the one that was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageDifference {
    /// From 1.
    pub page: u32,
    /// Pixels at 100 dots per inch that differ outside all areas; all of them for a page that is
    /// missing or was added. Only 0 means "the same".
    pub outside: usize,
    /// What encloses them: left, top, right, bottom in points from the top left.
    pub region: Option<[f64; 4]>,
    /// Pixels that differ in each area of the page.
    pub inside: Vec<(String, usize)>,
    /// Whether the page has another size (or is missing, or was added).
    pub size_changed: bool,
    /// Whether something of it could not be drawn that could be drawn of the letter: another
    /// program may show it.
    pub undrawn: bool,
    /// Whether a program reads other letters outside all areas than in the letter, seen or not.
    pub read_otherwise: bool,
}

/// Ink on a scan or photo that the letter has not: a hint by which a queue is sorted, no proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Marks {
    /// Whether the page could be laid on the one that was sent; if not, the rest says nothing.
    pub registered: bool,
    /// How far printed details lie apart after that, in millimetres on paper (median).
    pub residual: f32,
    /// The areas of the page.
    pub boxes: Vec<BoxInk>,
    /// Share of the page outside the areas where ink was added or is missing, 0 to 1.
    pub outside: f32,
    /// The places that make it up, largest first, at most ten: left, top, right, bottom in points
    /// from the top left of the sent page.
    pub outside_regions: Vec<[f64; 4]>,
}

/// Ink in an area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoxInk {
    /// The area's label.
    pub label: String,
    /// Share of the area that is dark and was not when the letter was sent, 0 to 1.
    pub ink: f32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use page_area::PageArea;

    #[test]
    fn areas_are_read_as_the_ledger_writes_them() {
        let text =
            r#"{"label":"sign-head","page":2,"x":223.94,"y":571.57,"width":147.4,"height":99.21}"#;
        let area: PageArea = serde_json::from_str(text).unwrap();
        assert_eq!((area.page, area.height), (2, 99.21));
        assert_eq!(serde_json::to_string(&Kind::Jpeg).unwrap(), "\"jpeg\"");
    }
}
