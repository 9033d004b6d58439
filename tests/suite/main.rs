//! Stories of missive's users, told through the binary; plus the rules the code itself keeps.

mod architecture;
mod command_line;
mod documents;
mod faults;
mod history;
mod hostile;
mod mail;
mod mistakes;
mod outbox;
mod real_schools;
mod sample;
mod support;
mod templates;
