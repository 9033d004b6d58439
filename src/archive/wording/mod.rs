//! What is said in French of what the engines find: one file a subject, values in, sentences out.

pub mod ambiguity;
pub mod box_name;
pub mod counted;
pub mod document_changes;
pub mod signature_checks;
pub mod signing_time;
pub mod trust_store;
