//! Hints about handwriting on a scan. They sort a person's work and prove nothing; no other folder
//! uses this one, so a hint can be measured and removed by itself.

mod connected_components;
pub(crate) mod ink_diff;
mod strikethrough;
