//! Authentication (RFC 4954): the mechanisms, and what the client sends with each of them.

use std::fmt;

/// An authentication mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthMechanism {
    /// User and password in one line (RFC 4616).
    Plain,
    /// User, then password: older than the standard, and still common.
    Login,
    /// A bearer token of OAuth 2, as Google and Microsoft take it.
    Xoauth2,
}

impl AuthMechanism {
    const ALL: [Self; 3] = [Self::Plain, Self::Login, Self::Xoauth2];

    /// The name in the reply to EHLO.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::Xoauth2 => "XOAUTH2",
        }
    }

    /// The mechanism of this name, in any case; none if this crate does not know it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mechanism| mechanism.as_str().eq_ignore_ascii_case(name))
    }
}

/// A password or token. Nothing prints it.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes the text of a secret.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// What the client sends with a mechanism, before base64.
    pub(crate) fn response(&self, mechanism: AuthMechanism, user: &str) -> String {
        let secret = &self.0;
        match mechanism {
            AuthMechanism::Plain => format!("\0{user}\0{secret}"),
            AuthMechanism::Login => secret.clone(),
            AuthMechanism::Xoauth2 => format!("user={user}\x01auth=Bearer {secret}\x01\x01"),
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
        assert_eq!(AuthMechanism::from_name("xoauth2"), Some(AuthMechanism::Xoauth2));
        assert_eq!(AuthMechanism::from_name("CRAM-MD5"), None);
    }
}
