//! Mails and mailboxes: the attachments of each, with the mail that brought them.

use super::{Intake, Item, MailOf, last_part, plain};
use crate::archive::kind::Kind;
use crate::files;
use mailparse::{MailHeaderMap as _, ParsedMail, parse_mail};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// Multiparts of one mail: parsing them goes as deep as they are nested.
const MULTIPARTS: usize = 128;
/// Below this many octets an inline picture is a logo, when something else is attached.
const LOGO: usize = 20_000;
/// Message-IDs kept of a thread.
const THREAD: usize = 50;

/// A part that may be a return.
struct Part {
    name: String,
    bytes: Vec<u8>,
    inline: bool,
}

impl Intake<'_> {
    /// Takes the attachments of a mail; one without any is given on itself, for a person.
    pub(super) fn mail(
        &mut self,
        label: &str,
        name: String,
        bytes: Vec<u8>,
        outer: Option<&Arc<MailOf>>,
        depth: usize,
    ) -> ControlFlow<()> {
        let whole = |bytes: Vec<u8>, mail: Option<Arc<MailOf>>| Item {
            label: label.to_owned(),
            name: name.clone(),
            bytes,
            kind: Kind::Mail,
            mail,
        };
        if multiparts(&bytes) > MULTIPARTS {
            self.trouble(label, "message fait de trop de parties : à ouvrir à la main");
            return (self.take)(whole(bytes, None));
        }
        let Ok(parsed) = parse_mail(&bytes) else {
            self.trouble(label, "message abîmé");
            return (self.take)(whole(bytes, None));
        };
        let mut parts = Vec::new();
        collect(&parsed, &mut parts);
        let about = about(&parsed);
        drop(parsed);
        let serious = |part: &Part| !(part.inline && part.bytes.len() < LOGO);
        if parts.iter().any(serious) {
            parts.retain(serious);
        }
        if parts.is_empty() {
            let own = Arc::new(MailOf { raw: Vec::new(), ..about });
            return (self.take)(whole(bytes, Some(own)));
        }
        // The outermost mail is kept: it holds the others.
        let own = match outer {
            Some(outer) => Arc::clone(outer),
            None => Arc::new(MailOf { raw: bytes, ..about }),
        };
        for part in parts {
            let label = format!("{label} › {}", part.name);
            self.bytes(&label, part.name, part.bytes, Some(&own), depth + 1)?;
        }
        ControlFlow::Continue(())
    }

    /// Takes the mails of a mailbox, one after the other.
    pub(super) fn mailbox(&mut self, label: &str, path: &Path) -> ControlFlow<()> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) => {
                self.trouble(label, &files::reason(&error));
                return ControlFlow::Continue(());
            }
        };
        let mut reader = BufReader::new(file);
        let mut number = 0;
        let mut message: Option<Vec<u8>> = None;
        let mut line = Vec::new();
        let mut after_blank = true;
        loop {
            line.clear();
            // A line that never ends is read in pieces, so that it cannot fill the memory.
            let read = std::io::Read::take(&mut reader, 1 << 20).read_until(b'\n', &mut line);
            match read {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    self.trouble(label, &files::reason(&error));
                    break;
                }
            }
            if after_blank && line.starts_with(b"From ") {
                if let Some(own) = message.replace(Vec::new()) {
                    number += 1;
                    self.one_of(label, number, own)?;
                }
            } else if let Some(own) = &mut message {
                // mboxrd: a line of the mail that began with From got a mark more.
                let marks = line.iter().take_while(|byte| **byte == b'>').count();
                let quoted =
                    marks > 0 && line.get(marks..).is_some_and(|own| own.starts_with(b"From "));
                own.extend_from_slice(line.get(usize::from(quoted)..).unwrap_or_default());
                if own.len() as u64 > self.limits.file {
                    self.trouble(
                        &format!("{label} › message {}", number + 1),
                        "message trop grand",
                    );
                    number += 1;
                    message = None;
                }
            }
            after_blank = line == b"\n" || line == b"\r\n";
        }
        if let Some(own) = message {
            self.one_of(label, number + 1, own)?;
        }
        ControlFlow::Continue(())
    }

    fn one_of(&mut self, label: &str, number: usize, mut bytes: Vec<u8>) -> ControlFlow<()> {
        // The blank line before the next one belongs to the mailbox.
        if bytes.ends_with(b"\n\n") {
            bytes.pop();
        } else if bytes.ends_with(b"\r\n\r\n") {
            bytes.truncate(bytes.len() - 2);
        }
        let label = format!("{label} › message {number}");
        self.mail(&label, format!("message {number}"), bytes, None, 1)
    }
}

/// How many multiparts a mail announces.
fn multiparts(bytes: &[u8]) -> usize {
    const WORD: &[u8] = b"multipart/";
    bytes.windows(WORD.len()).filter(|own| own.eq_ignore_ascii_case(WORD)).count()
}

