//! Content becomes PDF and HTML bytes.
//!
//! Must not know records, the ledger or mail: it takes JSON and gives bytes.

pub mod box_room;
pub mod engine;
pub mod html_escape;
pub mod largest_number;
pub mod letter_form;
mod page_text;
pub mod template_names;
mod typst_errors;
pub mod expected_content;
pub mod worker_pool;
pub mod world;
