//! TOML texts become typed, validated records, each value with its place.
//!
//! Pure: takes texts, gives records and problems; `project` reads the files. Must not know Typst,
//! mail or SQLite. `table_reader` reads tables, `values` and `word_lists` hold what single values
//! may be, four files hold the tables (`settings`, `campaign`, `people`, `rule`), `record_set` all
//! records of a project, `cross_checks` what only shows when records are seen together, `schema` the
//! same tables for editors.

pub mod campaign;
pub mod closing_date;
pub mod cross_checks;
pub mod exclusion;
pub mod people;
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
