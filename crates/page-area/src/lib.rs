//! A labelled rectangle on a page: where a document asks for a signature or for words.
//!
//! Lengths are PDF points (1/72 inch), from the top left corner of the page, so that the program
//! that lays out a document and the programs that read it later mean the same place.

use serde::{Deserialize, Serialize};

/// A labelled rectangle on a page.
///
/// ```
/// let area: page_area::PageArea = serde_json::from_str(
///     r#"{"label":"sign-head","page":2,"x":70.0,"y":600.0,"width":200.0,"height":60.0}"#,
/// )?;
/// assert_eq!(area.page, 2);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PageArea {
    /// What it is for, as in `sign-head`.
    pub label: String,
    /// Page, from 1.
    pub page: u32,
    /// Left edge, in points.
    pub x: f64,
    /// Upper edge, in points from the top of the page.
    pub y: f64,
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
}
