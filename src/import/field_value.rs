//! A value as a record holds it, and when two of them say the same. Pure.

use crate::records::spelling;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A value as a record holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// True or false.
    Flag(bool),
    /// A day.
    Day(Date),
    /// A text.
    Text(String),
    /// Several texts.
    List(Vec<String>),
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => f.write_str(if *flag { "oui" } else { "non" }),
            Self::Day(day) => write!(f, "{day}"),
            Self::Text(text) => f.write_str(text),
            Self::List(list) => f.write_str(&list.join(", ")),
        }
    }
}

impl FieldValue {
    /// Whether two values say the same, typographic shape aside.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => spelling::same(one, other),
            (Self::List(one), Self::List(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(a, b)| spelling::same(a, b))
            }
            (one, other) => one == other,
        }
    }

    /// Whether two values differ at most by accents and capitals.
    pub fn same_ignoring_accents(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => {
                spelling::folded(one) == spelling::folded(other)
            }
            (Self::List(one), Self::List(other)) => {
                let folded = |list: &[String]| -> Vec<String> {
                    list.iter().map(|text| spelling::folded(text)).collect()
                };
                folded(one) == folded(other)
            }
            (one, other) => one == other,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}
