//! What a person should know about a workbook as a whole: which sheets were not read, what is hidden, and what
//! was pulled down to the last row.

use super::columns::{ColumnPositions, HeaderMatch, header_of};
use crate::import::profile::Profile;
use crate::records::spelling;
use sheet_reader::{Cell, RowRun, Sheet, Workbook};

/// The notes, in French.
pub(super) fn sheet_notes(
    workbook: &Workbook,
    profile: &Profile,
    found: &HeaderMatch,
    positions: &ColumnPositions,
) -> Vec<String> {
    let Some(sheet) = workbook.sheets.get(found.sheet) else { return Vec::new() };
    let mut notes = Vec::new();
    if sheet.is_hidden {
        let name = &sheet.name;
        notes
            .push(format!("la feuille « {name} » est masquée ; lue, car aucune autre ne convient"));
    }
    notes.extend(hidden_columns(sheet, found.header, positions));
    notes.extend(sheet.runs.iter().map(run));
    let others = workbook.sheets.iter().enumerate().filter(|(at, _)| *at != found.sheet);
    let others: Vec<&Sheet> =
        others.map(|(_, sheet)| sheet).filter(|s| !s.rows.is_empty()).collect();
    let mut unlike = Vec::new();
    for other in others {
        let name = &other.name;
        let hidden = if other.is_hidden { "masquée, " } else { "" };
        match header_of(other, profile) {
            Some((header, _)) => {
                let rows = other.rows.len() - header - 1;
                notes.push(format!(
                    "la feuille « {name} » ({hidden}lignes : {rows}) a les mêmes colonnes et n'est pas lue ; pour la lire : --sheet \"{name}\""
                ));
            }
            None => unlike.push(format!("« {name} »")),
        }
    }
    if !unlike.is_empty() {
        notes.push(format!("feuilles non lues, d'autres colonnes : {}", unlike.join(", ")));
    }
    notes
}

fn hidden_columns(sheet: &Sheet, header: usize, positions: &ColumnPositions) -> Vec<String> {
    let header = sheet.rows.get(header);
    let read = sheet.hidden_columns.iter().filter(|at| positions.reads(**at));
    let names = read.filter_map(|at| header?.cells.get(*at).map(Cell::text));
    names
        .map(|name| {
            format!("la colonne « {} » est masquée dans le classeur ; lue", spelling::tidy(&name))
        })
        .collect()
}

fn run(run: &RowRun) -> String {
    let RowRun { first, last } = run;
    format!(
        "les lignes {first} à {last} disent toutes la même chose (une case tirée vers le bas) : non lues"
    )
}
