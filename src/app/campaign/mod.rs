//! A campaign as a whole: the entries that a front end calls.

pub mod campaign_run;
pub mod check;
pub mod check_orders;
pub mod close;
pub mod missing;
pub mod plan;
pub mod run;
pub mod status;
pub mod warning_kinds;
