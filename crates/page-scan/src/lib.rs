//! Pages of PDF and image files: QR codes, text, ink, and the differences from a printed page.
//!
#![doc = include_str!("../README.md")]

pub mod limits;

mod error;
mod file_format;
mod hints;
mod ink_share;
mod page;
mod page_picture;
mod pixel_diff;
mod pixels;
mod qr;
mod registration;
mod scan;
mod source;

pub use error::{DamageCause, ScanError, TooLargeItem, UnsupportedFeature};
pub use file_format::FileFormat;
pub use hints::ink_diff::{BoxInk, InkDiff, ink_diff};
pub use page::{PageOrigin, QrCode, ScannedPage};
pub use page_picture::{flattened_png, page_png};
pub use pixel_diff::{PageDiff, pixel_diff};
pub use registration::page_pair::PagePair;
pub use scan::scan_pages;
