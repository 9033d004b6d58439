//! Pages of returned files: what they are, which codes they bear, how they differ from the letter
//! that was sent.
//!
//! Everything here takes bytes and gives values that travel as JSON: it is meant to run in a child
//! process with limits of memory and time, since a hostile PDF can make `hayro` take any amount of
//! both. Sizes are checked here all the same before anything is allocated. Nothing here decides
//! about a letter, knows a ledger, reads a file or a clock.
//!
//! [`look`] says what a file holds; [`differences`] compares two PDFs to the pixel; [`marks`] finds
//! ink on a scan or photo, as a hint; [`picture`] and [`straightened`] show a page to a person.

mod blocks;
mod code;
mod content;
mod density;
mod differences;
mod drift;
mod failure;
mod fax;
mod geometry;
mod grey;
mod ink;
mod ladder;
mod look;
mod marks;
mod pdf;
mod picture;
mod places;
mod raster;
mod register;
mod sheet;
mod struck;
mod text;
mod tiff_pages;
mod values;

pub use differences::differences;
pub use failure::Failure;
pub use look::{count, look, look_at};
pub use marks::marks;
pub use picture::{picture, straightened};
pub use values::{BoxInk, Code, Kind, Marks, Origin, Page, PageDifference};

/// Most pixels of one image: an A4 sheet at 600 dots per inch has 35 million, a good telephone 50.
pub const PIXELS: u64 = 60_000_000;
/// Most pages of one file.
pub const PAGES: usize = 200;
/// Most characters of a page's text.
pub const TEXT: usize = 20_000;
