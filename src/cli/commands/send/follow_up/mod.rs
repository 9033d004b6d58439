//! Messages besides the letters: reminders, and requests to designate a referent.

pub(crate) mod ask_referent;
pub(crate) mod reminders;
