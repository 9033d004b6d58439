//! The next campaign from the records of this one.

pub mod answer_sheet;
pub mod campaign_file;
pub mod cases;
pub mod new_year;
pub mod record_changes;
