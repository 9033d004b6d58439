//! One row becomes a candidate, or the list of all that is wrong with it.

use super::agreement::{agree_with_person, without_city};
use super::columns::ColumnPositions;
use super::extracted_rows::{CandidateRow, CorrectedCell, LeftOutCell};
use super::read_cell::{CellResult, lines_of, read_cell};
use crate::import::cells::cell_error::CellError;
use crate::import::cells::cleaned_value::CleanedValue;
use crate::import::cells::dates::near_day;
use crate::import::cells::field_form::FieldForm;
use crate::import::field_value::FieldValue;
use crate::import::person_name::split_name;
use crate::import::profile::{Profile, ProfileColumn};
use crate::import::record_target::RecordTarget;
use crate::records::spelling;
use crate::records::values::name_doubt::doubt_of_name;
use jiff::civil::Date;
use sheet_reader::{Cell, Row};
use std::collections::BTreeMap;

/// Why a row of a workbook of records is not taken of which only the code is left.
const EMPTIED_SCHOOL: &str =
    "ligne vidée : rien n'est supprimé ; pour fermer l'établissement, remplir « Fermé le »";
const EMPTIED_ASSIGNMENT: &str =
    "ligne vidée : rien n'est supprimé ; pour finir la désignation, remplir « Jusqu'au »";

/// How a sheet is read.
pub(super) struct RowReading<'p> {
    pub(super) profile: &'p Profile,
    pub(super) positions: ColumnPositions,
    /// Columns of days that may have the month first, with the error that says so.
    pub(super) month_first: BTreeMap<usize, CellError>,
    pub(super) today: Date,
}

/// What was noted about the cells of a row.
#[derive(Default)]
pub(super) struct CellNotes {
    pub(super) corrected: Vec<CorrectedCell>,
    pub(super) left_out: Vec<LeftOutCell>,
}

/// Reads a row. The errors are reasons in French.
pub(super) fn read_row(
    reading: &RowReading<'_>,
    row: &Row,
    notes: &mut CellNotes,
) -> Result<CandidateRow, Vec<String>> {
    let candidate = CandidateRow { row: row.number, ..CandidateRow::default() };
    let mut values = RowValues {
        reading,
        candidate,
        reasons: Vec::new(),
        unlisted: BTreeMap::new(),
        meaningless: BTreeMap::new(),
        lists: BTreeMap::new(),
        notes,
        has_unclear_name: false,
    };
    for (column, at) in reading.profile.columns.iter().zip(&reading.positions.columns) {
        values.read_column(column, *at, row);
    }
    values.finish(reading.profile)
}

/// What the columns of a row gave so far.
struct RowValues<'m> {
    reading: &'m RowReading<'m>,
    candidate: CandidateRow,
    /// Why the row cannot be taken.
    reasons: Vec<String>,
    /// By field, a text that the profile does not list.
    unlisted: BTreeMap<&'static str, String>,
    /// By field, a text of which the profile says that it means nothing.
    meaningless: BTreeMap<&'static str, String>,
    /// By field, the values that several columns give.
    lists: BTreeMap<&'static str, Vec<String>>,
    notes: &'m mut CellNotes,
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
        let reading = self.reading;
        let doubt = at.and_then(|at| reading.month_first.get(&at));
        for cell in lines_of(column, cell) {
            let result = match doubt.filter(|_| !cell.is_blank()) {
                Some(doubt) => Err(doubt.clone()),
                None => self.read_cell(column, &cell),
            };
            self.take(column, &cell, result);
        }
    }

    /// Whether the profile takes texts as they stand.
    fn is_verbatim(&self) -> bool {
        self.reading.profile.is_verbatim
    }

    fn read_cell(&self, column: &ProfileColumn, cell: &Cell) -> Result<CellResult, CellError> {
        let result = read_cell(column, cell, self.is_verbatim())?;
        match result {
            CellResult::Value(cleaned) if column.field.form == FieldForm::Day => {
                let text = spelling::tidy(&cell.text());
                near_day(cleaned, &text, self.reading.today).map(CellResult::Value)
            }
            result => Ok(result),
        }
    }

    fn take(&mut self, column: &ProfileColumn, cell: &Cell, result: Result<CellResult, CellError>) {
        let name = column.field.name;
        match result {
            Ok(CellResult::Nothing) => {}
            Ok(CellResult::Meaningless(text)) => {
                self.meaningless.entry(name).or_insert(text);
            }
            Ok(CellResult::Unlisted(text)) => {
                self.unlisted.entry(name).or_insert(text);
            }
            Ok(CellResult::Value(cleaned)) => self.put(column, cell, cleaned),
            Err(error) => self.put_error(column, &error),
        }
    }

    /// A cell that cannot be taken costs its row, or only itself where the row can do without.
    fn put_error(&mut self, column: &ProfileColumn, error: &CellError) {
        let says_nothing = matches!(error, CellError::SaysNothing(_));
        let is_missed = column.field.required || column.field.name == "person";
        if !column.field.is_dispensable() && (is_missed || !says_nothing) {
            self.reasons.push(format!("{} : {error}", column.field.french));
            return;
        }
        self.candidate.left_out.insert(column.field.name);
        self.notes.left_out.push(LeftOutCell {
            row: self.candidate.row,
            uai: self.candidate.text("uai").map(str::to_owned),
            field: column.field.french,
            reason: error.to_string(),
            says_nothing,
        });
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
        let before = cell.text();
        if name == "family_name" && cleaned.all_caps && spelling::is_doubtful_in_capitals(&before) {
            self.candidate.doubtful_capitals.push(spelling::tidy(&before));
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
        self.notes.corrected.push(CorrectedCell { row, field, how, before, after });
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
        let fields = &self.candidate.fields;
        let lists = &self.lists;
        self.candidate
            .left_out
            .retain(|name| !fields.contains_key(name) && !lists.contains_key(name));
        let left_out = &self.candidate.left_out;
        self.candidate.present.retain(|name| !left_out.contains(name));
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
