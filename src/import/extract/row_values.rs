//! One row becomes a candidate, or the list of all that is wrong with it.

use super::columns::ColumnPositions;
use super::extracted_rows::{CandidateRow, CorrectedCell};
use crate::import::cells::cell_error::CellError;
use crate::import::cells::clean_cell::clean_cell;
use crate::import::cells::cleaned_value::CleanedValue;
use crate::import::cells::field_form::FieldForm;
use crate::import::field_value::FieldValue;
use crate::import::person_name::split_name;
use crate::import::profile::{Profile, ProfileColumn};
use crate::records::spelling;
use sheet_reader::{Cell, Row};
use std::collections::BTreeMap;

/// Reads a row. The errors are reasons in French.
pub(super) fn read_row(
    profile: &Profile,
    positions: &ColumnPositions,
    row: &Row,
    corrected: &mut Vec<CorrectedCell>,
) -> Result<CandidateRow, Vec<String>> {
    let candidate = CandidateRow { row: row.number, ..CandidateRow::default() };
    let mut values = RowValues {
        candidate,
        reasons: Vec::new(),
        unlisted: BTreeMap::new(),
        address: Vec::new(),
        corrected,
    };
    for (column, at) in profile.columns.iter().zip(&positions.columns) {
        values.read_column(column, *at, row);
    }
    values.finish(profile)
}

/// What the columns of a row gave so far.
struct RowValues<'m> {
    candidate: CandidateRow,
    /// Why the row cannot be taken.
    reasons: Vec<String>,
    /// By field, a text that the profile does not list.
    unlisted: BTreeMap<&'static str, String>,
    /// Lines of the address.
    address: Vec<String>,
    corrected: &'m mut Vec<CorrectedCell>,
}

impl RowValues<'_> {
    fn read_column(&mut self, column: &ProfileColumn, at: Option<usize>, row: &Row) {
        let name = column.field.name;
        if at.is_none() && column.constant.is_none() {
            return;
        }
        self.candidate.present.insert(name);
        let is_address = column.field.form == FieldForm::Address;
        let is_filled = !is_address && self.candidate.fields.contains_key(name);
        if is_filled || !applies(column, &self.candidate) {
            return;
        }
        let cell = match (&column.constant, at) {
            (Some(constant), None) => Cell::Text(constant.clone()),
            (_, Some(at)) => row.cells.get(at).cloned().unwrap_or_default(),
            (None, None) => return,
        };
        match read_cell(column, &cell) {
            Ok(CellResult::Nothing) => {}
            Ok(CellResult::Unlisted(text)) => {
                self.unlisted.entry(name).or_insert(text);
            }
            Ok(CellResult::Value(cleaned)) => self.put(column, &cell, cleaned),
            Err(reason) => self.reasons.push(format!("{} : {reason}", column.field.french)),
        }
    }

    fn put(&mut self, column: &ProfileColumn, cell: &Cell, cleaned: CleanedValue) {
        let name = column.field.name;
        let Some(value) = cleaned.value else { return };
        if let Some(how) = cleaned.corrected {
            let before = spelling::tidy(&cell.text());
            let after = value.to_string();
            self.note_corrected(column, how, before, after);
        }
        if cleaned.all_caps {
            self.candidate.all_caps.insert(name);
        }
        if column.field.form == FieldForm::Address {
            self.address.extend(value.as_text().map(str::to_owned));
        } else if name == "person" {
            self.put_whole_name(column, &value);
        } else {
            self.candidate.fields.insert(name, value);
        }
    }

    fn note_corrected(
        &mut self,
        column: &ProfileColumn,
        how: &'static str,
        before: String,
        after: String,
    ) {
        let (row, field) = (self.candidate.row, column.field.french);
        self.corrected.push(CorrectedCell { row, field, how, before, after });
    }

    /// A whole name in one cell becomes its parts.
    fn put_whole_name(&mut self, column: &ProfileColumn, value: &FieldValue) {
        let Some(text) = value.as_text() else { return };
        let name = match split_name(text, column.order) {
            Ok(name) => name,
            Err(reason) => {
                return self.reasons.push(format!("{} : {reason}", column.field.french));
            }
        };
        let is_loud = |word: &str| spelling::is_all_caps(word) && word.chars().count() > 2;
        if text.split(' ').any(is_loud) {
            self.candidate.all_caps.insert("family_name");
        } else {
            let after = format!("{} {}", name.given, name.family);
            let how = "sans capitales, coupé dans l'ordre que dit la colonne";
            self.note_corrected(column, how, text.to_owned(), after);
        }
        let civility = name.civility.map(str::to_owned);
        let parts = [
            ("given_name", Some(name.given)),
            ("family_name", Some(name.family)),
            ("civility", civility),
        ];
        for (field, part) in parts {
            let Some(part) = part else { continue };
            self.candidate.fields.entry(field).or_insert(FieldValue::Text(part));
            self.candidate.present.insert(field);
        }
    }

    fn finish(mut self, profile: &Profile) -> Result<CandidateRow, Vec<String>> {
        if !self.address.is_empty() {
            let lines = without_city(std::mem::take(&mut self.address), &self.candidate);
            if !lines.is_empty() {
                self.candidate.fields.insert("address", FieldValue::List(lines));
            }
        }
        agree_with_person(&mut self.candidate);
        for field in profile.target.fields().iter().filter(|field| field.required) {
            let has_reason = self.reasons.iter().any(|reason| reason.starts_with(field.french));
            if self.candidate.fields.contains_key(field.name) || has_reason {
                continue;
            }
            let is_name = ["given_name", "family_name"].contains(&field.name);
            let is_unclear =
                || self.reasons.iter().any(|reason| reason.contains("impossible de dire"));
            let reason = match self.unlisted.get(field.name) {
                Some(text) => format!("{} : « {text} » n'est pas dans le profil", field.french),
                None if is_name && is_unclear() => continue,
                None => format!("{} : manque", field.french),
            };
            self.reasons.push(reason);
        }
        match self.reasons.is_empty() {
            true => Ok(self.candidate),
            false => Err(self.reasons),
        }
    }
}

