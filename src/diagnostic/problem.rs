//! A problem as a value: severity, stable code, place, French sentence, and what to do.
//!
//! Knows nothing of records, Typst or the terminal. Every other module reports through [`Problem`], so
//! that all problems of a project can be shown in one pass.

use super::sources::{Sources, Span};
use serde::Serialize;

/// How bad a problem is. An error keeps everything from being written; a warning does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is written or sent until it is corrected.
    Error,
    /// It is shown, and the work goes on.
    Warning,
}

/// Something wrong with the project, worded so that a person can correct it.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Error or warning.
    pub severity: Severity,
    /// Stable code, `E-…` for errors and `W-…` for warnings.
    pub code: &'static str,
    /// Where, if it has a place.
    pub span: Option<Span>,
    /// What is wrong, one French sentence without final full stop.
    pub message: String,
    /// A few words written under the marked text.
    pub label: Option<Box<str>>,
    /// What the user can do about it, as a French sentence.
    pub help: Option<Box<str>>,
    /// Other places that matter, each with a few words.
    pub related: Vec<(Span, String)>,
}

impl Problem {
    /// An error without a place.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A warning without a place.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    fn new(severity: Severity, code: &'static str, message: String) -> Self {
        Self { severity, code, span: None, message, label: None, help: None, related: Vec::new() }
    }

    /// Points at a place.
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// Writes a few words under the marked text.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into().into_boxed_str());
        self
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into().into_boxed_str());
        self
    }

    /// Adds another place that matters.
    pub fn related(mut self, span: Span, words: impl Into<String>) -> Self {
        self.related.push((span, words.into()));
        self
    }

    /// Whether this is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Puts problems in reading order: by file and place, those without a place first.
pub fn sort(problems: &mut [Problem], sources: &Sources) {
    problems.sort_by(|a, b| {
        let key = |problem: &Problem| {
            problem.span.map(|span| (sources.path(span).to_owned(), span.start, span.end))
        };
        key(a).cmp(&key(b)).then_with(|| a.code.cmp(b.code)).then_with(|| a.message.cmp(&b.message))
    });
}
