//! Letters, covers and messages are made: one pass over a campaign.

pub mod baseline;
mod made_message;
mod make_documents;
pub mod outcome;
pub mod pass;
mod withdraw;
mod write_rows;
