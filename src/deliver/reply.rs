//! A relay's reply (RFC 5321, 4.2): a code, lines, and often an enhanced code (RFC 3463).
//!
//! This is the only way by which a relay's words come in, so it is here that they are made fit to be
//! shown (see [`super::redact`]).

use super::redact::{Redactor, printable};
use std::fmt;

/// Longest reply that is read; the standard's lines are 512 octets each (RFC 5321, 4.5.3.1.5).
const LONGEST: usize = 8 * 1024;

/// A whole reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// The text of each line, fit to be shown.
    pub lines: Vec<String>,
    /// The enhanced code, as it came.
    enhanced: Option<(u8, u16, u16)>,
    words: Words,
}

/// The lines as they came, which nothing prints: they may repeat a secret.
#[derive(Clone, PartialEq, Eq)]
struct Words(Vec<String>);

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words")
    }
}

/// What the first octets of an answer are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// A reply and its length.
    Whole(Reply, usize),
    /// The beginning of one.
    Partial,
    /// No reply at all.
    Garbage,
}

impl Reply {
    /// What a relay said; nothing of a secret is left in what is shown of it.
    pub(super) fn new(code: u16, lines: Vec<String>, redactor: &Redactor) -> Self {
        let first = lines.first().and_then(|line| line.split_whitespace().next());
        let enhanced = first.and_then(enhanced);
        Self { code, enhanced, lines: redactor.lines(lines.clone()), words: Words(lines) }
    }

    /// The lines as they came, to decide by, never to be shown or kept.
    pub(super) fn words(&self) -> &[String] {
        &self.words.0
    }

    /// 2xx.
    pub fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// 4xx.
    pub fn is_transient(&self) -> bool {
        self.code / 100 == 4
    }

    /// 5xx.
    pub fn is_permanent(&self) -> bool {
        self.code / 100 == 5
    }

    /// "5.7.1" of "550 5.7.1 …".
    pub fn enhanced(&self) -> Option<(u8, u16, u16)> {
        self.enhanced
    }

    /// Subject and detail of the enhanced code.
    pub fn detail(&self) -> Option<(u16, u16)> {
        self.enhanced().map(|(_, subject, detail)| (subject, detail))
    }

    /// Whether the relay says that too much is sent too fast, or that it is out of service.
    pub fn is_throttle(&self) -> bool {
        let slow = matches!(self.detail(), Some((7, _) | (4, 5)));
        matches!(self.code, 421 | 432 | 454) || (self.is_transient() && slow)
    }

    /// Whether the size is what the relay minds.
    pub fn is_about_size(&self) -> bool {
        let size = matches!(self.detail(), Some((3, 4) | (2, 3)));
        self.is_permanent() && (size || (self.code == 552 && self.detail().is_none()))
    }
}

/// As the relay wrote it, on one line, and no longer than an account has room for.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 1000;
        let mut text = self.code.to_string();
        for (index, line) in self.lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
            text.push_str(if index == 0 { " " } else { " / " });
            text.push_str(line);
        }
        f.write_str(&within(&text, MOST))
    }
}

/// As much of a text as a screen has room for.
pub fn short(text: &str) -> String {
    const MOST: usize = 400;
    within(text, MOST)
}

fn within(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// "5.7.1", of the classes that there are.
pub(super) fn enhanced(word: &str) -> Option<(u8, u16, u16)> {
    let mut parts = word.split('.');
    let class: u8 = parts.next()?.parse().ok().filter(|class| matches!(class, 2 | 4 | 5))?;
    let mut number = || parts.next().filter(|part| part.len() <= 3)?.parse().ok();
    let (subject, detail) = (number()?, number()?);
    parts.next().is_none().then_some((class, subject, detail))
}

/// What has come of a reply that did not come whole, fit to be shown on one line.
pub(super) fn heard(octets: &[u8], redactor: &Redactor) -> String {
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
    short(parts.collect::<Vec<_>>().join(" / ").trim_end())
}

fn printable_code(code: &[u8]) -> String {
    code.iter().copied().map(char::from).collect()
}

/// Reads one reply from the start of what has arrived.
pub(super) fn parse(octets: &[u8], redactor: &Redactor) -> Parsed {
    let mut lines = Vec::new();
    let mut code = None;
    let mut at = 0;
    loop {
        let rest = &octets[at..];
        // What has arrived of a line has to look like one.
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
        assert_eq!(reply.enhanced(), Some((2, 0, 0)));
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
