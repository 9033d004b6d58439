//! The enhanced status code of a reply (RFC 3463): class, subject and detail, as in `5.7.1`.

/// An enhanced status code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnhancedCode {
    /// 2 success, 4 transient failure, 5 permanent failure.
    pub class: u8,
    /// What it is about: 1 address, 2 mailbox, 3 mail system, 4 network, 5 protocol, 6 content, 7 policy.
    pub subject: u16,
    /// The detail of the subject.
    pub detail: u16,
}

/// Reads the first word of a line; none if it is not such a code.
pub(crate) fn parse(word: &str) -> Option<EnhancedCode> {
    let mut parts = word.split('.');
    let class: u8 = parts.next()?.parse().ok().filter(|class| matches!(class, 2 | 4 | 5))?;
    let mut number = || parts.next().filter(|part| part.len() <= 3)?.parse().ok();
    let (subject, detail) = (number()?, number()?);
    parts.next().is_none().then_some(EnhancedCode { class, subject, detail })
}
