//! Puts fields on the pages of a PDF: `add_fields letter.pdf fields.json form.pdf`.

#![expect(clippy::disallowed_methods, reason = "an example reads and writes the files it is given")]

use pdf_form::{FormField, add_fields};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [letter, fields, form] = arguments.as_slice() else {
        return Err("add_fields PDF FIELDS.json RESULT.pdf".into());
    };
    let fields: Vec<FormField> = serde_json::from_slice(&std::fs::read(fields)?)?;
    std::fs::write(form, add_fields(&std::fs::read(letter)?, &fields)?)?;
    Ok(())
}
