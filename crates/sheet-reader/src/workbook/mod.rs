//! Workbooks: [`read_workbook`] asks calamine, and [`xlsx_layout`] what is hidden or merged there; [`ods`]
//! reads OpenDocument. [`unpacked_size`] is asked first.

mod ods;
mod ods_cell;
pub(crate) mod read_workbook;
pub(crate) mod unpacked_size;
mod xlsx_layout;
