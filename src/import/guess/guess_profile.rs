//! A first profile for a spreadsheet nobody described yet: columns guessed by their headings and by what
//! stands in them, shown as a table and written as TOML for a person to correct. Pure.

use super::heading_meaning::heading_meaning;
use super::profile_text::profile_text;
use super::sample::{GuessedBy, Recognised, Sample};
use crate::import::cells::clean_cell::clean_cell;
use crate::import::cells::field_form::FieldForm;
use crate::import::person_name::read_civility;
use crate::import::profile::{BUILT_IN, Profile};
use crate::import::record_target::{ProfileField, RecordTarget};
use crate::records::spelling;
use serde::Serialize;
use sheet_reader::{Cell, Workbook};
use std::collections::{BTreeMap, BTreeSet};

/// A profile as it was guessed.
#[derive(Clone, Debug)]
pub struct GuessedProfile {
    /// What its rows are.
    pub target: RecordTarget,
    /// The text of the profile.
    pub text: String,
    /// Columns that were recognised.
    pub columns: Vec<GuessedColumn>,
    /// Every column that has a heading, recognised or not.
    pub table: Vec<GuessedRow>,
    /// Fields that a record needs and no column gives.
    pub missing: Vec<&'static str>,
}

/// A column whose field was recognised; in JSON a list of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "(String, &'static str)")]
pub struct GuessedColumn {
    /// Its name in the header.
    pub name: String,
    /// Field that it fills.
    pub field: &'static str,
}

impl From<GuessedColumn> for (String, &'static str) {
    fn from(column: GuessedColumn) -> Self {
        (column.name, column.field)
    }
}

/// What a person said before the guess: what the rows are, and corrections of single columns.
#[derive(Clone, Debug, Default)]
pub struct GuessRequest {
    /// What the rows are; the kind that fits best, if nobody said.
    pub target: Option<RecordTarget>,
    /// Fields of columns by their number, from 1; none of one that is not to be read.
    pub columns: BTreeMap<usize, Option<&'static str>>,
}

/// One column in the table that a person corrects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GuessedRow {
    /// Its number, from 1.
    pub number: usize,
    /// Its name in the header.
    pub column: String,
    /// The first of its cells.
    pub example: String,
    /// How many cells are filled.
    pub cells: usize,
    /// Field that it fills, if one was recognised.
    pub field: Option<&'static str>,
    /// How a person calls that field.
    pub french: Option<&'static str>,
    /// What the guess rests on.
    pub by: Option<GuessedBy>,
}

/// Guesses a profile for a kind of record, or for the one that fits best.
pub fn guess_profile(
    workbook: &Workbook,
    request: &GuessRequest,
    file: &str,
) -> Option<GuessedProfile> {
    let sample = Sample::of(workbook)?;
    let target = request.target.unwrap_or_else(|| {
        let score = |target: &RecordTarget| {
            let found = recognise(*target, &sample, request);
            let missing = missing(*target, &fields_of(&found)).len();
            // A name that a profile knows says more than the words of a heading.
            let weight = |known: &Recognised| if known.by == GuessedBy::Name { 3 } else { 2 };
            found.values().map(weight).sum::<i64>() - 9 * (missing as i64)
        };
        RecordTarget::ALL.into_iter().max_by_key(score).unwrap_or(RecordTarget::Establishment)
    });
    let found = recognise(target, &sample, request);
    let missing = missing(target, &fields_of(&found));
    let text = profile_text(target, &sample, &found, &missing, file);
    let columns = found
        .iter()
        .filter_map(|(at, known)| {
            Some(GuessedColumn { name: sample.names.get(*at)?.clone(), field: known.field.name })
        })
        .collect();
    Some(GuessedProfile { target, text, columns, table: table(&sample, &found), missing })
}

