//! Shows what the fields of a PDF hold: `read_form returned.pdf`.

#![expect(clippy::disallowed_methods, reason = "an example reads the file it is given")]

use pdf_form::read_form;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("read_form PDF")?;
    let form = read_form(&std::fs::read(file)?)?;
    println!("form: {}, complete: {}", form.has_form, form.complete);
    for field in form.fields {
        println!("{} ({:?}, signed: {})", field.name, field.field_type, field.signed);
        println!("  value: {:?}", field.value);
        for widget in &field.widgets {
            println!("  shown on page {}: {:?}", widget.area.page, widget.shown);
        }
        println!("  shows its value: {}", field.shows_its_value());
    }
    Ok(())
}
