//! Names instead of codes: how messages call schools and letters, and what a person's words mean.

pub mod codes_in_text;
pub mod labels;
pub mod letter_names;
pub mod name_index;
