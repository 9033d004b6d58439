//! A first profile for a spreadsheet nobody described yet: what its headings mean ([`heading_meaning`]), a
//! field for each column ([`guess_profile`], over a [`sample`] of the rows), the text of the profile
//! ([`profile_text`]). Pure.

pub mod guess_profile;
pub(in crate::import) mod heading_meaning;
mod profile_text;
pub mod sample;
