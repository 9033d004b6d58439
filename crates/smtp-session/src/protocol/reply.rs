//! A server's reply (RFC 5321, 4.2): a code, lines, and often an enhanced code (RFC 3463).
//!
//! Every text of a server enters here and nowhere else, so it is redacted here ([`super::redact`]).

use super::enhanced_code::{self, EnhancedCode};
use super::redact::{Redactor, printable};
use std::fmt;

/// Longest reply that is read, in octets; a line of the standard has 512 (RFC 5321, 4.5.3.1.5).
const LONGEST: usize = 8 * 1024;
/// Characters of a reply on one line.
const LINE: usize = 1000;
/// Most characters that are kept of an incomplete reply.
const PART: usize = 400;

/// A whole reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Three digits, from 200 to 599.
    pub code: u16,
    /// The text of each line, redacted.
    pub lines: Vec<String>,
    /// The enhanced code, read from the original lines.
    enhanced: Option<EnhancedCode>,
    words: Words,
}

/// The original lines. Nothing prints them: they may repeat a secret.
#[derive(Clone, PartialEq, Eq)]
struct Words(Vec<String>);

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words")
    }
}

/// The first digit of a code (RFC 5321, 4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyClass {
    /// 2yz: the command was done.
    Positive,
    /// 3yz: the server waits for more. Any other code counts as this class.
    Intermediate,
    /// 4yz: not now.
    Transient,
    /// 5yz: no.
    Permanent,
}

/// The result of parsing the octets that have arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// A reply and its length in octets.
    Whole(Reply, usize),
    /// The beginning of one.
    Partial,
    /// No reply.
    Garbage,
}

impl Reply {
    /// A reply without redaction, for tests and simulations.
    pub fn from_lines(code: u16, lines: Vec<String>) -> Self {
        Self::new(code, lines, &Redactor::default())
    }

    /// A reply of a server; its shown lines are redacted.
    pub(crate) fn new(code: u16, lines: Vec<String>, redactor: &Redactor) -> Self {
        let first = lines.first().and_then(|line| line.split_whitespace().next());
        let enhanced = first.and_then(enhanced_code::parse);
        Self { code, enhanced, lines: redactor.lines(lines.clone()), words: Words(lines) }
    }

    /// The original lines: for decisions, never to be shown or stored.
    pub(crate) fn words(&self) -> &[String] {
        &self.words.0
    }

    /// The class of its code.
    pub fn class(&self) -> ReplyClass {
        match self.code / 100 {
            2 => ReplyClass::Positive,
            4 => ReplyClass::Transient,
            5 => ReplyClass::Permanent,
            _ => ReplyClass::Intermediate,
        }
    }

    /// Whether the command was done (2yz).
    pub fn is_positive(&self) -> bool {
        self.class() == ReplyClass::Positive
    }

    /// Whether the command may succeed later (4yz).
    pub fn is_transient(&self) -> bool {
        self.class() == ReplyClass::Transient
    }

    /// Whether the command will not succeed as it is (5yz).
    pub fn is_permanent(&self) -> bool {
        self.class() == ReplyClass::Permanent
    }

    /// The enhanced code: `5.7.1` of `550 5.7.1 …`.
    pub fn enhanced(&self) -> Option<EnhancedCode> {
        self.enhanced
    }

    /// Subject and detail of the enhanced code.
    pub(crate) fn subject_and_detail(&self) -> Option<(u16, u16)> {
        self.enhanced.map(|code| (code.subject, code.detail))
    }

    /// Whether the server says that too much is sent too fast, or that it is out of service.
    pub fn is_throttle(&self) -> bool {
        let slow = matches!(self.subject_and_detail(), Some((7, _) | (4, 5)));
        matches!(self.code, 421 | 432 | 454) || (self.is_transient() && slow)
    }

    /// Whether the server refuses the size of the message.
    pub fn is_about_size(&self) -> bool {
        let size = matches!(self.subject_and_detail(), Some((3, 4) | (2, 3)));
        self.is_permanent() && (size || (self.code == 552 && self.enhanced.is_none()))
    }

    /// Whether the server refuses the account (RFC 4954, 6).
    pub fn is_about_account(&self) -> bool {
        matches!(self.code, 530 | 534 | 535 | 538)
    }
}

