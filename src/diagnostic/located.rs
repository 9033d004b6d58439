//! A problem with its place read: file, line, and the line's text. It can be shown without the
//! sources.

use super::invisible::is_invisible;
use super::problem::{Problem, Severity};
use super::sources::{Sources, Span};
use serde::Serialize;
use std::ops::Range;

/// Longest piece of a source line shown, in bytes; a 10,000-character name must not fill the screen.
const LONGEST_LINE: usize = 200;

/// A problem with its place. Serialized, it is the problem of the contract's JSON.
#[derive(Clone, Debug, Serialize)]
pub struct LocatedProblem {
    /// Error or warning.
    pub severity: Severity,
    /// Stable code, as in `E-UAI-KEY`.
    pub code: &'static str,
    /// Path relative to the project; `null` when the problem has no place.
    pub file: Option<String>,
    /// Number of the line, from 1.
    pub line: Option<usize>,
    /// Column from 1, in characters.
    pub column: Option<usize>,
    /// What is wrong, as a French sentence.
    pub message: String,
    /// The school or person that it is about, by name; `null` when it is about none.
    pub subject: Option<String>,
    /// What the user can do about it, as a French sentence.
    pub help: Option<String>,
    /// The line it points at.
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
    /// A few words written under the marked text.
    #[serde(skip)]
    pub label: Option<Box<str>>,
    /// Other places that matter, each with a few words; without the line where there is none.
    #[serde(skip)]
    pub related: Vec<(Option<Excerpt>, String)>,
}

/// A line of a file with one part of it marked, cut to a readable width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Path relative to the project.
    pub path: String,
    /// Number of the line, from 1.
    pub line: usize,
    /// The text; characters that a terminal would act on or hide are replaced.
    pub text: String,
    /// The marked bytes of the text.
    pub range: Range<usize>,
}

impl LocatedProblem {
    /// `path:line` as shown to a person; empty when the problem has no place.
    pub fn place(&self) -> String {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => format!("{file}:{line}"),
            _ => String::new(),
        }
    }
}

impl LocatedProblem {
    /// The sentence, with the school or person in front of it where it names none.
    pub fn sentence(&self) -> String {
        match &self.subject {
            Some(subject) if !self.message.contains(subject.as_str()) => {
                format!("{subject} : {}", self.message)
            }
            _ => self.message.clone(),
        }
    }
}

impl Problem {
    /// Reads the problem's place in the texts that it points into.
    pub fn located(&self, sources: &Sources) -> LocatedProblem {
        let (line, column) = self.span.map(|span| sources.position(span)).unzip();
        let related = self.related.iter();
        LocatedProblem {
            severity: self.severity,
            code: self.code,
            file: self.span.map(|span| sources.path(span).to_owned()),
            line,
            column,
            message: self.message.clone(),
            subject: None,
            help: self.help.as_deref().map(str::to_owned),
            excerpt: self.span.and_then(|span| Excerpt::new(sources, span)),
            label: self.label.clone(),
            related: related
                .map(|(span, words)| (Excerpt::new(sources, *span), words.clone()))
                .collect(),
        }
    }
}

impl Excerpt {
    /// The line of a place, with the place marked as far as it lies on that line. None for a place in
    /// other sources.
    fn new(sources: &Sources, span: Span) -> Option<Self> {
        let source = sources.get(span.source)?;
        let (line, _) = sources.position(span);
        let line_start = sources.line_start(source, line - 1);
        let line_end = source.text[line_start..]
            .find('\n')
            .map_or(source.text.len(), |length| line_start + length);
        let start = (span.start as usize).clamp(line_start, line_end);
        let end = (span.end as usize).clamp(start, line_end);
        // A window of the line, on character boundaries, that keeps the start of the span.
        let from =
            floor_boundary(&source.text, start.saturating_sub(LONGEST_LINE / 2).max(line_start));
        let to = floor_boundary(&source.text, (from + LONGEST_LINE).min(line_end)).max(start);
        let end = end.min(to);
        let text: String = source.text[from..to].to_owned();
        // Invisible and control characters would garble the drawing: show them as a visible sign of
        // the same length, so that the marks below stay aligned with the bytes.
        let mut shown = String::with_capacity(text.len());
        let mut range = (start - from)..(end - from);
        let mut shift_start = 0;
        let mut shift_end = 0;
        for (offset, character) in text.char_indices() {
            let before = shown.len();
            if is_invisible(character) {
                shown.push('\u{fffd}');
            } else {
                shown.push(character);
            }
            let delta = (shown.len() - before) as isize - character.len_utf8() as isize;
            if offset < range.start {
                shift_start += delta;
            }
            if offset < range.end {
                shift_end += delta;
            }
        }
        range.start = range.start.saturating_add_signed(shift_start);
        range.end = range.end.saturating_add_signed(shift_end).max(range.start);
        Some(Self { path: source.path.clone(), line, text: shown, range })
    }
}

fn floor_boundary(text: &str, mut offset: usize) -> usize {
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
