//! The account of a campaign as a spreadsheet: CSV that a French office program opens as it is, and XLSX
//! with real dates.
//!
//! No text becomes a formula. In CSV, a text that a spreadsheet would take for one gets an apostrophe
//! (OWASP, "CSV Injection"); in XLSX, texts are written as strings. The same rows give the same bytes:
//! neither the moment nor the computer nor the person is in them.

use crate::app::exports::account_columns::{AccountCell, AccountRow, COLUMNS};
use crate::app::sending::designations::designation_status::DesignationStatus;
use crate::plan::account::Account;
use crate::plan::act_state::ActState;
use crate::plan::letter_state::LetterState;
use jiff::civil::Date;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

/// The account does not fit into the XLSX format.
#[derive(Debug, thiserror::Error)]
#[error("ce compte ne tient pas dans un classeur : {0}")]
pub struct SheetError(#[from] XlsxError);

/// What a workbook says besides its rows.
pub struct WorkbookHeader<'a> {
    /// Identifier of the campaign, for the file's title.
    pub campaign: &'a str,
    /// The day of creation in the file's properties: the campaign's date, so that the same account gives
    /// the same bytes.
    pub created: Date,
    /// The day of the account.
    pub day: Date,
    /// The letters by state, for the second sheet.
    pub account: &'a Account,
    /// The schools without a referent, for the third sheet, which is there if there are any.
    pub without_referent: &'a DesignationStatus,
}

/// The rows as CSV.
pub fn csv(rows: &[AccountRow]) -> Vec<u8> {
    let mut lines = vec![COLUMNS.map(|(heading, _)| heading.to_owned()).to_vec()];
    for row in rows {
        let cells = row.cells().map(|cell| match cell {
            AccountCell::Empty => String::new(),
            AccountCell::Text(text) | AccountCell::Code(text) => text,
            AccountCell::Day(day) => day.to_string(),
            AccountCell::Number(number) => number.to_string(),
            AccountCell::Amount(euros) => {
                format!("{},{:02}", euros.cents / 100, euros.cents % 100)
            }
        });
        lines.push(cells.to_vec());
    }
    sheet_reader::write_csv(&lines)
}

/// Formats of cells.
struct CellFormats {
    heading: Format,
    code: Format,
    day: Format,
    amount: Format,
}

/// The rows as XLSX: a sheet of the letters, and a sheet of their number by state.
pub fn xlsx(rows: &[AccountRow], header: &WorkbookHeader<'_>) -> Result<Vec<u8>, SheetError> {
    let formats = CellFormats {
        heading: Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top),
        code: Format::new().set_num_format("@"),
        day: Format::new().set_num_format("dd/mm/yyyy"),
        amount: Format::new().set_num_format("#,##0.00\\ \"€\""),
    };
    let mut workbook = Workbook::new();
    let mut properties =
        DocProperties::new().set_title(format!("Lettres de mission, campagne {}", header.campaign));
    if let Some(created) = xlsx_date(header.created) {
        properties = properties.set_creation_datetime(&created);
    }
    workbook.set_properties(&properties);
    write_letters(workbook.add_worksheet(), rows, &formats)?;
    write_counts(workbook.add_worksheet(), header, &formats)?;
    if !header.without_referent.schools.is_empty() {
        write_without_referent(workbook.add_worksheet(), header, &formats)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn write_letters(
    sheet: &mut Worksheet,
    rows: &[AccountRow],
    formats: &CellFormats,
) -> Result<(), SheetError> {
    sheet.set_name("Lettres")?;
    for (column, (heading, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, heading, &formats.heading)?;
    }
    let mut last = 0;
    for (line, row) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(row.cells()) {
            write_cell(sheet, (line, column), &cell, formats)?;
        }
        last = line;
    }
    let columns = u16::try_from(COLUMNS.len()).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, last, columns.saturating_sub(1))?;
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn write_counts(
    sheet: &mut Worksheet,
    header: &WorkbookHeader<'_>,
    formats: &CellFormats,
) -> Result<(), SheetError> {
    sheet.set_name("Bilan")?;
    sheet.set_column_width(0, 32.0)?;
    sheet.set_column_width(1, 14.0)?;
    sheet.write_string_with_format(0, 0, "État", &formats.heading)?;
    sheet.write_string_with_format(0, 1, "Lettres", &formats.heading)?;
    sheet.set_freeze_panes(1, 0)?;
    let mut line = 1;
    for state in LetterState::ALL {
        let number = u32::try_from(header.account.count(state)).unwrap_or(u32::MAX);
        sheet.write_string(line, 0, state.french().1)?;
        sheet.write_number(line, 1, number)?;
        line += 1;
    }
    let total = u32::try_from(header.account.letters.len()).unwrap_or(u32::MAX);
    sheet.write_string_with_format(line, 0, "Total", &formats.heading)?;
    sheet.write_number_with_format(line, 1, total, &formats.heading)?;
    if let Some(title) = header.account.acts_title() {
        line += 2;
        sheet.write_string_with_format(line, 0, title, &formats.heading)?;
        for state in ActState::ALL {
            let number = u32::try_from(header.account.count_acts(state)).unwrap_or(u32::MAX);
            if number > 0 {
                line += 1;
                sheet.write_string(line, 0, state.french().1)?;
                sheet.write_number(line, 1, number)?;
            }
        }
    }
    sheet.write_string(line + 2, 0, "Campagne")?;
    write_cell(sheet, (line + 2, 1), &AccountCell::Code(header.campaign.to_owned()), formats)?;
    sheet.write_string(line + 3, 0, "Compte du")?;
    write_cell(sheet, (line + 3, 1), &AccountCell::Day(header.day), formats)
}

