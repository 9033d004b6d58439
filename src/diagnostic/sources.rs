//! The texts that problems point into, and places in them.

use std::sync::Arc;

/// Names one text of a [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

/// A range of bytes in one source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text the range lies in.
    pub source: SourceId,
    /// Offset of the first byte.
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
pub struct SourceText {
    /// Path relative to the project folder, with forward slashes.
    pub path: String,
    /// The text as read.
    pub text: Arc<str>,
    line_starts: Vec<u32>,
}

/// All texts read for a project: data files, settings, templates.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceText>,
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
        self.files.push(SourceText { path: path.into(), text, line_starts });
        id
    }

    /// The text behind a name, if it belongs to this collection.
    pub fn get(&self, id: SourceId) -> Option<&SourceText> {
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

    pub(crate) fn line_start(&self, source: &SourceText, line: usize) -> usize {
        source.line_starts.get(line).map_or(source.text.len(), |start| *start as usize)
    }
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
}
