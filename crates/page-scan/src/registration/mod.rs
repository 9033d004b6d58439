//! Registration: which point of a received page shows which point of the page that was sent.

mod block_match;
mod displacement;
pub(crate) mod page_pair;
pub(crate) mod register;
