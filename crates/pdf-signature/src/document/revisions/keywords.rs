//! Keywords of PDF's syntax where none should be: in the data of a stream, in a string.
//!
//! A reader that takes a file for damaged, by a rule of its own, searches it for objects keyword by
//! keyword and finds those that are hidden in others. So none may be: `12 0 obj`, `endobj`,
//! `endstream`, `startxref` and `trailer` stand where the strict reading found them, and nowhere
//! else.

use super::ambiguity::{Ambiguity, AmbiguityCause};
use super::cursor::is_space;
use std::collections::BTreeSet;

const END_OBJECT: &[u8] = b"endobj";
const END_STREAM: &[u8] = b"endstream";
const START_XREF: &[u8] = b"startxref";
const TRAILER: &[u8] = b"trailer";

/// Where keywords may stand.
#[derive(Debug, Default)]
pub(crate) struct KeywordPositions {
    /// Where objects begin.
    objects: BTreeSet<usize>,
    /// Where the other keywords stand.
    keywords: BTreeSet<usize>,
}

impl KeywordPositions {
    /// Adds those of an object in `start..end`; a stream has an `endstream`.
    pub(crate) fn add_object(&mut self, file: &[u8], start: usize, end: usize, is_stream: bool) {
        self.objects.insert(start);
        self.keywords.insert(end.saturating_sub(END_OBJECT.len()));
        if is_stream {
            self.add_last(file, start, end, END_STREAM);
        }
    }

    /// Adds those of a table in `start..end`, its closing lines included.
    pub(crate) fn add_table(&mut self, file: &[u8], start: usize, end: usize, is_stream: bool) {
        self.add_last(file, start, end, START_XREF);
        if is_stream {
            self.objects.insert(start);
            for keyword in [END_OBJECT, END_STREAM] {
                self.add_last(file, start, end, keyword);
            }
            return;
        }
        let table = file.get(start..end).unwrap_or_default();
        let first = table.windows(TRAILER.len()).position(|window| window == TRAILER);
        self.keywords.extend(first.map(|at| start + at));
    }

    fn add_last(&mut self, file: &[u8], start: usize, end: usize, keyword: &[u8]) {
        let span = file.get(start..end).unwrap_or_default();
        let last = span.windows(keyword.len()).rposition(|window| window == keyword);
        self.keywords.extend(last.map(|at| start + at));
    }
}

/// Refuses a file in which a keyword stands anywhere else.
pub(crate) fn check_keywords(file: &[u8], known: &KeywordPositions) -> Result<(), Ambiguity> {
    let mut at = 0;
    while let Some(next) = file.get(at..).and_then(|rest| rest.iter().position(may_begin_keyword)) {
        at += next;
        let rest = file.get(at..).unwrap_or_default();
        let mut keywords = [END_OBJECT, END_STREAM, START_XREF, TRAILER].iter();
        let stray =
            keywords.any(|keyword| rest.starts_with(keyword)) && !known.keywords.contains(&at);
        let stray_object = rest.starts_with(b"obj")
            && follows_number(file, at)
            && !object_header(file, at).is_some_and(|start| known.objects.contains(&start));
        if stray || stray_object {
            return Err(Ambiguity { offset: at, cause: AmbiguityCause::StrayKeyword });
        }
        at += 1;
    }
    Ok(())
}

fn may_begin_keyword(byte: &u8) -> bool {
    matches!(byte, b'e' | b's' | b't' | b'o')
}

/// Whether a number stands before a keyword, whatever signs, spaces and comments stand between:
/// readers differ in which of these they skip.
fn follows_number(file: &[u8], keyword: usize) -> bool {
    let mut before = file.get(..keyword).unwrap_or_default();
    loop {
        let Some((last, rest)) = before.split_last() else { return false };
        if last.is_ascii_digit() {
            return true;
        }
        if !last.is_ascii_alphabetic() {
            before = rest;
            continue;
        }
        // Letters may belong to a comment, which ends with its line.
        let line =
            before.iter().rposition(|byte| matches!(byte, b'\r' | b'\n')).map_or(0, |at| at + 1);
        let text = before.get(line..).unwrap_or_default();
        match text.iter().position(|byte| *byte == b'%') {
            Some(at) if line + at < keyword => before = file.get(..line + at).unwrap_or_default(),
            _ => return false,
        }
    }
}

/// Where the two numbers before `obj` begin, if there are two.
fn object_header(file: &[u8], keyword: usize) -> Option<usize> {
    let skip_back = |mut at: usize, accepts: fn(u8) -> bool| {
        while at > 0 && file.get(at - 1).is_some_and(|byte| accepts(*byte)) {
            at -= 1;
        }
        at
    };
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let generation_end = skip_back(keyword, is_space);
    let generation = skip_back(generation_end, is_digit);
    let number_end = skip_back(generation, is_space);
    let number = skip_back(number_end, is_digit);
    let complete = generation < generation_end && number_end < generation && number < number_end;
    complete.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_may_stand_where_something_begins_or_ends() {
        let file = b"1 0 obj\n<<>>\nendobj\n2 0 obj (an obj of obj 3) endobj";
        let mut known = KeywordPositions::default();
        known.add_object(file, 0, 19, false);
        known.add_object(file, 20, file.len(), false);
        assert_eq!(check_keywords(file, &known), Ok(()));
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
            let mut known = KeywordPositions::default();
            known.add_object(file.as_bytes(), 0, file.len(), false);
            let cause =
                check_keywords(file.as_bytes(), &known).map_err(|ambiguity| ambiguity.cause);
            assert_eq!(cause, Err(AmbiguityCause::StrayKeyword), "{hidden}");
        }
    }
}
