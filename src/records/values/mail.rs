//! Mail addresses, senders and domains.

use super::text::{SingleLine, parsed_text, string};
use crate::records::table_reader::{FromToml, ValueError};
use serde::Serialize;
use std::str::FromStr;
use toml::de::DeValue;

/// One ASCII mail address (RFC 5321 mailbox) with a domain name, not an address literal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain, lower case.
    pub fn domain(&self) -> String {
        self.0.rsplit('@').next().unwrap_or("").to_ascii_lowercase()
    }

    /// The address in lower case: two addresses that differ only by case are one mailbox here.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl FromStr for EmailAddress {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let bad = |message: &str| {
            ValueError::new("E-EMAIL", message).help(
                "écrire une seule adresse, sans accent ni espace : ce.0860001j@academie.example",
            )
        };
        let text = text.trim();
        if text.matches('@').count() > 1 || text.contains([',', ';', '<', '>']) {
            return Err(bad("une seule adresse, sans nom ni chevrons, est attendue"));
        }
        if !text.is_ascii() {
            return Err(bad("une adresse avec des accents ne peut pas être servie partout"));
        }
        if text.contains(['"', '\\', ' ', '(', ')']) {
            return Err(bad("cette forme d'adresse n'est pas servie partout"));
        }
        let parsed: lettre::Address =
            text.parse().map_err(|_| bad("ce n'est pas une adresse électronique"))?;
        if text.len() > 254 || !parsed.domain().contains('.') || parsed.domain().starts_with('[') {
            return Err(bad("le domaine de l'adresse est incomplet"));
        }
        Ok(Self(text.to_owned()))
    }
}

parsed_text!(EmailAddress, "une adresse électronique entre guillemets");

/// A sender with its name: `Service <adresse>`, or an address alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// The name shown, if any.
    pub name: Option<SingleLine>,
    /// The mail address, without the name.
    pub address: EmailAddress,
}

impl FromToml for Mailbox {
    const EXPECTED: &'static str = "une adresse entre guillemets, comme \"Service <service@…>\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        let text = string(value, Self::EXPECTED)?;
        match text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, address)) => {
                let name = match name.trim().trim_matches('"') {
                    "" => None,
                    name => Some(name.parse()?),
                };
                Ok(Self { name, address: address.parse()? })
            }
            None => Ok(Self { name: None, address: text.parse()? }),
        }
    }
}

/// A mail domain, lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Domain(String);

impl Domain {
    /// Whether `domain` is this one or one below it.
    pub fn covers(&self, domain: &str) -> bool {
        domain == self.0
            || domain.strip_suffix(self.0.as_str()).is_some_and(|rest| rest.ends_with('.'))
    }
}

impl FromToml for Domain {
    const EXPECTED: &'static str = "un domaine entre guillemets, comme \"academie.example\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        let text = string(value, Self::EXPECTED)?.trim().to_ascii_lowercase();
        let labels = text.split('.');
        let sound = text.contains('.')
            && text.len() <= 253
            && labels.into_iter().all(|label| {
                !label.is_empty()
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                    && !label.starts_with('-')
                    && !label.ends_with('-')
            });
        if sound {
            Ok(Self(text))
        } else {
            Err(ValueError::new("E-DOMAIN", "ce n'est pas un nom de domaine")
                .help("écrire seulement le domaine, sans @ : \"ac-exemple.fr\""))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_that_could_go_astray_are_refused() {
        for bad in [
            "a@b",
            "a b@c.fr",
            "é@c.fr",
            "a@c.fr,b@c.fr",
            "a@[1.2.3.4]",
            "A <a@c.fr>",
            "a@c.fr\r\nBcc: x@y.fr",
            "\"a b\"@c.fr",
            "",
            "@c.fr",
        ] {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad:?}");
        }
        assert!("ce.0860001j@academie.example".parse::<EmailAddress>().is_ok());
    }

    #[test]
    fn a_domain_covers_itself_and_below_only() {
        let domain = Domain("academie.example".into());
        assert!(domain.covers("academie.example"));
        assert!(domain.covers("lycee.academie.example"));
        assert!(!domain.covers("fausse-academie.example"));
        assert!(!domain.covers("academie.example.com"));
    }

    proptest! {
        #[test]
        fn no_text_ever_panics(text in "\\PC*|.*") {
            let _ = text.parse::<EmailAddress>();
        }
    }
}
