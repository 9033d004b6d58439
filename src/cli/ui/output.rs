//! Output: results to standard output, diagnostics and progress to standard error.

use crate::cli::args::{Color, Common};
use crate::diagnostic::draw::Drawer;
use crate::diagnostic::{LocatedProblem, Problem, Severity, Sources};
use crate::project::environment;
use serde::Serialize;
use serde_json::Value;
use std::cell::Cell;
use std::io::{IsTerminal as _, Write as _};

/// Writes to standard output and says whether that worked; a reader that went away is not an error.
pub fn print_out(text: &str) -> bool {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.err().is_none_or(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Writes to standard error.
pub fn print_err(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// How a command speaks.
pub struct Output {
    /// One JSON document instead of sentences.
    pub json: bool,
    quiet: bool,
    color: bool,
    /// Whether progress is shown.
    pub(in crate::cli::ui) progress: bool,
    documented: Cell<bool>,
    lost: Cell<bool>,
}

impl Output {
    /// As the user asked, and as the terminal allows.
    pub fn new(common: &Common) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let color = match common.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && environment::variable("NO_COLOR").is_none(),
        };
        let progress = terminal && !common.quiet && !common.no_progress;
        Self {
            json: common.json,
            quiet: common.quiet,
            color,
            progress,
            documented: Cell::new(false),
            lost: Cell::new(false),
        }
    }

    fn print(&self, text: &str) {
        if !print_out(text) {
            self.lost.set(true);
        }
    }

    /// Whether something could not be written where the user asked for it.
    pub fn lost(&self) -> bool {
        self.lost.get()
    }

    /// A sentence about what was done.
    pub fn say(&self, text: &str) {
        if !self.quiet && !self.json {
            self.print(&format!("{}\n", printable_text::for_terminal(text)));
        }
    }

    /// The same, with terminal colours in it; nothing else in it comes from outside unchecked.
    pub fn say_styled(&self, text: &str) {
        if !self.quiet && !self.json {
            self.print(&format!("{text}\n"));
        }
    }

    /// A JSON document, if that was asked for.
    pub fn document(&self, command: &str, campaign: Option<&str>, mut body: Value) {
        if !self.json {
            return;
        }
        if let Value::Object(fields) = &mut body {
            fields.insert("schema".to_owned(), format!("missive/{command}/1").into());
            fields.insert("campaign".to_owned(), campaign.into());
        }
        self.documented.set(true);
        self.print(&format!("{}\n", printable_text::for_json(&body.to_string())));
    }

    /// The same of a value whose JSON is an object.
    pub fn value(&self, command: &str, campaign: Option<&str>, value: &impl Serialize) {
        // Texts, numbers and lists: writing them as JSON cannot fail.
        self.document(command, campaign, serde_json::to_value(value).unwrap_or_default());
    }

    /// An error without a place, with what to do. It is also the JSON document of a command that
    /// gave none.
    pub fn fail(&self, message: &str, todo: &str) {
        if self.json && !self.documented.replace(true) {
            self.print(&failure(message, todo));
        }
        print_err(&printable_text::for_terminal(&format!(
            "erreur : {message}\nà faire : {todo}\n"
        )));
    }

    /// A warning without a place.
    pub fn warn(&self, text: &str) {
        if !self.quiet {
            print_err(&printable_text::for_terminal(&format!("attention : {text}\n")));
        }
    }

    /// Whether only errors are shown.
    pub(in crate::cli::ui) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether to use colour.
    pub fn color(&self) -> bool {
        self.color
    }

    /// Draws problems; warnings only if wanted.
    pub fn problems(&self, problems: &[Problem], sources: &Sources, warnings: bool) {
        let located = problems.iter().map(|problem| problem.located(sources));
        self.located_problems(&located.collect::<Vec<_>>(), warnings);
    }

    /// Draws problems, errors first; warnings only if wanted.
    pub fn located_problems(&self, problems: &[LocatedProblem], warnings: bool) {
        let drawer = Drawer::new(self.color);
        let shown = |problem: &&LocatedProblem| {
            problem.severity == Severity::Error || (warnings && !self.quiet)
        };
        let mut shown: Vec<&LocatedProblem> = problems.iter().filter(shown).collect();
        shown.sort_by_key(|problem| problem.severity);
        for problem in shown {
            print_err(&format!("{}\n", drawer.draw(problem)));
        }
    }
}

/// The JSON document of a command that could not begin.
pub fn failure(message: &str, todo: &str) -> String {
    let body = serde_json::json!({ "schema": "missive/error/1", "message": message, "help": todo });
    format!("{}\n", printable_text::for_json(&body.to_string()))
}
