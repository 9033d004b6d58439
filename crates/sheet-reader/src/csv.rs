//! CSV and similar text: detects the encoding and the separator; quotes as in RFC 4180.

use crate::error::SheetError;
use crate::format::{FileFormat, Separator, TextEncoding};
use crate::limits::{MAX_CELL_LENGTH, MAX_CELLS, MAX_COLUMNS, MAX_ROWS};
use crate::sheet::{Cell, Row, Sheet, Workbook};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Number of non-blank lines that are searched for the separator.
const SEPARATOR_LINES: usize = 40;
/// Number of octets that are searched for UTF-16 without a byte order mark.
const UTF_16_OCTETS: usize = 4_096;

/// Reads a text file.
pub(crate) fn read(bytes: &[u8]) -> Result<Workbook, SheetError> {
    let (text, encoding) = decode(bytes)?;
    if let Some(at) = text.find('\0') {
        let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        return Err(SheetError::NulCharacter { line });
    }
    let separator = find_separator(&text);
    let rows = rows(&text, separator)?;
    let format = FileFormat::Text { encoding, separator };
    Ok(Workbook { sheets: vec![Sheet { name: String::new(), rows }], format })
}

fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, TextEncoding), SheetError> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(length..).unwrap_or_default();
        if encoding == UTF_8 {
            return decode_utf8(rest);
        }
        return Ok(decode_utf16(rest, encoding));
    }
    // UTF-16 without its byte order mark: every other octet of plain text is zero.
    let start = bytes.get(..bytes.len().min(UTF_16_OCTETS)).unwrap_or_default();
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = start.len() / 4;
    for (high, low, encoding) in [(odd, even, UTF_16LE), (even, odd, UTF_16BE)] {
        if many > 0 && high > many && low * 10 < high {
            return Ok(decode_utf16(bytes, encoding));
        }
    }
    decode_utf8(bytes)
}

fn decode_utf16<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> (Cow<'b, str>, TextEncoding) {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let name = if encoding == UTF_16BE { TextEncoding::Utf16Be } else { TextEncoding::Utf16Le };
    (text, name)
}

/// UTF-8, or else Windows-1252; a few octets lost within UTF-8 do not make it that.
fn decode_utf8(bytes: &[u8]) -> Result<(Cow<'_, str>, TextEncoding), SheetError> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok((Cow::Borrowed(text), TextEncoding::Utf8)),
        Err(error) => error,
    };
    let valid = bytes.get(..error.valid_up_to()).and_then(|start| std::str::from_utf8(start).ok());
    let has_accents = valid.is_some_and(|text| !text.is_ascii());
    if error.error_len().is_none() && has_accents {
        return Err(SheetError::TruncatedCharacter);
    }
    let lossy = String::from_utf8_lossy(bytes);
    let lost = lossy.matches(char::REPLACEMENT_CHARACTER).count();
    let kept = lossy.chars().filter(|c| !c.is_ascii() && *c != char::REPLACEMENT_CHARACTER).count();
    if kept > 2 * lost {
        return Ok((lossy, TextEncoding::DamagedUtf8));
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Ok((text, TextEncoding::Windows1252))
}

/// The separator that gives most lines the same number of cells.
fn find_separator(text: &str) -> Separator {
    let mut best = (0, Separator::Semicolon);
    let lines: Vec<&str> = text
        .split(['\n', '\r'])
        .filter(|line| !line.trim().is_empty())
        .take(SEPARATOR_LINES)
        .collect();
    for separator in Separator::ALL {
        let counts: Vec<usize> =
            lines.iter().map(|line| count_outside_quotes(line, separator.octet())).collect();
        let most = counts
            .iter()
            .copied()
            .filter(|count| *count > 0)
            .map(|count| count * counts.iter().filter(|other| **other == count).count());
        let worth = most.max().unwrap_or(0);
        if worth > best.0 {
            best = (worth, separator);
        }
    }
    best.1
}

fn count_outside_quotes(line: &str, separator: u8) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for byte in line.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            byte if byte == separator && !quoted => count += 1,
            _ => {}
        }
    }
    count
}

/// Counts lines while rows are read.
struct LineCounter<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl LineCounter<'_> {
    /// The line of the row that begins at an octet or, after blank lines, behind it.
    fn line_at(&mut self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let is_end = |at: usize| matches!(bytes.get(at), Some(b'\n' | b'\r'));
        while self.at < start || is_end(self.at) {
            let ends = match bytes.get(self.at) {
                Some(b'\n') => true,
                Some(b'\r') => bytes.get(self.at + 1) != Some(&b'\n'),
                _ => false,
            };
            self.line += usize::from(ends);
            self.at += 1;
        }
        self.line
    }
}

