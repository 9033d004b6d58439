//! A mailbox: mails one after the other, each begun by a "From " line (RFC 4155), read as they come.
//!
//! Which line begins a mail is not certain in this format: one that follows a blank line, or that
//! has a date, and that a header follows. Lines of a mail that begin so are quoted by `>` ("mboxrd") and unquoted here.

use super::{Intake, Place, too_large};
use crate::files::{self, Regular};
use std::io::{self, BufRead, BufReader, Read as _};
use std::ops::ControlFlow;

/// Longest piece of a line in memory.
const PIECE: u64 = 1 << 20;

/// A mail that is being read.
#[derive(Default)]
struct Open {
    bytes: Vec<u8>,
    number: usize,
    too_large: bool,
}

impl Intake<'_> {
    /// Takes the mails of a mailbox of the disk. It is read no further than it went at first; when
    /// it changed meanwhile, its last mail may be half a mail and is not taken.
    pub(super) fn mailbox_file(&mut self, place: &Place, mut file: Regular) -> ControlFlow<()> {
        let read = match file.content() {
            Ok(content) => self.mails(place, BufReader::new(content))?,
            Err(error) => Err(error),
        };
        let last = match (read, file.unchanged()) {
            (Ok(last), Ok(())) => last,
            (Err(error), _) => {
                self.lost(&place.label, files::reason(&error));
                None
            }
            (_, Err(_)) => {
                self.lost(
                    &place.label,
                    "la boîte a changé pendant la lecture : son dernier message n'est pas pris, \
                     l'ajouter de nouveau",
                );
                None
            }
        };
        match last {
            Some(own) => self.one_of(place, own),
            None => ControlFlow::Continue(()),
        }
    }

    /// Takes the mails of a mailbox that was in something else.
    pub(super) fn mailbox_bytes(&mut self, place: &Place, bytes: &[u8]) -> ControlFlow<()> {
        match self.mails(place, bytes)? {
            Ok(Some(last)) => self.one_of(place, last),
            _ => ControlFlow::Continue(()),
        }
    }

    /// Takes all mails but the last, and gives that.
    fn mails(
        &mut self,
        place: &Place,
        mut reader: impl BufRead,
    ) -> ControlFlow<(), io::Result<Option<Open>>> {
        let mut open: Option<Open> = None;
        let mut number = 0;
        // A line that may begin a mail: the next one decides.
        let mut candidate: Option<Vec<u8>> = None;
        let mut after_blank = true;
        let mut line_start = true;
        let mut piece = Vec::new();
        loop {
            piece.clear();
            match reader.by_ref().take(PIECE).read_until(b'\n', &mut piece) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => return ControlFlow::Continue(Err(error)),
            }
            if let Some(from) = candidate.take() {
                if is_field(&piece) {
                    number += 1;
                    if let Some(own) = open.replace(Open { number, ..Open::default() }) {
                        self.one_of(place, own)?;
                    }
                } else {
                    self.append(&mut open, &from);
                }
            }
            let blank = line_start && matches!(piece.as_slice(), b"\n" | b"\r\n");
            let begins = piece.starts_with(b"From ") && (after_blank || is_dated(&piece));
            if line_start && begins && piece.ends_with(b"\n") {
                candidate = Some(std::mem::take(&mut piece));
                after_blank = false;
                continue;
            }
            let quoted = line_start && is_quoted(&piece);
            self.append(&mut open, piece.get(usize::from(quoted)..).unwrap_or_default());
            line_start = piece.ends_with(b"\n");
            after_blank = blank;
        }
        if let Some(from) = candidate {
            self.append(&mut open, &from);
        }
        if open.is_none() {
            self.lost(&place.label, "aucun message n'a été trouvé dans cette boîte");
        }
        ControlFlow::Continue(Ok(open))
    }

    fn append(&self, open: &mut Option<Open>, piece: &[u8]) {
        let Some(open) = open else { return };
        if open.too_large || (open.bytes.len() + piece.len()) as u64 > self.limits.file {
            open.too_large = true;
            open.bytes = Vec::new();
        } else {
            open.bytes.extend_from_slice(piece);
        }
    }

    fn one_of(&mut self, place: &Place, open: Open) -> ControlFlow<()> {
        let Open { mut bytes, number, too_large: large } = open;
        let within = place.within(&format!("message {number}"));
        if large {
            self.lost(&within.label, too_large(self.limits.file));
            return ControlFlow::Continue(());
        }
        // The blank line before the next mail belongs to the mailbox.
        if bytes.ends_with(b"\r\n\r\n") {
            bytes.truncate(bytes.len() - 2);
        } else if bytes.ends_with(b"\n\n") {
            bytes.pop();
        }
        let nested = place.mail.is_some() || place.archives > 0;
        if !nested {
            self.source.name(&within.label);
        }
        let flow = self.mail(within, bytes);
        if !nested {
            self.finish_file();
        }
        flow
    }
}

/// Whether a line ends with the moment of a delivery, as in "Mon Dec  7 10:00:00 2026".
fn is_dated(line: &[u8]) -> bool {
    let all_digits = |word: &[u8]| word.iter().all(u8::is_ascii_digit);
    let is_time = |word: &[u8]| {
        word.len() == 8
            && word.split(|byte| *byte == b':').all(|own| own.len() == 2 && all_digits(own))
    };
    let words = || line.split(u8::is_ascii_whitespace).skip(2);
    words().any(is_time) && words().any(|word| word.len() == 4 && all_digits(word))
}

/// Whether a line is a field of a header (RFC 5322, 2.2).
fn is_field(line: &[u8]) -> bool {
    let name = line.iter().take_while(|byte| byte.is_ascii_graphic() && **byte != b':').count();
    name > 0 && line.get(name) == Some(&b':')
}

/// Whether a line got a mark because it began with "From ".
fn is_quoted(line: &[u8]) -> bool {
    let marks = line.iter().take_while(|byte| **byte == b'>').count();
    marks > 0 && line.get(marks..).is_some_and(|rest| rest.starts_with(b"From "))
}
