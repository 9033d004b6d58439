//! Stories of missive's users, told through the binary; plus the rules the code itself keeps.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a story that cannot go on has failed, and it makes its files as a person would"
)]

mod acts;
mod agreed;
mod approval;
mod ask_referent;
mod backup;
mod beginning;
mod bound_rows;
mod bounds;
mod came_back;
mod certificates;
mod closing;
mod command_line;
mod copies;
mod crashes;
mod dependencies;
mod disk;
mod documents;
mod echo;
mod export;
mod faults;
mod first_day;
mod forge;
mod forged;
mod form_returns;
mod forms;
mod french_texts;
mod guide;
#[cfg(unix)]
mod guide_runs;
mod heads;
mod history;
mod hostile;
mod importing;
mod late;
mod ledger;
mod letter_texts;
mod letterhead;
mod mail;
mod mail_texts;
mod mistakes;
mod outbox;
mod place;
mod periods;
mod plan;
mod matrix;
mod properties;
mod reading;
mod real_schools;
mod referents;
mod relay;
mod renewal;
mod report;
mod returns;
mod rows;
mod sample;
mod scans;
mod schema;
mod screens;
mod sending;
mod sent_tables;
mod settling;
mod signatures_of_acts;
#[path = "../../crates/pdf-signature/tests/suite/signed.rs"]
mod signed;
mod support;
mod templates;
#[cfg(unix)]
mod terminal;
mod waiting;
mod why;
mod written_files;
mod witness;
mod workbook;
