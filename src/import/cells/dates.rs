//! A day in a cell: as a date, as people write it, or as the number a spreadsheet counts it by.

use super::cell_error::CellError;
use super::cleaned_value::CleanedValue;
use crate::import::field_value::FieldValue;
use crate::records::spelling;
use jiff::civil::Date;
use sheet_reader::Cell;

/// Days that a spreadsheet counts from 30 December 1899, between 1980 and 2100.
const SERIALS: std::ops::RangeInclusive<i64> = 29_221..=73_050;
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
        let mut year = number(year)?;
        if (0..100).contains(&year) {
            year += 2000;
        }
        if !(1950..2100).contains(&year) {
            return Err(bad());
        }
        Date::new(year, small(month)?, small(day)?).map_err(|_| bad())
    };
    if let Ok(serial) = text.parse::<i64>()
        && (SERIALS.contains(&serial) || matches!(cell, Cell::Number(_)))
    {
        if !SERIALS.contains(&serial) {
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
    Ok(CleanedValue::plain(Some(FieldValue::Day(date))))
}
