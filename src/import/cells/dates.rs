//! A day in a cell: as a date, as people write it, or as the number a spreadsheet counts it by.

use super::cell_error::CellError;
use super::cleaned_value::CleanedValue;
use crate::import::field_value::FieldValue;
use crate::records::spelling;
use jiff::civil::Date;
use sheet_reader::Cell;

/// Days that a spreadsheet counts from 30 December 1899, between 1980 and 2100.
const DATE_SERIALS: std::ops::RangeInclusive<i64> = 29_221..=73_050;
const MONTHS: [&str; 12] = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
];

/// The number of a month by its name, or by its first letters: "sept", "févr".
fn named_month(text: &str) -> Option<usize> {
    let folded = spelling::folded(text);
    let mut fit = MONTHS.iter().enumerate().filter(|(_, name)| {
        folded.len() >= 3 && folded.chars().all(char::is_alphabetic) && name.starts_with(&folded)
    });
    let (at, _) = fit.next()?;
    fit.next().is_none().then_some(at + 1)
}

/// Reads a day in the ways people write it, or as a spreadsheet counts it.
pub(super) fn day(text: &str, cell: &Cell) -> Result<CleanedValue, CellError> {
    let bad = || CellError::NotDate(text.to_owned());
    let dated = |year: &str, month: &str, day: &str| -> Result<Date, CellError> {
        let number = |text: &str| text.trim().parse::<i16>().map_err(|_| bad());
        let small = |text: &str| text.trim().parse::<i8>().map_err(|_| bad());
        let is_short = year.trim().len() <= 2;
        let mut year = number(year)?;
        if is_short && (0..100).contains(&year) {
            year += 2000;
        }
        if !(1950..2100).contains(&year) {
            return Err(bad());
        }
        Date::new(year, small(month)?, small(day)?).map_err(|_| bad())
    };
    if let Ok(serial) = text.parse::<i64>()
        && (DATE_SERIALS.contains(&serial) || matches!(cell, Cell::Number(_)))
    {
        if !DATE_SERIALS.contains(&serial) {
            return Err(bad());
        }
        let start = Date::constant(1899, 12, 30);
        let span = jiff::Span::new().days(serial);
        let date = start.checked_add(span).map_err(|_| bad())?;
        return Ok(CleanedValue::corrected(FieldValue::Day(date), "date de tableur convertie"));
    }
    let parts: Vec<&str> =
        text.split(['/', '-', '.', ' ', 'T']).filter(|p| !p.is_empty()).collect();
    let date = match parts.as_slice() {
        [year, month, day, ..] if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => {
            dated(year, month, day)?
        }
        // "sept. 2018": the day was not said.
        [month, year] if year.len() == 4 && named_month(month).is_some() => {
            let month = named_month(month).unwrap_or_default();
            let date = dated(year, &month.to_string(), "1")?;
            return Ok(CleanedValue::corrected(
                FieldValue::Day(date),
                "jour non dit, pris au premier du mois",
            ));
        }
        [day, month, year, rest @ ..] if rest.len() <= 1 => match named_month(month) {
            Some(month) => dated(year, &month.to_string(), day.trim_end_matches("er"))?,
            None => dated(year, month, day)?,
        },
        _ => return Err(bad()),
    };
    match is_short_year(&parts) {
        true => Ok(CleanedValue::corrected(FieldValue::Day(date), SHORT_YEAR)),
        false => Ok(CleanedValue::plain(Some(FieldValue::Day(date)))),
    }
}

/// How a year of two digits was read.
const SHORT_YEAR: &str = "année à deux chiffres, siècle ajouté";
/// Years from now in which a day may lie: people are in office for decades, and named for some years.
const YEARS_BACK: i16 = 60;
const YEARS_AHEAD: i16 = 6;

fn is_short_year(parts: &[&str]) -> bool {
    parts.first().is_some_and(|first| first.len() < 4)
        && parts.get(2).is_some_and(|year| year.len() <= 2)
}

/// The day of a cell, whose year must be near: one of two digits is in this century or the last one,
/// whichever is not far ahead.
pub fn near_day(cleaned: CleanedValue, text: &str, today: Date) -> Result<CleanedValue, CellError> {
    let Some(FieldValue::Day(day)) = cleaned.value else { return Ok(cleaned) };
    let is_near =
        |day: Date| (today.year() - YEARS_BACK..=today.year() + YEARS_AHEAD).contains(&day.year());
    let parts: Vec<&str> = text.split(['/', '-', '.', ' ']).filter(|p| !p.is_empty()).collect();
    // "26-09-01" is a day of 2001 or one of 2026: nothing says which.
    let (first, last) = (parts.first(), parts.get(2));
    let number = |part: Option<&&str>| part.and_then(|part| part.parse::<i16>().ok());
    if text.contains('-')
        && is_short_year(&parts)
        && number(first).is_some_and(|year| is_near_short(year, today))
        && number(last).is_some_and(|year| !is_near_short(year, today))
    {
        return Err(CellError::NotDate(text.to_owned()));
    }
    if is_near(day) {
        return Ok(cleaned);
    }
    let earlier = Date::new(day.year() - 100, day.month(), day.day()).ok();
    match earlier.filter(|earlier| cleaned.corrected == Some(SHORT_YEAR) && is_near(*earlier)) {
        Some(earlier) => Ok(CleanedValue { value: Some(FieldValue::Day(earlier)), ..cleaned }),
        None => Err(CellError::FarDay(text.to_owned())),
    }
}

/// Whether two digits are those of a year within three of now.
fn is_near_short(year: i16, today: Date) -> bool {
    (today.year() % 100 - year).abs() <= 3
}

/// Whether a text can only be a day with the month first: "9/15/2026", or a time with AM or PM.
pub fn is_month_first(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let [month, day, year] = parts.as_slice() else { return false };
    let small = |part: &str| part.trim().parse::<u8>().ok();
    let year_end = year.trim().split(' ').next().unwrap_or_default();
    let is_year = matches!(year_end.len(), 2 | 4) && year_end.bytes().all(|b| b.is_ascii_digit());
    let ends_with = |word: &str| year.to_uppercase().ends_with(word);
    match (small(month), small(day)) {
        (Some(1..=12), Some(day)) if is_year => {
            (13..=31).contains(&day) || day <= 12 && (ends_with(" AM") || ends_with(" PM"))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_year_of_two_digits_is_never_far_ahead() {
        let today = date(2026, 11, 28);
        for (text, expected) in [
            ("01/09/98", Some(date(1998, 9, 1))),
            ("01/09/19", Some(date(2019, 9, 1))),
            ("01/09/26", Some(date(2026, 9, 1))),
            ("1.9.27", Some(date(2027, 9, 1))),
            ("01/09/2098", None),
            ("01/09/1901", None),
            ("26-09-01", None),
            ("01-09-26", Some(date(2026, 9, 1))),
        ] {
            let read = day(text, &Cell::Text(text.to_owned()))
                .and_then(|cleaned| near_day(cleaned, text, today))
                .ok()
                .and_then(|cleaned| cleaned.value);
            assert_eq!(read, expected.map(FieldValue::Day), "{text}");
        }
    }

    #[test]
    fn a_day_above_twelve_in_second_place_tells_the_order() {
        for text in ["9/15/2026", "09-30-2026", "9/1/2026 12:00:00 AM", "11/20/26"] {
            assert!(is_month_first(text), "{text}");
        }
        for text in ["15/9/2026", "9/1/2026", "2026-09-15", "1 septembre 2026", "13/25/2026", ""] {
            assert!(!is_month_first(text), "{text}");
        }
    }
}
