//! Reads a finished document back: does each page show what it must, and nobody else's name?
//!
//! The last check before a letter is sent: whatever a template does, a page without its reference
//! or its QR code, a letter without the name it was made for or without its signature boxes, is
//! refused.

use crate::diagnostic::Problem;
use typst::foundations::Label;
use typst::introspection::Introspector as _;
use typst::layout::{Frame, FrameItem};
use typst::utils::PicoStr;
use typst_layout::PagedDocument;

/// What a reader must find in a document, read back from its finished pages.
#[derive(Clone, Debug, Default)]
pub struct ExpectedContent {
    /// Words on every page.
    pub every_page: Vec<String>,
    /// Words on some page.
    pub somewhere: Vec<String>,
    /// Labels of boxes that have to be there, once each.
    pub labels: Vec<String>,
    /// Whether each page carries its QR code.
    pub code_on_every_page: bool,
}

/// What a document fails to show.
pub(super) fn problems(document: &PagedDocument, expected: &ExpectedContent) -> Vec<Problem> {
    let pages: Vec<String> = document
        .pages()
        .iter()
        .map(|page| {
            let mut text = String::new();
            gather(&page.frame, &mut text);
            text
        })
        .collect();
    let mut problems = Vec::new();
    for (index, page) in pages.iter().enumerate() {
        let missing =
            expected.every_page.iter().filter(|words| !page.contains(squeezed(words).as_str()));
        problems.extend(missing.map(|words| {
            Problem::error("E-IDENTITY", format!("la page {} ne montre pas « {words} »", index + 1))
                .help("rendre au gabarit la référence qu'il doit imprimer sur chaque page")
        }));
    }
    for (index, page) in document.pages().iter().enumerate() {
        if expected.code_on_every_page && !has_code(&page.frame) {
            problems.push(
                Problem::error("E-IDENTITY", format!("la page {} n'a pas de code QR", index + 1))
                    .help("rendre au gabarit le code QR (15 mm) de chaque page"),
            );
        }
    }
    for label in &expected.labels {
        let found = Label::new(PicoStr::intern(label))
            .is_some_and(|label| document.introspector().query_label(label).is_ok());
        if !found {
            problems.push(
                Problem::error("E-IDENTITY", format!("le document n'a pas de cadre <{label}>"))
                    .help("rendre au gabarit ce cadre et son étiquette, ou changer « signatures » ou « writable » dans missive.toml"),
            );
        }
    }
    let whole: String = pages.concat();
    let missing =
        expected.somewhere.iter().filter(|words| !whole.contains(squeezed(words).as_str()));
    problems.extend(missing.map(|words| {
        Problem::error("E-IDENTITY", format!("le document ne montre pas « {words} »"))
            .help("rendre au gabarit le nom ou la référence qu'il doit imprimer")
    }));
    problems
}

/// Whether a frame holds a square picture as large as a code has to be.
fn has_code(frame: &Frame) -> bool {
    /// 15 mm in points, less what rounding may take.
    const SIDE: f64 = 42.5;
    frame.items().any(|(_, item)| match item {
        FrameItem::Group(group) => has_code(&group.frame),
        FrameItem::Image(_, size, _) => {
            let (width, height) = (size.x.to_pt(), size.y.to_pt());
            width >= SIDE && (width - height).abs() < 1.0
        }
        _ => false,
    })
}

/// The text of a frame in drawing order, without spaces: a line may break anywhere.
fn gather(frame: &Frame, text: &mut String) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => gather(&group.frame, text),
            FrameItem::Text(run) => text.extend(run.text.chars().filter(|c| !c.is_whitespace())),
            _ => {}
        }
    }
}

fn squeezed(words: &str) -> String {
    words.chars().filter(|c| !c.is_whitespace()).collect()
}
