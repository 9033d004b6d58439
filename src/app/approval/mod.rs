//! Letters proofread and approved before they leave: what a message is made of, the set to proofread, the approval,
//! and what waits for one.

pub mod approval_state;
pub mod approve;
pub mod letter_facts;
pub mod make_proof;
pub mod merge_pdfs;
pub mod message_fingerprint;
pub mod proof_document;
pub mod proof_error;
pub mod select_letters;
