//! What a relay announces in its answer to EHLO.
//!
//! What is decided by it is read from the words as they came; what is shown of it, from the lines
//! that are fit to be shown.

use super::account::Mechanism;
use super::reply::Reply;

/// What the relay announced (EHLO).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// STARTTLS (RFC 3207).
    pub starttls: bool,
    /// Largest message in octets (RFC 1870); 0: no limit announced.
    pub size: Option<u64>,
    /// Delivery status notifications (RFC 3461).
    pub dsn: bool,
    /// Mechanisms that this program knows (RFC 4954).
    pub mechanisms: Vec<Mechanism>,
    /// Every mechanism, as announced, to be shown.
    pub auth: Vec<String>,
    /// LIMITS (RFC 9422), as announced, to be shown.
    pub limits: Option<String>,
    /// Every keyword, as announced, to be shown.
    pub lines: Vec<String>,
}

impl Offer {
    /// Reads the lines of an EHLO reply; keywords in any case (RFC 5321, 4.1.1.1).
    pub(super) fn read(reply: &Reply) -> Self {
        let mut offer =
            Self { lines: reply.lines.iter().skip(1).cloned().collect(), ..Self::default() };
        for line in reply.words().iter().skip(1) {
            let (keyword, mut words) = split(line);
            match keyword.as_str() {
                "STARTTLS" => offer.starttls = true,
                "SIZE" => offer.size = Some(words.next().and_then(|n| n.parse().ok()).unwrap_or(0)),
                "DSN" => offer.dsn = true,
                "AUTH" => offer.mechanisms.extend(words.filter_map(Mechanism::named)),
                _ => {}
            }
        }
        for line in &offer.lines {
            let (keyword, words) = split(line);
            match keyword.as_str() {
                "AUTH" => offer.auth.extend(words.map(str::to_ascii_uppercase)),
                "LIMITS" => offer.limits = Some(words.collect::<Vec<_>>().join(" ")),
                _ => {}
            }
        }
        offer
    }

    /// Whether a message of so many octets is above the announced limit.
    pub fn is_too_large(&self, octets: usize) -> bool {
        self.size.is_some_and(|most| most > 0 && octets as u64 > most)
    }
}

/// A keyword and what follows it; `AUTH=` is an old way to write `AUTH `.
fn split(line: &str) -> (String, impl Iterator<Item = &str>) {
    let mut words = line.split([' ', '=']).filter(|word| !word.is_empty());
    (words.next().unwrap_or_default().to_ascii_uppercase(), words)
}

#[cfg(test)]
mod tests {
    use super::super::account::Secret;
    use super::super::redact::{MARK, Redactor};
    use super::*;

    #[test]
    fn keywords_are_read_in_any_case() {
        let lines = ["mx", "size 1000", "Auth PLAIN login", "AUTH=XOAUTH2", "dsn", "SIZE"];
        let reply = Reply::new(250, lines.map(str::to_owned).to_vec(), &Redactor::default());
        let offer = Offer::read(&reply);
        assert_eq!((offer.size, offer.dsn, offer.starttls), (Some(0), true, false));
        assert_eq!(offer.auth, ["PLAIN", "LOGIN", "XOAUTH2"]);
        assert_eq!(offer.mechanisms, [Mechanism::Plain, Mechanism::Login, Mechanism::Xoauth2]);
        assert!(!offer.is_too_large(5) && Offer { size: Some(4), ..offer }.is_too_large(5));
    }

    #[test]
    fn a_secret_that_is_a_keyword_does_not_change_what_is_offered() {
        for secret in ["login", "1024", "x"] {
            let redactor = Redactor::new("dan", &Secret::new(secret.to_owned()));
            let lines = ["mx", "SIZE 1024", "AUTH LOGIN", "STARTTLS"].map(str::to_owned).to_vec();
            let offer = Offer::read(&Reply::new(250, lines, &redactor));
            assert_eq!((offer.size, offer.starttls), (Some(1024), true), "{secret}");
            assert_eq!(offer.mechanisms, [Mechanism::Login], "{secret}");
            let shown = offer.lines.join(" ").to_lowercase();
            assert!(!shown.split(' ').any(|word| word == secret), "{secret}: {shown}");
            assert!(secret == "x" || shown.contains(MARK), "{secret}: {shown}");
        }
    }
}
