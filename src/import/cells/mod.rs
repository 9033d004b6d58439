//! A cell becomes a value of a record: [`clean_cell`] by the form of the field, [`codes`], [`dates`] and
//! [`amounts`] have the forms with rules of their own, [`guard`] and [`empty_words`] say what is no content,
//! [`cell_error`] why a cell cannot be taken. Pure.

mod amounts;
pub mod cell_error;
pub mod clean_cell;
pub mod cleaned_value;
pub mod codes;
pub mod dates;
mod empty_words;
pub mod field_form;
mod guard;
