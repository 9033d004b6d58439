//! Why a file cannot be scanned, as a value. The texts here are for developers; a program that talks
//! to its users words the variants itself.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a file cannot be scanned.
#[derive(Clone, Debug, PartialEq, Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScanError {
    /// Opening it needs a password (ISO 32000-1, 7.6).
    #[error("the file is protected by a password")]
    Encrypted,
    /// It can be opened and has no page.
    #[error("the file has no page")]
    NoPages,
    /// Something in it exceeds [the limits](crate::limits).
    #[error("too large: {0}")]
    TooLarge(TooLargeItem),
    /// It has this many pages, more than [`MAX_PAGES`](crate::limits::MAX_PAGES).
    #[error("the file has {0} pages, more than are read")]
    TooManyPages(usize),
    /// Its bytes are not what its format demands.
    #[error("the file is damaged: {0}")]
    Damaged(DamageCause),
    /// It is correct and uses something that is not read.
    #[error("not supported: {0}")]
    Unsupported(UnsupportedFeature),
    /// Two PDF readers find different numbers of pages (lopdf's first, then hayro's): the file may
    /// show different things in different programs.
    #[error("ambiguous: {0} or {1} pages, depending on the reader")]
    PageCountsDiffer(usize, usize),
    /// There is no page with this number.
    #[error("the file has no page {0}")]
    NoSuchPage(u32),
}

/// What is too large.
#[derive(Clone, Debug, PartialEq, Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TooLargeItem {
    /// An image of so many pixels across and down.
    #[error("an image of {width} × {height} pixels")]
    Pixels {
        /// Pixels across.
        width: u64,
        /// Pixels down.
        height: u64,
    },
    /// An image whose decoder ran out of its memory.
    #[error("an image")]
    Image,
    /// A page of a TIFF whose decoder ran out of its memory.
    #[error("a page of a TIFF")]
    TiffPage,
    /// A page of a PDF, in points.
    #[error("a page of {width} × {height} points")]
    PdfPage {
        /// Points across.
        width: f32,
        /// Points down.
        height: f32,
    },
}

/// What is damaged.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DamageCause {
    /// What a decoder says, in its own words.
    #[error("{0}")]
    Decoder(String),
    /// An image without a pixel.
    #[error("an image without a pixel")]
    EmptyImage,
    /// A PDF whose encryption cannot be understood.
    #[error("unreadable encryption")]
    Encryption,
    /// Bytes that are not a PDF.
    #[error("not a readable PDF")]
    NotPdf,
    /// A page of a PDF that has no surface.
    #[error("a page without a surface")]
    EmptyPage,
    /// A fax of which no row can be decoded.
    #[error("an unreadable fax page")]
    FaxUnreadable,
    /// A fax without data.
    #[error("an empty fax page")]
    FaxEmpty,
    /// A page of a TIFF that has fewer samples than its size needs.
    #[error("an incomplete TIFF page")]
    TiffIncomplete,
}

/// What is not read.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnsupportedFeature {
    /// What a decoder says, in its own words.
    #[error("{0}")]
    Decoder(String),
    /// What the TIFF decoder says, in its own words.
    #[error("TIFF, {0}")]
    Tiff(String),
    /// Colours of a TIFF, as the decoder names them.
    #[error("TIFF, colours {0}")]
    TiffColours(String),
    /// A TIFF with one plane for each colour.
    #[error("TIFF, colours in separate planes")]
    TiffPlanes,
    /// An image with floating-point samples.
    #[error("an image with floating-point samples")]
    FloatImage,
}

impl ScanError {
    /// An image of too many pixels.
    pub(crate) fn too_many_pixels(width: u64, height: u64) -> Self {
        Self::TooLarge(TooLargeItem::Pixels { width, height })
    }
}

impl From<image::ImageError> for ScanError {
    fn from(error: image::ImageError) -> Self {
        match error {
            image::ImageError::Limits(_) => Self::TooLarge(TooLargeItem::Image),
            image::ImageError::Unsupported(error) => {
                Self::Unsupported(UnsupportedFeature::Decoder(error.to_string()))
            }
            error => Self::Damaged(DamageCause::Decoder(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_and_travels() {
        let error = ScanError::too_many_pixels(70_000, 70_000);
        assert!(error.to_string().contains("70000 × 70000"), "{error}");
        let text = serde_json::to_string(&ScanError::PageCountsDiffer(4, 1)).unwrap();
        assert_eq!(text, r#"{"page-counts-differ":[4,1]}"#);
        let back = serde_json::from_str::<ScanError>(&text).unwrap();
        assert_eq!(back, ScanError::PageCountsDiffer(4, 1));
    }
}
