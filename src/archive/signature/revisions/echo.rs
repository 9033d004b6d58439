//! Words of PDF's syntax where none should be: in the data of a stream, in a string.
//!
//! A reader that finds a file damaged, by a rule of its own, looks for objects word by word and finds
//! those that are hidden in others. So none may be: `12 0 obj`, `endobj`, `endstream`, `startxref`,
//! `trailer` stand where the strict reading found them, and nowhere else.

use super::fault::{Fault, What};
use super::syntax::is_space;
use std::collections::BTreeSet;

/// Words that end an object, and the data of a stream.
const ENDS: [&[u8]; 2] = [b"endobj", b"endstream"];
/// Words behind a table.
const TABLE: [&[u8]; 2] = [b"startxref", b"trailer"];

/// Where words of syntax may stand.
#[derive(Debug, Default)]
pub(super) struct Places {
    begins: BTreeSet<usize>,
    words: BTreeSet<usize>,
}

impl Places {
    /// Notes an object from its first octet to past its last one. A stream has an `endstream`.
    pub(super) fn object(&mut self, file: &[u8], from: usize, to: usize, stream: bool) {
        self.begins.insert(from);
        self.words.insert(to.saturating_sub(ENDS[0].len()));
        if stream {
            self.last(file, from, to, ENDS[1]);
        }
    }

    /// Notes a table in text with its trailer, or the closing lines of one that is a stream.
    pub(super) fn table(&mut self, file: &[u8], from: usize, to: usize, stream: bool) {
        self.last(file, from, to, TABLE[0]);
        let own = file.get(from..to).unwrap_or_default();
        if stream {
            self.begins.insert(from);
            for word in ENDS {
                self.last(file, from, to, word);
            }
        } else if let Some(at) = own.windows(TABLE[1].len()).position(|found| found == TABLE[1]) {
            self.words.insert(from + at);
        }
    }

    fn last(&mut self, file: &[u8], from: usize, to: usize, word: &[u8]) {
        let own = file.get(from..to).unwrap_or_default();
        let last = own.windows(word.len()).rposition(|found| found == word);
        self.words.extend(last.map(|at| from + at));
    }
}

/// Refuses a file in which such a word stands elsewhere.
pub(super) fn none(file: &[u8], places: &Places) -> Result<(), Fault> {
    let mut at = 0;
    while let Some(next) = file.get(at..).and_then(|rest| rest.iter().position(is_of_interest)) {
        at += next;
        let rest = file.get(at..).unwrap_or_default();
        let mut words = ENDS.iter().chain(&TABLE);
        let word = words.any(|word| rest.starts_with(word)) && !places.words.contains(&at);
        let object = rest.starts_with(b"obj")
            && number(file, at)
            && !header(file, at).is_some_and(|begin| places.begins.contains(&begin));
        if word || object {
            return Err(Fault { at, what: What::Echo });
        }
        at += 1;
    }
    Ok(())
}

/// Whether a word may begin with an octet.
fn is_of_interest(byte: &u8) -> bool {
    matches!(byte, b'e' | b's' | b't' | b'o')
}

/// Whether a number stands before a word, whatever signs, spaces and comments stand between: readers
/// differ in which of these they pass over.
fn number(file: &[u8], word: usize) -> bool {
    let mut before = file.get(..word).unwrap_or_default();
    loop {
        let Some((last, rest)) = before.split_last() else { return false };
        if last.is_ascii_digit() {
            return true;
        }
        if !last.is_ascii_alphabetic() {
            before = rest;
            continue;
        }
        // Letters may belong to a comment, which a line end closes.
        let line =
            before.iter().rposition(|own| matches!(own, b'\r' | b'\n')).map_or(0, |at| at + 1);
        let text = before.get(line..).unwrap_or_default();
        match text.iter().position(|own| *own == b'%') {
            Some(at) if line + at < word => before = file.get(..line + at).unwrap_or_default(),
            _ => return false,
        }
    }
}

/// Where the two numbers before `obj` begin, if there are two.
fn header(file: &[u8], word: usize) -> Option<usize> {
    let before = |mut at: usize, may: fn(u8) -> bool| {
        while at > 0 && file.get(at - 1).is_some_and(|own| may(*own)) {
            at -= 1;
        }
        at
    };
    let digit = |own: u8| own.is_ascii_digit();
    let generation = before(word, is_space);
    let number = before(generation, digit);
    let gap = before(number, is_space);
    let begin = before(gap, digit);
    (number < generation && gap < number && begin < gap).then_some(begin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_may_stand_where_something_begins_or_ends() {
        let file = b"1 0 obj\n<<>>\nendobj\n2 0 obj (an obj of obj 3) endobj";
        let mut places = Places::default();
        places.object(file, 0, 19, false);
        places.object(file, 20, file.len(), false);
        assert_eq!(none(file, &places), Ok(()));
        for hidden in [
            "(endobj)",
            "(endstream)",
            "(9 0 obj)",
            "(9\0 0 obj)",
            "(9 0 %\nobj)",
            "(9 0 % a comment\nobj)",
            "(9 +0 obj)",
            "(9 0. obj)",
            "(9 0\x0bobj)",
            "(startxref)",
            "(\ntrailer)",
        ] {
            let file = format!("1 0 obj\n{hidden}\nendobj");
            let mut places = Places::default();
            places.object(file.as_bytes(), 0, file.len(), false);
            let what = none(file.as_bytes(), &places).map_err(|fault| fault.what);
            assert_eq!(what, Err(What::Echo), "{hidden}");
        }
    }
}
