//! Pages of PDF and image files: QR codes, text, ink, and the differences from a printed page.
//!
//! Somebody prints a letter, writes on it, scans it, and sends it back. This crate reads what comes back
//! and returns values that travel as JSON. It opens no file, reads no clock and knows nothing of letters;
//! its README tells what a scan is made of.
//!
//! - [`scan_pages`] says what is on the pages of a file, and which QR codes they have.
//! - [`pixel_diff`] compares two PDFs pixel by pixel.
//! - [`ink_diff`] finds handwriting on a scan: a hint, no proof.
//! - [`page_png`] and [`flattened_png`] show a page to a person.
//!
//! A hostile file can take any amount of memory and time, in spite of the [`limits`]: call this crate in a
//! process that has limits of its own.
//!
//! ```
//! use page_scan::{FileFormat, scan_pages};
//!
//! # fn main() -> Result<(), page_scan::ScanError> {
//! let letter = include_bytes!(concat!(
//!     env!("CARGO_MANIFEST_DIR"),
//!     "/../../tests/fixtures/archive/letter.pdf"
//! ));
//! // Which codes we look for: the search on a page ends when one of them is read.
//! let wanted = |payload: &str| payload.contains(".P");
//! let pages = scan_pages(letter, FileFormat::Pdf, &wanted)?;
//! assert_eq!(pages.len(), 2);
//! assert_eq!(pages[1].codes[0].payload, "2026-0160101Y-4S54.R1.P2");
//! assert_eq!(pages[1].codes[0].turn, 0);
//! # Ok(())
//! # }
//! ```

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
