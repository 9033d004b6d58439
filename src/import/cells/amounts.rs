//! An amount of euros in a cell, whatever stands between thousands and before the cents.

use super::cell_error::CellError;
use super::cleaned_value::CleanedValue;
use crate::import::field_value::FieldValue;
use sheet_reader::Cell;

/// What stands in a cell became an amount, though a program might read it otherwise.
const READ_AS_THOUSANDS: &str = "point ou virgule pris pour celui des milliers";

/// Reads an amount: "1 250,00 €", "1250.5", "1.250,00", "1,250.00".
pub(super) fn amount(text: &str, cell: &Cell) -> Result<CleanedValue, CellError> {
    let bad = || CellError::NotAmount(text.to_owned());
    let written = |number: f64| match number.is_finite() && (0.0..1e9).contains(&number) {
        true => Ok(FieldValue::Text(format!("{number:.2}"))),
        false => Err(bad()),
    };
    if let Cell::Number(number) = cell {
        return Ok(CleanedValue::plain(Some(written(*number)?)));
    }
    let plain: String =
        text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '€' | '\'' | '’')).collect();
    let plain = plain.trim_end_matches("EUR").trim_end_matches("euros").trim_end_matches("euro");
    let (digits, is_odd) = with_decimal_point(plain).ok_or_else(bad)?;
    let value = written(digits.parse().map_err(|_| bad())?)?;
    Ok(match is_odd {
        true => CleanedValue::corrected(value, READ_AS_THOUSANDS),
        false => CleanedValue::plain(Some(value)),
    })
}

/// Digits with a point before the cents, if there are some; and whether a mark that could have been that
/// of the cents was taken for that of the thousands.
fn with_decimal_point(text: &str) -> Option<(String, bool)> {
    let is_mark = |c: char| matches!(c, '.' | ',');
    let without = |text: &str| text.chars().filter(|c| !is_mark(*c)).collect::<String>();
    let Some(at) = text.rfind(is_mark) else { return Some((text.to_owned(), false)) };
    let (whole, cents) = (text.get(..at)?, text.get(at + 1..)?);
    let mark = text.get(at..at + 1)?;
    // Cents have one or two digits; three digits behind a mark are thousands.
    if cents.len() == 3 && !whole.is_empty() && whole.len() <= 3 && !whole.starts_with('0') {
        return Some((format!("{whole}{cents}"), true));
    }
    match whole.contains(mark) {
        true => Some((without(text), true)),
        false => Some((format!("{}.{cents}", without(whole)), false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_in_the_ways_people_write_them() {
        for (text, expected) in [
            ("1 250,00 €", Some("1250.00")),
            ("1250", Some("1250.00")),
            ("1250.5", Some("1250.50")),
            ("1.250,00", Some("1250.00")),
            ("1,250.00", Some("1250.00")),
            ("1.250", Some("1250.00")),
            ("1,250", Some("1250.00")),
            ("1.250.000", Some("1250000.00")),
            ("312,5 euros", Some("312.50")),
            ("0,625", Some("0.62")),
            ("-5", None),
            ("à voir", None),
            (",", None),
        ] {
            let read =
                amount(text, &Cell::Text(text.to_owned())).ok().and_then(|cleaned| cleaned.value);
            assert_eq!(read, expected.map(|amount| FieldValue::Text(amount.to_owned())), "{text}");
        }
        assert!(amount("-1", &Cell::Number(-1.0)).is_err());
    }
}
