//! What a return is, from all that was found out about it. Pure: values in, values out.
//!
//! [`judge_file`] judges a file and [`judge_letter`] each letter in it, with [`content_comparison`] for a PDF
//! that may be the letter as it was sent; [`return_verdict`] has the words.

pub mod content_comparison;
pub mod judge_file;
pub mod judge_letter;
pub mod return_verdict;