fn rows(text: &str, separator: Separator) -> Result<Vec<Row>, SheetError> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator.octet())
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut rows = Vec::new();
    let (mut read, mut cells) = (0, 0);
    let (mut last, mut lines) = (1, 0);
    let mut counter = LineCounter { text, at: 0, line: 1 };
    while reader.read_record(&mut record).map_err(|e| SheetError::Damaged(e.to_string()))? {
        let number =
            counter.line_at(record.position().map_or(0, |position| position.byte() as usize));
        read += 1;
        cells += record.len();
        if read > MAX_ROWS {
            return Err(SheetError::TooManyRows);
        }
        if record.len() > MAX_COLUMNS || cells > MAX_CELLS {
            return Err(SheetError::TooManyCells);
        }
        if record.iter().any(|cell| cell.len() > MAX_CELL_LENGTH) {
            return Err(match text.matches('"').count() % 2 {
                0 => SheetError::CellTooLong { row: number },
                _ => SheetError::UnclosedQuote { line: number },
            });
        }
        lines = record.iter().map(|cell| cell.matches('\n').count()).sum();
        last = number;
        let row: Vec<Cell> = record
            .iter()
            .map(|cell| match cell {
                "" => Cell::Empty,
                text => Cell::Text(text.to_owned()),
            })
            .collect();
        if !row.iter().all(Cell::is_blank) {
            rows.push(Row { number, cells: row });
        }
    }
    if lines > 0 && text.matches('"').count() % 2 == 1 {
        return Err(SheetError::UnclosedQuote { line: last });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(bytes: &[u8]) -> Vec<Vec<String>> {
        let book = read(bytes).unwrap();
        book.sheets[0].rows.iter().map(|row| row.cells.iter().map(Cell::text).collect()).collect()
    }

    fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
        let units: Vec<u16> =
            mark.then_some(0xfeff).into_iter().chain(text.encode_utf16()).collect();
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        units.into_iter().flat_map(bytes).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_cells() {
        let text = "UAI;Nom\n0860001J;Collège de l'Été\n";
        let (latin, ..) = WINDOWS_1252.encode(text);
        let all: [Vec<u8>; 7] = [
            text.into(),
            format!("\u{feff}{text}").into(),
            latin.into_owned(),
            utf16(text, false, true),
            utf16(text, true, true),
            utf16(text, false, false),
            utf16(text, true, false),
        ];
        for bytes in &all {
            assert_eq!(texts(bytes)[1], ["0860001J", "Collège de l'Été"], "{bytes:?}");
        }
    }

    #[test]
    fn the_separator_is_the_one_that_cuts_alike() {
        assert_eq!(texts(b"a;b\n1,5;2,5\n3,5;\"4;5\"\n")[2], ["3,5", "4;5"]);
        assert_eq!(texts(b"a\tb\n1\t2\n")[1], ["1", "2"]);
        assert_eq!(texts(b"Liste des chefs\n\na|b\n1|2\n")[2], ["1", "2"]);
        assert_eq!(texts(b"a;b\r1;2\r")[1], ["1", "2"]);
    }

    #[test]
    fn what_is_damaged_is_told() {
        assert_eq!(read(b"a;b\n1;\0\n"), Err(SheetError::NulCharacter { line: 2 }));
        assert_eq!(
            read("a;b\n1;Collège\u{e8}".as_bytes().split_last().unwrap().1),
            Err(SheetError::TruncatedCharacter)
        );
        assert_eq!(read(b"a;b\n1;\"x\n2;y\n3;z\n"), Err(SheetError::UnclosedQuote { line: 2 }));
        assert_eq!(read("a\n".repeat(MAX_ROWS + 1).as_bytes()), Err(SheetError::TooManyRows));
        assert_eq!(read(";".repeat(2_000).as_bytes()), Err(SheetError::TooManyCells));
    }

    #[test]
    fn rows_have_the_numbers_of_their_lines() {
        let book = read(b"a;b\n\n1;\"x\ny\"\n2;z\n").unwrap();
        let numbers: Vec<usize> = book.sheets[0].rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [1, 3, 5]);
    }

    proptest! {
        #[test]
        fn no_bytes_ever_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes);
        }

        #[test]
        fn cells_come_back_as_they_were_written(
            cells in proptest::collection::vec(proptest::collection::vec("[a-zé;\", \n]{1,8}", 2..5), 2..6)
        ) {
            let mut writer = csv::WriterBuilder::new().delimiter(b';').flexible(true)
                .quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            for row in &cells {
                writer.write_record(row).unwrap();
            }
            let bytes = writer.into_inner().unwrap();
            let kept: Vec<&Vec<String>> = cells.iter()
                .filter(|row| row.iter().any(|cell| !cell.trim().is_empty())).collect();
            prop_assume!(!kept.is_empty());
            let read = rows(std::str::from_utf8(&bytes).unwrap(), Separator::Semicolon).unwrap();
            let read: Vec<Vec<String>> =
                read.iter().map(|row| row.cells.iter().map(Cell::text).collect()).collect();
            prop_assert_eq!(read.iter().collect::<Vec<_>>(), kept);
        }
    }
}
