//! Fax strips in a TIFF: group 3 and 4 (ITU-T T.4 and T.6; TIFF 6.0, sections 10 and 11).
//!
//! Decoded by `hayro-ccitt`, which `hayro` needs anyway. The decoder of `tiff` knows group 4 only, and
//! no bytes with the lowest bit first, as fax machines write them.

use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode};

/// How a strip is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FaxEncoding {
    /// TIFF tag 259: 2, 3 or 4.
    pub compression: u16,
    /// TIFF tag 292, for group 3.
    pub options: u32,
    /// Whether the first pixel of a byte is its lowest bit (TIFF tag 266 is 2).
    pub lowest_bit_first: bool,
    /// Whether black and white are exchanged (TIFF tag 262 is 1).
    pub inverted: bool,
}

/// Decodes one strip into `rows` rows of `columns` bytes, 0 for black. Missing rows are white. None if
/// no row can be decoded.
pub(super) fn decode_strip(
    bytes: &[u8],
    columns: usize,
    rows: usize,
    fax: FaxEncoding,
) -> Option<Vec<u8>> {
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
    let reversed: Vec<u8>;
    let bytes = if fax.lowest_bit_first {
        reversed = bytes.iter().map(|byte| byte.reverse_bits()).collect();
        &reversed
    } else {
        bytes
    };
    let (white, black) = if fax.inverted { (0, 255) } else { (255, 0) };
    let mut page = FaxRows { data: vec![white; columns * rows], columns, black, done: 0 };
    let result = hayro_ccitt::decode(bytes, &mut page, &mut DecoderContext::new(settings));
    (result.is_ok() || page.done > 0).then_some(page.data)
}

struct FaxRows {
    data: Vec<u8>,
    columns: usize,
    black: u8,
    done: usize,
}

impl Decoder for FaxRows {
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
    const PLAIN: FaxEncoding =
        FaxEncoding { compression: 2, options: 0, lowest_bit_first: false, inverted: false };
    const PIXELS: [u8; 8] = [255, 255, 255, 0, 0, 0, 0, 0];

    #[test]
    fn a_row_is_read_either_way_round() {
        assert_eq!(decode_strip(&[ROW, ROW], 8, 2, PLAIN).unwrap(), [PIXELS, PIXELS].concat());
        let reversed = FaxEncoding { lowest_bit_first: true, ..PLAIN };
        assert_eq!(decode_strip(&[ROW.reverse_bits()], 8, 1, reversed).unwrap(), PIXELS);
        let negative = FaxEncoding { inverted: true, ..PLAIN };
        assert_eq!(decode_strip(&[ROW], 8, 1, negative).unwrap(), PIXELS.map(|pixel| 255 - pixel));
    }

    #[test]
    fn missing_rows_are_white_and_without_rows_there_is_no_page() {
        assert_eq!(decode_strip(&[ROW], 8, 2, PLAIN).unwrap()[8..], [255; 8]);
        assert_eq!(decode_strip(&[0, 0, 0], 8, 2, FaxEncoding { compression: 4, ..PLAIN }), None);
    }
}
