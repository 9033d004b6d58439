//! The mail that brought a file: who wrote it, when, and what it answers (RFC 5322, 3.6).

use super::label;
use mailparse::{MailHeader, MailHeaderMap as _};
use std::sync::Arc;

/// Message-IDs kept of a thread.
const THREAD: usize = 50;
/// Longest Message-ID, in octets: a line of a mail (RFC 5322, 2.1.1).
const LONGEST_ID: usize = 998;
/// Octets of a header looked at for them.
const LOOKED_AT: usize = 64 * 1024;

/// A mail that brought files. Everything but `raw` is what it says of itself, one bounded line each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailOf {
    /// Its octets, as they came; of the outermost mail where mails hold mails. Of a mailbox: without
    /// the line that begins it, and with "From" lines as they were written.
    pub raw: Arc<[u8]>,
    /// From whom.
    pub from: String,
    /// To whom.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// When, as it says.
    pub date: String,
    /// Message-ID, angle brackets included.
    pub message_id: Option<String>,
    /// The first Message-ID it answers.
    pub in_reply_to: Option<String>,
    /// The thread it belongs to, the mails it holds included.
    pub references: Vec<String>,
}

impl MailOf {
    /// What the headers of a mail say.
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

    /// The same mail, with the thread of a mail that it holds.
    pub(super) fn joined(&self, inner: &Self) -> Self {
        let mut own = self.clone();
        own.in_reply_to = own.in_reply_to.or_else(|| inner.in_reply_to.clone());
        let more = [&inner.message_id, &inner.in_reply_to].into_iter().flatten();
        for id in more.chain(&inner.references) {
            if own.references.len() < THREAD && !own.references.contains(id) {
                own.references.push(id.clone());
            }
        }
        own
    }
}

/// The Message-IDs of a header: what stands between angle brackets, or words that look like them.
fn identifiers(text: &str) -> Vec<String> {
    let end = text.floor_char_boundary(LOOKED_AT);
    let text = text.get(..end).unwrap_or_default();
    let sound = |id: &str| {
        id.contains('@') && id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let mut found: Vec<String> = text
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .filter(|(id, _)| sound(id))
        .map(|(id, _)| format!("<{id}>"))
        .take(THREAD)
        .collect();
    if !text.contains('<') {
        found = text.split_whitespace().filter(|id| sound(id)).take(1).map(str::to_owned).collect();
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
        assert_eq!(identifiers(&"<a@b> ".repeat(10_000)).len(), THREAD);
    }

    #[test]
    fn a_mail_within_a_mail_adds_its_thread() {
        let outer = MailOf { references: vec!["<1@x>".to_owned()], ..MailOf::default() };
        let inner = MailOf {
            message_id: Some("<2@x>".to_owned()),
            in_reply_to: Some("<1@x>".to_owned()),
            subject: "autre".to_owned(),
            ..MailOf::default()
        };
        let joined = outer.joined(&inner);
        assert_eq!(joined.references, ["<1@x>", "<2@x>"]);
        assert_eq!((joined.in_reply_to.as_deref(), &*joined.subject), (Some("<1@x>"), ""));
    }
}
