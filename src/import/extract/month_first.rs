//! Columns of days that may have the month first: one day that can only be read so puts all others of its
//! column in doubt, those that a spreadsheet program took for a date too.

use super::columns::ColumnPositions;
use crate::import::cells::cell_error::CellError;
use crate::import::cells::dates::is_month_first;
use crate::import::cells::field_form::FieldForm;
use crate::import::profile::Profile;
use crate::records::spelling;
use sheet_reader::Row;
use std::collections::BTreeMap;

/// The columns, each with the error of its cells.
pub(super) fn month_first_columns(
    profile: &Profile,
    positions: &ColumnPositions,
    rows: &[Row],
) -> BTreeMap<usize, CellError> {
    let of_days = profile.columns.iter().zip(&positions.columns);
    let of_days = of_days.filter(|(column, _)| column.field.form == FieldForm::Day);
    let doubt = |at: usize| {
        let texts = rows.iter().filter_map(|row| Some((row, row.cells.get(at)?.text())));
        let mut texts = texts.map(|(row, text)| (row.number, spelling::tidy(&text)));
        let (row, text) = texts.find(|(_, text)| is_month_first(text))?;
        Some((at, CellError::MonthFirst { row, text }))
    };
    of_days.filter_map(|(_, at)| doubt((*at)?)).collect()
}
