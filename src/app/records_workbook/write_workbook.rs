//! The rows written as an XLSX file: texts as texts, days as days, nothing hidden; and the sheet that says
//! what the workbook is.

use crate::app::records_workbook::record_rows::{RecordRows, RecordSheet};
use crate::app::records_workbook::workbook_columns::{REFERENTS_SHEET, SCHOOLS_SHEET};
use crate::app::records_workbook::workbook_id::{ABOUT_SHEET, ID_LABEL, WorkbookId};
use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};
use sheet_reader::Cell;

/// The records do not fit into the XLSX format.
#[derive(Debug, thiserror::Error)]
#[error("ces fiches ne tiennent pas dans un classeur : {0}")]
pub struct RecordSheetError(#[from] XlsxError);

/// What the last sheet says, besides the identifier and the day.
const ABOUT: [&str; 7] = [
    "Ce classeur montre les fiches. Corrigé dans un tableur, il revient par « missive import » : seul ce qui a changé ici change les fiches.",
    "Une case changée : la fiche prend la nouvelle valeur. Une case vidée : la valeur est retirée, si elle n'est pas obligatoire.",
    "Une ligne ajoutée : une nouvelle fiche (un référent : laisser l'identifiant vide).",
    "Une ligne retirée, ou vidée : rien n'est supprimé ; c'est montré. Pour fermer un établissement, remplir « Fermé le » ; pour finir une désignation, « Jusqu'au ».",
    "Ce qui a changé à la fois ici et dans les fiches depuis l'export est demandé.",
    "Une apostrophe devant =, +, - ou @ empêche le tableur de calculer ; elle disparaît au retour.",
    "Les codes, les titres des colonnes et l'identifiant ci-dessus doivent rester tels quels.",
];

struct SheetFormats {
    heading: Format,
    text: Format,
    day: Format,
}

/// The workbook as the bytes of an XLSX file; the same rows give the same bytes.
pub(super) fn write_workbook(
    rows: &RecordRows,
    id: &WorkbookId,
    day: Date,
) -> Result<Vec<u8>, RecordSheetError> {
    let formats = SheetFormats {
        heading: Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top),
        text: Format::new().set_num_format("@"),
        day: Format::new().set_num_format("dd/mm/yyyy"),
    };
    let mut workbook = Workbook::new();
    let mut properties = DocProperties::new().set_title("Fiches de missive");
    if let Some(created) = excel_day(day) {
        properties = properties.set_creation_datetime(&created);
    }
    workbook.set_properties(&properties);
    write_records(&mut workbook, SCHOOLS_SHEET, &rows.schools, &formats)?;
    write_records(&mut workbook, REFERENTS_SHEET, &rows.referents, &formats)?;
    let sheet = workbook.add_worksheet();
    sheet.set_name(ABOUT_SHEET)?;
    sheet.set_column_width(0, 26)?;
    sheet.set_column_width(1, 110)?;
    sheet.write_string_with_format(0, 0, ID_LABEL, &formats.heading)?;
    sheet.write_string_with_format(0, 1, id.as_str(), &formats.text)?;
    sheet.write_string_with_format(1, 0, "Exporté le", &formats.heading)?;
    match excel_day(day) {
        Some(date) => sheet.write_date_with_format(1, 1, &date, &formats.day)?,
        None => sheet.write_string(1, 1, day.to_string())?,
    };
    for (line, text) in (3..).zip(ABOUT) {
        sheet.write_string(line, 1, text)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn write_records(
    workbook: &mut Workbook,
    name: &str,
    records: &RecordSheet,
    formats: &SheetFormats,
) -> Result<(), RecordSheetError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    for (at, column) in (0..).zip(&records.columns) {
        sheet.set_column_width(at, column.width)?;
        // What somebody types there stays a text: a spreadsheet program takes no zero away.
        sheet.set_column_format(
            at,
            if is_day(column.field) { &formats.day } else { &formats.text },
        )?;
        sheet.write_string_with_format(0, at, &column.heading, &formats.heading)?;
    }
    for (line, row) in (1..).zip(&records.rows) {
        for (at, cell) in (0..).zip(row) {
            match cell {
                Cell::Text(text) => {
                    sheet.write_string_with_format(line, at, text, &formats.text)?
                }
                Cell::Day(day) => match day.parse().ok().and_then(excel_day) {
                    Some(date) => sheet.write_date_with_format(line, at, &date, &formats.day)?,
                    None => sheet.write_string(line, at, day)?,
                },
                _ => sheet,
            };
        }
    }
    let last_row = u32::try_from(records.rows.len()).unwrap_or(u32::MAX);
    let last_column = u16::try_from(records.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, last_row, last_column)?;
    sheet.set_freeze_panes(1, 2)?;
    Ok(())
}

fn is_day(field: &str) -> bool {
    ["since", "until", "closed", "allowance_granted"].contains(&field)
}

/// A day of XLSX; it has none before 1900.
fn excel_day(day: Date) -> Option<ExcelDateTime> {
    let part = |part: i8| u8::try_from(part).ok();
    let year = u16::try_from(day.year()).ok()?;
    ExcelDateTime::from_ymd(year, part(day.month())?, part(day.day())?).ok()
}
