//! `report.html`: the state of a campaign as one page. [`write_report`] collects the facts, [`report_page`] has
//! the fixed words, [`refresh`] writes the page again after a command that changed a state.

pub mod letter_group;
pub mod refresh;
pub mod report_page;
pub mod report_rows;
pub mod unstaffed_schools;
pub mod write_report;
