//! Days and school years.

use super::text::{parsed_text, string};
use crate::records::table_reader::{FromToml, ValueError, wrong_type};
use jiff::civil::Date;
use serde::Serialize;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;
use toml::de::DeValue;

/// A day, written without quotes: `2026-09-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Day(pub Date);

impl Deref for Day {
    type Target = Date;

    fn deref(&self) -> &Date {
        &self.0
    }
}

impl FromToml for Day {
    const EXPECTED: &'static str = "une date sans guillemets, comme 2026-09-01";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        match value {
            DeValue::Datetime(datetime) => {
                let bad = || ValueError::new("E-DATE", "cette date n'existe pas");
                if datetime.time.is_some() || datetime.offset.is_some() {
                    return Err(ValueError::new("E-DATE", "une date sans heure est attendue")
                        .help("garder seulement AAAA-MM-JJ"));
                }
                let date = datetime.date.ok_or_else(bad)?;
                let year = i16::try_from(date.year).map_err(|_| bad())?;
                let (month, day) = (date.month as i8, date.day as i8);
                Date::new(year, month, day).map(Self).map_err(|_| bad())
            }
            DeValue::String(text) if text.trim().parse::<Date>().is_ok() => {
                Err(wrong_type(value, Self::EXPECTED).help("enlever les guillemets"))
            }
            DeValue::String(_) => Err(wrong_type(value, Self::EXPECTED)
                .help("écrire année-mois-jour, sans guillemets : 2026-09-01")),
            other => Err(wrong_type(other, Self::EXPECTED)),
        }
    }
}

/// A school year, `2026-2027`: from 1 September to 31 August.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchoolYear(i16);

impl SchoolYear {
    /// First day, 1 September.
    pub fn first_day(self) -> Date {
        jiff::civil::date(self.0, 9, 1)
    }

    /// Last day, 31 August.
    pub fn last_day(self) -> Date {
        jiff::civil::date(self.0 + 1, 8, 31)
    }

    /// The next school year.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// Whether a period (open-ended when `until` is absent) has a day in this year.
    pub fn touches(self, since: Date, until: Option<Date>) -> bool {
        since <= self.last_day() && until.is_none_or(|until| until >= self.first_day())
    }
}

impl fmt::Display for SchoolYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0, self.0 + 1)
    }
}

impl FromStr for SchoolYear {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let years = text.split_once('-').and_then(|(a, b)| {
            let number = |year: &str| (year.len() == 4).then(|| year.parse::<i16>().ok())?;
            Some((number(a)?, number(b)?))
        });
        match years {
            Some((first, second)) if second == first + 1 && (1900..9000).contains(&first) => {
                Ok(Self(first))
            }
            _ => Err(ValueError::new("E-SCHOOL-YEAR", "ce n'est pas une année scolaire")
                .help("écrire deux années qui se suivent, comme \"2026-2027\"")),
        }
    }
}

parsed_text!(SchoolYear, "une année scolaire entre guillemets, comme \"2026-2027\"");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_text_ever_panics(text in "\\PC*|.*") {
            let _ = text.parse::<SchoolYear>();
        }
    }
}
