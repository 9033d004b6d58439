//! Reminders to schools whose signed copy is missing: to whom one is due, making it, and sending it.

pub mod deposit_reminders;
pub mod due_reminders;
mod make_reminders;
pub mod render_reminder;
pub mod send_reminders;