fn applies(column: &ProfileColumn, candidate: &CandidateRow) -> bool {
    column.when.iter().all(|(field, wanted)| {
        candidate.text(field).is_some_and(|value| wanted.iter().any(|word| word == value))
    })
}

/// What a cell gives.
enum CellResult {
    Nothing,
    /// A text that the profile does not list.
    Unlisted(String),
    Value(CleanedValue),
}

fn read_cell(column: &ProfileColumn, cell: &Cell) -> Result<CellResult, CellError> {
    let folded = spelling::folded(&cell.text());
    if cell.is_blank() || column.ignore.contains(&folded) && !column.ignore.is_empty() {
        return Ok(CellResult::Nothing);
    }
    let mut cell = cell.clone();
    if !column.values.is_empty() {
        match column.values.iter().find(|(from, _)| *from == folded) {
            Some((_, to)) if to.is_empty() => return Ok(CellResult::Nothing),
            Some((_, to)) => cell = Cell::Text(to.clone()),
            None if !column.keep_others => {
                let shown: String = spelling::tidy(&cell.text()).chars().take(40).collect();
                return Ok(CellResult::Unlisted(shown));
            }
            None => {}
        }
    }
    let cleaned = clean_cell(&cell, column.field.form)?;
    if let (Some(pattern), Some(FieldValue::Text(text))) = (&column.pattern, &cleaned.value) {
        let value = Some(FieldValue::Text(pattern.replace("{}", text)));
        return Ok(CellResult::Value(CleanedValue { value, ..cleaned }));
    }
    Ok(CellResult::Value(cleaned))
}

/// The lines of an address without those that only say postcode and city again, and each once.
fn without_city(lines: Vec<String>, candidate: &CandidateRow) -> Vec<String> {
    let city = spelling::folded(candidate.text("city").unwrap_or_default());
    let postcode = candidate.text("postcode").unwrap_or_default();
    let mut kept: Vec<String> = Vec::new();
    for line in lines {
        let folded = spelling::folded(&line);
        let digits = line.chars().take(5).filter(char::is_ascii_digit).count() == 5;
        let repeats = folded == city
            || (digits && (line.starts_with(postcode) || folded.contains("cedex")))
            || (digits && !city.is_empty() && folded.ends_with(&city));
        if !repeats && !kept.iter().any(|other| spelling::folded(other) == folded) {
            kept.push(line);
        }
    }
    kept
}

/// Masculine functions and posts, and what they are for a woman.
const AGREEMENTS: [(&str, &str); 10] = [
    ("Principal", "Principale"),
    ("Proviseur", "Proviseure"),
    ("Directeur", "Directrice"),
    ("Chef d’établissement", "Cheffe d’établissement"),
    ("professeur", "professeure"),
    ("enseignant", "enseignante"),
    ("conseiller", "conseillère"),
    ("certifié", "certifiée"),
    ("agrégé", "agrégée"),
    ("principal", "principale"),
];

/// Lists write functions in the masculine; a letter agrees with the person.
fn agree_with_person(candidate: &mut CandidateRow) {
    if candidate.text("civility") != Some("Mme") {
        return;
    }
    for field in ["function", "post"] {
        let Some(text) = candidate.text(field) else { continue };
        let words: Vec<&str> = text
            .split(' ')
            .enumerate()
            .map(|(at, word)| {
                let first = at == 0 || (at == 1 && text.starts_with("conseill"));
                let found = AGREEMENTS.iter().find(|(man, _)| first && *man == word);
                found.map_or(word, |(_, woman)| woman)
            })
            .collect();
        let whole = AGREEMENTS.iter().find(|(man, _)| *man == text);
        let agreed = whole.map_or_else(|| words.join(" "), |(_, woman)| (*woman).to_owned());
        candidate.fields.insert(field, FieldValue::Text(agreed));
    }
}
