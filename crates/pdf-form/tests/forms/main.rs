//! Forms added and read, on a small letter of Typst and on copies that programs wrote.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its fixtures is broken")]

mod adding;
mod hostile;
mod programs;
mod refusals;
mod support;
