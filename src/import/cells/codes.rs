//! Codes and addresses in a cell: UAI, postcode, mail address, telephone number. Zeros that a spreadsheet
//! ate come back.

use super::cell_error::CellError;
use super::cleaned_value::CleanedValue;
use crate::import::field_value::FieldValue;
use crate::records::values::{EmailAddress, Uai};

pub(super) fn uai(text: &str) -> Result<CleanedValue, CellError> {
    let compact: String = text.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let compact = compact.to_ascii_uppercase();
    let wrong = match compact.parse::<Uai>() {
        Ok(uai) => return Ok(CleanedValue::plain(Some(FieldValue::Text(uai.to_string())))),
        Err(error) => error,
    };
    // A spreadsheet that takes a code for a number eats its leading zeros.
    if (5..8).contains(&compact.len())
        && let Ok(uai) = format!("{compact:0>8}").parse::<Uai>()
    {
        return Ok(CleanedValue::corrected(
            FieldValue::Text(uai.to_string()),
            "zéro initial rétabli",
        ));
    }
    // A list to choose from gives "0860001J - Collège Ada-Lovelace".
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let found: Vec<Uai> = words.filter_map(|word| word.parse().ok()).collect();
    if let [only] = found.as_slice() {
        return Ok(CleanedValue::corrected(
            FieldValue::Text(only.to_string()),
            "code pris dans un texte",
        ));
    }
    Err(match wrong.label.clone() {
        Some(label) => CellError::UaiKey { label, error: Box::new(wrong) },
        None => CellError::NotUai(text.to_owned()),
    })
}

pub(super) fn postcode(text: &str) -> Result<CleanedValue, CellError> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = digits.strip_suffix(".0").or(digits.strip_suffix(",0")).unwrap_or(&digits);
    let sound = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    match digits.len() {
        5 if sound => Ok(CleanedValue::plain(Some(FieldValue::Text(digits.to_owned())))),
        4 if sound => Ok(CleanedValue::corrected(
            FieldValue::Text(format!("0{digits}")),
            "zéro initial rétabli",
        )),
        _ => Err(CellError::NotPostcode(text.to_owned())),
    }
}

pub(super) fn email(text: &str) -> Result<CleanedValue, CellError> {
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let small = text.to_lowercase();
    match small.parse::<EmailAddress>() {
        Ok(address) => Ok(CleanedValue::plain(Some(FieldValue::Text(address.as_str().to_owned())))),
        Err(error) => Err(CellError::NotEmail { error: Box::new(error), text: text.to_owned() }),
    }
}

pub(super) fn phone(text: &str) -> Result<CleanedValue, CellError> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = match (digits.strip_prefix("0033"), digits.strip_prefix("33")) {
        (Some(rest), _) => format!("0{}", rest.trim_start_matches('0')),
        (None, Some(rest)) if text.trim_start().starts_with('+') => {
            format!("0{}", rest.trim_start_matches('0'))
        }
        _ => digits,
    };
    let (digits, corrected) = match digits.len() {
        9 if !digits.starts_with('0') => (format!("0{digits}"), Some("zéro initial rétabli")),
        _ => (digits, None),
    };
    if digits.len() != 10 || !digits.starts_with('0') {
        return Err(CellError::NotPhone(text.to_owned()));
    }
    let pairs: Vec<&str> = (0..5).filter_map(|at| digits.get(2 * at..2 * at + 2)).collect();
    Ok(CleanedValue { value: Some(FieldValue::Text(pairs.join(" "))), corrected, all_caps: false })
}
