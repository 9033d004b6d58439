//! Signed copies: taken in, reviewed, checked, signed by the authority first.

pub mod countersign;
pub mod fixity;
pub mod review;
pub mod take_in;
