//! The columns that nothing reads: how many cells they hold, and which of these a person should read.

use super::columns::ColumnPositions;
use super::extracted_rows::{ExtractedRows, REJECTION_HEADING, Remark, UnreadColumn};
use super::remark_words::subject;
use crate::import::heading::Heading;
use crate::records::spelling;
use sheet_reader::Row;

/// Longest text of a cell that is shown.
const LONGEST: usize = 160;

/// The columns of a sheet that nothing reads.
pub(super) struct UnreadColumns {
    /// Each with its place in the rows.
    columns: Vec<(usize, UnreadColumn)>,
    remarks: Vec<Remark>,
}

impl UnreadColumns {
    /// Finds them. That of the reasons of an earlier import says nothing new.
    pub(super) fn find(header: &Row, names: &[String], positions: &ColumnPositions) -> Self {
        let unread = header.cells.iter().enumerate().filter(|(at, cell)| {
            !positions.reads(*at) && !Heading::of(&cell.text()).is_exactly(REJECTION_HEADING)
        });
        let named = unread.map(|(at, cell)| {
            let name = names.get(at).cloned().unwrap_or_else(|| spelling::tidy(&cell.text()));
            let column = match name.is_empty() {
                true => format!("colonne {}", at + 1),
                false => name,
            };
            (at, UnreadColumn { column, cells: 0 })
        });
        Self { columns: named.collect(), remarks: Vec::new() }
    }

    /// Looks at the cells of a row.
    pub(super) fn read(&mut self, row: &Row, uai: Option<String>) {
        for (at, column) in &mut self.columns {
            let Some(cell) = row.cells.get(*at).filter(|cell| !cell.is_blank()) else { continue };
            column.cells += 1;
            let text = spelling::tidy(&cell.text());
            let Some(subject) = subject(&text) else { continue };
            self.remarks.push(Remark {
                row: row.number,
                uai: uai.clone(),
                column: column.column.clone(),
                text: text.chars().take(LONGEST).collect(),
                subject,
            });
        }
    }

    /// Writes down what was found; a column without a name and without a cell is none.
    pub(super) fn finish(self, extracted: &mut ExtractedRows) {
        let columns = self.columns.into_iter().map(|(_, column)| column);
        extracted.unread = columns
            .filter(|column| column.cells > 0 || !column.column.starts_with("colonne "))
            .collect();
        extracted.remarks = self.remarks;
    }
}
