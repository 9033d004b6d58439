//! Letters that the authority signs before they are sent: out to its signing tool, and back.
//!
//! A file that comes back becomes the bytes that are sent only if it is proven to be our letter,
//! unchanged, with one intact signature of that authority in its own box or in none, and nothing after
//! that signature. The PDF as it was rendered stays in the store.
//!
//! [`sign_export`] writes what goes out, [`unsigned`]; [`sign_import`] begins what comes back: [`take_back`]
//! takes the files, [`prove`] proves each, [`refusal`] says why one is refused.

pub mod countersign_result;
pub mod prove;
pub mod refusal;
pub mod sign_export;
pub mod sign_import;
pub mod signing_project;
pub mod take_back;
pub mod unsigned;
