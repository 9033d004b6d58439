//! The QR code of a page as one small SVG text (ISO/IEC 18004, version 2, level Q).

use super::reference::Reference;
use crate::diagnostic::Problem;
use fast_qr::{ECL, Mode, QRBuilder, Version};
use std::fmt::Write as _;

/// Modules on a side of a version 2 code.
pub const MODULES: usize = 25;

/// QR codes handed to the template: more than a letter has pages.
pub const PAGES: usize = 4;

/// The codes of a revision, one SVG a page.
pub fn codes(reference: &str, revision: u32) -> Result<Vec<String>, Problem> {
    (1..=PAGES).map(|page| svg(&payload(reference, revision, page))).collect()
}

/// What the code of a page says.
pub fn payload(reference: &str, revision: u32, page: usize) -> String {
    format!("{reference}.R{revision}.P{page}")
}

/// What the code of a page names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageCode {
    /// The letter.
    pub reference: Reference,
    /// Number of the revision.
    pub revision: u32,
    /// Number of the page, from 1.
    pub page: u32,
}

/// What a code names; nothing when the code is not one of missive's.
pub fn read(payload: &str) -> Option<PageCode> {
    let (rest, page) = payload.rsplit_once(".P")?;
    let (reference, revision) = rest.rsplit_once(".R")?;
    let number = |text: &str| -> Option<u32> {
        let digits = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| digits)
    };
    Some(PageCode {
        reference: reference.parse().ok()?,
        revision: number(revision)?,
        page: number(page)?,
    })
}

/// Whether a payload has the form `….R1.P1` of a page code. Looser than [`read`]: it ignores the check
/// character, so that a scan stops searching a page whose code belongs to a letter of another program.
pub fn has_form(payload: &str) -> bool {
    let numbered = |part: Option<&str>, letter: char| {
        part.and_then(|part| part.strip_prefix(letter)).is_some_and(|digits| {
            (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let mut parts = payload.split('.');
    let name = parts.next().unwrap_or_default();
    let sound = (6..=40).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b == b'-');
    sound && numbered(parts.next(), 'R') && numbered(parts.next(), 'P') && parts.next().is_none()
}

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

    #[test]
    fn a_payload_is_read_as_it_was_written() {
        let reference: Reference = "2026-0160101Y-4S54".parse().unwrap();
        let code = payload("2026-0160101Y-4S54", 12, 3);
        let read_back = PageCode { reference: reference.clone(), revision: 12, page: 3 };
        assert_eq!(read(&code), Some(read_back));
        for other in ["", "https://exemple.example", ".R1.P1", &code.replace(".R12", ".R0")] {
            assert_eq!(read(other), None, "{other}");
        }
        assert_eq!(read(&format!("{reference}.R1.P1x")), None);
    }

    #[test]
    fn page_codes_are_told_from_other_codes_by_their_form() {
        assert!(has_form("2026-0160101Y-4S54.R1.P1"));
        assert!(has_form("ABCDEF.R12.P345"));
        for other in [
            "2026-0160101Y-4S54.R1",
            "2026-0160101y-4S54.R1.P1",
            "ABCDE.R1.P1",
            "ABCDEF.R1.P1.X",
            "ABCDEF.R.P1",
            "ABCDEF.R1.P",
            "https://exemple.fr",
            "",
        ] {
            assert!(!has_form(other), "{other}");
        }
    }
}
