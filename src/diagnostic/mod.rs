//! A problem as a value: severity, stable code, place, French sentence, and the mend.
//!
//! Knows nothing of records, Typst or the terminal; [`draw`] turns a problem into text.
//! Every other module reports through [`Problem`], so that all problems of a project can be
//! shown in one pass and as JSON with the same content.

pub mod draw;

use serde::Serialize;
use std::sync::Arc;

/// How bad a problem is. An error keeps everything from being written; a warning does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is written or sent while it stands.
    Error,
    /// Told, and the work goes on.
    Warning,
}

/// Names one text of a [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

/// A range of bytes in one source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text the range lies in.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Builds a span from a byte range. Sources are far below 4 GiB; larger offsets saturate.
    pub fn new(source: SourceId, range: std::ops::Range<usize>) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { source, start: clamp(range.start), end: clamp(range.end) }
    }

    /// Whether `other` lies inside this span.
    pub fn contains(&self, other: Span) -> bool {
        self.source == other.source && self.start <= other.start && other.end <= self.end
    }
}

/// One text that problems can point into.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path relative to the project folder, with forward slashes.
    pub path: String,
    /// The text as read.
    pub text: Arc<str>,
    line_starts: Vec<u32>,
}

/// All texts read for a project: data files, settings, templates.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a text and returns its name.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        let text = text.into();
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0)
            .chain(newlines.map(|(offset, _)| u32::try_from(offset + 1).unwrap_or(u32::MAX)))
            .collect();
        let id = SourceId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(Source { path: path.into(), text, line_starts });
        id
    }

    /// The text behind a name, if it belongs to this collection.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// The path of a span's file; empty for a foreign span.
    pub fn path(&self, span: Span) -> &str {
        self.get(span.source).map_or("", |source| source.path.as_str())
    }

    /// Line and column (both from 1, the column in characters) of a span's start.
    pub fn position(&self, span: Span) -> (usize, usize) {
        let Some(source) = self.get(span.source) else {
            return (1, 1);
        };
        let line = source.line_starts.partition_point(|start| *start <= span.start).max(1);
        let start = source.line_starts.get(line - 1).copied().unwrap_or(0) as usize;
        let before = source.text.get(start..span.start as usize).unwrap_or("");
        (line, before.chars().count() + 1)
    }

    /// `path:line` of a span, as shown to a person.
    pub fn place(&self, span: Span) -> String {
        format!("{}:{}", self.path(span), self.position(span).0)
    }

    pub(crate) fn line_start(&self, source: &Source, line: usize) -> usize {
        source.line_starts.get(line).map_or(source.text.len(), |start| *start as usize)
    }
}

/// Something wrong with the project, said so that a person can mend it.
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
    /// What to do.
    pub help: Option<Box<str>>,
    /// Other places that matter, each with a few words.
    pub related: Vec<(Span, String)>,
}

impl Problem {
    /// A new error.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A new warning.
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

    /// The problem as the contract's JSON object.
    pub fn to_json(&self, sources: &Sources) -> ProblemJson {
        let (line, column) = self.span.map_or((None, None), |span| {
            let (line, column) = sources.position(span);
            (Some(line), Some(column))
        });
        ProblemJson {
            severity: self.severity,
            code: self.code,
            file: self.span.map(|span| sources.path(span).to_owned()),
            line,
            column,
            message: self.message.clone(),
            help: self.help.as_deref().map(str::to_owned),
        }
    }
}

/// A problem in the JSON of the contract.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemJson {
    /// Error or warning.
    pub severity: Severity,
    /// Stable code.
    pub code: &'static str,
    /// Path relative to the project; `null` when the problem has no place.
    pub file: Option<String>,
    /// Line from 1.
    pub line: Option<usize>,
    /// Column from 1, in characters.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
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

/// The candidate nearest to a mistyped word, if one is near enough to be meant.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    /// Longest word worth comparing: beyond, it is no name.
    const LONGEST: usize = 64;
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            // Lengths too far apart need no closer look: there may be thousands of candidates.
            let limit = (candidate.chars().count() / 3).clamp(1, 4);
            if candidate.len().abs_diff(word.len()) > 2 * limit {
                return None;
            }
            let distance = strsim::damerau_levenshtein(&word, &candidate.to_lowercase());
            (distance <= limit).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_not_bytes() {
        let mut sources = Sources::default();
        let id = sources.add("a.toml", "é = 1\nnoël = \"x\"\n");
        assert_eq!(sources.position(Span::new(id, 0..2)), (1, 1));
        let offset = sources.get(id).unwrap().text.find('"').unwrap();
        assert_eq!(sources.position(Span::new(id, offset..offset + 3)), (2, 8));
        assert_eq!(sources.position(Span::new(id, 7..7)), (2, 1));
    }

    #[test]
    fn suggestions_are_near_or_absent() {
        assert_eq!(did_you_mean("emial", ["email", "name"]), Some("email"));
        assert_eq!(did_you_mean("colour", ["email", "name"]), None);
        assert_eq!(did_you_mean("École", ["ecole", "lycee"]), Some("ecole"));
    }
}
