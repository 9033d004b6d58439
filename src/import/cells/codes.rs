//! Codes and addresses in a cell: UAI, postcode, mail address, telephone number. Zeros that a spreadsheet
//! ate come back.

use super::cell_error::CellError;
use super::cleaned_value::CleanedValue;
use crate::import::field_value::FieldValue;
use crate::records::values::{EmailAddress, Uai};

/// A mail address was taken out of several; the others are lost.
const EMAIL_OF_SEVERAL: &str = "plusieurs adresses, celle de l'établissement prise";
/// A number was taken out of several; the others are lost.
const PHONE_OF_SEVERAL: &str = "plusieurs numéros, le premier pris";

/// Whether what was corrected in a cell lost a part of it.
pub fn loses_a_part(how: &str) -> bool {
    [EMAIL_OF_SEVERAL, PHONE_OF_SEVERAL].contains(&how)
}

pub(super) fn uai(text: &str) -> Result<CleanedValue, CellError> {
    let compact: String = text.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let compact = compact.to_ascii_uppercase();
    let wrong = match compact.parse::<Uai>() {
        Ok(uai) => return Ok(CleanedValue::plain(Some(FieldValue::Text(uai.to_string())))),
        Err(error) => error,
    };
    // A spreadsheet that reads a code as a number drops its leading zeros.
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
    let small = text.to_lowercase();
    let value = |address: &str| FieldValue::Text(address.to_owned());
    let error = match small.parse::<EmailAddress>() {
        Ok(address) => return Ok(CleanedValue::plain(Some(value(address.as_str())))),
        Err(error) => error,
    };
    let is_between = |c: char| c.is_whitespace() || ",;/|()<>[]\"".contains(c);
    let words = small.split(is_between).filter(|word| word.contains('@'));
    let words = words.map(|word| word.trim_start_matches("mailto:").trim_matches(['.', ':', '\'']));
    let mut found: Vec<EmailAddress> = Vec::new();
    let mut others = 0;
    for word in words {
        match word.parse::<EmailAddress>() {
            Ok(address) if found.iter().any(|other| other.as_str() == address.as_str()) => {}
            Ok(address) => found.push(address),
            Err(_) => others += 1,
        }
    }
    // The mailbox of a school is "ce." and its code; the others beside it are people's.
    let of_school = found.iter().filter(|address| address.as_str().starts_with("ce."));
    let of_school: Vec<&EmailAddress> = of_school.collect();
    match (found.as_slice(), of_school.as_slice(), others) {
        ([only], _, 0) => {
            Ok(CleanedValue::corrected(value(only.as_str()), "adresse prise dans un texte"))
        }
        (_, [only], 0) => Ok(CleanedValue::corrected(value(only.as_str()), EMAIL_OF_SEVERAL)),
        ([_, _, ..], ..) => Err(CellError::SeveralEmails(text.to_owned())),
        _ if !text.contains('@') => Err(CellError::NoEmail(text.to_owned())),
        _ => Err(CellError::NotEmail { error: Box::new(error), text: text.to_owned() }),
    }
}

/// A telephone number; of several, the first.
pub(super) fn phone(text: &str) -> Result<CleanedValue, CellError> {
    one_phone(text).or_else(|error| {
        let each = text.split(['/', ';', ',', '|', '\n', '(']).flat_map(|part| part.split(" ou "));
        let each = each.flat_map(|part| part.split(" et ")).flat_map(|part| part.split("poste"));
        let first =
            each.filter(|part| !part.trim().is_empty()).find_map(|part| one_phone(part).ok());
        let value = first.and_then(|first| first.value).ok_or(error)?;
        Ok(CleanedValue::corrected(value, PHONE_OF_SEVERAL))
    })
}

fn one_phone(text: &str) -> Result<CleanedValue, CellError> {
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
