//! Whether a PDF shows the letter as it was sent, from the comparison of both. Pure.

use crate::archive::check::Check;
use crate::archive::examiner::ComparedFile;
use crate::archive::wording::document_changes;
use crate::letter::french::noun;
use pdf_signature::{ChangeVerdict, DocumentChange};
use std::collections::BTreeSet;

/// How the content of a file differs from the letter as it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ContentDifference {
    /// None.
    Unchanged,
    /// Only the boxes to sign and to write in were filled.
    BoxesOnly,
    /// No other difference is visible, but only a person can tell that it is the letter. `is_visible`:
    /// whether something in the boxes is visible, or a page was rewritten.
    NeedsReview { is_visible: bool },
    /// Something else was changed.
    Other,
}

/// Classifies the difference, and adds the checks that say why.
pub(super) fn content_difference(
    compared: &ComparedFile,
    checks: &mut Vec<Check>,
) -> ContentDifference {
    object_checks(compared, checks);
    let has_other_words = word_checks(compared, checks);
    let not_rendered: Vec<u32> = compared
        .page_diffs
        .iter()
        .filter(|diff| diff.render_incomplete)
        .map(|diff| diff.page)
        .collect();
    for page in &not_rendered {
        let detail = format!("page {page} : quelque chose n'a pas pu être dessiné");
        checks.push(Check::new("drawn", false, detail));
    }
    let outside: Vec<u32> = compared
        .page_diffs
        .iter()
        .filter(|diff| diff.outside > 0 || diff.size_changed)
        .map(|diff| diff.page)
        .collect();
    let inside: BTreeSet<&str> = compared
        .page_diffs
        .iter()
        .flat_map(|diff| &diff.inside)
        .filter(|(_, pixels)| *pixels > 0)
        .map(|(label, _)| label.as_str())
        .collect();
    checks.push(render_check(&outside, inside.is_empty()));
    let comparison = &compared.comparison;
    let is_forbidden = comparison.changes.iter().any(|change| !change.is_allowed());
    let shows_change = comparison.changes.iter().any(DocumentChange::shows);
    let needs_review = comparison.needs_review() || !not_rendered.is_empty() || has_other_words;
    match (outside.is_empty() && !is_forbidden, inside.is_empty()) {
        (false, _) => ContentDifference::Other,
        _ if needs_review => ContentDifference::NeedsReview {
            is_visible: !inside.is_empty()
                || !not_rendered.is_empty()
                || has_other_words
                || shows_change,
        },
        (true, true) if !shows_change => ContentDifference::Unchanged,
        (true, _) => ContentDifference::BoxesOnly,
    }
}

/// What the objects of the file say.
fn object_checks(compared: &ComparedFile, checks: &mut Vec<Check>) {
    let comparison = &compared.comparison;
    checks.push(match (comparison.starts_with_sent_bytes, comparison.rewritten) {
        (true, _) => Check::new("prefix", true, "commence par les octets mêmes qui ont été envoyés"),
        (false, true) => Check::new(
            "prefix",
            true,
            "un logiciel a réécrit le fichier : les octets ne sont plus les mêmes, seul le contenu peut être comparé",
        ),
        (false, false) => Check::new("prefix", false, "ne commence pas par les octets envoyés"),
    });
    for change in &comparison.changes {
        let mut detail = document_changes::sentence(change);
        if let Some(text) = &change.text {
            detail = format!("{detail} : « {text} »");
        }
        checks.push(Check::new("objects", change.verdict == ChangeVerdict::Allowed, detail));
    }
}

/// Which pages a program reads differently; gives whether some have words that the letter does not.
fn word_checks(compared: &ComparedFile, checks: &mut Vec<Check>) -> bool {
    for (page, _) in
        (1..).zip(&compared.comparison.page_words_match).filter(|(_, matches)| !**matches)
    {
        let page: u32 = page;
        let detail =
            format!("page {page} : les mots qu'un logiciel y lit ne sont pas ceux de la lettre");
        checks.push(Check::new("words", false, detail));
    }
    let mut has_other_words = false;
    for diff in compared.page_diffs.iter().filter(|diff| diff.text_differs) {
        let page = diff.page;
        let detail = format!(
            "page {page} : un logiciel y lit des mots que la lettre n'a pas, visibles ou non"
        );
        checks.push(Check::new("words", false, detail));
        has_other_words = true;
    }
    has_other_words
}

/// Whether the pages look as they did, `outside` being those that do not.
fn render_check(outside: &[u32], boxes_are_empty: bool) -> Check {
    match outside {
        [] if boxes_are_empty => {
            Check::new("render", true, "les pages sont dessinées comme celles qui ont été envoyées")
        }
        [] => Check::new(
            "render",
            true,
            "hors des cases, les pages sont dessinées comme celles qui ont été envoyées",
        ),
        pages => {
            let list: Vec<String> = pages.iter().map(u32::to_string).collect();
            let word = noun(pages.len(), "page", "pages");
            let detail = format!("autre chose que la lettre envoyée, {word} {}", list.join(", "));
            Check::new("render", false, detail)
        }
    }
}

/// In French, what a file shows outside the boxes that the letter did not; none if there is nothing.
pub fn other_content(compared: &ComparedFile) -> Option<String> {
    failed_checks(compared, |difference| difference == ContentDifference::Other)
}

/// In French, why only a person can tell that a file is the letter; none if it is proven.
pub fn doubtful_content(compared: &ComparedFile) -> Option<String> {
    failed_checks(compared, |difference| {
        matches!(difference, ContentDifference::NeedsReview { .. })
    })
}

fn failed_checks(
    compared: &ComparedFile,
    is_meant: impl Fn(ContentDifference) -> bool,
) -> Option<String> {
    let mut checks = Vec::new();
    let difference = content_difference(compared, &mut checks);
    let failed = checks.into_iter().filter(|check| !check.ok && check.check != "prefix");
    let details: Vec<String> = failed.map(|check| check.detail).collect();
    is_meant(difference).then(|| details.join(" ; "))
}
