//! What differs between a revision and the one it replaces or changes, in the words of a letter: what an
//! amendment prints.
//!
//! Pure: two contents in, sentences out. [`between`] puts all together, [`record_changes`] describes what
//! records give, [`rule_changes`] what rules give, [`sentences`] keeps of a long text what differs. Must not
//! know why something differs: [`super::reasons`] does.

pub mod between;
mod record_changes;
mod rule_changes;
mod sentences;