/// As the server wrote it, on one line, in 1,000 characters at most.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.code.to_string();
        for (index, line) in self.lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
            text.push_str(if index == 0 { " " } else { " / " });
            text.push_str(line);
        }
        f.write_str(&shortened(&text, LINE))
    }
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// The part of an incomplete reply that was received, redacted and on one line.
pub(crate) fn received(octets: &[u8], redactor: &Redactor) -> String {
    let (mut codes, mut lines) = (Vec::new(), Vec::new());
    for line in octets.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let coded = line.len() >= 4
            && line[..3].iter().all(u8::is_ascii_digit)
            && matches!(line[3], b' ' | b'-');
        let (code, text) = line.split_at(if coded { 4 } else { 0 });
        codes.push(printable_code(code));
        lines.push(printable(text));
    }
    if lines.is_empty() {
        return String::new();
    }
    let shown = redactor.cut(lines);
    let parts = codes.iter().zip(&shown).map(|(code, text)| format!("{code}{text}"));
    shortened(parts.collect::<Vec<_>>().join(" / ").trim_end(), PART)
}

fn printable_code(code: &[u8]) -> String {
    code.iter().copied().map(char::from).collect()
}

/// Reads one reply from the start of what has arrived.
pub(crate) fn parse(octets: &[u8], redactor: &Redactor) -> Parsed {
    let mut lines = Vec::new();
    let mut code = None;
    let mut at = 0;
    loop {
        let rest = &octets[at..];
        // What has arrived of a line has to look like the start of one.
        let digits = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
        let begun = rest.len().min(3);
        let fourth = rest.get(3).is_none_or(|byte| matches!(byte, b' ' | b'-' | b'\r' | b'\n'));
        if digits < begun || !fourth || octets.len() > LONGEST {
            return Parsed::Garbage;
        }
        let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
            return Parsed::Partial;
        };
        let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        let (Some(number), true) = (number(line), line.len() >= 3) else {
            return Parsed::Garbage;
        };
        if *code.get_or_insert(number) != number || !(200..600).contains(&number) {
            return Parsed::Garbage;
        }
        lines.push(printable(line.get(4..).unwrap_or_default()));
        at += end + 1;
        if line.get(3) != Some(&b'-') {
            return Parsed::Whole(Reply::new(number, lines, redactor), at);
        }
    }
}

fn number(line: &[u8]) -> Option<u16> {
    std::str::from_utf8(line.get(..3)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(octets: &[u8]) -> Parsed {
        parse(octets, &Redactor::default())
    }

    fn whole(text: &str) -> Reply {
        match read(text.as_bytes()) {
            Parsed::Whole(reply, length) if length == text.len() => reply,
            other => panic!("{text:?}: {other:?}"),
        }
    }

    #[test]
    fn replies_are_read_whole_or_not_at_all() {
        let reply = whole("250-2.0.0 one\r\n250 two\r\n");
        assert_eq!(reply.to_string(), "250 2.0.0 one / two");
        let success = EnhancedCode { class: 2, subject: 0, detail: 0 };
        assert_eq!(reply.enhanced(), Some(success));
        assert_eq!(whole("354\r\n").to_string(), "354");
        assert_eq!(read(b"250 2.0.0 Ok: que"), Parsed::Partial);
        assert_eq!(read(b""), Parsed::Partial);
        for garbage in
            [&b"25x"[..], b"HTTP/1.1 400\r\n", b"250?\r\n", b"250-a\r\n550 b\r\n", b"999 a\r\n"]
        {
            assert_eq!(read(garbage), Parsed::Garbage, "{garbage:?}");
        }
        assert!(whole("450 4.7.1 too much\r\n").is_throttle());
        assert!(!whole("450 4.2.0 greylisted\r\n").is_throttle());
        assert!(whole("552 5.3.4 too big\r\n").is_about_size());
        assert!(!whole("552 5.2.2 mailbox full\r\n").is_about_size());
        assert_eq!(whole("550 a\u{1b}[2J\u{202e}b\r\n").lines, ["a [2J b"]);
    }

    proptest! {
        #[test]
        fn no_answer_breaks_the_reader(octets in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Parsed::Whole(_, length) = read(&octets) {
                prop_assert!(length <= octets.len());
            }
        }

        #[test]
        fn a_cut_reply_is_never_taken_for_a_whole_one(text in "[ -~]{0,40}", cut in 0usize..40) {
            let sent = format!("250-first\r\n250 {text}\r\n");
            let cut = cut.min(sent.len() - 1);
            let whole = matches!(read(&sent.as_bytes()[..cut]), Parsed::Whole(..));
            prop_assert!(!whole, "cut at {}", cut);
        }
    }
}
