//! Words of PDF's syntax where none should be: in the data of a stream, in a string.
//!
//! A reader that finds a file damaged, by a rule of its own, looks for objects word by word and finds
//! those that are hidden in others. So none may be: `12 0 obj`, `endobj`, `endstream`, `startxref`,
//! `trailer` stand where the strict reading found them, and nowhere else.

use super::fault::{Fault, What};
use super::syntax::is_space;
use std::collections::BTreeSet;

/// Words that end an object.
const OBJECT: [&[u8]; 2] = [b"endobj", b"endstream"];
/// Words behind a table.
const TABLE: [&[u8]; 2] = [b"startxref", b"trailer"];

/// Where words of syntax may stand.
#[derive(Debug, Default)]
pub(super) struct Places {
    begins: BTreeSet<usize>,
    words: BTreeSet<usize>,
}

impl Places {
    /// Notes an object from its first octet to past its last one.
    pub(super) fn object(&mut self, file: &[u8], from: usize, to: usize) {
        self.begins.insert(from);
        self.add(file, from, to, OBJECT);
    }

    /// Notes a table with its trailer; one that is a stream is an object too.
    pub(super) fn table(&mut self, file: &[u8], from: usize, to: usize) {
        self.object(file, from, to);
        self.add(file, from, to, TABLE);
    }

    fn add(&mut self, file: &[u8], from: usize, to: usize, words: [&[u8]; 2]) {
        let own = file.get(from..to).unwrap_or_default();
        // The last of each is its own; one before would be inside.
        for word in words {
            let last = own.windows(word.len()).rposition(|found| found == word);
            self.words.extend(last.map(|at| from + at));
        }
    }
}

/// Refuses a file in which such a word stands elsewhere.
pub(super) fn none(file: &[u8], places: &Places) -> Result<(), Fault> {
    let mut at = 0;
    while let Some(next) = file.get(at..).and_then(|rest| rest.iter().position(is_of_interest)) {
        at += next;
        let rest = file.get(at..).unwrap_or_default();
        let mut words = OBJECT.iter().chain(&TABLE);
        let word = words.any(|word| rest.starts_with(word)) && !places.words.contains(&at);
        let object = rest.starts_with(b"obj")
            && header(file, at).is_some_and(|begin| !places.begins.contains(&begin));
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

/// Where the two numbers before `obj` begin, if there are two.
fn header(file: &[u8], word: usize) -> Option<usize> {
    let before = |mut at: usize, may: fn(u8) -> bool| {
        while at > 0 && file.get(at - 1).is_some_and(|own| may(*own)) {
            at -= 1;
        }
        at
    };
    let digit = |own: u8| own.is_ascii_digit();
    let space = |own: u8| is_space(own) || matches!(own, 0 | 0x0c);
    let generation = before(word, space);
    let number = before(generation, digit);
    let gap = before(number, space);
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
        places.object(file, 0, 19);
        places.object(file, 20, file.len());
        assert_eq!(none(file, &places), Ok(()));
        for hidden in ["(endobj)", "(9 0 obj)", "(9\0 0 obj)", "(startxref)", "(\ntrailer)"] {
            let file = format!("1 0 obj\n{hidden}\nendobj");
            let mut places = Places::default();
            places.object(file.as_bytes(), 0, file.len());
            let what = none(file.as_bytes(), &places).map_err(|fault| fault.what);
            assert_eq!(what, Err(What::Echo), "{hidden}");
        }
    }
}
