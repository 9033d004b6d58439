//! Files of every format read into pages: [`page_image`] is the door, the others know one format each.

mod dpi;
mod fax;
pub(crate) mod page_image;
pub(crate) mod pdf;
pub(crate) mod pdf_content;
mod pdf_text;
mod still_image;
mod tiff;
