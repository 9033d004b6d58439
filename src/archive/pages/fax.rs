//! Strips of a fax in a TIFF: group 3 and 4 (ITU-T T.4 and T.6; TIFF 6.0, sections 10 and 11).
//!
//! By `hayro-ccitt`, which is in the tree for PDF: the decoder that `tiff` uses knows group 4 only,
//! and no bytes whose bits are the wrong way round, as fax machines write them.

use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode};

/// How a strip is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fax {
    /// TIFF tag 259: 2, 3 or 4.
    pub compression: u16,
    /// TIFF tag 292, for group 3.
    pub options: u32,
    /// Whether the first pixel of a byte is its lowest bit (TIFF tag 266 is 2).
    pub reversed: bool,
    /// Whether what a fax calls black is white (TIFF tag 262 is 1).
    pub negative: bool,
}

/// Decodes one strip of `rows` rows of `columns` bytes, 0 for black; rows that are missing are
/// white. Nothing if no row can be read.
pub(super) fn strip(bytes: &[u8], columns: usize, rows: usize, fax: Fax) -> Option<Vec<u8>> {
    let two = fax.options & 1 == 1;
    let encoding = match fax.compression {
        4 => EncodingMode::Group4,
        3 if two => EncodingMode::Group3_2D,
        _ => EncodingMode::Group3_1D,
    };
    let settings = DecodeSettings {
        columns: u32::try_from(columns).ok()?,
        rows: u32::try_from(rows).ok()?,
        end_of_block: fax.compression != 2,
        end_of_line: fax.compression == 3,
        rows_are_byte_aligned: fax.compression == 2,
        encoding,
        strict: false,
    };
    let turned: Vec<u8>;
    let bytes = if fax.reversed {
        turned = bytes.iter().map(|byte| byte.reverse_bits()).collect();
        &turned
    } else {
        bytes
    };
    let (white, black) = if fax.negative { (0, 255) } else { (255, 0) };
    let mut page = Rows { data: vec![white; columns * rows], columns, black, done: 0 };
    let result = hayro_ccitt::decode(bytes, &mut page, &mut DecoderContext::new(settings));
    (result.is_ok() || page.done > 0).then_some(page.data)
}

struct Rows {
    data: Vec<u8>,
    columns: usize,
    black: u8,
    done: usize,
}

impl Decoder for Rows {
    fn push_row(&mut self, changes: &[u32]) {
        let start = self.done * self.columns;
        self.done += 1;
        let Some(row) = self.data.get_mut(start..start + self.columns) else { return };
        for run in changes.chunks(2) {
            let end = run.get(1).map_or(self.columns, |end| *end as usize).min(self.columns);
            let start = (run[0] as usize).min(end);
            row[start..end].fill(self.black);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three white and five black pixels: 1000 0011 (ITU-T T.4, table 2).
    const ROW: u8 = 0b1000_0011;
    const PLAIN: Fax = Fax { compression: 2, options: 0, reversed: false, negative: false };
    const PIXELS: [u8; 8] = [255, 255, 255, 0, 0, 0, 0, 0];

    #[test]
    fn a_row_is_read_either_way_round() {
        assert_eq!(strip(&[ROW, ROW], 8, 2, PLAIN).unwrap(), [PIXELS, PIXELS].concat());
        let reversed = Fax { reversed: true, ..PLAIN };
        assert_eq!(strip(&[ROW.reverse_bits()], 8, 1, reversed).unwrap(), PIXELS);
        let negative = Fax { negative: true, ..PLAIN };
        assert_eq!(strip(&[ROW], 8, 1, negative).unwrap(), PIXELS.map(|pixel| 255 - pixel));
    }

    #[test]
    fn what_is_cut_is_white_and_what_is_nothing_is_nothing() {
        assert_eq!(strip(&[ROW], 8, 2, PLAIN).unwrap()[8..], [255; 8]);
        assert_eq!(strip(&[0, 0, 0], 8, 2, Fax { compression: 4, ..PLAIN }), None);
    }
}
