//! One row becomes a candidate, or the list of all that is wrong with it.

use super::columns::ColumnPositions;
use super::extracted_rows::{CandidateRow, CorrectedCell};
use crate::import::cells::cell_error::CellError;
use crate::import::cells::clean_cell::{clean_cell, verbatim_cell};
use crate::import::cells::cleaned_value::CleanedValue;
use crate::import::field_value::FieldValue;
use crate::import::person_name::split_name;
use crate::import::profile::{Profile, ProfileColumn};
use crate::import::record_target::RecordTarget;
use crate::records::spelling;
use crate::records::values::name_doubt::doubt_of_name;
use sheet_reader::{Cell, Row};
use std::collections::BTreeMap;

/// Why a row of a workbook of records is not taken of which only the code is left.
const EMPTIED_SCHOOL: &str =
    "ligne vidée : rien n'est supprimé ; pour fermer l'établissement, remplir « Fermé le »";
const EMPTIED_ASSIGNMENT: &str =
    "ligne vidée : rien n'est supprimé ; pour finir la désignation, remplir « Jusqu'au »";

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
        meaningless: BTreeMap::new(),
        lists: BTreeMap::new(),
        corrected,
        is_verbatim: profile.is_verbatim,
        has_unclear_name: false,
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
    /// By field, a text of which the profile says that it means nothing.
    meaningless: BTreeMap<&'static str, String>,
    /// By field, the values that several columns give.
    lists: BTreeMap<&'static str, Vec<String>>,
    corrected: &'m mut Vec<CorrectedCell>,
    /// Whether the profile takes texts as they stand.
    is_verbatim: bool,
    /// Whether a whole name was said and could not be cut.
    has_unclear_name: bool,
}

impl RowValues<'_> {
    fn read_column(&mut self, column: &ProfileColumn, at: Option<usize>, row: &Row) {
        let name = column.field.name;
        if at.is_none() && column.constant.is_none() {
            return;
        }
        self.candidate.present.insert(name);
        let is_filled = self.candidate.fields.contains_key(name);
        if is_filled || !applies(column, &self.candidate) {
            return;
        }
        let cell = match (&column.constant, at) {
            (Some(constant), None) => Cell::Text(constant.clone()),
            (_, Some(at)) => row.cells.get(at).cloned().unwrap_or_default(),
            (None, None) => return,
        };
        match read_cell(column, &cell, self.is_verbatim) {
            Ok(CellResult::Nothing) => {}
            Ok(CellResult::Meaningless(text)) => {
                self.meaningless.entry(name).or_insert(text);
            }
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
        if column.field.form.is_list() {
            self.lists.entry(name).or_default().extend(value.as_text().map(str::to_owned));
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
            Err(error) => {
                // "BRIAND et MORVAN", "poste vacant": what is wrong is not where to cut.
                let doubt = doubt_of_name("", text);
                let reason = doubt.map_or_else(|| error.to_string(), |doubt| doubt.to_string());
                self.has_unclear_name = true;
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
        for (field, lines) in std::mem::take(&mut self.lists) {
            let lines = match field {
                "address" if !profile.is_verbatim => without_city(lines, &self.candidate),
                _ => lines,
            };
            if !lines.is_empty() {
                self.candidate.fields.insert(field, FieldValue::List(lines));
            }
        }
        if !profile.is_verbatim {
            agree_with_person(&mut self.candidate);
        }
        if profile.is_verbatim && self.reasons.is_empty() && self.is_emptied() {
            return match profile.target {
                // A school can do without a head.
                RecordTarget::Head => Ok(self.candidate),
                RecordTarget::Establishment => Err(vec![EMPTIED_SCHOOL.to_owned()]),
                RecordTarget::Referent | RecordTarget::Allowance => {
                    Err(vec![EMPTIED_ASSIGNMENT.to_owned()])
                }
            };
        }
        for field in profile.target.fields().iter().filter(|field| field.required) {
            let has_reason = self.reasons.iter().any(|reason| reason.starts_with(field.french));
            if self.candidate.fields.contains_key(field.name) || has_reason {
                continue;
            }
            let is_name = ["given_name", "family_name"].contains(&field.name);
            if is_name && self.has_unclear_name {
                continue;
            }
            let why = self.why_missing(field.name);
            self.reasons.push(format!("{} : {why}", field.french));
        }
        match self.reasons.is_empty() {
            true => Ok(self.candidate),
            false => Err(self.reasons),
        }
    }

    /// Whether nothing but what the row is about stands in it.
    fn is_emptied(&self) -> bool {
        let is_key = |field: &str| ["uai", "id"].contains(&field);
        self.candidate.fields.contains_key("uai")
            && self.unlisted.is_empty()
            && self.candidate.fields.keys().all(|field| is_key(field))
    }

    /// Why a field has no value.
    fn why_missing(&self, field: &str) -> String {
        if let Some(text) = self.unlisted.get(field) {
            return format!("« {text} » n'est pas dans le profil");
        }
        if let Some(text) = self.meaningless.get(field) {
            return format!("« {text} » ne veut rien dire, d'après le profil");
        }
        match self.candidate.present.contains(field) {
            true => "manque".to_owned(),
            false => "ce fichier n'a pas de colonne pour cela".to_owned(),
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
    /// A text of which the profile says that it means nothing.
    Meaningless(String),
    /// A text that the profile does not list.
    Unlisted(String),
    Value(CleanedValue),
}

fn read_cell(
    column: &ProfileColumn,
    cell: &Cell,
    is_verbatim: bool,
) -> Result<CellResult, CellError> {
    let folded = spelling::folded(&cell.text());
    if cell.is_blank() {
        return Ok(CellResult::Nothing);
    }
    let shown = || spelling::tidy(&cell.text()).chars().take(40).collect::<String>();
    if column.ignore.contains(&folded) {
        return Ok(CellResult::Meaningless(shown()));
    }
    let mut meant = cell.clone();
    if !column.values.is_empty() {
        match column.values.iter().find(|(from, _)| *from == folded) {
            Some((_, to)) if to.is_empty() => return Ok(CellResult::Meaningless(shown())),
            Some((_, to)) => meant = Cell::Text(to.clone()),
            None if !column.keep_others => return Ok(CellResult::Unlisted(shown())),
            None => {}
        }
    }
    let cleaned = match is_verbatim {
        true => verbatim_cell(&meant, column.field.form)?,
        false => clean_cell(&meant, column.field.form)?,
    };
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
