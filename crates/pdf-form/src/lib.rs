//! Form fields in a PDF: [`add_fields`] puts them on the pages of a finished, tagged document, and
//! [`read_form`] reads them in a copy that comes back, saved by whatever program.
//!
//! Bytes in, values out: no clock, no file, the same bytes each time. A copy that comes back is hostile:
//! every walk through it is bounded, but one that is built for it may still take much memory and time:
//! use a process under limits. There are no texts for users. The README teaches the format.
//!
//! ```
//! use pdf_form::{ReadError, read_form};
//!
//! /// The answers in a returned form that can be believed as they are.
//! fn answers(returned: &[u8]) -> Result<Vec<(String, String)>, ReadError> {
//!     let form = read_form(returned)?;
//!     let told = form.fields.into_iter().filter(|field| field.shows_its_value());
//!     Ok(told.filter_map(|field| Some((field.name, field.value?))).collect())
//! }
//! assert_eq!(answers(b"no PDF"), Err(ReadError::NotPdf));
//! ```

mod add;
mod field;
mod pdf;
mod read;

pub use add::add_error::AddError;
pub use add::add_fields::add_fields;
pub use field::{FieldKind, FormField};
pub use read::find_field::FieldMatch;
pub use read::form_reading::{FieldReading, FieldType, FormReading, ShownText, WidgetReading};
pub use read::read_error::ReadError;
pub use read::read_form::read_form;