fn about(mail: &ParsedMail<'_>) -> MailOf {
    let headers = &mail.headers;
    let value = |name: &str| headers.get_first_value(name).map(|own| plain(&own));
    let ids = |name: &str| -> Vec<String> {
        let text = value(name).unwrap_or_default();
        let words = text.split_whitespace().filter(|word| word.contains('@'));
        words.map(str::to_owned).take(THREAD).collect()
    };
    MailOf {
        raw: Vec::new(),
        from: value("From").unwrap_or_default(),
        date: value("Date").unwrap_or_default(),
        subject: value("Subject").unwrap_or_default(),
        message_id: ids("Message-ID").into_iter().next(),
        in_reply_to: ids("In-Reply-To").into_iter().next(),
        references: ids("References"),
    }
}

/// The parts that may be returns: what has a name, and what is no text.
fn collect(mail: &ParsedMail<'_>, parts: &mut Vec<Part>) {
    if !mail.subparts.is_empty() {
        return mail.subparts.iter().for_each(|part| collect(part, parts));
    }
    let kind = mail.ctype.mimetype.to_ascii_lowercase();
    let disposition = mail.get_content_disposition();
    let named = disposition.params.get("filename").or_else(|| mail.ctype.params.get("name"));
    let text = kind.starts_with("text/") || kind.starts_with("multipart/");
    if text && named.is_none() {
        return;
    }
    let signature = ["application/pkcs7-signature", "application/x-pkcs7-signature"];
    if signature.contains(&kind.as_str()) || kind == "message/delivery-status" {
        return;
    }
    let Ok(bytes) = mail.get_body_raw() else { return };
    let name = named.map_or_else(
        || match kind.as_str() {
            "message/rfc822" => "message joint".to_owned(),
            _ => format!("pièce {}", parts.len() + 1),
        },
        |own| last_part(own),
    );
    let inline = matches!(disposition.disposition, mailparse::DispositionType::Inline)
        && kind.starts_with("image/");
    parts.push(Part { name, bytes, inline });
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, walk};
    use super::*;
    use std::io::Write as _;

    fn taken(name: &str, bytes: &[u8]) -> (Vec<Item>, usize) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::OpenOptions::new()
            .create_new(true)
            .write(true)
            .open(&path)
            .unwrap()
            .write_all(bytes)
            .unwrap();
        let mut items = Vec::new();
        let troubles = walk(&path, &Limits::default(), &mut |item| {
            items.push(item);
            ControlFlow::Continue(())
        });
        (items, troubles.len())
    }

    fn mail(name: &str, body: &str) -> String {
        format!(
            "From: a@b\r\nTo: c@d\r\nSubject: Re\r\nIn-Reply-To: <x@y>\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=\"q\"\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\n\
             Bonjour\r\n--q\r\nContent-Type: application/pdf; name=\"{name}\"\r\n\r\n{body}\r\n--q--\r\n"
        )
    }

    #[test]
    fn the_attachments_of_each_mail_are_taken() {
        let one = mail("../../lettre.pdf", "%PDF-1.7 one");
        let (items, troubles) = taken("a.eml", one.as_bytes());
        assert_eq!((items.len(), troubles), (1, 0));
        assert_eq!((items[0].name.as_str(), items[0].kind), ("lettre.pdf", Kind::Pdf));
        assert_eq!(items[0].mail.as_ref().unwrap().in_reply_to.as_deref(), Some("<x@y>"));
        assert_eq!(items[0].mail.as_ref().unwrap().raw, one.as_bytes());
        let two = mail("b.pdf", "%PDF-1.7 two");
        let mbox = format!("From a@b now\r\n{one}\r\nFrom a@b now\r\n{two}");
        let (items, _) = taken("a.mbox", mbox.as_bytes());
        let labels: Vec<&str> = items.iter().map(|item| item.name.as_str()).collect();
        assert_eq!(labels, ["lettre.pdf", "b.pdf"]);
        assert_eq!(items[0].mail.as_ref().unwrap().raw, one.as_bytes(), "as in the mailbox");
    }

    #[test]
    fn a_mail_that_says_nothing_is_for_a_person_and_one_that_nests_too_deep_too() {
        let (items, _) = taken("a.eml", b"From: a@b\r\nTo: c@d\r\nSubject: x\r\n\r\nBonjour\r\n");
        assert_eq!((items.len(), items[0].kind), (1, Kind::Mail));
        let mut deep = "From: a@b\r\nSubject: x\r\nMIME-Version: 1.0\r\n".to_owned();
        for level in 0..5_000 {
            deep.push_str(&format!(
                "Content-Type: multipart/mixed; boundary=\"b{level}\"\r\n\r\n--b{level}\r\n"
            ));
        }
        let (items, troubles) = taken("a.eml", deep.as_bytes());
        assert_eq!((items.len(), items[0].kind, troubles), (1, Kind::Mail, 1));
    }
}
