//! Prints what is read of a spreadsheet: `cargo run -p sheet-reader --example print_cells list.csv`.

#![expect(clippy::disallowed_methods, reason = "the file is named by who runs the example")]

use std::error::Error;

const SAMPLE: &str = "UAI;Nom\n0860001J;\"Collège Ada; Lovelace\"\n";

fn main() -> Result<(), Box<dyn Error>> {
    let bytes = match std::env::args_os().nth(1) {
        Some(path) => std::fs::read(path)?,
        None => SAMPLE.as_bytes().to_vec(),
    };
    let workbook = sheet_reader::read(&bytes)?;
    println!("{:?}", workbook.format);
    for sheet in &workbook.sheets {
        println!("sheet {:?}", sheet.name);
        for row in &sheet.rows {
            println!("{:>6}  {:?}", row.number, row.cells);
        }
    }
    Ok(())
}
