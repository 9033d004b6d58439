//! Handing messages over. Today: the outbox, a folder of `.eml` files that any mail program
//! opens; nothing has left yet when a message is deposited there. Must not know records or Typst.

pub mod log;
pub mod outbox;
