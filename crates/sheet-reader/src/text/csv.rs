//! CSV and similar text: detects the separator; quotes as in RFC 4180, but for those that nobody closed.

use super::encoding::decode;
use super::stray_quotes::{QuotedText, quote_strays};
use crate::error::SheetError;
use crate::format::{FileFormat, Separator};
use crate::limits::{MAX_CELL_LENGTH, MAX_COLUMNS};
use crate::row_collector::RowCollector;
use crate::sheet::{Cell, Row, RowRun, Sheet, Workbook};

/// Number of non-blank lines that are searched for the separator.
const SEPARATOR_LINES: usize = 40;

/// Reads a text file.
pub(crate) fn read(bytes: &[u8]) -> Result<Workbook, SheetError> {
    let (text, encoding) = decode(bytes)?;
    if let Some(at) = text.find('\0') {
        let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        return Err(SheetError::NulCharacter { line });
    }
    let separator = find_separator(&text);
    let (rows, runs) = rows(&text, separator)?;
    let format = FileFormat::Text { encoding, separator };
    Ok(Workbook { sheets: vec![Sheet { rows, runs, ..Sheet::default() }], format })
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

fn rows(text: &str, separator: Separator) -> Result<(Vec<Row>, Vec<RowRun>), SheetError> {
    let QuotedText { text, strays } = quote_strays(text, separator.octet());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator.octet())
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut cells = 0;
    let mut rows = RowCollector::new(&mut cells);
    let mut strays = strays.into_iter().peekable();
    let mut counter = LineCounter { text: &text, at: 0, line: 1 };
    while reader.read_record(&mut record).map_err(|e| SheetError::Damaged(e.to_string()))? {
        let number =
            counter.line_at(record.position().map_or(0, |position| position.byte() as usize));
        if record.len() > MAX_COLUMNS
            && record.iter().skip(MAX_COLUMNS).any(|cell| !cell.is_empty())
        {
            return Err(SheetError::TooManyCells);
        }
        if record.iter().any(|cell| cell.len() > MAX_CELL_LENGTH) {
            return Err(SheetError::CellTooLong { row: number });
        }
        let end = reader.position().byte() as usize;
        let has_stray_quote = strays.next_if(|stray| *stray < end).is_some();
        while strays.next_if(|stray| *stray < end).is_some() {}
        let cells = record
            .iter()
            .take(MAX_COLUMNS)
            .map(|cell| match cell {
                "" => Cell::Empty,
                text => Cell::Text(text.to_owned()),
            })
            .collect();
        rows.push(Row { number, cells, has_stray_quote, ..Row::default() }, 1)?;
    }
    Ok(rows.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::MAX_ROWS;
    use encoding_rs::WINDOWS_1252;
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
        let many: String = (0..=MAX_ROWS).map(|at| format!("{at}\n")).collect();
        assert_eq!(read(many.as_bytes()), Err(SheetError::TooManyRows));
        assert_eq!(read("a;".repeat(2_000).as_bytes()), Err(SheetError::TooManyCells));
    }

    #[test]
    fn a_quote_that_nobody_closed_costs_its_row() {
        let book = read(b"a;b\n1;\"x\n2;y\n3;\"z\"\n").unwrap();
        let rows: Vec<(bool, String)> = book.sheets[0]
            .rows
            .iter()
            .map(|row| (row.has_stray_quote, row.cells[1].text()))
            .collect();
        let expected = [(false, "b"), (true, "\"x"), (false, "y"), (false, "z")];
        assert_eq!(rows, expected.map(|(stray, text)| (stray, text.to_owned())));
    }

    #[test]
    fn a_text_pulled_down_the_sheet_is_no_list() {
        let book = read(format!("a;b\n1;2\n{}", ";x\n".repeat(400_000)).as_bytes()).unwrap();
        assert_eq!(book.sheets[0].rows.len(), 2);
        assert_eq!(book.sheets[0].runs, [RowRun { first: 3, last: 400_002 }]);
        let book = read(format!("a;b\n1;2\n{}", ";;;;\n".repeat(400_000)).as_bytes()).unwrap();
        assert_eq!(book.sheets[0].rows.len(), 2);
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
            let (read, _) = rows(std::str::from_utf8(&bytes).unwrap(), Separator::Semicolon).unwrap();
            let read: Vec<Vec<String>> =
                read.iter().map(|row| row.cells.iter().map(Cell::text).collect()).collect();
            prop_assert_eq!(read.iter().collect::<Vec<_>>(), kept);
        }
    }
}
