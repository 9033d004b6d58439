//! Which allowance of the rules a row means: by its name, or by its amount for that kind of school; and the
//! true reason where none is meant.

use crate::import::existing_records::FieldValues;
use crate::import::extract::extracted_rows::CandidateRow;
use crate::import::field_value::FieldValue;
use crate::import::import_input::ImportInput;
use crate::import::proposal::AllowanceRate;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Why no allowance of the rules is meant; amounts and schools as a person writes them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum AllowanceError {
    #[error("l'indemnité « {0} » n'existe pas dans data/rules")]
    Unknown(String),
    #[error("aucune indemnité de data/rules n'est de {0}")]
    NoneOfAmount(String),
    #[error("plusieurs indemnités sont de {amount} : {} ; dire laquelle dans une colonne « Indemnité missive »", .allowances.join(", "))]
    SeveralOfAmount { amount: String, allowances: Vec<String> },
    #[error(
        "l'indemnité « {id} » n'est en vigueur que depuis le {since}, après la date de la campagne ({day})"
    )]
    NotYet { id: String, since: Date, day: Date },
    #[error(
        "l'indemnité « {id} » n'est plus en vigueur depuis le {until} ; la campagne est du {day}"
    )]
    NoLonger { id: String, until: Date, day: Date },
    #[error("l'indemnité « {id} » est pour {for_whom} ; {school} est {is}")]
    NotForSchool { id: String, for_whom: String, school: String, is: String },
}

/// Finds it.
pub(super) fn find_allowance(
    input: &ImportInput<'_>,
    candidate: &CandidateRow,
    assignment: &FieldValues,
) -> Result<Option<FieldValue>, AllowanceError> {
    let rates = &input.context.allowances;
    let (meant, unknown): (Vec<&AllowanceRate>, AllowanceError) =
        match (candidate.text("allowance"), candidate.text("amount")) {
            (Some(id), _) => (
                rates.iter().filter(|rate| rate.id == id).collect(),
                AllowanceError::Unknown(id.to_owned()),
            ),
            (None, Some(amount)) => (
                rates.iter().filter(|rate| rate.amount == amount).collect(),
                AllowanceError::NoneOfAmount(shown_amount(amount)),
            ),
            (None, None) => return Ok(None),
        };
    let day = input.context.day;
    let uai = candidate.uai();
    let in_force: Vec<&AllowanceRate> =
        meant.iter().copied().filter(|rate| rate.is_in_force(day)).collect();
    let fit: BTreeSet<&str> = in_force
        .iter()
        .filter(|rate| unsuited(input, uai, rate).is_none())
        .map(|rate| rate.id.as_str())
        .collect();
    let fit: Vec<&str> = fit.into_iter().collect();
    let in_file = assignment.get("allowance").and_then(FieldValue::as_text);
    match fit.as_slice() {
        [only] => Ok(Some(FieldValue::Text((*only).to_owned()))),
        [] => Err(match (in_force.first(), meant.first(), day) {
            (Some(rate), ..) => unsuited(input, uai, rate).unwrap_or(unknown),
            (None, Some(rate), Some(day)) => out_of_force(rate, day),
            _ => unknown,
        }),
        several => match in_file.filter(|id| several.contains(id)) {
            Some(id) => Ok(Some(FieldValue::Text(id.to_owned()))),
            None => Err(AllowanceError::SeveralOfAmount {
                amount: candidate.text("amount").map(shown_amount).unwrap_or_default(),
                allowances: several.iter().map(|id| (*id).to_owned()).collect(),
            }),
        },
    }
}

fn out_of_force(rate: &AllowanceRate, day: Date) -> AllowanceError {
    let id = rate.id.clone();
    match rate.until {
        Some(until) if until < day => AllowanceError::NoLonger { id, until, day },
        _ => AllowanceError::NotYet { id, since: rate.since, day },
    }
}

/// Why an allowance is not for a school; what the record does not say excludes nothing.
fn unsuited(input: &ImportInput<'_>, uai: &str, rate: &AllowanceRate) -> Option<AllowanceError> {
    let records = input.records;
    let school = records.find("establishment", uai).and_then(|at| records.entries.get(at))?;
    let conditions = [("kind", &rate.kinds), ("sector", &rate.sectors)];
    let (field, wanted, is) = conditions.into_iter().find_map(|(field, wanted)| {
        let is = school.text(field)?;
        (!wanted.is_empty() && !wanted.iter().any(|word| word == is)).then_some((field, wanted, is))
    })?;
    let words: Vec<&str> = wanted.iter().map(|word| french_word(word)).collect();
    let what = if field == "sector" { "le secteur" } else { "les établissements de type" };
    Some(AllowanceError::NotForSchool {
        id: rate.id.clone(),
        for_whom: format!("{what} {}", words.join(", ")),
        school: records.school_label(uai),
        is: french_word(is).to_owned(),
    })
}

/// Kinds and sectors of schools as a person calls them.
pub(in crate::import) fn french_word(word: &str) -> &str {
    match word {
        "public" => "public",
        "private" => "privé",
        "college" => "collège",
        "lycee" => "lycée",
        "lycee-professionnel" => "lycée professionnel",
        "lycee-polyvalent" => "lycée polyvalent",
        "erea" => "EREA",
        "other" => "autre",
        word => word,
    }
}

/// "1 250 €", "312,50 €", from an amount with two decimals.
fn shown_amount(amount: &str) -> String {
    let (whole, cents) = amount.split_once('.').unwrap_or((amount, "00"));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    match cents {
        "00" => format!("{grouped}\u{a0}€"),
        cents => format!("{grouped},{cents}\u{a0}€"),
    }
}
