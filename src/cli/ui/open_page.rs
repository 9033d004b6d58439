//! Has the system open a page for a person.

use std::path::Path;
use std::process::{Command, Stdio};

/// Opens a file in the program that the person uses for it; whether one could be started.
pub fn open_page(page: &Path) -> bool {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let quiet = || Stdio::null();
    Command::new(program).arg(page).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn().is_ok()
}
