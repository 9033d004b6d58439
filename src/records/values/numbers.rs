//! Answers, whole numbers and amounts.

use crate::records::table_reader::{FromToml, ValueError, wrong_type};
use serde::Serialize;
use std::fmt::{self, Write as _};
use toml::de::DeValue;

impl FromToml for bool {
    const EXPECTED: &'static str = "true ou false, sans guillemets";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        match value {
            DeValue::Boolean(value) => Ok(*value),
            other => Err(wrong_type(other, Self::EXPECTED)),
        }
    }
}

impl FromToml for u32 {
    const EXPECTED: &'static str = "un nombre entier positif, sans guillemets";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        match value {
            DeValue::Integer(number) => Self::from_str_radix(number.as_str(), number.radix())
                .map_err(|_| ValueError::new("E-NUMBER", "ce nombre est trop grand ou négatif")),
            other => Err(wrong_type(other, Self::EXPECTED)),
        }
    }
}

/// An amount in euros, to the cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Euros {
    /// The amount in cents.
    pub cents: u64,
}

impl Euros {
    /// An amount as a content's JSON has it; none for what is no amount.
    pub fn of_float(euros: f64) -> Option<Self> {
        let cents = (euros * 100.0).round();
        (0.0..1e15).contains(&cents).then_some(Self { cents: cents as u64 })
    }
}

impl fmt::Display for Euros {
    /// "1 250 €", "312,50 €": no-break thin space between thousands, no-break space before the sign.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = (self.cents / 100).to_string();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                f.write_char('\u{202f}')?;
            }
            f.write_char(digit)?;
        }
        match self.cents % 100 {
            0 => f.write_str("\u{a0}€"),
            cents => write!(f, ",{cents:02}\u{a0}€"),
        }
    }
}

impl Serialize for Euros {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.cents as f64 / 100.0)
    }
}

impl FromToml for Euros {
    const EXPECTED: &'static str = "un montant en euros, comme 1250.00";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        let bad = || {
            ValueError::new("E-AMOUNT", "ce montant n'est pas un nombre d'euros au centime près")
                .help("écrire le montant annuel avec un point : 1250.00")
        };
        let amount = match value {
            DeValue::Integer(number) => number.as_str().parse::<f64>().map_err(|_| bad())?,
            DeValue::Float(number) => {
                number.as_str().replace('_', "").parse::<f64>().map_err(|_| bad())?
            }
            other => return Err(wrong_type(other, Self::EXPECTED)),
        };
        let cents = (amount * 100.0).round();
        if !(0.0..=1e9).contains(&cents) || (cents - amount * 100.0).abs() > 1e-6 {
            return Err(bad());
        }
        Ok(Self { cents: cents as u64 })
    }
}
