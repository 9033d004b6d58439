//! The identifier of an exported workbook: it names the file of `data/imports/` that holds what the cells
//! said, and stands in a cell of the last sheet.

use crate::files::sha256;
use crate::records::spelling;
use jiff::civil::Date;
use sheet_reader::Workbook;

/// The sheet that says what the workbook is.
pub(super) const ABOUT_SHEET: &str = "À propos";
/// What stands before the identifier.
pub(super) const ID_LABEL: &str = "Identifiant du classeur";

/// The identifier of a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkbookId(String);

impl WorkbookId {
    /// That of what was exported on a day.
    pub(super) fn new(day: Date, content: &[u8]) -> Self {
        let hash: String = sha256(content).chars().take(8).collect();
        Self(format!("fiches-{}-{hash}", day.strftime("%Y%m%d")))
    }

    /// That of a workbook, if one of its cells shows it as it is written.
    pub(super) fn of(workbook: &Workbook) -> Option<Self> {
        let rows = workbook.sheets.iter().flat_map(|sheet| &sheet.rows);
        let mut shown = rows.filter_map(|row| {
            let (label, id) = (row.cells.first()?.text(), row.cells.get(1)?.text());
            (spelling::folded(&label) == spelling::folded(ID_LABEL)).then(|| spelling::tidy(&id))
        });
        shown.find(|id| is_sound(id)).map(Self)
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name of a file comes of it, so that nothing else than what is written passes.
fn is_sound(id: &str) -> bool {
    let Some((day, hash)) = id.strip_prefix("fiches-").and_then(|rest| rest.split_once('-')) else {
        return false;
    };
    day.len() == 8
        && day.bytes().all(|b| b.is_ascii_digit())
        && hash.len() == 8
        && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_missive_wrote_is_an_identifier() {
        assert!(is_sound("fiches-20261118-0a1b2c3d"));
        for id in [
            "",
            "fiches-20261118-0a1b2c3",
            "fiches-20261118-../../x",
            "annuaire",
            "fiches-x-0a1b2c3d",
        ] {
            assert!(!is_sound(id), "{id}");
        }
    }
}
