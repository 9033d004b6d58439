//! What a command may ask the ledger. Each question begins with a [`snapshot`], whose rows were checked.

mod decode;
pub mod approvals;
pub mod history;
pub mod lookup;
pub mod message_log;
pub mod returns;
pub mod revisions;
pub mod snapshot;
