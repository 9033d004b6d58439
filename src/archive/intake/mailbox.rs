//! A mailbox: mails one after the other, each after a "From " line (RFC 4155), read in pieces.
//!
//! The format does not say for certain which line begins a mail. Here it is one that follows a blank
//! line or has a date, if a header follows it. Lines of a mail that begin with "From " are quoted with
//! `>` ("mboxrd"); they are unquoted here.
//!
//! `mail::control_copy` reads mailboxes too, for the copies of what was sent; it says why the two share no code.

use super::walk::{Intake, ItemLocation, too_large};
use crate::files::{self, RegularFile};
use std::io::{self, BufRead, BufReader, Read as _};
use std::ops::ControlFlow;

/// Longest piece of a line that is read at once.
const CHUNK_SIZE: u64 = 1 << 20;

/// A mail that is being read.
#[derive(Default)]
struct PartialMail {
    bytes: Vec<u8>,
    number: usize,
    too_large: bool,
}

impl Intake<'_> {
    /// Takes the mails of a mailbox on the disk. Nothing is read beyond its first length. If the file
    /// changes meanwhile, its last mail may be incomplete and is not taken.
    pub(super) fn mailbox_file(
        &mut self,
        location: &ItemLocation,
        mut file: RegularFile,
    ) -> ControlFlow<()> {
        let read = match file.content() {
            Ok(content) => self.mails(location, BufReader::new(content))?,
            Err(error) => Err(error),
        };
        let last = match (read, file.unchanged()) {
            (Ok(last), Ok(())) => last,
            (Err(error), _) => {
                self.lost(&location.label, files::reason(&error));
                None
            }
            (_, Err(_)) => {
                self.lost(
                    &location.label,
                    "la boîte a changé pendant la lecture : son dernier message n'est pas pris, \
                     l'ajouter de nouveau",
                );
                None
            }
        };
        match last {
            Some(last) => self.take_mail(location, last),
            None => ControlFlow::Continue(()),
        }
    }

    /// Takes the mails of a mailbox in memory.
    pub(super) fn mailbox_bytes(
        &mut self,
        location: &ItemLocation,
        bytes: &[u8],
    ) -> ControlFlow<()> {
        match self.mails(location, bytes)? {
            Ok(Some(last)) => self.take_mail(location, last),
            _ => ControlFlow::Continue(()),
        }
    }

    /// Takes all mails but the last, which it returns.
    fn mails(
        &mut self,
        location: &ItemLocation,
        mut reader: impl BufRead,
    ) -> ControlFlow<(), io::Result<Option<PartialMail>>> {
        let mut open: Option<PartialMail> = None;
        let mut number = 0;
        // A line that may begin a mail; the next line decides.
        let mut candidate: Option<Vec<u8>> = None;
        let mut after_blank = true;
        let mut line_start = true;
        let mut piece = Vec::new();
        loop {
            piece.clear();
            match reader.by_ref().take(CHUNK_SIZE).read_until(b'\n', &mut piece) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => return ControlFlow::Continue(Err(error)),
            }
            if let Some(from) = candidate.take() {
                if is_field(&piece) {
                    number += 1;
                    if let Some(mail) =
                        open.replace(PartialMail { number, ..PartialMail::default() })
                    {
                        self.take_mail(location, mail)?;
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
            self.lost(&location.label, "aucun message n'a été trouvé dans cette boîte");
        }
        ControlFlow::Continue(Ok(open))
    }

    fn append(&self, open: &mut Option<PartialMail>, piece: &[u8]) {
        let Some(open) = open else { return };
        if open.too_large || (open.bytes.len() + piece.len()) as u64 > self.limits.file {
            open.too_large = true;
            open.bytes = Vec::new();
        } else {
            open.bytes.extend_from_slice(piece);
        }
    }

    fn take_mail(&mut self, location: &ItemLocation, open: PartialMail) -> ControlFlow<()> {
        let PartialMail { mut bytes, number, too_large: is_too_large } = open;
        let inner = location.within(&format!("message {number}"));
        if is_too_large {
            self.lost(&inner.label, too_large(self.limits.file));
            return ControlFlow::Continue(());
        }
        // The blank line before the next mail belongs to the mailbox.
        if bytes.ends_with(b"\r\n\r\n") {
            bytes.truncate(bytes.len() - 2);
        } else if bytes.ends_with(b"\n\n") {
            bytes.pop();
        }
        let is_nested = location.mail.is_some() || location.archives > 0;
        if !is_nested {
            self.source.name(&inner.label);
        }
        let flow = self.mail(inner, bytes);
        if !is_nested {
            self.finish_file();
        }
        flow
    }
}

/// Whether a line ends with a date of delivery, as in "Mon Dec  7 10:00:00 2026".
fn is_dated(line: &[u8]) -> bool {
    let all_digits = |word: &[u8]| word.iter().all(u8::is_ascii_digit);
    let is_time = |word: &[u8]| {
        word.len() == 8
            && word.split(|byte| *byte == b':').all(|part| part.len() == 2 && all_digits(part))
    };
    let words = || line.split(u8::is_ascii_whitespace).skip(2);
    words().any(is_time) && words().any(|word| word.len() == 4 && all_digits(word))
}

/// Whether a line is a field of a header (RFC 5322, 2.2).
fn is_field(line: &[u8]) -> bool {
    let name = line.iter().take_while(|byte| byte.is_ascii_graphic() && **byte != b':').count();
    name > 0 && line.get(name) == Some(&b':')
}

/// Whether a line is quoted because it begins with "From ".
fn is_quoted(line: &[u8]) -> bool {
    let marks = line.iter().take_while(|byte| **byte == b'>').count();
    marks > 0 && line.get(marks..).is_some_and(|rest| rest.starts_with(b"From "))
}
