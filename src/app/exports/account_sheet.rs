//! Rows of an account as a spreadsheet: CSV that office programs of a French computer open as it
//! is, and XLSX with real dates.
//!
//! A record's string is data here too. In CSV, a text that a spreadsheet would take for a formula
//! gets an apostrophe (OWASP, "CSV Injection"); in XLSX, texts are written as strings. The same
//! rows give the same bytes: nothing in them tells the moment, the computer or the person.

use crate::app::exports::account_rows::{COLUMNS, Cell, Row};
use crate::plan::account::Account;
use crate::plan::letter_state::LetterState;
use jiff::civil::Date;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

/// Why a spreadsheet cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The format has no room for it.
    #[error("ce compte ne tient pas dans un classeur : {0}")]
    Xlsx(#[from] XlsxError),
}

/// What a workbook says beside its rows.
pub struct About<'a> {
    /// The campaign.
    pub campaign: &'a str,
    /// The day in the file's properties: the campaign's own.
    pub created: Date,
    /// The day the account is of.
    pub day: Date,
    /// The account.
    pub account: &'a Account,
}

/// As CSV that office programs of this country open by a double click.
pub fn csv(rows: &[Row]) -> Vec<u8> {
    let mut lines = vec![COLUMNS.map(|(heading, _)| heading.to_owned()).to_vec()];
    for row in rows {
        let cells = row.cells().map(|cell| match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) | Cell::Code(text) => text,
            Cell::Day(day) => day.to_string(),
            Cell::Number(number) => number.to_string(),
        });
        lines.push(cells.to_vec());
    }
    sheet_reader::write_csv(&lines)
}

/// How cells look.
struct Looks {
    heading: Format,
    code: Format,
    day: Format,
}

/// As XLSX: a sheet of letters, and one of the counts.
pub fn xlsx(rows: &[Row], about: &About<'_>) -> Result<Vec<u8>, SheetError> {
    let looks = Looks {
        heading: Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top),
        code: Format::new().set_num_format("@"),
        day: Format::new().set_num_format("dd/mm/yyyy"),
    };
    let mut workbook = Workbook::new();
    let mut properties =
        DocProperties::new().set_title(format!("Lettres de mission, campagne {}", about.campaign));
    if let Some(created) = excel(about.created) {
        properties = properties.set_creation_datetime(&created);
    }
    workbook.set_properties(&properties);
    letters(workbook.add_worksheet(), rows, &looks)?;
    counts(workbook.add_worksheet(), about, &looks)?;
    Ok(workbook.save_to_buffer()?)
}

fn letters(sheet: &mut Worksheet, rows: &[Row], looks: &Looks) -> Result<(), SheetError> {
    sheet.set_name("Lettres")?;
    for (column, (heading, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, heading, &looks.heading)?;
    }
    let mut last = 0;
    for (line, row) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(row.cells()) {
            write(sheet, (line, column), &cell, looks)?;
        }
        last = line;
    }
    let columns = u16::try_from(COLUMNS.len()).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, last, columns.saturating_sub(1))?;
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn counts(sheet: &mut Worksheet, about: &About<'_>, looks: &Looks) -> Result<(), SheetError> {
    sheet.set_name("Bilan")?;
    sheet.set_column_width(0, 32.0)?;
    sheet.set_column_width(1, 14.0)?;
    sheet.write_string_with_format(0, 0, "État", &looks.heading)?;
    sheet.write_string_with_format(0, 1, "Lettres", &looks.heading)?;
    sheet.set_freeze_panes(1, 0)?;
    let mut line = 1;
    for state in LetterState::ALL {
        let number = u32::try_from(about.account.count(state)).unwrap_or(u32::MAX);
        sheet.write_string(line, 0, state.french().1)?;
        sheet.write_number(line, 1, number)?;
        line += 1;
    }
    let total = u32::try_from(about.account.letters.len()).unwrap_or(u32::MAX);
    sheet.write_string_with_format(line, 0, "Total", &looks.heading)?;
    sheet.write_number_with_format(line, 1, total, &looks.heading)?;
    sheet.write_string(line + 2, 0, "Campagne")?;
    write(sheet, (line + 2, 1), &Cell::Code(about.campaign.to_owned()), looks)?;
    sheet.write_string(line + 3, 0, "Compte du")?;
    write(sheet, (line + 3, 1), &Cell::Day(about.day), looks)
}

/// A day as the format counts them: not before 1900.
fn excel(day: Date) -> Option<ExcelDateTime> {
    let part = |part: i8| u8::try_from(part).ok();
    let year = u16::try_from(day.year()).ok()?;
    ExcelDateTime::from_ymd(year, part(day.month())?, part(day.day())?).ok()
}

fn write(
    sheet: &mut Worksheet,
    (line, column): (u32, u16),
    cell: &Cell,
    looks: &Looks,
) -> Result<(), SheetError> {
    match cell {
        Cell::Empty => sheet,
        Cell::Text(text) => sheet.write_string(line, column, text)?,
        Cell::Code(text) => sheet.write_string_with_format(line, column, text, &looks.code)?,
        Cell::Number(number) => sheet.write_number(line, column, *number)?,
        Cell::Day(day) => match excel(*day) {
            Some(own) => sheet.write_date_with_format(line, column, &own, &looks.day)?,
            None => sheet.write_string(line, column, day.to_string())?,
        },
    };
    Ok(())
}

#[cfg(test)]
mod tests {

    #[test]
    fn what_looks_like_a_formula_is_a_text() {
        for text in ["=1+1", "+33", "-2", "@SUM(A1)", "\tx", "\r=x"] {
            assert_eq!(sheet_reader::neutralize_formula(text), format!("'{text}"));
        }
        for text in ["", "Collège", "a=b", "'=1", "1 - 2"] {
            assert_eq!(sheet_reader::neutralize_formula(text), text);
        }
    }
}
