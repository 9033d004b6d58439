//! Where in a workbook a profile finds its header, and where its columns are in that header.

use super::extracted_rows::ExtractedRows;
use crate::import::heading::Heading;
use crate::import::profile::Profile;
use crate::records::spelling;
use sheet_reader::{Row, Workbook};
use std::collections::BTreeSet;

/// Number of non-blank rows that are searched for the header.
const HEADER_ROWS: usize = 30;

/// The part of a workbook that a profile reads.
#[derive(Clone, Debug)]
pub struct HeaderMatch {
    /// Which sheet, from 0.
    pub sheet: usize,
    /// Which of its rows is the header, from 0.
    pub header: usize,
    /// How well the profile fits: the number of its columns and filters that are in the header.
    pub score: usize,
}

/// The headings of a header row.
pub fn header_names(row: &Row) -> Vec<Heading> {
    row.cells.iter().map(|cell| Heading::of(&cell.text())).collect()
}

/// Where in a workbook a profile finds its columns, if anywhere.
pub fn find_header(workbook: &Workbook, profile: &Profile) -> Option<HeaderMatch> {
    let mut best: Option<HeaderMatch> = None;
    for (at, sheet) in workbook.sheets.iter().enumerate() {
        let wanted = profile.sheet.as_deref();
        if wanted.is_some_and(|name| spelling::folded(name) != spelling::folded(&sheet.name)) {
            continue;
        }
        for (header, row) in sheet.rows.iter().take(HEADER_ROWS).enumerate() {
            let Some(score) = profile.fits(&header_names(row)) else { continue };
            if best.as_ref().is_none_or(|best| score > best.score) {
                best = Some(HeaderMatch { sheet: at, header, score });
            }
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
            extracted.notes.push(format!("pas de colonne pour « {} »", column.field.french));
        }
    }
    for (filter, at) in profile.filters.iter().zip(&positions.filters) {
        if at.is_none() {
            extracted.notes.push(format!(
                "le filtre « {} » n'a pu servir : pas de colonne {}",
                filter.reason,
                filter.names.first().map_or("", String::as_str)
            ));
        }
    }
}