/// Headings and widths of the sheet of schools without a referent.
const UNSTAFFED: [(&str, f64); 10] = [
    ("UAI", 11.0),
    ("Établissement", 34.0),
    ("Adresse", 40.0),
    ("Courriel", 32.0),
    ("Téléphone", 16.0),
    ("Direction", 34.0),
    ("Demande", 30.0),
    ("Demandé le", 12.0),
    ("Réponse attendue le", 12.0),
    ("Rappels", 9.0),
];

fn write_without_referent(
    sheet: &mut Worksheet,
    header: &WorkbookHeader<'_>,
    formats: &CellFormats,
) -> Result<(), SheetError> {
    sheet.set_name("Sans référent")?;
    for (column, (heading, width)) in (0..).zip(UNSTAFFED) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, heading, &formats.heading)?;
    }
    let text = |text: &str| AccountCell::Text(text.to_owned());
    let given = |text: &Option<String>| text.clone().map_or(AccountCell::Empty, AccountCell::Text);
    let day = |day: Option<Date>| day.map_or(AccountCell::Empty, AccountCell::Day);
    for (line, school) in (1..).zip(&header.without_referent.schools) {
        let cells = [
            AccountCell::Code(school.uai.clone()),
            text(&school.name),
            text(&school.place),
            given(&school.email),
            given(&school.phone),
            given(&school.head),
            text(school.state.french().0),
            day(school.asked_on),
            day(school.answer_by),
            AccountCell::Number(u32::try_from(school.reminders).unwrap_or(u32::MAX)),
        ];
        for (column, cell) in (0..).zip(cells) {
            write_cell(sheet, (line, column), &cell, formats)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// A day of XLSX; it has none before 1900.
fn xlsx_date(day: Date) -> Option<ExcelDateTime> {
    let part = |part: i8| u8::try_from(part).ok();
    let year = u16::try_from(day.year()).ok()?;
    ExcelDateTime::from_ymd(year, part(day.month())?, part(day.day())?).ok()
}

fn write_cell(
    sheet: &mut Worksheet,
    (line, column): (u32, u16),
    cell: &AccountCell,
    formats: &CellFormats,
) -> Result<(), SheetError> {
    match cell {
        AccountCell::Empty => sheet,
        AccountCell::Text(text) => sheet.write_string(line, column, text)?,
        AccountCell::Code(text) => {
            sheet.write_string_with_format(line, column, text, &formats.code)?
        }
        AccountCell::Number(number) => sheet.write_number(line, column, *number)?,
        AccountCell::Amount(euros) => sheet.write_number_with_format(
            line,
            column,
            euros.cents as f64 / 100.0,
            &formats.amount,
        )?,
        AccountCell::Day(day) => match xlsx_date(*day) {
            Some(date) => sheet.write_date_with_format(line, column, &date, &formats.day)?,
            None => sheet.write_string(line, column, day.to_string())?,
        },
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_formats_like_a_formula_is_a_text() {
        for text in ["=1+1", "+33", "-2", "@SUM(A1)", "\tx", "\r=x"] {
            assert_eq!(sheet_reader::neutralize_formula(text), format!("'{text}"));
        }
        for text in ["", "Collège", "a=b", "'=1", "1 - 2"] {
            assert_eq!(sheet_reader::neutralize_formula(text), text);
        }
    }
}
