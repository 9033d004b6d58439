//! Letters that the authority signs before they are sent: out to its signing tool, and back.
//!
//! A file that comes back becomes the bytes that are sent only if [`prove`] finds that it is our letter,
//! signed by the authority and by nobody else. The PDF as it was rendered stays in the store.

mod prove;
pub mod sign_export;
pub mod sign_import;
pub mod signing_project;
