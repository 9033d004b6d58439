//! Records under the rules of a date become letters and covers: what each must say.
//!
//! [`campaign_letters`] finds which letters a campaign calls for and which of them share a message;
//! [`resolve_content`] gives the content of one letter or cover. Pure: must not know files or the
//! clock.

pub mod campaign_letters;
mod circumstances;
pub mod content;
pub mod designation;
pub mod exclusions;
mod fill_placeholders;
pub mod former_head;
pub mod french;
pub mod issue;
pub mod mailing;
pub mod mission_letter;
pub mod page_code;
pub mod provenance;
pub mod reference;
pub mod resolve_content;
pub mod specimen;
