//! What a server announces in its reply to EHLO (RFC 5321, 4.1.1.1).
//!
//! Decisions use the original words; what is shown uses the redacted lines.

use super::auth::AuthMechanism;
use super::reply::Reply;

/// What a server announced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerCapabilities {
    /// STARTTLS (RFC 3207).
    pub starttls: bool,
    /// SIZE (RFC 1870): the largest message in octets; 0 is an announcement without a limit.
    pub size: Option<u64>,
    /// DSN (RFC 3461): delivery status notifications.
    pub dsn: bool,
    /// AUTH (RFC 4954): the mechanisms that this crate knows.
    pub mechanisms: Vec<AuthMechanism>,
    /// Every mechanism, in upper case, to be shown.
    pub auth: Vec<String>,
    /// LIMITS (RFC 9422), to be shown.
    pub limits: Option<String>,
    /// Every line, to be shown.
    pub lines: Vec<String>,
}

impl ServerCapabilities {
    /// Reads the lines of an EHLO reply; keywords in any case (RFC 5321, 4.1.1.1).
    pub(crate) fn read(reply: &Reply) -> Self {
        let mut found =
            Self { lines: reply.lines.iter().skip(1).cloned().collect(), ..Self::default() };
        for line in reply.words().iter().skip(1) {
            let (keyword, mut words) = split(line);
            match keyword.as_str() {
                "STARTTLS" => found.starttls = true,
                "SIZE" => found.size = Some(words.next().and_then(|n| n.parse().ok()).unwrap_or(0)),
                "DSN" => found.dsn = true,
                "AUTH" => found.mechanisms.extend(words.filter_map(AuthMechanism::from_name)),
                _ => {}
            }
        }
        for line in &found.lines {
            let (keyword, words) = split(line);
            match keyword.as_str() {
                "AUTH" => found.auth.extend(words.map(str::to_ascii_uppercase)),
                "LIMITS" => found.limits = Some(words.collect::<Vec<_>>().join(" ")),
                _ => {}
            }
        }
        found
    }

    /// The announced limit, if a message of so many octets is above it.
    pub fn limit_below(&self, octets: usize) -> Option<u64> {
        self.size.filter(|limit| *limit > 0 && octets as u64 > *limit)
    }
}

/// A keyword and the words after it; `AUTH=` is an old way to write `AUTH `.
fn split(line: &str) -> (String, impl Iterator<Item = &str>) {
    let mut words = line.split([' ', '=']).filter(|word| !word.is_empty());
    (words.next().unwrap_or_default().to_ascii_uppercase(), words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::auth::Secret;
    use crate::protocol::redact::{MARK, Redactor};

    #[test]
    fn keywords_are_read_in_any_case() {
        let lines = ["mx", "size 1000", "Auth PLAIN login", "AUTH=XOAUTH2", "dsn", "SIZE"];
        let reply = Reply::new(250, lines.map(str::to_owned).to_vec(), &Redactor::default());
        let found = ServerCapabilities::read(&reply);
        assert_eq!((found.size, found.dsn, found.starttls), (Some(0), true, false));
        assert_eq!(found.auth, ["PLAIN", "LOGIN", "XOAUTH2"]);
        assert_eq!(
            found.mechanisms,
            [AuthMechanism::Plain, AuthMechanism::Login, AuthMechanism::Xoauth2]
        );
        assert_eq!(found.limit_below(5), None);
        assert_eq!(ServerCapabilities { size: Some(4), ..found }.limit_below(5), Some(4));
    }

    #[test]
    fn a_secret_that_is_a_keyword_does_not_change_what_is_offered() {
        for secret in ["login", "1024", "x"] {
            let redactor = Redactor::new("dan", &Secret::new(secret.to_owned()));
            let lines = ["mx", "SIZE 1024", "AUTH LOGIN", "STARTTLS"].map(str::to_owned).to_vec();
            let found = ServerCapabilities::read(&Reply::new(250, lines, &redactor));
            assert_eq!((found.size, found.starttls), (Some(1024), true), "{secret}");
            assert_eq!(found.mechanisms, [AuthMechanism::Login], "{secret}");
            let shown = found.lines.join(" ").to_lowercase();
            assert!(!shown.split(' ').any(|word| word == secret), "{secret}: {shown}");
            assert!(secret == "x" || shown.contains(MARK), "{secret}: {shown}");
        }
    }
}
