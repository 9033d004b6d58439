//! Text from outside (names of files, replies of servers, cells of sheets) made fit to be shown.
//!
//! [`characters`] lists the invisible characters by kind, with the sets of them that matter in
//! different places. [`escape`] shows a text with those characters escaped. This crate does not
//! know where a text comes from or where it is shown.

mod characters;
mod escape;

pub use characters::{CharacterSet, Kind, TYPED_TEXT_CLASS, kind};
pub use escape::{
    escaped, for_json, for_terminal, is_hidden, of_file_name, of_path, path_value, push_escaped,
};
