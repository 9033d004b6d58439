//! What can be done with a project, one folder an activity.
//!
//! [`workspace`] is a project read, [`resolve_campaign`] makes one campaign of it, which the
//! activities work on. Each returns what it did, or an error, as a value: [`error`]. Must not know
//! the terminal, nor print anything.

pub mod approval;
pub mod backup;
pub mod campaign;
pub mod campaign_snapshot;
pub mod editor_schema;
pub mod error;
pub mod exports;
pub mod failure;
pub mod first_project;
pub mod generate;
pub mod heads_in_office;
pub mod importing;
pub mod letters;
pub mod names;
pub mod new_year;
mod letter_checks;
pub mod records_workbook;
pub mod resolve_campaign;
pub mod resolved_campaign;
pub mod returns;
pub mod selection;
pub mod sending;
pub mod serve_child;
mod template_cache;
mod template_checks;
pub mod template_trial;
pub mod verification;
pub mod wording;
pub mod workspace;
