//! What was read of a form, as values.

use super::agreement::agrees;
use page_area::PageArea;
use serde::{Deserialize, Serialize};

/// What was read of a form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FormReading {
    /// Whether the document has a form, be it empty. Printing to PDF leaves none: what was filled in is
    /// then drawn on the pages (the form is *flattened*).
    pub has_form: bool,
    /// The fields that pages show, in the order of the pages, then the hidden ones. Names may stand
    /// there twice, where documents were merged.
    pub fields: Vec<FieldReading>,
    /// Whether all fields were looked at.
    pub complete: bool,
}

/// A field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldReading {
    /// Full name, as the document writes it (at most 500 characters); may hold any character.
    pub name: String,
    /// What kind of field it is.
    pub field_type: FieldType,
    /// Its value, if it is a text (at most 20,000 characters); line ends are `\n`. None for no value.
    /// May hold any character.
    pub value: Option<String>,
    /// Whether its value is a signature. Whether that is worth anything is not looked at.
    pub signed: bool,
    /// Where pages show it, and what is to be read there. Empty for a hidden field.
    pub widgets: Vec<WidgetReading>,
}

/// What kind of field it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    /// Text (`Tx`).
    Text,
    /// Signature (`Sig`).
    Signature,
    /// A button, a choice, or no type.
    Other,
}

/// A place where a page shows a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WidgetReading {
    /// The place, without a label. Pages that are turned are measured as if they were not.
    pub area: PageArea,
    /// Whether programs show and print it.
    pub visible: bool,
    /// What is to be read there; none where the document leaves it to programs to draw the value.
    pub shown: Option<ShownText>,
}

/// What an appearance shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownText {
    /// Its lines (at most 20,000 characters in all), as far as their characters are known.
    pub lines: Vec<String>,
    /// Whether it shows these words and nothing else, as far as can be read: false where a font does
    /// not say which characters it has, a picture or a curve is drawn, words reach out of the area
    /// or cannot be seen. The outlines of embedded fonts are not looked at: for that, render the page.
    pub certain: bool,
}

impl ShownText {
    /// The lines as one text.
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }
}

impl FieldReading {
    /// Whether every widget shows the value and nothing else. A value may be broken into lines, and
    /// spaces of other widths count as equal. False for a field that no page shows, unless it is empty;
    /// always true for a signature, which may show anything.
    pub fn shows_its_value(&self) -> bool {
        let value = self.value.as_deref().unwrap_or_default();
        match self.field_type {
            FieldType::Signature => true,
            _ if self.widgets.is_empty() => value.is_empty(),
            _ => self.widgets.iter().all(|widget| shows(widget, value)),
        }
    }
}

/// Whether a widget shows a value and nothing else.
fn shows(widget: &WidgetReading, value: &str) -> bool {
    match &widget.shown {
        Some(shown) if widget.visible => shown.certain && agrees(value, &shown.lines),
        _ => value.is_empty(),
    }
}
