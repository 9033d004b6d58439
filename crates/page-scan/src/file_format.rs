//! The formats of files that are read.

use serde::{Deserialize, Serialize};

/// The format of a file. The caller finds it out, by the file's first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileFormat {
    /// Portable Document Format, ISO 32000: any number of pages.
    Pdf,
    /// JPEG, ITU-T T.81: one page.
    Jpeg,
    /// Portable Network Graphics, W3C PNG: one page.
    Png,
    /// TIFF 6.0: one page for each image directory.
    Tiff,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_one_lowercase_word_in_json() {
        assert_eq!(serde_json::to_string(&FileFormat::Jpeg).unwrap(), "\"jpeg\"");
    }
}
