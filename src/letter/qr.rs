//! The QR code of a page as one small SVG text (ISO/IEC 18004, version 2, level Q).

use crate::diagnostic::Problem;
use fast_qr::{ECL, Mode, QRBuilder, Version};
use std::fmt::Write as _;

/// Modules on a side of a version 2 code.
pub const MODULES: usize = 25;

/// Draws a payload as an SVG of 25 × 25 units, black on nothing, without quiet zone. The payload
/// must fit version 2 at level Q in alphanumeric mode: 29 characters.
pub fn svg(payload: &str) -> Result<String, Problem> {
    let code = QRBuilder::new(payload)
        .mode(Mode::Alphanumeric)
        .ecl(ECL::Q)
        .version(Version::V02)
        .build()
        .map_err(|_| {
            Problem::error("E-QR", format!("« {payload} » ne tient pas dans le code QR"))
        })?;
    let mut path = String::with_capacity(2048);
    for row in 0..code.size {
        let mut column = 0;
        while column < code.size {
            let start = column;
            while column < code.size && code[row][column].value() {
                column += 1;
            }
            if column > start {
                // Writing to a String cannot fail.
                let _ = write!(path, "M{start} {row}h{}v1h-{0}z", column - start);
            }
            column += 1;
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {MODULES} {MODULES}\"><path d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_payload_fits_and_a_longer_one_is_told() {
        assert!(svg("2026B123-0790709S-K7Q4.R12.P1").is_ok());
        assert_eq!(svg(&"A".repeat(30)).unwrap_err().code, "E-QR");
    }
}
