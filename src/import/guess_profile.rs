//! A first profile for a spreadsheet nobody described yet: columns guessed by their names and by what
//! stands in them, written as TOML for a person to correct. Pure.

use super::cells::clean_cell::clean_cell;
use super::cells::field_form::FieldForm;
use super::extract::columns::header_names;
use super::person_name::read_civility;
use super::profile::{BUILT_IN, Profile};
use super::record_target::{ProfileField, RecordTarget};
use crate::records::spelling;
use serde::Serialize;
use sheet_reader::{Cell, Sheet, Workbook};
use std::collections::{BTreeMap, BTreeSet};

/// Rows looked at below the header.
const SAMPLE: usize = 200;
/// Different values of a column that are listed in a profile.
const MOST_VALUES: usize = 25;

/// A profile as it was guessed.
#[derive(Clone, Debug)]
pub struct GuessedProfile {
    /// The text of the profile.
    pub text: String,
    /// Columns that were recognised.
    pub columns: Vec<GuessedColumn>,
    /// Fields that a record needs and no column gives.
    pub missing: Vec<&'static str>,
}

/// A column whose field was recognised; in JSON a list of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "(String, &'static str)")]
pub struct GuessedColumn {
    /// Its name in the header.
    pub name: String,
    /// The field.
    pub field: &'static str,
}

impl From<GuessedColumn> for (String, &'static str) {
    fn from(column: GuessedColumn) -> Self {
        (column.name, column.field)
    }
}

/// The row that looks like a header: the first with the most cells that are texts.
fn find_header_row(sheet: &Sheet) -> usize {
    let texts = |at: usize| {
        sheet.rows.get(at).map_or(0, |row| {
            row.cells
                .iter()
                .filter(|cell| matches!(cell, Cell::Text(_)) && !cell.is_blank())
                .count()
        })
    };
    let rows = sheet.rows.len().min(30);
    let most = (0..rows).map(texts).max().unwrap_or(0);
    (0..rows).find(|at| texts(*at) * 10 >= most * 9).unwrap_or(0)
}

/// Guesses a profile for a kind of record, or for the one that fits best.
pub fn guess_profile(
    workbook: &Workbook,
    target: Option<RecordTarget>,
    file: &str,
) -> Option<GuessedProfile> {
    let sheet = workbook.sheets.iter().max_by_key(|sheet| sheet.rows.len())?;
    let at = find_header_row(sheet);
    let names: Vec<String> =
        sheet.rows.get(at)?.cells.iter().map(|cell| spelling::tidy(&cell.text())).collect();
    let folded = header_names(sheet.rows.get(at)?);
    let rows: Vec<&[Cell]> =
        sheet.rows.iter().skip(at + 1).take(SAMPLE).map(|row| row.cells.as_slice()).collect();
    let columns: Vec<Vec<&Cell>> = (0..names.len())
        .map(|at| {
            rows.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_blank()).collect()
        })
        .collect();
    let of = |target: RecordTarget| recognise(target, &folded, &columns);
    let target = target.unwrap_or_else(|| {
        let score = |target: &RecordTarget| {
            let found = of(*target);
            let fields: BTreeSet<&str> = found.values().map(|field| field.name).collect();
            let missing = missing(*target, &fields).len();
            (found.len() as i64) - 3 * (missing as i64)
        };
        RecordTarget::ALL.into_iter().max_by_key(score).unwrap_or(RecordTarget::Establishment)
    });
    let found = of(target);
    let fields: BTreeSet<&str> = found.values().map(|field| field.name).collect();
    let missing = missing(target, &fields);
    let text = profile_text(target, &names, &found, &columns, &missing, file);
    let columns = found
        .iter()
        .filter_map(|(at, field)| {
            Some(GuessedColumn { name: names.get(*at)?.clone(), field: field.name })
        })
        .collect();
    Some(GuessedProfile { text, columns, missing })
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

/// The field of each column: by a name that a built-in profile knows, or by its content.
fn recognise(
    target: RecordTarget,
    names: &[String],
    columns: &[Vec<&Cell>],
) -> BTreeMap<usize, ProfileField> {
    let known: Vec<Profile> =
        BUILT_IN.iter().filter_map(|(name, _)| Profile::built_in(name)).collect();
    let mut found: BTreeMap<usize, ProfileField> = BTreeMap::new();
    let mut taken: BTreeSet<&'static str> = BTreeSet::new();
    let free = |field: &ProfileField, taken: &BTreeSet<&'static str>| {
        field.form == FieldForm::Address || !taken.contains(field.name)
    };
    for (at, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        let of_target = known.iter().filter(|profile| profile.target == target);
        let column = of_target
            .flat_map(|profile| &profile.columns)
            .find(|column| column.names.iter().any(|known| spelling::folded(known) == *name));
        if let Some(field) = column.map(|column| column.field).filter(|field| free(field, &taken)) {
            taken.insert(field.name);
            found.insert(at, field);
        }
    }
    for (at, cells) in columns.iter().enumerate() {
        if found.contains_key(&at) {
            continue;
        }
        let Some(field) = by_content(target, cells).filter(|field| free(field, &taken)) else {
            continue;
        };
        taken.insert(field.name);
        found.insert(at, field);
    }
    found
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

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

