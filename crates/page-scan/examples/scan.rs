//! Prints what is on the pages of a PDF that is given on the standard input.
//!
//! `cargo run -p page-scan --example scan < tests/fixtures/archive/letter.pdf`

use page_scan::{FileFormat, scan_pages};
use std::error::Error;
use std::io::Read as _;

fn main() -> Result<(), Box<dyn Error>> {
    let mut file = Vec::new();
    std::io::stdin().lock().read_to_end(&mut file)?;
    // Any code ends the search.
    let pages = scan_pages(&file, FileFormat::Pdf, &|_| true)?;
    println!("{}", serde_json::to_string_pretty(&pages)?);
    Ok(())
}
