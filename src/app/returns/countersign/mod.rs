//! Letters that the authority signs before they are sent: out to its signing tool, and back.
//!
//! A file that comes back becomes the bytes that are sent only if it is proven to be our letter,
//! unchanged, with one intact signature of that authority in its own box or in none, and nothing after
//! that signature. The PDF as it was rendered stays in the store.
//!
//! [`unsigned`] is what goes out; [`take_back`] takes files back, [`prove`] proves each, [`refusal`] says why
//! one is refused.

pub mod countersign_result;
pub mod prove;
pub mod refusal;
pub mod take_back;
pub mod unsigned;