fn profile_text(
    target: RecordTarget,
    names: &[String],
    found: &BTreeMap<usize, ProfileField>,
    columns: &[Vec<&Cell>],
    missing: &[&str],
    file: &str,
) -> String {
    let one_line = |text: &str| spelling::tidy(text).chars().take(60).collect::<String>();
    let mut text = format!(
        "# Profil d’importation deviné d’après « {} » : à relire et à corriger.\n\
         # « names » : les noms que la colonne peut porter ; « values » : ce que valent ses cases.\n\n\
         title = {}\nrecords = {}\nfile = {}\n",
        one_line(file),
        quoted(&one_line(file)),
        quoted(target.as_str()),
        quoted(target.usual_file()),
    );
    for (at, field) in found {
        let name = names.get(*at).map_or("", String::as_str);
        let cells = columns.get(*at).map(Vec::as_slice).unwrap_or_default();
        let example = cells
            .first()
            .map_or(String::new(), |cell| format!("   # par exemple : {}", one_line(&cell.text())));
        text.push_str(&format!(
            "\n# {}\n[[column]]\nfield = {}\nnames = [{}]{example}\n",
            field.french,
            quoted(field.name),
            quoted(name)
        ));
        if field.name == "person" {
            text.push_str(
                "order = \"family-first\"   # ou \"given-first\", pour « Claire Martin »\n",
            );
        }
        if matches!(field.name, "kind" | "sector") {
            text.push_str(&values(field.name, cells));
        }
    }
    for name in missing {
        let french = target.field(name).map_or("", |field| field.french);
        text.push_str(&format!(
            "\n# À compléter : aucune colonne n’a été reconnue pour « {french} ».\n# [[column]]\n# field = {}\n# names = [\"…\"]\n",
            quoted(name)
        ));
    }
    let unused: Vec<String> = names
        .iter()
        .enumerate()
        .filter(|(at, name)| !found.contains_key(at) && !name.is_empty())
        .map(|(_, name)| one_line(name))
        .collect();
    if !unused.is_empty() {
        text.push_str(&format!("\n# Colonnes laissées : {}.\n", unused.join(", ")));
    }
    let fields: Vec<&str> = target.fields().iter().map(|field| field.name).collect();
    text.push_str(&format!("# Champs possibles : {}.\n", fields.join(", ")));
    text
}

/// The values of a column with what they may stand for; empty where nobody can guess.
fn values(field: &str, cells: &[&Cell]) -> String {
    let all: BTreeSet<String> = cells.iter().map(|cell| spelling::tidy(&cell.text())).collect();
    let meaning = |text: &str| {
        let folded = spelling::folded(text);
        let has = |part: &str| folded.contains(part);
        match field {
            "kind" if has("erea") || has("adapte") => "erea",
            "kind" if has("college") || folded == "clg" => "college",
            "kind" if has("polyvalent") || folded == "lpo" => "lycee-polyvalent",
            "kind" if has("professionnel") || folded == "lp" => "lycee-professionnel",
            "kind" if has("lycee") || folded == "lgt" => "lycee",
            "sector" if has("public") || folded == "pu" => "public",
            "sector" if has("prive") || folded == "pr" => "private",
            _ => "",
        }
    };
    let pairs: Vec<String> = all
        .iter()
        .take(MOST_VALUES)
        .map(|text| format!("{} = {}", quoted(text), quoted(meaning(text))))
        .collect();
    format!("values = {{ {} }}\n", pairs.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;

    #[test]
    fn a_guess_is_a_profile_that_can_be_read() {
        let sheet = "Liste;;;\nEtab;Patronyme;Prénom;Qui;Fonction;Divers\n0860001J;DURAND;Anne;Mme;PRINCIPAL;x\n0860002K;PETIT;Luc;M.;PROVISEUR;y\n";
        let workbook = sheet_reader::read(sheet.as_bytes()).unwrap();
        let guess = guess_profile(&workbook, None, "liste \"2026\".csv").unwrap();
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
        let guess = guess_profile(&workbook, Some(RecordTarget::Head), "a.csv").unwrap();
        assert_eq!(guess.missing, ["given_name", "function"]);
        assert!(guess.text.contains("# À compléter"));
    }
}
