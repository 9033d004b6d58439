//! One cell of an OpenDocument sheet: its value from its attributes, or from the text that it shows.

use super::xlsx_layout::attribute;
use crate::sheet::Cell;
use quick_xml::events::BytesStart;

/// A cell while its text is read.
#[derive(Debug, Default)]
pub(super) struct OdsCell {
    kind: String,
    /// Its value as the attributes say it.
    value: Option<String>,
    has_formula: bool,
    is_error: bool,
    /// Paragraphs, one a line.
    text: String,
    has_text: bool,
    /// How many cells beside it are the same.
    pub(super) times: usize,
    /// How many rows it covers.
    pub(super) rows: usize,
}

impl OdsCell {
    /// What its attributes say.
    pub(super) fn of(start: &BytesStart<'_>) -> Self {
        let kind = attribute(start, "office:value-type").unwrap_or_default();
        let value = match kind.as_str() {
            "string" => attribute(start, "office:string-value").filter(|text| !text.is_empty()),
            "date" => attribute(start, "office:date-value"),
            "time" => attribute(start, "office:time-value"),
            "boolean" => attribute(start, "office:boolean-value"),
            _ => attribute(start, "office:value"),
        };
        let number = |name: &str| attribute(start, name).and_then(|text| text.parse().ok());
        Self {
            value,
            has_formula: attribute(start, "table:formula").is_some(),
            is_error: attribute(start, "calcext:value-type").is_some_and(|kind| kind == "error"),
            times: number("table:number-columns-repeated").unwrap_or(1).max(1),
            rows: number("table:number-rows-spanned").unwrap_or(1).max(1),
            kind,
            ..Self::default()
        }
    }

    /// Begins a paragraph.
    pub(super) fn begin_paragraph(&mut self) {
        if std::mem::replace(&mut self.has_text, true) {
            self.text.push('\n');
        }
    }

    /// Adds to the text that it shows.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Its value.
    pub(super) fn finish(self) -> Cell {
        let is_error_text = self.text.starts_with("Err:") || self.text.starts_with('#');
        if self.is_error || self.has_formula && is_error_text {
            return Cell::Error(self.text);
        }
        let text = |text: String| match text.is_empty() {
            true => Cell::Empty,
            false => Cell::Text(text),
        };
        match (self.kind.as_str(), self.value) {
            ("", None) if self.has_formula && self.text.is_empty() => Cell::Uncomputed,
            ("date", Some(value)) => Cell::Day(value.chars().take(10).collect()),
            ("boolean", Some(value)) => Cell::Bool(value == "true"),
            ("time" | "string", Some(value)) => text(value),
            ("float" | "percentage" | "currency", Some(value)) => match value.parse() {
                Ok(number) => Cell::Number(number),
                Err(_) => text(value),
            },
            _ => text(self.text),
        }
    }
}
