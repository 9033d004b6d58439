//! TOML texts become typed, validated records, each value with its place.
//!
//! Pure: takes texts, gives records and problems; `project` reads the files. Must not know Typst,
//! mail or SQLite. `table` says how a table is declared, `table_reader` reads it, `values` and
//! `word_lists` hold what single values may be. Four files hold the tables: `settings`, `campaign`,
//! `people`, `rule`; `record_set` holds all records of a project. `cross_checks` and `plausibility`
//! find what only shows when records are seen together. `schema` gives the same tables to editors.

pub mod campaign;
pub mod closing_date;
pub mod cross_checks;
pub mod exclusion;
pub mod people;
mod plausibility;
pub mod placeholder;
pub mod record_set;
pub mod rule;
pub mod schema;
pub mod settings;
pub mod spelling;
pub mod table;
pub mod table_reader;
pub(crate) mod toml_errors;
pub mod values;
pub mod word_lists;

pub use record_set::{Records, Text};
