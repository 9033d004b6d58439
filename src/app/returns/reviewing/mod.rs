//! A person looks at what came back, says how it is signed, and confirms what was written in its boxes.

pub mod confirmed_fields;
pub mod review_answer;
pub mod review_error;
pub mod review_page;
pub mod review_queue;
