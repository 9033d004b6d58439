//! Questions at the terminal, answered by one line.

use super::output::{Output, print_err};
use crate::app::sending::refusal::Confirmation;
use crate::cli::args::Common;
use std::fmt::Display;
use std::io::{BufRead as _, IsTerminal as _, Write as _};

/// Whether there is a person to ask.
pub fn can(common: &Common) -> bool {
    !common.json && !common.quiet && std::io::stdin().is_terminal()
}

/// Asks until `understand` makes sense of a line; nothing at the end of input.
pub fn until<T, E: Display>(
    question: &str,
    mut understand: impl FnMut(&str) -> Result<T, E>,
) -> Option<T> {
    loop {
        print_err(&printable_text::for_terminal(&format!("{question} ")));
        let _ = std::io::stderr().flush();
        let line = read_line();
        if line.is_empty() {
            // Ctrl-D leaves the cursor behind the question.
            print_err("\n");
            return None;
        }
        match understand(line.trim()) {
            Ok(answer) => return Some(answer),
            Err(error) => print_err(&printable_text::for_terminal(&format!("  {error}\n"))),
        }
    }
}

/// The number that confirms what is about to be done: given with the command, or else typed at the
/// terminal.
pub fn confirmed_count(output: &Output, given: Option<usize>, question: &str) -> Confirmation {
    if let Some(number) = given {
        return Confirmation::Count(number);
    }
    match typed_line(output, question) {
        None => Confirmation::NotAsked,
        Some(line) => line.parse().map_or(Confirmation::Declined, Confirmation::Count),
    }
}

/// A line that a person types at the terminal, without spaces around it; none where there is nobody to ask.
pub fn typed_line(output: &Output, question: &str) -> Option<String> {
    if output.json || !std::io::stdin().is_terminal() {
        return None;
    }
    print_err(&printable_text::for_terminal(question));
    let line = read_line();
    if !line.ends_with('\n') {
        print_err("\n");
    }
    Some(line.trim().to_owned())
}

/// A line as it was typed, with its end; empty at the end of input.
pub fn read_line() -> String {
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(_) => line,
        Err(_) => String::new(),
    }
}