fn table(sample: &Sample<'_>, found: &BTreeMap<usize, Recognised>) -> Vec<GuessedRow> {
    let named = sample.names.iter().enumerate().filter(|(_, name)| !name.is_empty());
    let row = |(at, name): (usize, &String)| {
        let known = found.get(&at);
        let cells = sample.cells(at);
        GuessedRow {
            number: at + 1,
            column: name.clone(),
            example: cells.first().map_or(String::new(), |cell| spelling::tidy(&cell.text())),
            cells: cells.len(),
            field: known.map(|known| known.field.name),
            french: known.map(|known| known.field.french),
            by: known.map(|known| known.by),
        }
    };
    named.map(row).collect()
}

fn fields_of(found: &BTreeMap<usize, Recognised>) -> BTreeSet<&'static str> {
    found.values().map(|known| known.field.name).collect()
}

fn missing(target: RecordTarget, fields: &BTreeSet<&str>) -> Vec<&'static str> {
    target
        .fields()
        .iter()
        .filter(|field| field.required && !fields.contains(field.name))
        .filter(|field| {
            !(fields.contains("person") && ["given_name", "family_name"].contains(&field.name))
        })
        .map(|field| field.name)
        .collect()
}

/// The field of each column: as a person said, by a name that a built-in profile knows, by the words of its heading, or by
/// its content.
fn recognise(
    target: RecordTarget,
    sample: &Sample<'_>,
    request: &GuessRequest,
) -> BTreeMap<usize, Recognised> {
    let known: Vec<Profile> =
        BUILT_IN.iter().filter_map(|(name, _)| Profile::built_in(name)).collect();
    let headings = sample.headings(target);
    let by_name = |at: usize| {
        let heading = headings.get(at).filter(|heading| !heading.is_blank())?;
        let of_target = known.iter().filter(|profile| profile.target == target);
        let mut columns = of_target.flat_map(|profile| &profile.columns);
        let column = columns.find(|column| column.names.iter().any(|name| heading.is(name)));
        column.map(|column| column.field)
    };
    let by_heading = |at: usize| {
        let name = heading_meaning(target, sample.names.get(at)?)?;
        target.field(name).filter(|field| suits(*field, sample.cells(at)))
    };
    let by_content = |at: usize| by_content(target, sample.cells(at));
    let mut found: BTreeMap<usize, Recognised> = BTreeMap::new();
    let mut guess =
        |by: GuessedBy, empty: bool, field_at: &dyn Fn(usize) -> Option<ProfileField>| {
            for at in 0..sample.names.len() {
                let is_said = by != GuessedBy::Person && request.columns.contains_key(&(at + 1));
                // A column without a cell is only taken where no other one is left.
                let is_turn = by == GuessedBy::Person || sample.cells(at).is_empty() == empty;
                if is_said || found.contains_key(&at) || !is_turn {
                    continue;
                }
                let Some(field) = field_at(at) else { continue };
                let is_taken = fields_of(&found).contains(field.name) && !field.form.is_list();
                if !is_taken {
                    found.insert(at, Recognised { field, by });
                }
            }
        };
    let by_person =
        |at: usize| request.columns.get(&(at + 1)).and_then(|field| target.field((*field)?));
    guess(GuessedBy::Person, false, &by_person);
    for empty in [false, true] {
        guess(GuessedBy::Name, empty, &by_name);
        guess(GuessedBy::Heading, empty, &by_heading);
        guess(GuessedBy::Content, empty, &by_content);
    }
    found
}

/// Whether the cells of a column may be those of a field whose heading it has.
fn suits(field: ProfileField, cells: &[&Cell]) -> bool {
    let is_strict = matches!(
        field.form,
        FieldForm::Uai
            | FieldForm::Email
            | FieldForm::Day
            | FieldForm::Postcode
            | FieldForm::Amount
    );
    let sound = cells.iter().filter(|cell| clean_cell(cell, field.form).is_ok()).count();
    !is_strict || cells.is_empty() || sound * 2 >= cells.len()
}

