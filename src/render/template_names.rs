//! The templates that missive compiles, and the paths where they find their content.

/// Template of a letter.
pub const LETTER: &str = "letter.typ";
/// Template of a cover.
pub const COVER: &str = "cover.typ";
/// Template of a reminder; older projects have none.
pub const REMINDER: &str = "reminder.typ";
/// Template of the message to a referent; older projects have none.
pub const REFERENT: &str = "referent.typ";

/// Template of a request to designate a referent; older projects have none.
pub const DESIGNATION: &str = "designation.typ";

/// The path of a letter's content, as a template reads it.
pub const DATA_LETTER: &str = "/letter.json";
/// The path of a cover's content, as a template reads it.
pub const DATA_COVER: &str = "/cover.json";
/// The path of a reminder's content, as a template reads it.
pub const DATA_REMINDER: &str = "/reminder.json";
/// The path of the content of a message to a referent, as a template reads it.
pub const DATA_REFERENT: &str = "/referent.json";
/// The path of a request's content, as a template reads it.
pub const DATA_DESIGNATION: &str = "/designation.json";
