//! JSON Schema of the TOML files, for editors that complete and check while one types.
//!
//! What a schema cannot say (a check letter, a name that must exist elsewhere) is left to
//! `missive check`. Pure: gives values and texts; `cli::schema` writes files. `documents` gives the
//! schemas, `formats` says what single values may be, `directive` is the line that leads an editor
//! to a schema.

pub mod directive;
pub mod documents;
mod formats;
