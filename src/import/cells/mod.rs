//! A cell becomes a value of a record: [`clean_cell`] by the form of the field, [`codes`], [`dates`] and
//! [`amounts`] have the forms with rules of their own, [`cell_error`] says why a cell cannot be taken. Pure.

mod amounts;
pub mod cell_error;
pub mod clean_cell;
pub mod cleaned_value;
mod codes;
mod dates;
pub mod field_form;
