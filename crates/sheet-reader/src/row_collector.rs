//! Collects the rows of a sheet, in their order and within the limits. Blank rows are left out, and so is a
//! long run of rows that say the same: a text or a formula that somebody pulled down to the last row.

use crate::error::SheetError;
use crate::limits::{LONGEST_RUN, MAX_CELLS, MAX_ROWS};
use crate::sheet::{Cell, Row, RowRun};

/// Rows so far.
pub(crate) struct RowCollector<'c> {
    rows: Vec<Row>,
    runs: Vec<RowRun>,
    /// How many rows at the end say the same, kept or not.
    same: usize,
    /// Number of the last of them.
    last: usize,
    /// Cells of all sheets so far.
    cells: &'c mut usize,
}

impl<'c> RowCollector<'c> {
    /// Nothing yet; cells are counted over all sheets.
    pub(crate) fn new(cells: &'c mut usize) -> Self {
        Self { rows: Vec::new(), runs: Vec::new(), same: 0, last: 0, cells }
    }

    /// Adds a row, and as many below it that say the same.
    pub(crate) fn push(&mut self, row: Row, times: usize) -> Result<(), SheetError> {
        if row.cells.iter().all(Cell::is_blank) {
            return Ok(());
        }
        let is_same = self.rows.last().is_some_and(|last| last.cells == row.cells);
        if !is_same {
            self.end_run();
        }
        let first = row.number;
        for number in (first..first + times).take(LONGEST_RUN + 1) {
            if self.same + (number - first) >= LONGEST_RUN {
                break;
            }
            *self.cells += row.cells.len();
            if self.rows.len() >= MAX_ROWS {
                return Err(SheetError::TooManyRows);
            }
            if *self.cells > MAX_CELLS {
                return Err(SheetError::TooManyCells);
            }
            self.rows.push(Row { number, ..row.clone() });
        }
        self.same += times;
        self.last = first + times - 1;
        Ok(())
    }

    /// Takes a long run out again.
    fn end_run(&mut self) {
        if std::mem::take(&mut self.same) < LONGEST_RUN {
            return;
        }
        let kept = self.rows.len().saturating_sub(LONGEST_RUN);
        let first = self.rows.get(kept).map_or(self.last, |row| row.number);
        self.rows.truncate(kept);
        self.runs.push(RowRun { first, last: self.last });
    }

    /// The rows, and the runs that were left out.
    pub(crate) fn finish(mut self) -> (Vec<Row>, Vec<RowRun>) {
        self.end_run();
        (self.rows, self.runs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: usize, text: &str) -> Row {
        Row { number, cells: vec![Cell::Text(text.to_owned())], ..Row::default() }
    }

    #[test]
    fn a_long_run_is_left_out_and_a_short_one_stays() {
        let mut cells = 0;
        let mut rows = RowCollector::new(&mut cells);
        rows.push(row(1, "a"), 1).unwrap();
        rows.push(row(2, "b"), 3).unwrap();
        rows.push(row(5, "c"), 1_000_000).unwrap();
        rows.push(row(1_000_005, "d"), 1).unwrap();
        let (rows, runs) = rows.finish();
        let numbers: Vec<usize> = rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 1_000_005]);
        assert_eq!(runs, [RowRun { first: 5, last: 1_000_004 }]);
        let mut rows = RowCollector::new(&mut cells);
        (0..LONGEST_RUN).for_each(|at| rows.push(row(at + 1, "x"), 1).unwrap());
        let (rows, runs) = rows.finish();
        assert!(rows.is_empty() && runs == [RowRun { first: 1, last: LONGEST_RUN }]);
    }
}
