//! Reads a finished document back: does each page show what it must, and nobody else's name?
//!
//! The last look before a letter leaves: whatever a template does, a page without its reference,
//! or a letter without the name it was made for, is refused.

use super::Witness;
use crate::diagnostic::Problem;
use typst::layout::{Frame, FrameItem};
use typst_layout::PagedDocument;

/// What a document fails to show.
pub(super) fn problems(document: &PagedDocument, witness: &Witness) -> Vec<Problem> {
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
            witness.every_page.iter().filter(|words| !page.contains(squeezed(words).as_str()));
        problems.extend(missing.map(|words| {
            Problem::error("E-IDENTITY", format!("la page {} ne montre pas « {words} »", index + 1))
                .help("rendre au gabarit la référence qu'il doit imprimer sur chaque page")
        }));
    }
    let whole: String = pages.concat();
    let missing =
        witness.somewhere.iter().filter(|words| !whole.contains(squeezed(words).as_str()));
    problems.extend(missing.map(|words| {
        Problem::error("E-IDENTITY", format!("le document ne montre pas « {words} »"))
            .help("rendre au gabarit le nom ou la référence qu'il doit imprimer")
    }));
    problems
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
