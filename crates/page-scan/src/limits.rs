//! How large a file, an image or a text may be. Larger ones are refused; a longer text is cut.

/// Most pixels of one image: an A4 sheet at 600 dots per inch has 35 million, a telephone's photo
/// up to 50 million.
pub const MAX_PIXELS: u64 = 60_000_000;
/// Most pages of one file.
pub const MAX_PAGES: usize = 200;
/// Most characters of a page's text; the rest of the text is cut off.
pub const MAX_TEXT: usize = 20_000;

const _: () = assert!(MAX_PIXELS < u32::MAX as u64, "pixels are counted in 32 bits");
