//! A relay's reply (RFC 5321, 4.2): a code, lines, and often an enhanced code (RFC 3463).

use std::fmt;

/// Longest reply that is read; the standard's lines are 512 octets each (RFC 5321, 4.5.3.1.5).
const LONGEST: usize = 8 * 1024;

/// A whole reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// The text of each line, printable.
    pub lines: Vec<String>,
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
        let first = self.lines.first()?.split_whitespace().next()?;
        let mut parts = first.split('.');
        let class: u8 = parts.next()?.parse().ok().filter(|class| matches!(class, 2 | 4 | 5))?;
        let subject = parts.next()?.parse().ok()?;
        let detail = parts.next()?.parse().ok()?;
        parts.next().is_none().then_some((class, subject, detail))
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

/// As the relay wrote it, on one line.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        for (index, line) in self.lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
            write!(f, "{}{line}", if index == 0 { " " } else { " / " })?;
        }
        Ok(())
    }
}

/// As much of a text as a screen or an account has room for.
pub fn short(text: &str) -> String {
    const MOST: usize = 400;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Octets that a person may see: control characters become spaces, other encodings are marked.
pub fn printable(octets: &[u8]) -> String {
    let text = String::from_utf8_lossy(octets);
    let plain = |c: char| if c.is_control() || is_direction(c) { ' ' } else { c };
    text.chars().map(plain).collect::<String>().trim_end().to_owned()
}

/// Marks that turn the direction of a text.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Reads one reply from the start of what has arrived.
pub fn parse(octets: &[u8]) -> Parsed {
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
            return Parsed::Whole(Reply { code: number, lines }, at);
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

    fn whole(text: &str) -> Reply {
        match parse(text.as_bytes()) {
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
        assert_eq!(parse(b"250 2.0.0 Ok: que"), Parsed::Partial);
        assert_eq!(parse(b""), Parsed::Partial);
        for garbage in
            [&b"25x"[..], b"HTTP/1.1 400\r\n", b"250?\r\n", b"250-a\r\n550 b\r\n", b"999 a\r\n"]
        {
            assert_eq!(parse(garbage), Parsed::Garbage, "{garbage:?}");
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
            if let Parsed::Whole(_, length) = parse(&octets) {
                prop_assert!(length <= octets.len());
            }
        }

        #[test]
        fn a_cut_reply_is_never_taken_for_a_whole_one(text in "[ -~]{0,40}", cut in 0usize..40) {
            let sent = format!("250-first\r\n250 {text}\r\n");
            let cut = cut.min(sent.len() - 1);
            let whole = matches!(parse(&sent.as_bytes()[..cut]), Parsed::Whole(..));
            prop_assert!(!whole, "cut at {}", cut);
        }
    }
}
