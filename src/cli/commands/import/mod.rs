//! `import`: spreadsheets into records.

pub(in crate::cli) mod command;
pub(in crate::cli) mod import_view;
