//! What a workbook means where a spreadsheet program shows something else: the README's table.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use sheet_reader::{Cell, SheetError, Workbook};
use std::io::{Cursor, Write as _};
use zip::write::{SimpleFileOptions, ZipWriter};

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const PARTS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// An XLSX of one sheet: attributes of the sheet, rows, and what stands behind them.
fn xlsx(sheet: &str, rows: &str, behind: &str) -> Vec<u8> {
    let workbook = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="r1" {sheet}/></sheets></workbook>"#
    );
    let data = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData>{behind}</worksheet>"#
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/_rels/workbook.xml.rels", PARTS),
        ("xl/workbook.xml", &workbook),
        ("xl/worksheets/sheet1.xml", &data),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn read(sheet: &str, rows: &str, behind: &str) -> Workbook {
    sheet_reader::read(&xlsx(sheet, rows, behind)).unwrap()
}

fn only_row(rows: &str) -> Vec<Cell> {
    let mut workbook = read("", rows, "");
    assert_eq!(workbook.sheets[0].rows.len(), 1);
    workbook.sheets.remove(0).rows.remove(0).cells
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

const TWO_ROWS: &str = r#"<row r="2" hidden="1"><c r="A2" t="str"><v>a</v></c></row><row r="7"><c r="C7" t="str"><v>b</v></c></row>"#;

#[test]
fn hidden_rows_and_sheets_are_read_and_said_to_be_hidden() {
    let workbook = read(r#"state="hidden""#, TWO_ROWS, "");
    let rows = &workbook.sheets[0].rows;
    assert!(workbook.sheets[0].is_hidden && rows[0].is_hidden && !rows[1].is_hidden);
    assert_eq!((rows[0].number, rows[0].cells.as_slice()), (2, &[text("a")][..]));
    assert_eq!(rows[1].number, 7, "the number that the spreadsheet program shows");
    assert_eq!(rows[1].cells, [Cell::Empty, Cell::Empty, text("b")]);
}

#[test]
fn a_merged_cell_is_seen_in_each_of_its_rows() {
    let merged = r#"<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>"#;
    let rows = r#"<row r="1"><c r="A1" t="str"><v>a</v></c><c r="C1"><v>1</v></c></row><row r="2"><c r="C2"><v>2</v></c></row>"#;
    let workbook = read("", rows, merged);
    assert_eq!(workbook.sheets[0].rows[0].cells, [text("a"), Cell::Empty, Cell::Number(1.0)]);
    assert_eq!(workbook.sheets[0].rows[1].cells, [text("a"), Cell::Empty, Cell::Number(2.0)]);
}

#[test]
fn a_formula_is_its_last_result_or_said_to_have_none() {
    let row = r#"<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+1</f></c><c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>"#;
    let error = Cell::Error("#DIV/0!".to_owned());
    assert_eq!(only_row(row), [Cell::Number(2.0), Cell::Uncomputed, error]);
    let empty = r#"<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><v>1</v></c></row>"#;
    assert_eq!(only_row(empty), [Cell::Empty, Cell::Number(1.0)], "a result that is empty");
}

#[test]
fn a_boolean_is_no_text() {
    let row = r#"<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c></row>"#;
    assert_eq!(only_row(row), [Cell::Bool(true), Cell::Bool(false)]);
}

#[test]
fn a_hidden_column_is_said_and_its_cells_stay() {
    let data = r#"<cols><col min="2" max="3" hidden="1"/></cols>"#;
    let rows = r#"<row r="1"><c r="B1" t="str"><v>a</v></c></row>"#;
    let workbook = read("", rows, data);
    assert_eq!(workbook.sheets[0].hidden_columns, [1, 2]);
    assert_eq!(workbook.sheets[0].rows[0].cells, [Cell::Empty, text("a")]);
}

const ODS: &str = r#"<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><office:automatic-styles><style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>"#;

/// The sheets of an ODS whose tables are these.
fn ods(tables: &str) -> Result<Workbook, SheetError> {
    let content =
        format!("{ODS}{tables}</office:spreadsheet></office:body></office:document-content>");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_str()),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    sheet_reader::read(&zip.finish().unwrap().into_inner())
}

#[test]
fn an_opendocument_sheet_is_read_as_it_is_shown() {
    let workbook = ods(concat!(
        r#"<table:table table:name="A"><table:table-column table:visibility="collapse"/>"#,
        r#"<table:table-row><table:table-cell office:value-type="string" table:number-rows-spanned="2"><text:p>a<text:s text:c="2"/>&amp;</text:p><text:p>b</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="1.5"><text:p>1,5</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2026-09-01T00:00:00"/></table:table-row>"#,
        r#"<table:table-row table:visibility="filter"><table:covered-table-cell/><table:table-cell office:value-type="boolean" office:boolean-value="true"/><table:table-cell table:formula="of:=1"/></table:table-row>"#,
        r#"<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="2"/><table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation><text:p>x</text:p></table:table-cell></table:table-row></table:table>"#,
        r#"<table:table table:name="B" table:style-name="h"><table:table-row table:number-rows-repeated="3"/><table:table-row><table:table-cell office:value-type="string" office:string-value="c"/></table:table-row></table:table>"#,
    ))
    .unwrap();
    let [first, second] = workbook.sheets.as_slice() else { panic!("{workbook:?}") };
    assert_eq!(first.hidden_columns, [0]);
    assert_eq!(
        first.rows[0].cells,
        [text("a  &\nb"), Cell::Number(1.5), Cell::Day("2026-09-01".to_owned())]
    );
    assert_eq!(first.rows[1].cells, [text("a  &\nb"), Cell::Bool(true), Cell::Uncomputed]);
    assert!(first.rows[1].is_hidden && first.rows.len() == 2);
    assert_eq!((first.runs[0].first, first.runs[0].last), (3, 1_048_576));
    assert!(second.is_hidden && second.rows[0].number == 4);
    let cut = ods("<table:table><table:table-row>");
    assert!(matches!(cut, Err(SheetError::Damaged(_))), "{cut:?}");
}

#[test]
fn what_holds_no_row_or_is_damaged_is_an_error() {
    assert_eq!(sheet_reader::read(&xlsx("", "", "")), Err(SheetError::Empty));
    let whole = xlsx("", TWO_ROWS, "");
    let cut = sheet_reader::read(&whole[..whole.len() / 2]);
    assert!(matches!(cut, Err(SheetError::Damaged(_))), "{cut:?}");
}
