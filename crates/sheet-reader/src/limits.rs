//! How large a spreadsheet may be.

/// Most rows of a sheet.
pub const MAX_ROWS: usize = 200_000;
/// Most columns of a sheet.
pub const MAX_COLUMNS: usize = 1_000;
/// Most cells of a file, over all its sheets.
pub const MAX_CELLS: usize = 8_000_000;
/// Longest cell, in octets: four times the 32,767 characters that Excel allows.
pub const MAX_CELL_LENGTH: usize = 4 * 32_767;
/// Octets that the parts of a workbook (a ZIP) may unpack to, together.
pub const MAX_UNPACKED: u64 = 400 << 20;
/// Shortest run of rows that say the same and are left out: a text pulled down the sheet, and no list.
pub const LONGEST_RUN: usize = 300;
