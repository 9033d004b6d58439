//! Questions at the terminal: a line is read, understood, or asked for again. Only where a person sits.

use crate::cli::args::Common;
use std::io::{BufRead as _, IsTerminal as _, Write as _};

/// Whether somebody can answer.
pub fn can(common: &Common) -> bool {
    !common.json && !common.quiet && std::io::stdin().is_terminal()
}

/// Asks until `understood` makes sense of a line; nothing at the end of input.
pub fn until<T>(
    question: &str,
    mut understood: impl FnMut(&str) -> Result<T, String>,
) -> Option<T> {
    loop {
        crate::cli::ui::output::print_err(&printable_text::for_terminal(&format!("{question} ")));
        let _ = std::io::stderr().flush();
        let mut line = String::new();
        match std::io::stdin().lock().read_line(&mut line) {
            Ok(0) | Err(_) => {
                // Ctrl-D leaves the cursor behind the question.
                crate::cli::ui::output::print_err("\n");
                return None;
            }
            Ok(_) => {}
        }
        match understood(line.trim()) {
            Ok(answer) => return Some(answer),
            Err(why) => crate::cli::ui::output::print_err(&printable_text::for_terminal(&format!(
                "  {why}\n"
            ))),
        }
    }
}