fn by_content(target: RecordTarget, cells: &[&Cell]) -> Option<ProfileField> {
    if cells.len() < 2 {
        return None;
    }
    let mostly = |is: &dyn Fn(&Cell) -> bool| {
        cells.iter().filter(|cell| is(cell)).count() * 10 >= cells.len() * 8
    };
    let sound = |form: FieldForm| {
        move |cell: &Cell| clean_cell(cell, form).is_ok_and(|cleaned| cleaned.value.is_some())
    };
    let name = if mostly(&sound(FieldForm::Uai)) {
        "uai"
    } else if mostly(&sound(FieldForm::Email)) {
        "email"
    } else if mostly(&|cell| read_civility(&cell.text()).is_some()) {
        "civility"
    } else if mostly(&sound(FieldForm::Postcode)) {
        "postcode"
    } else {
        return None;
    };
    target.field(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;

    #[test]
    fn a_guess_is_a_profile_that_can_be_read() {
        let sheet = "Liste;;;\nEtab;Patronyme;Prénom;Qui;Fonction;Divers\n0860001J;DURAND;Anne;Mme;PRINCIPAL;x\n0860002K;PETIT;Luc;M.;PROVISEUR;y\n";
        let workbook = sheet_reader::read(sheet.as_bytes()).unwrap();
        let guess =
            guess_profile(&workbook, &GuessRequest::default(), "liste \"2026\".csv").unwrap();
        assert!(guess.missing.is_empty(), "{guess:?}");
        assert!(
            guess.columns.contains(&GuessedColumn { name: "Qui".to_owned(), field: "civility" }),
            "{guess:?}"
        );
        let mut sources = Sources::default();
        let id = sources.add("profiles/a.toml", guess.text.as_str());
        let mut problems = Vec::new();
        let profile = Profile::read("a", id, &sources, &mut problems).unwrap();
        assert_eq!(profile.target, RecordTarget::Head, "{problems:?}");
    }

    #[test]
    fn what_is_missing_is_said() {
        let workbook = sheet_reader::read(b"UAI;Nom\n0860001J;A\n0860002K;B\n").unwrap();
        let heads = GuessRequest { target: Some(RecordTarget::Head), ..GuessRequest::default() };
        let guess = guess_profile(&workbook, &heads, "a.csv").unwrap();
        assert_eq!(guess.missing, ["given_name", "function"]);
        assert!(guess.text.contains("# À compléter"));
        // What a person says counts, and takes the field from another column.
        let columns = [(1, None), (2, Some("given_name"))].into();
        let guess = guess_profile(&workbook, &GuessRequest { columns, ..heads }, "a.csv").unwrap();
        assert_eq!(guess.missing, ["uai", "family_name", "function"]);
    }

    #[test]
    fn a_survey_with_long_headings_needs_nothing_more() {
        let sheet = "Horodateur;1. Code UAI de votre établissement;2. Civilité;3. NOM de la personne désignée;4. Prénom de la personne désignée;5. Adresse électronique académique;6. Discipline ou fonction;7. Exerce-t-elle aussi dans un second établissement ? Lequel ?;8. Observations\n1;0860001J;Mme;MARTIN;Claire;claire@academie.example;Maths;Non;\n2;0860002K;M.;PETIT;Luc;luc@academie.example;SVT;0860001J;part en juin\n";
        let workbook = sheet_reader::read(sheet.as_bytes()).unwrap();
        let guess = guess_profile(&workbook, &GuessRequest::default(), "enquete.csv").unwrap();
        assert_eq!(guess.target, RecordTarget::Referent);
        assert!(guess.missing.is_empty(), "{guess:?}");
        let fields: Vec<Option<&str>> = guess.table.iter().map(|row| row.field).collect();
        let expected =
            ["uai", "civility", "family_name", "given_name", "email", "post", "other_uai"];
        let expected: Vec<Option<&str>> =
            [None].into_iter().chain(expected.map(Some)).chain([None]).collect();
        assert_eq!(fields, expected);
        let mut sources = Sources::default();
        let id = sources.add("profiles/a.toml", guess.text.as_str());
        let mut problems = Vec::new();
        assert!(Profile::read("a", id, &sources, &mut problems).is_some(), "{problems:?}");
    }
}
