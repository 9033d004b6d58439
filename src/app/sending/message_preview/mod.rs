//! Messages as a person will see them, before they leave: on one page of the browser.

pub mod preview_error;
pub mod preview_messages;
pub mod preview_page;
pub mod shown_message;
