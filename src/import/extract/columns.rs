//! Where in a workbook a profile finds its header, and where its columns are in that header.

use super::extracted_rows::ExtractedRows;
use super::headings::{HEADER_ROWS, headings_for};
use super::like_columns::{MissingColumn, like_column};
use crate::import::heading::Heading;
use crate::import::profile::{Profile, RowFilter};
use crate::records::spelling;
use sheet_reader::{Row, Sheet, Workbook};
use std::collections::BTreeSet;

/// The part of a workbook that a profile reads.
#[derive(Clone, Debug)]
pub struct HeaderMatch {
    /// Which sheet, from 0.
    pub sheet: usize,
    /// Which of its rows is the header, from 0.
    pub header: usize,
    /// How well the profile fits: the number of its columns and filters that are in the header.
    pub score: usize,
    /// Whether the sheet is hidden.
    pub is_hidden: bool,
}

/// Where in a workbook a profile finds its columns, if anywhere; on a sheet that is shown, if one has them.
pub fn find_header(workbook: &Workbook, profile: &Profile) -> Option<HeaderMatch> {
    let mut best: Option<HeaderMatch> = None;
    for (at, sheet) in workbook.sheets.iter().enumerate() {
        let wanted = profile.sheet.as_deref();
        if wanted.is_some_and(|name| spelling::folded(name) != spelling::folded(&sheet.name)) {
            continue;
        }
        let Some((header, score)) = header_of(sheet, profile) else { continue };
        let rank = |score: usize, is_hidden: bool| (!is_hidden, score);
        let is_better = best
            .as_ref()
            .is_none_or(|best| rank(score, sheet.is_hidden) > rank(best.score, best.is_hidden));
        if is_better {
            best = Some(HeaderMatch { sheet: at, header, score, is_hidden: sheet.is_hidden });
        }
    }
    best
}

/// The row of a sheet where a profile finds most of its columns, and how many.
pub(super) fn header_of(sheet: &Sheet, profile: &Profile) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    for header in 0..sheet.rows.len().min(HEADER_ROWS) {
        let Some(score) = profile.fits(&headings_for(profile.target, sheet, header)) else {
            continue;
        };
        if best.is_none_or(|(_, most)| score > most) {
            best = Some((header, score));
        }
    }
    best
}

/// A column that a profile names is twice in a header.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("la colonne « {name} » est là deux fois (colonnes {first} et {second})")]
pub struct RepeatedColumn {
    /// Its name in the profile.
    pub name: String,
    /// Where it is, from 1.
    pub first: usize,
    /// Where it is again, from 1.
    pub second: usize,
}

/// Where the columns of a profile are in a header.
pub(super) struct ColumnPositions {
    /// Of each column of the profile.
    pub(super) columns: Vec<Option<usize>>,
    /// Of each filter of the profile.
    pub(super) filters: Vec<Option<usize>>,
    /// Of the column that says which rows of a school are avoided.
    pub(super) avoid: Option<usize>,
    /// Of the columns whose ones are counted: the row with the most ones comes first.
    pub(super) count_ones_in: Vec<usize>,
    /// The last that is used.
    pub(super) last: usize,
}

impl ColumnPositions {
    /// Finds the columns of a profile in a header.
    pub(super) fn find(profile: &Profile, header: &[Heading]) -> Result<Self, RepeatedColumn> {
        let mut columns = Vec::new();
        for column in &profile.columns {
            columns.push(position(header, &column.names)?);
        }
        let mut filters = Vec::new();
        for filter in &profile.filters {
            filters.push(position(header, &filter.names)?);
        }
        let avoid = position(header, &profile.merge.names)?;
        let mut count_ones_in = Vec::new();
        for name in &profile.merge.count_ones_in {
            count_ones_in.extend(position(header, std::slice::from_ref(name))?);
        }
        let used = columns.iter().chain(&filters).flatten();
        let last = used.copied().max().unwrap_or(0);
        Ok(Self { columns, filters, avoid, count_ones_in, last })
    }

    /// The column of the UAI.
    pub(super) fn uai(&self, profile: &Profile) -> Option<usize> {
        let mut columns = profile.columns.iter().zip(&self.columns);
        columns.find(|(column, _)| column.field.name == "uai").and_then(|(_, at)| *at)
    }

    /// Whether something reads a column.
    pub(super) fn reads(&self, at: usize) -> bool {
        let named = self.columns.iter().chain(&self.filters).flatten();
        named.chain(&self.avoid).chain(&self.count_ones_in).any(|read| *read == at)
    }
}

/// Where the first of these names is: as it is written, or else apart from its number and marks.
fn position(header: &[Heading], names: &[String]) -> Result<Option<usize>, RepeatedColumn> {
    let places = |is: &dyn Fn(&Heading) -> bool| -> Vec<usize> {
        let found = header.iter().enumerate().filter(|(_, heading)| is(heading));
        found.map(|(at, _)| at).collect()
    };
    let exact = names.iter().map(|name| (name, places(&|heading| heading.is_exactly(name))));
    let bare = names.iter().map(|name| (name, places(&|heading| heading.is(name))));
    let Some((name, found)) = exact.chain(bare).find(|(_, found)| !found.is_empty()) else {
        return Ok(None);
    };
    match found.as_slice() {
        [first, second, ..] => {
            Err(RepeatedColumn { name: name.clone(), first: first + 1, second: second + 1 })
        }
        found => Ok(found.first().copied()),
    }
}

/// Notes which expected columns are not there, and which filters can do nothing.
pub(super) fn note_missing_columns(
    profile: &Profile,
    positions: &ColumnPositions,
    header: &Row,
    extracted: &mut ExtractedRows,
) {
    let fields: BTreeSet<&str> = profile
        .columns
        .iter()
        .zip(&positions.columns)
        .filter(|(column, at)| at.is_some() || column.constant.is_some())
        .map(|(column, _)| column.field.name)
        .collect();
    let mut noted = BTreeSet::new();
    for column in &profile.columns {
        let person = ["given_name", "family_name", "civility", "person"];
        let by_person = person.contains(&column.field.name)
            && (fields.contains("person") || fields.contains("family_name"));
        if !fields.contains(column.field.name)
            && column.expected
            && !by_person
            && noted.insert(column.field.name)
        {
            let like = like_column(profile, column.field, header);
            let missing = MissingColumn { field: column.field.french, like };
            extracted.notes.push(match missing.like {
                Some(_) => format!("pas de colonne pour {missing} : ajouter ce nom au profil"),
                None => format!("pas de colonne pour {missing}"),
            });
        }
    }
    let mut told = BTreeSet::new();
    for (filter, at) in profile.filters.iter().zip(&positions.filters) {
        // Tables of several origins have one column or the other for the same reason.
        let is_filtered = |other: &RowFilter| other.reason == filter.reason;
        let mut others = profile.filters.iter().zip(&positions.filters);
        let works = others.any(|(other, at)| at.is_some() && is_filtered(other));
        if at.is_none() && !works && told.insert(&filter.reason) {
            extracted.notes.push(format!(
                "le filtre « {} » n'a pu servir : pas de colonne {}",
                filter.reason,
                filter.names.first().map_or("", String::as_str)
            ));
        }
    }
}
