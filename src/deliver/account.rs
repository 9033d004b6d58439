//! Who sends, and how that is proven: the mechanisms and what each of them says (RFC 4954).

use std::fmt;

/// How to prove who sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// RFC 4616.
    Plain,
    /// The old LOGIN.
    Login,
    /// A bearer token.
    Xoauth2,
}

impl Mechanism {
    /// As EHLO announces it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::Xoauth2 => "XOAUTH2",
        }
    }

    /// The one that EHLO announces by this name, in any case.
    pub fn named(word: &str) -> Option<Self> {
        let known = [Self::Plain, Self::Login, Self::Xoauth2];
        known.into_iter().find(|one| one.as_str().eq_ignore_ascii_case(word))
    }
}

/// A secret, which nothing prints.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes one in.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself.
    pub(super) fn word(&self) -> &str {
        &self.0
    }

    /// What a mechanism says with it, before base64.
    pub(super) fn response(&self, mechanism: Mechanism, user: &str) -> String {
        let secret = &self.0;
        match mechanism {
            Mechanism::Plain => format!("\0{user}\0{secret}"),
            Mechanism::Login => secret.clone(),
            Mechanism::Xoauth2 => format!("user={user}\x01auth=Bearer {secret}\x01\x01"),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", Secret::new("mot".into())), "Secret");
        assert_eq!(Mechanism::named("xoauth2"), Some(Mechanism::Xoauth2));
        assert_eq!(Mechanism::named("CRAM-MD5"), None);
    }
}
