//! The mail that brought a file: its sender, date and subject, and the mails it answers
//! (RFC 5322, 3.6).

use super::label;
use mailparse::{MailHeader, MailHeaderMap as _};
use std::sync::Arc;

/// Most Message-IDs that are kept of a thread.
const MAX_THREAD: usize = 50;
/// Longest Message-ID, in octets: a line of a mail (RFC 5322, 2.1.1).
const LONGEST_ID: usize = 998;
/// Octets of a header in which Message-IDs are searched.
const MAX_SEARCHED: usize = 64 * 1024;

/// A mail that brought files. All fields but `raw` come from its headers, each as one line of bounded
/// length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CarrierMail {
    /// Its octets as they came; for a mail in a mail, those of the outermost. For a mail of a mailbox:
    /// without the line that begins it, and with its own "From " lines unquoted.
    pub raw: Arc<[u8]>,
    /// Sender, for the From header.
    pub from: String,
    /// Recipients, from the To header.
    pub to: String,
    /// Subject of the message.
    pub subject: String,
    /// Date, as the mail gives it.
    pub date: String,
    /// Message-ID with its angle brackets.
    pub message_id: Option<String>,
    /// The first Message-ID of `In-Reply-To`.
    pub in_reply_to: Option<String>,
    /// The Message-IDs of its thread, with those of the mails in it.
    pub references: Vec<String>,
}

impl CarrierMail {
    /// Reads the headers of a mail.
    pub(super) fn new(headers: &[MailHeader<'_>], raw: &[u8]) -> Self {
        let value = |name: &str| headers.get_first_value(name).unwrap_or_default();
        let line = |name: &str| label::line(&value(name));
        Self {
            raw: raw.into(),
            from: line("From"),
            to: line("To"),
            subject: line("Subject"),
            date: line("Date"),
            message_id: identifiers(&value("Message-ID")).into_iter().next(),
            in_reply_to: identifiers(&value("In-Reply-To")).into_iter().next(),
            references: identifiers(&value("References")),
        }
    }

    /// This mail, with the thread of a mail in it.
    pub(super) fn joined(&self, inner: &Self) -> Self {
        let mut joined = self.clone();
        joined.in_reply_to = joined.in_reply_to.or_else(|| inner.in_reply_to.clone());
        let more = [&inner.message_id, &inner.in_reply_to].into_iter().flatten();
        for id in more.chain(&inner.references) {
            if joined.references.len() < MAX_THREAD && !joined.references.contains(id) {
                joined.references.push(id.clone());
            }
        }
        joined
    }
}

/// The Message-IDs of a header: what stands between angle brackets, or else the first word that looks
/// like one.
fn identifiers(text: &str) -> Vec<String> {
    let end = text.floor_char_boundary(MAX_SEARCHED);
    let text = text.get(..end).unwrap_or_default();
    let is_valid = |id: &str| {
        id.contains('@') && id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let mut found: Vec<String> = text
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .filter(|(id, _)| is_valid(id))
        .map(|(id, _)| format!("<{id}>"))
        .take(MAX_THREAD)
        .collect();
    if !text.contains('<') {
        found =
            text.split_whitespace().filter(|id| is_valid(id)).take(1).map(str::to_owned).collect();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_ids_are_found_whatever_stands_between_them() {
        assert_eq!(identifiers("<a@b><c@d>\r\n (comment) <e@f>"), ["<a@b>", "<c@d>", "<e@f>"]);
        assert_eq!(identifiers("a@b"), ["a@b"]);
        assert!(identifiers("<no at> <x@y z> <é@b").is_empty());
        assert!(identifiers(&format!("<{}@b>", "a".repeat(1000))).is_empty());
        assert_eq!(identifiers(&"<a@b> ".repeat(10_000)).len(), MAX_THREAD);
    }

    #[test]
    fn a_mail_within_a_mail_adds_its_thread() {
        let outer = CarrierMail { references: vec!["<1@x>".to_owned()], ..CarrierMail::default() };
        let inner = CarrierMail {
            message_id: Some("<2@x>".to_owned()),
            in_reply_to: Some("<1@x>".to_owned()),
            subject: "autre".to_owned(),
            ..CarrierMail::default()
        };
        let joined = outer.joined(&inner);
        assert_eq!(joined.references, ["<1@x>", "<2@x>"]);
        assert_eq!((joined.in_reply_to.as_deref(), &*joined.subject), (Some("<1@x>"), ""));
    }
}
