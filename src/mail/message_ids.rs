//! Message-IDs of mails that a program exported: one mail a file (`.eml`, Maildir), or many in one
//! (`.mbox`, RFC 4155).
//!
//! Only headers are looked at; what a mail quotes or carries proves nothing.
//!
//! `archive::intake::mailbox` reads mailboxes too, and the two share no code. Here a file may be one mail
//! without a "From " line, and every "From " line after a blank one begins a mail: one too many has no
//! Message-ID and costs nothing. There a mail too many would tear a returned letter apart, so the next line
//! has to be a header; all octets are kept, unquoted and counted against a budget.

use mailparse::MailHeaderMap as _;
use std::collections::BTreeSet;
use std::io::{self, BufRead, Read as _};

/// Longest headers that are read.
const LONGEST: usize = 256 * 1024;

/// The Message-IDs of the mails in a file, angle brackets included.
pub fn message_ids(mut file: impl BufRead) -> io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut line = Vec::new();
    let mut headers: Vec<u8> = Vec::new();
    let mut within = true;
    let mut blank = true;
    loop {
        line.clear();
        if file.by_ref().take(LONGEST as u64).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let empty = matches!(line.as_slice(), b"\n" | b"\r\n");
        if blank && line.starts_with(b"From ") {
            // A mail of an mbox begins.
            take(&mut headers, &mut found);
            within = true;
        } else if within && empty {
            take(&mut headers, &mut found);
            within = false;
        } else if within && headers.len() < LONGEST {
            headers.extend_from_slice(&line);
        }
        blank = empty;
    }
    take(&mut headers, &mut found);
    Ok(found)
}

fn take(headers: &mut Vec<u8>, found: &mut BTreeSet<String>) {
    headers.extend_from_slice(b"\r\n");
    if let Ok((parsed, _)) = mailparse::parse_headers(headers)
        && let Some(id) = parsed.get_first_value("Message-ID")
    {
        found.insert(id.trim().to_owned());
    }
    headers.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<String> {
        message_ids(text.as_bytes()).unwrap().into_iter().collect()
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
}
