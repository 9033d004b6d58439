//! Control copies: mails that a program exported from a mailbox, one a file (`.eml`, Maildir), or many in one
//! (`.mbox`, RFC 4155), each with its name and its attachments.
//!
//! Only headers and attachments are looked at; what a mail quotes proves nothing.
//!
//! `archive::intake::mailbox` reads mailboxes too, and the two share no code. Here a file may be one mail
//! without a "From " line, and every "From " line after a blank one begins a mail: one too many has no
//! Message-ID and costs nothing. There a mail too many would tear a returned letter apart, so the next line
//! has to be a header; all octets are kept, unquoted and counted against a budget.

use super::inspect::{self, Attached};
use crate::files;
use mailparse::MailHeaderMap as _;
use std::io::{self, BufRead, Read as _};

/// Longest mail of which more than its headers is read: above what any relay takes.
const LONGEST: usize = 64 << 20;
/// Longest piece of a line that is read at once.
const PIECE: u64 = 1 << 20;

/// A mail in a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlCopy {
    /// Its Message-ID, angle brackets included.
    pub message_id: String,
    /// Subject of the mail.
    pub subject: String,
    /// Its attachments; none if it cannot be read whole.
    pub attached: Vec<CopiedDocument>,
    /// SHA-256 of the whole mail, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// A document in a control copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedDocument {
    /// Name of the attached file.
    pub name: String,
    /// SHA-256 in lower-case hexadecimal digits.
    pub sha256: String,
    /// The references that the PDF says it is.
    pub keywords: Vec<String>,
}

impl From<&Attached> for CopiedDocument {
    fn from(attached: &Attached) -> Self {
        Self {
            name: attached.name.clone(),
            sha256: files::sha256(&attached.bytes),
            keywords: attached.keywords(),
        }
    }
}

impl ControlCopy {
    /// Reads a mail by itself; none if it has no Message-ID.
    fn read(mail: &[u8]) -> Option<Self> {
        let (headers, _) = mailparse::parse_headers(mail).ok()?;
        let message_id = headers.get_first_value("Message-ID")?.trim().to_owned();
        let subject = headers.get_first_value("Subject").unwrap_or_default();
        let inspected = inspect::inspect(mail).unwrap_or_default();
        let attached = inspected.attached.iter().map(CopiedDocument::from).collect();
        Some(Self { message_id, subject, attached, sha256: files::sha256(mail) })
    }
}

/// The mails in a file that have a Message-ID.
pub fn control_copies(file: impl BufRead) -> io::Result<Vec<ControlCopy>> {
    let mut found = Vec::new();
    each_mail(file, |mail| found.extend(ControlCopy::read(mail)))?;
    Ok(found)
}

/// The octets of one of the mails in a file, by their hash.
pub fn octets_of(file: impl BufRead, sha256: &str) -> io::Result<Option<Vec<u8>>> {
    let mut found = None;
    each_mail(file, |mail| {
        if found.is_none() && files::sha256(mail) == sha256 {
            found = Some(mail.to_vec());
        }
    })?;
    Ok(found)
}

/// Hands over each mail of a file; of one that is too long, its beginning.
fn each_mail(mut file: impl BufRead, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let (mut line, mut mail) = (Vec::new(), Vec::new());
    let (mut is_start, mut blank) = (true, true);
    loop {
        line.clear();
        if file.by_ref().take(PIECE).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if is_start && blank && line.starts_with(b"From ") {
            // A mail of an mbox begins.
            take(&mail);
            mail.clear();
        } else if mail.len() < LONGEST {
            mail.extend_from_slice(&line);
        }
        blank = is_start && matches!(line.as_slice(), b"\n" | b"\r\n");
        is_start = line.ends_with(b"\n");
    }
    take(&mail);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<String> {
        let found = control_copies(text.as_bytes()).unwrap();
        found.into_iter().map(|copy| copy.message_id).collect()
    }

    #[test]
    fn every_mail_of_a_file_is_seen_by_its_headers_alone() {
        let one = "Received: x\r\nMessage-ID:\r\n <a@b.example>\r\nSubject: s\r\n\r\nMessage-ID: <no@b.example>\r\n";
        assert_eq!(ids(one), ["<a@b.example>"]);
        let many =
            format!("From x Mon\n{one}\nFrom y Tue\nmessage-id: <c@d.example>\n\nFrom me\n\n");
        assert_eq!(ids(&many), ["<a@b.example>", "<c@d.example>"]);
        assert_eq!(ids("no mail at all"), [] as [&str; 0]);
        assert_eq!(ids(""), [] as [&str; 0]);
        assert_eq!(ids("Message-ID: <cut@b.example>"), ["<cut@b.example>"]);
    }

    #[test]
    fn attachments_are_known_by_their_octets() {
        let mail = "Message-ID: <a@b>\r\nSubject: s\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Disposition: attachment; filename=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--x--\r\n";
        for text in [mail.to_owned(), mail.replace("\r\n", "\n")] {
            let found = control_copies(text.as_bytes()).unwrap();
            let [copy] = found.as_slice() else { panic!("{found:?}") };
            assert_eq!(copy.attached[0].name, "a.pdf");
            assert_eq!(copy.attached[0].sha256, files::sha256(b"abc"));
            let mailbox = format!("From x\n{text}");
            let octets = octets_of(mailbox.as_bytes(), &copy.sha256).unwrap();
            assert_eq!(octets.as_deref(), Some(text.as_bytes()));
        }
    }
}
