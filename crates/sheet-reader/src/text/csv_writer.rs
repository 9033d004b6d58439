//! CSV that a spreadsheet program opens by a double click.

/// A text that a spreadsheet program would take for a formula, made harmless by an apostrophe (OWASP,
/// CSV Injection).
pub fn neutralize_formula(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// Rows as a CSV that Excel and LibreOffice open correctly where the decimal separator is a comma:
/// UTF-8 with its byte order mark, semicolons, CRLF, quotes as in RFC 4180. Formulas are neutralized.
///
/// ```
/// let rows = [vec!["UAI".to_owned(), "Nom".to_owned()], vec!["0860001J".to_owned(), "=1+1".to_owned()]];
/// let csv = sheet_reader::write_csv(&rows);
/// assert_eq!(csv, "\u{feff}UAI;Nom\r\n0860001J;'=1+1\r\n".as_bytes());
/// ```
pub fn write_csv(rows: &[Vec<String>]) -> Vec<u8> {
    let mut text = String::from("\u{feff}");
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
        text.push_str(&cells.join(";"));
        text.push_str("\r\n");
    }
    text.into_bytes()
}

fn quoted(cell: &str) -> String {
    let cell = neutralize_formula(cell);
    match cell.contains([';', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    }
}
