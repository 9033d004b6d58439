//! What one cell gives under a column of a profile: nothing, a value, or a text that the profile does not
//! take.

use crate::import::cells::cell_error::CellError;
use crate::import::cells::clean_cell::{clean_cell, has_several_lines, verbatim_cell};
use crate::import::cells::cleaned_value::CleanedValue;
use crate::import::cells::field_form::FieldForm;
use crate::import::field_value::FieldValue;
use crate::import::profile::ProfileColumn;
use crate::records::spelling;
use sheet_reader::Cell;

/// What a cell gives.
pub(super) enum CellResult {
    Nothing,
    /// A text of which the profile says that it means nothing.
    Meaningless(String),
    /// A text that the profile does not list.
    Unlisted(String),
    Value(CleanedValue),
}

/// Reads a cell; the error says why it cannot be taken.
pub(super) fn read_cell(
    column: &ProfileColumn,
    cell: &Cell,
    is_verbatim: bool,
) -> Result<CellResult, CellError> {
    let folded = spelling::folded(&cell.text());
    if cell.is_blank() {
        return Ok(CellResult::Nothing);
    }
    if matches!(cell, Cell::Uncomputed | Cell::Error(_)) {
        return clean_cell(cell, column.field.form).map(CellResult::Value);
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
    if column.field.name == "person" && has_several_lines(&cell.text()) {
        return Err(CellError::SeveralLines(shown()));
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

/// The lines of a cell that holds a list, each as a cell; any other cell as it is.
pub(super) fn lines_of(column: &ProfileColumn, cell: Cell) -> Vec<Cell> {
    let Cell::Text(text) = &cell else { return vec![cell] };
    if !column.field.form.is_list() {
        return vec![cell];
    }
    let text = match column.field.form {
        FieldForm::Address => {
            text.replace("<br />", "\n").replace("<br/>", "\n").replace("<br>", "\n")
        }
        _ => text.clone(),
    };
    if !has_several_lines(&text) {
        return vec![Cell::Text(text)];
    }
    let lines = text.split(['\n', '\r']).map(|line| match column.field.form {
        FieldForm::Item => line.trim_start().trim_start_matches(['-', '•', '–', '*', '·']).trim(),
        _ => line.trim().trim_end_matches(','),
    });
    lines.map(|line| Cell::Text(line.to_owned())).collect()
}
