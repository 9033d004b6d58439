//! What every command says and keeps, word by word: `tests/fixtures/screens` (standard output, standard
//! error, exit code) and `tests/fixtures/documents` (JSON, and what is in the ledger).
//!
//! A story runs commands on a project of its own under a pretended clock. What differs from its fixture
//! fails. `MISSIVE_FIXTURES=write cargo test --test suite screens` writes what is said today; read the
//! difference before you commit it. The `.shapes` beside a document is never loosened: writing only
//! adds to it, and a key that went away or has another type fails even then.

mod normal;
mod shapes;
pub mod story;

mod help;
mod imports;
mod invalid;
mod names_first;
mod next_year;
mod prompts;
mod relay;
mod returns;
mod signature_words;
mod signatures;
mod year;
