//! A project for a real office: the rules and templates of the sample, no fictional school, and settings
//! from a form ([`form`]) that a person answers at the terminal or fills in later ([`empty_project`]).

pub mod empty_project;
pub mod form;
mod form_text;
