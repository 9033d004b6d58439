//! Quotation marks that open a cell and that nobody closed: a reader that follows RFC 4180 would take all up
//! to the next one, rows and all, for one cell. Here such a cell is what stands on its line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// A text in which each stray mark is a character of its cell like any other.
pub(super) struct QuotedText<'t> {
    pub(super) text: Cow<'t, str>,
    /// Where cells with an odd number of marks begin.
    pub(super) strays: Vec<usize>,
}

/// Finds them, and quotes their cells as RFC 4180 has it.
pub(super) fn quote_strays(text: &str, separator: u8) -> QuotedText<'_> {
    let scan =
        Scan { text, bytes: text.as_bytes(), separator, usual: usual_count(text, separator) };
    let mut out = String::new();
    let mut strays = Vec::new();
    let (mut copied, mut at, mut row) = (0, 0, 0);
    while at < text.len() {
        if scan.bytes.get(at) == Some(&b'"') {
            match scan.quoted_cell(at).filter(|end| !scan.swallows_rows(row, at..*end)) {
                Some(end) => at = end,
                None => {
                    let end = scan.plain_cell(at);
                    let cell = text.get(at..end).unwrap_or_default();
                    out.push_str(text.get(copied..at).unwrap_or_default());
                    if cell.matches('"').count() % 2 == 1 {
                        strays.push(out.len());
                    }
                    out.push_str(&format!("\"{}\"", cell.replace('"', "\"\"")));
                    (copied, at) = (end, end);
                }
            }
        } else {
            at = scan.plain_cell(at);
        }
        if matches!(scan.bytes.get(at), Some(b'\n' | b'\r')) {
            row = at + 1;
        }
        at += 1;
    }
    if copied == 0 {
        return QuotedText { text: Cow::Borrowed(text), strays };
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    QuotedText { text: Cow::Owned(out), strays }
}

struct Scan<'t> {
    text: &'t str,
    bytes: &'t [u8],
    separator: u8,
    /// How many separators most lines have.
    usual: usize,
}

/// How many separators most of the first lines have, of those without quotation marks if there are some;
/// of two numbers that are as frequent, the larger.
fn usual_count(text: &str, separator: u8) -> usize {
    const LINES: usize = 200;
    let lines = text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).take(LINES);
    let lines: Vec<&str> = lines.collect();
    let has_plain = lines.iter().any(|line| !line.contains('"'));
    let mut frequencies: BTreeMap<usize, usize> = BTreeMap::new();
    for line in lines.into_iter().filter(|line| !has_plain || !line.contains('"')) {
        *frequencies.entry(line.bytes().filter(|byte| *byte == separator).count()).or_default() +=
            1;
    }
    let most = frequencies.into_iter().max_by_key(|(count, lines)| (*lines, *count));
    most.map_or(0, |(count, _)| count)
}

impl Scan<'_> {
    fn ends_cell(&self, at: usize) -> bool {
        self.bytes
            .get(at)
            .is_none_or(|byte| *byte == self.separator || matches!(byte, b'\n' | b'\r'))
    }

    /// Where a cell ends that is not quoted.
    fn plain_cell(&self, start: usize) -> usize {
        (start..self.bytes.len()).find(|at| self.ends_cell(*at)).unwrap_or(self.bytes.len())
    }

    /// Where a quoted cell ends; nothing if a mark within it is not doubled, or it never ends.
    fn quoted_cell(&self, start: usize) -> Option<usize> {
        let mut at = start + 1;
        loop {
            at += self.bytes.get(at..)?.iter().position(|byte| *byte == b'"')?;
            if self.bytes.get(at + 1) == Some(&b'"') {
                at += 2;
                continue;
            }
            let blanks = self.bytes.get(at + 1..)?.iter().take_while(|byte| **byte == b' ').count();
            let end = at + 1 + blanks;
            return self.ends_cell(end).then_some(end);
        }
    }

    /// Whether a quoted cell holds the rest of its row and whole rows: each line has as many cells as most
    /// lines have. Where its neighbours are quoted too, it is meant.
    fn swallows_rows(&self, row: usize, cell: Range<usize>) -> bool {
        let inner = self.text.get(cell.clone()).unwrap_or_default();
        if !inner.contains(['\n', '\r']) {
            return false;
        }
        let rest = self.text.get(cell.end..).unwrap_or_default();
        let end = cell.end + rest.find(['\n', '\r']).unwrap_or(rest.len());
        let lines = self.text.get(row..end).unwrap_or_default();
        let before = self.text.get(row..cell.start).unwrap_or_default();
        let after = self.text.get(cell.end..end).unwrap_or_default();
        if before.contains('"') || after.contains('"') {
            return false;
        }
        let lines: Vec<&str> = lines.split(['\n', '\r']).filter(|line| !line.is_empty()).collect();
        let separators = |line: &&str| line.bytes().filter(|byte| *byte == self.separator).count();
        let Some(first) = lines.first() else { return false };
        let count = separators(first);
        if count != self.usual {
            return false;
        }
        let is_alike = |line: &&str| self.shape(line) == self.shape(first);
        lines.iter().all(|line| separators(line) == count)
            && (count >= 2 || count == 1 && lines.iter().all(is_alike))
    }

    /// The first cell of a line, its digits and letters apart: two codes have one shape.
    fn shape(&self, line: &str) -> String {
        let first = line.split(char::from(self.separator)).next().unwrap_or_default();
        let kind = |c: char| match c {
            c if c.is_ascii_digit() => '9',
            c if c.is_alphabetic() => 'A',
            c => c,
        };
        first.trim().chars().map(kind).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> (String, usize) {
        let quoted = quote_strays(text, b';');
        (quoted.text.into_owned(), quoted.strays.len())
    }

    #[test]
    fn what_is_quoted_rightly_stays_as_it_is() {
        for text in [
            "a;\"b\nc\";d\n1;\"2;3\";4\n",
            "a;\"b \"\"c\"\"\"\n",
            "\"a\";\"b\" ;c\n",
            "a;b\n1;\"x;y\nz\";2\n",
            "a;b\"c\"\n",
            "a;\"\"\n",
        ] {
            assert_eq!(quoted(text), (text.to_owned(), 0), "{text}");
        }
    }

    #[test]
    fn a_mark_that_is_not_closed_is_a_character() {
        for (text, expected, strays) in [
            // Never closed, closed by one within a cell, and by one that ends a cell of another row.
            ("1;\"a;b\n2;c;d\n", "1;\"\"\"a\";b\n2;c;d\n", 1),
            ("1;\"a;b\n2;\"c;d\n", "1;\"\"\"a\";b\n2;\"\"\"c\";d\n", 2),
            ("1A;\"a;b\n2B;c\";d\n", "1A;\"\"\"a\";b\n2B;c\";d\n", 1),
            ("1A;\"a\n2B;c\"\n", "1A;\"\"\"a\"\n2B;c\"\n", 1),
            ("1;\"a\" b;c\n", "1;\"\"\"a\"\" b\";c\n", 0),
        ] {
            assert_eq!(quoted(text), (expected.to_owned(), strays), "{text}");
        }
    }
}
